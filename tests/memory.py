"""What the stores in memory share."""

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from livechat.domain.attachment import FileRecord
from livechat.domain.errors import InvalidInput, NotStored, RoomNameTaken, RoomNotFound
from livechat.domain.face import Face
from livechat.domain.file import FileId
from livechat.domain.invitation import Invitation
from livechat.domain.message import Message, MessageKind, Revision, quote_of
from livechat.domain.model import (
    Draft,
    InvitationId,
    Involvement,
    Member,
    Membership,
    MessageNumber,
    Person,
    Room,
    RoomId,
    RoomRole,
    SignIn,
    SignInId,
    Unread,
    User,
    UserId,
    UserStatus,
)
from livechat.domain.policy import Policy
from livechat.domain.push import PushTarget, PushTargetId


@dataclass(frozen=True, slots=True)
class MemoryAccount:
    user: User
    name_key: str
    password_hash: str | None
    guest_key_hash: bytes | None = None


@dataclass(slots=True)
class MemoryRoom:
    room: Room
    name_key: str
    direct_key: str | None = None
    members: dict[UserId, Membership] = field(default_factory=dict)
    last_read: dict[UserId, MessageNumber] = field(default_factory=dict)
    messages: dict[MessageNumber, Message] = field(default_factory=dict)
    revisions: dict[MessageNumber, list[Revision]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    seq: int = 0

    @property
    def last_number(self) -> MessageNumber:
        return MessageNumber(len(self.messages))

    def unread(self, user_id: UserId, last_read: MessageNumber) -> Unread:
        """Counted anew each time."""
        counted = [
            message
            for message in self.messages.values()
            if message.number > last_read and message.author.id != user_id and message.kind is MessageKind.TEXT and not message.deleted
        ]
        mentions = sum(user_id in message.mentions for message in counted)
        return Unread(room_id=self.room.id, last_read=last_read, unread=len(counted), mentions=mentions)


@dataclass(slots=True)
class MemoryFile:
    record: FileRecord
    position: int = 0
    gone_at: datetime | None = None
    text: str | None = None


class Memory:
    """Stands for the database: `full` refuses every write with NotStored, `gate`, when cleared, lets every write wait."""

    def __init__(self) -> None:
        self.full = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.ids: Iterator[int] = count(1)
        self.server_name = self.server_picture = ''
        self.policy = Policy()
        self.accounts: dict[UserId, MemoryAccount] = {}
        self.rooms: dict[RoomId, MemoryRoom] = {}
        self.old_slugs: dict[str, RoomId] = {}
        self.posted: dict[tuple[UserId, str], tuple[RoomId, MessageNumber]] = {}
        self.drafts: dict[tuple[UserId, RoomId], Draft] = {}
        self.last_seen: dict[UserId, datetime] = {}
        self.sign_ins: dict[SignInId, tuple[bytes, SignIn]] = {}
        self.invitations: dict[InvitationId, Invitation] = {}
        self.password_links: dict[bytes, tuple[UserId, UserId | None, datetime]] = {}
        self.files: dict[FileId, MemoryFile] = {}
        self.searches: dict[UserId, dict[str, datetime]] = {}
        """What each person looked for, and when."""
        self.push_targets: dict[PushTargetId, PushTarget] = {}
        self.pictures: dict[str, Face] = {}
        self.icons: set[str] = set()

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

    def add_room(self, room: Room, key: str | None) -> Room:
        self.refuse_taken_room(key, but=None)
        stored = self._store_room(room, key)
        assert stored.created_by is not None
        self.join(stored.id, stored.created_by, role=RoomRole.ADMIN, at=stored.created_at)
        return stored

    def add_direct_room(self, room: Room, direct_key: str, people: Collection[UserId]) -> Room:
        stored = self._store_room(room, None)
        self.rooms[stored.id].direct_key = direct_key
        for user_id in people:
            self.join(stored.id, user_id, role=RoomRole.MEMBER, at=stored.created_at, involvement=Involvement.EVERYTHING)
        return stored

    def _store_room(self, room: Room, key: str | None) -> Room:
        stored = replace(room, id=RoomId(next(self.ids)), slug=self.free_slug(room.slug, but=None))
        self.old_slugs.pop(stored.slug, None)
        self.rooms[stored.id] = MemoryRoom(stored, self.room_key(stored.id, key))
        return stored

    def room_key(self, room_id: RoomId, key: str | None) -> str:
        return f'\x1f{room_id}' if key is None else key

    def join(
        self, room_id: RoomId, user_id: UserId, *, role: RoomRole, at: datetime, involvement: Involvement = Involvement.MENTIONS
    ) -> Membership:
        """Who is a member stays as they were; for whoever is new, everything so far is read."""
        stored = self.room(room_id)
        if user_id not in stored.members:
            stored.members[user_id] = Membership(room_id=room_id, user_id=user_id, role=role, joined_at=at, involvement=involvement)
            stored.last_read[user_id] = stored.last_number
        return stored.members[user_id]

    def member(self, membership: Membership) -> Member:
        return Member(
            person=self.accounts[membership.user_id].user.person,
            role=membership.role,
            joined_at=membership.joined_at,
            timed_out_until=membership.timed_out_until,
        )

    def is_active(self, user_id: UserId) -> bool:
        return self.accounts[user_id].user.status is UserStatus.ACTIVE

    def refuse_taken_room(self, key: str | None, but: RoomId | None) -> None:
        if any(other.name_key == key and other.room.id != but for other in self.rooms.values()):
            raise RoomNameTaken

    def free_slug(self, wanted: str, but: RoomId | None) -> str:
        taken = {other.room.slug for other in self.rooms.values() if other.room.id != but}
        return wanted if wanted not in taken else next(slug for n in count(2) if (slug := f'{wanted}-{n}') not in taken)

    def current(self, message: Message) -> Message:
        """With everybody as they are called now, and what it answers as that reads now."""
        if message.quote is not None:
            original = self.rooms[message.room_id].messages[message.quote.number]
            message = replace(message, quote=quote_of(replace(original, author=self.person(original.author.id))))
        reactions = tuple(replace(each, people=tuple(self.person(person.id) for person in each.people)) for each in message.reactions)
        return replace(message, author=self.person(message.author.id), reactions=reactions)

    def person(self, user_id: UserId) -> Person:
        return self.accounts[user_id].user.person


def check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput('This text has characters that cannot be stored.') from error
