"""Speaking to somebody: suggestions for the word that is typed, taken by keyboard and by click; what the other one sees."""

import re

from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each
from tests.browser.wire import Wire

pytestmark = BROWSER
CARET = 'box => [box.selectionStart, box.selectionEnd]'


def suggestions(person: Person) -> Locator:
    return person.page.get_by_role('listbox', name='Suggestions')


def options(person: Person) -> Locator:
    return suggestions(person).get_by_role('option')


async def test_person_chosen_by_keyboard_is_mentioned_and_sees_it_in_another_room(people: People, house: House):
    ana, bo, room = await people.two()
    elsewhere = await house.control.room(bo.account)
    await bo.link(elsewhere).click()
    await expect(bo.heading(elsewhere)).to_be_visible()

    await ana.box.press_sequentially('Look, @bo', delay=30)
    await expect(options(ana)).to_have_text([re.compile(f'^B{bo.name}@')])
    await ana.page.keyboard.press('Enter')
    await expect(suggestions(ana)).to_have_count(0)
    await expect(ana.box).to_have_value(re.compile(r'^Look, @bo\S* $'))
    await ana.page.keyboard.type('here')
    await ana.page.keyboard.press('Enter')

    await each([ana], 'here')
    await expect(bo.page.get_by_role('status', name='Notifications')).to_contain_text('mentioned you')
    await expect(bo.rooms.get_by_role('link', name=room.name).locator('.badge')).to_have_text('1')
    await bo.rooms.get_by_role('link', name=room.name).click()
    mine, theirs = (person.articles.filter(has_text='here') for person in (bo, ana))
    await expect(mine).to_be_visible()
    colours = [await each.evaluate('it => getComputedStyle(it).backgroundColor') for each in (mine, theirs)]
    assert colours[0] != colours[1]


async def test_arrows_walk_through_the_list_and_do_not_move_the_cursor(people: People, house: House):
    ana, room = await people.one()
    for name in ('Bob', 'Bobby', 'Boris'):
        await house.control.join(await house.control.person(name), room)

    await ana.box.press_sequentially('@bo', delay=30)
    await expect(options(ana)).to_have_count(3)
    third = await options(ana).nth(2).get_attribute('aria-label') or ''
    await ana.page.keyboard.press('ArrowDown')
    await expect(options(ana).nth(1)).to_have_attribute('aria-selected', 'true')
    assert await ana.box.evaluate(CARET) == [3, 3]
    await ana.page.keyboard.press('ArrowUp')
    await ana.page.keyboard.press('ArrowUp')
    await expect(options(ana).nth(2)).to_have_attribute('aria-selected', 'true')
    assert await ana.box.evaluate(CARET) == [3, 3]
    await expect(ana.page.get_by_role('status', name='Suggestion')).to_have_text(f'{third}, 3 of 3')
    await ana.page.keyboard.press('Tab')

    await expect(ana.box).to_have_value(re.compile(rf'^@{third.split()[0].lower()}\S* $'))
    await expect(ana.box).to_be_focused()


async def test_suggestion_is_taken_by_a_click_and_the_box_keeps_the_focus(people: People):
    ana, bo, _ = await people.two()
    await ana.box.press_sequentially('@b', delay=30)

    await options(ana).filter(has_text=bo.name).click()

    await expect(ana.box).to_have_value(re.compile(r'^@bo\S* $'))
    await expect(ana.box).to_be_focused()


async def test_word_in_the_middle_of_the_text_is_completed(people: People):
    ana, bo, _ = await people.two()
    await ana.box.press_sequentially('Hello and goodbye')
    for _ in range(len(' and goodbye')):
        await ana.page.keyboard.press('ArrowLeft')

    await ana.page.keyboard.type(' @b', delay=30)
    await expect(options(ana).filter(has_text=bo.name)).to_be_visible()
    await ana.page.keyboard.press('Tab')

    await expect(ana.box).to_have_value(re.compile(r'^Hello @bo\S* and goodbye$'))


async def test_escape_leaves_the_word_and_the_keys_are_the_boxs_again(people: People):
    ana, _, _ = await people.two()
    await ana.box.press_sequentially('one')
    await ana.page.keyboard.press('Shift+Enter')
    await ana.page.keyboard.type('@b', delay=30)
    await expect(options(ana)).to_have_count(1)

    await ana.page.keyboard.press('Escape')
    await expect(suggestions(ana)).to_have_count(0)
    await ana.page.keyboard.press('ArrowUp')

    assert (await ana.box.evaluate(CARET))[0] <= len('one')
    await ana.page.keyboard.press('Enter')
    await each([ana], 'one')


async def test_what_is_typed_fast_on_a_slow_line_is_sent_as_it_was_typed(people: People, house: House, slow_wire: Wire):
    """The list of the first word comes up while the next ones are typed; the Enter is caught by it, and meant the message."""
    account = await house.control.person('Ana')
    room = await house.control.room(account, await house.control.person('Bo'))
    ana = await people.enter(room, account, wire=slow_wire)

    await ana.box.focus()
    for text in ('Ask @bo whether she comes', 'or @bo', ':tada: and /me'):
        await ana.page.keyboard.type(text, delay=25)
        await ana.page.keyboard.press('Enter')
    await each([ana], ' and /me')

    await expect(ana.box).to_have_value('')
    assert [text for _, text in await house.control.messages(room)][-3:] == ['Ask @bo whether she comes', 'or @bo', ':tada: and /me']


async def test_emoji_is_found_by_its_name(people: People):
    ana, _ = await people.one()
    await ana.box.press_sequentially('Well done :tad', delay=30)
    await expect(options(ana).first).to_have_accessible_name('tada')

    await ana.page.keyboard.press('Enter')

    await expect(ana.box).to_have_value('Well done 🎉 ')
