"""What the quick switcher offers besides rooms: people, commands, messages, searches; and what each line looks like."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from livechat.domain import fuzzy
from livechat.domain.chat import Chat
from livechat.domain.fuzzy import Words
from livechat.domain.model import Person, RoomId, Theme, User, UserId
from livechat.domain.search import Hit
from livechat.ui.components.icons import icon
from livechat.ui.html import avatar, escape, room_path
from livechat.ui.message_html import local, short_date
from livechat.ui.room_words import room_name
from livechat.ui.search_html import said_of, snippet_html
from livechat.ui.search_parts import search_path

MOST_PEOPLE, MOST_COMMANDS, MOST_RECENT, MOST_HITS = 6, 12, 5, 5


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
    DAY = 'Jump to a day'
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
    Command.DAY: 'clock',
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
    Command.DAY: ('Calendar', 'Jump to a date'),
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
    room_id: RoomId | None = None
    """That it is, or is in."""
    person: UserId | None = None
    command: Command | None = None
    searched: str = ''
    """The search that it ends, to be remembered."""


# People


def people_choices(people: Sequence[Person], words: Words, *, shown: Collection[UserId]) -> Sequence[Choice]:
    """`shown`: who is among the rooms by a conversation with them alone."""
    if not words:
        return ()
    others = [person for person in people if person.id not in shown]
    return [_person(person, words) for person in fuzzy.best(words, others, MOST_PEOPLE, names=_names)]


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


def command_choices(chat: Chat, user: User, words: Words, *, in_room: bool) -> Sequence[Choice]:
    """Those that this person may do. `in_room`: messages are shown."""
    offered = [command for command in Command if _may(chat, user, command) and (in_room or command is not Command.DAY)]
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
    where = 'direct messages' if hit.room.is_direct else room_name(hit.room)
    date = local(message.created_at, utc_offset_min).date()
    day = short_date(date)
    return Choice(
        key=f'message {message.room_id} {message.number}',
        group=Group.MESSAGES,
        html=f'{avatar(author, size="tiny")}<span class="t two"><span dir="auto">{snippet_html(hit.snippet)}</span>'
        f'<small><bdi>{escape(author.display_name)}</bdi> · <bdi>{escape(where)}</bdi> · '
        f'<span data-day="{date}"><span>{day}</span></span></small></span>',
        name=f'{author.display_name}: {said_of(hit)}, {where}, {day}',
        path=room_path(hit.room.slug, message.number),
        room_id=message.room_id,
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


def marked(name: str, words: Words) -> str:
    """Safe HTML of a name, in which the letters that were typed stand out."""
    return ''.join(_marked(name, fuzzy.spans(words, name)))


def _marked(name: str, spans: fuzzy.Spans) -> Iterator[str]:
    end = 0
    for start, stop in spans:
        yield f'{escape(name[end:start])}<mark>{escape(name[start:stop])}</mark>'
        end = stop
    yield escape(name[end:])
