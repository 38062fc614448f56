"""SQLite as livechat uses it: one connection that writes, a few that cannot, each with a thread of its own.

Work is plain functions of a session. They run in threads, not on an asyncio driver: such a function is one hop to a thread
instead of one per statement, and a caller who is cancelled leaves nothing half done, because nothing stops the thread.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import update_wrapper
from pathlib import Path
from types import CoroutineType
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from livechat.store.inputs import refusal
from livechat.store.writer import GroupWork, I, R, Writer

P = ParamSpec('P')
T = TypeVar('T')
S = TypeVar('S', bound='SqlStore')

READERS = 3
SYNCHRONOUS = ('OFF', 'NORMAL', 'FULL', 'EXTRA')
PRAGMAS = (
    'journal_mode=WAL',
    'foreign_keys=ON',
    'busy_timeout=5000',
    'secure_delete=ON',
    'temp_store=MEMORY',
)


def make_engine(path: Path, *, begin: str, pragmas: Sequence[str], connections: int = 1) -> Engine:
    """An engine whose every transaction starts with `begin` and every connection with those PRAGMAs."""
    # Errors are logged with their statement, but never with its parameters: those are what people write.
    engine = create_engine(f'sqlite:///{path}', pool_size=connections, max_overflow=0, hide_parameters=True)

    @event.listens_for(engine, 'connect')
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # else sqlite3 starts deferred transactions by itself
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f'PRAGMA {pragma}')
        cursor.close()

    @event.listens_for(engine, 'begin')
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


class Database:
    """Where the stores read and write. Made inside a running loop; owns the writer and the readers' threads."""

    def __init__(self, path: Path, *, synchronous: str) -> None:
        if synchronous not in SYNCHRONOUS:
            raise ValueError(f'synchronous is one of {", ".join(SYNCHRONOUS)}, not {synchronous!r}')
        # A transaction that reads first and writes later fails at once when another wrote meanwhile: no time-out helps.
        self._writing = make_engine(path, begin='BEGIN IMMEDIATE', pragmas=(*PRAGMAS, f'synchronous={synchronous}'))
        self._reading = make_engine(path, begin='BEGIN', pragmas=(*PRAGMAS, 'query_only=ON'), connections=READERS)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix='store-reader')
        self._writer = Writer(self._writing)

    async def read(self, work: Callable[[Session], T]) -> T:
        """What `work` finds, in one snapshot of what is committed."""

        def in_thread() -> T:
            try:
                with Session(self._reading) as session:
                    return work(session)
            except (UnicodeEncodeError, OverflowError) as error:
                raise refusal(error) from error

        return await asyncio.get_running_loop().run_in_executor(self._threads, in_thread)

    async def write(self, work: Callable[[Session], T]) -> T:
        """:raises NotStored: see `Writer.run`."""
        return await self._writer.run(work)

    async def write_grouped(self, work: GroupWork[I, R], items: Sequence[I]) -> Sequence[R]:
        """:raises NotStored: see `Writer.run_grouped`."""
        return await self._writer.run_grouped(work, items)

    async def close(self) -> None:
        """Store what is queued, put the log's pages into the database file, close the connections."""
        await self._writer.close()
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._threads.shutdown()
        self._reading.dispose()
        connection = self._writing.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute('PRAGMA optimize')
            cursor.execute('PRAGMA wal_checkpoint(TRUNCATE)')
            cursor.close()
        finally:
            connection.close()
            self._writing.dispose()


class SqlStore:
    """What all stores over one database have: methods marked `reads` or `writes` get a session and are called without."""

    def __init__(self, database: Database) -> None:
        self.database = database


def reads(method: Callable[Concatenate[S, Session, P], T]) -> Callable[Concatenate[S, P], 'CoroutineType[Any, Any, T]']:
    """Run the method in a reader's thread."""

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
