"""What stands around the conversation: headings, notices, the counter, the card of a room."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from livechat.domain.model import Person, Room, RoomId, RoomKind, RoomSummary, Server, ServerRole, UserId, UserKind
from livechat.ui.page_frame import RealElements, frame_elements
from livechat.ui.room_head import direct_heading, join_card, room_heading
from livechat.ui.shell import Elements, Part, counter, notice, part, read_only
from livechat.ui.stream import encode
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


def direct(name: str) -> RoomSummary:
    person = Person(id=UserId(2), kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username='x', display_name=name)
    return RoomSummary(room=replace(room(9).room, kind=RoomKind.DIRECT), member_count=2, people=(person,))


def shown(*elements: Elements) -> BrowserModel:
    browser = BrowserModel()
    for each in elements:
        browser.receive(encode(each))
    return browser


def test_hostile_names_are_text_everywhere() -> None:
    evil = room(1, EVIL)
    browser = shown(
        frame_elements(Server(name=EVIL), '1.0', REAL),
        room_heading(evil.room),
        join_card(evil, may_join=True),
        direct_heading(direct(EVIL), UserId(1)),
        read_only(EVIL),
        notice(EVIL),
    )

    htmls = [str(element.get('props', {}).get('innerHTML', '')) for element in browser.elements.values()]
    assert not [html for html in htmls if '<img' in html]
    assert sum('&lt;img' in html for html in htmls) >= 4


@pytest.mark.parametrize(('length', 'classes'), [(0, 'hidden'), (3_599, 'hidden'), (3_600, ''), (4_000, ''), (4_001, 'over')])
def test_counter_appears_near_the_limit_and_warns_beyond_it(length: int, classes: str) -> None:
    element = counter(length, 4_000)[part(Part.COUNTER)]

    assert element is not None
    assert element['class'] == ['counter', *classes.split()]
    assert (f'{length:,} / 4,000' in str(element)) is (classes != 'hidden')


def test_frame_keeps_its_listeners_whatever_is_shown() -> None:
    frame = frame_elements(Server(name='Home'), '1.0', REAL)

    assert not shown(frame, notice('x'), counter(4_000, 4_000), frame, notice(''), counter(0, 4_000)).complaints
