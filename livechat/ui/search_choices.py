"""What is offered while a filter of a query is typed: names of filters, people, rooms, and the few words that others take."""

from collections.abc import Sequence

from livechat.domain.chat import Chat
from livechat.domain.model import Person, RoomId, RoomSummary, User
from livechat.domain.names import sort_key
from livechat.ui.completion import Choice
from livechat.ui.html import avatar, escape
from livechat.ui.room_words import room_face
from livechat.ui.search_parts import MAX_CHOICES
from livechat.ui.search_words import FIELDS, Word, quoted

_DAYS = {'today': 'since midnight', 'yesterday': 'the day before'}
_VALUES = {
    'has': {'file': 'any file', 'image': 'a picture', 'link': 'a web address'},
    'is': {'pinned': 'in its room'},
    'mentions': {'me': 'by name, or as everybody'},
    'before': _DAYS,
    'after': _DAYS,
    'on': _DAYS,
}
ROOMS_ASKED = 8
"""Of somebody who may not look through all people, for people to suggest."""


async def find_choices(chat: Chat, user: User, room_id: RoomId | None, word: Word) -> Sequence[Choice]:
    """At most MAX_CHOICES. `room_id`: where is searched, None for all rooms of this person. :raises LivechatError:"""
    match word.field:
        case '':
            choices = [_plain(f'{name}:', means) for name, means in FIELDS.items()]
        case 'from':
            people = [each for each in await _people(chat, user, room_id, word.words) if each.id != user.id]
            choices = [choice for choice in [_myself(user)] if choice.fits(word.words)] + [_person(each) for each in people]
            return choices[:MAX_CHOICES]
        case 'in':
            summaries = sorted(await chat.rooms.mine(user), key=lambda each: sort_key(each.title(user.id)))
            choices = [_room(each, each.title(user.id)) for each in summaries]
        case _:
            choices = [_plain(value, means) for value, means in _VALUES[word.field].items()]
    return [choice for choice in choices if choice.fits(word.words)][:MAX_CHOICES]


async def _people(chat: Chat, user: User, room_id: RoomId | None, words: str) -> Sequence[Person]:
    if room_id is not None:
        return await chat.rooms.mentionable(user, room_id, words)
    found = await chat.members.acquaintances(user, words)
    if found:
        return found
    known: dict[int, Person] = {}
    for summary in (await chat.rooms.mine(user))[:ROOMS_ASKED]:
        known |= {person.id: person for person in await chat.rooms.mentionable(user, summary.room.id, words)}
    return list(known.values())


def _plain(insert: str, means: str) -> Choice:
    return Choice(insert=insert, html=f'<b>{insert}</b><span>{means}</span>', name=f'{insert} {means}', begins=(insert,))


def _myself(user: User) -> Choice:
    html = f'{avatar(user, size="tiny")}<b>me</b><span>what you wrote</span>'
    return Choice(insert='me', html=html, name='me, what you wrote', begins=('me',))


def _person(person: Person) -> Choice:
    """Found by any part of a name, so taken by any part of it."""
    name = person.display_name
    html = f'{avatar(person, size="tiny")}<b dir="auto">{escape(name)}</b><span>@{escape(person.username)}</span>'
    return Choice(insert=person.username, html=html, name=name, begins=(), parts=(person.username, sort_key(name)))


def _room(summary: RoomSummary, title: str) -> Choice:
    html = f'{room_face(summary.room, size="tiny")}<b dir="auto">{escape(title)}</b>'
    name = title.lower()
    insert = quoted(title) if summary.room.is_direct else summary.room.slug
    return Choice(insert=insert, html=html, name=title, begins=(summary.room.slug, name, *name.split()))
