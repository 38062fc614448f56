"""The one thing in EXIF that is needed to draw a picture: which side is up."""

import struct
from typing import Literal

ORIENTATION = 0x0112
UPRIGHT = 1
TURNED = range(2, 9)
SIDEWAYS = range(5, 9)
"""Width and height change places."""
HEADER = b'Exif\0\0'
MAX_TAGS = 200
_SHORT = 3


def orientation(exif: bytes) -> int:
    """1 to 8; 1 where nothing sensible is said, as browsers take it."""
    tiff = exif.removeprefix(HEADER)
    if tiff[:4] not in {b'II*\0', b'MM\0*'}:
        return UPRIGHT
    order: Literal['little', 'big'] = 'little' if tiff.startswith(b'II') else 'big'

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)  # beyond the end it is 0

    tags = number(4, 4)
    for index in range(min(number(tags, 2), MAX_TAGS)):
        at = tags + 2 + 12 * index
        if number(at, 2) == ORIENTATION and number(at + 2, 2) == _SHORT:
            found = number(at + 8, 2)
            return found if found in TURNED else UPRIGHT
    return UPRIGHT


def only(orientation: int) -> bytes:
    """An EXIF block that says nothing else."""
    return HEADER + b'MM\0*' + struct.pack('>IHHHIHHI', 8, 1, ORIENTATION, _SHORT, 1, orientation, 0, 0)
