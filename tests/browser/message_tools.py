"""What a person does to messages in a real browser, by the names that screen readers hear."""

from playwright.async_api import Locator, expect

from tests.browser.person import Person


class Tools:
    """At the messages of one person's tab."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page

    def at(self, number: int) -> Locator:
        return self.person.log.locator(f'#m{number}')

    async def press(self, number: int, name: str) -> None:
        """One of the buttons that come when the mouse is over the message."""
        await self.at(number).hover()
        await self.at(number).get_by_role('button', name=name, exact=True).click()

    @property
    def menu(self) -> Locator:
        return self.page.get_by_role('menu', name='Message')

    @property
    def picker(self) -> Locator:
        return self.dialog('Pick a reaction')

    @property
    def search(self) -> Locator:
        return self.picker.get_by_role('combobox', name='Search emoji')

    async def open_menu(self, number: int) -> None:
        await self.press(number, 'More')
        await self.menu_is_ready()

    async def menu_of_the_chosen(self) -> None:
        await self.page.keyboard.press('Alt+Enter')
        await self.menu_is_ready()

    async def menu_is_ready(self) -> None:
        """Open, and it hears keys."""
        await expect(self.menu.get_by_role('menuitem').first).to_be_focused()

    async def take(self, number: int, name: str) -> None:
        """That line of its menu."""
        await self.open_menu(number)
        await self.menu.get_by_role('menuitem', name=name, exact=True).click()
        await expect(self.menu).to_be_hidden()

    def reaction(self, number: int, text: str) -> Locator:
        return self.at(number).locator('.react', has_text=text)

    def dialog(self, name: str) -> Locator:
        return self.page.get_by_role('dialog', name=name)

    @property
    def undo(self) -> Locator:
        return self.page.get_by_role('button', name='Undo')
