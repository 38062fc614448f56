"""Lines that fail and servers that start anew: afterwards every tab shows exactly the room's state, and nothing typed is lost.

The long outages go on at the same time, in one fixture; the tests here look at how each of them ended.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import OFFLINE, Person, each
from tests.browser.wire import Wire
from tests.control import Control, Room, controlled_server

LONGER_THAN_A_TEST_S = 150
"""One outage lasts 70 s, and the browsers start before it and end after it."""
pytestmark = [*BROWSER, pytest.mark.timeout(LONGER_THAN_A_TEST_S)]

IS_BACK_MS = 20_000


@dataclass
class Outcome:
    """What a tab showed after its outage, and what the room had by then."""

    shown: list[tuple[int, str | None]]
    room: list[tuple[int, str | None]]
    notes: dict[str, object] = field(default_factory=dict)


async def people_on_wires(house: House, people: People, stack: AsyncExitStack) -> tuple[Person, Person, Room, Wire]:
    """Ana over a wire, Bo beside her without one."""
    wire = await stack.enter_async_context(Wire(house.port))
    accounts = [await house.control.person(name) for name in ('Ana', 'Bo')]
    room = await house.control.room(*accounts)
    ana, bo = await asyncio.gather(people.enter(room, accounts[0], wire=wire), people.enter(room, accounts[1]))
    ana.excuse(OFFLINE)
    return ana, bo, room, wire


async def live_on(control: Control, bo: Person, room: Room) -> None:
    """What happens to the room meanwhile: posts over the edge of a page, edits and deletions of old and of new messages."""
    new = await control.post(bo.account, room, *(f'while away {number}' for number in range(45)))
    await control.edit(room, 3, 'edited while away')
    await control.delete(room, 5)
    await control.edit(room, new[10], 'new and edited while away')
    await control.delete(room, new[20])


async def outage(house: House, people: People, stack: AsyncExitStack, *, lasts_s: float) -> Outcome:
    ana, bo, room, wire = await people_on_wires(house, people, stack)
    await house.control.post(ana.account, room, *(f'before {number}' for number in range(1, 21)))
    await each([ana, bo], 'before 20')
    await ana.box.press_sequentially('half a thou')
    await ana.page.wait_for_timeout(1_300)  # the pause after which the draft is kept

    wire.cut()
    cut_at = time.monotonic()
    notes: dict[str, object] = {'at 3 s': await box_is_open(ana, cut_at + 3)}
    notes['at 8 s'] = await box_is_open(ana, cut_at + 8)
    notes['says so'] = await ana.page.locator('#popup').is_visible()
    await ana.page.keyboard.type('into the void')
    await ana.page.keyboard.press('Enter')
    await live_on(house.control, bo, room)
    notes['Bo sees her offline'] = await bo.offline(ana).count()
    await asyncio.sleep(max(0.0, cut_at + lasts_s - time.monotonic()))
    await wire.mend()

    await expect(ana.log.locator('#m65')).to_be_visible(timeout=IS_BACK_MS)
    await house.control.post(bo.account, room, 'after')
    await expect(ana.articles.filter(has_text='after')).to_have_count(1, timeout=IS_BACK_MS)
    notes['draft'] = await ana.box.input_value()
    await expect(bo.online(ana)).to_be_visible()
    return Outcome(await ana.shown(), await house.control.messages(room), notes)


async def box_is_open(person: Person, at: float) -> bool:
    await asyncio.sleep(max(0.0, at - time.monotonic()))
    return await person.box.is_visible()


async def silence(house: House, people: People, stack: AsyncExitStack) -> Outcome:
    ana, bo, room, wire = await people_on_wires(house, people, stack)
    await expect(bo.online(ana)).to_be_visible()

    wire.silence()
    silent_at = time.monotonic()
    await expect(bo.offline(ana)).to_be_visible(timeout=40_000)
    gone_after_s = time.monotonic() - silent_at
    await house.control.post(bo.account, room, 'into the silence')
    await wire.mend()

    await expect(ana.articles.filter(has_text='into the silence')).to_have_count(1, timeout=IS_BACK_MS)
    await expect(bo.online(ana)).to_be_visible()
    return Outcome(await ana.shown(), await house.control.messages(room), {'gone after': gone_after_s})


Outcomes = dict[str, Outcome]


@pytest_asyncio.fixture(scope='module', loop_scope='session')
async def outcomes(browser: Browser, house: House) -> AsyncIterator[Outcomes]:
    async with AsyncExitStack() as stack:
        people = People(browser, house, stack)
        stories = {
            '20 s': outage(house, people, stack, lasts_s=20),
            '70 s': outage(house, people, stack, lasts_s=70),
            'silence': silence(house, people, stack),
        }
        results = await asyncio.gather(*stories.values())
        yield dict(zip(stories, results, strict=True))
        assert people.complaints() == []


@pytest.mark.parametrize('outage', ['20 s', '70 s'])
async def test_tab_shows_exactly_the_rooms_state_after_an_outage(outcomes: Outcomes, outage: str):
    outcome = outcomes[outage]

    assert outcome.shown == outcome.room
    assert [number for number, _ in outcome.shown] == list(range(1, 67))
    assert dict(outcome.shown)[3] == 'edited while away'
    assert dict(outcome.shown)[5] is None


@pytest.mark.parametrize('outage', ['20 s', '70 s'])
async def test_box_says_so_and_blocks_after_five_seconds_of_an_outage_and_keeps_its_text(outcomes: Outcomes, outage: str):
    notes = outcomes[outage].notes

    assert (notes['at 3 s'], notes['at 8 s'], notes['says so']) == (True, False, True)
    assert notes['draft'] == 'half a thou'


async def test_silent_network_is_a_leave_within_25_seconds_and_nothing_is_missed(outcomes: Outcomes):
    outcome = outcomes['silence']

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


async def test_server_that_starts_anew_under_two_tabs_is_caught_up_with(browser: Browser, tmp_path: Path):
    async with AsyncExitStack() as stack:
        with controlled_server(tmp_path / 'data') as server:
            async with Control.of(server) as control:
                await control.owner('Olga Owner')
                house = House(server, control)
                people = People(browser, house, stack)
                ana, bo, room = await people.two()
                await control.post(bo.account, room, *(f'before {number}' for number in range(1, 61)))
                await each([ana, bo], 'before 60')
                await ana.box.press_sequentially('half a thou')
                await ana.page.wait_for_timeout(1_300)  # the pause after which the draft is kept
                for person in (ana, bo):
                    person.excuse(OFFLINE)
            stopped = server.stop()
        assert stopped.exit_code == 0, stopped.errors

        with controlled_server(tmp_path / 'data', port=house.port) as server:
            async with Control.of(server) as control:
                await expect(ana.box).to_have_value('half a thou', timeout=IS_BACK_MS)
                await control.edit(room, 60, 'edited after the restart')
                await control.delete(room, 59)
                for person in (ana, bo):
                    await expect(person.log.locator('#m60')).to_contain_text('edited after the restart', timeout=IS_BACK_MS)
                await bo.say('still there?')
                await each([ana, bo], 'still there?')
                await expect(ana.online(bo)).to_be_visible()

                everything = await control.messages(room)
                for person in (ana, bo):
                    shown = await person.shown()
                    assert shown == everything[-len(shown) :]
                    assert len(shown) >= 50
                assert people.complaints() == []
                await stack.aclose()
