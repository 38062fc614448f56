"""What a file is, what it may be called, and who looks into it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NewType, Protocol

from livechat.domain.names import CONTROL, IGNORABLE, MAX_TYPED_CHARS, NONCHARACTER, SURROGATE, is_visible

MAX_FILE_NAME_CHARS = 120
MAX_FILE_NAME_BYTES = 200
"""In UTF-8: with what others put before or behind it, it still fits into the 255 of a file system."""
MAX_EXTENSION_CHARS = 16
EXCERPT_LINES = 8
EXCERPT_CHARS = 400
THUMBNAIL_SIDES = (480, 1200)
"""Pixels of the longer side: in the conversation, and in the lightbox of a phone."""
NAMELESS = 'file'

FileId = NewType('FileId', str)


class FileKind(StrEnum):
    """How a file is shown."""

    IMAGE = 'image'
    VIDEO = 'video'
    AUDIO = 'audio'
    PDF = 'pdf'
    TEXT = 'text'
    OTHER = 'other'


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What is in a file, whatever it calls itself."""

    kind: FileKind
    media_type: str
    width: int = 0
    """As people see it, that is after turning it upright; 0 is unknown."""
    height: int = 0
    animated: bool = False
    excerpt: str = ''
    """The first lines of a text: at most EXCERPT_LINES and EXCERPT_CHARS."""


class FileInspector(Protocol):
    """Looks into files of strangers, and survives it."""

    async def inspect(self, path: Path, name: str) -> Inspected:
        """What the file at `path` is. A picture is rewritten in place without what it says of its owner.

        :raises FileRefused: when it is empty, or a picture that is broken or too large; nobody needs to keep the file then.
        """
        ...

    async def thumbnails(self, path: Path) -> Mapping[int, bytes]:
        """Of an inspected picture: webp by THUMBNAIL_SIDES, the smallest first, and none that a smaller picture does not need.

        :raises FileRefused:
        """
        ...


def clean_file_name(name: str) -> str:
    """The name as it may be shown, stored and put into a header: one line, no path, nothing unseen; never empty.

    Quotes and letters of any script stay: who writes a header encodes them (RFC 6266).
    """
    last = re.split(r'[/\\]', name)[-1]
    seen = CONTROL.sub('', ' '.join(IGNORABLE.sub('', NONCHARACTER.sub('', SURROGATE.sub('', last))).split()))
    if len(seen) > MAX_TYPED_CHARS:  # bringing marks into order takes the square of their number
        seen = seen[: MAX_TYPED_CHARS // 2] + seen[-MAX_TYPED_CHARS // 2 :]
    cleaned = ' '.join(unicodedata.normalize('NFC', seen).split()).strip('. ')
    return _shortened(cleaned) if is_visible(cleaned) else NAMELESS


def extension_of(name: str) -> str:
    """In lower case, with its dot; empty when there is none."""
    stem, dot, extension = clean_file_name(name).rpartition('.')
    return dot + extension.lower() if stem else ''


def _shortened(name: str) -> str:
    """Of a long name the beginning and the extension."""
    if len(name) <= MAX_FILE_NAME_CHARS and len(name.encode()) <= MAX_FILE_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition('.')
    if not dot:
        stem, extension = name, ''
    end = (dot + extension[:MAX_EXTENSION_CHARS]).rstrip('. ')
    beginning = stem[: MAX_FILE_NAME_CHARS - len(end)].encode()[: MAX_FILE_NAME_BYTES - len(end.encode())]
    return beginning.decode(errors='ignore').rstrip('. ') + end
