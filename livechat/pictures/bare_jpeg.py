"""A JPEG without metadata: only the segments that a decoder needs. Source: ITU T.81 annex B, and Exif 2.32."""

import re

from livechat.pictures import exif
from livechat.pictures.blocks import Bare, Malformed, Reader

START, END, SCAN = 0xD8, 0xD9, 0xDA
APP0, APP1, APP2, APP14, APP15, COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
NEEDED = frozenset(range(0xC0, 0xE0)) - frozenset(range(0xD0, 0xDA))
"""Tables, frames and restart intervals."""
NEXT_MARKER = re.compile(rb'\xff[^\x00\xd0-\xd7\xff]')
"""In a scan 0xFF stands for itself before a zero, and for a restart before D0 to D7."""
JFIF = b'JFIF\0'
JFIF_LENGTH = 14


def bare_jpeg(data: bytes) -> Bare:
    """What browsers turn stays turned: of EXIF the orientation is kept. :raises Malformed: also when it ends too early."""
    reader = Reader(data)
    if reader.take(2) != bytes([0xFF, START]):
        raise Malformed
    parts: list[bytes] = []
    found = b''
    scans = 0
    while (marker := _marker(reader)) != END:
        body = reader.take(_length(reader))
        if marker == APP1 and body.startswith(exif.HEADER):
            found = found or body
        parts.append(_kept(marker, body))
        if marker == SCAN:
            scans += 1
            parts.append(_scan(reader))
    if not scans:
        raise Malformed
    orientation = exif.orientation(found)
    if orientation != exif.UPRIGHT:
        parts.insert(1 if parts[0][4:9] == JFIF else 0, _segment(APP1, exif.only(orientation)))
    return Bare(data=b''.join([bytes([0xFF, START]), *parts, bytes([0xFF, END])]), exif=found)


def _marker(reader: Reader) -> int:
    if reader.number(1) != 0xFF:
        raise Malformed
    while (marker := reader.number(1)) == 0xFF:  # they may fill
        pass
    return marker


def _length(reader: Reader) -> int:
    length = reader.number(2) - 2
    if length < 0:
        raise Malformed
    return length


def _kept(marker: int, body: bytes) -> bytes:
    """Empty for what is left out. JFIF may hold a thumbnail of what was cut away since."""
    if marker in NEEDED or (marker == APP2 and body.startswith(b'ICC_PROFILE\0')):
        return _segment(marker, body)
    if marker == APP0 and body.startswith(JFIF) and len(body) >= JFIF_LENGTH:
        return _segment(marker, body[: JFIF_LENGTH - 2] + b'\0\0')
    if marker == APP14 and body.startswith(b'Adobe'):
        return _segment(marker, body[:12])
    if APP0 <= marker <= APP15 or marker == COMMENT:
        return b''
    raise Malformed


def _scan(reader: Reader) -> bytes:
    found = NEXT_MARKER.search(reader.data, reader.at)
    if found is None:
        raise Malformed
    return reader.take(found.start() - reader.at)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, 'big') + body
