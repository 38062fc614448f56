"""What nobody can get any more leaves the disk."""

import asyncio
import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from livechat.domain.errors import NotStored
from livechat.domain.events import MessageDeleted, MessageEdited, RoomDeleted
from livechat.domain.file_pictures import all_names
from livechat.domain.file_ports import FileStore
from livechat.domain.file_quota import FileQuota
from livechat.domain.file_records import FileRecords
from livechat.domain.room_changes import Surroundings
from livechat.domain.supervisor import Sleep
from livechat.domain.trays import Trays

logger = logging.getLogger(__name__)

EXPIRES_EVERY_S = 3_600.0


class FileSweep:
    """Its task belongs to the supervisor. Its death loses nothing: the records say what is still to go."""

    def __init__(  # noqa: PLR0913 - whatever knows of files
        self,
        around: Surroundings,
        records: FileRecords,
        store: FileStore,
        *,
        quota: FileQuota,
        trays: Trays,
        turn: asyncio.Lock,
        sleep: Sleep,
    ) -> None:
        limits = around.limits
        self._clock = around.clock
        self._records = records
        self._store = store
        self._quota = quota
        self._trays = trays
        self._turn = turn
        self._sleep = sleep
        self._kept_s = limits.undo_s + limits.undo_grace_s
        """For so long a deletion can be taken back."""
        self._unsent_s = limits.unsent_file_s
        self._wanted = True
        self._untidy = False
        """Contents without a record may be left."""
        self._expired_at = float('-inf')
        around.backplane.observe(MessageDeleted, lambda _: self.want())
        around.backplane.observe(MessageEdited, lambda _: self.want())
        around.backplane.observe(RoomDeleted, lambda _: self._room_deleted())

    def want(self) -> None:
        """Something may be on its way out."""
        self._wanted = True

    async def start(self) -> None:
        """Contents without a record go: of uploads that a crash ended in between."""
        self._quota.learn(await self._records.usage())
        await self._tidy()

    async def run(self) -> None:
        """Look again and again, for ever; without work it asks the store once an hour."""
        while True:
            try:
                await self._expire()
                if self._wanted:
                    await self._sweep()
            except NotStored:
                self._wanted = True
                logger.warning('Files that are gone could not be removed; that is tried again')
            await self._sleep(self._kept_s / 2)

    async def let_go(self, key: str) -> None:
        """A content that no record came to have, unless another one has it. Whoever calls has the turn."""
        if not await self._records.has_key(key):
            await self._delete(all_names(key))

    async def _expire(self) -> None:
        now = self._clock.monotonic()
        if now - self._expired_at < EXPIRES_EVERY_S:
            return
        self._expired_at = now  # first: a room may be deleted meanwhile
        try:
            expired = await self._records.expire(self._ago(self._unsent_s), self._clock.now())
        except NotStored:
            self._expired_at = float('-inf')
            raise
        if expired:
            self.want()
            self._trays.forget(frozenset(expired))

    async def _sweep(self) -> None:
        """Until nothing is left that is on its way out, for however short."""
        self._wanted = False
        async with self._turn:
            if self._untidy:
                await self._tidy()
            gone = await self._records.take_gone(self._ago(self._kept_s))
            self._quota.remove(gone.sizes)
            await self._delete([name for key in gone.keys for name in all_names(key)])
        self._wanted = self._wanted or self._untidy or not gone.is_all

    async def _tidy(self) -> None:
        known = {name for key in await self._records.keys() for name in all_names(key)}
        orphans = set(await self._store.names()) - known
        self._untidy = False
        if orphans:
            logger.info('%d contents of files without a record are removed', len(orphans))
            await self._delete(orphans)

    async def _delete(self, names: Collection[str]) -> None:
        try:
            await self._store.delete(names)
        except NotStored:
            logger.warning('Contents of files could not be removed; that is tried again')
            self._untidy = True
            self.want()

    def _room_deleted(self) -> None:
        self._expired_at = float('-inf')
        self.want()

    def _ago(self, seconds: float) -> datetime:
        return self._clock.now() - timedelta(seconds=seconds)
