"""What only a real database can refuse, delay or leave half done."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, text
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from livechat.domain.errors import InvalidInput, NameTaken, NotAMember, NotStored
from livechat.domain.model import Draft, RoomId, UserId
from livechat.domain.writes import Stored
from livechat.store import DATABASE_NAME, SqlStores, open_stores
from livechat.store.database import Database
from livechat.store.messages import BY_AUTHOR, CHANGED, NEWEST, RANGE
from tests.store.people import Lobby, add_room, all_messages, commit_one, connection_threads, new_user, open_lobby, post


def database(lobby: Lobby) -> Database:
    assert isinstance(lobby.stores, SqlStores)
    return lobby.stores.users.database


async def pragma(lobby: Lobby, words: str) -> object:
    return await database(lobby).write(lambda session: session.connection().exec_driver_sql(f'PRAGMA {words}').scalar())


async def fill_the_disk(lobby: Lobby) -> None:
    """The file may grow no more, as on a full disk."""
    pages = await pragma(lobby, 'page_count')
    assert await pragma(lobby, f'max_page_count = {pages}') == pages


async def test_pragmas_are_those_of_a_durable_database(folder: Path) -> None:
    expected = {'journal_mode': 'wal', 'synchronous': 2, 'foreign_keys': 1, 'busy_timeout': 5_000, 'secure_delete': 1, 'temp_store': 2}

    async with open_stores(folder) as stores:
        lobby = await open_lobby(stores)
        assert {name: await pragma(lobby, name) for name in expected} == expected


async def test_readers_cannot_write(sqlite_lobby: Lobby) -> None:
    def rename(session: Session) -> None:
        session.execute(text("UPDATE server SET name = 'x'"))

    with pytest.raises(OperationalError, match='readonly'):
        await database(sqlite_lobby).read(rename)
    await database(sqlite_lobby).write(rename)

    assert (await sqlite_lobby.stores.server.profile()).name == 'x'


async def test_full_disk_refuses_posts_and_recovers(sqlite_lobby: Lobby, caplog: pytest.LogCaptureFixture) -> None:
    lobby = sqlite_lobby
    kept = await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    await fill_the_disk(lobby)
    big = 'x' * 1_000_000

    posts = [lobby.stores.messages.commit([post(lobby.room, lobby.ana, big)]) for _ in range(5)]
    results = await asyncio.gather(*posts, lobby.stores.drafts.put(lobby.ana.id, lobby.room.id, Draft(body='lost')), return_exceptions=True)

    assert [type(result) for result in results] == [NotStored] * 6
    assert [record.levelno for record in caplog.records if record.name == 'livechat.store.writer'] == [logging.ERROR]
    assert 'xxx' not in caplog.text  # nobody's words are in the log
    assert await all_messages(lobby.stores, lobby.room) == [kept]
    assert await lobby.stores.drafts.get(lobby.ana.id, lobby.room.id) == Draft()

    await pragma(lobby, 'max_page_count = 1000000')
    again = await commit_one(lobby.stores, post(lobby.room, lobby.ana, big))

    assert again.number == 2
    assert await all_messages(lobby.stores, lobby.room) == [kept, again]


async def test_lock_of_another_process_only_delays(sqlite_lobby: Lobby, folder: Path) -> None:
    lobby = sqlite_lobby
    assert isinstance(lobby.stores, SqlStores)
    with closing(sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)) as other:
        other.execute('BEGIN IMMEDIATE')
        posts = asyncio.gather(*(commit_one(lobby.stores, post(lobby.room, lobby.ana, str(number))) for number in range(10)))

        assert len(await all_messages(lobby.stores, lobby.room)) == 0  # readers do not wait
        assert not await lobby.stores.server.answers(within_s=0.1)
        assert not posts.done()
        other.execute('COMMIT')
        messages = await posts

        assert await lobby.stores.server.answers()
    assert [(message.number, message.body) for message in messages] == [(number + 1, str(number)) for number in range(10)]


async def test_cancelled_posts_are_stored_whole_or_not_at_all(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    tasks = [
        asyncio.create_task(lobby.stores.messages.commit([post(lobby.room, lobby.ana, str(n)), post(lobby.room, lobby.ben, str(n))]))
        for n in range(200)
    ]
    for turns, task in enumerate(tasks):
        for _ in range(turns % 4):
            await asyncio.sleep(0)
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    last = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'last'))

    messages = await all_messages(lobby.stores, lobby.room)

    assert any(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
    assert [message.number for message in messages] == list(range(1, len(messages) + 1))
    assert await lobby.stores.messages.head(lobby.room.id) == (len(messages), len(messages))
    assert messages[-1] == last
    pairs = [message.body for message in messages[:-1]]
    assert pairs[::2] == pairs[1::2]
    answered = {
        each.message for outcome in outcomes if not isinstance(outcome, BaseException) for each in outcome if isinstance(each, Stored)
    }
    assert answered <= set(messages)


async def test_cancelled_reads_leave_the_readers_usable(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    tasks = [asyncio.create_task(lobby.stores.rooms.members(lobby.room.id)) for _ in range(50)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert len(await asyncio.gather(*(lobby.stores.rooms.members(lobby.room.id) for _ in range(10)))) == 10


async def test_refused_job_leaves_the_others_of_its_transaction(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby

    def insert_and_break(session: Session) -> None:
        session.execute(text("UPDATE server SET name = 'half'"))
        raise ZeroDivisionError

    outcomes = await asyncio.gather(
        lobby.stores.users.add(new_user('Carl')),
        database(lobby).write(insert_and_break),
        lobby.stores.users.add(new_user('Ben')),
        lobby.stores.drafts.put(UserId(999), lobby.room.id, Draft(body='of nobody')),
        commit_one(lobby.stores, post(lobby.room, lobby.ben)),
        return_exceptions=True,
    )

    refused = {1: ZeroDivisionError, 2: NameTaken, 3: IntegrityError}
    assert {place: type(outcome) for place, outcome in enumerate(outcomes) if isinstance(outcome, Exception)} == refused
    assert await lobby.stores.users.taken_usernames('carl') == {'carl'}
    assert (await lobby.stores.server.profile()).name == 'Home'
    assert len(await all_messages(lobby.stores, lobby.room)) == 1


async def test_numbers_beyond_the_database_are_refused_alone(sqlite_lobby: Lobby) -> None:
    huge = RoomId(2**64)

    outcomes = await asyncio.gather(
        sqlite_lobby.stores.messages.commit([post(huge, sqlite_lobby.ana)]),
        commit_one(sqlite_lobby.stores, post(sqlite_lobby.room, sqlite_lobby.ana)),
        sqlite_lobby.stores.messages.newest(huge, 50),
        return_exceptions=True,
    )

    assert [isinstance(outcome, InvalidInput) for outcome in outcomes] == [True, False, True]


async def test_everything_queued_is_one_transaction_and_one_call_for_all_rooms(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    rooms = [await add_room(lobby.stores, lobby.ana, f'Room {number}') for number in range(10)]
    calls: list[int] = []

    def work(_session: Session, items: list[int]) -> list[int]:
        calls.append(len(items))
        return [item * 2 for item in items]

    results = await asyncio.gather(*(database(lobby).write_grouped(work, [room.id, room.id]) for room in rooms))

    assert calls == [20]
    assert [list(result) for result in results] == [[room.id * 2] * 2 for room in rooms]


async def test_flood_is_stored_in_transactions_of_bounded_size(sqlite_lobby: Lobby) -> None:
    calls: list[int] = []

    def work(_session: Session, items: list[int]) -> list[int]:
        calls.append(len(items))
        return items

    results = await asyncio.gather(*(database(sqlite_lobby).write_grouped(work, [number] * 300) for number in range(10)))

    assert calls == [1_200, 1_200, 600]
    assert [list(result) for result in results] == [[number] * 300 for number in range(10)]


async def test_more_posts_than_a_query_can_name_are_each_answered(sqlite_lobby: Lobby) -> None:
    carl = await sqlite_lobby.stores.users.add(new_user('Carl'))  # no member: the answers cost no inserts
    writes = [post(sqlite_lobby.room, carl) for _ in range(33_000)]

    results = await sqlite_lobby.stores.messages.commit([*writes, post(sqlite_lobby.room, sqlite_lobby.ana)])

    assert {type(result) for result in results[:-1]} == {NotAMember}
    assert isinstance(results[-1], Stored)


async def test_group_that_fails_is_tried_one_by_one(sqlite_lobby: Lobby) -> None:
    def work(session: Session, items: list[str]) -> list[str]:
        for item in items:
            session.execute(text('INSERT INTO room_slugs VALUES (:slug, :room)'), {'slug': item, 'room': sqlite_lobby.room.id})
        return items

    outcomes = await asyncio.gather(
        *(database(sqlite_lobby).write_grouped(work, [slug]) for slug in ('a', 'b', 'a', 'c')), return_exceptions=True
    )

    assert [isinstance(outcome, IntegrityError) for outcome in outcomes] == [False, False, True, False]
    assert await sqlite_lobby.stores.rooms.by_slug('c') == sqlite_lobby.room


async def test_closing_stores_what_is_queued_and_refuses_the_rest(folder: Path) -> None:
    before = connection_threads()
    async with open_stores(folder) as stores:
        lobby = await open_lobby(stores)
        threads = connection_threads() - before
        posts = [asyncio.create_task(commit_one(stores, post(lobby.room, lobby.ana))) for _ in range(20)]
        await asyncio.sleep(0)

    assert {message.number for message in await asyncio.gather(*posts)} == set(range(1, 21))
    with pytest.raises(NotStored):
        await stores.drafts.put(lobby.ana.id, lobby.room.id, Draft(body='late'))
    assert not [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith('store ')]
    assert len(threads) >= 1
    for thread in threads:  # told to end, not waited for, by aiosqlite
        thread.join(timeout=5)
    assert not [thread for thread in threads if thread.is_alive()]


@pytest.mark.parametrize(
    ('statement', 'search'),
    [
        (NEWEST, 'SEARCH messages USING INDEX sqlite_autoindex_messages_1 (room_id=?)'),
        (RANGE, 'SEARCH messages USING INDEX sqlite_autoindex_messages_1 (room_id=? AND number>? AND number<?)'),
        (CHANGED, 'SEARCH messages USING INDEX ix_messages_changed (room_id=? AND changed_seq>?)'),
    ],
)
async def test_history_is_read_from_an_index_without_sorting(sqlite_lobby: Lobby, statement: Select[Any], search: str) -> None:
    explained = text(f'EXPLAIN QUERY PLAN {statement.compile(dialect=sqlite_dialect())}'.replace('?', '1'))

    rows = await database(sqlite_lobby).read(lambda session: session.execute(explained).all())

    plan = [row.detail for row in rows]
    assert plan[0] == search
    assert not [step for step in plan if 'SCAN' in step or 'TEMP B-TREE' in step]


async def test_messages_of_an_author_are_found_in_the_index_of_unread_ones(sqlite_lobby: Lobby) -> None:
    explained = text(f'EXPLAIN QUERY PLAN {BY_AUTHOR}'.replace(':author', '1'))

    rows = await database(sqlite_lobby).read(lambda session: session.execute(explained).all())

    assert [row.detail for row in rows if ' messages ' in row.detail] == ['SEARCH messages USING INDEX ix_messages_unread (room_id=?)']


async def test_log_is_empty_once_everything_is_erased_and_nobody_is_hindered_meanwhile(sqlite_lobby: Lobby, folder: Path) -> None:
    stores, room, log = sqlite_lobby.stores, sqlite_lobby.room, folder / f'{DATABASE_NAME}-wal'
    eraser = database(sqlite_lobby).eraser

    async def erase() -> None:
        eraser.wake()
        await eraser.finished()

    await stores.messages.commit([post(room, sqlite_lobby.ana) for _ in range(20)])
    assert log.stat().st_size > 0
    await erase()
    size = log.stat().st_size
    results = await asyncio.gather(
        *(stores.messages.commit([post(room, sqlite_lobby.ana)]) for _ in range(20)),
        *(erase() for _ in range(3)),
        *(stores.messages.newest(room.id, 50) for _ in range(10)),
    )

    assert size == 0
    assert len(results) == 33
    assert len(await all_messages(stores, room)) == 40
