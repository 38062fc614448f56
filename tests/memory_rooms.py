"""Rooms, messages and drafts in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from livechat.domain.errors import LivechatError, MessageNotFound, NotAMember
from livechat.domain.model import Member, Membership, Message, MessageNumber, Room, RoomId, RoomRole, RoomSummary, Seq, UserId
from livechat.domain.ports import DeleteMessage, EditMessage, MessageWrite, PostMessage, Stored
from tests.memory import Memory, MemoryRoom, check_text


class MemoryRooms:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def add(self, *, name: str, name_key: str, slug: str, description: str, creator: UserId, at: datetime) -> Room:
        await self._memory.writing(name, slug, description)
        room = Room(id=RoomId(0), name=name, slug=slug, description=description, created_by=creator, created_at=at)
        return self._memory.add_room(room, name_key)

    async def by_id(self, room_id: RoomId) -> Room | None:
        await self._memory.reading()
        stored = self._memory.rooms.get(room_id)
        return stored.room if stored else None

    async def by_slug(self, slug: str) -> Room | None:
        await self._memory.reading()
        for stored in self._memory.rooms.values():
            if stored.room.slug == slug:
                return stored.room
        return self._memory.rooms[self._memory.old_slugs[slug]].room if slug in self._memory.old_slugs else None

    async def rename(self, room_id: RoomId, *, name: str, name_key: str, slug: str) -> Room:
        await self._memory.writing(name, slug)
        stored = self._memory.room(room_id)
        self._memory.refuse_taken_room(name_key, but=room_id)
        old_slug = stored.room.slug
        stored.room = replace(stored.room, name=name, slug=self._memory.free_slug(slug, but=room_id))
        stored.name_key = name_key
        self._memory.old_slugs[old_slug] = room_id
        self._memory.old_slugs.pop(stored.room.slug, None)
        return stored.room

    async def describe(self, room_id: RoomId, description: str) -> Room:
        await self._memory.writing(description)
        stored = self._memory.room(room_id)
        stored.room = replace(stored.room, description=description)
        return stored.room

    async def delete(self, room_id: RoomId) -> None:
        await self._memory.writing()
        self._memory.room(room_id)
        del self._memory.rooms[room_id]
        self._memory.old_slugs = {slug: led_to for slug, led_to in self._memory.old_slugs.items() if led_to != room_id}
        self._memory.drafts = {place: body for place, body in self._memory.drafts.items() if place[1] != room_id}
        for user_id, account in self._memory.accounts.items():
            if account.user.last_room_id == room_id:
                self._memory.accounts[user_id] = replace(account, user=replace(account.user, last_room_id=None))

    async def all(self) -> Sequence[RoomSummary]:
        await self._memory.reading()
        rooms = sorted(self._memory.rooms.values(), key=lambda stored: stored.name_key)
        return [RoomSummary(room=stored.room, member_count=len(stored.members)) for stored in rooms]

    async def members(self, room_id: RoomId) -> Sequence[Member]:
        await self._memory.reading()
        if room_id not in self._memory.rooms:
            return []
        members = [self._memory.with_current_name(member) for member in self._memory.room(room_id).members.values()]
        return sorted(members, key=lambda member: (member.joined_at, member.person.id))

    async def memberships_of(self, user_id: UserId) -> Sequence[Membership]:
        await self._memory.reading()
        memberships = [
            Membership(room_id=room_id, user_id=user_id, role=member.role, joined_at=member.joined_at)
            for room_id, stored in self._memory.rooms.items()
            if (member := stored.members.get(user_id))
        ]
        return sorted(memberships, key=lambda membership: (membership.joined_at, membership.room_id))

    async def join(self, room_id: RoomId, user_id: UserId, *, role: RoomRole, at: datetime) -> Member:
        await self._memory.writing()
        return self._memory.join(room_id, user_id, role=role, at=at)

    async def leave(self, room_id: RoomId, user_id: UserId) -> bool:
        await self._memory.writing()
        stored = self._memory.rooms.get(room_id)
        return stored is not None and stored.members.pop(user_id, None) is not None


class MemoryMessages:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

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
        return [message for message in await self._all(room_id) if first <= message.number <= last]

    async def changed_since(self, room_id: RoomId, seq: Seq) -> Sequence[Message]:
        return [message for message in await self._all(room_id) if message.changed_seq > seq]

    async def _all(self, room_id: RoomId) -> list[Message]:
        await self._memory.reading()
        stored = self._memory.rooms.get(room_id)
        return [self._memory.current(message) for message in stored.messages.values()] if stored else []

    def _apply(self, write: MessageWrite) -> Stored | LivechatError:
        try:
            match write:
                case PostMessage():
                    return self._post(write)
                case EditMessage():
                    return self._edit(write)
                case DeleteMessage():
                    return self._delete(write)
        except LivechatError as refusal:
            return refusal

    def _post(self, post: PostMessage) -> Stored:
        check_text(post.body + post.client_key)
        key = (post.author_id, post.client_key)
        room_id, number = self._memory.posted.get(key, (post.room_id, MessageNumber(0)))
        if number and room_id in self._memory.rooms:
            return Stored(message=self._existing(self._memory.room(room_id), number), fresh=False)
        stored = self._memory.room(post.room_id)
        if post.author_id not in stored.members:
            raise NotAMember
        message = Message(
            room_id=post.room_id,
            number=MessageNumber(len(stored.messages) + 1),
            changed_seq=Seq(0),
            author=self._memory.accounts[post.author_id].user.person,
            body=post.body,
            client_key=post.client_key,
            created_at=post.at,
        )
        self._memory.posted[key] = (message.room_id, message.number)
        return self._keep(stored, message)

    def _edit(self, edit: EditMessage) -> Stored:
        check_text(edit.body)
        stored = self._memory.room(edit.room_id)
        message = self._existing(stored, edit.number)
        if message.deleted:
            raise MessageNotFound
        if message.author.id not in stored.members:
            raise NotAMember
        return self._keep(stored, replace(message, body=edit.body, edited_at=edit.at))

    def _delete(self, delete: DeleteMessage) -> Stored:
        stored = self._memory.room(delete.room_id)
        message = self._existing(stored, delete.number)
        if message.deleted:
            return Stored(message=message, fresh=False)
        if delete.member_id is not None and delete.member_id not in stored.members:
            raise NotAMember
        return self._keep(stored, replace(message, body='', deleted=True))

    def _existing(self, stored: MemoryRoom, number: MessageNumber) -> Message:
        if number not in stored.messages:
            raise MessageNotFound
        return self._memory.current(stored.messages[number])

    def _keep(self, stored: MemoryRoom, message: Message) -> Stored:
        stored.seq += 1
        kept = stored.messages[message.number] = replace(message, changed_seq=Seq(stored.seq))
        return Stored(message=kept, fresh=True)


class MemoryDrafts:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def get(self, user_id: UserId, room_id: RoomId) -> str:
        await self._memory.reading()
        return self._memory.drafts.get((user_id, room_id), '')

    async def put(self, user_id: UserId, room_id: RoomId, body: str) -> None:
        await self._memory.writing(body)
        self._memory.drafts.pop((user_id, room_id), None)
        if body and room_id in self._memory.rooms:
            self._memory.drafts[user_id, room_id] = body
