"""The room list of one tab: what stands where, and that a change sends its line alone."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livechat.domain.model import (
    Involvement,
    Membership,
    MessageNumber,
    Person,
    Room,
    RoomId,
    RoomKind,
    RoomRole,
    RoomSummary,
    ServerRole,
    Unread,
    UserId,
    UserKind,
)
from livechat.ui.nav import MAX_OTHER_ROOMS, Nav
from livechat.ui.shell import Part, part
from livechat.ui.stream import ElementId, Kind, element_id, parse_id
from tests.ui.browser_model import BrowserModel, updates_in

ME = UserId(1)
AT = datetime(2026, 5, 4, tzinfo=UTC)
EVIL = '<img src=x onerror=alert(1)>'
SMALL = 400
"""Bytes of a frame with one line in it."""


def room(number: int, name: str = '', *, kind: RoomKind = RoomKind.OPEN, latest_min: int = 0, archived: bool = False) -> RoomSummary:
    name = name or f'Room {number:03}'
    of = Room(
        id=RoomId(number),
        name=name,
        slug=f'room-{number}',
        description='',
        created_by=None,
        created_at=AT,
        kind=kind,
        archived_at=AT if archived else None,
    )
    people = (person(1, 'Me'), person(100 + number, name)) if of.is_direct else ()
    return RoomSummary(room=of, member_count=2, people=people, latest_at=AT + timedelta(minutes=latest_min) if latest_min else None)


def person(user_id: int, name: str) -> Person:
    return Person(id=UserId(user_id), kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username=f'u{user_id}', display_name=name)


def member(number: int, involvement: Involvement = Involvement.MENTIONS, *, favourite: bool = False) -> Membership:
    return Membership(room_id=RoomId(number), user_id=ME, role=RoomRole.MEMBER, joined_at=AT, involvement=involvement, favourite=favourite)


def of(*memberships: Membership) -> dict[RoomId, Membership]:
    return {membership.room_id: membership for membership in memberships}


def unread(number: int, count: int, mentions: int = 0) -> Unread:
    return Unread(room_id=RoomId(number), last_read=MessageNumber(0), unread=count, mentions=mentions)


class Tab:
    """A list, and the browser that shows it."""

    def __init__(
        self, rooms: Iterable[RoomSummary] = (), memberships: dict[RoomId, Membership] | None = None, news: Iterable[Unread] = ()
    ) -> None:
        self.browser = BrowserModel()
        self.frames: list[bytes] = []
        self.totals: list[int] = []
        self.nav = Nav(ME, send=self._take)
        self.nav.on_total = lambda: self.totals.append(self.nav.total)
        self.nav.show(rooms, memberships or {}, {each.room_id: each for each in news})

    def _take(self, frame: Any) -> None:
        self.frames.append(frame)
        self.browser.receive(frame)

    @property
    def children(self) -> list[ElementId]:
        return self.browser.elements[part(Part.NAV)]['children']  # type: ignore[no-any-return]

    @property
    def rooms(self) -> list[int]:
        """On screen, from top to bottom."""
        places = [place for child in self.children if (place := parse_id(child))]
        return [number for kind, number, _ in places if kind is Kind.ROOM_LINK]

    @property
    def outline(self) -> list[int | Part]:
        places = [place for child in self.children if (place := parse_id(child))]
        return [number if kind is Kind.ROOM_LINK else Part(which) for kind, number, which in places]

    def line(self, number: int) -> dict[str, Any]:
        line = self.browser.elements[element_id(Kind.ROOM_LINK, number)]
        return {'html': line['props']['innerHTML'], 'classes': set(line['class']) - {'room'}, **line['props']}

    def sent_since(self, frames: int) -> list[set[ElementId]]:
        return [{ElementId(key) for key in update} for frame in self.frames[frames:] for update in updates_in(frame)]


def test_sections_stand_in_order_with_their_headings() -> None:
    rooms = [room(1), room(2), room(3), room(4, 'Zoe', kind=RoomKind.DIRECT), room(5)]

    tab = Tab(rooms, of(member(2), member(3, favourite=True), member(4)))

    assert tab.outline == [Part.NAV_FAVOURITES, 3, Part.NAV_MINE, 2, Part.NAV_DIRECT, 4, Part.NAV_OTHERS, 1, 5]


def test_section_of_favourites_is_there_only_while_there_are_any() -> None:
    tab = Tab([room(1)], of(member(1)))
    assert tab.outline == [Part.NAV_MINE, 1, Part.NAV_DIRECT, Part.NAV_OTHERS]

    tab.nav.put(room(1), of(member(1, favourite=True)))

    assert tab.outline == [Part.NAV_FAVOURITES, 1, Part.NAV_MINE, Part.NAV_DIRECT, Part.NAV_OTHERS]


def test_direct_rooms_stand_with_the_latest_first_and_favourites_by_name() -> None:
    direct = RoomKind.DIRECT
    rooms = [room(1, 'Ana', kind=direct, latest_min=5), room(2, 'Bo', kind=direct, latest_min=9), room(3, 'Cy', kind=direct)]
    tab = Tab(rooms, of(member(1), member(2), member(3)))
    assert tab.rooms == [2, 1, 3]

    tab.nav.put(room(3, 'Cy', kind=direct, latest_min=10), of(member(1), member(2), member(3)))
    assert tab.rooms == [3, 2, 1]
    tab.nav.put(rooms[1], of(member(1), member(2, favourite=True), member(3)))

    assert tab.rooms == [2, 3, 1]


def test_direct_room_is_called_by_the_names_of_the_others() -> None:
    tab = Tab([room(1, 'Bo Lind', kind=RoomKind.DIRECT)], of(member(1)))

    assert 'Bo Lind</span>' in tab.line(1)['html']
    assert "class='av tiny" in tab.line(1)['html']
    assert 'Me' not in tab.line(1)['html']


def test_rooms_stand_as_people_sort_names() -> None:
    tab = Tab([room(1, 'zoo'), room(2, 'apple'), room(3, 'Boat')], of(member(1), member(2), member(3)))

    assert tab.rooms == [2, 3, 1]


def test_unread_room_is_bold_with_a_dot_and_a_mention_is_a_number() -> None:
    tab = Tab([room(1)], of(member(1)))
    assert tab.line(1)['classes'] == set()

    tab.nav.news(unread(1, 3))
    assert tab.line(1)['classes'] == {'new'}
    assert 'dotnew' in tab.line(1)['html']
    tab.nav.news(unread(1, 4, mentions=2))
    assert '>2</span><span class="sr">, 2 unread for you</span>' in tab.line(1)['html']
    tab.nav.news(unread(1, 0))

    assert tab.line(1)['classes'] == set()
    assert 'dotnew' not in tab.line(1)['html']
    assert tab.totals == [2, 0]


def test_all_that_is_unread_counts_in_direct_rooms_and_where_everything_is_wanted() -> None:
    rooms = [room(1), room(2, 'Bo', kind=RoomKind.DIRECT), room(3)]
    memberships = of(member(1, Involvement.EVERYTHING), member(2), member(3))

    tab = Tab(rooms, memberships, [unread(1, 3), unread(2, 150), unread(3, 7)])

    assert '>3</span>' in tab.line(1)['html']
    assert '>99+</span>' in tab.line(2)['html']
    assert 'badge' not in tab.line(3)['html']
    assert tab.nav.total == 153


@pytest.mark.parametrize('involvement', [Involvement.NOTHING, Involvement.HIDDEN])
def test_room_of_which_nothing_is_wanted_is_muted(involvement: Involvement) -> None:
    tab = Tab([room(1)], of(member(1)), [unread(1, 3, mentions=3)])
    assert tab.nav.total == 3

    tab.nav.open(RoomId(1))
    tab.nav.put(room(1), of(member(1, involvement)))

    assert tab.line(1)['classes'] == {'on', 'muted'}
    assert 'badge' not in tab.line(1)['html']
    assert tab.nav.total == 0


def test_hidden_and_archived_rooms_are_listed_only_while_they_are_open() -> None:
    tab = Tab([room(1), room(2), room(3, archived=True)], of(member(1), member(2, Involvement.HIDDEN), member(3)), [unread(3, 9, 9)])
    assert tab.rooms == [1]
    assert tab.nav.total == 0

    tab.nav.open(RoomId(2))
    assert tab.rooms == [1, 2]
    tab.nav.open(RoomId(3))
    assert tab.rooms == [1, 3]
    tab.nav.open(None)

    assert tab.rooms == [1]
    assert tab.browser.numbers(Kind.ROOM_LINK, 2) == set()


def test_open_room_is_marked_for_eyes_and_ears() -> None:
    tab = Tab([room(1), room(2)], of(member(1), member(2)))

    tab.nav.open(RoomId(1))
    tab.nav.open(RoomId(2))

    assert tab.line(1)['classes'] == set()
    assert 'aria-current' not in tab.line(1)
    assert tab.line(2)['classes'] == {'on'}
    assert tab.line(2)['aria-current'] == 'page'


def test_of_very_many_rooms_some_are_listed_and_the_open_one_is_among_them() -> None:
    tab = Tab([room(number) for number in range(1, 101)], of(member(99)))

    tab.nav.open(RoomId(90))

    assert tab.rooms == [99, *range(1, MAX_OTHER_ROOMS + 1), 90]
    assert '68 more' in tab.browser.html(part(Part.NAV_OTHERS))
    tab.nav.open(RoomId(5))
    assert tab.rooms == [99, *range(1, MAX_OTHER_ROOMS + 1)]


def test_room_that_is_gone_leaves_nothing_in_the_browser() -> None:
    tab = Tab([room(1), room(2)], of(member(1), member(2)), [unread(1, 1, 1)])

    tab.nav.remove(RoomId(1), of(member(2)))

    assert tab.rooms == [2]
    assert tab.browser.numbers(Kind.ROOM_LINK, 1) == set()
    assert tab.totals == [1, 0]


def test_hostile_names_are_text() -> None:
    tab = Tab([room(1, EVIL), room(2, EVIL, kind=RoomKind.DIRECT)], of(member(1), member(2)))

    assert '<img' not in tab.browser.html(part(Part.NAV))
    assert tab.browser.html(part(Part.NAV)).count('&lt;img') == 2


# What a change costs


@pytest.fixture
def large() -> Tab:
    """200 rooms of every kind."""
    rooms = [room(number, kind=RoomKind.DIRECT if number % 4 == 0 else RoomKind.OPEN, latest_min=number) for number in range(1, 201)]
    return Tab(rooms, of(*(member(number, favourite=number % 7 == 0) for number in range(1, 201) if number % 5)))


def change_of(tab: Tab, change: str) -> None:
    nav = tab.nav
    summary, memberships = nav._rooms[RoomId(101)], dict(nav._memberships)
    match change:
        case 'unread':
            nav.news(unread(101, 1))
        case 'badge':
            nav.news(unread(101, 2, 1))
        case 'mute':
            nav.put(summary, {**memberships, **of(member(101, Involvement.NOTHING))})
        case 'glyph':
            nav.put(replace(summary, room=replace(summary.room, announcements=True)), memberships)
        case 'name that stays in its place':
            nav.put(replace(summary, room=replace(summary.room, name='Room 101 and a bit')), memberships)
        case 'latest of the latest direct room':
            nav.put(room(196, kind=RoomKind.DIRECT, latest_min=900), memberships)
            nav.news(unread(196, 1))


@pytest.mark.parametrize('change', ['unread', 'badge', 'mute', 'glyph', 'name that stays in its place', 'latest of the latest direct room'])
def test_change_of_one_room_of_200_sends_one_small_frame_without_a_list(large: Tab, change: str) -> None:
    large.nav.put(room(196, kind=RoomKind.DIRECT, latest_min=800), large.nav._memberships)
    before = len(large.frames)

    change_of(large, change)

    number = 196 if 'direct' in change else 101
    assert large.sent_since(before) == [{element_id(Kind.ROOM_LINK, number)}]
    assert len(large.frames[-1]) < SMALL


def test_change_that_is_not_seen_sends_nothing(large: Tab) -> None:
    before = len(large.frames)
    summary = large.nav._rooms[RoomId(101)]

    large.nav.put(replace(summary, member_count=9, room=replace(summary.room, description='What it is for')), large.nav._memberships)
    large.nav.news(unread(101, 0))

    assert large.frames[before:] == []


def test_room_that_moves_sends_the_order_and_its_line_alone(large: Tab) -> None:
    before = len(large.frames)
    summary = large.nav._rooms[RoomId(101)]

    large.nav.put(replace(summary, room=replace(summary.room, name='Aardvark')), large.nav._memberships)

    expected = {part(Part.NAV), part(Part.NAV_OTHERS), element_id(Kind.ROOM_LINK, 101)}
    assert large.sent_since(before) == [expected]
    assert len(large.frames[-1]) < 200 * 20 + 2 * SMALL


def test_equal_lines_are_the_same_bytes_for_all_tabs() -> None:
    tabs = [Tab([room(1)], of(member(1))) for _ in range(2)]

    for tab in tabs:
        tab.nav.news(unread(1, 1))

    assert tabs[0].frames[-1] is tabs[1].frames[-1]


# Whatever happens, the browser shows what a fresh one would

NUMBERS = st.integers(1, 6)
KINDS = st.sampled_from([(RoomKind.OPEN, False), (RoomKind.PRIVATE, False), (RoomKind.DIRECT, False), (RoomKind.OPEN, True)])
ROOMS = st.builds(
    lambda number, name, kind, latest: room(number, name, kind=kind[0], archived=kind[1], latest_min=latest),
    NUMBERS,
    st.sampled_from(['', 'Ana', 'bo', 'Cy', 'cy']),
    KINDS,
    st.integers(0, 3),
)
MEMBERSHIPS = st.none() | st.builds(
    lambda involvement, favourite: (involvement, favourite), st.sampled_from(list(Involvement)), st.booleans()
)
STEPS = st.lists(
    st.tuples(st.just('put'), ROOMS, MEMBERSHIPS)
    | st.tuples(st.just('news'), NUMBERS, st.integers(0, 2), st.integers(0, 1))
    | st.tuples(st.just('remove'), NUMBERS)
    | st.tuples(st.just('open'), st.none() | NUMBERS)
    | st.tuples(st.just('show'))
)


@given(steps=STEPS, many=st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_sequence_of_changes_ends_in_what_a_fresh_list_shows(steps: list[tuple[Any, ...]], many: bool) -> None:
    others = {RoomId(n): room(n, f'Other {n:03}') for n in range(10, 10 + MAX_OTHER_ROOMS)} if many else {}
    rooms, memberships, news = dict(others), dict[RoomId, Membership](), dict[RoomId, Unread]()
    active: RoomId | None = None
    tab = Tab(rooms.values())

    for step in steps:
        match step:
            case ('put', summary, wishes):
                room_id = summary.room.id
                memberships = {each: membership for each, membership in memberships.items() if each != room_id}
                if wishes is not None:
                    memberships[room_id] = member(room_id, wishes[0], favourite=wishes[1])
                rooms[room_id] = summary
                tab.nav.put(summary, memberships)
            case ('news', number, count, mentions):
                news[RoomId(number)] = unread(number, count, min(count, mentions))
                tab.nav.news(news[RoomId(number)])
            case ('remove', number):
                memberships = {each: membership for each, membership in memberships.items() if each != number}
                rooms.pop(RoomId(number), None)
                news.pop(RoomId(number), None)
                tab.nav.remove(RoomId(number), memberships)
            case ('open', number):
                active = None if number is None else RoomId(number)
                tab.nav.open(active)
            case ('show',):
                tab.nav.show(rooms.values(), memberships, news)

    fresh = Tab()
    fresh.nav.open(active)
    fresh.nav.show(rooms.values(), memberships, news)
    assert tab.browser.elements == fresh.browser.elements
    assert tab.nav.total == fresh.nav.total == (tab.totals[-1] if tab.totals else 0)
    assert not tab.browser.complaints
