"""An AVIF without metadata. Nothing in it may move, since its boxes are found by their offsets: what tells something is emptied.

A colour profile stays: its colours need it. Source: ISO/IEC 14496-12 and 23008-12.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from livechat.pictures.blocks import Bare, Malformed, Reader

OUTER = frozenset({b'ftyp', b'meta', b'mdat', b'moov'})
TELLING_ITEMS = frozenset({b'Exif', b'mime', b'uri '})
"""XMP is a `mime`."""
IN_META = frozenset({b'hdlr', b'dinf', b'pitm', b'iinf', b'iloc', b'iprp', b'iref', b'idat', b'grpl'})
SIGNS = (b'Exif', b'mime', b'uuid', b'udta', b'udes', b'xmpmeta', b'rdf+xml')
"""Names of boxes and items. Where one is left, also by chance, the picture has to be drawn anew."""
NOTHING = b'free'
MAX_EXTENTS = 10_000


@dataclass(frozen=True, slots=True)
class Span:
    """A box: its name stands at `name_at`, and what is in it from `start` to `end`."""

    name: bytes
    name_at: int
    start: int
    end: int


def bare_avif(data: bytes) -> Bare:
    """What stands behind its last box is cut off. :raises Malformed: also when it ends too early."""
    bare = bytearray(data)
    end = 0
    for box in _boxes(data, 0, len(data)):
        end = box.end
        if box.name not in OUTER:
            _empty(bare, box)
        elif box.name == b'meta':
            _empty_items(bare, data, box)
    return Bare(data=bytes(bare[:end]))


def is_bare_avif(data: bytes) -> bool:
    return not any(sign in data for sign in SIGNS)


def _boxes(data: bytes, start: int, end: int) -> Iterator[Span]:
    """Up to what is none: of unknown name, and longer than what is left."""
    reader = Reader(data, start, end)
    while end - reader.at >= 8:
        begin = reader.at
        length, name = reader.number(4), reader.take(4)
        if length == 1:
            length = reader.number(8)
        inside = reader.at
        length = length or end - begin  # 0 is for up to the end
        if name not in OUTER and not inside - begin <= length <= end - begin:
            return
        if length < inside - begin:
            raise Malformed
        reader.take(length - (inside - begin))
        yield Span(name, begin + 4, inside, reader.at)


def _empty(bare: bytearray, box: Span) -> None:
    bare[box.name_at : box.name_at + 4] = NOTHING
    bare[box.start : box.end] = bytes(box.end - box.start)


def _empty_items(bare: bytearray, data: bytes, meta: Span) -> None:
    inner: dict[bytes, Span] = {}
    for box in _boxes(data, meta.start + 4, meta.end):
        if box.name not in IN_META:
            _empty(bare, box)
        elif box.name in inner:  # decoders take the first
            raise Malformed
        else:
            inner[box.name] = box
    if not {b'iinf', b'iloc'} <= inner.keys():
        raise Malformed
    telling = set(_telling_items(bare, data, inner[b'iinf']))
    stored = inner.get(b'idat')
    left = len(data)
    for item, is_inside, start, length in _extents(data, inner[b'iloc']):
        if item not in telling:
            continue
        at = start + (stored.start if is_inside and stored else 0)
        left -= length
        if at + length > len(data) or left < 0:
            raise Malformed
        bare[at : at + length] = bytes(length)


def _telling_items(bare: bytearray, data: bytes, iinf: Span) -> Iterator[int]:
    """Their numbers. They lose their kind and their name."""
    short = data[iinf.start] == 0
    for entry in _boxes(data, iinf.start + (6 if short else 8), iinf.end):
        reader = Reader(data, entry.start, entry.end)
        version = reader.number(4) >> 24
        item = reader.number(4 if version == 3 else 2)
        reader.take(2)
        at = reader.at
        if reader.take(4) in TELLING_ITEMS:
            bare[at : at + 4] = NOTHING
            bare[at + 4 : entry.end] = bytes(entry.end - at - 4)
            yield item


def _extents(data: bytes, iloc: Span) -> Iterator[tuple[int, bool, int, int]]:
    """Item, whether it stands in `idat`, start and length."""
    reader = Reader(data, iloc.start, iloc.end)
    version = reader.number(4) >> 24
    sizes = reader.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    left = MAX_EXTENTS
    for _ in range(reader.number(wide)):
        item = reader.number(wide)
        is_inside = version > 0 and reader.number(2) & 15 == 1
        reader.take(2)
        base = reader.number(base_size)
        for _ in range(reader.number(2)):
            reader.take(index_size if version > 0 else 0)
            yield item, is_inside, base + reader.number(offset_size), reader.number(length_size)
            left -= 1
            if left < 0:
                raise Malformed
