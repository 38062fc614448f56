"""The browser, the server that most tests share, and the people at it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, Page, Playwright, ViewportSize, async_playwright, expect

from tests.browser.person import Person
from tests.browser.wire import Wire
from tests.control import Account, Control, Room, controlled_server
from tests.server_process import ServerProcess

CHROMIUM = next(filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))), None)
FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync']
WIDE: ViewportSize = {'width': 1280, 'height': 800}
WITHIN_MS = 20_000
"""A machine that runs two browsers on two cores is not quick."""
LOADING_AT_ONCE = 3
"""Pages: more would only make all of them late."""
expect.set_options(timeout=WITHIN_MS)


@pytest_asyncio.fixture(scope='session', loop_scope='session')
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest_asyncio.fixture(scope='session', loop_scope='session')
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        assert 'CI' not in os.environ, 'no Chromium here: make browsers installs it'
        pytest.skip('no Chromium here: make browsers installs it')
    browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    await browser.close()


@dataclass(frozen=True)
class House:
    """A running server and its back door."""

    server: ServerProcess
    control: Control

    @property
    def port(self) -> int:
        return int(self.server.address.rpartition(':')[2])


@pytest_asyncio.fixture(scope='session', loop_scope='session')
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Shared: a test brings its own people and rooms. All pages come from one address, so that limit is raised."""
    with controlled_server(tmp_path_factory.mktemp('house') / 'data', pages_per_address=1_000) as server:
        async with Control.of(server) as control:
            await control.owner('Olga Owner')
            yield House(server, control)


class Windows:
    """Browser windows that tests hand on, as people at one computer do: signed out, on a page without scripts.

    A window of its own costs a second of CPU, most of it for a new process that reads NiceGUI's scripts.
    """

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._empty_page = f'{address}/healthz'  # of the same site, or the process would go
        self._idle: list[Page] = []

    async def take(self) -> Page:
        if self._idle:
            return self._idle.pop()
        return await (await self._browser.new_context(viewport=WIDE)).new_page()

    async def hand_back(self, page: Page) -> None:
        context = page.context
        await asyncio.gather(*(other.close() for other in context.pages if other is not page))
        try:
            await page.goto(self._empty_page)
        except Error:  # it was closed, or crashed
            await context.close()
            return
        await context.clear_cookies()
        self._idle.append(page)


class People:
    """Opens browsers for people, and sees to it that their consoles stay empty."""

    def __init__(self, browser: Browser, house: House, stack: AsyncExitStack, windows: Windows | None = None) -> None:
        self._browser = browser
        self._house = house
        self._stack = stack
        self._windows = windows
        self._all: list[Person] = []
        self._loading = asyncio.Semaphore(LOADING_AT_ONCE)

    async def stranger(self, address: str | None = None, **options: Any) -> Person:
        """Somebody who is not signed in."""
        return await self.at(address or self._house.server.address, None, **options)

    async def at(self, address: str, account: Account | None, **options: Any) -> Person:
        page = await self._window(**options)
        context = page.context
        context.set_default_timeout(WITHIN_MS)
        if account is not None:
            await context.add_cookies([{'name': 'livechat', 'value': account.token, 'url': address}])
        person = Person(context, page, address, account)
        self._all.append(person)
        return person

    async def _window(self, **options: Any) -> Page:
        if self._windows is None or options:
            context = await self._browser.new_context(**{'viewport': WIDE, **options})
            self._stack.push_async_callback(context.close)
            return await context.new_page()
        page = await self._windows.take()
        self._stack.push_async_callback(self._windows.hand_back, page)
        return page

    async def enter(self, room: Room, account: Account, *, wire: Wire | None = None, **options: Any) -> Person:
        """Somebody in that room, perhaps over a line that a test plays with."""
        person = await self.at(wire.address if wire else self._house.server.address, account, **options)
        async with self._loading:
            await person.enter(room)
        return person

    async def two(self, **options: Any) -> tuple[Person, Person, Room]:
        """Two people in a room of their own, the first its admin."""
        control = self._house.control
        accounts = [await control.person(name) for name in ('Ana', 'Bo')]
        room = await control.room(*accounts, **options)
        ana, bo = await asyncio.gather(*(self.enter(room, account) for account in accounts))
        return ana, bo, room

    async def one(self, **options: Any) -> tuple[Person, Room]:
        """Somebody alone in a room of their own."""
        account = await self._house.control.person('Ana')
        room = await self._house.control.room(account)
        return await self.enter(room, account, **options), room

    def complaints(self) -> list[str]:
        return [line for person in self._all for line in person.complaints]


@pytest_asyncio.fixture(scope='session', loop_scope='session')
async def windows(browser: Browser, house: House) -> Windows:
    return Windows(browser, house.server.address)


@pytest_asyncio.fixture(loop_scope='session')
async def people(browser: Browser, house: House, windows: Windows) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        people = People(browser, house, stack, windows)
        yield people
        assert people.complaints() == []


@pytest_asyncio.fixture(loop_scope='session')
async def slow_wire(house: House) -> AsyncIterator[Wire]:
    """200 ms each way."""
    async with Wire(house.port, delay_s=0.2) as wire:
        yield wire


@pytest_asyncio.fixture(loop_scope='session')
async def wire(house: House) -> AsyncIterator[Wire]:
    async with Wire(house.port) as wire:
        yield wire
