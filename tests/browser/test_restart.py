"""A server that starts anew under two tabs: afterwards both show exactly the room's state, and nothing typed is lost."""

from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import OFFLINE, each
from tests.control import Control, controlled_server

pytestmark = BROWSER
IS_BACK_MS = 20_000


async def test_server_that_starts_anew_under_two_tabs_is_caught_up_with(browser: Browser, tmp_path: Path):
    async with AsyncExitStack() as stack:
        with controlled_server(tmp_path / 'data') as server:
            async with Control.of(server) as control:
                await control.owner('Olga Owner')
                house = House(server, control)
                people = People(browser, house, stack)
                ana, bo, room = await people.two()
                posted = await control.post(bo.account, room, *(f'before {number}' for number in range(1, 61)))
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
                await control.edit(room, posted[-1], 'edited after the restart')
                await control.delete(room, posted[-2])
                for person in (ana, bo):
                    await expect(person.log.locator(f'#m{posted[-1]}')).to_contain_text('edited after the restart', timeout=IS_BACK_MS)
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
