"""What the domain needs stored about files, besides their bytes. The rules for all stores are in `ports.py`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from livechat.domain.attachment import FileRecord, Making, RoomFile
from livechat.domain.file import FileId, FileKind
from livechat.domain.model import MessageNumber, RoomId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Files that are gone for good."""

    keys: Collection[str]
    """Of the contents that no file has any more."""
    sizes: Mapping[UserId, int]
    """Bytes of each person's, those of contents that others have among them."""
    is_all: bool
    """No file is left that is on its way out."""


class FileRecords(Protocol):
    """Posts, edits and deletions of messages change these in their own transaction: see `livechat.domain.writes`."""

    async def add(self, record: FileRecord) -> None:
        """One that waits to be sent."""
        ...

    async def get(self, file_id: FileId) -> FileRecord | None:
        """None too for one that is on its way out."""
        ...

    async def waiting(self, user_id: UserId, room_id: RoomId) -> Sequence[FileRecord]:
        """What that person has not sent yet in that room, oldest first."""
        ...

    async def withdraw(self, file_ids: Collection[FileId], user_id: UserId, at: datetime) -> Collection[FileId]:
        """Take away what waits, of that person's alone; which of them that were."""
        ...

    async def expire(self, before: datetime, at: datetime) -> Collection[FileId]:
        """Take away whatever has waited since before then, and the files of rooms that are gone; which those were."""
        ...

    async def finish(self, file_id: FileId, making: Making) -> tuple[RoomId, MessageNumber] | None:
        """How the making of its smaller pictures ended. The message that shows it by now: that has to be told, and nothing was stored."""
        ...

    async def unfinished(self) -> Sequence[FileRecord]:
        """Whose smaller pictures are still to be made."""
        ...

    async def unread(self) -> Sequence[FileRecord]:
        """Those of READ_KINDS whose text was never set."""
        ...

    async def set_text(self, file_id: FileId, text: str) -> None:
        """What it says: from now on the message that shows it is found by that. Nothing happens to a file that is not there."""
        ...

    async def is_known(self, record: FileRecord) -> bool:
        """Whether that person, or anybody in that room, has the same content in another file."""
        ...

    async def in_room(
        self, room_id: RoomId, kinds: Collection[FileKind], *, before: tuple[MessageNumber, int] | None, limit: int
    ) -> Sequence[tuple[tuple[MessageNumber, int], RoomFile]]:
        """What the messages of a room show, newest first; each with its place, which comes before the next page's."""
        ...

    async def take_gone(self, before: datetime) -> Forgotten:
        """Forget what has been on its way out since before then."""
        ...

    async def has_key(self, key: str) -> bool:
        """Whether some file has that content."""
        ...

    async def keys(self) -> Collection[str]:
        """Of all contents that some file has."""
        ...

    async def usage(self) -> Mapping[UserId, int]:
        """Bytes of everybody's files. What is on its way out counts until it is forgotten: a deletion may be taken back."""
        ...
