"""390 pixels, touch, no Shift key."""

from playwright.async_api import Playwright, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each
from tests.control import Room

pytestmark = BROWSER


async def one_on_a_phone(people: People, playwright: Playwright) -> tuple[Person, Room]:
    phone, room = await people.one(**playwright.devices['iPhone 13'])
    assert await phone.page.evaluate('innerWidth') == 390
    return phone, room


async def test_enter_is_a_new_line_and_the_button_sends_on_a_phone(people: People, house: House, playwright: Playwright):
    phone, room = await one_on_a_phone(people, playwright)

    await phone.box.tap()
    await phone.page.keyboard.type('one')
    await phone.page.keyboard.press('Enter')
    await phone.page.keyboard.type('two')
    await expect(phone.box).to_have_value('one\ntwo')
    await phone.page.get_by_role('button', name='Send').tap()

    await each([phone], 'two')
    await expect(phone.box).to_have_value('')
    assert await house.control.messages(room) == [(1, 'one\ntwo')]


async def test_rooms_are_in_a_drawer_on_a_phone(people: People, house: House, playwright: Playwright):
    phone, _ = await one_on_a_phone(people, playwright)
    other = await house.control.room(phone.account)
    await expect(phone.rooms).to_be_hidden()

    await phone.page.get_by_role('button', name='Open rooms').tap()
    await phone.link(other).tap()

    await expect(phone.heading(other)).to_be_visible()
    await expect(phone.rooms).to_be_hidden()


async def test_people_are_in_a_drawer_on_a_phone(people: People, playwright: Playwright):
    phone, _ = await one_on_a_phone(people, playwright)
    await expect(phone.people).to_be_hidden()

    await phone.page.get_by_role('button', name='Open people').tap()
    await expect(phone.online(phone)).to_be_visible()
    await phone.page.get_by_role('button', name='Close people').tap()
    await expect(phone.people).to_be_hidden()

    await phone.page.get_by_role('button', name='Open people').tap()
    await phone.page.get_by_role('button', name='Close', exact=True).tap(position={'x': 10, 'y': 300})
    await expect(phone.people).to_be_hidden()


async def test_nothing_is_wider_than_a_phone(people: People, house: House, playwright: Playwright):
    phone, room = await one_on_a_phone(people, playwright)
    await house.control.post(phone.account, room, 'w' * 400, 'https://example.org/' + 'x' * 300)
    await each([phone], 'w' * 400)

    for path in (room.path, '/rooms', '/profile'):
        await phone.go(path)
        await expect(phone.page.get_by_role('button', name='Open rooms')).to_be_visible()
        assert await phone.page.evaluate('document.scrollingElement.scrollWidth') == 390


async def test_tap_on_a_quote_leads_to_its_message_wherever_it_hits_the_line(people: People, house: House, playwright: Playwright):
    phone, room = await one_on_a_phone(people, playwright)
    (asked,) = await house.control.post(phone.account, room, 'what shall I bring to the boat house on Saturday?')
    await house.control.post(phone.account, room, *(f'line {number}' for number in range(30)))
    await house.control.answer(phone.account, room, asked, 'a rain coat')
    line = phone.message('a rain coat').get_by_role('link', name='In reply to')
    box = await line.bounding_box()
    assert box is not None

    await line.tap(position={'x': box['width'] - 20, 'y': box['height'] / 2})  # where the tools of the message come

    await expect(phone.log.locator(f'#m{asked}')).to_be_in_viewport()
