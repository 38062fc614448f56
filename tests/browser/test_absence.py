"""Closed tabs, reloads, lost lines: who is still there, and what a tab shows that comes back.

All stories begin with the first test here and go on at the same time; each test waits for its own.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import BROWSER, absences
from tests.browser.absences import Outcome
from tests.browser.conftest import House, People
from tests.browser.person import OFFLINE, each
from tests.browser.wire import Wire

LONGER_THAN_A_TEST_S = 300
"""One outage lasts 70 s, and the browsers start before it and end after it."""
pytestmark = [*BROWSER, pytest.mark.timeout(LONGER_THAN_A_TEST_S)]

Stories = dict[str, asyncio.Task[Outcome] | asyncio.Task[None]]


@pytest_asyncio.fixture(scope='module', loop_scope='session')
async def stories(browser: Browser, house: House) -> AsyncIterator[Stories]:
    async with AsyncExitStack() as stack:
        people = People(browser, house, stack)
        begun: Stories = {
            '20 s': asyncio.create_task(absences.outage(house, people, stack, lasts_s=20)),
            '70 s': asyncio.create_task(absences.outage(house, people, stack, lasts_s=70)),
            'silence': asyncio.create_task(absences.silence(house, people, stack)),
            'closed tab': asyncio.create_task(absences.closed_tab(house, people)),
            'reload': asyncio.create_task(absences.reload(people)),
            'several tabs': asyncio.create_task(absences.several_tabs(house, people)),
        }
        yield begun
        await asyncio.gather(*begun.values(), return_exceptions=True)
        assert people.complaints() == []


async def outcome_of(stories: Stories, name: str) -> Outcome:
    outcome = await stories[name]
    assert outcome is not None
    return outcome


async def test_newcomer_appears_and_a_closed_tab_is_gone_within_ten_seconds(stories: Stories):
    await stories['closed tab']


async def test_reload_is_not_a_leave(stories: Stories):
    await stories['reload']


async def test_several_tabs_are_one_person_who_leaves_with_the_last(stories: Stories):
    await stories['several tabs']


@pytest.mark.parametrize('lasts', ['20 s', '70 s'])
async def test_tab_shows_exactly_the_rooms_state_after_an_outage(stories: Stories, lasts: str):
    outcome = await outcome_of(stories, lasts)

    assert outcome.shown == outcome.room
    assert [number for number, _ in outcome.shown] == list(range(1, 68))
    texts = [text for _, text in outcome.shown]
    assert texts[:6] == ['joined', 'before 1', 'before 2', 'edited while away', 'before 4', None]
    assert texts[-1] == 'after'


@pytest.mark.parametrize('lasts', ['20 s', '70 s'])
async def test_box_says_so_and_blocks_after_five_seconds_of_an_outage_and_keeps_its_text(stories: Stories, lasts: str):
    notes = (await outcome_of(stories, lasts)).notes

    assert (notes['at 3 s'], notes['at 8 s'], notes['says so']) == (True, False, True)
    assert notes['draft'] == 'half a thou'


@pytest.mark.parametrize('lasts', ['20 s', '70 s'])
async def test_person_whose_line_is_cut_is_offline_for_the_others_within_ten_seconds(stories: Stories, lasts: str):
    assert (await outcome_of(stories, lasts)).notes['offline at 8 s']


async def test_silent_network_is_a_leave_within_25_seconds_and_nothing_is_missed(stories: Stories):
    outcome = await outcome_of(stories, 'silence')

    gone_after_s = outcome.notes['gone after']
    assert isinstance(gone_after_s, float)
    assert gone_after_s < 25
    assert outcome.shown == outcome.room


async def test_short_outage_passes_without_the_other_seeing_it(people: People, house: House, wire: Wire):
    ana, room = await people.one(wire=wire)
    ana.excuse(OFFLINE)
    account = await house.control.person('Bo')
    await house.control.join(account, room)
    bo = await people.enter(room, account)
    await expect(bo.online(ana)).to_be_visible()
    navigations: list[str] = []
    ana.page.on('framenavigated', lambda frame: navigations.append(frame.url))

    wire.cut()
    await house.control.post(bo.account, room, 'just now')
    await wire.mend()

    await expect(ana.articles.filter(has_text='just now')).to_have_count(1)
    await ana.say('back')
    await each([ana, bo], 'back')
    await expect(bo.online(ana)).to_be_visible()
    assert await ana.shown() == await bo.shown() == await house.control.messages(room)
    assert navigations == []
