"""Inviting, adding, pausing, removing; direct messages: with two or more people at real browsers."""

import re

from playwright.async_api import Locator, Playwright, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each
from tests.control import Room

pytestmark = BROWSER
AT_ONCE_MS = 8_000
"""Less than the 10 s between two pings, by which a browser would find out itself."""


def dialog(person: Person) -> Locator:
    return person.page.get_by_role('dialog')


async def open_settings(person: Person, room: Room) -> None:
    await person.go(f'{room.path}/settings')
    await expect(person.page.get_by_role('list', name='Members').get_by_role('listitem').first).to_be_visible()


async def act_on(admin: Person, other: Person, what: str) -> None:
    await admin.page.get_by_role('button', name=f'What to do about {other.name}').click()
    await dialog(admin).get_by_role('button', name=what).click()
    await expect(dialog(admin)).to_have_count(0)


async def test_one_click_gives_a_link_that_is_copied_and_lets_a_guest_in(people: People, house: House):
    accounts = [await house.control.person(name) for name in ('Ana', 'Bo')]
    room = await house.control.room(*accounts)
    ana, bo = [await people.enter(room, account, permissions=['clipboard-read', 'clipboard-write']) for account in accounts]

    await ana.page.get_by_role('button', name='Invite people').click()
    link = dialog(ana).get_by_role('textbox', name='Invitation link')
    await expect(link).to_have_value(re.compile('/join/'))
    await expect(dialog(ana).get_by_text('Copied.')).to_be_visible()
    await expect(dialog(ana).get_by_role('img', name=re.compile('QR code'))).to_be_visible()
    address = await link.input_value()
    assert await ana.page.evaluate('navigator.clipboard.readText()') == address
    assert await ana.page.evaluate('getSelection().toString()') == address  # for browsers that refuse: Ctrl+C is enough

    gil = await people.stranger()
    await gil.page.goto(address)
    await gil.page.get_by_role('textbox', name='Name').fill(f'Gil of {room.name}')
    await gil.page.get_by_role('button', name='Join').click()
    await expect(gil.heading(room)).to_be_visible()
    await expect(ana.people.get_by_text(f'Gil of {room.name}')).to_be_visible()
    await bo.say('welcome')
    await expect(gil.articles.filter(has_text='welcome')).to_have_count(1)


async def test_card_of_whoever_is_alone_gives_way_when_somebody_comes(people: People, house: House):
    ana, room = await people.one()
    card = ana.page.get_by_role('region', name='Invite others')
    await expect(card.get_by_role('textbox', name='Invitation link')).to_have_value(re.compile('/join/'))
    await card.get_by_role('button', name='Copy link').click()
    await expect(card.get_by_role('status')).to_contain_text('Copied')

    await house.control.join(await house.control.person('Bo'), room)

    await expect(card).to_have_count(0)


async def test_revoked_link_lets_nobody_in(people: People):
    ana, room = await people.one()
    await ana.page.get_by_role('button', name='Invite people').click()
    address = await dialog(ana).get_by_role('textbox', name='Invitation link').input_value()

    await dialog(ana).get_by_text('Links of this room').click()
    await dialog(ana).get_by_role('button', name='Revoke').click()
    await ana.page.get_by_role('button', name='Revoke', exact=True).click()
    await expect(ana.page.get_by_role('dialog', name='Revoke this link?')).to_be_hidden()
    await expect(dialog(ana).get_by_text('revoked')).to_be_visible()

    gil = await people.stranger()
    gil.excuse(r'status of 410 \(Gone\)')
    await gil.page.goto(address)
    await expect(gil.page.get_by_text('taken back')).to_be_visible()
    assert room.name not in await gil.page.content()


async def test_person_who_is_here_already_is_added_to_a_private_room_and_told(people: People, house: House):
    ana_account, bo_account = await house.control.person('Ana'), await house.control.person('Bo')
    cellar = await house.control.room(ana_account, name='Cellar', private=True)
    ana, bo = await people.enter(cellar, ana_account), await people.at(house.server.address, bo_account)
    await bo.go('/rooms')
    await expect(bo.link(cellar)).to_have_count(0)

    await ana.page.get_by_role('button', name='Invite people').click()
    await dialog(ana).get_by_text('Add people who are here already').click()
    await dialog(ana).get_by_role('textbox', name='Find people to add').press_sequentially(bo.name)
    await ana.page.keyboard.press('Enter')

    await expect(dialog(ana).get_by_text(f'{bo.name} is in.')).to_be_visible()
    await bo.link(cellar).click()
    await expect(bo.page.get_by_role('heading', level=1, name=cellar.name)).to_be_visible()
    await bo.say('what a place')
    await each([ana, bo], 'what a place')


async def test_removal_cuts_the_stream_of_all_tabs_at_once(people: People, house: House):
    accounts = [await house.control.person(name) for name in ('Ana', 'Bo')]
    cellar = await house.control.room(*accounts, name='Cellar', private=True)
    ana, bo = [await people.enter(cellar, account) for account in accounts]
    second = await bo.another_tab(cellar)
    await ana.say('for members')
    await each([bo, second], 'for members')
    await open_settings(ana, cellar)

    await ana.page.get_by_role('button', name=f'What to do about {bo.name}').click()
    await dialog(ana).get_by_role('button', name='Remove from this room').click()
    for tab in (bo, second):
        await expect(tab.page.get_by_text('for members')).to_have_count(0, timeout=AT_ONCE_MS)
    await house.control.post(ana.account, cellar, 'among ourselves')

    await expect(bo.link(cellar)).to_have_count(0)
    for tab in (bo, second):
        assert 'among ourselves' not in await tab.page.content()
    await bo.go(cellar.path)
    await expect(bo.page.get_by_text('There is no such room')).to_be_visible()


async def test_member_who_is_made_an_admin_finds_the_controls_and_a_paused_one_cannot_write(people: People):
    ana, bo, room = await people.two()
    await open_settings(ana, room)

    await act_on(ana, bo, 'Pause for an hour')
    await expect(bo.box).to_be_hidden()
    await expect(ana.page.get_by_role('list', name='Members')).to_contain_text('paused until')
    await act_on(ana, bo, 'End the pause')
    await expect(bo.box).to_be_visible()
    await act_on(ana, bo, 'Make them an admin of this room')

    await open_settings(bo, room)
    await expect(bo.page.get_by_role('button', name='Save')).to_be_visible()


async def test_slow_mode_and_announcements_are_chosen_and_hold(people: People):
    ana, bo, room = await people.two()
    await open_settings(ana, room)

    await ana.page.get_by_role('combobox', name='Slow mode').click()
    await ana.page.get_by_role('option', name='One message every 5 minutes').click()
    await expect(ana.page.get_by_text('Saved.')).to_be_visible()
    await bo.say('first')
    await each([bo], 'first')
    await bo.say('second')
    await expect(bo.page.get_by_role('alert').filter(has_text='wait')).to_be_visible()
    await ana.page.get_by_role('switch', name='Announcements').click()

    await expect(bo.box).to_be_hidden()
    await expect(bo.page.get_by_text('Only admins of this room write here')).to_be_visible()


async def test_direct_message_is_opened_with_the_keyboard_alone_and_answered(people: People, house: House):
    ana, bo, _ = await people.two()

    await ana.page.get_by_role('button', name='New direct message').focus()
    await ana.page.keyboard.press('Enter')
    await expect(dialog(ana).get_by_role('textbox', name='Find people')).to_be_focused()
    await expect(dialog(ana).get_by_role('button', name=f'Choose {bo.name}')).to_be_visible()
    await ana.page.keyboard.type(bo.name)
    await ana.page.keyboard.press('Enter')
    await expect(dialog(ana).get_by_role('button', name=f'Take {bo.name} away')).to_be_visible()
    await ana.page.keyboard.press('Enter')

    await expect(ana.page.get_by_role('heading', level=1, name=bo.name)).to_be_visible()
    await ana.say('just between us')
    await bo.rooms.get_by_role('link', name=ana.name).click()
    await expect(bo.articles.filter(has_text='just between us')).to_have_count(1)
    await bo.say('indeed')
    await each([ana, bo], 'indeed')
    stranger = await people.at(house.server.address, await house.control.person('Cy'))
    await stranger.go(re.sub(r'^https?://[^/]+', '', ana.page.url))
    await expect(stranger.page.get_by_text('There is no such room')).to_be_visible()


async def test_settings_and_sheets_fit_a_phone(people: People, house: House, playwright: Playwright):
    phone = {**playwright.devices['iPhone 13'], 'viewport': {'width': 390, 'height': 844}}
    account = await house.control.person('W' * 30)
    room = await house.control.room(account, await house.control.person('Bo'), name='W' * 60, description='w' * 250)
    ana = await people.at(house.server.address, account, **phone)
    await open_settings(ana, room)
    assert await ana.page.evaluate('document.scrollingElement.scrollWidth') == 390
    assert await ana.page.locator('.page-body').evaluate('body => body.scrollWidth <= body.clientWidth')

    await ana.page.get_by_role('button', name='Invite people').tap()

    await expect(dialog(ana).get_by_role('textbox', name='Invitation link')).to_be_visible()
    assert await ana.page.locator('.sheet').evaluate('sheet => sheet.scrollWidth <= sheet.clientWidth')
