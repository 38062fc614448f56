"""What the full-text indexes are made of, and how they are made anew after migrations. A running server has `rebuild.py` for that."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.engine import Connection

from livechat.domain.model import MessageNumber, RoomId
from livechat.store.file_texts import read_texts
from livechat.store.message_reads import read_messages_at
from livechat.store.message_rows import to_files, to_folded
from livechat.store.search_sqlite import indexed

AT_ONCE = 2_000
CHARS_AT_ONCE = 60_000
"""Texts of files make long rows."""
_NEXT = text(
    """
    SELECT id, room_id, number, author_id, body, folded, files, deleted = 0 AND kind = 'text' AS can_be_found
    FROM messages WHERE id > :after ORDER BY id LIMIT :limit
    """
)
_FOLD = text('UPDATE messages SET folded = :folded WHERE id = :id')


def reindex_all(connection: Connection) -> None:
    """In the transaction that is open, with everybody else waiting. The schema has to be that of this version."""
    trigger = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'messages_updated'").scalar_one()
    connection.exec_driver_sql('DROP TRIGGER messages_updated')
    after = 0
    while rows := rows_after(connection, after, AT_ONCE):
        mend(connection, rows)
        after = rows[-1].id
    connection.exec_driver_sql("INSERT INTO message_parts (message_parts) VALUES ('rebuild')")
    connection.exec_driver_sql(trigger)


def mend(connection: Connection, rows: Sequence[Row[Any]]) -> int:
    """`folded` of these rows becomes what it has to be; of how many it was something else."""
    right = expected(connection, rows)
    wrong = [{'id': row.id, 'folded': right[row.id]} for row in rows if row.folded != right[row.id]]
    if wrong:
        connection.execute(_FOLD, wrong)
    return len(wrong)


def rows_after(connection: Connection, after: int, limit: int) -> Sequence[Row[Any]]:
    """The next messages, as far as `expected` needs them: at most that many, and not too much text; by id."""
    rows: list[Row[Any]] = []
    chars = 0
    with connection.execute(_NEXT, {'after': after, 'limit': limit}) as found:
        for row in found:
            rows.append(row)
            chars += len(row.folded) + len(row.body)
            if chars >= CHARS_AT_ONCE:
                break
    return rows


def expected(connection: Connection, rows: Sequence[Row[Any]]) -> Mapping[int, str]:
    """What `folded` has to be, by the id of the message."""
    found = {row.id: _without_texts(row) for row in rows}
    ids = {(RoomId(row.room_id), MessageNumber(row.number)): row.id for row in rows if row.files and found[row.id]}
    for message in read_messages_at(connection, list(ids)):
        found[ids[message.room_id, message.number]] = to_folded(message, read_texts(connection, [message]))
    return found


def _without_texts(row: Row[Any]) -> str:
    if not row.can_be_found:
        return ''
    return indexed(room_id=row.room_id, author_id=row.author_id, body=row.body, files=to_files(row.files))
