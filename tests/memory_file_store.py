"""Files in memory; those that arrive lie in a folder, where they can be looked at."""

import hashlib
import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from livechat.domain.errors import NotStored
from livechat.domain.file_errors import FileNotFound
from livechat.domain.file_ports import Incoming

PIECE_BYTES = 256 * 1024


class MemoryFiles:
    """Refuses to take anything while it is `full`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, bytes] = {}
        self.full = False

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[Incoming]:
        incoming = _Incoming(self, self._folder / secrets.token_hex(8))
        try:
            yield incoming
        finally:
            incoming.path.unlink(missing_ok=True)

    async def keep(self, incoming: Incoming) -> str:
        await incoming.finish()
        data = incoming.path.read_bytes()
        key = hashlib.sha256(data).hexdigest()
        await self.put(key, data)
        incoming.path.unlink()
        return key

    async def put(self, name: str, data: bytes) -> None:
        checked(name)
        if self.full:
            raise NotStored
        self._kept[name] = data

    async def size(self, name: str) -> int | None:
        data = self._kept.get(checked(name))
        return None if data is None else len(data)

    async def read(self, name: str, start: int = 0, stop: int | None = None) -> AsyncGenerator[bytes, None]:
        if checked(name) not in self._kept:
            raise FileNotFound
        data = self._kept[name][start:stop]
        for at in range(0, len(data), PIECE_BYTES):
            yield data[at : at + PIECE_BYTES]

    @asynccontextmanager
    async def local(self, name: str) -> AsyncIterator[Path]:
        if checked(name) not in self._kept:
            raise FileNotFound
        path = self._folder / secrets.token_hex(8)
        path.write_bytes(self._kept[name])
        try:
            yield path
        finally:
            path.unlink()

    async def delete(self, names: Collection[str]) -> None:
        for name in [checked(name) for name in names]:
            self._kept.pop(name, None)

    async def names(self) -> Collection[str]:
        return set(self._kept)


class _Incoming:
    def __init__(self, files: MemoryFiles, path: Path) -> None:
        self._files = files
        self.path = path
        self.size = 0
        self._is_finished = False
        self._data = bytearray()

    async def write(self, data: bytes) -> None:
        assert not self._is_finished
        if self._files.full:
            raise NotStored
        self._data += data
        self.size += len(data)

    async def finish(self) -> None:
        if not self._is_finished:
            self.path.write_bytes(self._data)
        self._is_finished = True


def checked(name: str) -> str:
    if re.fullmatch(r'[0-9a-f]{64}(\.[a-z0-9]{1,16})?', name) is None:
        raise ValueError(f'not the name of a file: {name!r}')
    return name
