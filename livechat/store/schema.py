"""Brings a database to the schema of this version before anything else opens it.

All that is pending runs in one transaction that begins with the write lock: two processes starting at once migrate once,
and a process killed in the middle leaves the old schema. A migration after which messages are to be found by something else says
so with `context.config.attributes['reindexes'] = True`: what they are found by is made at the end, for all of them at once, by
the code that searches it, which fits no other schema than this version's. A new migration, from the repository:
`python -c "from alembic import command; from livechat.store.schema import config; command.revision(config(), 'what it does')"`
"""

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError, OperationalError

from livechat.store.engines import blocking_engine
from livechat.store.reindex import reindex_all

SCRIPTS = 'livechat.store:migrations'
"""Found in the package, wherever it is installed."""
LOCKED_FOR_S = 5.0
"""As long as a connection's busy_timeout."""


class StoreError(Exception):
    """The database cannot be opened; the message says what to do."""


def config(scripts: str = SCRIPTS) -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    made = Config()
    made.set_main_option('script_location', scripts.replace('%', '%%'))
    return made


def migrate(path: Path, *, backups: Path, now: datetime | None = None, scripts: str = SCRIPTS) -> None:
    """Create or migrate the database at `path`; one that has content is copied to the folder `backups` before.

    :raises StoreError: it is from a newer livechat, is no database of livechat, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # SQLite gives its log files the same mode
        _migrate_in_turn(path, config(scripts), backups=backups, now=now or datetime.now(UTC))
    except (OSError, sqlite3.Error, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise StoreError(f'The database {path} cannot be opened: {reason}.') from error


def _migrate_in_turn(path: Path, alembic: Config, *, backups: Path, now: datetime) -> None:
    """Try again while another connection makes the database: SQLite's busy_timeout does not cover its first switch to WAL."""
    until = time.monotonic() + LOCKED_FOR_S
    while True:
        try:
            return _migrate(path, alembic, backups=backups, now=now)
        except OperationalError as error:
            if 'locked' not in str(error.orig) or time.monotonic() > until:
                raise
            time.sleep(0.05)


def _migrate(path: Path, alembic: Config, *, backups: Path, now: datetime) -> None:
    # Foreign keys are off: a migration that rebuilds a table drops the old one, and that would delete what refers to it.
    engine = blocking_engine(path, begin='BEGIN IMMEDIATE', pragmas=('busy_timeout=5000', 'journal_mode=WAL', 'foreign_keys=OFF'))
    scripts = ScriptDirectory.from_config(alembic)
    head = scripts.get_current_head()
    assert head is not None
    try:
        with engine.connect() as connection, connection.begin():
            current = _revision(connection, path)
            if current == head:
                return
            if current is not None:
                _refuse_newer(current, scripts, path)
                copy_database(path, backups / f'livechat-{now:%Y%m%dT%H%M%SZ}-before-{head}.db')
            _upgrade(connection, alembic)
    finally:
        engine.dispose()


def _revision(connection: Connection, path: Path) -> str | None:
    """The schema's revision; None in an empty database."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None and inspect(connection).get_table_names():
        raise StoreError(f'{path} is no database of livechat. Move it away or choose another data folder.')
    return current


def _refuse_newer(current: str, scripts: ScriptDirectory, path: Path) -> None:
    if current not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(
            f'{path} was written by a newer livechat (schema {current}). Install that version again, or restore a copy from the'
            ' folder "backups" beside it.'
        )


def copy_database(path: Path, target: Path) -> None:
    """Copy through SQLite: a file copy would miss what is still in the log. The name appears only once it is complete."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    partial = target.with_suffix('.partial')
    partial.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as copy:
        source.backup(copy)
    partial.replace(target)


def _upgrade(connection: Connection, alembic: Config) -> None:
    alembic.attributes['connection'] = connection
    command.upgrade(alembic, 'head')
    if alembic.attributes.get('reindexes'):
        reindex_all(connection)
    if broken := connection.exec_driver_sql('PRAGMA foreign_key_check').first():
        raise StoreError(f'The migration of the database went wrong in the table {broken[0]}; nothing was changed.')
