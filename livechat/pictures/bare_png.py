"""A PNG without metadata: only the chunks that are needed to draw it, animated or not. Source: PNG, third edition (W3C)."""

import zlib

from livechat.pictures.blocks import Bare, Malformed, Reader

SIGNATURE = b'\x89PNG\r\n\x1a\n'
HEADER_LENGTH = 13
NEEDED = frozenset({b'IHDR', b'PLTE', b'IDAT', b'IEND', b'tRNS', b'acTL', b'fcTL', b'fdAT'})
COLOURS = frozenset({b'gAMA', b'cHRM', b'sRGB', b'iCCP', b'cICP', b'sBIT', b'bKGD', b'pHYs', b'mDCV', b'cLLI'})


def bare_png(data: bytes) -> Bare:
    """:raises Malformed: also when a checksum is wrong or it ends too early."""
    reader = Reader(data)
    if reader.take(len(SIGNATURE)) != SIGNATURE:
        raise Malformed
    parts = [SIGNATURE]
    exif = b''
    names: set[bytes] = set()
    while b'IEND' not in names:
        name, body, whole = _chunk(reader)
        if (name == b'IHDR') == bool(names) or (name == b'IHDR' and len(body) != HEADER_LENGTH):
            raise Malformed
        names.add(name)
        if name == b'eXIf':
            exif = exif or body
        if name in NEEDED or name in COLOURS:
            parts.append(whole)
    if b'IDAT' not in names:
        raise Malformed
    return Bare(data=b''.join(parts), exif=exif)


def _chunk(reader: Reader) -> tuple[bytes, bytes, bytes]:
    start = reader.at
    length = reader.number(4)
    name = reader.take(4)
    body = reader.take(length)
    if reader.number(4) != zlib.crc32(body, zlib.crc32(name)):
        raise Malformed
    return name, body, reader.data[start : reader.at]
