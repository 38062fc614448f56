"""SQLite as livechat opens it: what every connection is told first, and how every transaction begins."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from livechat.store.one_way import go_one_way

PRAGMAS = (
    'busy_timeout=5000',
    'journal_mode=WAL',
    'foreign_keys=ON',
    'secure_delete=ON',
    'temp_store=MEMORY',
)
OPTIONS = {'isolation_level': None}
"""Else sqlite3 begins deferred transactions by itself."""


def async_engine(path: Path, *, begin: str, pragmas: Sequence[str], connections: int = 1) -> AsyncEngine:
    """An engine whose every transaction starts with `begin` and every connection with those PRAGMAs, by aiosqlite."""
    # Errors are logged with their statement, but never with its parameters: those are what people write.
    engine = create_async_engine(
        URL.create('sqlite+aiosqlite', database=str(path)),
        connect_args=OPTIONS,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, 'connect')
    def shorten(connection: Any, _: ConnectionPoolEntry) -> None:
        go_one_way(connection.driver_connection)

    _prepare(engine.sync_engine, begin, pragmas)
    return engine


def blocking_engine(path: Path, *, begin: str, pragmas: Sequence[str]) -> Engine:
    """The same for the migrations: Alembic knows no asyncio. To be used in a thread."""
    engine = create_engine(URL.create('sqlite', database=str(path)), connect_args=OPTIONS, hide_parameters=True)
    _prepare(engine, begin, pragmas)
    return engine


def _prepare(engine: Engine, begin: str, pragmas: Sequence[str]) -> None:
    @event.listens_for(engine, 'connect')
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f'PRAGMA {pragma}')
        cursor.close()

    @event.listens_for(engine, 'begin')
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
