"""Removed, banned, demoted: what one may not do or read any more ends at once, on every tab."""

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.async_api import expect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from livechat.ui.pages.browse import FILTER as BROWSE_FILTER
from livechat.ui.shell import Part, part
from livechat.ui.stream import Kind, element_id
from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.overheard import Overheard
from tests.browser.person import OFFLINE, REFUSED, Person
from tests.browser.wire import Wire
from tests.control import PASSWORD, Account, Control, Room

pytestmark = BROWSER
AT_ONCE_S = 8.0
"""Less than the 10 s between two pings, by which a browser would find out itself; on a quiet machine it is a tenth of a second."""
AT_ONCE_MS = 1_000 * AT_ONCE_S
PACE_S = 0.03
"""Between two messages of the flow: so that browsers keep up on a slow machine."""
WITHIN_S = 30.0
SLOW_CLICKS = 200
"""Each is a write into the store, one after the other."""
BANNED = 'You cannot come in here. Ask whoever runs this server if you think that is a mistake.'
CUT_OFF = OFFLINE + '|WebSocket is already in CLOSING or CLOSED state'
"""What Chromium says of a tab that the server shows out, until it has left the page."""
GONE = 'ERR_CONNECTION_REFUSED'
"""What it says of whatever it still asks for, once the wire that it came by is taken away."""
_owners = itertools.count(1)


async def an_owner(house: House) -> Account:
    return await house.control.owner(f'Oona {next(_owners)}')


@dataclass
class Flow:
    """Messages that go on and on, by their numbers."""

    posted: list[int] = field(default_factory=list)
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)
    ends: bool = False

    async def run(self, control: Control, author: Account, room: Room) -> None:
        while not self.ends:
            self.posted += await control.post(author, room, f'flow-{len(self.posted)}.')
            async with self._came:
                self._came.notify_all()
            await asyncio.sleep(PACE_S)

    async def goes_on(self, count: int = 10) -> None:
        """So many more."""
        wanted = len(self.posted) + count
        async with asyncio.timeout(WITHIN_S), self._came:
            await self._came.wait_for(lambda: len(self.posted) >= wanted)

    def heard_by(self, tab: Overheard) -> int:
        """The number of the last message of the flow that reached a tab; 0 for none."""
        return max((self.posted[int(place)] for place in tab.found(r'flow-(\d+)\.')), default=0)


@asynccontextmanager
async def flowing(house: House, author: Account, room: Room) -> AsyncIterator[Flow]:
    flow = Flow()
    async with Control.of(house.server) as control:
        task = asyncio.create_task(flow.run(control, author, room))
        try:
            yield flow
        finally:
            flow.ends = True
            await task


async def another_tab(person: Person, room: Room) -> tuple[Person, Overheard]:
    opened: list[Overheard] = []
    person.context.once('page', lambda page: opened.append(Overheard(page)))
    return await person.another_tab(room), opened[0]


async def stays_away(person: Person, room: Room) -> None:
    """The room is in no list of that tab, and nothing of it on its page."""
    await expect(person.link(room)).to_have_count(0, timeout=AT_ONCE_MS)
    await expect(person.page.get_by_text('flow-')).to_have_count(0, timeout=AT_ONCE_MS)


async def test_removed_person_gets_not_one_later_message_on_any_tab(people: People, house: House):
    control = house.control
    ana, account = await control.person('Ana'), await control.person('Bo')
    room, elsewhere = await control.room(ana, account, private=True), await control.room(account)
    bo = await people.at(house.server.address, account)
    inside = Overheard(bo.page)
    await bo.enter(room)
    second, outside = await another_tab(bo, elsewhere)
    await expect(second.link(room)).to_be_visible()

    async with flowing(house, ana, room) as flow:
        await expect(bo.articles.filter(has_text='flow-3.')).to_be_visible()
        await control.remove(ana, room, account)
        await asyncio.gather(
            stays_away(bo, room),
            stays_away(second, room),
            expect(bo.page.get_by_text(f'You are not in “{room.name}” any more.')).to_be_visible(timeout=AT_ONCE_MS),
        )
        await flow.goes_on()
    for tab in (bo, second):
        await expect(tab.heading(elsewhere)).to_be_visible()
        await tab.say(f'from {tab is bo}')
        await expect(tab.articles.filter(has_text=f'from {tab is bo}')).to_have_count(1)

    removal = next(number for number, body in await control.messages(room) if body == f'removed {account.name}')
    assert 0 < flow.heard_by(inside) < removal < flow.posted[-1]
    assert flow.heard_by(outside) == 0


async def test_room_made_private_is_gone_for_who_looks_at_its_card(people: People, house: House):
    control = house.control
    ana = await control.person('Ana')
    room = await control.room(ana, name='Larder')
    bo = await people.at(house.server.address, await control.person('Bo'))
    hears = Overheard(bo.page)
    await bo.go(room.path)
    await expect(bo.page.get_by_role('button', name='Join', exact=True)).to_be_visible()

    hidden = await control.convert(ana, room, 'private')
    await expect(bo.page.get_by_text('There is no such room, or it is not open to you.')).to_be_visible(timeout=AT_ONCE_MS)
    await expect(bo.rooms.get_by_text(room.name)).to_have_count(0, timeout=AT_ONCE_MS)
    await expect(bo.page).to_have_title(re.compile('^No such room'))
    hears.heard.clear()
    await control.add(ana, hidden, await control.person('Cy'))
    await control.post(ana, hidden, 'among us')
    await control.rename(ana, hidden, 'Larder, renamed')
    await hears.fire(part(Part.JOIN), {})
    await hears.fire(element_id(Kind.BROWSE_BUTTON, room.id), {})
    await bo.page.evaluate('emitEvent("sub_pages_navigate", "/rooms")')
    await expect(bo.page.get_by_role('list', name='All rooms')).to_be_visible()
    await hears.fire(element_id(Kind.BROWSE_BUTTON, room.id), {})
    await bo.page.evaluate('emitEvent("sub_pages_navigate", "/profile")')
    await expect(bo.page.get_by_role('list', name='All rooms')).to_be_hidden()
    await control.finished()

    assert bo.name not in await control.members(hidden)
    assert hears.having('Larder', 'among us') == []
    assert hears.about(room.id) == []


@pytest.mark.parametrize('change', ['announcements', 'archive'])
async def test_who_may_not_write_any_more_loses_the_box_and_keeps_the_text(people: People, house: House, change: str):
    control = house.control
    ana, account = await control.person('Ana'), await control.person('Bo')
    room = await control.room(ana, account)
    bo = await people.at(house.server.address, account)
    hears = Overheard(bo.page)
    await bo.enter(room)
    await bo.box.press_sequentially('half a thought')

    await (control.archive if change == 'archive' else control.announce_only)(ana, room)
    await expect(bo.box).to_be_hidden(timeout=AT_ONCE_MS)
    await expect(
        bo.page.get_by_text({'announcements': 'Only admins of this room write here.', 'archive': 'This room was archived'}[change])
    ).to_be_visible()
    await hears.fire(part(Part.SEND), {})
    await expect(bo.notice).to_be_visible()

    assert 'half a thought' not in [body for _, body in await control.messages(room)]
    assert await bo.page.locator('textarea[aria-label=Message]').input_value() == 'half a thought'


async def test_banned_person_is_out_on_all_tabs_at_once(people: People, house: House):
    control = house.control
    ana_account, account = await control.person('Ana'), await control.person('Bo')
    room, elsewhere = await control.room(ana_account, account), await control.room(account)
    ana = await people.enter(room, ana_account)
    bo = await people.at(house.server.address, account)
    other = await people.at(house.server.address, await control.another_sign_in(account))
    tabs = [Overheard(bo.page), Overheard(other.page)]
    await asyncio.gather(bo.enter(room), other.enter(room))
    second, outside = await another_tab(bo, elsewhere)
    await expect(ana.online(bo)).to_be_visible()
    owner = await an_owner(house)
    for browser in (bo, other):
        browser.excuse(CUT_OFF)

    async with flowing(house, ana_account, room) as flow:
        await asyncio.gather(*(expect(tab.articles.filter(has_text='flow-3.')).to_be_visible() for tab in (bo, other)))
        await control.ban(owner, account)
        banned_at, last = time.monotonic(), flow.posted[-1]
        await expect(ana.people.get_by_text(account.name)).to_have_count(0, timeout=AT_ONCE_MS)
        await flow.goes_on()
    await asyncio.gather(*(tab.page.wait_for_url('**/login**') for tab in (bo, second, other)))

    for hears in (*tabs, outside):
        shown_out = next(each.at for each in hears.heard if '"open"' in each.frame and '/login' in each.frame)
        assert shown_out - banned_at < AT_ONCE_S
    assert all(0 < flow.heard_by(hears) <= last + 1 < flow.posted[-1] for hears in tabs)  # one was on its way
    assert flow.heard_by(outside) == 0


async def test_banned_person_is_told_so_only_with_the_right_password(people: People, house: House):
    account = await house.control.person('Bo')
    await house.control.ban(await an_owner(house), account)
    bo = await people.stranger()
    bo.excuse(REFUSED)

    for password, answer in (('wrong horse', 'That name and password do not match.'), (PASSWORD, BANNED)):
        await bo.go('/login')
        await sign_in(bo, account, password)
        await expect(bo.page.get_by_role('alert')).to_have_text(answer)


async def sign_in(person: Person, account: Account, password: str) -> None:
    await person.page.get_by_role('textbox', name='Name', exact=True).fill(account.name)
    await person.page.get_by_role('textbox', name='Password').fill(password)
    await person.page.get_by_role('button', name='Sign in').click()


async def test_address_of_a_banned_person_is_kept_out_if_asked(people: People, house: House):
    account = await house.control.person('Bo')
    async with Wire(house.port, comes_from='127.0.0.2') as wire:
        bo = await people.stranger(wire.address)
        bo.excuse(f'{REFUSED}|{CUT_OFF}|{GONE}')
        await bo.go('/login')
        await sign_in(bo, account, PASSWORD)
        await expect(bo.rooms).to_be_visible()

        await house.control.ban(await an_owner(house), account, addresses=True)
        await bo.page.wait_for_url('**/login**')
        cy = await people.stranger(wire.address)
        cy.excuse(f'{REFUSED}|{GONE}')

        for person in (bo, cy):
            await person.go('/login')
            await expect(person.page.get_by_text(BANNED)).to_be_visible()
            await expect(person.page.get_by_role('textbox')).to_have_count(0)
    dora = await people.stranger()
    await dora.go('/login')
    await expect(dora.page.get_by_role('button', name='Sign in')).to_be_visible()


# A socket that is kept, by whoever wrote their own browser


@dataclass(frozen=True)
class Kept:
    socket: ClientConnection
    client_id: str
    http: httpx.AsyncClient

    async def press(self, room: Room) -> None:
        """The button of a room on the page of all rooms: join."""
        await self.send(element_id(Kind.BROWSE_BUTTON, room.id), {})

    async def tries(self, room: Room) -> None:
        """The same, on a socket that may be closed by now."""
        with suppress(ConnectionClosed):
            await self.press(room)

    async def all_is_heard(self) -> None:
        """What stands in the field of that page is answered at once, before what waits."""
        await self.send(BROWSE_FILTER, ' ')
        await self.hears('"model-value":" "')

    async def hears(self, word: str) -> None:
        async with asyncio.timeout(WITHIN_S):
            while word not in str(await self.socket.recv()):
                pass

    async def is_closed(self) -> None:
        with suppress(ConnectionClosed):
            async for _ in self.socket:
                pass

    async def send(self, target: int, argument: object) -> None:
        message = {'id': target, 'client_id': self.client_id, 'listener_id': 'x', 'args': [json.dumps(argument)]}
        await self.socket.send('42' + json.dumps(['event', message]))


@asynccontextmanager
async def kept_socket(house: House, account: Account, room: Room) -> AsyncIterator[Kept]:
    """On the page of all rooms, once that room is in it."""
    address, cookie = house.server.address, f'livechat={account.token}'
    async with httpx.AsyncClient(base_url=address, headers={'cookie': cookie}) as http:
        html = (await http.get('/rooms')).raise_for_status().text
        found = re.search(r"'client_id': '([\w-]+)', 'next_message_id': (\d+)", html)
        assert found
        query = {'EIO': '4', 'transport': 'websocket', 'implicit_handshake': 'true', 'tab_id': 'tab', 'document_id': 'document'}
        parameters = httpx.QueryParams({**query, 'client_id': found[1], 'next_message_id': found[2]})
        where = f'{address.replace("http", "ws")}/_nicegui_ws/socket.io/?{parameters}'
        async with connect(where, origin=address, additional_headers={'Cookie': cookie}, ping_interval=None, close_timeout=0.1) as socket:  # type: ignore[arg-type]
            await socket.send('40')
            kept = Kept(socket, found[1], http)
            await kept.hears(str(element_id(Kind.BROWSE_BUTTON, room.id)))
            yield kept


async def becomes_member(control: Control, account: Account, room: Room) -> None:
    deadline = time.monotonic() + WITHIN_S
    while account.name not in await control.members(room):
        assert time.monotonic() < deadline, 'they did not become a member'


async def test_socket_that_a_banned_person_keeps_does_nothing(house: House):
    control = house.control
    ana, bo = await control.person('Ana'), await control.person('Bo')
    first, second, third = [await control.room(ana) for _ in range(3)]
    owner = await an_owner(house)

    async with kept_socket(house, bo, third) as kept:
        await kept.press(first)
        await becomes_member(control, bo, first)
        for _ in range(SLOW_CLICKS):
            await kept.send(part(Part.TOGGLE_ROOMS), {})
        await kept.press(second)  # its turn comes when they are banned
        await kept.all_is_heard()
        await control.ban(owner, bo)
        await kept.tries(third)
        async with asyncio.timeout(AT_ONCE_S):
            await kept.is_closed()
        answer = await kept.http.get('/rooms')
    await control.finished()

    assert answer.headers['location'].startswith('/login')
    assert [await control.members(room) for room in (first, second, third)] == [[ana.name]] * 3


async def test_page_of_a_demoted_admin_is_taken_away_and_its_buttons_do_nothing(people: People, house: House):
    owner, account, target = await an_owner(house), await house.control.person('Adam'), await house.control.person('Tara')
    await house.control.set_server_role(owner, account, 'admin')
    adam = await people.at(house.server.address, account)
    hears = Overheard(adam.page)
    await adam.go('/admin')
    await adam.page.get_by_role('searchbox', name='Search people').fill(target.name)
    found = adam.page.locator('.admin .pickable')
    await expect(found).to_have_count(1)
    await expect(found).to_contain_text(target.name)
    await found.click()
    await adam.page.get_by_role('dialog').get_by_role('button', name=re.compile('^Ban')).click()
    ban = adam.page.get_by_role('dialog').get_by_role('button', name='Ban', exact=True)
    await expect(ban).to_be_visible()

    element = int((await ban.get_attribute('id') or '')[1:])
    listener = hears.listener(element)

    await house.control.set_server_role(owner, account, 'member')
    await expect(adam.page.get_by_text('This page is for the admins of this server.')).to_be_visible(timeout=AT_ONCE_MS)
    await expect(ban).to_have_count(0)
    await hears.fire(element, listener=listener)
    await adam.page.evaluate('emitEvent("sub_pages_navigate", "/profile")')
    await expect(adam.page.get_by_role('heading', name='Profile and settings')).to_be_visible()

    tara = await people.at(house.server.address, target)
    await tara.go('/')
    await expect(tara.rooms).to_be_visible()
