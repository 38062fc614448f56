"""A GIF without metadata: its pictures, their timing and the loop. Source: the GIF89a specification of CompuServe."""

from livechat.pictures.blocks import Bare, Malformed, Reader

IMAGE, EXTENSION, TRAILER = 0x2C, 0x21, 0x3B
CONTROL, APPLICATION = 0xF9, 0xFF
LOOP_NAME = b'NETSCAPE2.0'
SIGNATURES = frozenset({b'GIF87a', b'GIF89a'})


def bare_gif(data: bytes) -> Bare:
    """:raises Malformed: also when it ends too early."""
    reader = Reader(data)
    if reader.take(6) not in SIGNATURES:
        raise Malformed
    _colours(reader, reader.take(7)[4])
    parts = [data[: reader.at]]
    images = 0
    while (kind := reader.number(1)) != TRAILER:
        if kind == EXTENSION:
            parts.append(_extension(reader))
        elif kind == IMAGE:
            images += 1
            parts.append(_image(reader))
        else:
            raise Malformed
    if not images:
        raise Malformed
    return Bare(data=b''.join([*parts, bytes([TRAILER])]))


def _extension(reader: Reader) -> bytes:
    """Empty for comments, texts and what applications hid there. The loop is written anew: there was room behind it."""
    label = reader.number(1)
    blocks = _blocks(reader)
    if label == CONTROL and blocks and len(blocks[0]) == 4:
        return bytes([EXTENSION, CONTROL, 4]) + blocks[0] + b'\0'
    if label == APPLICATION and len(blocks) > 1 and blocks[0] == LOOP_NAME and len(blocks[1]) == 3:
        return bytes([EXTENSION, APPLICATION, len(LOOP_NAME)]) + LOOP_NAME + b'\3' + blocks[1] + b'\0'
    return b''


def _image(reader: Reader) -> bytes:
    start = reader.at
    _colours(reader, reader.take(9)[8])
    reader.take(1)  # the size of its first codes
    _blocks(reader)
    return bytes([IMAGE]) + reader.data[start : reader.at]


def _colours(reader: Reader, flags: int) -> None:
    if flags & 0x80:
        reader.take(3 << (flags & 7) + 1)


def _blocks(reader: Reader) -> list[bytes]:
    """Up to an empty one."""
    blocks: list[bytes] = []
    while length := reader.number(1):
        blocks.append(reader.take(length))
    return blocks
