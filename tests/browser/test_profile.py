"""One's own page in a real browser: a guest who stays, a browser that is shown out from another."""

from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.control import PASSWORD

pytestmark = BROWSER


async def test_guest_becomes_an_account_with_one_field_and_one_click_and_keeps_everything(people: People, house: House):
    ana = await house.control.person('Ana')
    room = await house.control.room(ana)
    link = await house.control.invitation(ana, room)
    name = f'Mira of {room.name}'
    guest = await people.stranger()
    await guest.go(link.path)
    await guest.page.get_by_role('textbox', name='Name').fill(name)
    await guest.page.get_by_role('button', name='Join').click()
    await guest.say('as a guest')
    await expect(guest.articles.filter(has_text='as a guest')).to_have_count(1)

    await guest.page.get_by_role('link', name='Settings').click()
    await guest.page.get_by_role('textbox', name='Password').fill(PASSWORD)
    await guest.page.get_by_role('button', name='Keep this name').click()

    await expect(guest.page.get_by_role('textbox', name='User name')).to_be_visible()
    await expect(guest.page.get_by_role('button', name='Keep this name')).to_have_count(0)
    elsewhere = await people.stranger()
    await elsewhere.go(room.path)
    await elsewhere.page.get_by_role('textbox', name='Name').fill(name)
    await elsewhere.page.get_by_role('textbox', name='Password').fill(PASSWORD)
    await elsewhere.page.get_by_role('button', name='Sign in').click()
    await expect(elsewhere.articles.filter(has_text='as a guest')).to_contain_text(name)
    await expect(elsewhere.articles.filter(has_text='as a guest').locator('.tag')).to_have_count(0)


async def test_browser_that_was_forgotten_somewhere_is_shown_out_from_here(people: People, house: House):
    ana, room = await people.one()
    forgotten = await people.enter(room, await house.control.another_sign_in(ana.account))
    await ana.page.get_by_role('link', name='Settings').click()

    await ana.page.get_by_role('button', name='End test').click()
    await ana.page.get_by_role('button', name='Cancel').click()
    await expect(forgotten.box).to_be_visible()
    await ana.page.get_by_role('button', name='End test').click()
    await ana.page.get_by_role('button', name='End it').click()

    await forgotten.page.wait_for_url('**/login**', timeout=8_000)
    await expect(ana.page.get_by_role('button', name='End test')).to_have_count(0)
    await ana.link(room).click()
    await ana.say('still here')
    await expect(ana.articles.filter(has_text='still here')).to_have_count(1)


async def test_few_words_about_oneself_are_counted_and_stay(people: People):
    ana, _ = await people.one()
    await ana.page.get_by_role('link', name='Settings').click()
    about = ana.page.get_by_role('textbox', name='About you')

    await about.fill('I mend boats.')
    await expect(ana.page.get_by_text('13 / 200')).to_be_visible()
    await ana.page.get_by_role('button', name='Save').click()
    await expect(ana.page.get_by_text('Saved.')).to_be_visible()
    await ana.page.reload()

    await expect(about).to_have_value('I mend boats.')
