"""Makes the full-text indexes anew from the messages."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from livechat.store.message_rows import to_files
from livechat.store.search_sqlite import indexed

AT_ONCE = 2_000
_SOME = text(
    "SELECT id, room_id, author_id, body, files FROM messages WHERE id > :after AND deleted = 0 AND kind = 'text' ORDER BY id LIMIT :limit"
)


def reindex_all(connection: Connection) -> None:
    """In the transaction that is open, with everybody else waiting: for a migration."""
    trigger = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'messages_updated'").scalar_one()
    connection.exec_driver_sql('DROP TRIGGER messages_updated')
    after = 0
    while rows := connection.execute(_SOME, {'after': after, 'limit': AT_ONCE}).all():
        connection.execute(
            text('UPDATE messages SET folded = :folded WHERE id = :id'),
            [
                {'id': row.id, 'folded': indexed(room_id=row.room_id, author_id=row.author_id, body=row.body, files=to_files(row.files))}
                for row in rows
            ],
        )
        after = rows[-1].id
    connection.exec_driver_sql("INSERT INTO message_parts (message_parts) VALUES ('rebuild')")
    connection.exec_driver_sql(trigger)
