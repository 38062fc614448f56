"""What is said of something elsewhere, and who chooses what they hear."""

import re

from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each

pytestmark = BROWSER


def toasts(person: Person) -> Locator:
    return person.page.get_by_role('status', name='Notifications')


def bell(person: Person) -> Locator:
    return person.page.locator('header').get_by_role('button', name=re.compile('^Notify me of '))


async def test_mention_elsewhere_is_told_and_leads_to_its_message(people: People, house: House):
    ana, _ = await people.one()
    bo = await house.control.person('Bo')
    there = await house.control.room(bo, ana.account)

    number = await house.control.mention(bo, there, ana.account, 'can you open the boat house?')
    await expect(toasts(ana)).to_contain_text(f'{bo.name} mentioned you in # {there.name}')
    await toasts(ana).get_by_role('link').click()

    await expect(ana.heading(there)).to_be_visible()
    await expect(ana.log.locator(f'#m{number}')).to_be_in_viewport()
    await expect(toasts(ana)).to_be_empty()


async def test_toast_is_closed_by_its_button_and_by_time(people: People, house: House):
    ana, room = await people.one()
    bo = await house.control.person('Bo')
    direct = await house.control.direct(bo, ana.account)

    await house.control.post(bo, direct, 'first')
    await expect(toasts(ana)).to_contain_text('first')
    await toasts(ana).get_by_role('button', name='Close').click()
    await expect(toasts(ana)).to_be_empty()
    await house.control.post(bo, direct, 'second')
    await expect(toasts(ana)).to_contain_text('second')

    await expect(toasts(ana)).to_be_empty()
    await expect(ana.heading(room)).to_be_visible()


async def test_who_reads_the_room_is_not_told_of_it(people: People, house: House):
    ana, bo, room = await people.two()
    second = await people.enter(await house.control.room(ana.account), ana.account)
    await ana.say('I am here')
    await each([bo], 'I am here')

    await house.control.mention(bo.account, room, ana.account, 'good')
    await each([ana], 'good')
    other = await house.control.room(bo.account, ana.account)
    await house.control.mention(bo.account, other, ana.account, 'elsewhere')

    for tab in (ana, second):
        await expect(toasts(tab)).to_contain_text('elsewhere')
        await expect(toasts(tab)).not_to_contain_text('good')


async def test_sound_is_a_file_that_plays(people: People, house: House):
    ana, _ = await people.one()
    await ana.go('/profile')
    await ana.page.get_by_role('switch', name=re.compile('sound', re.IGNORECASE)).click()
    bo = await house.control.person('Bo')
    direct = await house.control.direct(bo, ana.account)

    await house.control.post(bo, direct, 'listen')

    await expect(toasts(ana)).to_contain_text('listen')
    await ana.page.wait_for_function("() => document.querySelector('audio')?.played.length > 0")


async def test_bell_goes_round_and_a_hidden_room_leaves_the_list(people: People, house: House):
    ana, bo, room = await people.two()
    elsewhere = await house.control.room(ana.account)
    await expect(bell(ana)).to_have_accessible_name('Notify me of mentions only. Click for nothing')

    await bell(ana).click()
    await expect(bell(ana)).to_have_accessible_name('Notify me of nothing. Click for nothing, and not in my list')
    await bell(ana).click()
    await expect(bell(ana)).to_have_accessible_name('Notify me of nothing, and not in my list. Click for every message')
    await ana.rooms.locator(f'a[href="{elsewhere.path}"]').click()
    await expect(ana.heading(elsewhere)).to_be_visible()
    await expect(ana.rooms.locator(f'a[href="{room.path}"]')).to_have_count(0)
    await ana.enter(room)
    await bell(ana).click()
    await expect(bell(ana)).to_have_accessible_name('Notify me of every message. Click for mentions only')
    await ana.enter(elsewhere)

    await bo.say('to everybody')

    await expect(toasts(ana)).to_contain_text(f'{bo.name} in # {room.name}')
    await expect(ana.rooms.locator(f'a[href="{room.path}"] .badge')).to_have_text('1')


async def test_favourite_stands_on_top_of_the_list(people: People, house: House):
    ana, room = await people.one()
    await expect(ana.rooms.get_by_text('Favourites')).to_have_count(0)

    await ana.page.get_by_role('button', name='Add to favourites').click()

    await expect(ana.page.get_by_role('button', name='Remove from favourites')).to_be_visible()
    await expect(ana.rooms.get_by_text('Favourites')).to_be_visible()
    await expect(ana.rooms.locator('.room').first).to_have_attribute('href', room.path)
