"""The room list of one tab: one element per room, and one small frame when something about a room changes.

What a line looks like is a value (`Link`); equal lines are encoded once for all tabs. A tab keeps which lines it shows and in
what order: a change of one room sends that line, and the order only when the line moved.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from livechat.domain.model import Involvement, Membership, RoomId, RoomKind, RoomSummary, Unread, UserId
from livechat.domain.names import sort_key
from livechat.ui.components.icons import icon
from livechat.ui.html import avatar, escape, room_path
from livechat.ui.shell import MAX_OTHER_ROOMS, Elements, Part, part
from livechat.ui.stream import ElementId, Frame, Kind, element, element_id, encode

MAX_BADGE = 99
_QUIET = frozenset({Involvement.NOTHING, Involvement.HIDDEN})
FAVOURITES, ROOMS, DIRECT, OTHERS = range(4)
_HEADS = {FAVOURITES: Part.NAV_FAVOURITES, ROOMS: Part.NAV_MINE, DIRECT: Part.NAV_DIRECT, OTHERS: Part.NAV_OTHERS}
Place = tuple[int, str, float, RoomId, bool]
"""Section, what it is sorted by (names, or the latest first), room: the order of the list; and whether the room is open."""


class Link(NamedTuple):
    """How a room's line looks in one tab; equal in every tab where it is equal."""

    room_id: RoomId
    title: str
    slug: str
    glyph: str
    """Safe HTML."""
    active: bool
    joined: bool
    unread: bool
    badge: int
    muted: bool


def badge_of(summary: RoomSummary, membership: Membership, unread: Unread | None) -> int:
    """The number beside a room: mentions; in a direct room, or where everything is wanted, all that is unread."""
    if unread is None or membership.involvement in _QUIET:
        return 0
    return unread.unread if summary.room.is_direct or membership.involvement is Involvement.EVERYTHING else unread.mentions


def link_of(reader: UserId, summary: RoomSummary, membership: Membership | None, unread: Unread | None, *, active: bool) -> Link:
    room = summary.room
    muted = membership is not None and membership.involvement in _QUIET
    return Link(
        room_id=room.id,
        title=summary.title(reader),
        slug=room.slug,
        glyph=_glyph(reader, summary),
        active=active,
        joined=membership is not None,
        unread=unread is not None and unread.unread > 0 and not muted and not room.is_archived,
        badge=badge_of(summary, membership, unread) if membership is not None else 0,
        muted=muted,
    )


def _glyph(reader: UserId, summary: RoomSummary) -> str:
    """What stands before the name: what kind of room it is, or whose face."""
    room = summary.room
    if room.is_direct:
        other = next((person for person in summary.people if person.id != reader), None)
        return avatar(other.id, other.display_name, size='tiny') if other else '<span class="hash">@</span>'
    if room.is_archived:
        return f'<span class="hash">{icon("box")}</span>'
    if room.kind is RoomKind.PRIVATE:
        return f'<span class="hash">{icon("lock")}</span>'
    return f'<span class="hash">{icon("megaphone") if room.announcements else "#"}</span>'


@lru_cache(maxsize=4_096)
def link_frame(link: Link) -> Frame:
    """The bytes of one line, for all tabs in which it looks so."""
    return encode({element_id(Kind.ROOM_LINK, link.room_id): link_element(link)})


def link_element(link: Link) -> dict[str, object]:
    states = {'on': link.active, 'other': not link.joined, 'new': link.unread, 'muted': link.muted}
    count = f'{MAX_BADGE}+' if link.badge > MAX_BADGE else str(link.badge)
    news = ''
    if link.badge:
        news = f'<span class="badge" aria-hidden="true">{count}</span><span class="sr">, {count} unread for you</span>'
    elif link.unread:
        news = '<span class="dotnew" aria-hidden="true"></span><span class="sr">, unread</span>'
    html = f'{link.glyph}<span class="t" dir="auto">{escape(link.title)}</span>{news}'
    return element(
        'a',
        classes=['room', *(name for name, on in states.items() if on)],
        html=html,
        href=room_path(link.slug),
        title=link.title,
        aria_current='page' if link.active else None,
    )


class Nav:
    """One tab's list. Invariant: the browser shows the lines of `_links`, in the order of `_places`, apart from hidden ones."""

    def __init__(self, reader: UserId, *, unread: Callable[[], Mapping[RoomId, Unread]], send: Callable[[Frame], object]) -> None:
        self._reader = reader
        self._unread = unread
        self._send = send
        self._rooms: dict[RoomId, RoomSummary] = {}
        self._memberships: Mapping[RoomId, Membership] = {}
        self._active: RoomId | None = None
        self._links: dict[RoomId, Link] = {}
        self._places: dict[RoomId, Place] = {}
        """Of rooms that are listed: not of hidden or archived ones, unless they are open."""
        self._shown: dict[RoomId, None] = {}

    @property
    def total(self) -> int:
        """What the title of the page counts: all badges."""
        return sum(link.badge for link in self._links.values())

    def show(self, rooms: Iterable[RoomSummary], memberships: Mapping[RoomId, Membership]) -> None:
        """All of it: at the start, and after a lost connection."""
        before = self._shown
        self._rooms = {summary.room.id: summary for summary in rooms}
        self._memberships = memberships
        self._links.clear()
        self._places.clear()
        for room_id in self._rooms:
            self._note(room_id)
        self._shown = {}
        elements = {**_headings(), **self._rearranged()}
        self._send(encode({**_without(before.keys() - self._shown.keys()), **elements}))

    def open(self, room_id: RoomId | None) -> None:
        """Another room is on screen, or none."""
        before, self._active = self._active, room_id
        if before != room_id:
            for each in (before, room_id):
                if each is not None:
                    self._renew(each)

    def put(self, summary: RoomSummary, memberships: Mapping[RoomId, Membership]) -> None:
        """A room is new here, or something about it or the membership in it changed."""
        self._memberships = memberships
        self._rooms[summary.room.id] = summary
        self._renew(summary.room.id)

    def news(self, summary: RoomSummary) -> None:
        """Something was said there, or another number is unread."""
        if summary.room.id in self._rooms:
            self._rooms[summary.room.id] = summary
            self._renew(summary.room.id)

    def remove(self, room_id: RoomId, memberships: Mapping[RoomId, Membership]) -> None:
        """The room is gone, or this person sees it no more."""
        self._memberships = memberships
        if self._rooms.pop(room_id, None) is not None:
            del self._links[room_id]
            if self._places.pop(room_id, None) is not None:
                self._send(encode({element_id(Kind.ROOM_LINK, room_id): None, **self._rearranged()}))

    def _renew(self, room_id: RoomId) -> None:
        """Send the line if it looks different, and the list if it moved."""
        if room_id not in self._rooms:
            return
        before, place = self._links.get(room_id), self._places.get(room_id)
        link = self._note(room_id)
        if self._places.get(room_id) != place:
            elements = self._rearranged()
            if room_id in self._shown:
                elements[element_id(Kind.ROOM_LINK, room_id)] = link_element(link)
            self._send(encode(elements))
        elif link != before and room_id in self._shown:
            self._send(link_frame(link))

    def _note(self, room_id: RoomId) -> Link:
        summary, membership = self._rooms[room_id], self._memberships.get(room_id)
        active = room_id == self._active
        link = link_of(self._reader, summary, membership, self._unread().get(room_id), active=active)
        self._links[room_id] = link
        hidden = membership is not None and membership.involvement is Involvement.HIDDEN
        if active or not (hidden or summary.room.is_archived):
            self._places[room_id] = _place(summary, membership, link)
        else:
            self._places.pop(room_id, None)
        return link

    def _rearranged(self) -> Elements:
        """The list in its order, with the lines that were not in it before."""
        order = sorted(self._places.values())
        others = [place for place in order if place[0] == OTHERS]
        beyond = {place[3] for place in others[MAX_OTHER_ROOMS:] if not place[4]}
        lines: dict[int, list[ElementId]] = {section: [] for section in _HEADS}
        elements: Elements = {}
        before, self._shown = self._shown, {}
        for section, _, _, room_id, _ in order:
            if room_id in beyond:
                continue
            line = element_id(Kind.ROOM_LINK, room_id)
            lines[section].append(line)
            self._shown[room_id] = None
            if room_id not in before:
                elements[line] = link_element(self._links[room_id])
        children = [
            child for section, head in _HEADS.items() if lines[section] or section != FAVOURITES for child in (part(head), *lines[section])
        ]
        elements.update(_without(before.keys() - self._shown.keys()))
        elements[part(Part.NAV)] = element('div', classes=['room-list'], children=children)
        elements[part(Part.NAV_OTHERS)] = _others_heading(bool(lines[OTHERS]), len(others) - len(lines[OTHERS]))
        return elements


def _without(rooms: Iterable[RoomId]) -> Elements:
    return {element_id(Kind.ROOM_LINK, room_id): None for room_id in rooms}


def _place(summary: RoomSummary, membership: Membership | None, link: Link) -> Place:
    room = summary.room
    if room.is_direct and not (membership is not None and membership.favourite):
        latest = summary.latest_at or room.created_at
        return (DIRECT, '', -latest.timestamp(), room.id, False)
    section = OTHERS if membership is None else FAVOURITES if membership.favourite else ROOMS
    return (section, sort_key(link.title), 0.0, room.id, link.active and section == OTHERS)


@lru_cache(maxsize=1)
def _headings() -> Elements:
    return {
        part(Part.NAV_FAVOURITES): element('div', classes=['section'], html='<span>Favourites</span>'),
        part(Part.NAV_MINE): element('div', classes=['section'], children=[part(Part.NAV_MINE_WORD), part(Part.NEW_ROOM)]),
        part(Part.NAV_MINE_WORD): element('span', html='Rooms'),
        part(Part.NAV_DIRECT): element('div', classes=['section'], children=[part(Part.NAV_DIRECT_WORD), part(Part.NEW_DIRECT)]),
        part(Part.NAV_DIRECT_WORD): element('span', html='Direct'),
    }


def _others_heading(any_shown: bool, more: int) -> dict[str, object]:
    if not any_shown:
        return element('div', classes=['section'], html='<a href="/rooms">Browse rooms</a>')
    return element(
        'div', classes=['section'], html=f'<span>Not joined</span><a href="/rooms">{f"{more} more" if more > 0 else "Browse all"}</a>'
    )
