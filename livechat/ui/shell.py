"""The parts of the page that every tab has once, as virtual elements: the frame around whatever room is open."""

from enum import IntEnum
from typing import Any

from livechat.domain.model import RoomId, Server, User
from livechat.ui.components.icons import icon
from livechat.ui.html import avatar, escape, logo
from livechat.ui.message_style import own_css
from livechat.ui.stream import ElementId, Kind, element, element_id


class Part(IntEnum):
    """The shell's elements. Those with a listener are what a tab's events are told apart by."""

    SERVER = 1
    NAV = 2
    ME = 3
    NAV_MINE = 4
    NAV_OTHERS = 5
    NEW_ROOM = 6
    MENU = 7
    TITLE = 8
    HEAD_RIGHT = 9
    DETAILS = 10
    TOGGLE_PEOPLE = 11
    TOGGLE_ROOMS = 12
    LOG = 13
    JUMP = 14
    TYPING = 15
    SEND = 16
    NOTICE = 17
    STYLE = 18
    JOIN = 19
    SCRIM = 20
    JOIN_CARD = 21
    COUNTER = 23
    OWN_STYLE = 24
    PEOPLE = 25
    CLOSE_PEOPLE = 27
    OPEN_PEOPLE = 28
    ROOMS = 29
    TALK = 30
    HEAD = 31
    SCROLLER = 32
    COLUMN = 33
    BELOW = 34
    COMPOSER = 35
    SEND_ROW = 36
    ASIDE = 37
    EXTRAS = 38
    PROBE = 39
    PROBE_DATE = 40
    PROBE_TIME = 41
    INVITE = 42
    BELL = 43
    STAR = 44
    TOASTS = 45
    WELCOME = 46
    NEW_DIRECT = 47
    COMMANDS = 48
    """Hears the commands of buttons inside HTML (`commandfor`)."""
    SOUND = 49
    TAB_STYLE = 50
    """Rules of this tab alone: where the unread messages begin."""
    NAV_FAVOURITES = 51
    NAV_DIRECT = 52
    NAV_MINE_WORD = 53
    NAV_DIRECT_WORD = 54
    READ_ONLY = 55
    """Why one cannot write here, in the place of the box."""
    BOX_KEYS = 60
    COMPOSER_BAR = 61
    BAR_WORDS = 62
    BAR_CLOSE = 63
    COMPLETION = 64
    COMPLETION_SAYS = 65
    SENDING = 66
    REMARK = 67
    REMARK_TEXT = 68
    REMARK_ADD = 69
    REMARK_CLOSE = 70
    PINS = 80
    DONE = 81
    """Says what was done to a message, for a while, with a way to take it back."""
    DONE_TEXT = 82
    UNDO = 83
    CHOICE = 84
    """Says which message was chosen by keyboard; CHOICE_STYLE marks it."""
    CHOICE_STYLE = 85
    TRAY = 86
    """The files above the box."""
    TRAY_SAYS = 87
    UPLOADER = 90
    """Lies around the conversation, takes the files that are dropped there or picked, and sends them."""
    SECOND_UPLOADER = 91
    """Around that one: takes what is dropped while the first one is sending, when it takes no drops."""
    ATTACH = 92
    ATTACH_ICON = 93
    ATTACH_INPUT = 94
    FILES = 95
    SEARCH = 96
    EMOJI = 97
    """Opens the picker of emoji for the box."""
    OPEN_SEARCH = 120
    """The same on a narrow screen, where the panel lies over the conversation."""
    SEARCH_PANEL = 121
    FIND = 140
    """Opens the quick switcher."""
    SWITCHER = 141
    """Holds its dialog; empty while it is closed."""
    SWITCHER_SHEET = 142
    SWITCHER_TOP = 143
    SWITCHER_FIELD = 144
    SWITCHER_CLOSE = 145
    SWITCHER_LIST = 146
    SWITCHER_SAYS = 147
    SWITCHER_NOTE = 148
    SWITCHER_GROUP = 150
    """The first of its groups; the others follow."""


def part(which: Part) -> ElementId:
    return element_id(Kind.SHELL, 0, which)


Elements = dict[ElementId, dict[str, Any] | None]


def button(which: Part, name: str, glyph: str, *classes: str, pressed: bool | None = None) -> Elements:
    """A button that is an icon; in every tab and at any time it has the same listener, or browsers would rebuild it."""
    state = None if pressed is None else str(pressed).lower()
    return {
        part(which): element(
            'button',
            classes=['icon', *classes],
            html=icon(glyph),
            aria_label=name,
            title=name,
            aria_pressed=state,
            type_='button',
            on={'click': []},
        )
    }


def new_buttons(*, may_create: bool = True, is_guest: bool = False) -> Elements:
    """What begins a room, and a direct one, for those who may."""
    room, direct = () if may_create else ('hidden',), ('hidden',) if is_guest and not may_create else ()
    return {
        **button(Part.NEW_ROOM, 'New room', 'plus', 'small', *room),
        **button(Part.NEW_DIRECT, 'New direct message', 'plus', 'small', *direct),
    }


READ_ALL = '--read-all'
"""The command of the button that marks every room as read."""
SHORTCUTS = '--shortcuts'
"""The command of the button that shows what the keyboard does."""
COMMANDS_DOM_ID = 'do'
"""What `commandfor` in HTML names. Short, since it stands several times at each message."""


def container(which: Part, name: str, *children: ElementId, tag: str = 'div', **props: Any) -> Elements:
    """What other parts lie in."""
    return {part(which): element(tag, classes=[name], html=None, children=children, on=None, slots=None, **props)}


def probe_elements() -> Elements:
    """A hidden date and time picker that can be told to show now: so the browser says where its clock stands."""
    pickers = {
        part(Part.PROBE_DATE): element('q-date', on={'update:modelValue': None}, mask='YYYY-MM-DD', model_value=''),
        part(Part.PROBE_TIME): element('q-time', on={'update:modelValue': None}, mask='HH:mm', model_value='', format24h=True),
    }
    return {**pickers, part(Part.PROBE): element('div', classes=['probe'], children=list(pickers), aria_hidden='true')}


def without_probe() -> Elements:
    return {part(Part.PROBE): None, part(Part.PROBE_DATE): None, part(Part.PROBE_TIME): None}


HIDDEN_CONTROLS: Elements = {
    **button(Part.STAR, 'Favourite', 'star', 'hidden'),
    **button(Part.BELL, 'Notifications', 'bell', 'hidden'),
    **button(Part.INVITE, 'Invite people', 'invite', 'hidden'),
    part(Part.READ_ONLY): element('div', classes=['read-only', 'hidden']),
    part(Part.WELCOME): element('div', classes=['hidden']),
}
"""Of a tab without a room; whoever opens one gets their own."""


def server_menu(server: Server, version: str, turn: int = 0, *, is_admin: bool = False) -> Elements:
    """The server's name with its menu: a native popover, so that it closes on Escape and on a click elsewhere.

    A link in it is no click elsewhere; with another `turn` the browser draws the menu anew, closed.
    """
    safe = escape(server.name)
    administration = '<a href="/admin">Administration</a>' if is_admin else ''
    html = (
        f'{logo(server)}<b class="name" dir="auto">{safe}</b>'
        '<button class="icon" type="button" popovertarget="server-menu" aria-label="Server menu" title="Server menu">'
        f'{icon("chevron")}</button>'
        f'<div id="server-menu" class="menu-card" popover data-turn="{turn}">'
        f'<a href="/rooms">Browse rooms</a><a href="/search">Search messages</a><a href="/profile">Profile and settings</a>{administration}'
        f'<button type="button" commandfor="{COMMANDS_DOM_ID}" command="{READ_ALL}">Mark all as read</button>'
        f'<button type="button" commandfor="{COMMANDS_DOM_ID}" command="{SHORTCUTS}">Keyboard shortcuts</button>'
        '<form method="post" action="/logout"><button type="submit">Sign out</button></form>'
        f'<small>{safe} · livechat {escape(version)}</small></div>'
    )
    return {part(Part.SERVER): element('div', classes=['server'], html=html)}


def me_elements(user: User) -> Elements:
    """One's own name, below the list of rooms."""
    role = {'owner': 'Owner', 'admin': 'Admin'}.get(user.role, f'@{user.username}')
    html = (
        f'<span class="face">{avatar(user, size="small")}<i class="dot"></i></span>'
        f'<span class="names"><b dir="auto">{escape(user.display_name)}</b><small>{escape(role)}</small></span>'
        f'<a class="icon" href="/profile" aria-label="Settings" title="Settings">{icon("settings")}</a>'
    )
    return {part(Part.ME): element('div', classes=['me'], html=html), part(Part.OWN_STYLE): element('style', html=own_css(user.id))}


def heading(text: str) -> Elements:
    """The header of a page without a room."""
    return {part(Part.TITLE): element('div', classes=['title'], html=f'<h1>{escape(text)}</h1>')}


def notice(text: str, *, kind: str = 'warn') -> Elements:
    """The line above the box: what was refused and what to do. Empty text hides it."""
    if not text:
        return {part(Part.NOTICE): element('div', classes=['notice', 'hidden'], role='alert')}
    return {part(Part.NOTICE): element('div', classes=['notice', kind], html=escape(text), role='alert')}


def counter(length: int, limit: int) -> Elements:
    """How much of a message's length is used, near its end."""
    if length < limit * 0.9:
        return {part(Part.COUNTER): element('div', classes=['counter', 'hidden'])}
    classes = ['counter', 'over'] if length > limit else ['counter']
    return {part(Part.COUNTER): element('div', classes=classes, html=f'{length:,} / {limit:,}')}


def read_only(why: str) -> Elements:
    """A calm line in the place of the box; empty for whoever may write."""
    classes = ['read-only'] if why else ['read-only', 'hidden']
    return {part(Part.READ_ONLY): element('div', classes=classes, html=f'{icon("lock")}<span>{escape(why)}</span>' if why else '')}


def tab_style(css: str) -> Elements:
    return {part(Part.TAB_STYLE): element('style', html=css)}


def room_log(room_id: RoomId) -> Elements:
    return {part(Part.LOG): element('div', classes=['inner'], children=[element_id(Kind.LOG, room_id)])}


def opening_log() -> Elements:
    """While a room is on its way; the style sheet shows it only when that takes long."""
    return {part(Part.LOG): element('div', classes=['inner'], html='<p class="blank opening" role="status">Opening …</p>')}


def message_log(text: str, *, way_on: bool = False) -> Elements:
    """A plain sentence where the conversation would be: gone, out of order; and where to go from there."""
    link = '<a href="/rooms">Browse all rooms</a>' if way_on else ''
    return {part(Part.LOG): element('div', classes=['inner'], html=f'<div class="blank">{escape(text)}{link}</div>' if text else '')}


def filter_field(label: str, words: str) -> dict[str, Any]:
    """A field to find something in a list. Says back what was typed, else the browser does not report that it was emptied."""
    return element(
        'q-input',
        classes=['filter'],
        on={'update:model-value': None},
        placeholder=label,
        aria_label=label,
        model_value=words,
        dense=True,
        borderless=True,
        debounce=150,
        type_='search',
    )
