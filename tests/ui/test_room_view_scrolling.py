"""Up and down in a room, while things are under way."""

import asyncio
from collections.abc import Sequence

import pytest

from livechat.domain.message import Message
from livechat.domain.model import RoomId
from livechat.ui.shell import Part, part
from tests.ui.room_stand import RoomStand, inside

FAR_EAST = 540


async def test_paused_reader_goes_to_a_message_that_came_meanwhile(stand: RoomStand) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())
    tab.bottom_gone()
    stand.post('new')
    await stand.check()
    assert tab.shown_messages() == [1, 2, 3]

    tab.around(4)
    await stand.check()

    assert tab.shown_messages() == [1, 2, 3, 4]


async def test_page_brought_in_by_scrolling_to_the_newest_takes_the_count_back(stand: RoomStand) -> None:
    await stand.open(history=420)
    tab = await inside(stand, stand.tab())
    tab.around(20)
    stand.post('new')
    await stand.check()

    while tab.reader.live is None:
        tab.bottom_seen()
        await stand.check()

    assert tab.browser.elements[part(Part.JUMP)]['props']['aria-label'] == 'Jump to newest'


async def told_but_not_flushed(stand: RoomStand) -> None:
    """Until the view knows of a post of which no tab has been told."""
    stand.post('the first of a new page')
    for _ in range(1_000):
        await asyncio.sleep(0)
        if stand.view._flush_planned:
            return
    raise AssertionError('nothing was to be flushed')


async def test_reader_who_enters_while_a_page_rolls_keeps_no_page_too_many(stand: RoomStand) -> None:
    await stand.open(history=150)
    await inside(stand, stand.tab())
    late = stand.tab()
    await told_but_not_flushed(stand)

    stand.view.enter(late.reader)
    await stand.check()

    assert late.shown_messages() == list(range(101, 152))


async def test_reader_who_jumps_while_a_page_rolls_keeps_no_page_too_many(stand: RoomStand) -> None:
    await stand.open(history=150)
    await inside(stand, stand.tab())
    paused = await inside(stand, stand.tab())
    paused.around(1)
    await stand.check()
    await told_but_not_flushed(stand)

    await stand.view.follow(paused.reader)
    await stand.check()

    assert paused.shown_messages() == list(range(101, 152))


async def test_scrolling_down_again_after_the_newest_page_was_dropped_goes_page_by_page(stand: RoomStand) -> None:
    await stand.open(history=500)
    tab = await inside(stand, stand.tab())
    tab.bottom_gone()
    for _ in range(7):
        tab.older()
    await stand.check()
    assert tab.shown_messages() == list(range(51, 351))

    tab.bottom_seen()
    await stand.check()

    assert tab.shown_messages() == list(range(101, 401))


async def test_older_page_that_comes_after_one_left_and_entered_again_is_not_shown(
    stand: RoomStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.open(history=300)
    tab = await inside(stand, stand.tab())
    tab.bottom_gone()
    await stand.check()
    original, gate = stand.chat.rooms.read_page, asyncio.Event()

    async def read_page(room_id: RoomId, page: int) -> Sequence[Message]:
        await gate.wait()
        return await original(room_id, page)

    monkeypatch.setattr(stand.chat.rooms, 'read_page', read_page)
    tab.older()
    await stand.turn(10)
    tab.reader.show(stand.view.leave(tab.reader))
    stand.view.enter(stand.tab(1, FAR_EAST).reader)
    tab.reader.audience = stand.tabs[-1].reader.audience
    stand.view.enter(tab.reader)
    gate.set()
    await stand.check()

    assert tab.shown_messages() == list(range(201, 301))
