"""What is new: the list, the title, the line, and how it ends on every device at once."""

import asyncio
import re

from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each
from tests.control import Account, Room

pytestmark = BROWSER
MANY = 60
"""Messages: more than fit on a screen."""
SETTLES_MS = 1_000
"""A jump, and the time after which a bottom that stayed in view counts as read."""


def line(person: Person, room: Room) -> Locator:
    return person.rooms.locator(f'a[href="{room.path}"]')


async def is_new(person: Person, room: Room) -> None:
    await expect(line(person, room)).to_have_class(re.compile(r'\bnew\b'))


async def is_read(person: Person, room: Room) -> None:
    await expect(line(person, room)).not_to_have_class(re.compile(r'\bnew\b'))


async def two_rooms(people: People, house: House) -> tuple[Person, Account, Room, Room]:
    """Ana looks at the first, Bo is in both."""
    ana, bo = await house.control.person('Ana'), await house.control.person('Bo')
    here, there = await house.control.room(ana, bo), await house.control.room(ana, bo)
    person = await people.enter(there, ana)  # so that nothing is new
    await is_read(person, there)
    await person.enter(here)
    await is_read(person, here)
    return person, bo, here, there


async def new_line(person: Person) -> int | None:
    """The number of the message above which the line stands."""
    found = await person.log.locator('.msg').evaluate_all(
        """messages => messages.filter(message => getComputedStyle(message, '::before').content === '"New"').map(message => message.id)"""
    )
    assert len(found) <= 1
    return int(found[0][1:]) if found else None


async def first_in_view(person: Person) -> int:
    found = await person.log.evaluate(
        """log => {
            const edge = document.querySelector('header').getBoundingClientRect().bottom
            return Number([...log.querySelectorAll('.msg')].find(message => message.getBoundingClientRect().top >= edge).id.slice(1))
        }"""
    )
    return int(found)


async def test_message_elsewhere_is_new_until_its_room_is_opened(people: People, house: House):
    ana, bo, _, there = await two_rooms(people, house)

    await house.control.post(bo, there, 'look here')
    await is_new(ana, there)
    await line(ana, there).click()

    await expect(ana.heading(there)).to_be_visible()
    await each([ana], 'look here')
    await is_read(ana, there)


async def test_mentions_are_counted_on_two_devices_and_read_on_one_they_are_read_on_both(people: People, house: House):
    ana, bo, here, there = await two_rooms(people, house)
    second = await people.enter(here, ana.account, viewport={'width': 1000, 'height': 600})

    await house.control.mention(bo, there, ana.account, 'first')
    await house.control.mention(bo, there, ana.account, 'second')
    await house.control.post(bo, there, 'to all')
    for device in (ana, second):
        await expect(line(device, there).locator('.badge')).to_have_text('2')
        await expect(device.page).to_have_title(re.compile(r'^\(2\) # '))
    await line(ana, there).click()

    for device in (ana, second):
        await is_read(device, there)
        await expect(line(device, there).locator('.badge')).to_have_count(0)
        await expect(device.page).to_have_title(re.compile(r'^# '))


async def test_opened_room_begins_at_the_first_new_message_and_is_read_when_its_end_is_seen(people: People, house: House):
    ana, bo, _, there = await two_rooms(people, house)
    numbers = await house.control.post(bo, there, *(f'new {number}' for number in range(1, MANY + 1)))
    await is_new(ana, there)

    await line(ana, there).click()
    await expect(ana.log.locator(f'#m{numbers[0]}')).to_be_in_viewport()
    await expect(ana.jump).to_be_visible()
    assert await new_line(ana) == numbers[0]
    assert await first_in_view(ana) <= numbers[0]
    await ana.page.wait_for_timeout(SETTLES_MS)
    await is_new(ana, there)
    await ana.jump.click()

    await is_read(ana, there)
    assert await new_line(ana) == numbers[0]


async def test_line_is_gone_when_one_comes_back(people: People, house: House):
    ana, bo, here, there = await two_rooms(people, house)
    await house.control.post(bo, there, 'only one')
    await is_new(ana, there)
    await line(ana, there).click()
    await is_read(ana, there)
    assert await new_line(ana) is not None

    await line(ana, here).click()
    await expect(ana.heading(here)).to_be_visible()
    await line(ana, there).click()
    await each([ana], 'only one')

    assert await new_line(ana) is None


async def test_first_new_message_far_above_is_where_the_room_opens(people: People, house: House):
    ana, bo, _, there = await two_rooms(people, house)
    numbers = await house.control.post(bo, there, *(f'new {number}' for number in range(1, 401)))
    await is_new(ana, there)

    await line(ana, there).click()

    await expect(ana.log.locator(f'#m{numbers[0]}')).to_be_in_viewport()
    assert await new_line(ana) == numbers[0]
    await expect(ana.jump).to_be_visible()
    await is_new(ana, there)


async def test_who_scrolled_up_has_not_read_what_comes(people: People, house: House):
    ana, bo, here, _ = await two_rooms(people, house)
    second = await people.enter(await house.control.room(ana.account), ana.account)
    await house.control.post(bo, here, *(f'message {number}' for number in range(1, MANY + 1)))
    await is_read(second, here)
    await ana.scroll_up()
    await expect(ana.jump).to_be_visible()

    await house.control.post(bo, here, 'out of sight')
    await is_new(second, here)
    await ana.jump.click()

    await is_read(second, here)


async def test_message_is_marked_unread_with_the_mouse_and_the_line_moves_there(people: People, house: House):
    ana, bo, here, _ = await two_rooms(people, house)
    numbers = await house.control.post(bo, here, 'one', 'two', 'three')
    await each([ana], 'three')

    two = ana.articles.filter(has_text='two')
    await two.hover()
    await two.get_by_role('button', name='More').click()
    await ana.page.get_by_role('menuitem', name='Mark unread from here').click()

    await is_new(ana, here)
    assert await new_line(ana) == numbers[1]
    await ana.page.reload()
    await expect(ana.heading(here)).to_be_visible()
    await is_read(ana, here)


async def test_message_is_marked_unread_with_the_keyboard(people: People, house: House):
    ana, bo, here, _ = await two_rooms(people, house)
    await house.control.post(bo, here, 'one', 'two')
    await each([ana], 'two')

    one = ana.articles.filter(has_text='one')
    await one.get_by_role('link').focus()
    await ana.page.keyboard.press('Tab')
    await expect(one.get_by_role('button', name='More')).to_be_focused()
    await ana.page.keyboard.press('Enter')
    await ana.page.get_by_role('menuitem', name='Mark unread from here').press('Enter')

    await is_new(ana, here)


async def test_all_is_marked_as_read_by_the_menu_which_closes(people: People, house: House):
    ana, bo, here, there = await two_rooms(people, house)
    third = await house.control.room(ana.account, bo)
    await house.control.mention(bo, there, ana.account, 'first')
    await house.control.post(bo, third, 'second')
    await asyncio.gather(is_new(ana, there), is_new(ana, third))

    await ana.page.get_by_role('button', name='Server menu').click()
    await ana.page.get_by_role('button', name='Mark all as read').click()

    await asyncio.gather(is_read(ana, there), is_read(ana, third), is_read(ana, here))
    await expect(ana.page.get_by_role('button', name='Mark all as read')).to_be_hidden()
    await expect(ana.page).to_have_title(re.compile(r'^# '))
