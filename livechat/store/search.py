"""Searches and what belongs to them as SQL; see `livechat.domain.search_ports`."""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from livechat.domain.message import MessageKind
from livechat.domain.model import MessageNumber, RoomId, UserId
from livechat.domain.search_errors import SearchTooSlow
from livechat.domain.search_ports import MOST_RECENT, Found, FoundMessage, Place, Question
from livechat.store.database import SqlStore, reads, writes
from livechat.store.file_texts import read_texts
from livechat.store.message_reads import read_messages_at
from livechat.store.message_rows import MEMBERSHIPS
from livechat.store.search_tables import RECENT
from livechat.store.search_walk import Walk
from livechat.store.tables import UtcDateTime

TAKES_AT_MOST_S = 0.5
"""Then a search is broken off."""
STEPS_PER_LOOK = 20_000
"""Of SQLite's virtual machine, between two looks at the clock."""
_ROOMS_OF = select(MEMBERSHIPS.c.room_id).where(MEMBERSHIPS.c.user_id == bindparam('user'))
_TIMES = (bindparam('since', type_=UtcDateTime), bindparam('until', type_=UtcDateTime))
# Of the partial index on the times SQLite makes use only for its very words.
_POSTED = "FROM messages WHERE room_id = :room AND deleted = 0 AND kind = 'text'"
_IN_DAY = text(f'SELECT EXISTS (SELECT 1 {_POSTED} AND created_at >= :since AND created_at < :until)').bindparams(*_TIMES)
_SINCE = text(f'SELECT number {_POSTED} AND created_at >= :since ORDER BY created_at, number LIMIT 1').bindparams(_TIMES[0])
_NEWEST = text(f'SELECT number {_POSTED} ORDER BY created_at DESC, number DESC LIMIT 1')
# Apart, since SQLite takes one end alone from an index, and for both reads the whole of it.
_BOUNDS = text(f'SELECT (SELECT min(created_at) {_POSTED}) AS first_at, (SELECT max(created_at) {_POSTED}) AS last_at').columns(
    first_at=UtcDateTime(), last_at=UtcDateTime()
)


class SqlSearch(SqlStore):
    async def find(self, question: Question, *, enough: int) -> Found:
        def walk(session: Session) -> Found:
            connection = session.connection()
            with _in_time(connection):
                return Walk(connection, question).find(enough)

        return await self.database.read(walk, is_long=True)

    @reads
    def show(self, session: Session, user_id: UserId, places: Collection[Place]) -> Sequence[FoundMessage]:
        connection = session.connection()
        theirs = {room_id for (room_id,) in connection.execute(_ROOMS_OF, {'user': user_id})}
        there = read_messages_at(connection, [place for place in places if place[0] in theirs])
        messages = [message for message in there if not message.deleted and message.kind is MessageKind.TEXT]
        texts = read_texts(connection, messages)
        return [
            FoundMessage(message=message, texts={file.id: texts[file.id] for file in message.files if file.id in texts})
            for message in messages
        ]

    @reads
    def recent(self, session: Session, user_id: UserId) -> Sequence[str]:
        found = select(RECENT.c.text).where(RECENT.c.user_id == user_id).order_by(RECENT.c.at.desc(), RECENT.c.text).limit(MOST_RECENT)
        return [said for (said,) in session.execute(found)]

    @writes
    def remember(self, session: Session, user_id: UserId, text: str, at: datetime) -> None:
        kept = insert(RECENT).values(user_id=user_id, text=text, at=at)
        session.execute(kept.on_conflict_do_update(index_elements=[RECENT.c.user_id, RECENT.c.text], set_={'at': at}))
        newest = select(RECENT.c.text).where(RECENT.c.user_id == user_id).order_by(RECENT.c.at.desc(), RECENT.c.text).limit(MOST_RECENT)
        session.execute(delete(RECENT).where(RECENT.c.user_id == user_id, RECENT.c.text.not_in(newest)))

    @writes
    def forget(self, session: Session, user_id: UserId, text: str | None = None) -> None:
        gone = delete(RECENT).where(RECENT.c.user_id == user_id)
        session.execute(gone if text is None else gone.where(RECENT.c.text == text))

    @reads
    def days(self, session: Session, room_id: RoomId, bounds: Sequence[datetime]) -> Sequence[bool]:
        connection = session.connection()
        return [
            bool(connection.execute(_IN_DAY, {'room': room_id, 'since': since, 'until': until}).scalar_one())
            for since, until in pairwise(bounds)
        ]

    @reads
    def first_since(self, session: Session, room_id: RoomId, at: datetime) -> MessageNumber | None:
        connection = session.connection()
        number = connection.execute(_SINCE, {'room': room_id, 'since': at}).scalar()
        if number is None:
            number = connection.execute(_NEWEST, {'room': room_id}).scalar()
        return None if number is None else MessageNumber(number)

    @reads
    def bounds(self, session: Session, room_id: RoomId) -> tuple[datetime, datetime] | None:
        first, last = session.connection().execute(_BOUNDS, {'room': room_id}).one()
        return None if first is None else (first, last)


@contextmanager
def _in_time(connection: Connection) -> Iterator[None]:
    """:raises SearchTooSlow:"""
    until = time.monotonic() + TAKES_AT_MOST_S
    asynchronous = connection.connection.dbapi_connection
    assert asynchronous is not None
    asynchronous.run_async(lambda driver: driver.set_progress_handler(lambda: time.monotonic() > until, STEPS_PER_LOOK))
    try:
        yield
    except OperationalError as error:
        if 'interrupted' in str(error.orig):
            raise SearchTooSlow from None
        raise
    finally:
        asynchronous.run_async(lambda driver: driver.set_progress_handler(None, 0))
