"""A line between a browser and a server that is slow, silent or cut when a test wants it so.

Chromium's own emulation of a network leaves open WebSockets alone.
"""

import asyncio
from types import TracebackType
from typing import Self


class Wire:
    """Forwards bytes from a free port of its own to the server's, which sees them come from that address."""

    def __init__(self, server_port: int, *, delay_s: float = 0.0, comes_from: str = '127.0.0.1') -> None:
        self.port = 0
        self._server_port = server_port
        self._delay_s = delay_s
        self._comes_from = comes_from
        self._listener: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._answers = asyncio.Event()
        self._answers.set()

    @property
    def address(self) -> str:
        return f'http://127.0.0.1:{self.port}'

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.cut()

    def cut(self) -> None:
        """End every connection and refuse new ones."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def mend(self) -> None:
        """Let through again what comes from now on."""
        self._flows.set()
        self._answers.set()
        if self._listener is None:
            self._listener = await asyncio.start_server(self._connect, '127.0.0.1', self.port)
            self.port = self._listener.sockets[0].getsockname()[1]

    def silence(self) -> None:
        """Nothing arrives any more, on either side, and neither is told."""
        self._flows.clear()

    def mute(self) -> None:
        """What the server says does not arrive any more; it hears the browser still."""
        self._answers.clear()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flows.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection('127.0.0.1', self._server_port, local_addr=(self._comes_from, 0))
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        await asyncio.gather(self._carry(reader, far_writer, self._flows), self._carry(far_reader, writer, self._answers))
        self._writers -= {writer, far_writer}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        try:
            while data := await reader.read(1 << 16):
                await self._flows.wait()
                await way.wait()
                loop.call_later(self._delay_s, _write, writer, data)
        except ConnectionError:
            pass
        loop.call_later(self._delay_s, writer.close)


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    if not writer.is_closing():
        writer.write(data)
