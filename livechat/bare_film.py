"""Films and sounds without where they were taken: what an MP4, MOV or M4A says of itself is overwritten in its place.

Nothing may move, since samples are found by their offsets: telling boxes become free ones full of zeros. Titles and covers go with
them. What tracks hold is not looked at: where a camera writes its way into one, as GoPro's do, it stays. Nor are tags of
WebM, Ogg and MP3: no camera or phone writes places there. Source: ISO/IEC 14496-12, and Apple's QuickTime File Format.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

BARED: Final = frozenset({'audio/mp4', 'video/mp4', 'video/quicktime'})
CONTAINERS: Final = frozenset({b'moov', b'trak', b'mdia', b'moof', b'traf'})
TELLING: Final = frozenset({b'meta', b'udta', b'uuid'})
"""`uuid` is XMP."""
NOTHING: Final = b'free'
MAX_BOXES: Final = 100_000
"""About 2 s of work. Four hours in fragments of 2 s have 50,000."""
MAX_DEPTH: Final = 4
AT_ONCE_BYTES: Final = 2**20


class TooManyBoxes(Exception):
    """It would take too long to look at all of them."""


@dataclass(frozen=True, slots=True)
class Span:
    """A box: its name stands at `name_at`, and what is in it from `start` to `end`."""

    name: bytes
    name_at: int
    start: int
    end: int


def bare_film(path: Path) -> None:
    """In its place; only the boxes' heads are read. Broken ones end the walk, as in players. :raises TooManyBoxes:"""
    with path.open('r+b') as file:
        for box in list(_telling(file, path.stat().st_size)):
            _empty(file, box)


def _telling(file: BinaryIO, size: int) -> Iterator[Span]:
    inside = [(0, size, 0)]
    left = MAX_BOXES
    while inside:
        start, end, depth = inside.pop()
        for box in _boxes(file, start, end):
            left -= 1
            if left < 0:
                raise TooManyBoxes
            if box.name in TELLING:
                yield box
            elif box.name in CONTAINERS and depth < MAX_DEPTH:
                inside.append((box.start, box.end, depth + 1))


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[Span]:
    """The last one may be cut."""
    while end - start >= 8:
        file.seek(start)
        head = file.read(16)
        length, inside = int.from_bytes(head[:4], 'big'), start + 8
        if length == 1:
            length, inside = int.from_bytes(head[8:16], 'big'), start + 16
        after = min(start + length, end) if length else end  # 0 is for up to the end
        if after < inside:
            return
        yield Span(head[4:8], start + 4, inside, after)
        start = after


def _empty(file: BinaryIO, box: Span) -> None:
    file.seek(box.name_at)
    file.write(NOTHING)
    file.seek(box.start)
    for at in range(box.start, box.end, AT_ONCE_BYTES):
        file.write(bytes(min(AT_ONCE_BYTES, box.end - at)))
