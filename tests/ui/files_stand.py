"""Pages of a server with a place for files. Their bytes do not matter here: what is posted with them, and what a room lists."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from livechat.domain.attachment import Attachment, FileRecord, Making, RoomFile
from livechat.domain.file import FileId, FileKind
from livechat.domain.limits import Limits
from livechat.domain.model import MessageNumber, Room, RoomId, User
from tests.fakes import FakeClock, MemoryStores
from tests.file_fakes import ScriptedInspector
from tests.memory_file_store import MemoryFiles
from tests.memory_files import MemoryFileRecords
from tests.ui.page_stand import PageStand

_numbers = count(1)
NOWHERE = Path('nowhere')
"""No byte of a file arrives here."""
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


async def attach(stores: MemoryStores, clock: FakeClock, room: Room, user: User, *files: Attachment) -> Sequence[FileId]:
    """They wait to be sent by that person; their ids."""
    for file in files:
        key = f'{next(_numbers):064x}'
        await stores.files.add(FileRecord(file=file, key=key, room_id=room.id, user_id=user.id, created_at=clock.now()))
    return [file.id for file in files]


class CountingRecords(MemoryFileRecords):
    """Counts how often a list was asked for."""

    asked = 0

    async def in_room(
        self, room_id: RoomId, kinds: Collection[FileKind], *, before: tuple[MessageNumber, int] | None, limit: int
    ) -> Sequence[tuple[tuple[MessageNumber, int], RoomFile]]:
        self.asked += 1
        return await super().in_room(room_id, kinds, before=before, limit=limit)


class FilesStand(PageStand):
    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self.house.stores.files = self.records = CountingRecords(self.house.stores.memory)
        self.house.more = {'file_store': MemoryFiles(NOWHERE), 'inspector': ScriptedInspector()}

    async def send(self, *files: Attachment, body: str = '', by: int = 0) -> MessageNumber:
        """A message with these, in the lobby."""
        user = self.people[by]
        ids = await attach(self.house.stores, self.house.clock, self.lobby, user, *files)
        message = await self.chat.rooms.post(user, self.lobby.id, body, f'f{next(_numbers)}', files=ids)
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
