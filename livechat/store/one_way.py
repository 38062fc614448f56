"""Cursors that go to the thread of their connection once for each statement.

Those of aiosqlite go there four times: for a cursor, to execute, to fetch, to close. Each way there and back takes two threads about
0.1 ms, longer than SQLite takes for most statements; and SQLAlchemy has all rows fetched at once anyway. These cannot do anything
else: nothing in the store may ask for a stream of rows (`stream`, `yield_per`).

The only place that touches what aiosqlite keeps for itself: whoever raises its version looks here.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any

import aiosqlite
from aiosqlite.context import contextmanager

Done = tuple[sqlite3.Cursor, Sequence[Any]]
"""A statement: its cursor, which is closed and still tells what was done, and all rows."""


def go_one_way(driver: aiosqlite.Connection) -> None:
    """From now on that connection has such cursors."""
    driver.cursor = partial(_cursor, driver)  # type: ignore[method-assign, assignment]


@contextmanager
async def _cursor(driver: aiosqlite.Connection) -> '_Cursor':
    return _Cursor(driver)


class _Cursor:
    """What SQLAlchemy asks of a cursor."""

    def __init__(self, driver: aiosqlite.Connection) -> None:
        self._driver = driver
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def execute(self, statement: str, parameters: Any = ()) -> None:
        await self._run(_execute, statement, parameters)

    async def executemany(self, statement: str, parameters: Any) -> None:
        await self._run(_execute_many, statement, parameters)

    async def fetchall(self) -> Sequence[Any]:
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        self._rows = ()

    async def _run(self, work: Callable[[sqlite3.Connection, str, Any], Done], statement: str, parameters: Any) -> None:
        done: Done = await self._driver._execute(work, self._driver._conn, statement, parameters)  # type: ignore[no-untyped-call]
        cursor, self._rows = done
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid


def _execute(connection: sqlite3.Connection, statement: str, parameters: Any) -> Done:
    with closing(connection.cursor()) as cursor:
        cursor.execute(statement, parameters)
        return cursor, cursor.fetchall()


def _execute_many(connection: sqlite3.Connection, statement: str, parameters: Any) -> Done:
    with closing(connection.cursor()) as cursor:
        return cursor.executemany(statement, parameters), ()
