"""The room list of one tab: one element per room, and one small frame when something about a room changes.

A tab keeps which lines it shows and in what order: a change of one room sends that line, and the order only when the line moved.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache

from livechat.domain.model import Involvement, Membership, RoomId, RoomSummary, Unread, UserId
from livechat.domain.names import sort_key
from livechat.ui.nav_line import Link, link_element, link_frame, link_of
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import ElementId, Frame, Kind, element, element_id, encode

MAX_OTHER_ROOMS = 30
"""Rooms one has not joined are listed up to here; the rest is on the browse page."""
FAVOURITES, ROOMS, DIRECT, OTHERS = range(4)
_HEADS = {FAVOURITES: Part.NAV_FAVOURITES, ROOMS: Part.NAV_MINE, DIRECT: Part.NAV_DIRECT, OTHERS: Part.NAV_OTHERS}
Place = tuple[int, str, float, RoomId]
"""Section, what it is sorted by (names, or the latest first), room: the order of the list."""
_FIRST_OTHER: Place = (OTHERS, '', 0.0, RoomId(0))


class Nav:
    """One tab's list. Invariant: the browser shows the lines of `_shown`, as they stand in `_links`, in the order of `_order`.

    A change of one room costs the same however many rooms there are, unless the order changes.
    """

    def __init__(self, reader: UserId, *, send: Callable[[Frame], object]) -> None:
        self._reader = reader
        self._send = send
        self.on_total: Callable[[], object] = lambda: None
        """Called when `total` changed."""
        self._rooms: dict[RoomId, RoomSummary] = {}
        self._memberships: Mapping[RoomId, Membership] = {}
        self._unread: dict[RoomId, Unread] = {}
        self._drafts: set[RoomId] = set()
        self._active: RoomId | None = None
        self._links: dict[RoomId, Link] = {}
        self._places: dict[RoomId, Place] = {}
        """Of rooms that are listed: not of hidden or archived ones, unless they are open."""
        self._order: list[Place] = []
        self._shown: set[RoomId] = set()
        self.total = 0
        """What the title of the page counts: all badges."""

    def show(self, rooms: Iterable[RoomSummary], memberships: Mapping[RoomId, Membership], unread: Mapping[RoomId, Unread]) -> None:
        """All of it: at the start, and after a lost connection."""
        before, total = self._shown, self.total
        self._rooms = {summary.room.id: summary for summary in rooms}
        self._memberships, self._unread = memberships, dict(unread)
        self._links.clear()
        self._places.clear()
        self.total = 0
        for room_id in self._rooms:
            self._note(room_id)
        self._order = sorted(self._places.values())
        self._shown = set()
        elements = {**_headings(), **self._rearranged()}
        self._send(encode({**_without(before - self._shown), **elements}))
        self._tell_total(total)

    def open(self, room_id: RoomId | None) -> None:
        """Another room is on screen, or none."""
        before, self._active = self._active, room_id
        if before != room_id:
            for each in (before, room_id):
                if each is not None:
                    self._renew_known(each)

    def put(self, summary: RoomSummary, memberships: Mapping[RoomId, Membership]) -> None:
        """A room is new here, or something about it or the membership in it changed."""
        self._memberships = memberships
        self._rooms[summary.room.id] = summary
        self._renew(summary.room.id)

    def news(self, unread: Unread) -> None:
        """Another number is unread in a room."""
        self._unread[unread.room_id] = unread
        self._renew_known(unread.room_id)

    def show_drafts(self, rooms: Collection[RoomId]) -> None:
        """In which rooms something is not sent yet: all of it, as `show` does."""
        changed, self._drafts = self._drafts ^ set(rooms), set(rooms)
        for room_id in changed:
            self._renew_known(room_id)

    def draft(self, room_id: RoomId, *, has_draft: bool) -> None:
        """Something in a room is not sent yet, or it is now."""
        if has_draft is not (room_id in self._drafts):
            self._drafts ^= {room_id}
            self._renew_known(room_id)

    def _renew_known(self, room_id: RoomId) -> None:
        if room_id in self._rooms:
            self._renew(room_id)

    def remove(self, room_id: RoomId, memberships: Mapping[RoomId, Membership]) -> None:
        """The room is gone, or this person sees it no more."""
        self._memberships = memberships
        self._unread.pop(room_id, None)
        if self._rooms.pop(room_id, None) is None:
            return
        total = self.total
        self.total -= self._links.pop(room_id).badge
        place = self._places.pop(room_id, None)
        if place is not None:
            self._take_out(place)
            self._send(encode(self._rearranged()))
        self._tell_total(total)

    def _renew(self, room_id: RoomId) -> None:
        """Send the line if it looks different, and the list if it moved."""
        before, total, place = self._links.get(room_id), self.total, self._places.get(room_id)
        index = None if place is None else self._take_out(place)
        link = self._note(room_id)
        now = self._places.get(room_id)
        moved = place is not now
        if now is not None:
            insort(self._order, now)
            moved = index != bisect_left(self._order, now) or place is None or place[0] != now[0]
            moved = moved or self._is_listed(now) is not (room_id in self._shown)
        if moved:
            elements = self._rearranged()
            if room_id in self._shown:
                elements[element_id(Kind.ROOM_LINK, room_id)] = link_element(link)
            self._send(encode(elements))
        elif link != before and room_id in self._shown:
            self._send(link_frame(link))
        self._tell_total(total)

    def _take_out(self, place: Place) -> int:
        index = bisect_left(self._order, place)
        del self._order[index]
        return index

    def _note(self, room_id: RoomId) -> Link:
        """How the room's line looks now, and where it belongs."""
        summary, membership = self._rooms[room_id], self._memberships.get(room_id)
        active = room_id == self._active
        link = link_of(self._reader, summary, membership, self._unread.get(room_id), active=active, has_draft=room_id in self._drafts)
        before = self._links.get(room_id)
        self.total += link.badge - (before.badge if before else 0)
        self._links[room_id] = link
        hidden = membership is not None and membership.involvement is Involvement.HIDDEN
        if active or not (hidden or summary.room.is_archived):
            self._places[room_id] = _place(summary, membership, link)
        else:
            self._places.pop(room_id, None)
        return link

    def _tell_total(self, before: int) -> None:
        if self.total != before:
            self.on_total()

    def _is_listed(self, place: Place) -> bool:
        """Of very many rooms that one has not joined, only some are."""
        section, _, _, room_id = place
        if section != OTHERS or room_id == self._active:
            return True
        return bisect_left(self._order, place) - bisect_left(self._order, _FIRST_OTHER) < MAX_OTHER_ROOMS

    def _rearranged(self) -> Elements:
        """The list in its order, with the lines that were not in it before and without those that are not in it any more."""
        lines: dict[int, list[ElementId]] = {section: [] for section in _HEADS}
        others = more = 0
        elements: Elements = {}
        before, self._shown = self._shown, set()
        for section, _, _, room_id in self._order:
            others += section == OTHERS
            if section == OTHERS and others > MAX_OTHER_ROOMS and room_id != self._active:
                more += 1
                continue
            line = element_id(Kind.ROOM_LINK, room_id)
            lines[section].append(line)
            self._shown.add(room_id)
            if room_id not in before:
                elements[line] = link_element(self._links[room_id])
        children = [
            child for section, head in _HEADS.items() if lines[section] or section != FAVOURITES for child in (part(head), *lines[section])
        ]
        elements.update(_without(before - self._shown))
        elements[part(Part.NAV)] = element('div', classes=['room-list'], children=children)
        elements[part(Part.NAV_OTHERS)] = _others_heading(bool(lines[OTHERS]), more)
        return elements


def _without(rooms: Iterable[RoomId]) -> Elements:
    return {element_id(Kind.ROOM_LINK, room_id): None for room_id in rooms}


def _place(summary: RoomSummary, membership: Membership | None, link: Link) -> Place:
    room = summary.room
    if room.is_direct and not (membership is not None and membership.favourite):
        latest = summary.latest_at or room.created_at
        return (DIRECT, '', -latest.timestamp(), room.id)
    section = OTHERS if membership is None else FAVOURITES if membership.favourite else ROOMS
    return (section, _sort_key(link.title), 0.0, room.id)


@lru_cache(maxsize=4_096)
def _sort_key(name: str) -> str:
    """One string for all tabs."""
    return sort_key(name)


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
