"""Administration in a real browser: what an admin does is felt at once by whom it is done to."""

import itertools

from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person
from tests.control import Account

pytestmark = BROWSER
AT_ONCE_MS = 8_000
"""Less than the 10 s between two pings, by which a browser would find out itself."""
_numbers = itertools.count(1)


async def admin(people: People, house: House, part: str = 'People', **options: object) -> Person:
    """An owner of the server, on that part of the page."""
    account = await house.control.owner(f'Otto Owner {next(_numbers)}')
    otto = await people.at(house.server.address, account, **options)
    await otto.go(f'/admin?part={part.lower()}')
    await expect(otto.page.get_by_role('navigation', name='Administration').get_by_role('button', name=part)).to_have_attribute(
        'aria-current', 'true'
    )
    return otto


async def find(otto: Person, who: Account) -> Locator:
    """The line of that person."""
    await otto.page.get_by_role('searchbox', name='Search people').fill(who.name)
    await expect(otto.page.locator('.rows > li')).to_have_count(1)
    return otto.page.get_by_role('button', name=who.name)


async def test_password_link_lets_somebody_in_who_forgot_theirs(people: People, house: House):
    bo = await house.control.person('Bo')
    otto = await admin(people, house)

    await (await find(otto, bo)).click()
    await otto.page.get_by_role('button', name='Password link').click()
    await otto.page.get_by_role('button', name='Make the link').click()
    await expect(otto.page.get_by_role('img', name=f'QR code: Password link for {bo.name}')).to_be_visible()
    link = await otto.page.get_by_role('textbox', name=f'Password link for {bo.name}').input_value()
    stranger = await people.stranger()
    await stranger.page.goto(link)
    await stranger.page.get_by_label('New password').fill('another horse')
    await stranger.page.get_by_role('button').first.click()

    await expect(stranger.rooms.get_by_text(bo.name)).to_be_visible()


async def test_banned_person_is_shown_out_at_once_and_their_messages_go_when_that_is_asked(people: People, house: House):
    ana, bo, _ = await people.two()
    await bo.say('buy my boat')
    await expect(ana.articles.filter(has_text='buy my boat')).to_have_count(1)
    otto = await admin(people, house)

    await (await find(otto, bo.account)).click()
    await otto.page.get_by_role('button', name='Ban They are shown out').click()
    await otto.page.get_by_role('checkbox', name='Also delete all their messages').click()
    await otto.page.get_by_role('button', name='Ban', exact=True).click()

    await bo.page.wait_for_url('**/login**', timeout=AT_ONCE_MS)
    await expect(ana.articles.filter(has_text='buy my boat')).to_have_count(0)
    await expect(otto.page.locator('.rows > li')).to_contain_text('banned')


async def test_invitation_is_made_copied_used_and_taken_back(people: People, house: House):
    otto = await admin(people, house, 'Invitations', permissions=['clipboard-read', 'clipboard-write'])

    await otto.page.get_by_role('radio', name='10').click()
    await otto.page.get_by_role('button', name='Make the link').click()
    await otto.page.get_by_role('button', name='Copy').click()
    await expect(otto.page.get_by_text('Copied.')).to_be_visible()
    link = await otto.page.evaluate('navigator.clipboard.readText()')
    guest = await people.stranger()
    await guest.page.goto(link)
    await guest.page.get_by_role('textbox', name='Name').fill(f'Mira {next(_numbers)} by Otto')
    await guest.page.get_by_role('button', name='Join').click()
    await expect(guest.box).to_be_visible()
    await otto.page.get_by_role('button', name='Revoke', exact=True).click()
    await otto.page.get_by_role('button', name='Revoke it').click()

    await expect(otto.page.get_by_text('Revoked.')).to_be_visible()
    late = await people.stranger()
    late.excuse('status of 410|status of 404|status of 403')
    await late.page.goto(link)
    await expect(late.page.get_by_text('This invitation was taken back.')).to_be_visible()


async def test_everything_can_be_done_by_keyboard_and_the_focus_comes_back(people: People, house: House):
    bo = await house.control.person('Bo')
    otto = await admin(people, house)
    line = await find(otto, bo)

    await line.focus()
    await otto.page.keyboard.press('Enter')
    sheet = otto.page.get_by_role('dialog')
    await expect(sheet.get_by_role('heading', name=bo.name)).to_be_visible()
    await otto.page.keyboard.press('Tab')
    await expect(sheet.get_by_role('button', name='Make owner')).to_be_focused()
    await otto.page.keyboard.press('Escape')

    await expect(sheet).to_have_count(0)
    await expect(line).to_be_focused()


async def test_page_says_to_others_that_it_is_not_for_them(people: People):
    ana, _ = await people.one()

    await ana.go('/admin')

    await expect(ana.page.get_by_text('This page is for the admins of this server.')).to_be_visible()
    await expect(ana.page.get_by_role('navigation', name='Administration')).to_have_count(0)
