"""The bytes of files in a folder: `files/ab/abcdef...` below the data folder, and `files/incoming/` for what is not kept yet."""

import re
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from livechat.domain.errors import NotStored
from livechat.domain.file_errors import FileNotFound
from livechat.domain.file_ports import Incoming
from livechat.store.disk_files import PIECE_BYTES, IncomingFile, StoredFile, put
from livechat.store.disk_threads import DiskThreads

_NAME = re.compile(r'[0-9a-f]{64}(\.[a-z0-9]{1,16})?')


class LocalFiles:
    """A `FileStore` in a folder of this machine, for its owner alone. Whoever opens it closes it."""

    def __init__(self, folder: Path) -> None:
        """Below the data folder `folder`, which `open` makes ready."""
        self._files = folder / 'files'
        self._incoming = self._files / 'incoming'
        self._disk = DiskThreads()

    @classmethod
    async def open(cls, folder: Path) -> Self:
        """Throws away what was on its way when the last server ended. :raises OSError: the folder cannot be used"""
        files = cls(folder)
        try:
            await files.sweep()
        except BaseException:
            await files.close()
            raise
        return files

    async def sweep(self) -> None:
        """Make the folders, and empty what nobody writes to yet. :raises OSError:"""
        await self._disk.run(self._sweep)

    async def close(self) -> None:
        """Wait for what is under way; nothing is taken any more."""
        await self._disk.close()

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[Incoming]:
        incoming = _Incoming(self._disk, IncomingFile(self._new_path()))
        try:
            yield incoming
        finally:
            await self._disk.clear_up(incoming.file.discard)

    async def keep(self, incoming: Incoming) -> str:
        assert isinstance(incoming, _Incoming), 'received by another store'
        await incoming.finish()
        return await self._disk.write(lambda: incoming.file.place(self._path), is_whole=True)

    async def put(self, name: str, data: bytes) -> None:
        path = self._path(name)
        await self._disk.write(lambda: put(data, path, by_way_of=self._new_path()), is_whole=True)

    async def size(self, name: str) -> int | None:
        path = self._path(name)
        return await self._disk.run(lambda: _size(path))

    async def read(self, name: str, start: int = 0, stop: int | None = None) -> AsyncGenerator[bytes, None]:
        file = StoredFile(self._path(name), start, stop)
        try:
            while piece := await self._disk.run(file.next):
                yield piece
        except FileNotFoundError:
            raise FileNotFound from None
        finally:
            await self._disk.clear_up(file.close)

    @asynccontextmanager
    async def local(self, name: str) -> AsyncIterator[Path]:
        if await self.size(name) is None:
            raise FileNotFound
        yield self._path(name)

    async def delete(self, names: Collection[str]) -> None:
        paths = [self._path(name) for name in names]

        def unlink() -> None:
            for path in paths:
                path.unlink(missing_ok=True)

        await self._disk.write(unlink)

    async def names(self) -> Collection[str]:
        return await self._disk.run(lambda: {path.name for path in self._files.glob('??/*') if _NAME.fullmatch(path.name)})

    def _sweep(self) -> None:
        for folder in (self._files, self._incoming):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self._incoming.iterdir():
            path.unlink()

    def _new_path(self) -> Path:
        return self._incoming / secrets.token_hex(16)

    def _path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise ValueError(f'not the name of a file: {name!r}')
        return self._files / name[:2] / name


class _Incoming:
    """Collects small pieces and hands them to the threads as large ones."""

    def __init__(self, disk: DiskThreads, file: IncomingFile) -> None:
        self.file = file
        self.size = 0
        self._disk = disk
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._is_broken = False
        """Something was not written, or nobody knows, because who wrote it was cancelled."""
        self._is_finished = False

    @property
    def path(self) -> Path:
        return self.file.path

    async def write(self, data: bytes) -> None:
        assert not self._is_finished, 'written after it was finished'
        if self._is_broken:
            raise NotStored
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        self.size += len(data)
        if self._waiting_bytes >= PIECE_BYTES:
            await self._flush()

    async def finish(self) -> None:
        if self._is_finished:
            return
        if self._is_broken:
            raise NotStored
        await self._flush()
        await self._disk.write(self.file.finish)
        self._is_finished = True

    async def _flush(self) -> None:
        data = b''.join(self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0
        self._is_broken = True
        await self._disk.write(lambda: self.file.append(data))
        self._is_broken = False


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
