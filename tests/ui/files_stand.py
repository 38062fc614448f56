"""Pages of a server with a place for files. Their bytes do not matter here: what is posted with them, and what a room lists."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import Any, cast

from livechat.domain.attachment import Attachment, Making, RoomFile
from livechat.domain.chat import Chat
from livechat.domain.errors import MessageNotFound
from livechat.domain.file import FileId, FileKind
from livechat.domain.files import PLACE, Files
from livechat.domain.limits import Limits
from livechat.domain.model import MessageNumber, RoomId, User
from livechat.domain.tray_item import TrayItem
from livechat.domain.writes import Change, EditMessage, FinishFile, MessageWrite, PostMessage, Stored
from tests.memory import Memory
from tests.memory_messages import MemoryMessages
from tests.memory_writes import MemoryWrites
from tests.ui.page_stand import PageStand, TroubledDrafts
from tests.ui.room_stand import RoomStand

_numbers = count(1)
KINDS = {
    'jpg': FileKind.IMAGE,
    'gif': FileKind.IMAGE,
    'mp4': FileKind.VIDEO,
    'mp3': FileKind.AUDIO,
    'pdf': FileKind.PDF,
    'txt': FileKind.TEXT,
}


def a_file(name: str = 'photo.jpg', **more: Any) -> Attachment:
    """What it is follows from the end of its name."""
    kind = KINDS.get(name.rpartition('.')[2], FileKind.OTHER)
    known: dict[str, Any] = {'id': FileId(f'file-{next(_numbers):017}'), 'name': name, 'kind': kind, 'media_type': 'x/y', 'size': 2_048}
    if kind is FileKind.IMAGE:
        known |= {'width': 1_600, 'height': 1_200}
    return Attachment(**{**known, **more})


class WritesWithFiles(MemoryWrites):
    def __init__(self, memory: Memory, files: dict[FileId, Attachment]) -> None:
        super().__init__(memory)
        self._files = files

    def apply(self, write: MessageWrite) -> Stored:
        match write:
            case FinishFile():
                message = self._memory.rooms[write.room_id].messages.get(write.number)
                if message is None:
                    raise MessageNotFound
                made = (replace(file, making=write.making) if file.id == write.file_id else file for file in message.files)
                return self._with(super()._keep(self._memory.room(write.room_id), message, Change.AMENDED), made)
            case PostMessage() if write.files:
                return self._with(super().apply(write), [self._files[file_id] for file_id in write.files])
            case EditMessage(files=kept) if kept is not None:
                stored = super().apply(write)
                return self._with(stored, [file for file in stored.message.files if file.id in kept])
            case _:
                return super().apply(write)

    def _with(self, stored: Stored, files: Any) -> Stored:
        message = replace(stored.message, files=tuple(files))
        self._memory.rooms[message.room_id].messages[message.number] = message
        return replace(stored, message=message)


class MessagesWithFiles(MemoryMessages):
    def __init__(self, memory: Memory, files: dict[FileId, Attachment]) -> None:
        super().__init__(memory)
        self._writes = WritesWithFiles(memory, files)


class ListedFiles:
    """Of `Files`, what a page asks for."""

    def __init__(self, chat: Chat, memory: Memory) -> None:
        self._chat = chat
        self._memory = memory
        self.asked = 0

    async def tray(self, user: User, room_id: RoomId) -> Sequence[TrayItem]:
        """Nothing waits to be sent here."""
        return ()

    async def in_room(
        self, user: User, room_id: RoomId, kinds: Collection[FileKind], *, before: PLACE | None = None, limit: int = 50
    ) -> Sequence[tuple[PLACE, RoomFile]]:
        self.asked += 1
        (await self._chat.rooms.access(user, room_id)).must_be_member()
        messages = self._memory.rooms[room_id].messages.values()
        found = [
            ((message.number, place), RoomFile(file=file, number=message.number, author=message.author, posted_at=message.created_at))
            for message in map(self._memory.current, messages)
            for place, file in enumerate(message.files)
            if file.kind in kinds and file.making is not Making.FAILED
        ]
        newest_first = sorted(found, key=lambda each: each[0], reverse=True)
        return [each for each in newest_first if before is None or each[0] < before][: min(limit, 100)]


class _House(RoomStand):
    """A `RoomStand` whose messages can have files."""

    def __init__(self, limits: Limits | None, files: dict[FileId, Attachment]) -> None:
        super().__init__(limits)
        self.stores.messages = MessagesWithFiles(self.stores.memory, files)

    async def open(self, history: int = 0, people: int = 2) -> None:
        await super().open(history, people)
        self.listed = ListedFiles(self.chat, self.stores.memory)
        self.chat = replace(self.chat, files=cast('Files', self.listed))


class FilesStand(PageStand):
    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self._files: dict[FileId, Attachment] = {}
        self.house = _House(limits, self._files)
        self.drafts = TroubledDrafts(self.house.stores.memory)
        self.house.stores.drafts = self.drafts

    async def send(self, *files: Attachment, body: str = '', by: int = 0) -> MessageNumber:
        """A message with these, in the lobby."""
        self._files |= {file.id: file for file in files}
        ids = [file.id for file in files]
        message = await self.chat.rooms.post(self.people[by], self.lobby.id, body, f'f{next(_numbers)}', files=ids)
        await self.settle()
        return message.number

    async def keep_only(self, number: MessageNumber, *files: Attachment, by: int = 0) -> None:
        """Its author takes the other ones away."""
        kept = [file.id for file in files]
        await self.chat.rooms.edit(self.people[by], self.lobby.id, number, 'fewer', files=kept)
        await self.settle()

    async def delete(self, number: MessageNumber) -> None:
        await self.chat.rooms.delete_message(self.people[0], self.lobby.id, number)
        await self.settle()

    async def made(self, number: MessageNumber, file: Attachment, making: Making) -> None:
        """How the making of its smaller pictures ended."""
        await self.chat.supervisor.room(self.lobby.id).finish_file(number, file.id, making)
        await self.settle()


@asynccontextmanager
async def open_files(*, history: int = 3, limits: Limits | None = None) -> AsyncIterator[FilesStand]:
    stand = FilesStand(limits)
    await stand.open(history)
    try:
        yield stand
    finally:
        await stand.close()
