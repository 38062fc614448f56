"""What is pinned in a room: by one, found by the other."""

import re

from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.message_tools import Tools

pytestmark = BROWSER


async def test_pinned_message_is_in_the_list_of_the_other_while_that_is_open(people: People, house: House):
    ana, bo, room = await people.two()
    first, second = await house.control.post(ana.account, room, 'The **address**: Quay 3', 'Bring cups')
    one, other = Tools(ana), Tools(bo)
    await expect(other.at(second)).to_be_visible()
    await bo.page.get_by_role('button', name='Pinned', exact=True).click()
    pins = other.dialog('Pinned messages')
    await expect(pins).to_contain_text('Nothing is pinned here yet')

    await one.take(first, 'Pin')
    await expect(pins.get_by_role('listitem')).to_have_count(1)
    await expect(pins.locator('strong')).to_have_text('address')
    await one.take(second, 'Pin')
    await expect(pins.get_by_role('listitem')).to_have_count(2)
    await expect(pins.get_by_role('listitem').first).to_contain_text('Bring cups')
    await pins.get_by_role('button', name='Unpin').first.click()

    await expect(pins.get_by_role('listitem')).to_have_count(1)
    await expect(one.at(second).get_by_label('Pinned')).to_have_count(0)
    await expect(one.at(first).get_by_label('Pinned')).to_be_visible()


async def test_jump_goes_to_a_pinned_message_far_above_and_the_way_back(people: People, house: House):
    ana, room = await people.one()
    numbers = await house.control.post(ana.account, room, *(f'line {number}' for number in range(400)))
    await house.control.pin(ana.account, room, numbers[3])
    tools = Tools(ana)
    await ana.page.reload()
    await expect(ana.articles.last).to_contain_text('line 399')
    await ana.page.get_by_role('button', name='Pinned', exact=True).click()

    await tools.dialog('Pinned messages').get_by_role('button', name='Jump to it').click()

    await expect(tools.dialog('Pinned messages')).to_be_hidden()
    await expect(tools.at(numbers[3])).to_be_in_viewport()
    await ana.jump.click()
    await expect(tools.at(numbers[-1])).to_be_in_viewport()


async def test_time_in_the_list_is_a_link_to_the_message(people: People, house: House):
    ana, room = await people.one()
    (number,) = await house.control.post(ana.account, room, 'remember me')
    await house.control.pin(ana.account, room, number)
    tools = Tools(ana)
    await expect(tools.at(number)).to_be_visible()
    await ana.page.get_by_role('button', name='Pinned', exact=True).click()

    await tools.dialog('Pinned messages').get_by_role('link').first.click()

    await expect(tools.dialog('Pinned messages')).to_be_hidden()
    await expect(ana.page).to_have_url(re.compile(rf'\?m={number}(#m{number})?$'))


async def test_whoever_may_not_pin_only_reads_the_list(people: People, house: House):
    ana, bo, room = await people.two()
    (number,) = await house.control.post(ana.account, room, 'For all to see')
    await house.control.pin(ana.account, room, number)
    await house.control.announce_only(ana.account, room)
    tools = Tools(bo)
    await expect(tools.at(number)).to_be_visible()

    await bo.page.get_by_role('button', name='Pinned', exact=True).click()

    await expect(tools.dialog('Pinned messages')).to_contain_text('For all to see')
    await expect(tools.dialog('Pinned messages').get_by_role('button', name='Unpin')).to_have_count(0)
