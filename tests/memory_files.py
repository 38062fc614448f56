"""Files in memory, without their bytes."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from livechat.domain.attachment import FileRecord, Making, RoomFile
from livechat.domain.file import READ_KINDS, FileId, FileKind
from livechat.domain.file_records import Forgotten
from livechat.domain.model import MessageNumber, RoomId, UserId
from tests.memory import Memory, MemoryFile


class MemoryFileRecords:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def add(self, record: FileRecord) -> None:
        await self._memory.writing(record.file.name, record.file.media_type, record.file.excerpt)
        self._memory.files[record.file.id] = MemoryFile(record)

    async def get(self, file_id: FileId) -> FileRecord | None:
        await self._memory.reading()
        known = self._memory.files.get(file_id)
        return None if known is None or known.gone_at is not None else known.record

    async def waiting(self, user_id: UserId, room_id: RoomId) -> Sequence[FileRecord]:
        await self._memory.reading()
        found = [each for each in self._waiting() if (each.record.user_id, each.record.room_id) == (user_id, room_id)]
        return sorted((each.record for each in found), key=lambda record: (record.created_at, record.file.id))

    async def withdraw(self, file_ids: Collection[FileId], user_id: UserId, at: datetime) -> Collection[FileId]:
        await self._memory.writing()
        taken = [each for each in self._waiting() if each.record.file.id in file_ids and each.record.user_id == user_id]
        for each in taken:
            each.gone_at = at
        return [each.record.file.id for each in taken]

    async def expire(self, before: datetime, at: datetime) -> Collection[FileId]:
        await self._memory.reading()
        old = [each for each in self._waiting() if each.record.created_at < before]
        roomless = [each for each in self._there() if each.record.room_id not in self._memory.rooms]
        if old or roomless:
            await self._memory.writing()
        for each in (*old, *roomless):
            each.gone_at = at
        return {each.record.file.id for each in (*old, *roomless)}

    async def finish(self, file_id: FileId, making: Making) -> tuple[RoomId, MessageNumber] | None:
        await self._memory.writing()
        known = self._memory.files.get(file_id)
        if known is None:
            return None
        if known.record.number is not None:
            return known.record.room_id, known.record.number
        known.record = replace(known.record, file=replace(known.record.file, making=making))
        return None

    async def unfinished(self) -> Sequence[FileRecord]:
        await self._memory.reading()
        return [each.record for each in self._there() if each.record.file.making is Making.UNDER_WAY]

    async def unread(self) -> Sequence[FileRecord]:
        await self._memory.reading()
        found = [each.record for each in self._there() if each.text is None and each.record.file.kind in READ_KINDS]
        return sorted(found, key=lambda record: (record.created_at, record.file.id))

    async def set_text(self, file_id: FileId, text: str) -> None:
        await self._memory.writing(text)
        if file_id in self._memory.files:
            self._memory.files[file_id].text = text

    async def is_known(self, record: FileRecord) -> bool:
        await self._memory.reading()
        same = [each.record for each in self._there() if each.record.key == record.key and each.record.file.id != record.file.id]
        return any(each.user_id == record.user_id or each.room_id == record.room_id for each in same)

    async def in_room(
        self, room_id: RoomId, kinds: Collection[FileKind], *, before: tuple[MessageNumber, int] | None, limit: int
    ) -> Sequence[tuple[tuple[MessageNumber, int], RoomFile]]:
        await self._memory.reading()
        found = []
        for each in self._there() if room_id in self._memory.rooms else ():
            number, file = each.record.number, each.record.file
            if each.record.room_id != room_id or number is None or file.kind not in kinds or file.making is Making.FAILED:
                continue
            message = self._memory.current(self._memory.rooms[room_id].messages[number])
            shown = RoomFile(file=file, number=number, author=message.author, posted_at=message.created_at)
            if before is None or (number, each.position) < before:
                found.append(((number, each.position), shown))
        return sorted(found, key=lambda each: each[0], reverse=True)[:limit]

    async def take_gone(self, before: datetime) -> Forgotten:
        await self._memory.reading()
        gone = [each for each in self._memory.files.values() if each.gone_at is not None and each.gone_at < before]
        if gone:
            await self._memory.writing()
        for each in gone:
            del self._memory.files[each.record.file.id]
        kept = {each.record.key for each in self._memory.files.values()}
        sizes: Counter[UserId] = Counter()
        for each in gone:
            sizes[each.record.user_id] += each.record.file.size
        is_all = all(each.gone_at is None for each in self._memory.files.values())
        return Forgotten(keys={each.record.key for each in gone} - kept, sizes=sizes, is_all=is_all)

    async def has_key(self, key: str) -> bool:
        await self._memory.reading()
        return any(each.record.key == key for each in self._memory.files.values())

    async def keys(self) -> Collection[str]:
        await self._memory.reading()
        return {each.record.key for each in self._memory.files.values()}

    async def usage(self) -> Mapping[UserId, int]:
        await self._memory.reading()
        usage: dict[UserId, int] = {}
        for each in self._memory.files.values():
            usage[each.record.user_id] = usage.get(each.record.user_id, 0) + each.record.file.size
        return usage

    def _there(self) -> Sequence[MemoryFile]:
        return [each for each in self._memory.files.values() if each.gone_at is None]

    def _waiting(self) -> Sequence[MemoryFile]:
        return [each for each in self._there() if each.record.number is None]
