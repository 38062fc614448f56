"""Files as messages have them, and what is known of each while no message has it yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from livechat.domain.file import MAX_TEXT_BYTES, READ_KINDS, FileId, FileKind
from livechat.domain.model import MessageNumber, Person, RoomId, UserId


class Making(StrEnum):
    """How far the smaller pictures of an image are; other files are always done."""

    UNDER_WAY = 'under way'
    DONE = 'done'
    FAILED = 'failed'
    """It cannot be read: nothing of it is shown or sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file as a message shows it."""

    id: FileId
    name: str
    """As its sender called it, made harmless; see `clean_file_name`."""
    kind: FileKind
    media_type: str
    size: int
    """Bytes."""
    width: int = 0
    """Of a picture, in pixels, as it is shown; 0 when that is not known."""
    height: int = 0
    animated: bool = False
    excerpt: str = ''
    """The first lines of a text."""
    making: Making = Making.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A file with where it lies and whose it is."""

    file: Attachment
    key: str
    """Of its content in the FileStore; equal contents have the same."""
    room_id: RoomId
    user_id: UserId
    created_at: datetime
    number: MessageNumber | None = None
    """Of the message that shows it; None while it waits to be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFile:
    """A file in the list of a room."""

    file: Attachment
    number: MessageNumber
    author: Person
    posted_at: datetime


def text_share(files: Collection[Attachment]) -> int:
    """Bytes that are searched of what each of a message's files says: as many of each, whether the others were read yet or not."""
    return MAX_TEXT_BYTES // max(1, sum(file.kind in READ_KINDS for file in files))


def searched_part(text: str, files: Collection[Attachment]) -> str:
    """Of what one of these files of a message says."""
    return text.encode()[: text_share(files)].decode(errors='ignore')


def files_in_words(files: Sequence[Attachment]) -> str:
    """What stands for them where nothing of them is shown: a name, or how many there are."""
    if len(files) == 1:
        return files[0].name
    if not files:
        return ''
    return f'{len(files)} {"pictures" if all(each.kind is FileKind.IMAGE for each in files) else "files"}'
