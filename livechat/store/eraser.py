"""Erases what deleted rooms and messages leave: a little at a time, so that everybody else's posts get through in between.

To erase 100,000 messages takes the writer seconds. So a room's row goes first, and with it everything that others see; its
messages, then in the room of nobody, follow in jobs of their own. Whatever a stop or crash left of them goes at the next start.
"""

import asyncio
import logging
from functools import partial

from sqlalchemy import bindparam, delete, select, text
from sqlmodel import Session

from livechat.domain.errors import NotStored
from livechat.domain.model import RoomId
from livechat.store.message_rows import MESSAGES
from livechat.store.readers import Readers
from livechat.store.search_sqlite import FULL_TEXT_INDEXES, purge_some
from livechat.store.writer import Writer

logger = logging.getLogger(__name__)

PURGE_AFTER_S = 1_800.0
"""From the first message that is deleted or reworded until its words leave the file: to merge an index is work in proportion to
all that was ever said."""
MESSAGES_PER_JOB = 500
"""About 20 ms, which is what a post may have to wait for more than without it."""
ROWS_PER_JOB = 5_000
"""Of a table without full text."""
PICTURES_PER_JOB = 50
"""A page of the file for every 4 KiB, written over with zeros."""

_SOME = delete(MESSAGES).where(
    MESSAGES.c.id.in_(select(MESSAGES.c.id).where(MESSAGES.c.room_id == bindparam('room')).limit(MESSAGES_PER_JOB))
)
_WITH_MESSAGES = {'card_pictures': PICTURES_PER_JOB, 'revisions': ROWS_PER_JOB, 'reactions': ROWS_PER_JOB, 'mentions': ROWS_PER_JOB}
"""What belongs to messages, and how much of it one job erases."""
_ROOMS_THAT_ARE_GONE = text(
    """
    WITH RECURSIVE written_in (id) AS (
        SELECT min(room_id) FROM messages
        UNION ALL SELECT (SELECT min(room_id) FROM messages WHERE room_id > written_in.id) FROM written_in WHERE id IS NOT NULL
    )
    SELECT id FROM written_in WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM rooms)
    """
)
"""One step in an index per room, not per message. Ids of rooms are never used again."""


def erase_some(session: Session, room_id: RoomId) -> bool:
    """Erase messages of a room that has no row any more, what belongs to them first; whether there may be others."""
    connection = session.connection()
    for table, limit in _WITH_MESSAGES.items():
        some = text(f'DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} WHERE room_id = :room LIMIT :limit)')  # noqa: S608 - ours
        if connection.execute(some, {'room': room_id, 'limit': limit}).rowcount == limit:
            return True
    return connection.execute(_SOME, {'room': room_id}).rowcount == MESSAGES_PER_JOB


class Eraser:
    """A task that erases when it is woken, and once at the start.

    Invariant: one small job at a time waits for the writer. The task is owned by the `Database`, which closes it. What dies
    with it is nothing: the next one finds the same messages.
    """

    def __init__(self, readers: Readers, writer: Writer) -> None:
        self._readers = readers
        self._writer = writer
        self._closing = False
        self._words_left = False
        self._purge: asyncio.TimerHandle | None = None
        self._wanted = asyncio.Event()
        self._wanted.set()
        self._idle = asyncio.Event()
        self._task = asyncio.create_task(self._serve(), name='store eraser')

    def wake(self) -> None:
        """A room was deleted, or words are to go."""
        self._words_left = True
        self._idle.clear()
        self._wanted.set()

    def words_left(self) -> None:
        """Messages were deleted or reworded: no search finds the words, but the full-text indexes hold them until they are merged."""
        if self._purge is None and not self._closing:
            self._purge = asyncio.get_running_loop().call_later(PURGE_AFTER_S, self.wake)

    async def finished(self) -> None:
        """Return when it has nothing more to do, or could not do it."""
        await self._idle.wait()

    async def close(self) -> None:
        """Stop after the job under way; a server that stops is in a hurry."""
        self._closing = True
        self._take_purge()
        self._wanted.set()
        await self._task

    async def _serve(self) -> None:
        while not self._closing:
            self._wanted.clear()
            try:
                await self._erase()
            except NotStored:
                logger.warning('What deleted rooms have left could not be erased; that is tried again at the next start')
            except Exception:
                logger.exception('What deleted rooms have left could not be erased; that is tried again at the next start')
            if not self._wanted.is_set():
                self._idle.set()
                await self._wanted.wait()
        self._idle.set()

    async def _erase(self) -> None:
        for room_id in await self._readers.run(_rooms_that_are_gone):
            self._words_left = True
            while not self._closing and await self._writer.run(partial(erase_some, room_id=room_id)):
                pass
        if self._words_left:
            self._words_left = False
            self._take_purge()
            for index in FULL_TEXT_INDEXES:
                await self._purge_index(index)
            if not self._closing:
                await self._writer.empty_log()

    def _take_purge(self) -> None:
        if self._purge is not None:
            self._purge.cancel()
            self._purge = None

    async def _purge_index(self, index: str) -> None:
        first = True
        while not self._closing and await self._writer.run(partial(purge_some, index=index, first=first)):
            first = False


def _rooms_that_are_gone(session: Session) -> list[RoomId]:
    return [RoomId(room_id) for (room_id,) in session.connection().execute(_ROOMS_THAT_ARE_GONE)]
