"""Finding messages again, on the page and in the panel, by those who may read them."""

import asyncio
import re
from pathlib import Path

from playwright.async_api import Locator, Playwright, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.finder import Finder
from tests.browser.person import OFFLINE, Person
from tests.browser.wire import Wire

pytestmark = BROWSER


def message(person: Person, number: int) -> Locator:
    return person.page.locator(f'#m{number}')


async def test_results_come_while_one_types_with_what_was_meant_marked(people: People, house: House):
    ana, bo, room = await people.two()
    await house.control.post(bo.account, room, 'The boathouse is open', 'Nothing to see', 'Le café est là')
    finder = Finder(ana)
    await finder.open_panel()

    await finder.type('thous')
    await expect(finder.lines).to_have_count(1)
    await expect(finder.list.locator('mark')).to_have_text('thous')
    await expect(finder.status).to_have_text('1 message')
    await expect(finder.lines.first).to_contain_text(bo.name)
    await finder.field.fill('cafe')

    await expect(finder.list.locator('mark')).to_have_text('café')
    await finder.field.fill('no such word')
    await expect(finder.panel).to_contain_text('Nothing found')
    await expect(finder.status).to_have_text('Nothing found')


async def test_scripts_without_spaces_emoji_and_short_words_are_found(people: People, house: House):
    ana, bo, room = await people.two()
    await house.control.post(bo.account, room, '港で会いましょう', 'รถไฟมาสาย', '안녕하세요 여러분', 'party 🎉 tonight', 'it is on')
    finder = Finder(ana)
    await finder.open_panel()

    for typed, said in (('会い', '港で会いましょう'), ('ไฟ', 'รถไฟมาสาย'), ('여러', '안녕하세요'), ('🎉', 'party'), ('港', '港で')):
        await finder.field.fill(typed)
        await expect(finder.lines).to_have_count(1)
        await expect(finder.lines).to_contain_text(said)


async def test_nothing_typed_is_lost_while_others_write(people: People, house: House):
    ana, bo, room = await people.two()
    finder = Finder(ana)
    await finder.open_panel()
    text = 'every letter of this is to stay where it is'

    async def write() -> None:
        for number in range(20):
            await house.control.post(bo.account, room, f'line {number}')

    await asyncio.gather(write(), finder.type(text))

    await expect(ana.message('line 19')).to_be_visible()
    await expect(finder.field).to_have_value(text)


async def test_scope_is_a_chip_and_only_rooms_of_ones_own_are_searched(people: People, house: House):
    ana, bo, room = await people.two()
    mine = await house.control.room(ana.account, name='Mine')
    theirs = await house.control.room(bo.account, name='Theirs', private=True)
    for account, place in ((ana.account, mine), (bo.account, theirs), (bo.account, room)):
        await house.control.post(account, place, f'zebra in {place.name}')
    finder = Finder(ana)
    await finder.open_panel()
    await finder.type('zebra')
    await expect(finder.lines).to_have_count(1)
    await expect(finder.chip(room.name)).to_have_attribute('aria-pressed', 'true')

    await finder.chip('All my rooms').click()

    await expect(finder.lines).to_have_count(2)
    await expect(finder.list).not_to_contain_text(theirs.name)
    await expect(finder.list).to_contain_text(mine.name)


async def test_filters_are_completed_and_narrow_what_is_found(people: People, house: House):
    ana, bo, room = await people.two()
    await house.control.post(ana.account, room, 'zebra of mine')
    await house.control.post(bo.account, room, 'zebra of theirs', 'zebra with https://example.org')
    finder = Finder(ana)
    await finder.open_panel()
    await finder.type('zebra fr')
    await expect(finder.page.get_by_role('listbox', name='Suggestions')).to_be_visible()

    await finder.field.press('Tab')
    await expect(finder.field).to_have_value('zebra from:')
    await expect(finder.page.get_by_role('option', name='me, what you wrote')).to_have_attribute('aria-selected', 'true')
    await finder.field.press('Enter')
    await expect(finder.field).to_have_value('zebra from:me ')
    await expect(finder.lines).to_have_count(1)
    await expect(finder.lines).to_contain_text('zebra of mine')
    await finder.type('-from:me')

    await expect(finder.panel).to_contain_text('Nothing found')
    await finder.field.fill('zebra has:link -theirs')
    await expect(finder.lines).to_have_count(1)
    await expect(finder.lines).to_contain_text('example.org')


async def test_panel_leads_from_message_to_message_and_keeps_its_place(people: People, house: House):
    ana, bo, room = await people.two()
    (first,) = await house.control.post(bo.account, room, 'zebra one')
    await house.control.post(bo.account, room, *(f'line {number}' for number in range(150)))
    (last,) = await house.control.post(bo.account, room, 'zebra two')
    finder = Finder(ana)
    await finder.open_panel()
    await finder.type('zebra')
    await expect(finder.lines).to_have_count(2)

    await finder.line(first, room).click()
    await expect(message(ana, first)).to_be_in_viewport()
    await expect(ana.page.locator('.msg:target')).to_contain_text('zebra one')
    await expect(finder.line(first, room)).to_have_attribute('aria-current', 'true')
    await expect(finder.line(first, room)).to_be_focused()
    await finder.line(last, room).click()

    await expect(ana.page.locator('.msg:target')).to_contain_text('zebra two')
    await expect(message(ana, last)).to_be_in_viewport()
    await expect(finder.line(last, room)).to_be_focused()
    await expect(finder.lines).to_have_count(2)
    await ana.page.keyboard.press('Escape')
    await expect(finder.panel).to_be_hidden()
    await expect(ana.page.get_by_role('button', name='Search', exact=True)).to_be_focused()


async def test_message_is_opened_by_keyboard_alone(people: People, house: House):
    ana, bo, room = await people.two()
    await house.control.post(bo.account, room, *(f'line {number}' for number in range(80)))
    number, _ = await house.control.post(bo.account, room, 'zebra one', 'zebra two')
    await house.control.post(bo.account, room, *(f'line {number}' for number in range(80)))
    finder = Finder(ana)
    await finder.open_panel()
    await finder.type('zebra')
    await expect(finder.lines).to_have_count(2)

    await finder.field.press('ArrowDown')
    await finder.field.press('ArrowDown')
    await expect(finder.line(number, room)).to_have_class(re.compile(r'\bon\b'))
    await expect(finder.field).to_be_focused()
    await finder.field.press('Enter')

    await expect(ana.page).to_have_url(re.compile(rf'\?m={number}#m{number}$'))
    await expect(message(ana, number)).to_be_in_viewport()


async def test_page_leads_into_the_room_and_back_leads_to_the_results(people: People, house: House):
    ana, bo, room = await people.two()
    numbers = await house.control.post(bo.account, room, *(f'zebra number {number}' for number in range(120)))
    finder = Finder(ana)
    await ana.go('/search')
    await expect(finder.field).to_be_focused()
    await finder.type('zebra')
    await expect(finder.lines).to_have_count(50)
    await expect(finder.status).to_have_text('120+ messages')
    await expect(ana.page).to_have_url(re.compile(r'/search\?q=zebra$'))
    await finder.lines.last.scroll_into_view_if_needed()
    await expect(finder.lines).to_have_count(100)
    link = finder.links.nth(80)
    href = await link.get_attribute('href') or ''
    assert int(href.rpartition('m')[2]) in numbers

    await link.click()
    await expect(ana.heading(room)).to_be_visible()
    await expect(ana.page.locator(':target')).to_be_in_viewport()
    await ana.page.go_back()

    await expect(finder.lines).to_have_count(100)
    await expect(finder.list.locator(f'a[href="{href}"]')).to_be_in_viewport()
    await expect(finder.field).to_have_value('zebra')
    await expect(ana.page).to_have_url(re.compile(r'/search\?q=zebra$'))
    await ana.page.reload()
    await expect(finder.lines).to_have_count(50)


async def test_panel_opens_as_a_page_with_what_was_typed_the_moment_before(people: People, house: House, slow_wire: Wire):
    account = await house.control.person('Ana')
    room = await house.control.room(account)
    await house.control.post(account, room, 'zebra crossing', 'zebra')
    ana = await people.enter(room, account, wire=slow_wire)
    finder = Finder(ana)
    await finder.open_panel()
    await finder.field.fill('zebra')
    await expect(finder.lines).to_have_count(2)
    link = finder.page.get_by_role('link', name='Open as a page')

    await finder.field.fill('zebra crossing')
    await link.click()  # on the way there the server hears of the words, but the link hears nothing of it

    await expect(finder.panel).to_be_hidden()
    await expect(finder.field).to_have_value('zebra crossing')
    await expect(finder.lines).to_have_count(1)
    await expect(ana.page).to_have_url(re.compile(r'/search\?q=zebra%20crossing&in='))
    await ana.page.go_back()
    await expect(ana.heading(room)).to_be_visible()


async def test_menu_leads_to_an_empty_search_from_one_that_was_typed(people: People, house: House):
    ana, bo, room = await people.two()
    await house.control.post(bo.account, room, 'zebra')
    finder = Finder(ana)
    await ana.go('/search')
    await finder.type('zebra')
    await expect(finder.lines).to_have_count(1)
    menu = ana.page.locator('#server-menu')

    await ana.page.get_by_role('button', name='Server menu').click()
    await menu.get_by_role('link', name='Search messages').click()

    await expect(finder.field).to_have_value('')
    await expect(finder.field).to_be_focused()
    await expect(menu).to_be_hidden()
    await expect(ana.page).to_have_url(re.compile(r'/search$'))
    await ana.page.go_back()
    await expect(finder.field).to_have_value('zebra')
    await expect(finder.lines).to_have_count(1)


async def test_what_is_typed_while_the_connection_comes_back_stays_in_the_search(people: People, house: House, wire: Wire):
    account = await house.control.person('Ana')
    room = await house.control.room(account)
    await house.control.post(account, room, 'zebra crossing', 'zebra')
    ana = await people.enter(room, account, wire=wire)
    ana.excuse(OFFLINE)
    finder = Finder(ana)
    await finder.open_panel()
    await finder.type('zebra')
    await expect(finder.lines).to_have_count(2)

    wire.cut()
    await expect(ana.page.locator('#popup')).to_have_attribute('aria-hidden', 'false')
    await ana.page.keyboard.type(' cross')
    await wire.mend()
    await expect(finder.lines).to_have_count(1)
    await house.control.finished()
    await ana.page.keyboard.type('ing')

    await expect(finder.field).to_have_value('zebra crossing')
    await expect(finder.field).to_be_focused()
    await expect(ana.box).to_have_value('')


async def test_panel_that_was_opened_while_nothing_arrived_is_whole_after_it(people: People, house: House, wire: Wire):
    account = await house.control.person('Ana')
    room = await house.control.room(account)
    await house.control.post(account, room, 'zebra crossing', 'zebra')
    ana = await people.enter(room, account, wire=wire)
    witness = await people.enter(room, account)
    ana.excuse(OFFLINE)
    finder = Finder(ana)
    await finder.open_panel()
    await finder.type('zebra')
    await expect(finder.lines).to_have_count(2)
    await finder.page.get_by_role('button', name='Close search').click()
    await expect(finder.panel).to_be_hidden()

    wire.mute()
    await ana.page.get_by_role('button', name='Search', exact=True).click()
    await ana.say('what comes after it')
    await expect(witness.message('what comes after it')).to_be_visible()
    wire.cut()
    await expect(ana.page.locator('#popup')).to_have_attribute('aria-hidden', 'false')
    await wire.mend()

    await expect(finder.field).to_have_value('zebra')
    await expect(finder.lines).to_have_count(2)
    await expect(finder.field).to_be_focused()
    await finder.field.press('End')
    await ana.page.keyboard.type(' cross')
    await expect(finder.lines).to_have_count(1)


async def test_what_is_typed_first_while_the_line_is_cut_stays_in_the_search(people: People, house: House, wire: Wire):
    account = await house.control.person('Ana')
    room = await house.control.room(account)
    await house.control.post(account, room, 'zebra')
    ana = await people.enter(room, account, wire=wire)
    ana.excuse(OFFLINE)
    finder = Finder(ana)
    await finder.open_panel()
    await finder.chip('All my rooms').click()
    await expect(finder.chip('All my rooms')).to_have_attribute('aria-pressed', 'true')  # what was told before has arrived

    wire.cut()
    await expect(ana.page.locator('#popup')).to_have_attribute('aria-hidden', 'false')
    await finder.field.fill('zebra')
    await wire.mend()

    await expect(finder.lines).to_have_count(1)
    await expect(finder.field).to_have_value('zebra')


async def test_more_results_come_by_a_button_too(people: People, house: House):
    ana, bo, room = await people.two()
    await house.control.post(bo.account, room, *(f'zebra number {number}' for number in range(60)))
    finder = Finder(ana)
    await ana.go('/search?q=zebra&order=newest')
    await expect(finder.lines).to_have_count(50)
    await expect(finder.lines.first).to_contain_text('zebra number 59')
    await expect(finder.page.get_by_role('switch', name='Newest first')).to_have_attribute('aria-checked', 'true')

    await finder.page.get_by_role('button', name='Show more').press('Enter')

    await expect(finder.lines).to_have_count(60)
    await expect(finder.page.get_by_role('button', name='Show more')).to_have_count(0)


async def test_recent_searches_are_offered_and_can_be_cleared(people: People, house: House):
    ana, bo, room = await people.two()
    await house.control.post(bo.account, room, 'zebra one')
    finder = Finder(ana)
    await finder.open_panel()
    await finder.type('zebra')
    await expect(finder.lines).to_have_count(1)
    await finder.field.press('Enter')
    await expect(finder.links.first).to_be_focused()  # once the message is there: what is typed before goes nowhere
    await finder.field.fill('')
    recent = finder.page.get_by_role('list', name='Recent searches')

    await recent.get_by_role('button', name='zebra', exact=True).click()
    await expect(finder.lines).to_have_count(1)
    await expect(finder.field).to_have_value('zebra')
    await finder.field.fill('')
    await finder.page.get_by_role('button', name='Clear recent searches').click()

    await expect(recent).to_have_count(0)
    await finder.page.reload()
    await finder.open_panel()
    await expect(finder.panel).to_contain_text('What you can ask for')
    await expect(recent).to_have_count(0)


async def test_example_is_put_into_the_field(people: People):
    ana, _ = await people.one()
    finder = Finder(ana)
    await finder.open_panel()

    await finder.page.get_by_role('button', name='from:me').click()

    await expect(finder.field).to_have_value('from:me')
    await expect(finder.field).to_be_focused()


async def test_results_of_a_room_are_gone_the_moment_one_is_removed(people: People, house: House):
    ana, bo, room = await people.two()
    other = await house.control.room(ana.account, bo.account, name='Other', private=True)
    await house.control.post(ana.account, room, 'zebra here')
    await house.control.post(ana.account, other, 'zebra there')
    finder = Finder(bo)
    await bo.go('/search?q=zebra')
    await expect(finder.lines).to_have_count(2)

    await house.control.remove(ana.account, other, bo.account)

    await expect(finder.lines).to_have_count(1)
    await expect(finder.list).not_to_contain_text(other.name)
    await finder.field.fill('there')
    await expect(finder.page.get_by_role('search')).to_contain_text('Nothing found')


async def test_edited_and_deleted_messages_are_found_as_they_are_now(people: People, house: House):
    ana, bo, room = await people.two()
    edited, deleted = await house.control.post(bo.account, room, 'zebra one', 'zebra two')
    finder = Finder(ana)
    await finder.open_panel()
    await finder.type('zebra')
    await expect(finder.lines).to_have_count(2)

    await house.control.edit(room, edited, 'giraffe one')
    await house.control.delete(room, deleted)
    await finder.field.fill('giraffe')

    await expect(finder.lines).to_have_count(1)
    await finder.field.fill('zebra')
    await expect(finder.panel).to_contain_text('Nothing found')


async def test_words_of_others_are_never_markup(people: People, house: House):
    ana, bo, room = await people.two()
    await house.control.post(bo.account, room, '<img src=x onerror=alert(1)> <mark>zebra</mark> {{ 7+7 }} ${7+7}')
    finder = Finder(ana)
    await finder.open_panel()

    await finder.type('zebra')

    await expect(finder.list.locator('mark')).to_have_count(1)
    await expect(finder.list.locator('.said img')).to_have_count(0)
    await expect(finder.lines).to_contain_text('<mark>zebra</mark> {{ 7+7 }} ${7+7}')


async def test_name_of_a_file_is_found(people: People, house: House, tmp_path: Path):
    ana, bo, _ = await people.two()
    (tmp_path / 'harbour-plan.txt').write_text('low tide')
    await bo.page.locator('input[type=file]').first.set_input_files(tmp_path / 'harbour-plan.txt')
    await expect(bo.page.get_by_role('button', name=re.compile('harbour-plan'))).to_be_visible()
    await bo.box.press('Enter')
    await expect(ana.articles.last).to_contain_text('harbour-plan.txt')
    finder = Finder(ana)
    await finder.open_panel()

    await finder.type('harbour-pl')

    await expect(finder.lines).to_have_count(1)
    await expect(finder.list.locator('.of-file')).to_contain_text('harbour-plan.txt')


# On a phone


async def test_panel_covers_a_phone_and_back_brings_the_results_again(people: People, house: House, playwright: Playwright):
    ana, room = await people.one(**playwright.devices['iPhone 13'])
    number, _ = await house.control.post(ana.account, room, 'zebra one', 'line two')
    finder = Finder(ana)
    await ana.page.get_by_role('button', name='Open search').tap()
    await finder.type('zebra')
    await expect(finder.lines).to_have_count(1)
    assert await ana.page.evaluate('document.documentElement.scrollWidth') == 390

    await finder.links.first.tap()
    await expect(finder.panel).to_be_hidden()
    await expect(message(ana, number)).to_be_in_viewport()
    await ana.page.go_back()
    await expect(finder.lines).to_have_count(1)
    await expect(finder.field).to_have_value('zebra')
    await finder.page.get_by_role('button', name='Close search').tap()

    await expect(finder.panel).to_be_hidden()
    await expect(ana.box).to_be_visible()


async def test_room_that_is_chosen_on_a_phone_is_shown_not_the_results(people: People, house: House, playwright: Playwright):
    ana, room = await people.one(**playwright.devices['iPhone 13'])
    number, _ = await house.control.post(ana.account, room, 'zebra one', 'line two')
    finder = Finder(ana)
    await ana.page.get_by_role('button', name='Open search').tap()
    await finder.type('zebra')
    await finder.links.first.tap()
    await expect(message(ana, number)).to_be_in_viewport()
    await ana.page.get_by_role('button', name='Open rooms').tap()

    await ana.link(room).tap()
    await expect(ana.page).to_have_url(re.compile(rf'{room.path}$'))
    await house.control.finished()

    await expect(ana.page.locator('.app')).not_to_have_class(re.compile('rooms-open'))
    await expect(finder.panel).to_be_hidden()
    await expect(ana.box).to_be_visible()
    await ana.page.get_by_role('button', name='Open search').tap()
    await expect(finder.lines).to_have_count(1)
