"""Every way to come to a page: by click, by address, back, forward, by a link in a message."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.async_api import Request, expect

import livechat
from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each

pytestmark = BROWSER
NAMES = ('日本の部屋', '🍅 Tomaten & Co', 'Straße/100 %', 'Кухня', 'غرفة')


@contextmanager
def without_requests(person: Person) -> Iterator[None]:
    """Nothing in there asks the server over HTTP."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(f'{request.method} {request.url}')

    person.page.on('request', note)
    yield
    person.page.remove_listener('request', note)
    assert asked == []


async def test_switching_rooms_back_and_forward_makes_no_http_request(people: People, house: House):
    ana, first = await people.one()
    second = await house.control.room(ana.account)
    await house.control.post(ana.account, first, 'in the first')
    await house.control.post(ana.account, second, 'in the second')

    with without_requests(ana):
        for _ in range(3):
            await ana.link(second).click()
            await expect(ana.heading(second)).to_be_visible()
            await each([ana], 'in the second')
            await ana.link(first).click()
            await expect(ana.heading(first)).to_be_visible()
            await each([ana], 'in the first')
        await ana.page.go_back()
        await expect(ana.heading(second)).to_be_visible()
        await ana.page.go_back()
        await expect(ana.heading(first)).to_be_visible()
        await ana.page.go_forward()
        await expect(ana.heading(second)).to_be_visible()

    await ana.say('still connected')
    await each([ana], 'still connected')
    assert [body for _, body in await ana.shown()] == ['in the second', 'still connected']


@pytest.mark.parametrize('name', NAMES)
async def test_room_named_in_any_script_is_reached_by_click_address_back_and_forward(people: People, house: House, name: str):
    ana, first = await people.one()
    room = await house.control.room(ana.account, name=name)

    await ana.link(room).click()
    await expect(ana.heading(room)).to_be_visible()
    clicked = ana.page.url
    await ana.say('by click')
    await each([ana], 'by click')
    await ana.page.go_back()
    await expect(ana.heading(first)).to_be_visible()
    await ana.page.go_forward()
    await expect(ana.heading(room)).to_be_visible()
    await each([ana], 'by click')
    await ana.page.reload()
    await expect(ana.heading(room)).to_be_visible()
    await ana.enter(room)
    await each([ana], 'by click')

    assert clicked == ana.page.url == ana.address + room.path


async def test_old_address_with_a_script_of_its_own_leads_to_the_renamed_room(people: People, house: House):
    ana, _ = await people.one()
    room = await house.control.room(ana.account, name='日本')
    renamed = await house.control.rename(ana.account, room, '🗾 Japan')

    await ana.go(room.path)

    await expect(ana.heading(renamed)).to_be_visible()
    await ana.page.wait_for_url(ana.address + renamed.path)


async def test_address_of_no_room_says_so(people: People):
    ana, room = await people.one()

    await ana.go('/rooms/there-is-none')

    await expect(ana.page.get_by_text('There is no such room, or it is not open to you.')).to_be_visible()
    await ana.link(room).click()
    await expect(ana.heading(room)).to_be_visible()


async def test_address_of_no_page_is_a_plain_page_that_says_so(people: People):
    ana, _ = await people.one()
    ana.excuse('status of 404')

    await ana.go('/nothing/here')

    await expect(ana.page.get_by_role('heading', level=1)).to_be_visible()
    await expect(ana.page.get_by_text('misspelt')).to_be_visible()
    assert 'sub page' not in await ana.page.content()


async def test_link_in_a_message_opens_in_a_new_tab(people: People, house: House):
    ana, room = await people.one()
    await ana.say(f'see {house.server.address}/healthz, and (http://example.org/a_(b)).')
    link = ana.log.get_by_role('link', name=re.compile('healthz'))
    await expect(ana.log.get_by_role('link', name='http://example.org/a_(b)', exact=True)).to_have_attribute('target', '_blank')

    async with ana.context.expect_page() as opened:
        await link.click()

    page = await opened.value
    await expect(page.locator('body')).to_contain_text(livechat.__version__)
    await page.close()
    await expect(ana.heading(room)).to_be_visible()
    await ana.say('the chat goes on')
    await each([ana], 'the chat goes on')


async def test_every_link_of_the_page_leads_where_it_says(people: People):
    ana, room = await people.one()
    menu = ana.page.locator('#server-menu')

    with without_requests(ana):
        await ana.page.get_by_role('link', name='Settings').click()
        await expect(ana.page.get_by_role('heading', name='Profile and settings')).to_be_visible()
        await ana.rooms.get_by_role('link', name=re.compile('Browse|more')).click()
        await expect(ana.page.get_by_role('list', name='All rooms')).to_be_visible()
        await ana.page.get_by_role('list', name='All rooms').get_by_role('link', name=room.name, exact=True).click()
        await expect(ana.heading(room)).to_be_visible()
        await ana.page.get_by_role('button', name='Server menu').click()
        await expect(menu.get_by_text(f'livechat {livechat.__version__}')).to_be_visible()
        await menu.get_by_role('link', name='Browse rooms').click()
        await expect(ana.page.get_by_role('list', name='All rooms')).to_be_visible()
        await expect(menu).to_be_hidden()
        await ana.page.get_by_role('button', name='Server menu').click()
        await menu.get_by_role('link', name='Profile and settings').click()
        await expect(ana.page.get_by_role('heading', name='Profile and settings')).to_be_visible()
        await expect(menu).to_be_hidden()

    await ana.page.get_by_role('button', name='Sign out').last.click()
    await ana.page.wait_for_url('**/login')


async def test_permalink_of_a_message_shows_it_with_what_stands_around(people: People, house: House):
    ana, room = await people.one()
    await house.control.post(ana.account, room, *(f'message {number}' for number in range(1, 401)))

    await ana.go(f'{room.path}?m=125')

    found = ana.log.locator('#m125')
    await expect(found).to_be_in_viewport()
    await expect(found).to_contain_text('message 125')
    numbers = [number for number, _ in await ana.shown()]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert numbers[0] <= 75
    assert 175 <= numbers[-1] <= 250
    await ana.page.get_by_role('button', name='Jump to newest').click()
    await expect(ana.log.locator('#m400')).to_be_in_viewport()


async def test_time_of_a_message_is_its_permalink(people: People):
    ana, room = await people.one()
    await ana.say('linked')
    await each([ana], 'linked')

    await ana.articles.first.get_by_role('link').click()

    await ana.page.wait_for_url(f'**{room.path}?m=1*')
    await expect(ana.articles.first).to_contain_text('linked')
