"""What a file is, and who looks into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NewType, Protocol

EXCERPT_LINES = 8
EXCERPT_CHARS = 400
THUMBNAIL_SIDES = (480, 1200)
"""Pixels of the longer side: in the conversation, and in the lightbox of a phone."""

MAX_TEXT_BYTES = 60_000
"""As UTF-8, of what the files of a message say together: 25 pages. To index it takes the one writer 15 ms, 35 at most, and so
does an edit of the message: nobody's post waits for longer than that."""

FileId = NewType('FileId', str)
"""22 characters of base64url: random, so that it tells nothing and cannot be guessed."""


class FileKind(StrEnum):
    """How a file is shown: by its content, never by its name."""

    IMAGE = 'image'
    VIDEO = 'video'
    AUDIO = 'audio'
    PDF = 'pdf'
    TEXT = 'text'
    OTHER = 'other'
    """To be downloaded, and nothing else."""


READ_KINDS = frozenset({FileKind.PDF, FileKind.TEXT})
"""What they say is searched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What is in a file, whatever it calls itself."""

    kind: FileKind
    media_type: str
    """Of a text that is not UTF-8 with its charset: `text/plain; charset=shift_jis`."""
    width: int = 0
    """As people see it, that is after turning it upright; 0 is unknown."""
    height: int = 0
    animated: bool = False
    excerpt: str = ''
    """The first lines of a text: at most EXCERPT_LINES and EXCERPT_CHARS."""


class FileInspector(Protocol):
    """Looks into files of strangers, and survives it."""

    async def inspect(self, path: Path, name: str) -> Inspected:
        """What the file at `path` is. A picture or film is rewritten in place without what it says of its owner.

        :raises FileRefused: when it is empty, or a picture that is broken or too large; nobody needs to keep the file then.
        :raises TooBusy: it says nothing about the file.
        """
        ...

    async def thumbnails(self, path: Path) -> Mapping[int, bytes]:
        """Of an inspected picture: webp by THUMBNAIL_SIDES, the smallest first, and none that a smaller picture does not need.

        None at all where drawing takes too long.
        :raises FileRefused: when it cannot be read. :raises TooBusy: it says nothing about the picture.
        """
        ...

    async def text(self, path: Path) -> str:
        """What an inspected file says, in one line of at most MAX_TEXT_BYTES; empty when that is nothing, or cannot be read.

        :raises TooBusy: it says nothing about the file.
        """
        ...
