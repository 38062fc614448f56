"""A server that stands for ntfy, over a real socket: keeps what is published and counts its connections."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any, cast

THIS_COMPUTER = (
    '127.0.0.1',
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '①②⑦.⓪.⓪.①',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::7f00:1]',
)
PRIVATE = (*THIS_COMPUTER, '10.0.0.1', '169.254.169.254', '[fe80::1]')
"""Hosts that nobody may make a server call."""


class Ntfy:
    """Keeps what is published; the topic says how it answers."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self.connections = 0
        self.hanging = asyncio.Event()
        self.gate = asyncio.Event()
        """What a topic `gated` waits for."""
        self.redirect_to = ''
        self._serving: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator['Ntfy']:
        server = await asyncio.start_server(self._serve, ['127.0.0.1', *(['::1'] if _has_ipv6() else [])], free_port())
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.gate.set()
            server.close()
            await asyncio.gather(*self._serving, return_exceptions=True)

    def url(self, topic: str, *, host: str = '127.0.0.1') -> str:
        return f'ntfy://{host}:{self.port}/{topic}'

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._serving.append(cast('asyncio.Task[None]', asyncio.current_task()))
        with closing(writer):
            headers = (await reader.readuntil(b'\r\n\r\n')).decode().split('\r\n')
            fields = {name.lower(): value for name, _, value in (line.partition(': ') for line in headers[1:])}
            message = json.loads(await reader.readexactly(int(fields['content-length'])))
            status, more = await self._answer(message['topic'])
            self.published.append({**message, 'click': fields.get('x-click')})
            writer.write(f'HTTP/1.1 {status}\r\n{more}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}'.encode())
            await writer.drain()

    async def _answer(self, topic: str) -> tuple[str, str]:
        if topic == 'gated':
            self.hanging.set()
            await self.gate.wait()
        if topic == 'redirects':
            return '307 Elsewhere', f'Location: {self.redirect_to}\r\n'
        return '500 Broken' if topic == 'broken' else '200 OK', ''


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(('::1', 0))
    except OSError:
        return False
    return True


def free_port() -> int:
    """One for both kinds of addresses."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return int(probe.getsockname()[1])
