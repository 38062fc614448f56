"""What is chosen can be told from what is not where the device brings its own few colours: nothing soft is left there."""

from pathlib import Path

from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.files import pdf, upload

pytestmark = BROWSER


async def ink(of: Locator) -> str:
    colour: str = await of.evaluate('element => getComputedStyle(element).color')
    return colour


async def test_where_is_searched_and_which_message_is_chosen_can_be_told(people: People, house: House):
    ana, room = await people.one(forced_colors='active')
    await house.control.post(ana.account, room, 'zebra one', 'zebra two')
    await ana.page.get_by_role('button', name='Search', exact=True).click()
    lines = ana.page.get_by_role('list', name='Results').get_by_role('link')
    await ana.page.locator('input[aria-label=Search]').press_sequentially('zebra')
    await expect(lines).to_have_count(2)

    await ana.page.keyboard.press('ArrowDown')

    await expect(lines.first).to_have_css('outline-style', 'solid')
    await expect(lines.last).to_have_css('outline-style', 'none')
    chips = ana.page.get_by_role('group', name='Where to search').get_by_role('button')
    assert await ink(chips.first) != await ink(chips.last)
    await expect(ana.page.get_by_role('switch', name='Newest first').locator('i')).to_have_css('border-style', 'solid')


async def test_kind_of_files_that_is_listed_can_be_told(people: People, house: House, tmp_path: Path):
    ana, room = await people.one(forced_colors='active')
    ids = await upload(ana.address, ana.account, room, pdf(tmp_path, 'תוכנית.pdf'))
    await house.control.post_files(ana.account, room, ids)
    await ana.page.get_by_role('button', name='Files', exact=True).click()
    kinds = ana.page.get_by_role('group', name='Kinds of files')
    await expect(kinds).to_be_visible()

    chosen, other = (kinds.get_by_role('button', name=name, exact=True) for name in ('All', 'Pictures'))

    assert await ink(chosen) != await ink(other)
    name = ana.page.get_by_role('dialog', name='Files').locator('.file bdi').first
    await expect(name).to_have_css('text-align', 'left')  # its size stands there, whichever way the name is written
