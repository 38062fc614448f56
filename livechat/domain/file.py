"""What a file is, and how one is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NewType, Protocol

FileId = NewType('FileId', str)
"""22 characters of base64url: random, so that it tells nothing and cannot be guessed."""


class FileKind(StrEnum):
    """How a file is shown; by its content, never by its name."""

    IMAGE = 'image'
    VIDEO = 'video'
    AUDIO = 'audio'
    PDF = 'pdf'
    TEXT = 'text'
    OTHER = 'other'
    """To be downloaded, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What is in a file, whatever it calls itself."""

    kind: FileKind
    media_type: str
    width: int = 0
    height: int = 0
    animated: bool = False
    excerpt: str = ''


class FileInspector(Protocol):
    async def inspect(self, path: Path, name: str) -> Inspected:
        """:raises FileRefused:"""
        ...

    async def thumbnails(self, path: Path) -> Mapping[int, bytes]:
        """:raises FileRefused:"""
        ...


def clean_file_name(name: str) -> str:
    return name


def size_in_words(size: int) -> str:
    """As people read it: 830 bytes, 12 kB, 3.4 MB. Powers of 1,024."""
    if size < 1_024:
        return f'{size} bytes'
    amount, unit = next((size / 1_024**power, unit) for power, unit in ((3, 'GB'), (2, 'MB'), (1, 'kB')) if size >= 1_024**power)
    return f'{amount:.1f}'.removesuffix('.0') + f' {unit}' if amount < 10 else f'{amount:.0f} {unit}'
