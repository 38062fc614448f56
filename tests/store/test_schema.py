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


FIRST = resources.files('livechat.store.migrations').joinpath('versions', '0001_first.py').read_text()
ENV = resources.files('livechat.store.migrations').joinpath('env.py').read_text()


@dataclass(frozen=True)
class Older:
    """A database with content, and the migrations of a version that has one more."""

    path: Path
    scripts: Path

    def migrate(self, second: str) -> None:
        """With that SQL as the second half of the second migration."""
        (self.scripts / 'versions' / '0002_second.py').write_text(
            "from alembic import op\nrevision = '0002'\ndown_revision = '0001'\n"
            f'def upgrade():\n    op.execute("CREATE TABLE later (id INTEGER)")\n    op.execute("{second}")\n'
        )
        migrate(self.path, backups=self.path.parent / 'backups', now=AT_NOON, scripts=str(self.scripts))


@pytest.fixture
def older(folder: Path) -> Older:
    scripts = folder / '100% new'
    (scripts / 'versions').mkdir(parents=True)
    (scripts / 'env.py').write_text(ENV)
    (scripts / 'versions' / '0001_first.py').write_text(FIRST)
    run_sql(folder / DATABASE_NAME, "UPDATE server SET name = 'before'")
    return Older(folder / DATABASE_NAME, scripts)


def test_empty_folder_gets_a_private_database_without_a_backup(tmp_path: Path) -> None:
    path = tmp_path / 'new' / DATABASE_NAME

    migrate(path, backups=path.parent / 'backups')

    assert read_sql(path, 'SELECT version_num FROM alembic_version') == [('0001',)]
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

    assert ours == {'server', 'users', 'sign_ins', 'rooms', 'room_slugs', 'memberships', 'messages', 'drafts'}
    assert differences == []


def test_migrations_are_one_line_without_branches() -> None:
    assert len(ScriptDirectory.from_config(config()).get_heads()) == 1


def test_pending_migration_runs_after_a_copy_was_made(older: Older) -> None:
    older.migrate('INSERT INTO later VALUES (1)')

    (copy,) = (older.path.parent / 'backups').iterdir()
    assert copy.name == 'livechat-20260504T120000Z-before-0002.db'
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert read_sql(copy, 'SELECT version_num FROM alembic_version') == [('0001',)]
    assert read_sql(copy, 'SELECT name FROM server') == [('before',)]
    assert read_sql(copy, 'PRAGMA integrity_check') == [('ok',)]
    assert read_sql(older.path, 'SELECT version_num FROM alembic_version') == [('0002',)]
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

    assert read_sql(older.path, 'SELECT version_num FROM alembic_version') == [('0001',)]
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
    assert read_sql(path, 'SELECT version_num FROM alembic_version') == [('0001',)]


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
