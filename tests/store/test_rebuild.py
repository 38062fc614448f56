"""The full-text indexes made anew beside a server that goes on."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from livechat.domain.message import Message
from livechat.store import DATABASE_NAME, SqlStores, StoreError, index_check, open_stores
from livechat.store import rebuild as module
from livechat.store.engines import PRAGMAS, blocking_engine
from livechat.store.index_check import check
from livechat.store.rebuild import Rebuild, Rebuilt, StoppedLate, rebuild
from tests.store.people import Lobby, commit_one, delete, edit, open_lobby, post
from tests.store.searching import found

SECRET = 'zanzibar'
WORDS = ('harbour', 'lantern', 'meadow', '東京会議', 'café crème', 'https://example.org/path')


@pytest.fixture(autouse=True)
def in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, 'FIRST_STEP', 10)
    monkeypatch.setattr(module, 'LONGEST_STEP', 10)
    monkeypatch.setattr(module, 'LOCKED_FOR_S', 60.0)  # or a busy machine made them smaller
    monkeypatch.setattr(module, 'PAUSE_S', 0.0)


def run(folder: Path, tell: Callable[[int, int], None] = lambda *_: None) -> Rebuilt:
    return rebuild(folder / DATABASE_NAME, backups=folder / 'backups', tell=tell)


def run_sql(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def schema(path: Path) -> Sequence[tuple[str, str]]:
    """Of everything in it, without regard to blanks and quotes: SQLite writes the names of what was renamed in quotes."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute('SELECT name, sql FROM sqlite_master').fetchall()
    return sorted(
        (name, ' '.join((sql or '').replace('"', '').replace("'", '').replace('(', '( ').replace(')', ' )').split())) for name, sql in rows
    )


async def fill(lobby: Lobby, count: int) -> list[Message]:
    posts = [post(lobby.room, lobby.ana, f'number{at} {WORDS[at % len(WORDS)]}') for at in range(count)]
    results = await lobby.stores.messages.commit(posts)
    return [result.message for result in results if not isinstance(result, Exception)]


async def places(lobby: Lobby, query: str) -> list[int]:
    return sorted(number for _, number in await found(lobby.stores, lobby.ana.id, query))


async def test_server_that_posts_edits_and_deletes_meanwhile_finds_everything(folder: Path, sqlite: SqlStores) -> None:
    lobby = await open_lobby(sqlite)
    messages = await fill(lobby, 200)
    loop = asyncio.get_running_loop()
    turn = 0

    async def go_on() -> None:
        nonlocal turn
        turn += 1
        for at in (turn * 7 % 200, 199 - turn):  # some that are copied already, some that are not
            if not messages[at].deleted:
                messages[at] = await commit_one(sqlite, edit(messages[at], f'number{at} changed'))
        gone = turn * 11 % 200
        messages[gone] = await commit_one(sqlite, delete(messages[gone]))
        messages.append(await commit_one(sqlite, post(lobby.room, lobby.ben, f'late{turn} harbour')))

    rebuilt = await asyncio.to_thread(run, folder, lambda *_: asyncio.run_coroutine_threadsafe(go_on(), loop).result())

    assert turn > 20
    assert rebuilt.checked.troubles == ()
    assert rebuilt.checked.messages == len(messages)
    there = [message for message in messages if not message.deleted]
    for word in ('harbour', 'arbou', 'changed', 'hang', '京会議', 'cafe', 'late'):
        assert await places(lobby, word) == sorted(message.number for message in there if word in message.body.replace('é', 'e'))


@pytest.mark.parametrize(
    'damage',
    [
        "INSERT INTO message_words (message_words, rowid, body) SELECT 'delete', id, body FROM messages WHERE id = 2",
        "INSERT INTO message_parts (message_parts, rowid, folded) SELECT 'delete', id, folded FROM messages WHERE id = 2",
        "INSERT INTO message_words (rowid, body) VALUES (900, 'not there')",
        "UPDATE messages SET folded = 'something else' WHERE id = 2",
        'DELETE FROM message_parts_data WHERE id > 10',
        'DROP TRIGGER messages_updated',
    ],
)
async def test_damage_is_noticed_and_mended(folder: Path, damage: str) -> None:
    async with open_stores(folder, synchronous='OFF') as stores:
        lobby = await open_lobby(stores)
        await fill(lobby, 30)
    whole = schema(folder / DATABASE_NAME)
    assert check(folder / DATABASE_NAME).troubles == ()
    run_sql(folder, damage)
    assert check(folder / DATABASE_NAME).troubles != () or schema(folder / DATABASE_NAME) != whole

    rebuilt = run(folder)

    assert rebuilt.checked.messages == 30
    assert rebuilt.checked.troubles == ()
    assert schema(folder / DATABASE_NAME) == whole
    async with open_stores(folder, synchronous='OFF') as stores:
        lobby = Lobby(stores, lobby.room, lobby.ana, lobby.ben)
        assert await places(lobby, 'number1') == [2, *range(11, 21)]
        assert await places(lobby, 'umber1') == [2, *range(11, 21)]


@pytest.mark.parametrize('trouble', [sqlite3.OperationalError('database or disk is full'), OSError(28, 'No space left on device')])
async def test_disk_without_room_for_the_check_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    def fill_up(path: Path, copy: Path) -> None:
        copy.with_suffix('.partial').touch()
        raise trouble

    async with open_stores(folder) as stores:
        lobby = await open_lobby(stores)
        await commit_one(stores, post(lobby.room, lobby.ana, 'harbour'))
        monkeypatch.setattr(index_check, 'copy_database', fill_up)

        with pytest.raises(StoreError, match=r'in use, but were not checked: .*(disk is full|No space left)'):
            await asyncio.to_thread(run, folder)

        assert len(await found(stores, lobby.ana.id, 'harbour')) == 1
    assert not [name for name in os.listdir(folder) if name.startswith('reindex-check')]


async def test_stop_in_the_middle_leaves_the_old_indexes_and_nothing_else(folder: Path, sqlite: SqlStores) -> None:
    lobby = await open_lobby(sqlite)
    await fill(lobby, 100)
    before = schema(folder / DATABASE_NAME)

    def stop(part: int, whole: int) -> None:
        if part > 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        run(folder, stop)

    assert stopped.type is KeyboardInterrupt
    assert schema(folder / DATABASE_NAME) == before
    assert check(folder / DATABASE_NAME).troubles == ()
    assert len(await places(lobby, 'harbour')) == 17


async def test_stop_while_it_checks_leaves_the_new_indexes(folder: Path, sqlite: SqlStores, monkeypatch: pytest.MonkeyPatch) -> None:
    lobby = await open_lobby(sqlite)
    await fill(lobby, 30)
    before = schema(folder / DATABASE_NAME)
    run_sql(folder, "UPDATE messages SET folded = 'something else' WHERE id = 1")
    assert check(folder / DATABASE_NAME).troubles != ()

    def stop(path: Path, copy: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(index_check, 'copy_database', stop)
        with pytest.raises(StoppedLate):
            run(folder)

    assert schema(folder / DATABASE_NAME) == before
    assert check(folder / DATABASE_NAME).troubles == ()


@pytest.mark.parametrize('steps', [0, 3, 10])
async def test_crash_is_cleaned_up_by_the_next_run(folder: Path, sqlite: SqlStores, steps: int) -> None:
    lobby = await open_lobby(sqlite)
    messages = await fill(lobby, 100)
    before = schema(folder / DATABASE_NAME)
    engine = blocking_engine(folder / DATABASE_NAME, begin='BEGIN IMMEDIATE', pragmas=PRAGMAS)
    killed = Rebuild(engine, lambda *_: None)
    killed._prepare()
    ended = [killed._copy_some(swaps=True) for _ in range(steps)]
    engine.dispose()
    assert ended[-1:] == ([steps == 10] if steps else [])
    assert schema(folder / DATABASE_NAME) != before

    await commit_one(sqlite, edit(messages[0], 'a lighthouse'))
    await commit_one(sqlite, delete(messages[6]))
    await commit_one(sqlite, post(lobby.room, lobby.ben, 'another lighthouse'))
    assert check(folder / DATABASE_NAME).troubles == ()
    assert await places(lobby, 'ighthous') == [1, 101]
    rebuilt = run(folder)

    assert rebuilt.checked.troubles == ()
    assert schema(folder / DATABASE_NAME) == before
    assert await places(lobby, 'ighthous') == [1, 101]


@pytest.mark.parametrize('is_deleted_before', [True, False])
async def test_deleted_words_leave_the_file_with_the_old_indexes(folder: Path, is_deleted_before: bool) -> None:
    async with open_stores(folder, synchronous='OFF') as stores:
        lobby = await open_lobby(stores)
        messages = await fill(lobby, 50)
        secret = await commit_one(stores, post(lobby.room, lobby.ana, f'in {SECRET}'))
        messages += await fill(lobby, 50)
        if is_deleted_before:
            await commit_one(stores, delete(secret))
        loop = asyncio.get_running_loop()

        def tell(part: int, whole: int) -> None:
            if part >= whole - 10 and not is_deleted_before:
                asyncio.run_coroutine_threadsafe(stores.messages.commit([delete(secret)]), loop).result()

        rebuilt = await asyncio.to_thread(run, folder, tell)
        assert rebuilt.checked.troubles == ()

    assert secrets_in(folder) == {DATABASE_NAME: 0}


def secrets_in(folder: Path) -> dict[str, int]:
    return {file.name: file.read_bytes().count(SECRET.encode()) for file in folder.glob('*.db*')}


def test_schema_after_a_rebuild_is_the_migrated_one(folder: Path, migrated: Path) -> None:
    run(folder)

    assert schema(folder / DATABASE_NAME) == schema(migrated)
