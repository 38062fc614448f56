"""What the stores in memory share."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from livechat.domain.errors import InvalidInput, NotStored, RoomNameTaken, RoomNotFound
from livechat.domain.model import Member, Message, MessageNumber, Room, RoomId, RoomRole, User, UserId


@dataclass(frozen=True, slots=True)
class MemoryAccount:
    user: User
    name_key: str
    password_hash: str


@dataclass(slots=True)
class MemoryRoom:
    room: Room
    name_key: str
    members: dict[UserId, Member] = field(default_factory=dict)
    messages: dict[MessageNumber, Message] = field(default_factory=dict)
    seq: int = 0


class Memory:
    """Stands for the database: `full` refuses every write with NotStored, `gate`, when cleared, lets every write wait."""

    def __init__(self) -> None:
        self.full = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.ids = count(1)
        self.server_name = ''
        self.accounts: dict[UserId, MemoryAccount] = {}
        self.rooms: dict[RoomId, MemoryRoom] = {}
        self.old_slugs: dict[str, RoomId] = {}
        self.posted: dict[tuple[UserId, str], tuple[RoomId, MessageNumber]] = {}
        self.drafts: dict[tuple[UserId, RoomId], str] = {}

    async def reading(self) -> None:
        await asyncio.sleep(0)  # a database lets others go on as well

    async def writing(self, *texts: str | None) -> None:
        """Then change everything without another await: a write is whole or not at all."""
        await asyncio.sleep(0)
        await self.gate.wait()
        if self.full:
            raise NotStored
        for text in texts:
            check_text(text or '')

    def room(self, room_id: RoomId) -> MemoryRoom:
        if room_id not in self.rooms:
            raise RoomNotFound
        return self.rooms[room_id]

    def add_room(self, room: Room, key: str) -> Room:
        self.refuse_taken_room(key, but=None)
        stored = replace(room, id=RoomId(next(self.ids)), slug=self.free_slug(room.slug, but=None))
        assert stored.created_by is not None
        self.old_slugs.pop(stored.slug, None)
        self.rooms[stored.id] = MemoryRoom(stored, key)
        self.join(stored.id, stored.created_by, role=RoomRole.ADMIN, at=stored.created_at)
        return stored

    def join(self, room_id: RoomId, user_id: UserId, *, role: RoomRole, at: datetime) -> Member:
        person = self.accounts[user_id].user.person
        member = self.room(room_id).members.setdefault(user_id, Member(person=person, role=role, joined_at=at))
        return self.with_current_name(member)

    def with_current_name(self, member: Member) -> Member:
        return replace(member, person=self.accounts[member.person.id].user.person)

    def refuse_taken_room(self, key: str, but: RoomId | None) -> None:
        if any(other.name_key == key and other.room.id != but for other in self.rooms.values()):
            raise RoomNameTaken

    def free_slug(self, wanted: str, but: RoomId | None) -> str:
        taken = {other.room.slug for other in self.rooms.values() if other.room.id != but}
        return wanted if wanted not in taken else next(slug for n in count(2) if (slug := f'{wanted}-{n}') not in taken)

    def current(self, message: Message) -> Message:
        """With its author as they are called now."""
        return replace(message, author=self.accounts[message.author.id].user.person)


def check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput('This text has characters that cannot be stored.') from error
