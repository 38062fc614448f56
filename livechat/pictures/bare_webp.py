"""A WebP without metadata: EXIF, XMP and what nobody knows is left out, in its frames too. Source: RFC 9649."""

import struct
from collections.abc import Iterator

from livechat.pictures.blocks import Bare, Malformed, Reader

NEEDED = frozenset({b'VP8X', b'ICCP', b'ANIM', b'ANMF', b'ALPH', b'VP8 ', b'VP8L'})
IN_FRAME = frozenset({b'ALPH', b'VP8 ', b'VP8L'})
DRAWN = frozenset({b'ANMF', b'VP8 ', b'VP8L'})
FRAME_HEADER = 16
EXTENDED_LENGTH = 10
HAS_EXIF, HAS_XMP = 0x08, 0x04


def bare_webp(data: bytes) -> Bare:
    """:raises Malformed: also when it ends too early."""
    head = Reader(data)
    if head.take(4) != b'RIFF':
        raise Malformed
    inside = Reader(head.take(head.number(4, little=True)))
    if inside.take(4) != b'WEBP':
        raise Malformed
    parts: list[bytes] = []
    exif = b''
    names: set[bytes] = set()
    for name, body in _chunks(inside):
        names.add(name)
        if name == b'EXIF':
            exif = exif or body
        elif name in NEEDED:
            parts.append(_chunk(name, _cleaned(name, body)))
    if not names & DRAWN:
        raise Malformed
    drawn = b'WEBP' + b''.join(parts)
    return Bare(data=b'RIFF' + len(drawn).to_bytes(4, 'little') + drawn, exif=exif)


def webp_size(data: bytes) -> tuple[int, int]:
    """Of a bare one, width and height: Pillow would take memory for them before it can be asked."""
    name, body = next(_chunks(Reader(data, 12)))
    if name == b'VP8X' and len(body) >= EXTENDED_LENGTH:
        return 1 + int.from_bytes(body[4:7], 'little'), 1 + int.from_bytes(body[7:10], 'little')
    if name == b'VP8L' and len(body) >= 5:
        bits = int.from_bytes(body[1:5], 'little')
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if name == b'VP8 ' and len(body) >= 10:
        width, height = struct.unpack_from('<HH', body, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise Malformed


def _chunks(reader: Reader) -> Iterator[tuple[bytes, bytes]]:
    while not reader.at_end:
        name = reader.take(4)
        length = reader.number(4, little=True)
        body = reader.take(length)
        if length % 2 and not reader.at_end:
            reader.take(1)
        yield name, body


def _cleaned(name: bytes, body: bytes) -> bytes:
    if name == b'VP8X':
        if len(body) < EXTENDED_LENGTH:
            raise Malformed
        return bytes([body[0] & ~(HAS_EXIF | HAS_XMP)]) + body[1:EXTENDED_LENGTH]
    if name == b'ANMF':
        reader = Reader(body)
        header = reader.take(FRAME_HEADER)
        return header + b''.join(_chunk(part, inner) for part, inner in _chunks(reader) if part in IN_FRAME)
    return body


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, 'little') + body + b'\0' * (len(body) % 2)
