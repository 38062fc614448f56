"""The parts of the page that every tab has once, as virtual elements: the frame around whatever room is open."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from livechat.domain.model import Room, RoomId, RoomSummary, User
from livechat.ui.components.icons import icon
from livechat.ui.html import avatar, escape, initial, room_path
from livechat.ui.stream import ElementId, Kind, element, element_id

MAX_OTHER_ROOMS = 30
"""Rooms one has not joined are listed up to here; the rest is on the browse page."""


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


def part(which: Part) -> ElementId:
    return element_id(Kind.SHELL, 0, which)


Elements = dict[ElementId, dict[str, Any] | None]


def _button(which: Part, name: str, glyph: str, *classes: str) -> Elements:
    return {
        part(which): element(
            'button', classes=['icon', *classes], html=icon(glyph), aria_label=name, title=name, type_='button', on={'click': []}
        )
    }


ROOT = (part(Part.ROOMS), part(Part.TALK), part(Part.ASIDE), part(Part.EXTRAS))


@dataclass(frozen=True, slots=True)
class RealElements:
    """The few elements of a tab that NiceGUI holds, by their ids there: equal in all tabs, since all are built alike."""

    box: int
    pages: int


def _box(which: Part, name: str, *children: ElementId, tag: str = 'div', **props: str) -> Elements:
    return {part(which): element(tag, classes=[name], html=None, children=children, on=None, **props)}


def _layout(real: RealElements) -> Elements:
    """How the parts lie in one another."""
    box, pages = ElementId(real.box), ElementId(real.pages)
    return {
        **_box(Part.ROOMS, 'rooms', part(Part.SERVER), part(Part.NAV), part(Part.ME), tag='nav', aria_label='Rooms'),
        **_box(Part.TALK, 'talk', part(Part.HEAD), part(Part.SCROLLER), part(Part.BELOW), part(Part.COMPOSER), pages),
        **_box(Part.HEAD, 'head', part(Part.MENU), part(Part.TOGGLE_ROOMS), part(Part.TITLE), part(Part.HEAD_RIGHT), tag='header'),
        **_box(Part.SCROLLER, 'log', part(Part.COLUMN)),
        **column(is_log=True),
        **_box(Part.BELOW, 'below', part(Part.JUMP), part(Part.TYPING), part(Part.NOTICE)),
        **_box(Part.COMPOSER, 'composer', box, part(Part.SEND_ROW)),
        **_box(Part.SEND_ROW, 'send-row', part(Part.COUNTER), part(Part.SEND)),
        **_box(Part.ASIDE, 'people', part(Part.PEOPLE), tag='aside', role='region', aria_label='People'),
        **_box(Part.EXTRAS, 'extras', part(Part.SCRIM), part(Part.STYLE), part(Part.OWN_STYLE), part(Part.PROBE)),
    }


def probe_elements() -> Elements:
    """A hidden date and time picker that can be told to show now: so the browser says where its clock stands."""
    pickers = {
        part(Part.PROBE_DATE): element('q-date', on={'update:modelValue': None}, mask='YYYY-MM-DD', model_value=''),
        part(Part.PROBE_TIME): element('q-time', on={'update:modelValue': None}, mask='HH:mm', model_value='', format24h=True),
    }
    return {**pickers, part(Part.PROBE): element('div', classes=['probe'], children=list(pickers), aria_hidden='true')}


def without_probe() -> Elements:
    return {part(Part.PROBE): None, part(Part.PROBE_DATE): None, part(Part.PROBE_TIME): None}


def frame_elements(server_name: str, version: str, real: RealElements) -> Elements:
    """What all tabs of this server share, whoever looks and whatever room is open."""
    return {
        **_layout(real),
        **server_menu(server_name, version),
        **_button(Part.NEW_ROOM, 'New room', 'plus', 'small'),
        **_button(Part.MENU, 'Open rooms', 'menu', 'menu'),
        **_button(Part.TOGGLE_ROOMS, 'Show or hide rooms', 'sidebar', 'wide'),
        **_button(Part.DETAILS, 'Room details', 'info', 'in-room'),
        **_button(Part.TOGGLE_PEOPLE, 'Show or hide people', 'people', 'in-room', 'wide'),
        **_button(Part.OPEN_PEOPLE, 'Open people', 'people', 'in-room', 'menu'),
        **_button(Part.CLOSE_PEOPLE, 'Close people', 'close', 'drawer-only'),
        part(Part.HEAD_RIGHT): element(
            'div', classes=['right'], children=[part(Part.DETAILS), part(Part.TOGGLE_PEOPLE), part(Part.OPEN_PEOPLE)]
        ),
        part(Part.SCRIM): element('button', classes=['scrim'], aria_label='Close', type_='button', tabindex='-1', on={'click': []}),
        part(Part.SEND): element(
            'button',
            classes=['send'],
            html=icon('arrow'),
            aria_label='Send',
            title='Send',
            type_='button',
            on={'mousedown.prevent': [], 'click': []},
        ),
        part(Part.TYPING): element('div', classes=['typing'], role='status', aria_label='Typing'),
        part(Part.NOTICE): element('div', classes=['notice', 'hidden'], role='alert'),
        part(Part.COUNTER): element('div', classes=['counter', 'hidden']),
    }


def server_menu(name: str, version: str, turn: int = 0) -> Elements:
    """The server's name with its menu: a native popover, so that it closes on Escape and on a click elsewhere.

    A link in it is no click elsewhere; with another `turn` the browser draws the menu anew, closed.
    """
    safe = escape(name)
    html = (
        f'<span class="logo" aria-hidden="true">{escape(initial(name))}</span><b class="name" dir="auto">{safe}</b>'
        '<button class="icon" type="button" popovertarget="server-menu" aria-label="Server menu" title="Server menu">'
        f'{icon("chevron")}</button>'
        f'<div id="server-menu" class="menu-card" popover data-turn="{turn}">'
        '<a href="/rooms">Browse rooms</a><a href="/profile">Profile and settings</a>'
        '<form method="post" action="/logout"><button type="submit">Sign out</button></form>'
        f'<small>{safe} · livechat {escape(version)}</small></div>'
    )
    return {part(Part.SERVER): element('div', classes=['server'], html=html)}


def me_elements(user: User) -> Elements:
    role = {'owner': 'Owner', 'admin': 'Admin'}.get(user.role, f'@{user.username}')
    html = (
        f'<span class="face">{avatar(user.id, user.display_name, small=True)}<i class="dot"></i></span>'
        f'<span class="names"><b dir="auto">{escape(user.display_name)}</b><small>{escape(role)}</small></span>'
        f'<a class="icon" href="/profile" aria-label="Settings" title="Settings">{icon("settings")}</a>'
    )
    own = f'.msg[data-author="{user.id}"] .who{{color:var(--accent)}}'
    return {part(Part.ME): element('div', classes=['me'], html=html), part(Part.OWN_STYLE): element('style', html=own)}


def nav_elements(rooms: Sequence[RoomSummary], mine: Collection[RoomId], active: RoomId | None) -> Elements:
    """The room list: joined rooms, then the others."""
    joined = [summary for summary in rooms if summary.room.id in mine]
    others = [summary for summary in rooms if summary.room.id not in mine]
    shown = others[:MAX_OTHER_ROOMS] + [summary for summary in others[MAX_OTHER_ROOMS:] if summary.room.id == active]
    elements: Elements = {}
    for summary in (*joined, *shown):
        elements[element_id(Kind.ROOM_LINK, summary.room.id)] = room_link(
            summary, joined=summary.room.id in mine, active=summary.room.id == active
        )
    heading = element('span', html='Rooms')
    elements[part(Part.NAV_MINE)] = element('div', classes=['section'], children=[element_id(Kind.SHELL, 0, 100), part(Part.NEW_ROOM)])
    elements[element_id(Kind.SHELL, 0, 100)] = heading
    more = len(others) - len(shown)
    note = (
        '<span>Not joined</span><a href="/rooms">Browse all</a>' if not more else f'<span>Not joined</span><a href="/rooms">{more} more</a>'
    )
    elements[part(Part.NAV_OTHERS)] = element('div', classes=['section'], html=note if shown else '<a href="/rooms">Browse rooms</a>')
    elements[part(Part.NAV)] = element(
        'div',
        classes=['room-list'],
        children=[
            part(Part.NAV_MINE),
            *(element_id(Kind.ROOM_LINK, summary.room.id) for summary in joined),
            part(Part.NAV_OTHERS),
            *(element_id(Kind.ROOM_LINK, summary.room.id) for summary in shown),
        ],
    )
    return elements


def room_link(summary: RoomSummary, *, joined: bool, active: bool) -> dict[str, Any]:
    room = summary.room
    classes = ['room', *(['on'] if active else []), *([] if joined else ['other'])]
    html = f'<span class="hash" aria-hidden="true">#</span><span class="t" dir="auto">{escape(room.name)}</span>'
    return element('a', classes=classes, html=html, href=room_path(room.slug), title=room.name, aria_current='page' if active else None)


def room_heading(room: Room) -> Elements:
    """The header of a room: its name, and what it is for."""
    title = f'<h1 dir="auto"><span class="hash">#</span> {escape(room.name)}</h1>'
    description = f'<p dir="auto">{escape(room.description)}</p>' if room.description else ''
    return {part(Part.TITLE): element('div', classes=['title'], html=title + description)}


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


def join_card(summary: RoomSummary) -> Elements:
    """What somebody sees of an open room before joining it: everything but its messages."""
    room, count = summary.room, summary.member_count
    people = '1 member' if count == 1 else f'{count:,} members'
    html = (
        f'<span class="tile">#</span><h2 dir="auto">{escape(room.name)}</h2>'
        f'<p dir="auto">{escape(room.description) or "No description yet."}</p><p class="muted">{people}</p>'
    )
    text, button = element_id(Kind.SHELL, 0, 101), part(Part.JOIN)
    return {
        text: element('div', html=html),
        button: element('button', classes=['primary'], html='Join', aria_label='Join', type_='button', on={'click': []}),
        part(Part.JOIN_CARD): element('div', classes=['join-card'], children=[text, button]),
        part(Part.LOG): element('div', classes=['inner'], children=[part(Part.JOIN_CARD)]),
        **room_heading(room),
    }


def room_log(room_id: RoomId) -> Elements:
    return {part(Part.LOG): element('div', classes=['inner'], children=[element_id(Kind.LOG, room_id)])}


def opening_log() -> Elements:
    """While a room is on its way; the style sheet shows it only when that takes long."""
    return {part(Part.LOG): element('div', classes=['inner'], html='<p class="blank opening" role="status">Opening …</p>')}


def message_log(text: str, *, way_on: bool = False) -> Elements:
    """A plain sentence where the conversation would be: gone, out of order; and where to go from there."""
    link = '<a href="/rooms">Browse all rooms</a>' if way_on else ''
    return {part(Part.LOG): element('div', classes=['inner'], html=f'<div class="blank">{escape(text)}{link}</div>' if text else '')}


def column(*, is_log: bool) -> Elements:
    """What lies in the scroller: the log of a room, or anything else, which is not to be announced as messages."""
    name = {'role': 'log', 'aria_label': 'Messages'} if is_log else {'role': 'region', 'aria_label': 'Rooms to join'}
    return _box(Part.COLUMN, 'column', part(Part.LOG), tabindex='0', **name)
