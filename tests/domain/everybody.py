"""A chat with somebody of every kind, inside and outside of rooms of every kind, with files sent, deleted and waiting there."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from livechat.domain.attachment import Attachment, FileRecord
from livechat.domain.chat import Chat, running_chat
from livechat.domain.file import FileId, FileKind
from livechat.domain.limits import Limits
from livechat.domain.model import MessageNumber, Room, ServerRole, User, UserId, UserKind, UserStatus
from livechat.domain.names import name_key
from livechat.domain.people_ports import NewUser
from tests.domain.house import Time
from tests.faces import FakeFaceMaker
from tests.fakes import MemoryStores
from tests.file_fakes import FolderFiles, ScriptedInspector
from tests.memory import MemoryFile

ACTORS = ('owner', 'admin', 'inside', 'room admin', 'member', 'guest', 'elsewhere', 'stranger', 'banned')
INSIDE = frozenset({'inside', 'room admin', 'member', 'guest'})
ROLES = {'owner': ServerRole.OWNER, 'admin': ServerRole.ADMIN, 'inside': ServerRole.ADMIN}
GUESTS = frozenset({'guest', 'elsewhere'})
GENEROUS = Limits(message_burst=10_000, change_burst=10_000, deed_burst=10_000, upload_burst=10_000)


@dataclass
class Everybody:
    chat: Chat
    stores: MemoryStores
    time: Time
    people: dict[str, User] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    written: dict[tuple[str, str], MessageNumber] = field(default_factory=dict)
    """By room and author."""

    @staticmethod
    def file(kind: str, what: str) -> FileId:
        """In a room of that kind: the bystander's that was `sent` or `deleted`, or the one that somebody of that name has waiting."""
        return FileId(f'{kind} {what}')

    @property
    def newcomer(self) -> User:
        """An account that is in no room."""
        return self.people['newcomer']

    @property
    def bystander(self) -> User:
        """A plain member of every room."""
        return self.people['bystander']

    async def person(self, name: str) -> User:
        guest = name in GUESTS
        self.people[name] = await self.stores.users.add(
            NewUser(
                display_name=name.title(),
                name_key=name_key(name),
                username=name.replace(' ', '.'),
                email=None,
                role=ROLES.get(name, ServerRole.MEMBER),
                password_hash=None if guest else '',
                created_at=self.time.now(),
                kind=UserKind.GUEST if guest else UserKind.ACCOUNT,
            )
        )
        return self.people[name]

    def attach(self, room: Room, name: str, file_id: FileId) -> MemoryFile:
        """Without its bytes, which nobody looks at here. As the store would have it: a thousand chats are made in a minute."""
        file = Attachment(id=file_id, name=f'{file_id}.bin', kind=FileKind.OTHER, media_type='application/octet-stream', size=1)
        user = self.people[name]
        record = FileRecord(file=file, key=file_id, room_id=room.id, user_id=user.id, created_at=self.time.now())
        self.stores.memory.files[file_id] = MemoryFile(record)
        return self.stores.memory.files[file_id]

    async def room(self, kind: str) -> None:
        """With everybody inside, and a message of each."""
        rooms, maker = self.chat.rooms, self.people['room admin']
        inside = [self.people[name] for name in (*sorted(INSIDE), 'bystander', 'banned')]
        if kind == 'direct':
            room = await rooms.direct(maker, [user.id for user in inside])
        else:
            room = await rooms.create(maker, kind, private=kind == 'private')
            for user in inside:
                if user.id != maker.id:
                    await self.chat.members.add(maker, room.id, user.id)
        for name in (*sorted(INSIDE), 'bystander'):
            self.attach(room, name, self.file(kind, name))
            files = [self.attach(room, name, self.file(kind, 'sent')).record.file.id] if name == 'bystander' else []
            key = f'{kind}-{name}'.replace(' ', '-')
            posted = await rooms.post(self.people[name], room.id, f'{name} was here', key, files=files)
            self.written[kind, name] = posted.number
        deleted = self.attach(room, 'bystander', self.file(kind, 'deleted'))
        deleted.record, deleted.gone_at = replace(deleted.record, number=self.written[kind, 'bystander']), self.time.now()
        if kind == 'announcement':
            room = await self.chat.room_settings.set_rules(maker, room.id, announcements=True, slow_mode_s=0)
        if kind == 'archived':
            room = await self.chat.room_settings.archive(maker, room.id)
        self.rooms[kind] = room

    async def ban(self, name: str) -> None:
        self.people[name] = replace(
            await self.stores.users.set_status(UserId(self.people[name].id), UserStatus.BANNED), status=UserStatus.BANNED
        )


@asynccontextmanager
async def open_everybody(*kinds: str) -> AsyncIterator[Everybody]:
    """With rooms of those kinds, of every kind by default; `elsewhere` is in a room of their own with its admin."""
    time, stores = Time(), MemoryStores()
    with tempfile.TemporaryDirectory() as folder:
        async with running_chat(
            stores,
            clock=time,
            limits=GENEROUS,
            set_up_token=None,
            sleep=time.sleep,
            secret=b'secret',
            file_store=FolderFiles(Path(folder)),
            inspector=ScriptedInspector(),
            face_maker=FakeFaceMaker(),
        ) as chat:
            yield await _filled(Everybody(chat, stores, time), kinds)


async def _filled(everybody: Everybody, kinds: Sequence[str]) -> Everybody:
    for name in (*ACTORS, 'newcomer', 'bystander'):
        await everybody.person(name)
    maker = everybody.people['room admin']
    other = await everybody.chat.rooms.create(maker, 'Elsewhere')
    await everybody.chat.members.add(maker, other.id, everybody.people['elsewhere'].id)
    for kind in kinds or ('open', 'private', 'direct', 'announcement', 'archived'):
        await everybody.room(kind)
    await everybody.ban('banned')
    return everybody
