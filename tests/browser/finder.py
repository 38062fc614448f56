"""What somebody sees of a search, on its page or in its panel."""

from playwright.async_api import Locator, expect

from tests.browser.person import Person
from tests.control import Room


class Finder:
    """Of one person."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page

    @property
    def field(self) -> Locator:
        return self.page.get_by_role('searchbox', name='Search')

    @property
    def list(self) -> Locator:
        return self.page.get_by_role('list', name='Results')

    @property
    def lines(self) -> Locator:
        return self.list.get_by_role('listitem')

    @property
    def links(self) -> Locator:
        return self.list.get_by_role('link')

    @property
    def status(self) -> Locator:
        return self.page.get_by_role('status', name='Found')

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role('search', name='Search')

    def chip(self, name: str) -> Locator:
        return self.page.get_by_role('group', name='Where to search').get_by_role('button', name=name, exact=True)

    async def open_panel(self) -> None:
        await self.page.get_by_role('button', name='Search', exact=True).click()
        await expect(self.field).to_be_focused()

    async def type(self, text: str) -> None:
        await self.field.press_sequentially(text, delay=20)

    def line(self, number: int, room: Room) -> Locator:
        return self.list.locator(f'a[href$="{room.path}?m={number}#m{number}"]')
