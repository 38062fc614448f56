"""What is offered while somebody types: people of the room, emoji, commands."""

from collections.abc import Sequence
from functools import lru_cache

from livechat.domain.access import Right
from livechat.domain.chat import Chat
from livechat.domain.message import MentionGroup
from livechat.domain.model import Person, RoomId, User
from livechat.ui.completion import MAX_CHOICES, Choice, Token, Trigger
from livechat.ui.emoji_names import names
from livechat.ui.html import avatar, escape

_GROUPS = {MentionGroup.ROOM: 'Everybody in this room', MentionGroup.HERE: 'Everybody who is online'}
_SKIN_TONES = range(0x1F3FB, 0x1F3FF + 1)
_COMMON = ('👍', '😂', '❤️', '🎉', '🙏', '👋', '🔥', '👏', '😄', '😅', '😊', '😍', '🤔', '👀', '✅', '🚀', '💪', '😢', '🙂', '😉')
"""What people mean most often by a few letters."""


async def find_choices(chat: Chat, user: User, room_id: RoomId, token: Token) -> Sequence[Choice]:
    """At most MAX_CHOICES. :raises LivechatError: where one may not read"""
    match token.trigger:
        case Trigger.EMOJI:
            return emoji_choices(token.words)
        case Trigger.COMMAND:
            access = await chat.rooms.access(user, room_id)
            return [
                _choice_of_command(command.name, command.usage, command.help) for command in chat.commands.matching(token.words, access)
            ][:MAX_CHOICES]
        case Trigger.PERSON:
            people = [_choice_of_person(person) for person in await chat.rooms.mentionable(user, room_id, token.words)]
            access = await chat.rooms.access(user, room_id)
            groups = [_choice_of_group(group) for group in _GROUPS] if access.may(Right.CALL) else []
            fitting = [choice for choice in groups if choice.fits(token.words)]
            return [*people[: MAX_CHOICES - len(fitting)], *fitting]


def _choice_of_person(person: Person) -> Choice:
    html = f'{avatar(person, size="tiny")}<b dir="auto">{escape(person.display_name)}</b><span>@{escape(person.username)}</span>'
    name = person.display_name.lower()
    return Choice(insert=f'@{person.username}', html=html, name=person.display_name, begins=(person.username.lower(), name, *name.split()))


def _choice_of_group(group: MentionGroup) -> Choice:
    html = f'<i class="sign" aria-hidden="true">@</i><b>@{group}</b><span>{_GROUPS[group]}</span>'
    return Choice(insert=f'@{group}', html=html, name=f'@{group}, {_GROUPS[group].lower()}', begins=(group,))


def _choice_of_command(name: str, usage: str, words: str) -> Choice:
    html = f'<b>{escape(usage)}</b><span>{escape(words)}</span>'
    return Choice(insert=f'/{name}', html=html, name=f'{usage}: {words}', begins=(name,))


def emoji_choices(words: str) -> Sequence[Choice]:
    """Whose short code begins so; then those in whose code a later word does. Common ones first, then short codes."""
    whole = words.replace('-', '_')
    found: dict[str, str] = {}
    for code, character in _codes():
        if code.startswith(whole) and character not in found:
            found[character] = code
    if len(found) < MAX_CHOICES:
        later = f'_{whole}'
        for code, character in _codes():
            if later in code and character not in found:
                found[character] = code
    best = list(found.items())[:MAX_CHOICES]
    return [
        Choice(
            insert=character,
            html=f'<i class="sign" aria-hidden="true">{character}</i><span>:{escape(code)}:</span>',
            name=code.replace('_', ' '),
            begins=(code, *code.split('_')),
        )
        for character, code in best
    ]


@lru_cache(maxsize=1)
def _codes() -> Sequence[tuple[str, str]]:
    """Every short code and what it stands for, in the order in which they are offered; without skin tones."""
    common = {character: place for place, character in enumerate(_COMMON)}
    codes = (
        (common.get(character, len(common)), len(code), code, character)
        for code, character in names().items()
        if not any(ord(each) in _SKIN_TONES for each in character)
    )
    return [(code, character) for _, _, code, character in sorted(codes)]
