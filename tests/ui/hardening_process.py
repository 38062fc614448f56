"""Runs `hardening_server.py` and speaks to it as browsers and attackers do."""

import asyncio
import contextlib
import json
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

SERVER = Path(__file__).with_name('hardening_server.py')
WITHIN_S = 20.0


@dataclass(frozen=True)
class Page:
    """What the HTML of one page tells its browser."""

    client_id: str
    next_message_id: int
    events: dict[str, tuple[int, str]]
    """By label: element id and listener id."""

    def query(self, **changes: str) -> dict[str, str]:
        return {
            'EIO': '4',
            'transport': 'websocket',
            'client_id': self.client_id,
            'next_message_id': str(self.next_message_id),
            'implicit_handshake': 'true',
            'tab_id': 'tab',
            'document_id': 'document',
        } | changes

    def event(self, label: str, *args: object, **changes: object) -> str:
        element_id, listener_id = self.events[label]
        message = {'id': element_id, 'client_id': self.client_id, 'listener_id': listener_id, 'args': [json.dumps(arg) for arg in args]}
        return '42' + json.dumps(['event', message | changes])


@dataclass(frozen=True)
class Server:
    port: int
    log: Path
    folder: Path
    process: subprocess.Popen[str]

    @property
    def host(self) -> str:
        return f'127.0.0.1:{self.port}'

    def get(self, path: str, *, sign_in: int | None = None, address: str = '127.0.0.1', **headers: str) -> httpx.Response:
        return self.request('GET', path, sign_in=sign_in, address=address, **headers)

    def request(
        self, method: str, path: str, *, sign_in: int | None = None, address: str = '127.0.0.1', content: Any = None, **headers: str
    ) -> httpx.Response:
        sent = {name.replace('_', '-'): value for name, value in headers.items()} | {'x-forwarded-for': address}
        if sign_in is not None:
            sent['cookie'] = f's={sign_in}'
        return httpx.request(method, f'http://{self.host}{path}', headers=sent, content=content, timeout=WITHIN_S)

    def open_page(self, sign_in: int, *, address: str) -> Page:
        html = self.get('/', sign_in=sign_in, address=address).raise_for_status().text
        elements = json.loads(re.search(r'parseElements\(String.raw`(.*?)`\)', html, re.S)[1].replace('&lt;', '<').replace('&gt;', '>'))
        query = json.loads(re.search(r'query: (\{.*?\}),\n', html)[1].replace("'", '"').replace('True', 'true').replace('False', 'false'))
        events = {
            element['props']['label']: (int(element_id), element['events'][0]['listener_id'])
            for element_id, element in elements.items()
            if element.get('events') and 'label' in element.get('props', {})
        }
        return Page(query['client_id'], query['next_message_id'], events)

    @contextlib.asynccontextmanager
    async def socket(
        self, query: dict[str, str], *, sign_in: int | None = None, origin: str | None = '', **options: Any
    ) -> AsyncIterator[ClientConnection]:
        """A socket that says hello; `origin` is the server's own unless told otherwise."""
        address = f'ws://{self.host}/_nicegui_ws/socket.io/?{httpx.QueryParams(query)}'
        headers = {} if sign_in is None else {'Cookie': f's={sign_in}'}
        own = f'http://{self.host}' if origin == '' else origin
        async with connect(address, origin=own, additional_headers=headers, ping_interval=None, close_timeout=0.1, **options) as socket:
            assert (await hear(socket)).startswith('0')
            await socket.send('40')
            yield socket

    def fired(self) -> dict[str, int]:
        return self.get('/fired').json()

    def state(self) -> dict[str, int]:
        return self.get('/state').json()

    def log_lines(self) -> list[str]:
        return self.log.read_text().splitlines()


async def hear(socket: ClientConnection) -> str:
    """The next frame that is no ping."""
    async with asyncio.timeout(WITHIN_S):
        frame = await socket.recv()
        while frame == '2':
            await socket.send('3')
            frame = await socket.recv()
    assert isinstance(frame, str)
    return frame


async def until(condition: Any) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline, 'it did not come true in time'
        await asyncio.sleep(0.02)


@contextlib.contextmanager
def hardened_server(folder: Path) -> Iterator[Server]:
    log = folder / 'log.txt'
    with (
        log.open('w') as errors,
        subprocess.Popen([sys.executable, str(SERVER)], cwd=folder, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, log.read_text()
            server = Server(int(line), log, folder, process)
            deadline = time.monotonic() + WITHIN_S
            while True:
                with contextlib.suppress(httpx.TransportError):
                    server.get('/fired')
                    break
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.02)
            yield server
        finally:
            process.terminate()
