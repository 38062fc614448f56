"""The one writer: everything that waits is committed in one transaction, and one refusal hurts nobody else.

A commit costs one flush to the disk, whoever is in it: 64 posts per commit are 20 times as fast as 64 commits.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice, takewhile
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import Session

from livechat.domain.errors import NotStored
from livechat.store.inputs import refusal

logger = logging.getLogger(__name__)

T = TypeVar('T')
I = TypeVar('I')  # noqa: E741 - an item
R = TypeVar('R')

GroupWork = Callable[[Session, Sequence[I]], Sequence[R]]
"""Does the work of many items at once and returns one result per item, in order."""

MAX_ITEMS_PER_COMMIT = 1_000
"""So that a flood cannot make those who came first wait without end: about 200 ms of posts."""

EMPTY_LOG = 'PRAGMA wal_checkpoint(TRUNCATE)'
OF_ONE_JOB = (IntegrityError, DataError, ProgrammingError)
"""What the database says about one statement, while it goes on working."""


@dataclass(slots=True, eq=False)
class _Job:
    work: GroupWork[Any, Any]
    items: Sequence[Any]
    done: asyncio.Future[Sequence[Any]]
    results: Sequence[Any] = ()
    error: Exception | None = field(default=None)

    def settle(self) -> None:
        if self.done.done():  # its caller was cancelled and no longer waits
            return
        if self.error is None:
            self.done.set_result(self.results)
        else:
            self.done.set_exception(self.error)


class Writer:
    """A task that runs transactions, one after another, over the one connection that writes.

    Invariant: a job is stored as a whole or not at all, and its caller is told after the commit. The task is owned by the
    `Database`, which closes it. What dies with it is what was not committed: nobody was told that it had been.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._queue: list[_Job] = []
        self._arrived = asyncio.Event()
        self._closing = False
        self._failing = False
        self._emptying: list[asyncio.Future[None]] = []
        self._task = asyncio.create_task(self._serve(), name='store writer')

    async def run(self, work: Callable[[Session], T]) -> T:
        """Do `work` in the next transaction. What it raises undoes it alone.

        :raises NotStored: the database refused it.
        """

        def alone(session: Session, _items: Sequence[None]) -> Sequence[T]:
            return (work(session),)

        (result,) = await self.run_grouped(alone, (None,))
        return result

    async def run_grouped(self, work: GroupWork[I, R], items: Sequence[I]) -> Sequence[R]:
        """Do `work` in the next transaction, called once for the items of all callers that gave the same `work`.

        :raises NotStored: the database refused it.
        """
        if self._closing:
            raise NotStored
        # A cancelled caller cancels only this future: the job runs to its end without it.
        job = _Job(work, items, asyncio.get_running_loop().create_future())
        self._queue.append(job)
        self._arrived.set()
        return await job.done

    async def empty_log(self) -> None:
        """Put the log's pages into the database file, so that the log has nothing of what was overwritten or deleted.

        Between two transactions; it waits for whoever reads, and does less where one of them takes long.
        """
        if not self._closing:
            done = asyncio.get_running_loop().create_future()
            self._emptying.append(done)
            self._arrived.set()
            await done

    async def close(self) -> None:
        """Store what is queued, put the log's pages into the database file, close the connection."""
        self._closing = True
        self._arrived.set()
        await self._task

    async def _serve(self) -> None:
        while self._queue or not self._closing:
            await self._arrived.wait()
            jobs = self._take()
            if not self._queue and not self._closing:
                self._arrived.clear()
            if jobs:
                await self._commit(jobs)
            for job in jobs:
                job.settle()
            if self._emptying:
                await self._empty_log()
        await self._finish()

    async def _empty_log(self) -> None:
        waiting, self._emptying = self._emptying, []
        try:
            await self._outside_of_transactions(EMPTY_LOG)
        except sqlite3.Error:
            logger.exception("The database's log could not be emptied")
        for done in waiting:
            if not done.done():  # else its caller was cancelled
                done.set_result(None)

    async def _finish(self) -> None:
        try:
            await self._outside_of_transactions('PRAGMA optimize', EMPTY_LOG)
        finally:
            await self._engine.dispose()

    async def _outside_of_transactions(self, *statements: str) -> None:
        connection = await self._engine.connect()
        try:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            for statement in statements:
                async with driver.execute(statement):
                    pass
        finally:
            await connection.close()

    def _take(self) -> Sequence[_Job]:
        """The next transaction's jobs: those that came first, one at least."""
        totals = accumulate(len(job.items) for job in self._queue)
        count = 1 + sum(1 for _ in takewhile(lambda total: total < MAX_ITEMS_PER_COMMIT, totals))
        taken, self._queue = self._queue[:count], self._queue[count:]
        return taken

    async def _commit(self, jobs: Sequence[_Job]) -> None:
        """Leave every job with its results or its error; never raise."""
        try:
            async with self._engine.begin() as connection:
                await connection.run_sync(_work_off, jobs)
        except Exception:
            if not self._failing:  # a full disk is said once, not once per post
                logger.exception('The database refused %s writes; they were reported as not stored', len(jobs))
            self._failing = True
            for job in jobs:
                job.error = NotStored()
        else:
            if self._failing:
                logger.warning('The database takes writes again')
            self._failing = False


def _work_off(connection: Connection, jobs: Sequence[_Job]) -> None:
    groups: dict[GroupWork[Any, Any], list[_Job]] = {}
    for job in jobs:
        groups.setdefault(job.work, []).append(job)
    for work, group in groups.items():
        _attempt(connection, work, group)


def _attempt(connection: Connection, work: GroupWork[Any, Any], jobs: Sequence[_Job]) -> None:
    """Work for all jobs in one savepoint; if that is refused, for each in its own.

    :raises DBAPIError: the database can take no more (full, locked, broken): that is the end of the whole transaction.
    """
    try:
        with Session(connection, join_transaction_mode='create_savepoint', expire_on_commit=False) as session:
            results = iter(work(session, [item for job in jobs for item in job.items]))
            session.commit()
    except Exception as error:
        if isinstance(error, DBAPIError) and not isinstance(error, OF_ONE_JOB):
            raise
        if len(jobs) > 1:
            for job in jobs:
                _attempt(connection, work, (job,))
        else:
            jobs[0].error = refusal(error)
    else:
        for job in jobs:
            job.results = tuple(islice(results, len(job.items)))
