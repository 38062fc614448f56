"""A web server that answers as no honest one would, over a real socket, and names that resolve to whatever a test says."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import cast

from livechat.outgoing import is_public_web
from livechat.preview_fetch import look_up

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
PAGE = '<html><head><title>A page</title></head><body>text</body></html>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    target: str
    headers: dict[str, str]


class HostileServer:
    """Keeps what it is asked; what it answers stands in `answers`, by path, as raw bytes or as somebody who writes them."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[Request] = []
        self.connections = 0
        self.port = 0
        self._serving: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None) -> AsyncIterator['HostileServer']:
        server = await asyncio.start_server(self._serve, '127.0.0.1', 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)

    def url(self, path: str = '/', *, host: str = 'page.test') -> str:
        return f'http://{host}:{self.port}{path}'

    def allows(self, address: str, port: int) -> bool:
        """The rule of the product, with an exception for this one server."""
        return (address, port) == ('127.0.0.1', self.port) or is_public_web(address, port)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._serving.append(cast('asyncio.Task[None]', asyncio.current_task()))
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                first, *lines = (await reader.readuntil(b'\r\n\r\n')).decode('latin-1').strip().split('\r\n')
                target = first.split(' ')[1]
                headers = {name.lower(): value for name, _, value in (line.partition(': ') for line in lines)}
                self.requests.append(Request(target=target, headers=headers))
                answer = self.answers.get(target, http('gone', status='404 Not Found'))
                if isinstance(answer, bytes):
                    writer.write(answer)
                    await writer.drain()
                else:
                    await answer(writer)
        finally:
            writer.close()


class Names:
    """A resolver: what it answers each time in turn, the last answer for ever. Numeric addresses are resolved by the system."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {name.replace('_', '.'): list(turns) for name, turns in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        turns = self._answers.get(host)
        if turns is None:
            if host.endswith('.test'):
                return ['127.0.0.1']
            return await look_up(host, port)
        return turns.pop(0) if len(turns) > 1 else turns[0]


def http(
    body: str | bytes, *, content_type: str = 'text/html; charset=utf-8', status: str = '200 OK', length: int | None = None, more: str = ''
) -> bytes:
    """A whole answer. `length`: what Content-Length says, if not the truth."""
    raw = body.encode() if isinstance(body, str) else body
    said = len(raw) if length is None else length
    kind = f'Content-Type: {content_type}\r\n' if content_type else ''
    return f'HTTP/1.1 {status}\r\n{kind}Content-Length: {said}\r\n{more}Connection: close\r\n\r\n'.encode('latin-1') + raw


def redirect(to: str, status: str = '302 Found') -> bytes:
    return http('', status=status, more=f'Location: {to}\r\n')


def endless(more: str = '', *, chunk: bytes = b'x' * 65_536) -> Answer:
    """A body without an end, as fast as it is read."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(f'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{more}\r\n'.encode())
        while True:
            writer.write(chunk)
            await writer.drain()

    return write


def dripping(first: bytes, *, pause_s: float = 0.01) -> Answer:
    """A byte at a time, for ever."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(b' ')
            await writer.drain()
            await asyncio.sleep(pause_s)

    return write


async def silent(writer: asyncio.StreamWriter) -> None:
    """Never answers."""
    await asyncio.Event().wait()


def bomb(size: int) -> bytes:
    """So many zeros, packed to a thousandth, as a page."""
    return http(gzip.compress(b'<title>boom</title>' + bytes(size)), more='Content-Encoding: gzip\r\n')
