"""What `ui/stream.py` rests on: what the pinned NiceGUI's browser side does with elements that exist there alone."""

import asyncio
import itertools
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from livechat.ui.stream import Kind, element, element_id
from tests.browser import BROWSER
from tests.ui.hardening_process import Server as Handshake

pytestmark = BROWSER
SCRIPT = Path(__file__).with_name('stream_server.py')
WITHIN_S = 30.0
ROOT = element_id(Kind.LOG, 1)
PAGE = element_id(Kind.PAGE, 1)
_people = itertools.count(1)


def line(number: int) -> int:
    return element_id(Kind.MESSAGE, 1, number)


def root(*children: int) -> dict[int, Any]:
    return {ROOT: element('div', children=children, role='log')}  # type: ignore[arg-type]


@dataclass
class Tab:
    """A page in Chromium, and the server's hand on its stream."""

    page: Page
    http: httpx.AsyncClient
    who: int
    console: list[str]

    async def send(self, *updates: dict[int, Any]) -> list[bool]:
        answer = await self.http.post(f'/send/{self.who}', json=[{str(key): value for key, value in update.items()} for update in updates])
        return answer.raise_for_status().json()

    async def state(self) -> dict[str, Any]:
        return (await self.http.get(f'/state/{self.who}')).raise_for_status().json()

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(WITHIN_S):
            while not await condition():
                await self.page.wait_for_timeout(20)

    async def hears(self, which: int) -> list[Any]:
        """The arguments of the next event of that element."""

        async def has_come() -> bool:
            return any(event[0] == which for event in (await self.state())['events'])

        await self.until(has_come)
        return [event[1] for event in (await self.state())['events'] if event[0] == which][-1]

    @property
    def log(self) -> Any:
        return self.page.get_by_role('log')


def running(kind: str) -> Iterator[str]:
    """The address of a server of that kind."""
    with subprocess.Popen([sys.executable, str(SCRIPT), kind], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f'http://127.0.0.1:{int(process.stdout.readline())}'
        finally:
            process.terminate()


@pytest.fixture(scope='module')
def direct() -> Iterator[str]:
    yield from running('direct')


@pytest.fixture(scope='module')
def queue() -> Iterator[str]:
    yield from running('queue')


@pytest_asyncio.fixture(loop_scope='session', params=['direct', 'queue'])
async def tab(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Tab]:
    """Over each of the two ways that frames can take; nothing may be said in the console."""
    address, who = request.getfixturevalue(request.param), next(_people)
    context = await browser.new_context()
    context.set_default_timeout(WITHIN_S * 1_000)
    await context.add_cookies([{'name': 's', 'value': str(who), 'url': address}])
    async with httpx.AsyncClient(base_url=address, timeout=WITHIN_S, headers={'origin': address}) as http:
        await reachable(http)
        tab = Tab(await context.new_page(), http, who, [])
        tab.page.on('console', lambda message: tab.console.append(message.text))
        tab.page.on('pageerror', lambda error: tab.console.append(str(error)))
        await tab.page.goto(address)

        async def is_connected() -> bool:
            return (await tab.state())['socket'] == {'direct': 'TransportSocket', 'queue': 'QueueSocket'}[request.param]

        await tab.until(is_connected)
        yield tab
        assert tab.console == []
    await context.close()


async def reachable(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                await http.get('/healthz')
            except httpx.TransportError:
                await asyncio.sleep(0.02)
            else:
                return


async def test_elements_that_no_server_knows_appear_change_and_go(tab: Tab) -> None:
    await tab.send(root(line(1), line(2)), {line(1): element('p', html='<b>one</b>'), line(2): element('p', html='two')})
    await expect(tab.log).to_have_text('onetwo')

    await tab.send({line(1): element('p', html='edited', classes=['gone'], title='a title')})
    await expect(tab.log).to_have_text('editedtwo')
    await expect(tab.log.locator('p.gone')).to_have_attribute('title', 'a title')
    await tab.send({line(2): None})

    await expect(tab.log).to_have_text('edited')


async def test_order_follows_the_list_of_children(tab: Tab) -> None:
    await tab.send(
        {**root(line(1), line(2)), line(1): element('p', html='1'), line(2): element('p', html='2'), line(3): element('p', html='3')}
    )
    await expect(tab.log).to_have_text('12')

    await tab.send(root(line(3), line(2), line(1)))

    await expect(tab.log).to_have_text('321')


async def test_child_that_comes_later_is_shown_when_it_comes(tab: Tab) -> None:
    await tab.send(root(line(1), line(9)), {line(1): element('p', html='1')})
    await expect(tab.log).to_have_text('1')

    await tab.send({line(9): element('p', html='9')})

    await expect(tab.log).to_have_text('19')


async def test_page_of_messages_turns_into_one_element_and_back(tab: Tab) -> None:
    growing = {PAGE: element('section', children=[line(1), line(2)]), line(1): element('p', html='1'), line(2): element('p', html='2')}  # type: ignore[list-item]
    await tab.send({**root(PAGE), **growing})
    await expect(tab.log).to_have_text('12')

    await tab.send({line(1): None, line(2): None, PAGE: element('section', html='<p>one</p><p>two</p>')})
    await expect(tab.log.locator('section > p')).to_have_text(['one', 'two'])
    await tab.send(growing)

    await expect(tab.log.locator('section p')).to_have_text(['1', '2'])


async def test_edit_leaves_the_elements_around_it_alone(tab: Tab) -> None:
    await tab.send({**root(line(1), line(2)), line(1): element('p', html='1'), line(2): element('p', html='2')})
    await expect(tab.log).to_have_text('12')
    await tab.log.locator('p').nth(1).evaluate('element => { element.untouched = true }')

    await tab.send({line(1): element('p', html='edited')})
    await expect(tab.log).to_have_text('edited2')

    assert await tab.log.locator('p').nth(1).evaluate('element => element.untouched')


async def test_hostile_words_in_properties_stay_words(tab: Tab) -> None:
    evil = '"><img src=x onerror=alert(1)>'

    await tab.send({**root(line(1)), line(1): element('p', html='x', title=evil, aria_label=evil)})

    await expect(tab.log.locator('p')).to_have_attribute('title', evil)
    assert await tab.page.locator('img').count() == 0


async def test_events_come_back_with_their_element_and_the_fields_asked_for(tab: Tab) -> None:
    button = element('button', html='press', on={'click': ['button', 'shiftKey']}, type_='button')
    await tab.send({**root(line(1)), line(1): button})

    await tab.log.get_by_role('button', name='press').click(modifiers=['Shift'])

    assert await tab.hears(line(1)) == [{'button': 0, 'shiftKey': True}]


async def test_listener_sent_again_is_no_other_listener(tab: Tab) -> None:
    """A changed listener id makes NiceGUI rebuild the element and complain in the console, which has to be empty."""
    for word in ('one', 'two'):
        await tab.send({**root(line(1)), line(1): element('button', html=word, on={'click': []}, type_='button')})
        await expect(tab.log).to_have_text(word)
        await tab.log.locator('button').evaluate('element => { element.times = (element.times ?? 0) + 1 }')

    assert await tab.log.locator('button').evaluate('element => element.times') == 2


async def test_sentinel_tells_when_it_comes_into_view_and_leaves_it(tab: Tab) -> None:
    spacer, sentinel = line(1), line(2)
    await tab.send(
        {
            ROOT: element('div', role='log', children=[spacer, sentinel]),  # type: ignore[list-item]
            spacer: element('div', style='height: 3000px; width: 50px'),
            sentinel: element('q-intersection', on={'visibility': None}, style='height: 5px; width: 50px'),
        }
    )
    await expect(tab.log).to_be_visible()

    async def is_seen() -> bool:
        return (await tab.hears(sentinel)) == [True]

    async def is_gone() -> bool:
        return (await tab.hears(sentinel)) == [False]

    await tab.page.evaluate('window.scrollTo(0, document.body.scrollHeight)')
    await tab.until(is_seen)
    await tab.page.evaluate('window.scrollTo(0, 0)')
    await tab.until(is_gone)


async def test_real_element_is_shown_where_a_virtual_one_has_it_as_child_and_keeps_working(tab: Tab) -> None:
    real = (await tab.state())['real'][0]
    await tab.send({**root(line(1)), line(1): element('section', children=[real])})
    box = tab.log.get_by_label('Real')
    await box.fill('before')

    await tab.send(root(line(2), line(1)), {line(2): element('p', html='above')})
    await expect(tab.log).to_contain_text('above')
    await box.press_sequentially('!')

    assert await tab.hears('real') == 'before!'  # type: ignore[arg-type]
    await expect(box).to_have_value('before!')


async def test_method_of_a_virtual_element_can_be_called(tab: Tab) -> None:
    await tab.send({**root(line(1)), line(1): element('input', aria_label='virtual', type_='text')})
    box = tab.page.get_by_label('virtual')
    await expect(box).to_be_visible()
    await expect(box).not_to_be_focused()

    (await tab.http.post(f'/call/{tab.who}/{line(1)}/focus')).raise_for_status()

    await expect(box).to_be_focused()


@pytest.mark.parametrize('size', [100, 40_000, 200_000])
async def test_frame_of_any_length_arrives_whole(tab: Tab, size: int) -> None:
    await tab.send({**root(line(1)), line(1): element('p', html='x' * size + 'é')})

    await expect(tab.log.locator('p')).to_have_text('x' * size + 'é')


async def test_many_frames_in_a_row_arrive_in_order(tab: Tab) -> None:
    await tab.send(root(line(1)))

    await tab.send(*({line(1): element('p', html=str(number))} for number in range(200)))

    await expect(tab.log).to_have_text('199')


async def test_reader_who_does_not_read_is_cut(direct: str) -> None:
    who = next(_people)
    host = direct.removeprefix('http://')
    async with httpx.AsyncClient(base_url=direct, timeout=60, headers={'origin': direct}) as http:
        await reachable(http)
        handshake = Handshake(int(host.rpartition(':')[2]), SCRIPT, SCRIPT.parent, None)  # type: ignore[arg-type]
        query = handshake.open_page(who, address='127.0.0.1').query()
        address = f'ws://{host}/_nicegui_ws/socket.io/?{httpx.QueryParams(query)}'
        async with connect(
            address,
            origin=direct,
            additional_headers={'Cookie': f's={who}'},
            max_queue=1,
            ping_interval=None,
            close_timeout=0.1,  # type: ignore[arg-type]
        ) as socket:
            await socket.recv()
            await socket.send('40')
            while (await http.get(f'/state/{who}')).json()['socket'] != 'TransportSocket':
                await socket.recv()

            taken = (await http.post(f'/flood/{who}')).json()

            assert 16 < taken < 4_000
            with pytest.raises(ConnectionClosed):
                await read_to_the_end(socket)


async def read_to_the_end(socket: ClientConnection) -> None:
    while True:
        await socket.recv()
