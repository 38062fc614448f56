"""Two people and a link: the card comes to both, its author alone takes it away, its picture is nobody else's."""

import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import OFFLINE, Person
from tests.browser.wire import Wire
from tests.control import Control
from tests.hostile_server import HostileServer, http
from tests.server_process import ServerProcess
from tests.test_previews_picture import drawn

pytestmark = BROWSER
ROOT = Path(__file__).parent.parent.parent
OFFLINE_MS = 20_000
IS_BACK_MS = 20_000
HOSTILE_TITLE = '<img src=x onerror=alert(1)> Harbour'
PAGE = (
    '<title>plain</title><meta property="og:title" content="&lt;img src=x onerror=alert(1)&gt; Harbour">'
    '<meta property="og:description" content="Boats and gulls"><meta property="og:image" content="/boats.png">'
)


@pytest_asyncio.fixture(scope='module', loop_scope='session')
async def web() -> AsyncIterator[HostileServer]:
    async with HostileServer().running() as running:
        for path in ('/', '/other'):
            running.answers[path] = http(PAGE)
        running.answers['/boats.png'] = http(drawn(), content_type='image/png')
        yield running


@pytest_asyncio.fixture(scope='module', loop_scope='session')
async def house(tmp_path_factory: pytest.TempPathFactory, web: HostileServer) -> AsyncIterator[House]:
    """A server for which `web` is in the public web; all pages come from one address, so that limit is raised."""
    environment = {'PYTHONPATH': str(ROOT), 'LIVECHAT_LIMITS__PAGES_PER_ADDRESS': '1000'}
    command = (sys.executable, '-m', 'tests.browser.preview_server')
    data = tmp_path_factory.mktemp('previews') / 'data'
    with ServerProcess(data, '--web', str(web.port), command=command, environment=environment) as server:
        async with Control.of(server) as control:
            await control.owner('Olga Owner')
            yield House(server, control)


@pytest_asyncio.fixture(loop_scope='session')
async def people(browser: Browser, house: House) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        people = People(browser, house, stack)
        yield people
        assert people.complaints() == []


def card(person: Person) -> Locator:
    return person.log.locator('.card')


async def drawn_picture(person: Person) -> str:
    """The path of the card's picture, once the browser shows it."""
    picture = card(person).locator('img')
    await expect(picture).to_have_js_property('naturalWidth', 480)
    return str(await picture.get_attribute('src'))


async def status(person: Person, path: str) -> int:
    """What the person's browser gets there, past its memory."""
    return (await person.page.request.get(person.address + path)).status


async def test_link_becomes_a_card_in_both_tabs_and_hides_behind_it(people: People, web: HostileServer):
    ana, bo, _ = await people.two()

    await ana.say(web.url())

    for person in (ana, bo):
        title = card(person).get_by_role('link', name=HOSTILE_TITLE)
        await expect(title).to_have_attribute('href', web.url())
        await expect(title).to_have_attribute('rel', re.compile('noopener'))
        await expect(card(person)).to_contain_text('Boats and gulls')
        await expect(person.log.locator('.body')).to_be_hidden()
        await drawn_picture(person)


async def test_link_among_words_stays_beside_its_card(people: People, web: HostileServer):
    ana, bo, _ = await people.two()

    await ana.say(f'look at {web.url("/other")} please')

    for person in (ana, bo):
        await expect(card(person)).to_have_count(1)
        await expect(person.message('please').get_by_role('link', name=web.url('/other'))).to_be_visible()


async def test_author_takes_the_card_away_and_nobody_else_can(people: People, web: HostileServer):
    ana, bo, _ = await people.two()
    await ana.say(web.url())
    path = await drawn_picture(bo)
    for person in (ana, bo):
        await card(person).hover()

    await expect(card(bo).locator('.uncard')).to_be_hidden()
    await card(ana).locator('.uncard').click()

    for person in (ana, bo):
        await expect(card(person)).to_have_count(0)
        await expect(person.log.get_by_role('link', name=web.url())).to_be_visible()
        assert await status(person, path) == 404
    await bo.page.reload()
    await expect(bo.log.get_by_role('link', name=web.url())).to_be_visible()
    await expect(card(bo)).to_have_count(0)


async def test_picture_is_for_members_and_no_longer_than_the_message(people: People, house: House, web: HostileServer):
    ana, bo, room = await people.two()
    stranger = await people.enter(await house.control.room(account := await house.control.person('Sam')), account)
    await ana.say(web.url())
    path = await drawn_picture(bo)
    assert [await status(person, path) for person in (ana, bo, stranger)] == [200, 200, 404]

    await house.control.delete(room, (await bo.shown())[-1][0])

    await expect(card(bo)).to_have_count(0)
    assert [await status(person, path) for person in (ana, bo, stranger)] == [404, 404, 404]


async def test_whoever_was_offline_for_20_s_finds_the_card(people: People, house: House, web: HostileServer):
    accounts = [await house.control.person(name) for name in ('Ana', 'Bo')]
    room = await house.control.room(*accounts)
    async with Wire(house.port) as wire:
        ana, bo = await people.enter(room, accounts[0]), await people.enter(room, accounts[1], wire=wire)
        bo.excuse(OFFLINE)
        await ana.say('before')
        await expect(bo.message('before')).to_be_visible()

        wire.cut()
        await ana.say(web.url())
        await drawn_picture(ana)
        await bo.page.wait_for_timeout(OFFLINE_MS)
        await expect(card(bo)).to_have_count(0)
        await wire.mend()

        await expect(card(bo)).to_have_count(1, timeout=IS_BACK_MS)
        await drawn_picture(bo)


async def test_whoever_was_in_another_room_finds_the_card(people: People, web: HostileServer):
    ana, bo, room = await people.two()
    await bo.go('/rooms')
    await ana.say(web.url())
    await drawn_picture(ana)

    await bo.enter(room)

    await drawn_picture(bo)
