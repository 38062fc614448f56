"""The quick switcher, by keyboard alone and by mouse and finger, with two people."""

import re

from playwright.async_api import Locator, Playwright, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person

pytestmark = BROWSER
NAME = 'Search or jump to'


class Hands:
    """What one person does with it."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page
        self.keys = person.page.keyboard

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role('dialog', name=NAME)

    @property
    def field(self) -> Locator:
        return self.page.get_by_role('combobox', name=NAME)

    @property
    def chosen(self) -> Locator:
        """The line that Enter takes."""
        return self.dialog.get_by_role('option', selected=True)

    def group(self, name: str) -> Locator:
        return self.dialog.get_by_role('group', name=name, exact=True)

    def option(self, name: str | re.Pattern[str]) -> Locator:
        return self.dialog.get_by_role('option', name=name)

    async def open(self) -> None:
        await self.keys.press('Control+k')
        await expect(self.field).to_be_focused()


async def test_room_is_opened_by_a_few_letters_and_the_draft_stays(people: People, house: House):
    ana, bo, room = await people.two()
    quay = await house.control.room(ana.account, bo.account, name='Quay repairs')
    hands = Hands(ana)
    await ana.box.fill('not finished')

    await hands.open()
    await hands.keys.type('qre')
    await expect(hands.chosen).to_have_accessible_name(re.compile('^Quay repairs'))
    await expect(hands.chosen.locator('mark')).to_have_text(['Q', 're'])
    await hands.keys.press('Enter')

    await expect(ana.heading(quay)).to_be_visible()
    await expect(hands.dialog).to_be_hidden()
    await expect(ana.box).to_be_focused()
    await expect(ana.box).to_have_value('')
    await hands.open()
    await expect(hands.chosen).to_have_accessible_name(re.compile(f'^{room.name}'))  # where one was last
    await hands.keys.press('Enter')
    await expect(ana.heading(room)).to_be_visible()
    await expect(ana.box).to_have_value('not finished')


async def test_escape_gives_the_focus_back_and_nothing_typed_is_lost(people: People):
    ana, _ = await people.one()
    hands = Hands(ana)
    await ana.box.fill('half a sen')

    await hands.open()
    await hands.keys.type('zzz')
    await hands.keys.press('Tab')
    await expect(hands.field).to_be_focused()
    await hands.keys.press('Shift+Tab')
    await expect(hands.field).to_be_focused()
    await hands.keys.press('Escape')

    await expect(hands.dialog).to_be_hidden()
    await expect(ana.box).to_be_focused()
    await hands.keys.press('End')
    await hands.keys.type('tence')
    await expect(ana.box).to_have_value('half a sentence')


async def test_shortcut_closes_what_it_opened_and_the_field_is_empty_again(people: People):
    ana, _ = await people.one()
    hands = Hands(ana)

    for opening in ('Control+k', 'Meta+k'):
        await expect(ana.box).to_be_focused()
        await hands.keys.press(opening)
        await expect(hands.field).to_be_focused()
        await expect(hands.field).to_have_value('')
        await hands.keys.type('abc')
        await expect(hands.option('Search for “abc”')).to_be_visible()
        await hands.keys.press(opening)
        await expect(hands.dialog).to_be_hidden()


async def test_it_opens_wherever_one_has_clicked(people: People):
    ana, room = await people.one()
    hands = Hands(ana)

    await ana.heading(room).click()
    await hands.open()
    await hands.keys.press('Escape')
    await expect(hands.dialog).to_be_hidden()
    await ana.log.click(position={'x': 5, 'y': 5})
    await hands.open()
    await hands.keys.press('Escape')
    await expect(hands.dialog).to_be_hidden()
    for path in ('/rooms', '/profile'):
        await ana.go(path)
        await expect(ana.rooms).to_be_visible()
        await hands.open()


async def test_arrows_go_round_and_home_and_end_stay_in_the_field(people: People, house: House):
    ana, _ = await people.one()
    word = f'quay{ana.name.split()[-1]}'
    for number in (1, 2, 3):
        await house.control.room(ana.account, name=f'{word} {number}')
    hands = Hands(ana)
    await hands.open()
    await hands.keys.type(word)
    await expect(hands.group('Rooms').get_by_role('option')).to_have_count(3)
    await expect(hands.dialog.get_by_role('status')).to_have_text('4 results')

    await hands.keys.press('ArrowUp')
    await expect(hands.chosen).to_have_accessible_name(f'Search for “{word}”')
    await hands.keys.press('ArrowDown')
    await hands.keys.press('ArrowDown')
    await expect(hands.chosen).to_have_accessible_name(re.compile(f'^{word} 2'))
    active = await hands.field.get_attribute('aria-activedescendant')
    assert await hands.page.evaluate('id => document.getElementById(id).getAttribute("aria-selected")', active) == 'true'
    await hands.keys.press('Home')
    await hands.keys.type('x')

    await expect(hands.field).to_have_value(f'x{word}')


async def test_person_is_written_to_and_the_other_gets_it(people: People):
    ana, bo, _ = await people.two()
    hands = Hands(ana)

    await hands.open()
    await hands.keys.type(bo.name)
    await expect(hands.group('People').get_by_role('option', name=bo.name)).to_be_visible()
    await expect(hands.chosen).to_have_accessible_name(re.compile(f'^{bo.name}, @'))
    await hands.keys.press('Enter')
    await expect(ana.page.get_by_role('heading', level=1, name=bo.name)).to_be_visible()
    await expect(ana.box).to_be_focused()
    await ana.say('just you')

    other = Hands(bo)
    await expect(bo.rooms.get_by_role('link', name=re.compile(f'{ana.name}.*unread'))).to_be_visible()
    await other.open()
    await expect(other.chosen).to_have_accessible_name(re.compile(f'^{ana.name}.*unread'))  # what is unread comes first
    await other.keys.press('Enter')
    await expect(bo.message('just you')).to_be_visible()


async def test_message_is_found_opened_and_the_search_offered_again(people: People, house: House):
    ana, bo, room = await people.two()
    word = f'walrus{bo.name.split()[-1]}'
    (number,) = await house.control.post(bo.account, room, f'the {word} sleeps')
    elsewhere = await house.control.room(ana.account)
    await ana.enter(elsewhere)
    hands = Hands(ana)

    await hands.open()
    await hands.keys.type(word)
    hit = hands.option(re.compile(f'the {word} sleeps'))
    await expect(hit.locator('mark')).to_have_text(word)
    await hands.keys.press('ArrowUp')
    await expect(hit).to_have_attribute('aria-selected', 'true')
    await hands.keys.press('Enter')
    await expect(ana.message(f'the {word} sleeps')).to_be_visible()
    assert f'{room.path}?m={number}' in hands.page.url

    await hands.open()
    await expect(hands.group('Recent searches').get_by_role('option')).to_have_text([word])
    await hands.keys.type(word)
    await hands.option(f'Search for “{word}”').click()
    await hands.page.wait_for_url(f'**/search?q={word}')


async def test_commands_are_done(people: People):
    ana, _ = await people.one()
    hands = Hands(ana)

    await hands.open()
    await hands.keys.type('new room')
    await hands.group('Commands').get_by_role('option', name='New room').click()  # rooms may be called so too, and come first
    await expect(hands.page.get_by_role('dialog', name='New room')).to_be_visible()
    await expect(hands.dialog).to_be_hidden()
    await hands.page.get_by_role('textbox', name='Name').press('Escape')
    await expect(hands.page.get_by_role('dialog')).to_be_hidden()

    await expect(ana.box).to_be_focused()
    await hands.open()
    await hands.keys.type('dark')
    await hands.keys.press('Enter')
    await expect(hands.page.locator('body.body--dark')).to_be_visible()

    await expect(ana.box).to_be_focused()
    await hands.open()
    await hands.keys.type('sign out')
    await hands.keys.press('Enter')
    await hands.page.wait_for_url('**/login**')


async def test_button_opens_it_on_a_phone_and_a_finger_chooses(people: People, house: House, playwright: Playwright):
    phone, _ = await people.one(**playwright.devices['iPhone 13'])
    quay = await house.control.room(phone.account, name='Quay')
    hands = Hands(phone)

    await phone.page.get_by_role('button', name='Open rooms').tap()
    await phone.page.get_by_role('button', name=NAME).tap()
    await expect(hands.field).to_be_focused()
    heights = await hands.dialog.get_by_role('option').evaluate_all('lines => lines.map(line => line.getBoundingClientRect().height)')
    assert min(heights) >= 44
    await hands.page.get_by_role('button', name='Close', exact=True).last.tap()
    await expect(hands.dialog).to_be_hidden()

    await phone.page.get_by_role('button', name=NAME).tap()
    await hands.keys.type(quay.name)
    await hands.option(re.compile(f'^{quay.name}')).first.tap()
    await expect(phone.heading(quay)).to_be_visible()
