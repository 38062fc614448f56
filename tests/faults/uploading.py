"""Uploads over sockets, as honest browsers and others make them, and what is on the server's disk."""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar, Self

from tests.control import Account, Room
from tests.server_process import ServerProcess

BOUNDARY = 'b'
END = b'\r\n--b--\r\n'
PIECE = 64 * 1024


def beginning(name: str = 'a.bin') -> bytes:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()


def form(content: bytes, name: str = 'a.bin') -> bytes:
    return beginning(name) + content + END


class Sender:
    """One request on a connection of its own. Sends what it is told to, whatever it said before."""

    _all: ClassVar[list['Sender']] = []

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_chunked: bool) -> None:
        self._reader, self._writer = reader, writer
        self._is_chunked = is_chunked
        self.sent = 0
        self._all.append(self)

    @classmethod
    async def open(cls, server: ServerProcess, account: Account, room: Room, *, length: int | None = None, method: str = 'POST') -> Self:
        """The head is sent. Without a length the body comes in chunks."""
        host = server.address.removeprefix('http://')
        name, port = host.split(':')
        reader, writer = await asyncio.open_connection(name, int(port), limit=1 << 20)
        size = 'Transfer-Encoding: chunked' if length is None else f'Content-Length: {length}'
        head = (
            f'{method} /uploads/{room.id} HTTP/1.1',
            f'Host: {host}',
            f'Origin: http://{host}',
            f'Cookie: livechat={account.token}',
            f'Content-Type: multipart/form-data; boundary={BOUNDARY}',
            size,
            '\r\n',
        )
        writer.write('\r\n'.join(head).encode())
        return cls(reader, writer, is_chunked=length is None)

    @classmethod
    def cut_all(cls) -> None:
        """At the end of a test."""
        while cls._all:
            cls._all.pop().cut()

    async def send(self, data: bytes) -> None:
        self._writer.write(b'%x\r\n%s\r\n' % (len(data), data) if self._is_chunked else data)
        await self._writer.drain()
        self.sent += len(data)

    async def send_until_answered(self, pieces: Iterable[bytes]) -> tuple[int, Any]:
        """Stops sending when an answer begins to come, as a browser does; closed without one, the answer is 0."""
        answer = asyncio.create_task(self.answer())
        try:
            for piece in pieces:
                if answer.done():
                    break
                await self.send(piece)
                await asyncio.sleep(0)
        except ConnectionError:
            pass
        return await answer

    async def end(self) -> None:
        if self._is_chunked:
            self._writer.write(b'0\r\n\r\n')
            await self._writer.drain()

    async def answer(self) -> tuple[int, Any]:
        """Status and content; 0 if the connection ends without."""
        try:
            head = (await self._reader.readuntil(b'\r\n\r\n')).decode('latin-1').lower()
        except (ConnectionError, asyncio.IncompleteReadError):
            return 0, None
        length = int(head.partition('content-length:')[2].split('\r\n')[0] or 0)
        body = await self._reader.readexactly(length)
        return int(head.split()[1]), json.loads(body) if 'application/json' in head else body

    async def is_closed(self) -> bool:
        try:
            return not await self._reader.read(1)
        except ConnectionError:
            return True

    def cut(self) -> None:
        """As when the cable is pulled."""
        self._writer.transport.abort()


async def upload(server: ServerProcess, account: Account, room: Room, content: bytes, name: str = 'a.bin') -> tuple[int, Any]:
    body = form(content, name)
    sender = await Sender.open(server, account, room, length=len(body))
    try:
        return await sender.send_until_answered(body[at : at + PIECE] for at in range(0, len(body), PIECE))
    finally:
        sender.cut()


class Disk:
    """What a server's data folder has of files."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.files = data / 'files'

    @property
    def arriving(self) -> list[Path]:
        return [path for path in (self.files / 'incoming').glob('*') if path.is_file()]

    @property
    def kept(self) -> set[str]:
        """Names; those of smaller pictures among them."""
        return {path.name for path in self.files.glob('??/*')}

    @property
    def used(self) -> int:
        """Bytes below the folder of files, on the disk as it counts."""
        used = 0
        for path in self.files.rglob('*'):
            try:
                used += path.stat().st_size if path.is_file() else 0
            except FileNotFoundError:  # it has just gone
                continue
        return used

    def rows(self) -> list[tuple[str, str, int, int | None, str | None]]:
        """Id, key, size, message and time of going of every file."""
        with closing(sqlite3.connect(self._data / 'livechat.db')) as database:
            return database.execute('SELECT id, key, size, number, gone_at FROM files').fetchall()

    def must_agree(self) -> None:
        """Every row's content is whole, nothing is without a row, and the database is sound."""
        rows = self.rows()
        for _, key, size, _, _ in rows:
            content = (self.files / key[:2] / key).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (size, key)
        assert {name.split('.')[0] for name in self.kept} == {key for _, key, *_ in rows}
        assert not self.arriving
        with closing(sqlite3.connect(self._data / 'livechat.db')) as database:
            assert database.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
