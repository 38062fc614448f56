"""Who is there, and who is here. Closed tabs, reloads and lost lines are in `test_absence.py`."""

import asyncio
import re

from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.control import PASSWORD

pytestmark = BROWSER


async def test_two_tabs_of_one_person_agree(people: People):
    ana, room = await people.one()
    second = await ana.another_tab(room)

    await ana.say('from the first')
    await expect(second.articles.filter(has_text='from the first')).to_have_count(1)
    await second.say('from the second')
    await expect(ana.articles.filter(has_text='from the second')).to_have_count(1)

    assert await ana.shown() == await second.shown()


async def test_person_in_another_room_is_online_but_not_here(people: People, house: House):
    ana, bo, _ = await people.two()
    elsewhere = await house.control.room(bo.account)
    await expect(ana.online(bo)).to_contain_text('here')

    await bo.link(elsewhere).click()

    await expect(ana.online(bo)).to_contain_text('online, in another room')


async def test_sign_out_closes_all_tabs_of_that_sign_in_and_is_a_leave_at_once(people: People):
    ana, bo, room = await people.two()
    second = await bo.another_tab(room)
    await expect(ana.online(bo)).to_be_visible()

    await bo.page.get_by_role('button', name='Server menu').click()
    await bo.page.get_by_role('button', name='Sign out').click()

    await expect(ana.offline(bo)).to_be_visible(timeout=2_000)  # without the grace of 6 s
    await second.page.wait_for_url('**/login**')
    await bo.page.wait_for_url('**/login**')


async def test_new_password_closes_the_tabs_of_the_other_browser(people: People, house: House):
    ana, room = await people.one()
    other = await people.enter(room, await house.control.another_sign_in(ana.account))
    await ana.page.get_by_role('link', name='Settings').click()
    await ana.page.get_by_role('textbox', name='Current password').fill(PASSWORD)
    await ana.page.get_by_role('textbox', name=re.compile('^New password')).fill('another horse')

    await ana.page.get_by_role('button', name='Change password').click()

    await other.page.wait_for_url('**/login**')
    await expect(ana.page.get_by_text('Changed. Your other devices are signed out.')).to_be_visible()
    await ana.link(room).click()
    await ana.say('still here')
    await expect(ana.articles.filter(has_text='still here')).to_have_count(1)


async def test_who_is_alone_is_told_the_address_to_share(people: People, house: House):
    ana, room = await people.one()
    account = await house.control.person('Bo')
    await house.control.join(account, room)

    await expect(ana.people.get_by_text('You are the only one here')).to_be_visible()
    await expect(ana.people.get_by_text(house.server.address + room.path)).to_be_visible()
    await asyncio.gather(people.enter(room, account), expect(ana.people.get_by_text('You are the only one here')).to_be_hidden())


async def test_of_many_people_a_hundred_are_listed_and_the_rest_is_found_by_name(people: People, house: House):
    ana, room = await people.one()

    await house.control.crowd(room, 'Guest', 104)
    await expect(ana.people.get_by_role('heading', name='Offline · 104')).to_be_visible()
    await expect(ana.people.get_by_text('and 4 more')).to_be_visible()
    await expect(ana.people.get_by_role('list', name='Offline').get_by_role('listitem')).to_have_count(100)
    await ana.people.get_by_role('searchbox', name='Find people').press_sequentially('guest 99')

    await expect(ana.people.get_by_role('list', name='Offline').get_by_role('listitem')).to_have_count(1)
    await expect(ana.people.get_by_role('list', name='Offline')).to_contain_text('Guest 99')
    await ana.people.get_by_role('searchbox', name='Find people').fill('')
    await expect(ana.people.get_by_role('list', name='Offline').get_by_role('listitem')).to_have_count(100)
