"""A link to one message: where it comes from, and what it opens."""

from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.message_tools import Tools
from tests.browser.person import Person
from tests.control import Room

pytestmark = BROWSER
TOTAL = 400
LINKED = 200
AROUND = 25
"""Messages that are there before and after the linked one, without a scroll."""


async def room_with_much_in_it(people: People, house: House) -> tuple[Person, Room]:
    account = await house.control.person('Ana')
    room = await house.control.room(account)
    await house.control.post(account, room, *(f'message {number}' for number in range(1, TOTAL + 1)))
    return await people.enter(room, account), room


async def test_copied_link_opens_the_message_for_somebody_else(people: People, house: House):
    ana, bo, room = await people.two()
    numbers = await house.control.post(ana.account, room, *(f'message {number}' for number in range(1, 121)))
    await ana.page.context.grant_permissions(['clipboard-read', 'clipboard-write'])
    tools, other = Tools(ana), Tools(bo)
    await expect(tools.at(numbers[-2])).to_be_visible()

    await tools.take(numbers[-2], 'Copy link')
    await expect(ana.page.get_by_text('Copied.', exact=True)).to_be_visible()
    link = await ana.page.evaluate('navigator.clipboard.readText()')
    assert link == f'{ana.address}{room.path}?m={numbers[-2]}'
    await bo.page.goto(link)

    await expect(other.at(numbers[-2])).to_be_in_viewport()


async def test_link_opens_in_context_with_the_message_marked(people: People, house: House):
    ana, room = await room_with_much_in_it(people, house)

    await ana.go(f'{room.path}?m={LINKED}')

    await expect(Tools(ana).at(LINKED)).to_be_in_viewport()
    marked = await ana.page.evaluate("getComputedStyle(document.querySelector('.msg:target')).backgroundColor")
    plain = await Tools(ana).at(LINKED + 1).evaluate('message => getComputedStyle(message).backgroundColor')
    assert marked != plain
    shown = [number for number, _ in await ana.shown()]
    assert shown[0] <= LINKED - AROUND
    assert shown[-1] >= LINKED + AROUND
    assert shown == list(range(shown[0], shown[-1] + 1))


async def test_from_a_linked_message_one_reads_on_upwards_and_jumps_to_the_newest(people: People, house: House):
    ana, room = await room_with_much_in_it(people, house)
    tools = Tools(ana)
    await ana.go(f'{room.path}?m={LINKED}')
    await expect(tools.at(LINKED)).to_be_in_viewport()
    first = (await ana.shown())[0][0]

    while (top := (await ana.shown())[0][0]) > first - 50:
        await ana.scroll_up()
        await expect(tools.at(top - 1)).to_be_attached()
    await expect(tools.at(TOTAL)).to_have_count(0)
    await ana.jump.click()

    await expect(tools.at(TOTAL)).to_be_in_viewport()
    await expect(ana.jump).to_be_hidden()


async def test_from_a_linked_message_one_reads_on_downwards_to_the_newest(people: People, house: House):
    ana, room = await room_with_much_in_it(people, house)
    tools = Tools(ana)
    await ana.go(f'{room.path}?m={LINKED}')
    await expect(tools.at(LINKED)).to_be_in_viewport()

    while (bottom := (await ana.shown())[-1][0]) < TOTAL:
        await ana.log.hover()
        await ana.page.mouse.wheel(0, 30_000)
        await expect(tools.at(bottom + 1)).to_be_attached()
    await ana.page.mouse.wheel(0, 30_000)

    await expect(tools.at(TOTAL)).to_be_in_viewport()
    await expect(ana.jump).to_be_hidden()


async def test_link_to_a_deleted_message_leads_to_where_it_was(people: People, house: House):
    ana, room = await room_with_much_in_it(people, house)
    await house.control.delete(room, LINKED)

    await ana.go(f'{room.path}?m={LINKED}')

    await expect(Tools(ana).at(LINKED)).to_be_in_viewport()
    await expect(Tools(ana).at(LINKED)).to_have_text('This message was deleted.')


async def test_linked_message_stays_in_view_among_pages_that_are_longer_than_was_thought(people: People, house: House):
    account = await house.control.person('Ana')
    room = await house.control.room(account)
    await house.control.post(account, room, *(f'message {number}\n\n' + 'and more\n\n' * 3 for number in range(1, 251)))
    ana = await people.enter(room, account)

    await ana.go(f'{room.path}?m=125')
    await expect(Tools(ana).at(125)).to_be_attached()
    await ana.page.wait_for_timeout(1_000)  # for what would still move it

    await expect(Tools(ana).at(125)).to_be_in_viewport()
