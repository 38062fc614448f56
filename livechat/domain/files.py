"""Files of rooms: attached, sent, looked at, and gone again. Each right is checked each time, here."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

from livechat.domain.attachment import FileRecord, Making, RoomFile
from livechat.domain.errors import NotAllowed, NotFound, NotStored
from livechat.domain.events import MessagePosted
from livechat.domain.file import FileId, FileInspector, FileKind
from livechat.domain.file_errors import FileNotFound
from livechat.domain.file_pictures import FilePictures
from livechat.domain.file_ports import FileStore, Incoming
from livechat.domain.file_quota import FileQuota
from livechat.domain.file_records import FileRecords
from livechat.domain.file_sweep import FileSweep
from livechat.domain.file_texts import FileTexts
from livechat.domain.model import MessageNumber, RoomId, User, UserId
from livechat.domain.room_desk import RoomDesk
from livechat.domain.supervisor import Sleep
from livechat.domain.tray_item import Stage, TrayItem, TrayItemId
from livechat.domain.trays import Trays
from livechat.domain.uploads import Uploads

PLACE = tuple[MessageNumber, int]
UNREADABLE = 'This picture is damaged: it cannot be shown. Save it anew and attach it again.'
MAX_LISTED = 100
"""Files of a room, in one page of its list."""


class Files:
    """One per process. Invariant: a content is kept exactly while a record has its key, but for what a crash left, until the next start."""

    def __init__(
        self,
        desk: RoomDesk,
        records: FileRecords,
        store: FileStore,
        inspector: FileInspector,
        *,
        sleep: Sleep,
        accepted: Collection[str] = (),
    ) -> None:
        around = desk.around
        limits = around.limits
        self._desk = desk
        self._records = records
        self._turn = asyncio.Lock()
        """Held by whoever has a content kept or forgotten: equal contents are one."""
        self.store = store
        self._quota = FileQuota(file_bytes=limits.file_bytes, person_bytes=limits.person_file_bytes, server_bytes=limits.server_file_bytes)
        self._trays = Trays(records, around.backplane)
        self._pictures = FilePictures(records, store, inspector, room=desk.room, turn=self._turn, sleep=sleep, done=self._picture_done)
        self._texts = FileTexts(records, store, inspector, sleep=sleep)
        self._sweep = FileSweep(around, records, store, quota=self._quota, trays=self._trays, turn=self._turn, sleep=sleep)
        self.uploads = Uploads(desk, self._trays, store, inspector, quota=self._quota, keep=self._keep, accepted=accepted)
        around.backplane.observe(MessagePosted, self._posted)

    @property
    def lasting(self) -> Mapping[str, Callable[[], Coroutine[Any, Any, None]]]:
        """What the supervisor has to look after, by name."""
        return {**self._pictures.lasting, **self._texts.lasting, 'files that are gone': self._sweep.run}

    async def start(self) -> None:
        """Before anybody is let in: what a crash left behind goes, what it interrupted goes on."""
        await self._sweep.start()
        await self._pictures.start()
        await self._texts.start()

    async def tray(self, user: User, room_id: RoomId) -> Sequence[TrayItem]:
        """What they have attached there and not sent. :raises NotFound: :raises NotAMember:"""
        (await self._desk.access(user, room_id)).must_be_member()
        tray = await self._trays.of(user.id, room_id)
        self._trays.let_go(tray)
        return tray.items

    async def remove(self, user: User, room_id: RoomId, item_id: TrayItemId) -> None:
        """Take one of them away, at whatever stage it is. One's own, so no right is needed. :raises NotStored: it stays"""
        tray = await self._trays.of(user.id, room_id)
        item = tray.item(item_id)
        if item is None:
            return
        if item.stage is Stage.THERE and item.file is not None:
            await self._withdraw([item.file.id], user.id)
        tray.remove([item_id])

    async def open(self, user: User, file_id: FileId) -> FileRecord:
        """A file that this person may have now: of a message that they may read, or their own that waits.

        :raises FileNotFound: for every other one, whatever the reason
        """
        record = await self._records.get(file_id)
        if record is None or record.file.making is Making.FAILED or (record.number is None and record.user_id != user.id):
            raise FileNotFound
        try:
            (await self._desk.access(user, record.room_id)).must_be_member()
        except (NotFound, NotAllowed):
            raise FileNotFound from None
        return record

    async def in_room(
        self, user: User, room_id: RoomId, kinds: Collection[FileKind], *, before: PLACE | None = None, limit: int = 50
    ) -> Sequence[tuple[PLACE, RoomFile]]:
        """What was sent there, newest first; each with its place, from which the next page goes on.

        :raises NotFound: :raises NotAMember:
        """
        (await self._desk.access(user, room_id)).must_be_member()
        return await self._records.in_room(room_id, kinds, before=before, limit=min(limit, MAX_LISTED))

    async def _keep(
        self, incoming: Incoming, record_of: Callable[[str, int], FileRecord], show: Callable[[FileRecord], bool]
    ) -> FileRecord:
        """:raises NotStored: and whatever `record_of` raises"""
        return await self._desk.supervisor.see_through(self._kept(incoming, record_of, show), 'keeps a file')

    async def _kept(
        self, incoming: Incoming, record_of: Callable[[str, int], FileRecord], show: Callable[[FileRecord], bool]
    ) -> FileRecord:
        """To the end, also when whoever sent it is gone: then the file goes again."""
        async with self._turn:
            key = await self.store.keep(incoming)
            try:
                record = record_of(key, await self._size(key))
                await self._records.add(record)
            except BaseException:
                await self._sweep.let_go(key)
                raise
            self._quota.add(record.user_id, record.file.size)
        if show(record):
            self._pictures.add(record)
            self._texts.add(record)
        else:
            await self._take_back(record)
        return record

    async def _size(self, key: str) -> int:
        size = await self.store.size(key)
        if size is None:
            raise NotStored
        return size

    async def _take_back(self, record: FileRecord) -> None:
        """Of a tray too that was loaded just now."""
        await self._withdraw([record.file.id], record.user_id)
        if (tray := self._trays.known(record.user_id, record.room_id)) is not None:
            tray.remove(tray.of_files({record.file.id}))

    async def _withdraw(self, file_ids: Collection[FileId], user_id: UserId) -> None:
        await self._records.withdraw(file_ids, user_id, self._desk.around.clock.now())
        self._sweep.want()

    async def _picture_done(self, record: FileRecord, making: Making) -> None:
        """Of a file that is not sent yet: its smaller pictures can be shown, or it cannot be sent."""
        tray = self._trays.known(record.user_id, record.room_id)
        for item_id in tray.of_files({record.file.id}) if tray is not None else ():
            assert tray is not None
            if making is Making.DONE:
                tray.change(item_id, file=replace(record.file, making=making))
            else:
                tray.change(item_id, stage=Stage.REFUSED, why=UNREADABLE, file=None)
        if making is Making.FAILED:
            await self._withdraw([record.file.id], record.user_id)

    def _posted(self, event: MessagePosted) -> None:
        """What it shows waits no more, and what was refused before it has been seen."""
        message = event.message
        if (tray := self._trays.known(message.author.id, message.room_id)) is not None:
            refused = [item.id for item in tray.items if item.stage is Stage.REFUSED]
            tray.remove([*tray.of_files({file.id for file in message.files}), *refused])
