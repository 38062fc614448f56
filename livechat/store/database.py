"""Where the stores read and write: one connection that writes, a few that cannot.

Work is plain functions of a session, each run as a whole by the writer or a reader over `sqlite+aiosqlite`: a caller who is
cancelled only gives up waiting and leaves nothing half done.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from functools import update_wrapper
from pathlib import Path
from types import CoroutineType
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from livechat.store.engines import PRAGMAS, async_engine
from livechat.store.eraser import Eraser
from livechat.store.readers import Readers
from livechat.store.writer import GroupWork, I, R, Writer

P = ParamSpec('P')
T = TypeVar('T')
S = TypeVar('S', bound='SqlStore')

READERS = 3
CACHE = 'cache_size=-16384'
"""KiB, of each reader: the index that says in which room a message is, of a million of them, and some more."""
MAPPED = f'mmap_size={2**31 - 2**16 if sys.maxsize > 2**32 else 0}'
"""Bytes of the file, as many as SQLite allows, where there are addresses enough: readers see them where the system keeps the file
anyway, without a copy of each page. What was read is counted as this process's memory, once for each reader, but it is the system's
cache, which gives it back when memory is short; the readers' own caches stay small then. A disk that fails under a read ends the
process, as does whoever overwrites the file while it is in use. The writer reads and writes without."""
SYNCHRONOUS = ('OFF', 'NORMAL', 'FULL', 'EXTRA')


class Database:
    """Where the stores read and write. Made inside a running loop; owns the writer, the readers and the eraser."""

    def __init__(self, path: Path, *, synchronous: str) -> None:
        if synchronous not in SYNCHRONOUS:
            raise ValueError(f'synchronous is one of {", ".join(SYNCHRONOUS)}, not {synchronous!r}')
        # A transaction that reads first and writes later fails at once when another wrote meanwhile: no time-out helps.
        writing = async_engine(path, begin='BEGIN IMMEDIATE', pragmas=(*PRAGMAS, f'synchronous={synchronous}'))
        reading = async_engine(path, begin='BEGIN', pragmas=(*PRAGMAS, CACHE, MAPPED, 'query_only=ON'), connections=READERS)
        self._writer = Writer(writing)
        self._readers = Readers(reading, READERS)
        self.eraser = Eraser(self._readers, self._writer)

    async def read(self, work: Callable[[Session], T], *, is_long: bool = False) -> T:
        """See `Readers.run`."""
        return await self._readers.run(work, is_long=is_long)

    async def write(self, work: Callable[[Session], T]) -> T:
        """:raises NotStored: see `Writer.run`."""
        return await self._writer.run(work)

    async def write_grouped(self, work: GroupWork[I, R], items: Sequence[I]) -> Sequence[R]:
        """:raises NotStored: see `Writer.run_grouped`."""
        return await self._writer.run_grouped(work, items)

    async def close(self) -> None:
        """Answer and store what is queued, put the log's pages into the database file, close the connections."""
        closing = asyncio.create_task(self._close(), name='store closing')
        await asyncio.shield(closing)  # who closes may be cancelled; what is queued is not

    async def _close(self) -> None:
        await self.eraser.close()
        await self._readers.close()
        await self._writer.close()


class SqlStore:
    """What all stores over one database have: methods marked `reads` or `writes` get a session and are called without."""

    def __init__(self, database: Database) -> None:
        self.database = database


def reads(method: Callable[Concatenate[S, Session, P], T]) -> Callable[Concatenate[S, P], 'CoroutineType[Any, Any, T]']:
    """Run the method over one of the readers."""

    async def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.read(lambda session: method(self, session, *args, **kwargs))

    update_wrapper(call, method)
    return call  # type: ignore[return-value]  # mypy takes no coroutine for a CoroutineType, pyright nothing else


def writes(method: Callable[Concatenate[S, Session, P], T]) -> Callable[Concatenate[S, P], 'CoroutineType[Any, Any, T]']:
    """Run the method in the writer's next transaction; what it raises undoes it alone."""

    async def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.database.write(lambda session: method(self, session, *args, **kwargs))

    update_wrapper(call, method)
    return call  # type: ignore[return-value]  # as above
