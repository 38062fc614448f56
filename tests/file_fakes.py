"""Files in a plain folder, and an inspector that believes the first bytes of each."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path

from livechat.domain.errors import NotStored
from livechat.domain.file import THUMBNAIL_SIDES, FileKind, Inspected
from livechat.domain.file_errors import FileNotFound, FileRefused

IMAGE, ANIMATED, TEXT, REFUSED, GROWING = b'image ', b'anim! ', b'text: ', b'virus ', b'grows '
"""How contents begin. Images with `DAMAGED` in them have no smaller pictures; what grows is twice as large once it was looked at."""
DAMAGED = b'damaged'


class Gates:
    """Places at which work waits until it is let through; open until they are shut."""

    def __init__(self) -> None:
        self._shut: dict[str, asyncio.Event] = {}
        self.waiting: Counter[str] = Counter()
        """At each place, by now."""

    def shut(self, place: str) -> None:
        self._shut[place] = asyncio.Event()

    def open(self, place: str) -> None:
        self._shut.pop(place).set()

    async def passing(self, place: str) -> None:
        await asyncio.sleep(0)
        if place in self._shut:
            self.waiting[place] += 1
            try:
                await self._shut[place].wait()
            finally:
                self.waiting[place] -= 1


class FolderIncoming:
    def __init__(self, files: 'FolderFiles', path: Path) -> None:
        self._files = files
        self.path = path
        self.size = 0

    async def write(self, data: bytes) -> None:
        await self._files.working('write')
        with_more(self.path, data)
        self.size += len(data)

    async def finish(self) -> None:
        await self._files.working('finish')


class FolderFiles:
    """Two folders: what arrives, and what is kept. What is in `full` (the names of its methods) finds the disk full."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self.gates = Gates()
        self.full: set[str] = set()

    @property
    def arriving(self) -> list[Path]:
        return self._in('arriving')

    @property
    def contents(self) -> dict[str, bytes]:
        """What is kept, by its name."""
        return {path.name: path.read_bytes() for path in self._in('kept')}

    async def working(self, what: str) -> None:
        await self.gates.passing(what)
        if what in self.full:
            raise NotStored

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[FolderIncoming]:
        path = self._path('arriving', str(next(self._numbers)))
        with_more(path, b'')
        try:
            yield FolderIncoming(self, path)
        finally:
            path.unlink(missing_ok=True)

    async def keep(self, incoming: FolderIncoming) -> str:
        await self.working('keep')
        if not incoming.path.exists():
            raise NotStored
        key = sha256(incoming.path.read_bytes()).hexdigest()
        incoming.path.replace(self._path('kept', key))
        return key

    async def put(self, name: str, data: bytes) -> None:
        await self.working('put')
        self._path('kept', name).write_bytes(data)

    async def size(self, name: str) -> int | None:
        await self.working('size')
        path = self._path('kept', name)
        return path.stat().st_size if path.exists() else None

    async def read(self, name: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        await self.working('read')
        yield self.contents[name][start:stop]

    @asynccontextmanager
    async def local(self, name: str) -> AsyncIterator[Path]:
        await self.working('local')
        path = self._path('kept', name)
        if not path.exists():
            raise FileNotFound
        yield path

    async def delete(self, names: Collection[str]) -> None:
        await self.working('delete')
        for name in names:
            self._path('kept', name).unlink(missing_ok=True)

    async def names(self) -> Collection[str]:
        return list(self.contents)

    def _in(self, part: str) -> list[Path]:
        return sorted((self._folder / part).glob('*'))

    def _path(self, part: str, name: str) -> Path:
        (self._folder / part).mkdir(parents=True, exist_ok=True)
        return self._folder / part / name


class ScriptedInspector:
    def __init__(self) -> None:
        self.gates = Gates()
        self.thumbnailed = 0
        self.is_slow = False
        """Whether drawing takes too long."""
        self.trouble: deque[Exception] = deque()
        """What the next calls of `thumbnails` raise."""
        self.reading_trouble: deque[Exception] = deque()
        """What the next calls of `text` raise."""

    async def inspect(self, path: Path, name: str) -> Inspected:
        await self.gates.passing('inspect')
        content = content_of(path)
        match content[: len(IMAGE)]:
            case start if start in {IMAGE, ANIMATED}:
                return Inspected(kind=FileKind.IMAGE, media_type='image/png', width=640, height=480, animated=start == ANIMATED)
            case start if start == TEXT:
                return Inspected(kind=FileKind.TEXT, media_type='text/plain', excerpt=content.decode())
            case start if start == REFUSED:
                raise FileRefused(f'“{name}” is not taken.')
            case start if start == GROWING:
                with_more(path, content)
        return Inspected(kind=FileKind.OTHER, media_type='application/octet-stream')

    async def thumbnails(self, path: Path) -> Mapping[int, bytes]:
        self.thumbnailed += 1
        await self.gates.passing('thumbnails')
        if self.trouble:
            raise self.trouble.popleft()
        content = content_of(path)
        if DAMAGED in content:
            raise FileRefused('This picture is damaged.')
        if self.is_slow:
            return {}
        return {width: content[:8] + str(width).encode() for width in THUMBNAIL_SIDES}

    async def text(self, path: Path) -> str:
        await self.gates.passing('text')
        if self.reading_trouble:
            raise self.reading_trouble.popleft()
        content = content_of(path)
        return content.removeprefix(TEXT).decode() if content.startswith(TEXT) and DAMAGED not in content else ''


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def with_more(path: Path, data: bytes) -> None:
    with path.open('ab') as file:
        file.write(data)
