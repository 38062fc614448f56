"""What the quick switcher offers: rooms, people, commands, messages, searches; and what each line looks like."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from livechat.domain import fuzzy
from livechat.domain.chat import Chat
from livechat.domain.fuzzy import Words
from livechat.domain.model import Membership, Person, RoomId, RoomSummary, Theme, Unread, User, UserId
from livechat.domain.search import Hit
from livechat.ui.components.icons import icon
from livechat.ui.html import avatar, escape, room_path
from livechat.ui.message_html import local, long_date
from livechat.ui.nav_line import QUIET, Link, badge_of, link_of
from livechat.ui.room_words import room_name

MOST_ROOMS, MOST_PEOPLE, MOST_COMMANDS, MOST_RECENT, MOST_HITS = 8, 6, 12, 5, 5
_LAST = 1 << 30


class Group(StrEnum):
    """In the order in which they are shown. Messages come late, so that they move nothing that is there."""

    ROOMS = 'Rooms'
    PEOPLE = 'People'
    RECENT = 'Recent searches'
    COMMANDS = 'Commands'
    MESSAGES = 'Messages'


class Command(StrEnum):
    """By what it is called."""

    BROWSE = 'Browse all rooms'
    NEW_ROOM = 'New room'
    NEW_DIRECT = 'New direct message'
    READ_ALL = 'Mark all as read'
    SETTINGS = 'Settings'
    ADMINISTRATION = 'Server settings'
    SHORTCUTS = 'Keyboard shortcuts'
    DARK = 'Dark theme'
    LIGHT = 'Light theme'
    SYSTEM = 'Theme of my device'
    SIGN_OUT = 'Sign out'


_ICONS = {
    Command.BROWSE: 'compass',
    Command.NEW_ROOM: 'plus',
    Command.NEW_DIRECT: 'plus',
    Command.READ_ALL: 'check',
    Command.SETTINGS: 'settings',
    Command.ADMINISTRATION: 'settings',
    Command.SHORTCUTS: 'keyboard',
    Command.DARK: 'contrast',
    Command.LIGHT: 'contrast',
    Command.SYSTEM: 'contrast',
    Command.SIGN_OUT: 'door',
}
_OTHER_WORDS = {
    Command.SETTINGS: ('Profile', 'Preferences'),
    Command.ADMINISTRATION: ('Administration', 'Admin'),
    Command.READ_ALL: ('Clear unread',),
    Command.SHORTCUTS: ('Help', 'Keys'),
    Command.SYSTEM: ('System theme', 'Automatic theme'),
    Command.SIGN_OUT: ('Log out',),
}
"""What else people call it."""
THEME_OF = {Command.DARK: Theme.DARK, Command.LIGHT: Theme.LIGHT, Command.SYSTEM: Theme.SYSTEM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line, and what it leads to: an address, a conversation with a person, or a command."""

    key: str
    """What it is, however it looks."""
    group: Group
    html: str
    """Safe."""
    name: str
    """What a screen reader says."""
    path: str = ''
    person: UserId | None = None
    command: Command | None = None
    searched: str = ''
    """The search that it ends, to be remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the order of the rooms follows."""

    memberships: Mapping[RoomId, Membership]
    unread: Mapping[RoomId, Unread]
    visits: Sequence[RoomId]
    here: RoomId | None
    """The open room, where one is already."""


async def seen_rooms(chat: Chat, user: User) -> Sequence[RoomSummary]:
    """All that exist for this person. From memory."""
    rooms = {summary.room.id: summary for summary in (*await chat.rooms.visible_to(user), *await chat.rooms.mine(user))}
    return list(rooms.values())


# Rooms


def room_choices(reader: UserId, rooms: Sequence[RoomSummary], around: Around, words: Words) -> Sequence[Choice]:
    """Those that fit; when nothing is typed, the unread ones, then those where one was lately."""
    ordered = _ordered(rooms, around)
    if words:
        found = fuzzy.best(words, ordered, MOST_ROOMS, names=lambda summary: (summary.title(reader),))
    else:
        found = [summary for summary in ordered if _is_of_use(summary, around)][:MOST_ROOMS]
    return [_room(reader, summary, around, words) for summary in found]


def _ordered(rooms: Sequence[RoomSummary], around: Around) -> list[RoomSummary]:
    places = {room_id: place for place, room_id in enumerate(around.visits)}

    def key(summary: RoomSummary) -> tuple[object, ...]:
        room_id = summary.room.id
        membership = around.memberships.get(room_id)
        if membership is None:
            return (summary.room.is_archived, 3, 0, _LAST, 0.0)
        unread = around.unread.get(room_id)
        has_news = unread is not None and unread.unread > 0 and room_id != around.here
        badge = badge_of(summary, membership, unread) if has_news else 0
        latest = summary.latest_at.timestamp() if summary.latest_at is not None else 0.0
        news = 0 if badge else 1 if has_news and membership.involvement not in QUIET else 2
        return (summary.room.is_archived, news, -badge, places.get(room_id, _LAST - membership.favourite), -latest)

    return sorted(rooms, key=key)


def _is_of_use(summary: RoomSummary, around: Around) -> bool:
    """To somebody who has not typed anything yet."""
    membership = around.memberships.get(summary.room.id)
    return membership is not None and summary.room.id != around.here and not summary.room.is_archived


def _room(reader: UserId, summary: RoomSummary, around: Around, words: Words) -> Choice:
    room = summary.room
    link = link_of(reader, summary, around.memberships.get(room.id), around.unread.get(room.id), active=False)
    kind = 'direct messages' if room.is_direct else 'archived' if room.is_archived else '' if link.joined else 'not joined'
    news = _news(link)
    says = ', '.join(
        part for part in (link.title, kind, f'{link.badge} unread for you' if link.badge else 'unread' if news else '') if part
    )
    return Choice(
        key=f'room {room.id}',
        group=Group.ROOMS,
        html=f'{link.glyph}<span class="t" dir="auto">{marked(link.title, words)}</span>{f"<small>{kind}</small>" if kind else ""}{news}',
        name=says,
        path=room_path(room.slug),
    )


def _news(link: Link) -> str:
    if link.badge:
        return f'<span class="badge">{min(link.badge, 99)}{"+" if link.badge > 99 else ""}</span>'
    return '<span class="dotnew"></span>' if link.unread else ''


# People


def people_choices(people: Sequence[Person], words: Words, *, shown: Collection[UserId]) -> Sequence[Choice]:
    """`shown`: who is among the rooms by a conversation with them alone."""
    if not words:
        return ()
    others = [person for person in people if person.id not in shown]
    return [_person(person, words) for person in fuzzy.best(words, others, MOST_PEOPLE, names=_names)]


def alone_with(reader: UserId, rooms: Sequence[RoomSummary], choices: Sequence[Choice]) -> Collection[UserId]:
    """The others of those direct rooms among the choices that are for two."""
    keys = {choice.key for choice in choices}
    pairs = (summary.people for summary in rooms if len(summary.people) == 2 and f'room {summary.room.id}' in keys)
    return {person.id for people in pairs for person in people if person.id != reader}


def _names(person: Person) -> Sequence[str]:
    return person.display_name, person.username


def _person(person: Person, words: Words) -> Choice:
    guest = '<span class="tag">guest</span>' if person.is_guest else ''
    return Choice(
        key=f'person {person.id}',
        group=Group.PEOPLE,
        html=f'{avatar(person, size="tiny")}<span class="t" dir="auto">{marked(person.display_name, words)}</span>{guest}'
        f'<small>@{marked(person.username, words)}</small>',
        name=f'{person.display_name}, @{person.username}',
        person=person.id,
    )


# Commands


def command_choices(chat: Chat, user: User, words: Words) -> Sequence[Choice]:
    """Those that this person may do."""
    offered = [command for command in Command if _may(chat, user, command)]
    if words:
        offered = fuzzy.best(words, offered, MOST_COMMANDS, names=lambda command: (command, *_OTHER_WORDS.get(command, ())))
    return [
        Choice(
            key=f'command {command.name}',
            group=Group.COMMANDS,
            html=f'<i class="sign">{icon(_ICONS[command])}</i><span class="t">{marked(command, words)}</span>',
            name=command,
            command=command,
        )
        for command in offered[:MOST_COMMANDS]
    ]


def _may(chat: Chat, user: User, command: Command) -> bool:
    match command:
        case Command.NEW_ROOM:
            return chat.policy.current.create_rooms.has(user)
        case Command.NEW_DIRECT:
            return chat.members.may_write_to(user)
        case Command.ADMINISTRATION:
            return user.is_server_admin
        case Command.DARK | Command.LIGHT | Command.SYSTEM:
            return user.preferences.theme is not THEME_OF[command]
        case _:
            return True


# Messages and searches


def hit_choices(hits: Sequence[Hit], text: str, utc_offset_min: int) -> Sequence[Choice]:
    return [_hit(hit, text, utc_offset_min) for hit in hits[:MOST_HITS]]


def _hit(hit: Hit, text: str, utc_offset_min: int) -> Choice:
    message, author = hit.message, hit.message.author
    words = ''.join(f'<mark>{escape(piece.text)}</mark>' if piece.is_match else escape(piece.text) for piece in hit.snippet)
    plain = ''.join(piece.text for piece in hit.snippet)
    where = 'direct messages' if hit.room.is_direct else room_name(hit.room)
    day = long_date(local(message.created_at, utc_offset_min).date())
    return Choice(
        key=f'message {message.room_id} {message.number}',
        group=Group.MESSAGES,
        html=f'{avatar(author, size="tiny")}<span class="t two"><span dir="auto">{words}</span>'
        f'<small><bdi>{escape(author.display_name)}</bdi> · <bdi>{escape(where)}</bdi> · {day}</small></span>',
        name=f'{author.display_name}: {plain}, {where}, {day}',
        path=room_path(hit.room.slug, message.number),
        searched=text,
    )


def search_choice(text: str) -> Choice:
    """To the page where all of it is found."""
    return Choice(
        key='search',
        group=Group.MESSAGES,
        html=f'<i class="sign">{icon("search")}</i><span class="t">Search for “<bdi>{escape(text)}</bdi>”</span>',
        name=f'Search for “{text}”',
        path=search_path(text),
        searched=text,
    )


def recent_choices(recent: Sequence[str]) -> Sequence[Choice]:
    return [
        Choice(
            key=f'recent {text}',
            group=Group.RECENT,
            html=f'<i class="sign">{icon("clock")}</i><span class="t" dir="auto">{escape(text)}</span>',
            name=text,
            path=search_path(text),
            searched=text,
        )
        for text in recent[:MOST_RECENT]
    ]


def search_path(text: str) -> str:
    return f'/search?q={quote(text, safe="")}'


def marked(name: str, words: Words) -> str:
    """Safe HTML of a name, in which the letters that were typed stand out."""
    return ''.join(_marked(name, fuzzy.spans(words, name)))


def _marked(name: str, spans: fuzzy.Spans) -> Iterator[str]:
    end = 0
    for start, stop in spans:
        yield f'{escape(name[end:start])}<mark>{escape(name[start:stop])}</mark>'
        end = stop
    yield escape(name[end:])
