"""The question before many are told: what becomes of the message, however it ends."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from livechat.domain.limits import Limits
from livechat.ui.components.box import DRAFT_AFTER_S
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import PageStand, PageTab, open_pages

OWNER = 0
TEXT = '@room dinner is ready'


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages(replace(Limits(), called_unasked=0)) as pages:
        yield pages


async def asked(pages: PageStand) -> tuple[PageTab, OnScreen]:
    """A tab in which somebody called the room, and was asked whether they mean it."""
    tab = await pages.tab(OWNER)
    tab.send(TEXT)
    await pages.settle()
    screen = OnScreen(tab)
    assert screen.buttons == ['Cancel', 'Send']
    assert tab.box == ''
    assert pages.bodies(pages.lobby) == []
    return tab, screen


async def test_confirmed_call_is_posted_once_and_leaves_no_draft(pages: PageStand) -> None:
    tab, screen = await asked(pages)

    screen.press('Send')
    await pages.settle()
    await pages.pass_time(DRAFT_AFTER_S)

    assert pages.bodies(pages.lobby) == [TEXT]
    assert (tab.box, pages.draft(OWNER, pages.lobby)) == ('', '')


async def test_call_that_is_not_meant_comes_back_into_the_box(pages: PageStand) -> None:
    tab, screen = await asked(pages)

    screen.press('Cancel')
    await pages.settle()

    assert tab.box == TEXT
    assert pages.bodies(pages.lobby) == []


async def test_question_goes_with_its_room_where_the_text_waits_once(pages: PageStand) -> None:
    await pages.room('Other')
    tab, screen = await asked(pages)
    await pages.pass_time(DRAFT_AFTER_S)

    tab.go('/rooms/other')
    await pages.settle()
    assert screen.dialog is None
    assert (tab.box, pages.draft(OWNER, pages.lobby)) == ('', TEXT)
    tab.go('/rooms/lobby')
    await pages.settle()
    tab.type(f'{tab.box}!')
    await pages.pass_time(DRAFT_AFTER_S)

    assert pages.draft(OWNER, pages.lobby) == f'{TEXT}!'


async def test_confirmed_call_that_fails_is_kept_when_the_question_was_closed_meanwhile(pages: PageStand) -> None:
    tab, screen = await asked(pages)
    memory = pages.house.stores.memory
    memory.gate.clear()
    screen.press('Send')
    await pages.house.turn(20)
    assert screen.dialog is not None
    screen.dialog.close()
    await pages.house.turn(20)
    assert tab.box == ''

    memory.full = True
    memory.gate.set()
    await pages.until(lambda: tab.box)

    assert tab.box == TEXT
    assert pages.bodies(pages.lobby) == []


async def test_click_that_comes_after_the_question_was_closed_sends_nothing(pages: PageStand) -> None:
    tab, screen = await asked(pages)
    assert screen.dialog is not None

    screen.press('Send')
    screen.dialog.close()
    await pages.settle()

    assert tab.box == TEXT
    assert pages.bodies(pages.lobby) == []


async def test_confirmed_call_that_fails_comes_back_when_the_question_is_closed(pages: PageStand) -> None:
    tab, screen = await asked(pages)
    pages.house.stores.memory.full = True

    screen.press('Send')
    await pages.settle()
    assert 'Cancel' in screen.buttons
    screen.press('Cancel')
    await pages.settle()

    assert tab.box == TEXT


async def test_call_comes_back_when_another_question_takes_the_place_of_its_own(pages: PageStand) -> None:
    tab, screen = await asked(pages)
    first = screen.dialog
    assert first is not None

    tab.send('@room it gets cold')
    await pages.settle()

    assert first.is_deleted
    assert screen.dialog is not None
    assert tab.box == TEXT
    assert pages.bodies(pages.lobby) == []
