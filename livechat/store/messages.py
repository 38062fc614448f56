"""Messages: written in groups, read by ranges of an index."""

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, select, text
from sqlmodel import Session

from livechat.domain.errors import RoomNotFound
from livechat.domain.message import Message, Revision
from livechat.domain.model import MessageNumber, RoomId, Seq, UserId
from livechat.domain.writes import Change, MessageWrite, Stored
from livechat.store.database import SqlStore, reads
from livechat.store.inputs import can_be_stored
from livechat.store.message_reads import SELECT_MESSAGES, read_messages
from livechat.store.message_rows import CARD_PICTURES, MESSAGES, REVISIONS, ROOMS
from livechat.store.message_writes import write_messages

_ROOM_IS_THERE = exists().where(ROOMS.c.id == bindparam('room'))
"""Asked once per query. Of a room that was deleted messages may be left for some seconds."""
_IN_ROOM = SELECT_MESSAGES.where(MESSAGES.c.room_id == bindparam('room'), _ROOM_IS_THERE)
NEWEST = _IN_ROOM.order_by(MESSAGES.c.number.desc()).limit(bindparam('limit'))
RANGE = _IN_ROOM.where(MESSAGES.c.number.between(bindparam('first'), bindparam('last'))).order_by(MESSAGES.c.number)
CHANGED = _IN_ROOM.where(MESSAGES.c.changed_seq > bindparam('seq'))
"""Without an order, for which SQLite would leave the index on the seq and read the whole room."""
PINNED = _IN_ROOM.where(MESSAGES.c.pinned_at.is_not(None)).order_by(MESSAGES.c.pinned_at.desc(), MESSAGES.c.number.desc())
REVISED = (
    select(REVISIONS.c.body, REVISIONS.c.until)
    .where(REVISIONS.c.room_id == bindparam('room'), REVISIONS.c.number == bindparam('number'), _ROOM_IS_THERE)
    .order_by(REVISIONS.c.position)
)
PICTURE = (
    select(CARD_PICTURES.c.room_id, CARD_PICTURES.c.webp)
    .join_from(CARD_PICTURES, ROOMS, ROOMS.c.id == CARD_PICTURES.c.room_id)
    .where(CARD_PICTURES.c.token == bindparam('token'))
)
BY_AUTHOR = text(
    """
    SELECT room_id, number FROM messages INDEXED BY ix_messages_unread
    WHERE author_id = :author AND deleted = 0 AND kind = 'text' AND room_id IN (SELECT id FROM rooms)
    """
)
"""Asked when somebody is banned: reads the index of unread messages as a whole. One on authors would cost every post 4 %."""
_TAKES_WORDS = frozenset({Change.EDITED, Change.DELETED})
_HEAD = select(ROOMS.c.last_number, ROOMS.c.last_seq).where(ROOMS.c.id == bindparam('room'))


class SqlMessages(SqlStore):
    """See `livechat.domain.ports.MessageStore`. Every read is a range of an index, whatever the length of the room."""

    async def commit(self, writes: Sequence[MessageWrite]) -> Sequence[Stored | Exception]:
        results = await self.database.write_grouped(write_messages, writes)
        if any(isinstance(result, Stored) and result.change in _TAKES_WORDS and result.fresh for result in results):
            self.database.eraser.words_left()
        return results

    @reads
    def newest(self, session: Session, room_id: RoomId, limit: int) -> Sequence[Message]:
        return read_messages(session.connection(), NEWEST, {'room': room_id, 'limit': limit})[::-1]

    @reads
    def head(self, session: Session, room_id: RoomId) -> tuple[MessageNumber, Seq]:
        row = session.connection().execute(_HEAD, {'room': room_id}).first()
        if row is None:
            raise RoomNotFound
        return MessageNumber(row.last_number), Seq(row.last_seq)

    @reads
    def range(self, session: Session, room_id: RoomId, first: MessageNumber, last: MessageNumber) -> Sequence[Message]:
        return read_messages(session.connection(), RANGE, {'room': room_id, 'first': first, 'last': last})

    @reads
    def changed_since(self, session: Session, room_id: RoomId, seq: Seq) -> Sequence[Message]:
        changed = read_messages(session.connection(), CHANGED, {'room': room_id, 'seq': seq})
        return sorted(changed, key=lambda message: message.number)

    @reads
    def pinned(self, session: Session, room_id: RoomId) -> Sequence[Message]:
        return read_messages(session.connection(), PINNED, {'room': room_id})

    @reads
    def revisions(self, session: Session, room_id: RoomId, number: MessageNumber) -> Sequence[Revision]:
        found = session.connection().execute(REVISED, {'room': room_id, 'number': number})
        return [Revision(body=body, until=until) for body, until in found]

    @reads
    def picture(self, session: Session, token: str) -> tuple[RoomId, bytes] | None:
        if not can_be_stored(token):
            return None
        row = session.connection().execute(PICTURE, {'token': token}).first()
        return None if row is None else (RoomId(row.room_id), row.webp)

    @reads
    def by_author(self, session: Session, author_id: UserId) -> Sequence[tuple[RoomId, MessageNumber]]:
        found = session.connection().execute(BY_AUTHOR, {'author': author_id})
        return [(RoomId(room_id), MessageNumber(number)) for room_id, number in found]
