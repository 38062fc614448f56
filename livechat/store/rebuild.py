"""Makes the full-text indexes anew while a server posts, edits and deletes in another process.

The next indexes grow beside those in use, in transactions of a few milliseconds, and triggers keep what is copied already in step;
the last one puts them in the place of the old. Whenever it stops before that, the old ones are in use as if nothing had been.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from livechat.store.engines import PRAGMAS, blocking_engine
from livechat.store.full_text_tables import FULL_TEXTS, NEXT, OLD, PROGRESS, SHREDDED, TRIGGERS, FullText, triggers
from livechat.store.index_check import Checked, check
from livechat.store.reindex import mend, rows_after
from livechat.store.schema import StoreError, migrate
from livechat.store.search_sqlite import purge_some

LOCKED_FOR_S = 0.012
"""As long as a transaction is to hold the write lock; what has to be written at the end of it comes on top."""
PAUSE_S = 0.02
"""Between two of them at least: SQLite's lock has no queue, and who waits for it looks after 1, 3, 8, 18, 33 and 53 ms."""
WAITS_MS = 60_000
"""For a server that writes without a pause."""
FIRST_STEP, LONGEST_STEP = 50, 1_000
PAGES_PER_MERGE = 32
_MEANWHILE = {'automerge': 0, 'crisismerge': 1_000, 'usermerge': 16}
_AT_THE_END = {'automerge': 4, 'crisismerge': 16, 'usermerge': 4}
"""What FTS5 has by itself: https://sqlite.org/fts5.html#special_insert_commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    mended: int
    """Messages that searches had something else of than what they say."""
    checked: Checked


class StoppedLate(KeyboardInterrupt):
    """The new indexes were in use by then, but not checked to the end."""


def rebuild(path: Path, *, backups: Path, tell: Callable[[int, int], None]) -> Rebuilt:
    """Then check what became of it. `tell`: how many messages are done, of how many.

    :raises StoreError: the database cannot be opened, or refuses it. :raises StoppedLate: by Ctrl-C, once the new ones are in use.
    """
    migrate(path, backups=backups)
    # A crash takes the last steps at most, and in order. The log is put into the file here, not while somebody waits for a post.
    pragmas = (*PRAGMAS, f'busy_timeout={WAITS_MS}', 'synchronous=NORMAL', 'wal_autocheckpoint=500')
    engine = blocking_engine(path, begin='BEGIN IMMEDIATE', pragmas=pragmas)
    work = Rebuild(engine, tell)
    try:
        place = _place(engine)
        try:
            work.run()
            return Rebuilt(mended=work.mended, checked=check(path))
        except KeyboardInterrupt:
            if _place(engine) == place:
                raise
            raise StoppedLate from None
    except DBAPIError as error:
        raise StoreError(f'The indexes could not be made anew: {error.orig}. What is there was left as it is.') from error
    finally:
        engine.dispose()


class Rebuild:
    """One at a time per database."""

    def __init__(self, engine: Engine, tell: Callable[[int, int], None]) -> None:
        """`engine`: whose transactions begin with the write lock. `tell`: how many messages are done, of how many."""
        self._engine = engine
        self._tell = tell
        self._size = FIRST_STEP
        self._until = 0
        self._is_taken = 0
        self.mended = 0
        """Messages that were not found by what they say."""

    def run(self) -> None:
        """When it is stopped in between, it cleans up; what a crash leaves, the next one does."""
        self._clean_up()
        try:
            self._prepare()
            while not self._copy_some():
                self._merge()
            for index in FULL_TEXTS:
                self._configure(index, _AT_THE_END)
            self._merge()
            while not self._copy_some(swaps=True):  # what was posted meanwhile
                pass
            if self._is_taken:
                self._purge()
        finally:
            self._clean_up()

    def _prepare(self) -> None:
        with self._step() as connection:
            for index in FULL_TEXTS:
                connection.exec_driver_sql(index.table(NEXT))
            connection.exec_driver_sql(f'CREATE TABLE {PROGRESS} (copied INTEGER NOT NULL, is_taken INTEGER NOT NULL)')
            connection.exec_driver_sql(f'INSERT INTO {PROGRESS} VALUES (0, 0)')  # noqa: S608 - ours
            for statement in triggers(NEXT):
                connection.exec_driver_sql(statement)
            self._until = connection.exec_driver_sql('SELECT max(id) FROM messages').scalar() or 0
        for index in FULL_TEXTS:
            self._configure(index, _MEANWHILE)

    def _configure(self, index: FullText, values: Mapping[str, int]) -> None:
        with self._step() as connection:
            for name, value in values.items():
                connection.exec_driver_sql(index.command(name), (value,))

    def _copy_some(self, *, swaps: bool = False) -> bool:
        """Whether that was the last: then the next indexes are in use, if they are to be."""
        with self._step() as connection:
            copied, self._is_taken = connection.exec_driver_sql(f'SELECT copied, is_taken FROM {PROGRESS}').one()  # noqa: S608 - ours
            rows = rows_after(connection, copied, self._size)
            is_last = not rows_after(connection, rows[-1].id if rows else copied, 1)
            if rows:
                self.mended += mend(connection, rows)
                for index in FULL_TEXTS:
                    connection.exec_driver_sql(index.copy(), (copied, rows[-1].id))
                connection.exec_driver_sql(f'UPDATE {PROGRESS} SET copied = ?', (rows[-1].id,))  # noqa: S608 - ours
            if is_last and swaps:
                _swap(connection)
        self._tell(self._until if is_last else min(rows[-1].id, self._until), self._until)
        return is_last

    def _merge(self) -> None:
        """As far as it goes, a few pages at a time: by itself FTS5 would now and then merge many while somebody waits."""
        for index in FULL_TEXTS:
            is_left = True
            while is_left:
                with self._step(adapts=False) as connection:
                    before = _changes(connection)
                    connection.exec_driver_sql(index.command('merge'), (PAGES_PER_MERGE,))
                    is_left = _changes(connection) - before > 1

    def _purge(self) -> None:
        """Words that were taken away in the meantime: the server's own purge may have been at the old indexes."""
        for index in FULL_TEXTS:
            is_left, first = True, True
            while is_left:
                with self._step() as connection, Session(connection, join_transaction_mode='create_savepoint') as session:
                    is_left, first = purge_some(session, index.name, first=first), False
                    session.commit()

    def _clean_up(self) -> None:
        """What is not in use goes; its words are written over, a little at a time: to drop a large table takes seconds."""
        with self._step() as connection:
            for name in TRIGGERS:
                connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS {name}{NEXT}')
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS {PROGRESS}')
            left = [
                name
                for index in FULL_TEXTS
                for name in (f'{index.name}{NEXT}', f'{index.name}{OLD}')
                if connection.exec_driver_sql('SELECT 1 FROM sqlite_master WHERE name = ?', (name,)).first()
            ]
        for name in left:
            for part, (key, where) in SHREDDED.items():
                while self._shred_some(f'{name}_{part}', key, where):
                    pass
            with self._step() as connection:
                connection.exec_driver_sql(f'DROP TABLE {name}')

    def _shred_some(self, table: str, key: str, where: str) -> bool:
        some = f'SELECT {key} FROM {table} WHERE {where} LIMIT {self._size}'  # noqa: S608 - ours
        with self._step() as connection:
            return connection.exec_driver_sql(f'DELETE FROM {table} WHERE ({key}) IN ({some})').rowcount > 0  # noqa: S608 - ours

    @contextmanager
    def _step(self, *, adapts: bool = True) -> Iterator[Connection]:
        """A transaction, and then a pause in which others write. The next one is to take as long as it should."""
        with self._engine.begin() as connection:
            began = time.monotonic()
            yield connection
            took_s = time.monotonic() - began
        if adapts:
            self._size = max(1, min(LONGEST_STEP, int(self._size * min(2.0, LOCKED_FOR_S / took_s))))
        time.sleep(max(PAUSE_S, took_s))


def _swap(connection: Connection) -> None:
    for name in TRIGGERS:
        connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS {name}')
        connection.exec_driver_sql(f'DROP TRIGGER {name}{NEXT}')
    for index in FULL_TEXTS:
        connection.exec_driver_sql(f'ALTER TABLE {index.name} RENAME TO {index.name}{OLD}')
        connection.exec_driver_sql(f'ALTER TABLE {index.name}{NEXT} RENAME TO {index.name}')
    for statement in triggers():
        connection.exec_driver_sql(statement)


def _place(engine: Engine) -> int | None:
    """Where in the file the index is that is in use: the next one grows at another."""
    with engine.connect() as connection:
        place: int | None = connection.exec_driver_sql(
            'SELECT rootpage FROM sqlite_master WHERE name = ?', (f'{FULL_TEXTS[0].name}_data',)
        ).scalar()
    return place


def _changes(connection: Connection) -> int:
    changes: int = connection.exec_driver_sql('SELECT total_changes()').scalar_one()
    return changes
