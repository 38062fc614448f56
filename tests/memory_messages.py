"""Messages, what is read of them, and drafts in memory."""

from collections.abc import Collection, Mapping, Sequence

from livechat.domain.errors import LivechatError
from livechat.domain.message import Message, MessageKind, Revision
from livechat.domain.model import Draft, MessageNumber, RoomId, Seq, Unread, UserId
from livechat.domain.writes import MessageWrite, Stored
from tests.memory import Memory
from tests.memory_writes import MemoryWrites


class MemoryMessages:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._writes = MemoryWrites(memory)

    async def commit(self, writes: Sequence[MessageWrite]) -> Sequence[Stored | Exception]:
        await self._memory.writing()
        return [self._apply(write) for write in writes]

    async def newest(self, room_id: RoomId, limit: int) -> Sequence[Message]:
        return (await self._all(room_id))[-limit:] if limit else []

    async def head(self, room_id: RoomId) -> tuple[MessageNumber, Seq]:
        await self._memory.reading()
        stored = self._memory.room(room_id)
        return MessageNumber(len(stored.messages)), Seq(stored.seq)

    async def range(self, room_id: RoomId, first: MessageNumber, last: MessageNumber) -> Sequence[Message]:
        await self._memory.reading()
        stored = self._memory.rooms.get(room_id)
        found = stored.messages.values() if stored else ()
        return [self._memory.current(message) for message in found if first <= message.number <= last]

    async def changed_since(self, room_id: RoomId, seq: Seq) -> Sequence[Message]:
        return [message for message in await self._all(room_id) if message.changed_seq > seq]

    async def pinned(self, room_id: RoomId) -> Sequence[Message]:
        pinned = [(message.pinned_at, message.number, message) for message in await self._all(room_id) if message.pinned_at is not None]
        return [message for *_, message in sorted(pinned, key=lambda each: each[:2], reverse=True)]

    async def revisions(self, room_id: RoomId, number: MessageNumber) -> Sequence[Revision]:
        await self._memory.reading()
        return list(self._memory.rooms[room_id].revisions.get(number, ())) if room_id in self._memory.rooms else []

    async def picture(self, token: str) -> tuple[RoomId, bytes] | None:
        await self._memory.reading()
        return next(((room_id, room.pictures[token]) for room_id, room in self._memory.rooms.items() if token in room.pictures), None)

    async def by_author(self, author_id: UserId) -> Sequence[tuple[RoomId, MessageNumber]]:
        await self._memory.reading()
        messages = [message for stored in self._memory.rooms.values() for message in stored.messages.values()]
        return [
            (message.room_id, message.number)
            for message in messages
            if message.author.id == author_id and message.kind is MessageKind.TEXT and not message.deleted
        ]

    async def _all(self, room_id: RoomId) -> list[Message]:
        await self._memory.reading()
        stored = self._memory.rooms.get(room_id)
        return [self._memory.current(message) for message in stored.messages.values()] if stored else []

    def _apply(self, write: MessageWrite) -> Stored | LivechatError:
        try:
            return self._writes.apply(write)
        except LivechatError as refusal:
            return refusal


class MemoryReads:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def of(self, user_id: UserId) -> Mapping[RoomId, tuple[Seq, Unread]]:
        await self._memory.reading()
        return {
            room_id: (Seq(stored.seq), stored.unread(user_id, stored.last_read[user_id]))
            for room_id, stored in self._memory.rooms.items()
            if user_id in stored.members
        }

    async def count(self, room_id: RoomId, last_read: Mapping[UserId, MessageNumber]) -> tuple[Seq, Mapping[UserId, Unread]]:
        await self._memory.reading()
        stored = self._memory.room(room_id)
        return Seq(stored.seq), {user_id: stored.unread(user_id, number) for user_id, number in last_read.items()}

    async def mark(self, marks: Sequence[tuple[RoomId, UserId, MessageNumber]]) -> None:
        await self._memory.writing()
        for room_id, user_id, number in marks:
            if room_id in self._memory.rooms:
                self._memory.rooms[room_id].last_read[user_id] = number


class MemoryDrafts:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def get(self, user_id: UserId, room_id: RoomId) -> Draft:
        await self._memory.reading()
        return self._memory.drafts.get((user_id, room_id), Draft())

    async def put(self, user_id: UserId, room_id: RoomId, draft: Draft) -> None:
        await self._memory.writing(draft.body, draft.edit_body)
        self._memory.drafts.pop((user_id, room_id), None)
        if draft != Draft() and room_id in self._memory.rooms:
            self._memory.drafts[user_id, room_id] = draft

    async def rooms(self, user_id: UserId) -> Collection[RoomId]:
        await self._memory.reading()
        return [room_id for (owner, room_id), draft in self._memory.drafts.items() if owner == user_id and not draft.is_empty]
