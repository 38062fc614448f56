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

FOREIGN = (
    '%d of %d contents of files have no record in this database, and are kept. Does it belong to this data folder, and is it the '
    'newest? If not, put the right one in its place. If so, what nobody misses in the folder "files" can be deleted by hand.'
)

EXPIRES_EVERY_S = 3_600.0
FEW_ORPHANS = 20
"""A crash leaves a handful of contents without a record."""


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
        self._left: set[str] = set()
        """Contents without a record that the disk did not let go of."""
        self._expired_at = float('-inf')
        around.backplane.observe(MessageDeleted, lambda _: self.want())
        around.backplane.observe(MessageEdited, lambda _: self.want())
        around.backplane.observe(RoomDeleted, lambda _: self._room_deleted())

    def want(self) -> None:
        """Something may be on its way out."""
        self._wanted = True

    async def start(self) -> None:
        """Contents without a record go: of uploads that a crash ended in between. Those of a database that lies elsewhere stay."""
        self._quota.learn(await self._records.usage())
        keys, names = await self._records.keys(), await self._store.names()
        orphans = await asyncio.to_thread(_orphans, keys, names)
        are_most = len(orphans) > FEW_ORPHANS and 2 * len(orphans) > len(names)
        if orphans and (are_most or not keys):
            logger.warning(FOREIGN, len(orphans), len(names))
        elif orphans:
            logger.info('%d contents of files without a record are removed', len(orphans))
            await self._delete(orphans)

    async def run(self) -> None:
        """Look again and again, for ever; without work it asks the store once an hour."""
        while True:
            try:
                await self._expire()
                if self._wanted:
                    await self._sweep()
            except NotStored:
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
        except BaseException:
            self._expired_at = float('-inf')
            raise
        if expired:
            self.want()
            self._trays.forget(frozenset(expired))

    async def _sweep(self) -> None:
        """Until nothing is left that is on its way out, for however short."""
        self._wanted = False  # first: more may be wanted meanwhile
        try:
            async with self._turn:
                await self._delete_left()
                gone = await self._records.take_gone(self._ago(self._kept_s))
                self._quota.remove(gone.sizes)
                await self._delete([name for key in gone.keys for name in all_names(key)])
        except BaseException:
            self.want()
            raise
        if not gone.is_all:
            self.want()

    async def _delete_left(self) -> None:
        """Unless a file has come to have that content."""
        if self._left:
            orphans = await asyncio.to_thread(_orphans, await self._records.keys(), self._left)
            self._left = set()
            await self._delete(orphans)

    async def _delete(self, names: Collection[str]) -> None:
        try:
            await self._store.delete(names)
        except NotStored:
            logger.warning('Contents of files could not be removed; that is tried again')
            self._left |= set(names)
            self.want()

    def _room_deleted(self) -> None:
        self._expired_at = float('-inf')
        self.want()

    def _ago(self, seconds: float) -> datetime:
        return self._clock.now() - timedelta(seconds=seconds)


def _orphans(keys: Collection[str], names: Collection[str]) -> Collection[str]:
    """For a thread: with 100,000 contents it takes a second. Nobody changes what it is given."""
    return set(names) - {name for key in keys for name in all_names(key)}
