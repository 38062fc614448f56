"""What one came to read, where the finger is all there is to point with."""

from playwright.async_api import Playwright, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.finder import Finder

pytestmark = BROWSER


async def test_message_one_came_to_read_is_not_covered_by_its_tools(people: People, house: House, playwright: Playwright):
    ana, room = await people.one(**playwright.devices['iPhone 13'])
    await house.control.post(ana.account, room, *(f'line {number} of what was said before' for number in range(30)))
    number, *_ = await house.control.post(ana.account, room, 'zebra crossing, a line that fills it', 'the next line')
    await house.control.post(ana.account, room, *(f'line {number} of what was said after' for number in range(30)))
    finder = Finder(ana)
    await ana.page.get_by_role('button', name='Open search').tap()
    await finder.type('zebra')
    await finder.links.first.tap()
    message = ana.page.locator(f'#m{number}')
    await expect(message).to_be_in_viewport()
    await expect(message).to_be_focused()

    tools = message.locator('.tools')
    await expect(tools).to_have_css('opacity', '1')
    edges = "message => ['.tools', '.body'].map(each => message.querySelector(each).getBoundingClientRect())"
    lies, reads = await message.evaluate(edges)

    assert lies['bottom'] <= reads['top']
    await tools.get_by_role('button', name='Reply').tap()
    await expect(ana.page.get_by_text('Replying to')).to_be_visible()
