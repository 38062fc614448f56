"""The quick switcher, by keyboard alone and by mouse and finger, with two people."""

import re

from playwright.async_api import Locator, expect

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
