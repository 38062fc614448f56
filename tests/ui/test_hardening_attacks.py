"""A real server under the attacks that worked against NiceGUI as it comes. Each refusal stands next to what is allowed.

Signed-in people are numbers, each test has its own, and its own address: the cap on waiting pages is the default.
"""

import asyncio
import contextlib
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator

import httpx
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from livechat.domain.limits import Limits
from livechat.ui.frame_guard import EVENT_BURST, EVENTS_PER_S
from tests.ui.hardening_process import SERVER, WITHIN_S, Server, hardened_server, hear, until

MALFORMED = ['42[oops', '42["event"]', '42["event",[]]', '', '9', '0{}', '40/admin,', '40', '451-["event",{"_placeholder":true}]']
VIRTUAL_ID = (1 << 52) + 7

_numbers = itertools.count(1)


@pytest.fixture(scope='module')
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with hardened_server(tmp_path_factory.mktemp('hardened')) as running:
        yield running


@pytest.fixture
def alice() -> int:
    return next(_numbers)


@pytest.fixture
def mallory() -> int:
    return next(_numbers)


def address_of(sign_in: int) -> str:
    return f'10.0.{sign_in // 250}.{sign_in % 250}'


async def closed(socket: ClientConnection) -> None:
    """Returns when the server has ended the connection."""
    async with asyncio.timeout(WITHIN_S):
        with contextlib.suppress(ConnectionClosed):
            while True:
                await socket.recv()


async def send_all(socket: ClientConnection, frames: Iterable[str]) -> None:
    """Until the server has had enough."""
    with contextlib.suppress(ConnectionClosed):
        for frame in frames:
            await socket.send(frame)


@pytest.mark.parametrize('origin', ['https://evil.example', 'null', None, 'http://127.0.0.1:1'])
async def test_socket_is_refused_when_another_site_opened_it(server: Server, alice: int, origin: str | None):
    query = server.open_page(alice, address=address_of(alice)).query()
    async with server.socket(query, sign_in=alice) as own:
        assert (await hear(own)).startswith('40')

    with pytest.raises(InvalidStatus) as refusal:
        async with server.socket(query, sign_in=alice, origin=origin):
            pass

    assert refusal.value.response.status_code == 403


def test_long_polling_is_refused(server: Server, alice: int):
    query = server.open_page(alice, address=address_of(alice)).query(transport='polling')

    answer = server.get(f'/_nicegui_ws/socket.io/?{"&".join(f"{k}={v}" for k, v in query.items())}', sign_in=alice)

    assert answer.status_code == 400


@pytest.mark.parametrize('who', ['nobody', 'mallory'])
async def test_socket_is_refused_and_closed_when_it_names_a_page_of_somebody_else(server: Server, alice: int, mallory: int, who: str):
    page = server.open_page(alice, address=address_of(alice))
    before = server.state()['sockets']

    async with server.socket(page.query(), sign_in=mallory if who == 'mallory' else None) as stranger:
        assert (await hear(stranger)) == '44{"message":"Implicit handshake failed"}'
        await closed(stranger)

    async with server.socket(page.query(), sign_in=alice) as own:
        assert (await hear(own)).startswith('40')
        await own.send(page.event('Press', {}))
        await until(lambda: server.fired().get(f'press {alice}') == 1)
    await until(lambda: server.state()['sockets'] <= before)


@pytest.mark.parametrize(
    'changes',
    [
        {'implicit_handshake': 'false'},
        {'tab_id': ''},
        {'tab_id': 'x' * 65},
        {'document_id': ''},
        {'next_message_id': 'x'},
        {'next_message_id': '-1'},
        {'next_message_id': '9' * 16},
    ],
)
async def test_socket_is_refused_when_its_query_is_not_what_the_page_said(server: Server, alice: int, changes: dict[str, str]):
    page = server.open_page(alice, address=address_of(alice))

    async with server.socket(page.query(**changes), sign_in=alice) as socket:
        assert (await hear(socket)).startswith('44')


async def test_page_takes_no_fifth_socket(server: Server, alice: int):
    page = server.open_page(alice, address=address_of(alice))
    async with (
        server.socket(page.query(), sign_in=alice) as one,
        server.socket(page.query(), sign_in=alice) as two,
        server.socket(page.query(), sign_in=alice) as three,
        server.socket(page.query(), sign_in=alice) as four,
    ):
        for socket in (one, two, three, four):
            assert (await hear(socket)).startswith('40')

        async with server.socket(page.query(), sign_in=alice) as five:
            assert (await hear(five)).startswith('44')


async def test_event_fires_nothing_when_it_names_a_page_of_somebody_else(server: Server, alice: int, mallory: int):
    victim = server.open_page(alice, address=address_of(alice))
    own = server.open_page(mallory, address=address_of(mallory))
    async with server.socket(victim.query(), sign_in=alice) as first, server.socket(own.query(), sign_in=mallory) as second:
        await hear(first)
        await hear(second)

        await second.send(victim.event('Press', {}))
        await second.send(victim.event('Press', {}, id=VIRTUAL_ID))
        await second.send(own.event('Press', {}, id=victim.events['Press'][0], client_id=victim.client_id))
        await second.send(own.event('Press', {}))  # frames of one socket are handled in order, so the others were, too

        await until(lambda: server.fired().get(f'press {mallory}') == 1)
        assert f'press {alice}' not in server.fired()
        await first.send(victim.event('Press', {}))
        await until(lambda: server.fired().get(f'press {alice}') == 1)


async def test_event_of_a_virtual_element_reaches_its_callback_with_decoded_args(server: Server, alice: int):
    page = server.open_page(alice, address=address_of(alice))
    async with server.socket(page.query(), sign_in=alice) as socket:
        await hear(socket)

        await socket.send(page.event('Press', {'command': '--reply-3'}, alice, id=VIRTUAL_ID))

        await until(lambda: f"virtual {VIRTUAL_ID} [{{'command': '--reply-3'}}, {alice}]" in server.fired())


async def test_event_is_dropped_and_the_tab_closed_when_its_sign_in_has_ended(server: Server, alice: int):
    page = server.open_page(alice, address=address_of(alice))
    async with server.socket(page.query(), sign_in=alice) as socket:
        await hear(socket)
        server.get(f'/end/{alice}?close=false')

        await socket.send(page.event('Press', {}))

        assert '"open",{"path":"/login"' in await hear(socket)
        await closed(socket)
    assert f'press {alice}' not in server.fired()


async def test_closing_the_tabs_of_a_sign_in_closes_all_of_them_and_no_others(server: Server, alice: int, mallory: int):
    pages = [server.open_page(who, address=address_of(who)) for who in (alice, alice, mallory)]
    async with (
        server.socket(pages[0].query(), sign_in=alice) as one,
        server.socket(pages[1].query(), sign_in=alice) as two,
        server.socket(pages[2].query(), sign_in=mallory) as other,
    ):
        for socket in (one, two, other):
            await hear(socket)

        server.get(f'/end/{alice}')

        for socket in (one, two):
            assert '"open",{"path":"/login"' in await hear(socket)
            await closed(socket)
        await other.send(pages[2].event('Press', {}))
        await until(lambda: server.fired().get(f'press {mallory}') == 1)
    async with server.socket(pages[0].query(), sign_in=alice) as again:
        assert (await hear(again)).startswith('44')


async def test_socket_is_refused_when_its_sign_in_has_ended(server: Server, alice: int):
    page = server.open_page(alice, address=address_of(alice))
    server.get(f'/end/{alice}?close=false')

    async with server.socket(page.query(), sign_in=alice) as socket:
        assert (await hear(socket)).startswith('44')


async def test_closed_tab_can_do_nothing_more_though_its_sign_in_lasts(server: Server, alice: int):
    page = server.open_page(alice, address=address_of(alice))
    async with server.socket(page.query(), sign_in=alice) as socket:
        await hear(socket)

        server.get(f'/close/{alice}')
        server.get(f'/close/{alice}')

        assert '"open",{"path":"/plain"' in await hear(socket)
        await closed(socket)
    async with server.socket(page.query(), sign_in=alice) as again:
        assert (await hear(again)).startswith('44')


@pytest.mark.parametrize('name', ['event', 'javascript_response', 'ack', 'handshake'])
async def test_handlers_do_not_rely_on_the_frame_guard(server: Server, alice: int, name: str):
    page = server.open_page(alice, address=address_of(alice))
    async with server.socket(page.query(), sign_in=alice) as socket:
        await hear(socket)
        event = json.loads(page.event('Press', {})[2:])[1]
        message = {'request_id': 'r', 'next_message_id': 1} | event | (page.query() if name == 'handshake' else {})

        answer = server.get(f'/handlers/{name}?{httpx.QueryParams(message=json.dumps(message))}')

        assert answer.json() is (False if name == 'handshake' else None)
        assert f'press {alice}' not in server.fired()
        await socket.send(page.event('Press', {}))
        await until(lambda: server.fired().get(f'press {alice}') == 1)


async def test_explicit_handshake_is_refused(server: Server, alice: int, mallory: int):
    victim = server.open_page(alice, address=address_of(alice))
    own = server.open_page(mallory, address=address_of(mallory))
    async with server.socket(own.query(), sign_in=mallory) as socket:
        await hear(socket)

        await socket.send('420' + json.dumps(['handshake', victim.query()]))
        await socket.send(victim.event('Press', {}))
        await socket.send(own.event('Press', {}))

        await until(lambda: server.fired().get(f'press {mallory}') == 1)
    assert f'press {alice}' not in server.fired()


async def test_malformed_frames_cut_the_socket_and_write_one_line_a_second(server: Server, alice: int):
    page = server.open_page(alice, address=address_of(alice))
    before = len(server.log_lines())

    async with server.socket(page.query(), sign_in=alice) as socket:
        await hear(socket)
        await send_all(socket, [page.event('Press', {}), *MALFORMED, *MALFORMED, *MALFORMED])
        await closed(socket)

    assert server.get('/', sign_in=alice, address=address_of(alice)).status_code == 200
    lines = server.log_lines()[before:]
    assert len(lines) <= 2, lines
    assert [line for line in server.log_lines() if 'malformed' in line]
    assert server.fired()[f'press {alice}'] == 1
    assert not [line for line in lines if 'Traceback' in line]


async def test_flood_of_events_is_cut(server: Server, alice: int):
    page = server.open_page(alice, address=address_of(alice))
    press = page.event('Press', {})

    async with server.socket(page.query(), sign_in=alice) as socket:
        await hear(socket)
        began = time.monotonic()
        await send_all(socket, itertools.repeat(press, 20_000))
        await closed(socket)
        most = EVENT_BURST + EVENTS_PER_S * (time.monotonic() - began + 2)

    assert 1 <= server.fired()[f'press {alice}'] <= most


async def test_oversized_frame_and_compression_are_refused(server: Server, alice: int):
    page = server.open_page(alice, address=address_of(alice))
    async with server.socket(page.query(), sign_in=alice, compression='deflate') as socket:
        await hear(socket)
        assert not socket.protocol.extensions

        await socket.send(page.event('Message', 'x' * 1_100_000))

        with pytest.raises(ConnectionClosed) as end:
            await hear(socket)
    assert end.value.rcvd is not None
    assert end.value.rcvd.code == 1009


async def test_reader_that_does_not_read_is_cut(server: Server, alice: int):
    page = server.open_page(alice, address=address_of(alice))
    async with server.socket(page.query(), sign_in=alice, max_queue=1) as socket:
        await hear(socket)
        connected = server.state()['sockets']

        await socket.send(page.event('Flood', {}))  # 2,000 frames of 20 kB; this test reads none of them

        await until(lambda: server.state()['sockets'] < connected)


async def test_words_of_a_browser_do_not_reach_the_log(server: Server, alice: int):
    page = server.open_page(alice, address=address_of(alice))
    forged = {'client_id': page.client_id, 'level': 'error', 'message': 'FAKE\n2026-11-21 CRITICAL admin logged in'}
    async with server.socket(page.query(), sign_in=alice) as socket:
        await hear(socket)

        await socket.send('42' + json.dumps(['log', forged]))
        await socket.send(page.event('Press', {}))

        await until(lambda: server.fired().get(f'press {alice}') == 1)
    assert not [line for line in server.log_lines() if 'FAKE' in line or 'CRITICAL' in line]


async def test_page_is_refused_when_too_many_of_its_address_wait_for_their_socket(server: Server, alice: int, mallory: int):
    pages = [server.open_page(alice, address=address_of(alice)) for _ in range(Limits().pages_per_address)]

    refused = server.get('/', sign_in=alice, address=address_of(alice))

    assert refused.status_code == 503
    assert refused.headers['retry-after'] == '3'
    assert server.get('/', sign_in=mallory, address=address_of(mallory)).status_code == 200
    async with server.socket(pages[0].query(), sign_in=alice) as socket:
        assert (await hear(socket)).startswith('40')
        assert server.get('/', sign_in=alice, address=address_of(alice)).status_code == 200


def test_refused_pages_cost_no_client(server: Server, alice: int):
    for _ in range(Limits().pages_per_address):
        server.open_page(alice, address=address_of(alice))
    before = server.state()['clients']

    for _ in range(50):
        assert server.get('/', sign_in=alice, address=address_of(alice)).status_code == 503

    assert server.state()['clients'] <= before


def test_prefetched_page_is_refused(server: Server, alice: int):
    answer = server.get('/', sign_in=alice, address=address_of(alice), sec_purpose='prefetch;prerender')

    assert answer.status_code == 503


@pytest.mark.parametrize(('path', 'status', 'text'), [('/nowhere', 404, 'Not found'), ('/slow', 500, 'Sorry'), ('/broken', 500, 'Sorry')])
def test_error_is_answered_with_the_plain_page(server: Server, alice: int, path: str, status: int, text: str):
    answer = server.get(path, sign_in=alice, address=address_of(alice))

    assert (answer.status_code, answer.text) == (status, f'<h1>{text}</h1>')
    assert "script-src 'none'" in answer.headers['content-security-policy']


def test_missing_page_costs_no_client(server: Server, alice: int):
    before = server.state()['clients']

    for _ in range(20):
        server.get('/nowhere', sign_in=alice)

    assert server.state()['clients'] <= before


def test_page_answers_html_to_those_who_ask_for_markdown(server: Server, alice: int):
    answer = server.get('/', sign_in=alice, address=address_of(alice), accept='text/markdown', user_agent='gptbot')

    assert answer.headers['content-type'].startswith('text/html')


def test_forwarded_prefix_of_a_stranger_is_not_in_the_page(server: Server, alice: int):
    answer = server.get('/', sign_in=alice, address=address_of(alice), x_forwarded_prefix='//evil.example')

    assert answer.status_code == 200
    assert 'evil.example' not in answer.text


async def test_nothing_is_stored_for_a_tab(server: Server, alice: int):
    page = server.open_page(alice, address=address_of(alice))
    for tab in range(3):
        async with server.socket(page.query(tab_id='tab', document_id=f'd{tab}'), sign_in=alice) as socket:
            assert (await hear(socket)).startswith('40')

    assert server.state()['tabs'] == 0
    assert not (server.folder / '.nicegui').exists()


def test_self_test_names_each_hole_when_one_is_opened():
    done = subprocess.run([sys.executable, str(SERVER), '--holes'], capture_output=True, text=True, timeout=25, check=True)

    said = dict(line.split(': ', 1) for line in done.stdout.splitlines() if ': ' in line)
    assert said.pop('none') == 'safe'
    assert sorted(said) == ['events', 'headers', 'origins', 'scripts', 'sockets']
    assert all(text.startswith('This server would be unsafe') for text in said.values())
    assert 'opened by other sites' in said['origins']
    assert 'no content security policy' in said['headers']
    assert "other people's pages" in said['sockets']
    assert 'press the buttons' in said['events']
    assert "strangers' scripts" in said['scripts']
