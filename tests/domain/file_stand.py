"""A running chat with files: fake time, stores in memory, bytes in a folder; and what must be true of them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from livechat.domain.attachment import Attachment
from livechat.domain.backplane import LocalSubscription
from livechat.domain.chat import Chat, running_chat
from livechat.domain.events import Event, TrayChanged, user_topic
from livechat.domain.file import FileId
from livechat.domain.file_errors import FileNotFound
from livechat.domain.files import Files
from livechat.domain.limits import Limits
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Room, ServerRole, User, UserKind
from livechat.domain.names import name_key
from livechat.domain.people_ports import NewUser
from livechat.domain.tray_item import TrayItem
from tests.domain.house import Time, queued
from tests.fakes import MemoryStores
from tests.file_fakes import IMAGE, FolderFiles, ScriptedInspector
from tests.patience import threads_at_rest, until, use_one_thread

ROOMY = Limits(
    message_burst=10_000,
    change_burst=10_000,
    deed_burst=10_000,
    upload_burst=10_000,
    file_bytes=0,
    files_per_message=0,
    person_file_bytes=0,
    server_file_bytes=0,
    uploads_at_once=1_000,
    uploads_at_once_in_all=1_000,
)
"""As good as no limits; each test sets the one that it is about."""
KEPT_S = ROOMY.undo_s + ROOMY.undo_grace_s
PICTURE = IMAGE + b'of a cat'


@dataclass
class FileStand:
    folder: FolderFiles
    stores: MemoryStores = field(default_factory=MemoryStores)
    time: Time = field(default_factory=Time)
    inspector: ScriptedInspector = field(default_factory=ScriptedInspector)
    keys: 'count[int]' = field(default_factory=count)
    people: dict[str, User] = field(default_factory=dict)
    _chat: Chat | None = None
    _room: Room | None = None

    @property
    def chat(self) -> Chat:
        assert self._chat is not None
        return self._chat

    @property
    def files(self) -> Files:
        assert self.chat.files is not None
        return self.chat.files

    @property
    def room(self) -> Room:
        """With Olga, who owns the server and made it, Ana and Bo."""
        assert self._room is not None
        return self._room

    @property
    def olga(self) -> User:
        return self.people['Olga']

    @property
    def ana(self) -> User:
        return self.people['Ana']

    @property
    def bo(self) -> User:
        return self.people['Bo']

    @asynccontextmanager
    async def running(self, limits: Limits = ROOMY, accepted: Sequence[str] = ()) -> AsyncIterator['FileStand']:
        use_one_thread()
        async with running_chat(
            self.stores,
            clock=self.time,
            limits=limits,
            set_up_token=None,
            sleep=self.time.sleep,
            secret=b'secret',
            file_store=self.folder,
            inspector=self.inspector,
            accepted_files=accepted,
        ) as self._chat:
            if not self.people:
                await self._move_in()
            yield self

    async def _move_in(self) -> None:
        for name, role in (('Olga', ServerRole.OWNER), ('Ana', ServerRole.MEMBER), ('Bo', ServerRole.MEMBER)):
            await self.person(name, role)
        self._room = await self.chat.rooms.create(self.olga, 'Lobby')
        for user in (self.ana, self.bo):
            await self.chat.members.add(self.olga, self.room.id, user.id)

    async def person(self, name: str, role: ServerRole = ServerRole.MEMBER, kind: UserKind = UserKind.ACCOUNT) -> User:
        self.people[name] = await self.stores.users.add(
            NewUser(
                display_name=name,
                name_key=name_key(name),
                username=name.lower(),
                email=None,
                role=role,
                password_hash='' if kind is UserKind.ACCOUNT else None,
                created_at=self.time.now(),
                kind=kind,
            )
        )
        return self.people[name]

    async def upload(self, user: User, data: bytes = b'plain', name: str = 'notes.bin', *, room: Room | None = None) -> Attachment:
        async with self.files.uploads.receiving(user, (room or self.room).id, name, size=len(data)) as upload:
            await upload.write(data)
            return await upload.finish()

    async def post(self, user: User, *files: Attachment, body: str = '', room: Room | None = None) -> Message:
        ids = [file.id for file in files]
        return await self.chat.rooms.post(user, (room or self.room).id, body, f'key-{next(self.keys)}', files=ids)

    async def message(self, number: MessageNumber) -> Message:
        return await self.chat.rooms.message(self.olga, self.room.id, number)

    async def tray(self, user: User) -> Sequence[TrayItem]:
        return await self.files.tray(user, self.room.id)

    async def may_open(self, user: User, file_id: FileId) -> bool:
        try:
            await self.files.open(user, file_id)
        except FileNotFound:
            return False
        return True

    async def swept(self, seconds: float = 2 * KEPT_S) -> None:
        """That much later, with everything done that was to be done."""
        step = KEPT_S / 2
        for _ in range(round(seconds / step)):
            await self.at_rest()
            self.time.advance(step)
        await self.at_rest()

    async def at_rest(self) -> None:
        """The sweep compares names in a thread, of which the loop's turns say nothing."""
        for _ in range(10):
            for _ in range(20):
                await self.stores.memory.reading()
            await threads_at_rest()

    async def made(self, file_id: FileId) -> None:
        """The smaller pictures of that file are done, or are known not to be."""
        await until(lambda: self.stores.memory.files[file_id].record.file.making != 'under way')
        await self.at_rest()

    def told(self, user: User) -> LocalSubscription:
        subscription = self.chat.backplane.subscribe(user_topic(user.id))
        assert isinstance(subscription, LocalSubscription)
        return subscription

    async def trays_told(self, subscription: LocalSubscription) -> list[Event]:
        return [event for event in await queued(subscription) if isinstance(event, TrayChanged)]

    def nothing_is_left(self) -> None:
        """Of any upload: no bytes, no row, and the quota is as it was."""
        assert self.folder.arriving == []
        assert self.folder.contents == {}
        assert self.stores.memory.files == {}
        assert self.files._quota.used == 0


@asynccontextmanager
async def open_stand(folder: Path, limits: Limits = ROOMY, accepted: Sequence[str] = ()) -> AsyncIterator[FileStand]:
    async with FileStand(FolderFiles(folder)).running(limits, accepted) as stand:
        yield stand
