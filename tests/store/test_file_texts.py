"""What files say, as searches find it. Both stores, one contract; and what is SQLite's own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from livechat.domain.attachment import FileRecord
from livechat.domain.file import MAX_TEXT_BYTES, FileId, FileKind
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, User
from livechat.domain.ports import Stores
from livechat.domain.search_ports import Question
from livechat.domain.search_query import parse
from livechat.store import DATABASE_NAME, SqlStores
from tests.store.people import NOON, Lobby, attach, commit_one, delete, edit, open_lobby, post, restore
from tests.store.searching import found

LATER = NOON + timedelta(seconds=20)


async def search(lobby: Lobby, query: str, who: User | None = None) -> list[MessageNumber]:
    return [number for _, number in await found(lobby.stores, (who or lobby.ben).id, query)]


async def said(lobby: Lobby, message: Message, who: User | None = None) -> dict[FileId, str]:
    shown = await lobby.stores.search.show((who or lobby.ben).id, [(message.room_id, message.number)])
    return {file_id: text for each in shown for file_id, text in each.texts.items()}


async def sent(lobby: Lobby, *records: FileRecord, body: str = '') -> Message:
    return await commit_one(lobby.stores, post(lobby.room, lobby.ana, body, files=records))


async def unread(stores: Stores) -> Sequence[FileId]:
    return [record.file.id for record in await stores.files.unread()]


@pytest.mark.parametrize('when', ['before', 'after'])
async def test_message_is_found_by_what_its_file_says(lobby: Lobby, when: str) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana, 'zoo.pdf', kind=FileKind.PDF)
    if when == 'before':
        await lobby.stores.files.set_text(record.file.id, 'A Zébra crossed the road')
        assert await search(lobby, 'zebra') == []
    message = await sent(lobby, record, body='look')
    if when == 'after':
        assert await search(lobby, 'zebra') == []
        await lobby.stores.files.set_text(record.file.id, 'A Zébra crossed the road')

    for query in ('zebra', 'ebr', '"crossed the"', 'look road', 'zoo crossed'):
        assert await search(lobby, query) == [message.number]
    assert await search(lobby, 'look -zebra') == []
    assert await said(lobby, message) == {record.file.id: 'A Zébra crossed the road'}


async def test_only_members_find_it(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, record)
    await lobby.stores.files.set_text(record.file.id, 'zebra')
    assert await search(lobby, 'zebra', lobby.ben) == [message.number]

    await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)

    assert await search(lobby, 'zebra', lobby.ben) == []
    assert await said(lobby, message, lobby.ben) == {}


async def test_unread_are_texts_and_pdfs_that_were_not_tried(lobby: Lobby) -> None:
    records = [await attach(lobby.stores, lobby.room, lobby.ana, kind=kind) for kind in FileKind]
    kinds = {record.file.id: record.file.kind for record in records}
    assert {kinds[file_id] for file_id in await unread(lobby.stores)} == {FileKind.TEXT, FileKind.PDF}
    (pdf,) = [record for record in records if record.file.kind is FileKind.PDF]
    (note,) = [record for record in records if record.file.kind is FileKind.TEXT]

    await lobby.stores.files.set_text(pdf.file.id, '')
    await sent(lobby, note)
    assert await lobby.stores.files.unread() == [await lobby.stores.files.get(note.file.id)]

    await lobby.stores.files.set_text(note.file.id, 'zebra')
    assert await unread(lobby.stores) == []


async def test_what_is_on_its_way_out_is_not_read(lobby: Lobby) -> None:
    waiting, shown = [await attach(lobby.stores, lobby.room, lobby.ana) for _ in range(2)]
    message = await sent(lobby, shown)
    assert await unread(lobby.stores) == [waiting.file.id, shown.file.id]

    await lobby.stores.files.withdraw([waiting.file.id], lobby.ana.id, LATER)
    await commit_one(lobby.stores, delete(message))

    assert await unread(lobby.stores) == []


async def test_text_of_a_file_that_is_not_there_is_ignored(lobby: Lobby) -> None:
    await lobby.stores.files.set_text(FileId('unknown'), 'zebra')

    assert await search(lobby, 'zebra') == []


async def test_deleted_message_is_not_found_and_found_again_when_it_comes_back(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, record)
    await lobby.stores.files.set_text(record.file.id, 'zebra')

    await commit_one(lobby.stores, delete(message))
    assert await search(lobby, 'zebra') == []
    assert await said(lobby, message) == {}
    await commit_one(lobby.stores, restore(message))

    assert await search(lobby, 'zebra') == [message.number]


async def test_file_that_is_read_while_its_message_is_deleted_is_found_when_it_comes_back(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, record)
    await commit_one(lobby.stores, delete(message))

    await lobby.stores.files.set_text(record.file.id, 'zebra')
    assert await search(lobby, 'zebra') == []
    await commit_one(lobby.stores, restore(message))

    assert await search(lobby, 'zebra') == [message.number]


async def test_file_that_an_edit_drops_is_not_found_any_more(lobby: Lobby) -> None:
    dropped, kept = [await attach(lobby.stores, lobby.room, lobby.ana) for _ in range(2)]
    message = await sent(lobby, dropped, kept, body='look')
    await lobby.stores.files.set_text(dropped.file.id, 'zebra')
    await lobby.stores.files.set_text(kept.file.id, 'giraffe')
    assert await search(lobby, 'zebra giraffe') == [message.number]

    edited = await commit_one(lobby.stores, replace(edit(message, 'look'), files=(kept.file.id,)))

    assert [file.id for file in edited.files] == [kept.file.id]
    assert await search(lobby, 'zebra') == []
    assert await search(lobby, 'giraffe') == [message.number]
    await lobby.stores.files.set_text(dropped.file.id, 'zebra again')
    assert await search(lobby, 'zebra') == []


async def test_edited_message_keeps_what_its_files_say(lobby: Lobby) -> None:
    record = await attach(lobby.stores, lobby.room, lobby.ana)
    message = await sent(lobby, record, body='look')
    await lobby.stores.files.set_text(record.file.id, 'zebra')

    await commit_one(lobby.stores, edit(message, 'see'))

    assert await search(lobby, 'see zebra') == [message.number]
    assert await search(lobby, 'look') == []


async def test_files_of_a_message_share_what_is_searched(lobby: Lobby) -> None:
    many = [await attach(lobby.stores, lobby.room, lobby.ana) for _ in range(3)]
    picture = await attach(lobby.stores, lobby.room, lobby.ana, kind=FileKind.IMAGE)
    share = MAX_TEXT_BYTES // 3
    message = await sent(lobby, *many, picture)

    for number, record in enumerate(many):
        await lobby.stores.files.set_text(record.file.id, f'early{number} '.ljust(share, 'x') + f' late{number}')

    assert [await search(lobby, f'early{number}') for number in range(3)] == [[message.number]] * 3
    assert [await search(lobby, f'late{number}') for number in range(3)] == [[]] * 3
    assert {len(text) for text in (await said(lobby, message)).values()} == {share}


async def test_message_found_by_its_file_comes_after_one_that_says_it(lobby: Lobby) -> None:
    body = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'zebra'))
    record = await attach(lobby.stores, lobby.room, lobby.ana)
    long = await sent(lobby, record)
    await lobby.stores.files.set_text(record.file.id, 'word ' * 5_000 + 'zebra')
    assert await search(lobby, 'zebra') == [long.number, body.number]

    terms = parse('zebra', today=NOON.date()).terms
    ranked = await lobby.stores.search.find(Question(user_id=lobby.ben.id, terms=terms), enough=0)

    assert [number for _, number in ranked.places] == [body.number, long.number]


# SQLite's own


async def check_indexes(stores: SqlStores) -> None:
    """Raises when an index has not exactly what the messages have."""

    def check(session: Session) -> None:
        for index in ('message_words', 'message_parts'):
            session.execute(text(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"))

    await stores.messages.database.write(check)


async def test_indexes_stay_in_step(sqlite: SqlStores) -> None:
    lobby = await open_lobby(sqlite)
    record = await attach(sqlite, lobby.room, lobby.ana)
    message = await sent(lobby, record, body='look')

    for said_by_it in ('zebra', 'zebra', 'giraffe', ''):
        await sqlite.files.set_text(record.file.id, said_by_it)
        await check_indexes(sqlite)
        assert await search(lobby, 'zebra') == ([message.number] if said_by_it == 'zebra' else [])
    await commit_one(sqlite, edit(message, 'see'))
    await check_indexes(sqlite)


async def test_text_of_a_file_that_is_gone_leaves_the_database(sqlite: SqlStores, folder: Path) -> None:
    lobby = await open_lobby(sqlite)
    record = await attach(sqlite, lobby.room, lobby.ana)
    message = await sent(lobby, record)
    secret = 'quixotry ' * 2_000
    await sqlite.files.set_text(record.file.id, secret)
    await checkpointed(sqlite)
    assert b'quixotry' in (folder / DATABASE_NAME).read_bytes()

    await commit_one(sqlite, delete(message, at=LATER))
    await sqlite.files.take_gone(LATER + timedelta(seconds=1))
    sqlite.rooms.database.eraser.wake()
    await sqlite.rooms.database.eraser.finished()

    await checkpointed(sqlite)
    assert b'quixotry' not in (folder / DATABASE_NAME).read_bytes()
    assert b'quixotry' not in (folder / f'{DATABASE_NAME}-wal').read_bytes()


async def checkpointed(stores: SqlStores) -> None:
    """What is in the log stands in the file."""
    engine = stores.rooms.database._writer._engine
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        async with driver.execute('PRAGMA wal_checkpoint(TRUNCATE)'):
            pass
