"""A room's task crashes: it is started again, those inside lose nothing, those elsewhere never notice."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.conftest import House, People
from tests.browser.person import each

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope='session')]


async def test_room_that_crashes_works_on_and_the_other_room_never_notices(people: People, house: House):
    (ana, bo, broken), (cleo, dan, whole) = await asyncio.gather(people.two(), people.two())
    await ana.say('before')
    await each([ana, bo], 'before')
    await cleo.box.press_sequentially('half a')

    for crash in range(3):
        await house.control.crash(broken)
        await ana.say(f'after crash {crash}')
        await each([ana, bo], f'after crash {crash}')

    await cleo.page.keyboard.type(' thought')
    await cleo.page.keyboard.press('Enter')
    await each([cleo, dan], 'half a thought')
    await expect(ana.online(bo)).to_be_visible()
    await expect(ana.notice).to_be_hidden()
    everything = await house.control.messages(broken)
    assert [body for _, body in everything] == ['joined', 'before', *(f'after crash {crash}' for crash in range(3))]
    assert await ana.shown() == await bo.shown() == everything
    assert await dan.shown() == await house.control.messages(whole) == [(1, 'joined'), (2, 'half a thought')]


async def test_post_under_way_while_its_room_crashes_is_stored_once(people: People, house: House):
    ana, bo, room = await people.two()
    control = house.control

    for round_ in range(3):
        await asyncio.gather(control.crash(room), ana.say(f'from Ana {round_}'), bo.say(f'from Bo {round_}'))
        await each([ana, bo], f'from Ana {round_}')
        await each([ana, bo], f'from Bo {round_}')

    everything = await control.messages(room)
    assert everything[0] == (1, 'joined')
    assert sorted(body or '' for _, body in everything[1:]) == sorted(
        f'from {who} {round_}' for who in ('Ana', 'Bo') for round_ in range(3)
    )
    assert await ana.shown() == await bo.shown() == everything
