"""Links to messages of this server, pasted into messages: a quote for those who may read it."""

import re

from playwright.async_api import FrameLocator, Request, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person
from tests.control import Account, Room

pytestmark = BROWSER
NOTHING = 'This message is not there, or not open to you.'


async def linked(people: People, house: House, body: str) -> tuple[Person, Person, Room, Room, int]:
    """Ana and Bo in a room where Ana has linked to a message of hers; only she is in the room of that one."""
    ana, bo, room = await people.two()
    other = await house.control.room(ana.account, name='Harbour', private=True)
    (number,) = await house.control.post(ana.account, other, body)
    await house.control.post(ana.account, room, f'see {ana.address}{other.path}?m={number} there')
    return ana, bo, room, other, number


def quote_in(person: Person) -> FrameLocator:
    return person.page.frame_locator('iframe[title="Quoted message"]')


async def test_linked_message_is_quoted_for_those_alone_who_may_read_it(people: People, house: House):
    ana, bo, *_ = await linked(people, house, 'The **plan** is tea')

    await expect(quote_in(ana).locator('.text')).to_have_text('The plan is tea')
    await expect(quote_in(ana).locator('.by')).to_contain_text(ana.name)
    await expect(quote_in(ana).locator('.text strong')).to_have_text('plan')
    await expect(quote_in(bo).locator('body')).to_have_text(NOTHING)


async def test_click_on_a_quote_opens_the_message_without_a_page_load(people: People, house: House):
    ana, _, _, other, number = await linked(people, house, 'The plan')
    await house.control.post(ana.account, other, *(f'later {count}' for count in range(3)))
    await expect(quote_in(ana).locator('.text')).to_be_visible()
    documents: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type == 'document' and request.frame == ana.page.main_frame:
            documents.append(request.url)

    ana.page.on('request', note)
    await ana.page.get_by_role('link', name='Open the quoted message').click()

    await expect(ana.heading(other)).to_be_visible()
    await expect(ana.page.locator(f'#m{number}')).to_be_in_viewport()
    await expect(ana.page).to_have_url(re.compile(rf'{re.escape(other.path)}\?m={number}(#m{number})?$'))
    assert documents == []


async def test_quote_is_reached_by_keyboard_as_one_link(people: People, house: House):
    ana, _, _, other, _ = await linked(people, house, 'See https://example.org and `code`')
    await expect(quote_in(ana).locator('.text')).to_be_visible()

    await ana.page.locator('.msg a[href*="?m="]:not(.when)').first.focus()  # of the message itself
    await ana.page.keyboard.press('Tab')
    await expect(ana.page.get_by_role('link', name='Open the quoted message')).to_be_focused()
    await ana.page.keyboard.press('Enter')

    await expect(ana.heading(other)).to_be_visible()


async def test_quote_looks_as_its_reader_wants_and_lets_through_what_is_behind(people: People, house: House):
    account: Account = await house.control.person('Ana')
    room = await house.control.room(account)
    (number,) = await house.control.post(account, room, 'ink on paper')
    await house.control.post(account, room, f'http://127.0.0.1:{house.port}{room.path}?m={number}')
    ana = await people.enter(room, account, color_scheme='dark')
    text = quote_in(ana).locator('.text')

    await expect(text).to_have_text('ink on paper')
    own = await ana.page.locator('.msg .body').first.evaluate('element => getComputedStyle(element).color')
    assert await text.evaluate('element => getComputedStyle(element).color') == own
    assert await quote_in(ana).locator('body').evaluate('body => getComputedStyle(body).backgroundColor') == 'rgba(0, 0, 0, 0)'


async def test_long_message_is_quoted_by_its_first_lines(people: People, house: House):
    ana, *_ = await linked(people, house, '\n\n'.join(f'line {count} ' + 'word ' * 30 for count in range(40)))
    text = quote_in(ana).locator('.text')

    await expect(text).to_be_visible()
    inside, outside = await text.bounding_box(), await ana.page.locator('iframe.linked').bounding_box()

    assert inside is not None
    assert outside is not None
    assert inside['y'] + inside['height'] <= outside['y'] + outside['height'] < outside['y'] + 100


async def test_message_with_many_links_has_few_quotes(people: People, house: House):
    ana, room = await people.one()
    numbers = await house.control.post(ana.account, room, *(f'number {count}' for count in range(5)))
    await house.control.post(ana.account, room, ' '.join(f'{ana.address}{room.path}?m={number}' for number in numbers))

    await expect(ana.page.locator('iframe.linked')).to_have_count(3)
    await expect(ana.page.frame_locator('iframe.linked >> nth=0').locator('.text')).to_have_text(re.compile('number 0'))
