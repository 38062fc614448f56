"""The steps from the second schema on, from databases that are in use; and that what they brought is read from its indexes."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, text
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from livechat.domain.message import Message, MessageKind
from livechat.domain.model import Draft, MessageNumber, Person, RoomId, ServerRole, Unread, UserId, UserKind
from livechat.domain.writes import Stored
from livechat.store import DATABASE_NAME, SqlStores, open_stores
from livechat.store.file_records import SHOWN, SHOWN_BEFORE
from livechat.store.message_files import WANTED
from livechat.store.message_reads import MESSAGES_AT, QUOTED_AT, REACTIONS_AT
from livechat.store.message_standings import PINS
from livechat.store.messages import PICTURE, PINNED, REVISED
from livechat.store.schema import migrate
from tests.store.people import Lobby, attach, commit_one, edit, pin, post, react
from tests.store.searching import found
from tests.store.test_schema import HEAD, copy_migrations, read_sql, run_sql

CONTENT_OF_0002 = (
    "UPDATE server SET name = 'Home'",
    *(
        'INSERT INTO users (id, kind, role, username, name_key, display_name, created_at, theme, rooms_folded, people_folded)'
        f" VALUES ({user_id}, 'account', '{role}', '{name.lower()}', '{name.lower()}', '{name}', '2026-05-04 12:00:00', 'dark', 0, 0)"
        for user_id, role, name in ((1, 'owner', 'Ana'), (2, 'member', 'Ben'))
    ),
    (
        'INSERT INTO rooms (id, name, name_key, slug, description, created_by, created_at, last_number, last_seq)'
        " VALUES (1, 'Lobby', 'lobby', 'lobby', '', 1, '2026-05-04 12:00:00', 3, 5)"
    ),
    *(
        f"INSERT INTO memberships (room_id, user_id, role, joined_at, last_read) VALUES (1, {user_id}, 'member', '2026-05-04 12:00:00', 0)"
        for user_id in (1, 2)
    ),
    *(
        'INSERT INTO messages (room_id, number, changed_seq, author_id, client_key, body, folded, created_at, deleted, kind, mentions)'
        f" VALUES (1, {number}, {seq}, 1, 'key-{number}', '{body}', '{body}', '2026-05-04 12:00:00', {deleted}, '{kind}', '{mentions}')"
        for number, seq, body, deleted, kind, mentions in (
            (1, 4, '@ben good morning', 0, 'text', '2'),
            (2, 5, '', 1, 'text', ''),
            (3, 3, 'Ana renamed the room', 0, 'system', ''),
        )
    ),
    'INSERT INTO mentions (user_id, room_id, number) VALUES (2, 1, 1)',
    "INSERT INTO drafts (user_id, room_id, body) VALUES (2, 1, 'Dear')",
)
"""As livechat kept it before people could react: a message that mentions Ben, one that was deleted, a line about the room."""


async def test_database_of_the_second_version_keeps_everything_and_takes_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_NAME
    migrate(path, backups=tmp_path / 'backups', scripts=str(copy_migrations(tmp_path / 'second', up_to='0002')))
    run_sql(path, *CONTENT_OF_0002)

    async with open_stores(tmp_path) as stores:
        assert isinstance(stores, SqlStores)
        messages = await stores.messages.newest(RoomId(1), 50)
        unread = await stores.reads.of(UserId(2))
        draft = await stores.drafts.get(UserId(2), RoomId(1))
        places = await found(stores, UserId(1), 'morning')
        ana = await stores.users.by_id(UserId(1))
        assert ana is not None
        results = await stores.messages.commit([react(messages[0], ana), pin(messages[0], ana), edit(messages[0], 'changed')])

    author = Person(id=UserId(1), kind=UserKind.ACCOUNT, role=ServerRole.OWNER, username='ana', display_name='Ana')
    assert [(each.number, each.body, each.deleted, each.kind, each.mentions) for each in messages] == [
        (1, '@ben good morning', False, MessageKind.TEXT, (2,)),
        (2, '', True, MessageKind.TEXT, ()),
        (3, 'Ana renamed the room', False, MessageKind.SYSTEM, ()),
    ]
    assert messages[0] == Message(
        room_id=RoomId(1),
        number=MessageNumber(1),
        changed_seq=messages[0].changed_seq,
        author=author,
        body='@ben good morning',
        client_key='key-1',
        created_at=messages[0].created_at,
        mentions=(UserId(2),),
    )
    assert unread == {1: (5, Unread(room_id=RoomId(1), last_read=MessageNumber(0), unread=1, mentions=1))}
    assert draft == Draft(body='Dear')
    assert list(places) == [(1, 1)]
    assert [isinstance(each, Stored) and each.fresh for each in results] == [True] * 3
    assert [file.name.rpartition('-')[2] for file in (tmp_path / 'backups').iterdir()] == [f'{HEAD}.db']
    assert read_sql(path, 'PRAGMA foreign_key_check') == []


CONTENT_OF_0003 = (
    *CONTENT_OF_0002,
    (
        "UPDATE messages SET reply_to = 3, edited_at = '2026-05-04 12:01:00', pinned_at = '2026-05-04 12:02:00', pinned_by = 2, named ="
        ' \'[{"user_id":2,"word":"ben","name":"Ben"}]\', cards = \'{"cards":[{"url":"https://example.org","title":"A","description":"",\''
        ' || \'"site":"","picture":{"token":"t","width":1,"height":1}}],"removed":[]}\' WHERE number = 1'
    ),
    "INSERT INTO reactions (room_id, number, user_id, text, seq, text_seq) VALUES (1, 1, 2, '👍', 5, 5)",
    "INSERT INTO revisions (room_id, number, position, body, until) VALUES (1, 1, 4, 'good night', '2026-05-04 12:01:00')",
    "INSERT INTO card_pictures (token, room_id, number, webp) VALUES ('t', 1, 1, x'00')",
)
"""As livechat kept it before there were files, with everything that a message could have."""


async def test_database_of_the_third_version_keeps_everything_and_takes_files(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_NAME
    migrate(path, backups=tmp_path / 'backups', scripts=str(copy_migrations(tmp_path / 'third', up_to='0003')))
    run_sql(path, *CONTENT_OF_0003)

    async with open_stores(tmp_path) as stores:
        assert isinstance(stores, SqlStores)
        first, second, third = await stores.messages.newest(RoomId(1), 50)
        revisions = await stores.messages.revisions(RoomId(1), first.number)
        picture = await stores.messages.picture('t')
        places = await found(stores, UserId(1), 'morning')
        ana, room = await stores.users.by_id(UserId(1)), await stores.rooms.by_id(RoomId(1))
        assert ana is not None
        assert room is not None
        record = await attach(stores, room, ana)
        posted = await commit_one(stores, post(room, ana, '', key='new', files=[record]))

    assert [(each.body, each.deleted, each.files) for each in (first, second, third)] == [
        ('@ben good morning', False, ()),
        ('', True, ()),
        ('Ana renamed the room', False, ()),
    ]
    assert first.quote is not None
    assert (first.quote.number, first.quote.files) == (3, '')
    assert [(each.text, [person.username for person in each.people]) for each in first.reactions] == [('👍', ['ben'])]
    assert ([card.url for card in first.cards], picture) == (['https://example.org'], (1, b'\0'))
    assert ([each.word for each in first.named], first.pinned_at is not None) == (['ben'], True)
    assert [each.body for each in revisions] == ['good night']
    assert list(places) == [(1, 1)]
    assert (posted.number, posted.files) == (4, (record.file,))
    assert [file.name.rpartition('-')[2] for file in (tmp_path / 'backups').iterdir()] == [f'{HEAD}.db']
    assert read_sql(path, 'PRAGMA foreign_key_check') == []
    assert read_sql(path, 'PRAGMA integrity_check') == [('ok',)]


@pytest.mark.parametrize(
    ('statement', 'search'),
    [
        (PINNED, 'SEARCH messages USING INDEX ix_messages_pinned (room_id=? AND pinned_at>?)'),
        (REVISED, 'SEARCH revisions USING INDEX sqlite_autoindex_revisions_1 (room_id=? AND number=?)'),
        (PICTURE, 'SEARCH card_pictures USING INDEX sqlite_autoindex_card_pictures_1 (token=?)'),
        (PINS, 'SEARCH messages USING COVERING INDEX ix_messages_pinned (room_id=? AND pinned_at>?)'),
        (MESSAGES_AT, 'SEARCH messages USING INDEX sqlite_autoindex_messages_1 (room_id=? AND number=?)'),
        (QUOTED_AT, 'SEARCH messages USING INDEX sqlite_autoindex_messages_1 (room_id=? AND number=?)'),
        (WANTED, 'SEARCH files USING INDEX sqlite_autoindex_files_1 (id=?)'),
        (REACTIONS_AT, 'SEARCH reactions USING INDEX sqlite_autoindex_reactions_1 (room_id=? AND number=?)'),
    ],
)
async def test_what_belongs_to_messages_is_read_from_an_index(sqlite_lobby: Lobby, statement: Select[Any], search: str) -> None:
    assert isinstance(sqlite_lobby.stores, SqlStores)
    compiled = statement.params(rooms=[1], ids=['one']).compile(dialect=sqlite_dialect(), compile_kwargs={'render_postcompile': True})
    explained = text(f'EXPLAIN QUERY PLAN {compiled}'.replace('?', '1'))

    rows = await sqlite_lobby.stores.messages.database.read(lambda session: session.execute(explained).all())

    plan = [row.detail for row in rows]
    assert search in plan
    assert not [step for step in plan if step.startswith('SCAN') and 'VIRTUAL TABLE' not in step]


@pytest.mark.parametrize('statement', [SHOWN, SHOWN_BEFORE])
async def test_files_of_a_room_are_read_in_the_order_of_their_index(sqlite_lobby: Lobby, statement: Select[Any]) -> None:
    assert isinstance(sqlite_lobby.stores, SqlStores)
    asked = statement.params(room=1, kinds=['image', 'text'], number=5, position=0, limit=50)
    compiled = asked.compile(dialect=sqlite_dialect(), compile_kwargs={'render_postcompile': True})
    explained = text(f'EXPLAIN QUERY PLAN {compiled}'.replace('?', '1'))

    rows = await sqlite_lobby.stores.messages.database.read(lambda session: session.execute(explained).all())

    plan = [row.detail for row in rows]
    assert [step for step in plan if step.startswith('SEARCH files USING INDEX ix_files_place (room_id=?')]
    assert not [step for step in plan if step.startswith(('SCAN files', 'SCAN messages', 'USE TEMP B-TREE'))]
