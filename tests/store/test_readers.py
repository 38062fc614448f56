"""Reading beside everybody else: in turn, to the end, and not after closing."""

import asyncio
import logging
import os
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.util import await_only
from sqlmodel import Session

from livechat.store import DATABASE_NAME, SqlStores, open_stores
from livechat.store.database import READERS
from livechat.store.engines import async_engine
from livechat.store.readers import Readers
from tests.store.people import commit_one, connection_threads, open_lobby, post

PATIENCE_S = 20.0


class Questions:
    """Reads that note when they run."""

    def __init__(self, stores: SqlStores) -> None:
        self.database = stores.rooms.database
        self.asked: list[int] = []

    async def ask(self, number: int) -> int:
        def note(session: Session) -> int:
            self.asked.append(number)
            return session.execute(text('SELECT :number'), {'number': number}).scalar_one()

        return await self.database.read(note)

    async def ask_long(self, number: int, gate: asyncio.Event) -> int:
        """Its work waits at the gate, with its connection."""

        def wait(session: Session) -> int:
            self.asked.append(number)
            await_only(gate.wait())
            return session.execute(text('SELECT :number'), {'number': number}).scalar_one()

        return await self.database.read(wait, is_long=True)


async def turn() -> None:
    """Whoever can begin has begun."""
    for _ in range(100):
        await asyncio.sleep(0.001)


async def test_any_number_of_reads_is_answered_over_a_few_connections(folder: Path) -> None:
    before = connection_threads()
    async with open_stores(folder) as stores:
        assert isinstance(stores, SqlStores)
        questions = Questions(stores)

        answers = await asyncio.gather(*(questions.ask(number) for number in range(20 * READERS)))
        used = connection_threads() - before

    assert answers == sorted(questions.asked) == list(range(20 * READERS))
    assert 1 <= len(used) <= READERS


async def test_read_that_is_cancelled_before_its_turn_is_not_run(sqlite: SqlStores) -> None:
    questions = Questions(sqlite)
    tasks = [asyncio.create_task(questions.ask(number)) for number in range(10 * READERS)]
    await asyncio.sleep(0)

    tasks[-1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert tasks[-1].cancelled()
    assert sorted(questions.asked) == list(range(10 * READERS - 1))


async def test_long_reads_keep_nobody_else_waiting(sqlite: SqlStores) -> None:
    questions, gate = Questions(sqlite), asyncio.Event()
    long = [asyncio.create_task(questions.ask_long(number, gate)) for number in range(3 * READERS)]
    await turn()

    answer = await asyncio.wait_for(questions.ask(100), PATIENCE_S)
    gate.set()

    assert answer == 100
    assert questions.asked.index(100) == READERS - 1
    assert await asyncio.gather(*long) == list(range(3 * READERS))


async def test_long_read_that_is_cancelled_gives_its_place_to_the_next(sqlite: SqlStores) -> None:
    questions, gate = Questions(sqlite), asyncio.Event()
    gate.set()
    for at in (0, 1, 3):
        tasks = [asyncio.create_task(questions.ask_long(number, gate)) for number in range(READERS)]
        for _ in range(at):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    answers = asyncio.gather(*(questions.ask_long(number, gate) for number in range(READERS)))

    assert await asyncio.wait_for(answers, PATIENCE_S) == list(range(READERS))


async def test_long_reads_that_wait_are_answered_before_the_stores_close(folder: Path) -> None:
    async with open_stores(folder) as stores:
        assert isinstance(stores, SqlStores)
        questions, gate = Questions(stores), asyncio.Event()
        long = [asyncio.create_task(questions.ask_long(number, gate)) for number in range(3 * READERS)]
        await turn()
        gate.set()

    assert await asyncio.gather(*long) == list(range(3 * READERS))


async def test_reading_from_closed_stores_fails_at_once(folder: Path) -> None:
    async with open_stores(folder) as stores:
        assert (await stores.server.profile()).name == ''

    with pytest.raises(RuntimeError, match='closed'):
        await stores.server.profile()


async def test_closing_that_is_cancelled_closes_all_the_same(folder: Path) -> None:
    before = connection_threads()
    opened = open_stores(folder)
    stores = await opened.__aenter__()
    lobby = await open_lobby(stores)
    posts = [asyncio.create_task(commit_one(stores, post(lobby.room, lobby.ana))) for _ in range(20)]
    await asyncio.sleep(0)

    closing = asyncio.create_task(opened.__aexit__(None, None, None))
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    (left,) = [task for task in asyncio.all_tasks() if task.get_name() == 'store closing']
    await left

    assert len(await asyncio.gather(*posts)) == 20
    for thread in connection_threads() - before:
        thread.join(timeout=5)
    assert not connection_threads() - before
    assert os.listdir(folder) == [DATABASE_NAME]


async def test_read_of_one_statement_goes_to_the_thread_three_times(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    readers = Readers(async_engine(tmp_path / 'some.db', begin='BEGIN', pragmas=()), 1)

    def answer(session: Session) -> int:
        return session.execute(text('SELECT 42')).scalar_one()

    await readers.run(answer)  # it connects
    with caplog.at_level(logging.DEBUG, logger='aiosqlite'):
        assert await readers.run(answer) == 42
    await readers.close()

    begin_statement_and_end = 3
    assert sum(record.getMessage().startswith('executing') for record in caplog.records) == begin_statement_and_end
