import os
import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from livechat.domain.message import MessageKind
from livechat.domain.model import MessageNumber, RoomId, RoomKind, Theme, Unread, UserId, UserStatus
from livechat.domain.names import name_key
from livechat.domain.policy import Policy
from livechat.store import DATABASE_NAME, StoreError, open_stores
from livechat.store.engines import blocking_engine
from livechat.store.schema import config, migrate
from tests.store.people import open_lobby

AT_NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def run_sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def read_sql(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


MIGRATIONS = resources.files('livechat.store.migrations')
HEAD = ScriptDirectory.from_config(config()).get_current_head()
"""What this version migrates to."""


def copy_migrations(target: Path, *, up_to: str = '9999') -> Path:
    """Those of this version until that number, at a place where others can be added."""
    (target / 'versions').mkdir(parents=True)
    (target / 'env.py').write_text(MIGRATIONS.joinpath('env.py').read_text())
    for script in MIGRATIONS.joinpath('versions').iterdir():
        if script.name.endswith('.py') and script.name[:4] <= up_to:
            (target / 'versions' / script.name).write_text(script.read_text())
    return target


@dataclass(frozen=True)
class Older:
    """A database with content, and the migrations of a version that has one more."""

    path: Path
    scripts: Path

    def migrate(self, second: str) -> None:
        """With that SQL as the second half of the one migration that is new."""
        (self.scripts / 'versions' / 'next_one.py').write_text(
            f"from alembic import op\nrevision = 'next'\ndown_revision = '{HEAD}'\n"
            f'def upgrade():\n    op.execute("CREATE TABLE later (id INTEGER)")\n    op.execute("{second}")\n'
        )
        migrate(self.path, backups=self.path.parent / 'backups', now=AT_NOON, scripts=str(self.scripts))


@pytest.fixture
def older(folder: Path) -> Older:
    run_sql(folder / DATABASE_NAME, "UPDATE server SET name = 'before'")
    return Older(folder / DATABASE_NAME, copy_migrations(folder / '100% new'))


def test_empty_folder_gets_a_private_database_without_a_backup(tmp_path: Path) -> None:
    path = tmp_path / 'new' / DATABASE_NAME

    migrate(path, backups=path.parent / 'backups')

    assert read_sql(path, 'SELECT version_num FROM alembic_version') == [(HEAD,)]
    assert read_sql(path, 'PRAGMA journal_mode') == [('wal',)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not (path.parent / 'backups').exists()


def test_migrated_schema_is_that_of_the_tables(migrated: Path) -> None:
    engine = blocking_engine(migrated, begin='BEGIN', pragmas=())
    ours = set(SQLModel.metadata.tables)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={'include_name': lambda name, kind, _parents: kind != 'table' or name in ours, 'compare_type': True}
        )
        differences = compare_metadata(context, SQLModel.metadata)
    engine.dispose()

    others = ('sqlite_', 'alembic_', 'message_words', 'message_parts')
    tables = {str(name) for (name,) in read_sql(migrated, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert ours == {name for name in tables if not name.startswith(others)}
    assert differences == []


def test_migrations_are_one_line_without_branches() -> None:
    assert len(ScriptDirectory.from_config(config()).get_heads()) == 1


def test_pending_migration_runs_after_a_copy_was_made(older: Older) -> None:
    older.migrate('INSERT INTO later VALUES (1)')

    (copy,) = (older.path.parent / 'backups').iterdir()
    assert copy.name == 'livechat-20260504T120000Z-before-next.db'
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert read_sql(copy, 'SELECT version_num FROM alembic_version') == [(HEAD,)]
    assert read_sql(copy, 'SELECT name FROM server') == [('before',)]
    assert read_sql(copy, 'PRAGMA integrity_check') == [('ok',)]
    assert read_sql(older.path, 'SELECT version_num FROM alembic_version') == [('next',)]
    assert read_sql(older.path, 'SELECT id FROM later') == [(1,)]

    older.migrate('INSERT INTO later VALUES (2)')

    assert read_sql(older.path, 'SELECT id FROM later') == [(1,)]
    assert list((older.path.parent / 'backups').iterdir()) == [copy]


@pytest.mark.parametrize(
    ('second', 'told'), [('SELECT no_such_column', 'no_such_column'), ("INSERT INTO room_slugs VALUES ('lost', 77)", 'room_slugs')]
)
def test_migration_that_fails_or_breaks_references_leaves_the_old_schema(older: Older, second: str, told: str) -> None:
    with pytest.raises(StoreError, match=told):
        older.migrate(second)

    assert read_sql(older.path, 'SELECT version_num FROM alembic_version') == [(HEAD,)]
    assert read_sql(older.path, "SELECT name FROM sqlite_master WHERE name = 'later'") == []


def test_two_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    """Two connections of one process stand in each other's way as those of two processes do."""
    path = tmp_path / DATABASE_NAME
    ready = threading.Barrier(2)

    def start() -> None:
        ready.wait()
        migrate(path, backups=tmp_path / 'backups')

    with ThreadPoolExecutor(2) as threads:
        outcomes = [threads.submit(start) for _ in range(2)]

    assert [outcome.exception() for outcome in outcomes] == [None, None]
    assert read_sql(path, 'SELECT version_num FROM alembic_version') == [(HEAD,)]


async def test_database_of_a_newer_version_is_refused_untouched(folder: Path) -> None:
    run_sql(folder / DATABASE_NAME, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match=r'newer livechat \(schema 9999\)'):
        async with open_stores(folder):
            pass

    assert read_sql(folder / DATABASE_NAME, 'SELECT version_num FROM alembic_version') == [('9999',)]
    assert not (folder / 'backups').exists()


@pytest.mark.parametrize('content', ['text', 'foreign'])
def test_file_that_is_no_database_of_livechat_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / DATABASE_NAME
    if content == 'text':
        path.write_text('These are not the rows you are looking for.' * 50)
    else:
        run_sql(path, 'CREATE TABLE recipes (id INTEGER)')

    with pytest.raises(StoreError, match=r'is no database of livechat|cannot be opened: file is not a database'):
        migrate(path, backups=tmp_path / 'backups')


async def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'file').write_text('')

    with pytest.raises(StoreError, match='cannot be opened'):
        async with open_stores(tmp_path / 'file'):
            pass


async def test_everything_is_there_after_opening_again(folder: Path) -> None:
    async with open_stores(folder) as stores:
        lobby = await open_lobby(stores)

    async with open_stores(folder) as stores:
        assert await stores.users.by_id(lobby.ben.id) == lobby.ben
        assert await stores.rooms.by_slug('lobby') == lobby.room
    assert os.listdir(folder) == [DATABASE_NAME]


async def test_unknown_synchronous_setting_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match='synchronous'):
        async with open_stores(folder, synchronous='SOMETIMES'):
            pass


FIRST_CONTENT = (
    "UPDATE server SET name = 'Home'",
    *(
        'INSERT INTO users (id, kind, role, username, name_key, display_name, created_at, theme, rooms_folded, people_folded)'
        f" VALUES ({user_id}, 'account', '{role}', '{username}', 'old key {user_id}', '{shown}', '2026-05-04 12:00:00', 'dark', 0, 0)"
        for user_id, role, username, shown in ((1, 'owner', 'ana', 'Ana'), (2, 'member', 'anna', '\u0391na'), (3, 'member', 'ben', 'Ben'))
    ),
    *(
        'INSERT INTO rooms (id, name, name_key, slug, description, created_by, created_at, last_number, last_seq)'
        f" VALUES ({room_id}, '{name}', 'old key {room_id}', '{slug}', 'For all', 1, '2026-05-04 12:00:00', {last}, {last})"
        for room_id, name, slug, last in ((1, 'Lobby', 'lobby', 2), (2, 'L\u043ebby', 'lobby-2', 0))
    ),
    "INSERT INTO memberships VALUES (1, 1, 'admin', '2026-05-04 12:00:00'), (1, 3, 'member', '2026-05-04 12:00:00')",
    "INSERT INTO memberships VALUES (2, 1, 'admin', '2026-05-04 12:00:00')",
    *(
        'INSERT INTO messages (room_id, number, changed_seq, author_id, client_key, body, folded, created_at, deleted)'
        f" VALUES (1, {number}, {number}, {author}, 'key-{number}', '{body}', '{body}', '2026-05-04 12:00:00', 0)"
        for number, author, body in ((1, 1, 'hello'), (2, 3, 'good morning'))
    ),
)
"""As livechat 0.1 kept it: two people and two rooms whose names look alike, which nobody told then."""


async def test_database_of_the_first_version_keeps_everything_and_counts_nothing_old_as_unread(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_NAME
    migrate(path, backups=tmp_path / 'backups', scripts=str(copy_migrations(tmp_path / 'first', up_to='0001')))
    run_sql(path, *FIRST_CONTENT)

    async with open_stores(tmp_path) as stores:
        people = [await stores.users.by_id(UserId(user_id)) for user_id in (1, 2, 3)]
        rooms = {summary.room.slug: summary for summary in await stores.rooms.all()}
        messages = await stores.messages.newest(RoomId(1), 50)
        reads = await stores.reads.of(UserId(3))
        assert (await stores.server.profile()).name == 'Home'
        assert await stores.server.policy() == Policy()

    assert [(user.display_name, user.status, user.preferences.theme) for user in people if user] == [
        (name, UserStatus.ACTIVE, Theme.DARK) for name in ('Ana', '\u0391na', 'Ben')
    ]
    assert {slug: (each.room.kind, each.member_count) for slug, each in rooms.items()} == {
        'lobby': (RoomKind.OPEN, 2),
        'lobby-2': (RoomKind.OPEN, 1),
    }
    assert [(each.author.id, each.body, each.kind, each.mentions) for each in messages] == [
        (1, 'hello', MessageKind.TEXT, ()),
        (3, 'good morning', MessageKind.TEXT, ()),
    ]
    assert reads == {1: (2, Unread(room_id=RoomId(1), last_read=MessageNumber(2), unread=0, mentions=0))}
    assert read_sql(path, 'PRAGMA foreign_key_check') == []


async def test_of_two_old_names_that_look_alike_the_older_one_keeps_the_key(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_NAME
    migrate(path, backups=tmp_path / 'backups', scripts=str(copy_migrations(tmp_path / 'first', up_to='0001')))
    run_sql(path, *FIRST_CONTENT)
    assert name_key('Ana') == name_key('\u0391na')
    assert name_key('Lobby') == name_key('L\u043ebby')

    migrate(path, backups=tmp_path / 'backups')

    assert read_sql(path, 'SELECT name_key FROM users ORDER BY id') == [(name_key('Ana'),), ('\x1f2',), (name_key('Ben'),)]
    assert read_sql(path, 'SELECT name_key FROM rooms ORDER BY id') == [(name_key('Lobby'),), ('\x1f2',)]
