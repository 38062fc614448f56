"""From room to room in one tab: what was typed stays, who may not read gets nothing, trouble is said."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from livechat.domain.errors import RoomNotFound, RoomUnavailable
from livechat.domain.model import Draft
from livechat.ui.shell import Part, part
from tests.ui.page_stand import PageStand, open_pages


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def test_room_that_is_opened_shows_its_messages_and_its_draft(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    await pages.chat.rooms.keep_draft(pages.people[1], other.id, Draft(body='not sent yet'))
    tab = await pages.tab()
    assert 'old 3' in tab.log
    assert pages.readers(pages.lobby) == {'Person 1'}

    tab.go('/rooms/other')
    await pages.settle()

    assert 'old 3' not in tab.log
    assert tab.box == 'not sent yet'
    assert pages.readers(pages.lobby) == set()
    assert pages.readers(other) == {'Person 1'}


async def test_room_left_and_opened_again_at_once_keeps_what_was_typed(pages: PageStand) -> None:
    await pages.room('Other', 1)
    tab = await pages.tab()
    queue = pages.hold(tab)

    tab.type('Hello wor')
    tab.go('/rooms/other')
    tab.go('/rooms/lobby')
    await pages.house.turn(20)
    queue.set()
    await pages.settle()

    assert tab.address == '/rooms/lobby'
    assert tab.box == 'Hello wor'
    tab.send('Hello world')
    await pages.settle()
    assert pages.bodies(pages.lobby) == ['Hello world']


async def test_text_typed_in_one_room_is_not_in_the_box_of_the_next(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    tab.type('for the lobby')

    tab.go('/rooms/other')
    await pages.settle()
    tab.send('for the other')
    await pages.settle()

    assert pages.bodies(other) == ['for the other']
    assert pages.bodies(pages.lobby) == []
    assert pages.draft(1, pages.lobby) == 'for the lobby'


async def test_room_whose_view_was_closed_comes_back_with_what_is_being_typed(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.type('Hello')
    view = tab.page.conversation.view
    assert view is not None
    await view.close()

    await tab.lose()
    await pages.settle()
    pages.drafts.reading.clear()
    await tab.connect()
    await pages.house.turn(50)
    tab.type('Hello wor')
    pages.drafts.reading.set()
    await pages.settle()

    assert tab.page.conversation.view is not view
    assert 'old 3' in tab.log
    assert tab.box == 'Hello wor'
    assert tab.page._box._text.text == 'Hello wor'


async def test_tab_whose_sign_in_ends_on_the_way_into_a_room_never_stands_in_it(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    pages.drafts.reading.clear()
    tab.go('/rooms/other')
    await pages.house.turn(50)
    assert tab.is_busy

    await pages.sign_out(tab)
    await pages.until(lambda: tab.opened)
    pages.drafts.reading.set()
    await pages.settle()

    assert tab.opened == ['/login']
    assert pages.readers(other) == set()
    assert pages.readers(pages.lobby) == set()


async def test_tab_that_is_deleted_with_a_room_still_in_its_queue_never_stands_in_it(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    queue = pages.hold(tab)
    tab.go('/rooms/other')
    await pages.house.turn(20)

    await tab.close()
    queue.set()
    await pages.settle()

    assert pages.readers(other) == pages.readers(pages.lobby) == set()
    assert list(pages.sessions) == []


TROUBLES = [RoomUnavailable(), RoomNotFound(), RuntimeError('disk I/O error')]


@pytest.mark.parametrize('trouble', TROUBLES, ids=lambda trouble: type(trouble).__name__)
async def test_trouble_on_the_way_into_a_room_is_said_and_leaves_no_box_on_the_old_one(pages: PageStand, trouble: Exception) -> None:
    await pages.room('Other', 1)
    tab = await pages.tab()
    pages.drafts.trouble = trouble

    tab.go('/rooms/other')
    await pages.settle()
    tab.send('for the other')
    await pages.settle()

    assert 'old 3' not in tab.log
    assert (str(trouble) if not isinstance(trouble, RuntimeError) else 'could not be opened') in tab.log
    assert pages.bodies(pages.lobby) == []
    assert tab.box == 'for the other'
    assert pages.readers(pages.lobby) == set()


async def test_room_opens_once_its_trouble_is_over(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    pages.drafts.trouble = RoomUnavailable()
    tab.go('/rooms/other')
    await pages.settle()
    assert pages.readers(other) == set()
    pages.drafts.trouble = None

    tab.go('/rooms/lobby')
    tab.go('/rooms/other')
    await pages.settle()

    assert pages.readers(other) == {'Person 1'}
    tab.send('for the other')
    await pages.settle()
    assert pages.bodies(other) == ['for the other']


async def test_member_who_leaves_gets_no_frame_more_though_the_queue_stands_still(pages: PageStand) -> None:
    tab = await pages.tab()
    queue = pages.hold(tab)
    await pages.chat.rooms.post(pages.people[0], pages.lobby.id, 'for members', 'k1')
    await pages.until(lambda: 'for members' in tab.log)

    await pages.chat.rooms.leave(pages.people[1], pages.lobby.id)
    await pages.until(lambda: pages.readers(pages.lobby) == set())
    received = tab.browser.received
    await pages.chat.rooms.post(pages.people[0], pages.lobby.id, 'not for you', 'k2')
    await pages.house.turn(100)

    assert tab.browser.received == received
    assert 'for members' not in tab.log
    assert 'not for you' not in tab.log
    queue.set()
    await pages.settle()
    assert 'Join' in tab.log
    assert 'at-card' in tab.classes


async def test_two_time_zones_in_one_room_are_served_apart(pages: PageStand) -> None:
    here = await pages.tab(1, offset=0)
    east = await pages.tab(2, offset=120)
    assert '>12:00<' in here.log
    assert '>14:00<' in east.log

    here.go('/rooms')
    await pages.settle()
    await pages.chat.rooms.post(pages.people[0], pages.lobby.id, 'after one left', 'k1')
    await pages.settle()

    assert pages.readers(pages.lobby) == {'Person 2'}
    assert 'after one left' in east.log
    east.go('/rooms')
    await pages.settle()
    view = pages.sessions.views._views[pages.lobby.id]
    assert view.is_empty


async def test_clock_that_is_learnt_late_changes_the_times_and_leaves_the_box_alone(pages: PageStand) -> None:
    other = await pages.tab(2, offset=0)
    tab = await pages.tab(1, offset=None)
    assert {'setToday', 'setNow'} <= set(tab.calls)
    assert '>12:00<' in tab.log
    tab.type('Hello wor')
    sets = tab.calls.count('updateValue')

    tab.page.virtual_event(part(Part.PROBE_DATE), ['2026-05-04'])
    tab.page.virtual_event(part(Part.PROBE_TIME), ['14:00'])
    await pages.settle()

    assert '>14:00<' in tab.log
    assert '>12:00<' not in tab.log
    assert tab.box == tab.page._box._text.text == 'Hello wor'
    assert tab.calls.count('updateValue') == sets
    await pages.chat.rooms.post(pages.people[0], pages.lobby.id, 'to both', 'k1')
    await pages.settle()
    assert 'to both' in tab.log
    assert 'to both' in other.log


async def test_room_that_is_open_already_is_not_entered_again(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.type('Hello wor')
    view, received = tab.page.conversation.view, tab.browser.received
    await asyncio.sleep(0)

    await tab.page.conversation.open(pages.lobby)

    assert tab.page.conversation.view is view
    assert tab.browser.received == received
    assert tab.box == 'Hello wor'
