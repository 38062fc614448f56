"""Image files, made here: real ones, and some that are made to do harm."""

import io
import struct
import zlib

from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener()

Colour = tuple[int, int, int]
RED, GREEN, BLUE, YELLOW = (200, 40, 40), (40, 160, 70), (40, 70, 200), (240, 210, 60)


def quarters(kind: str = 'JPEG', size: tuple[int, int] = (400, 200), **options: object) -> bytes:
    """Red and green above, blue and yellow below."""
    picture = Image.new('RGB', size)
    width, height = size[0] // 2, size[1] // 2
    for place, colour in (((0, 0), RED), ((width, 0), GREEN), ((0, height), BLUE), ((width, height), YELLOW)):
        picture.paste(colour, (*place, place[0] + width, place[1] + height))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """A whole PNG, one bit per pixel, of a few hundred kB at most."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))

    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b''.join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack('>IIBBBBB', width, height, 1, 0, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunk(b'IDAT', rows) + chunk(b'IEND', b'')


def colours(data: bytes) -> list[Colour]:
    """Of four places: upper left, upper right, lower left, lower right."""
    picture = Image.open(io.BytesIO(data)).convert('RGB')
    width, height = picture.size
    places = ((x, y) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4))
    found = [picture.getpixel(place) for place in places]
    return [(int(red), int(green), int(blue)) for red, green, blue in found]  # type: ignore[misc]


def alike(found: list[Colour], expected: list[Colour]) -> bool:
    """As the eye sees it: what is drawn anew is never quite the same."""
    return all(abs(a - b) < 40 for one, other in zip(found, expected, strict=True) for a, b in zip(one, other, strict=True))
