"""What stands around the conversation: the room list, notices, the counter, the page of all rooms."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from livechat.domain.model import Room, RoomId, RoomSummary
from livechat.ui.pages.browse import browse_elements
from livechat.ui.shell import MAX_OTHER_ROOMS, Elements, Part, RealElements, counter, frame_elements, nav_elements, notice, part
from livechat.ui.stream import Kind, encode
from tests.ui.browser_model import BrowserModel

REAL = RealElements(box=5, pages=6)
EVIL = '<img src=x onerror=alert(1)>'


def room(number: int, name: str = '') -> RoomSummary:
    shown = Room(
        id=RoomId(number),
        name=name or f'Room {number:03}',
        slug=f'room-{number}',
        description='',
        created_by=None,
        created_at=datetime(2026, 5, 4, tzinfo=UTC),
    )
    return RoomSummary(room=shown, member_count=number)


def shown(*elements: Elements) -> BrowserModel:
    browser = BrowserModel()
    for each in elements:
        browser.receive(encode(each))
    return browser


def links(browser: BrowserModel) -> list[str]:
    children = browser.elements[part(Part.NAV)]['children']
    return [browser.elements[key]['props']['href'] for key in children if browser.elements[key]['tag'] == 'a']


def test_rooms_one_is_in_stand_before_the_others() -> None:
    browser = shown(nav_elements([room(1), room(2), room(3)], {RoomId(2)}, RoomId(2)))

    assert links(browser) == ['/rooms/room-2', '/rooms/room-1', '/rooms/room-3']
    active = [element['props']['title'] for element in browser.elements.values() if 'on' in element.get('class', [])]
    assert active == ['Room 002']


def test_of_very_many_rooms_some_are_listed_and_the_open_one_is_among_them() -> None:
    rooms = [room(number) for number in range(1, 101)]

    browser = shown(nav_elements(rooms, {RoomId(99)}, RoomId(90)))

    assert links(browser) == ['/rooms/room-99', *(f'/rooms/room-{n}' for n in range(1, MAX_OTHER_ROOMS + 1)), '/rooms/room-90']
    assert '68 more' in browser.html(part(Part.NAV_OTHERS))


def test_list_without_a_room_forgets_its_link_on_screen() -> None:
    browser = shown(nav_elements([room(1), room(2)], {RoomId(1)}, None), nav_elements([room(1)], {RoomId(1)}, None))

    assert links(browser) == ['/rooms/room-1']
    assert not browser.complaints


def test_hostile_names_are_text_everywhere() -> None:
    evil = room(1, EVIL)
    browser = shown(
        frame_elements(EVIL, '1.0', REAL),
        nav_elements([evil], (), None),
        browse_elements([replace(evil, room=replace(evil.room, description=EVIL))], ()),
        notice(EVIL),
    )

    htmls = [str(element.get('props', {}).get('innerHTML', '')) for element in browser.elements.values()]
    assert not [html for html in htmls if '<img' in html]
    assert sum('&lt;img' in html for html in htmls) >= 4


def test_browse_page_offers_to_join_what_one_is_not_in_and_to_leave_what_one_is() -> None:
    browser = shown(browse_elements([room(1), room(2)], {RoomId(1)}))

    assert browser.numbers(Kind.BROWSE_BUTTON, 1) == {0}
    assert browser.numbers(Kind.BROWSE_BUTTON, 2) == {0}
    assert '1 member' in browser.html(part(Part.LOG))
    assert '2 members' in browser.html(part(Part.LOG))


@pytest.mark.parametrize(('length', 'classes'), [(0, 'hidden'), (3_599, 'hidden'), (3_600, ''), (4_000, ''), (4_001, 'over')])
def test_counter_appears_near_the_limit_and_warns_beyond_it(length: int, classes: str) -> None:
    element = counter(length, 4_000)[part(Part.COUNTER)]

    assert element is not None
    assert element['class'] == ['counter', *classes.split()]
    assert (f'{length:,} / 4,000' in str(element)) is (classes != 'hidden')


def test_frame_keeps_its_listeners_whatever_is_shown() -> None:
    frame = frame_elements('Home', '1.0', REAL)

    assert not shown(frame, notice('x'), counter(4_000, 4_000), frame, notice(''), counter(0, 4_000)).complaints
