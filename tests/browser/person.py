"""A person at a browser, who finds things by their roles and names as screen readers do."""

import re
from collections.abc import Sequence

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.control import Account, Room

OFFLINE = r'net::ERR_|WebSocket is closed before the connection is established|reloading because implicit handshake failed'
"""What Chromium writes into the console about connections that fail, and NiceGUI when it loads a page anew for that."""
REFUSED = r'the server responded with a status of (403|422|503)'
"""What it writes about the page itself when its status is no 200."""


class Person:
    """One browser of one person; `page` is its first tab."""

    def __init__(self, context: BrowserContext, page: Page, address: str, account: Account | None) -> None:
        self.context = context
        self.page = page
        self.address = address
        self._account = account
        self._console: list[str] = []
        self._excused = ''
        self.listen(page)

    def listen(self, page: Page) -> None:
        page.on('console', self._hear)
        page.on('pageerror', lambda error: self._console.append(f'exception: {error}'))

    def _hear(self, message: ConsoleMessage) -> None:
        self._console.append(f'{message.type}: {message.text}')

    def excuse(self, pattern: str) -> None:
        """What the test provokes is no fault: lines of the console with that pattern."""
        self._excused = pattern

    @property
    def complaints(self) -> list[str]:
        """What the console shows that it should not."""
        return [line for line in self._console if not (self._excused and re.search(self._excused, line))]

    @property
    def account(self) -> Account:
        assert self._account is not None, 'this person is not signed in through the back door'
        return self._account

    @property
    def name(self) -> str:
        return self.account.name

    async def go(self, path: str) -> None:
        await self.page.goto(self.address + path)

    async def enter(self, room: Room) -> None:
        """Open a room by its address and wait until it is there."""
        await self.go(room.path)
        await expect(self.heading(room)).to_be_visible()

    async def another_tab(self, room: Room) -> 'Person':
        """The same person, in the same browser."""
        tab = Person(self.context, await self.context.new_page(), self.address, self._account)
        tab._console = self._console
        await tab.enter(room)
        return tab

    def heading(self, room: Room) -> Locator:
        return self.page.get_by_role('heading', level=1, name=room.name, exact=True)

    # The conversation

    @property
    def box(self) -> Locator:
        return self.page.get_by_role('textbox', name='Message')

    async def say(self, text: str) -> None:
        """Type it where the box's cursor is, and send."""
        await self.box.focus()
        await self.page.keyboard.insert_text(text)
        await self.page.keyboard.press('Enter')

    @property
    def log(self) -> Locator:
        return self.page.get_by_role('log', name='Messages')

    @property
    def articles(self) -> Locator:
        return self.log.get_by_role('article')

    def message(self, text: str) -> Locator:
        """Whose words those are; what stands around them, such as reactions, does not count."""
        words = re.compile(rf'(^|\s){re.escape(text)}(\s|\(edited\)|$)')
        return self.articles.filter(has=self.page.locator('.body').filter(has_text=words))

    async def shown(self) -> list[tuple[int, str | None]]:
        """Numbers and texts of all that is on the page, from top to bottom and as the store has them; None for a deleted message.

        Lines about what happened count: "joined" has a number too.
        """
        return await _entries(self.log.locator('.msg'))

    async def said(self) -> list[str | None]:
        """What people said, as far as it is on the page."""
        return [text for _, text in await _entries(self.articles)]

    @property
    def notice(self) -> Locator:
        """What the page has to say about what was refused."""
        return self.page.locator('main').get_by_role('alert')

    @property
    def typing(self) -> Locator:
        return self.page.get_by_role('status', name='Typing')

    @property
    def jump(self) -> Locator:
        return self.page.get_by_role('button', name='Jump to newest')

    async def scroll_up(self) -> None:
        await self.log.hover()
        await self.page.mouse.wheel(0, -3_000)

    # Rooms and people

    @property
    def rooms(self) -> Locator:
        return self.page.get_by_role('navigation', name='Rooms')

    def link(self, room: Room) -> Locator:
        return self.rooms.get_by_role('link', name=room.name, exact=True)

    @property
    def people(self) -> Locator:
        return self.page.get_by_role('region', name='People')

    def online(self, who: 'Person | Account') -> Locator:
        return self.people.get_by_role('list', name='Online').get_by_role('listitem').filter(has_text=who.name)

    def offline(self, who: 'Person | Account') -> Locator:
        return self.people.get_by_role('list', name='Offline').get_by_role('listitem').filter(has_text=who.name)


async def _entries(found: Locator) -> list[tuple[int, str | None]]:
    entries = await found.evaluate_all(
        """entries => entries.map(entry => {
            const words = () => {
                const body = entry.querySelector('.body').cloneNode(true)
                body.querySelector('.edited')?.remove()
                body.querySelectorAll('br').forEach(end => end.replaceWith('\\n'))
                return body.textContent
            }
            return [
                Number(entry.id.slice(1)),
                entry.classList.contains('gone') ? null
                    : entry.classList.contains('sys') ? entry.querySelector('p > b').nextSibling.textContent.trim()
                    : words()]})"""
    )
    return [(number, text) for number, text in entries]


async def each(people: Sequence[Person], text: str) -> None:
    """Everybody sees that message, once."""
    for person in people:
        await expect(person.articles.filter(has_text=text)).to_have_count(1)
