"""Deleted rooms: gone at once, erased in steps that let others write, erased in the end whatever happened in between."""

import logging
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from livechat.domain.file import FileKind
from livechat.domain.model import Room, RoomId, Seq
from livechat.store import DATABASE_NAME, SqlStores, eraser, open_stores
from livechat.store.database import Database
from livechat.store.eraser import MESSAGES_PER_JOB, ROWS_PER_JOB
from tests.store.people import NOON, Lobby, add_room, all_messages, attach, commit_one, delete, edit, open_lobby, post
from tests.store.searching import found

BIG = 10 * MESSAGES_PER_JOB
"""Of which one transaction erases a tenth."""
SECRET = 'zanzibar'

FILL = text(
    """
    WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < :count)
    INSERT INTO messages (room_id, number, changed_seq, author_id, client_key, body, folded, created_at, deleted)
    SELECT :room, number, number, :author, 'big-' || number, :secret || number, :secret || number, :at, 0 FROM numbers
    """
)
MENTION_ALL = text('INSERT INTO mentions (user_id, room_id, number) SELECT :user, :room, number FROM messages WHERE room_id = :room')
FILL_WITH = (
    "reactions (room_id, number, user_id, text, seq, text_seq) SELECT room_id, number, author_id, 'yes', 1, 1",
    "revisions (room_id, number, position, body, until) SELECT room_id, number, 1, 'before', created_at",
    "card_pictures (token, room_id, number, webp) SELECT 'token ' || number, room_id, number, x'00'",
)
COUNT = text('SELECT count(*) FROM messages WHERE room_id = :room')


def database(stores: SqlStores) -> Database:
    return stores.rooms.database


async def add_big_room(lobby: Lobby, stores: SqlStores, *, messages: int = BIG) -> Room:
    room = await add_room(stores, lobby.ana, 'Big')
    values = {'count': messages, 'room': room.id, 'author': lobby.ana.id, 'secret': SECRET, 'at': NOON.isoformat(' ')[:26]}

    def fill(session: Session) -> None:
        session.execute(FILL, values)

    await database(stores).write(fill)
    return room


async def count_left(stores: SqlStores, room_id: RoomId) -> int:
    """As the writer sees it, between two of its jobs."""

    def count(session: Session) -> int:
        return session.execute(COUNT, {'room': room_id}).scalar_one()

    return await database(stores).write(count)


async def forget_row(stores: SqlStores, room: Room) -> None:
    """What a deletion has done when the server is killed right after it."""

    def forget(session: Session) -> None:
        session.execute(text('DELETE FROM rooms WHERE id = :room'), {'room': room.id})

    await database(stores).write(forget)


def secrets_in(folder: Path) -> int:
    return sum(file.read_bytes().count(SECRET.encode()) for file in folder.glob(f'{DATABASE_NAME}*'))


async def test_posts_to_other_rooms_get_through_while_a_big_room_is_erased(sqlite: SqlStores) -> None:
    lobby = await open_lobby(sqlite)
    big = await add_big_room(lobby, sqlite)

    await sqlite.rooms.delete(big.id)
    await commit_one(sqlite, post(lobby.room, lobby.ben))
    await commit_one(sqlite, post(lobby.room, lobby.ana))
    left = await count_left(sqlite, big.id)
    await database(sqlite).eraser.finished()

    assert left > 0
    assert await count_left(sqlite, big.id) == 0
    assert len(await all_messages(sqlite, lobby.room)) == 2


async def test_readers_see_nothing_of_a_deleted_room_that_is_not_erased_yet(sqlite: SqlStores) -> None:
    big = await add_big_room(await open_lobby(sqlite), sqlite, messages=10)
    assert len(await all_messages(sqlite, big)) == 10

    await forget_row(sqlite, big)
    read = [await all_messages(sqlite, big), await sqlite.messages.newest(big.id, 50), await sqlite.messages.changed_since(big.id, Seq(0))]

    assert await count_left(sqlite, big.id) == 10
    assert [list(messages) for messages in read] == [[], [], []]


async def test_small_room_is_erased_when_its_deletion_returns(sqlite: SqlStores) -> None:
    lobby = await open_lobby(sqlite)
    small = await add_big_room(lobby, sqlite, messages=MESSAGES_PER_JOB)

    await sqlite.rooms.delete(small.id)

    assert await count_left(sqlite, small.id) == 0


async def test_no_word_of_a_deleted_room_stays_in_the_file(folder: Path) -> None:
    async with open_stores(folder) as stores:
        assert isinstance(stores, SqlStores)
        lobby = await open_lobby(stores)
        kept = await commit_one(stores, post(lobby.room, lobby.ana, 'kept'))
        big = await add_big_room(lobby, stores)
        assert secrets_in(folder) > 0

        await stores.rooms.delete(big.id)
        await database(stores).eraser.finished()

        assert await all_messages(stores, lobby.room) == [kept]
    assert secrets_in(folder) == 0


async def test_no_word_of_a_reworded_and_deleted_message_stays_in_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eraser, 'PURGE_AFTER_S', 0.0)
    async with open_stores(folder) as stores:
        assert isinstance(stores, SqlStores)
        lobby = await open_lobby(stores)
        await database(stores).eraser.finished()
        told = await commit_one(stores, post(lobby.room, lobby.ana, f'{SECRET} one'))
        await commit_one(stores, edit(told, f'{SECRET} two'))
        await commit_one(stores, delete(told))
        kept = await commit_one(stores, post(lobby.room, lobby.ana, 'kept'))
        await database(stores).eraser.finished()

        assert (await all_messages(stores, lobby.room))[-1] == kept
    assert secrets_in(folder) == 0


RARE = '麤龘靐齾爩鱻'
"""Letters that are in no other text here, of which an index has each three side by side."""


def parts_in(folder: Path) -> set[str]:
    """Which two of the rare letters stand side by side in the database and its log, whatever an index shortens its words to."""
    raw = b''.join(file.read_bytes() for file in sorted(folder.glob(f'{DATABASE_NAME}*')))
    return {part for part in map(''.join, pairwise(RARE)) if part.encode() in raw}


async def test_nothing_of_a_deleted_message_and_its_file_stays_in_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eraser, 'PURGE_AFTER_S', 0.0)
    async with open_stores(folder) as stores:
        assert isinstance(stores, SqlStores)
        lobby = await open_lobby(stores)
        await database(stores).eraser.finished()
        record = await attach(stores, lobby.room, lobby.ana, f'{RARE[:3]}.pdf', kind=FileKind.PDF)
        told = await commit_one(stores, post(lobby.room, lobby.ana, f'I say {RARE[1:4]}', files=[record]))
        reads = text('UPDATE files SET text = :text WHERE id = :id')
        await database(stores).write(lambda session: session.execute(reads, {'text': f'it says {RARE[3:]}', 'id': record.file.id}))
        told = await commit_one(stores, edit(told, f'or rather {RARE[2:5]}'))
        assert [list(await found(stores, lobby.ana.id, said)) for said in (RARE[:3], RARE[2:5], RARE[3:])] == [[(told.room_id, 1)]] * 3
        assert parts_in(folder) == set(map(''.join, pairwise(RARE)))

        await commit_one(stores, delete(told))
        assert [list(await found(stores, lobby.ana.id, said)) for said in (RARE[:3], RARE[2:5], RARE[3:], RARE[3])] == [[]] * 4
        await stores.files.take_gone(NOON + timedelta(days=1))
        await commit_one(stores, post(lobby.room, lobby.ana, 'kept'))
        await database(stores).eraser.finished()
        assert parts_in(folder) == set()

    assert parts_in(folder) == set()


async def test_nothing_that_somebody_looked_for_stays_in_the_file(folder: Path) -> None:
    async with open_stores(folder) as stores:
        lobby = await open_lobby(stores)
        await stores.search.remember(lobby.ana.id, RARE, NOON)
        assert parts_in(folder)

        await stores.search.forget(lobby.ana.id, RARE)

    assert parts_in(folder) == set()


async def test_erasing_that_a_stop_interrupted_goes_on_at_the_next_start(folder: Path) -> None:
    async with open_stores(folder) as stores:
        assert isinstance(stores, SqlStores)
        big = await add_big_room(await open_lobby(stores), stores)
        await stores.rooms.delete(big.id)
        assert await count_left(stores, big.id) > 0
    assert secrets_in(folder) > 0  # who stops a server does not wait for it

    async with open_stores(folder) as stores:
        assert isinstance(stores, SqlStores)
        await database(stores).eraser.finished()

        assert await count_left(stores, big.id) == 0
    assert secrets_in(folder) == 0


async def test_start_erases_what_is_left_of_deleted_rooms_alone(folder: Path) -> None:
    async with open_stores(folder) as stores:
        assert isinstance(stores, SqlStores)
        lobby = await open_lobby(stores)
        kept = await commit_one(stores, post(lobby.room, lobby.ana, 'kept'))
        big = await add_big_room(lobby, stores, messages=10)
        await forget_row(stores, big)
        assert await count_left(stores, big.id) == 10

    async with open_stores(folder) as stores:
        assert isinstance(stores, SqlStores)
        await database(stores).eraser.finished()

        assert await count_left(stores, big.id) == 0
        assert await all_messages(stores, lobby.room) == [kept]


async def test_erasing_that_the_database_refuses_is_taken_up_by_the_next_deletion(
    sqlite: SqlStores, caplog: pytest.LogCaptureFixture
) -> None:
    lobby = await open_lobby(sqlite)
    big, other = await add_big_room(lobby, sqlite, messages=10), await add_room(sqlite, lobby.ana, 'Other')
    await database(sqlite).eraser.finished()

    def refuse(session: Session) -> None:
        session.execute(text("CREATE TRIGGER no BEFORE DELETE ON messages BEGIN SELECT RAISE(ABORT, 'no'); END"))

    def allow(session: Session) -> None:
        session.execute(text('DROP TRIGGER no'))

    await forget_row(sqlite, big)
    await database(sqlite).write(refuse)
    await sqlite.rooms.delete(other.id)
    await database(sqlite).eraser.finished()
    assert [record.levelno for record in caplog.records if record.name == 'livechat.store.eraser'] == [logging.ERROR]
    assert await count_left(sqlite, big.id) == 10

    await database(sqlite).write(allow)
    another = await add_room(sqlite, lobby.ana, 'Another')
    await sqlite.rooms.delete(another.id)
    await database(sqlite).eraser.finished()

    assert await count_left(sqlite, big.id) == 0


async def test_what_belongs_to_messages_goes_with_their_room(sqlite: SqlStores) -> None:
    lobby = await open_lobby(sqlite)
    big = await add_big_room(lobby, sqlite, messages=10)

    def fill(session: Session) -> None:
        for filling in FILL_WITH:
            session.execute(text(f'INSERT INTO {filling} FROM messages WHERE room_id = :room'), {'room': big.id})

    def left(session: Session) -> list[int]:
        return [session.execute(text(f'SELECT count(*) FROM {filling.split()[0]}')).scalar_one() for filling in FILL_WITH]

    await database(sqlite).write(fill)
    assert await database(sqlite).read(left) == [10, 10, 10]

    await sqlite.rooms.delete(big.id)
    await database(sqlite).eraser.finished()

    assert await database(sqlite).read(left) == [0, 0, 0]
    assert await count_left(sqlite, big.id) == 0


async def test_mentions_go_with_their_room(sqlite: SqlStores) -> None:
    lobby = await open_lobby(sqlite)
    big = await add_big_room(lobby, sqlite, messages=3 * ROWS_PER_JOB)
    kept = await commit_one(sqlite, post(lobby.room, lobby.ana, mentions=[lobby.ben]))
    await database(sqlite).write(lambda session: session.execute(MENTION_ALL, {'room': big.id, 'user': lobby.ben.id}))

    await sqlite.rooms.delete(big.id)
    await database(sqlite).eraser.finished()

    left = await database(sqlite).read(lambda session: session.execute(text('SELECT room_id, number FROM mentions')).all())
    assert [tuple(place) for place in left] == [(lobby.room.id, kept.number)]
    assert await count_left(sqlite, big.id) == 0
