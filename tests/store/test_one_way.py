import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from livechat.store.engines import async_engine


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[AsyncConnection]:
    engine = async_engine(tmp_path / 'some.db', begin='BEGIN', pragmas=())
    async with engine.connect() as connection:
        await connection.exec_driver_sql('CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT UNIQUE)')
        yield connection
    await engine.dispose()


async def test_a_statement_goes_to_the_thread_once(connection: AsyncConnection, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger='aiosqlite'):
        rows = (await connection.exec_driver_sql('SELECT 1 UNION SELECT 2')).all()

    assert [tuple(row) for row in rows] == [(1,), (2,)]
    assert sum(record.getMessage().startswith('executing') for record in caplog.records) == 1


async def test_cursor_tells_what_a_statement_did(connection: AsyncConnection) -> None:
    added = await connection.exec_driver_sql("INSERT INTO words (id, word) VALUES (7, 'apple')")
    assert (added.lastrowid, added.rowcount) == (7, 1)
    await connection.exec_driver_sql('INSERT INTO words (word) VALUES (?)', [('pear',), ('plum',)])
    changed = await connection.exec_driver_sql("UPDATE words SET word = word || 's' WHERE id > 7 RETURNING id, word")
    assert list(changed.keys()) == ['id', 'word']
    assert [tuple(row) for row in changed] == [(8, 'pears'), (9, 'plums')]
    nothing = await connection.exec_driver_sql('SELECT word FROM words WHERE id = 1')
    assert (list(nothing.keys()), nothing.all()) == (['word'], [])


async def test_refused_statement_raises_and_the_next_one_works(connection: AsyncConnection) -> None:
    await connection.exec_driver_sql("INSERT INTO words (word) VALUES ('apple')")

    with pytest.raises(IntegrityError):
        await connection.exec_driver_sql("INSERT INTO words (word) VALUES ('apple')")
    with pytest.raises(IntegrityError):
        await connection.exec_driver_sql('INSERT INTO words (word) VALUES (?)', [('pear',), ('apple',)])

    assert (await connection.exec_driver_sql("SELECT count(*) FROM words WHERE word = 'apple'")).scalar_one() == 1
