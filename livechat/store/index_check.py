"""Whether the full-text indexes have exactly what the messages say. Asked of a copy: nobody has to wait for it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from livechat.store.engines import blocking_engine
from livechat.store.full_text_tables import FULL_TEXTS
from livechat.store.reindex import AT_ONCE, expected, rows_after
from livechat.store.schema import StoreError, copy_database

COPY_NAME = 'reindex-check.db'
"""Beside the database, and as large, for as long as it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    messages: int
    troubles: tuple[str, ...]
    """Sentences; none when everything fits."""


def check(path: Path) -> Checked:
    """Of the database as it is at this moment. :raises StoreError: there is no copy to be had of it."""
    copy = path.with_name(COPY_NAME)
    engine = blocking_engine(copy, begin='BEGIN IMMEDIATE', pragmas=('journal_mode=MEMORY', 'synchronous=OFF', 'temp_store=MEMORY'))
    try:
        copy_database(path, copy)
        with engine.begin() as connection:
            messages = connection.exec_driver_sql('SELECT count(*) FROM messages').scalar_one()
            return Checked(messages=messages, troubles=tuple(_troubles(connection, messages)))
    except (DBAPIError, sqlite3.Error, OSError) as error:
        why = error.orig if isinstance(error, DBAPIError) else error
        raise StoreError(
            f'The indexes are in use, but were not checked: {why}. It takes as much room on the disk as the database.'
        ) from error
    finally:
        engine.dispose()
        for left in copy.parent.glob(f'{copy.stem}.*'):  # also what a crash left of an earlier one
            left.unlink()


def _troubles(connection: Connection, messages: int) -> Iterator[str]:
    if wrong := _count_wrong(connection):
        yield f'{wrong:,} messages are searched by something else than what they say.'
    for index in FULL_TEXTS:
        has = connection.exec_driver_sql(f'SELECT count(*) FROM {index.name}_docsize').scalar_one()  # noqa: S608 - ours
        if has != messages:
            yield f'{index.name} has {has:,} of {messages:,} messages.'
        try:
            connection.exec_driver_sql(f"INSERT INTO {index.name} ({index.name}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - ours
        except DBAPIError as error:
            yield f'{index.name} does not have what the messages have: {error.orig}.'


def _count_wrong(connection: Connection) -> int:
    wrong = after = 0
    while rows := rows_after(connection, after, AT_ONCE):
        right = expected(connection, rows)
        wrong += sum(row.folded != right[row.id] for row in rows)
        after = rows[-1].id
    return wrong
