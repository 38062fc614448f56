"""Results that follow what others do to the messages they show."""

import re

from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.finder import Finder

pytestmark = BROWSER


async def test_results_follow_their_messages_without_a_key(people: People, house: House):
    ana, bo, room = await people.two()
    edited, deleted, lost = await house.control.post(bo.account, room, 'zebra one', 'zebra two', 'zebra three')
    finder = Finder(ana)
    await finder.open_panel()
    await finder.type('zebra')
    await expect(finder.lines).to_have_count(3)
    await finder.line(edited, room).click()
    await expect(finder.line(edited, room)).to_be_focused()

    await house.control.delete_by_the_rules(bo.account, room, deleted)
    await expect(finder.line(deleted, room)).to_have_count(0)
    await expect(finder.status).to_have_text('2 messages')
    await house.control.edit(room, edited, 'a blue zebra')
    await expect(finder.line(edited, room)).to_contain_text('a blue zebra')
    await house.control.edit(room, lost, 'a giraffe')
    await expect(finder.line(lost, room)).to_have_count(0)

    await expect(finder.line(edited, room)).to_be_focused()
    await expect(finder.line(edited, room)).to_have_attribute('aria-current', 'true')
    await house.control.undo_deletion(bo.account, room, deleted)
    await expect(finder.line(deleted, room)).to_contain_text('zebra two')


async def test_choice_by_keyboard_and_the_place_in_the_list_stay_while_others_delete(people: People, house: House):
    ana, bo, room = await people.two()
    numbers = await house.control.post(bo.account, room, *(f'zebra number {number}' for number in range(40)))
    finder = Finder(ana)
    await ana.go('/search?q=zebra&order=newest')
    await expect(finder.lines).to_have_count(40)
    for _ in range(30):
        await finder.field.press('ArrowDown')
    chosen = finder.line(numbers[10], room)
    await expect(chosen).to_have_class(re.compile(r'\bon\b'))
    await expect(chosen).to_be_in_viewport()

    await house.control.delete(room, numbers[39])
    await house.control.delete(room, numbers[11])
    await expect(finder.lines).to_have_count(38)
    await house.control.edit(room, numbers[12], 'zebra with stripes')
    await expect(finder.list).to_contain_text('zebra with stripes')

    await expect(chosen).to_have_class(re.compile(r'\bon\b'))
    await expect(chosen).to_be_in_viewport()
    await finder.field.press('Enter')
    await expect(ana.page).to_have_url(re.compile(rf'\?m={numbers[10]}#m{numbers[10]}$'))
