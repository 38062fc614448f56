"""Real picture files, drawn by the tests, and such as nobody should unpack."""

import io
import struct
import zlib

from PIL import Image
from pillow_heif import register_heif_opener

PLACE = 'Secret garden 52.520008 13.404954'
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + PLACE.encode() + b'</x:xmpmeta>'
GPS, DESCRIPTION, ORIENTATION = 0x8825, 0x010E, 0x0112
LATITUDE = (52.0, 31.0, 12.0288)
MIME = {'JPEG': 'image/jpeg', 'PNG': 'image/png', 'GIF': 'image/gif', 'WEBP': 'image/webp', 'AVIF': 'image/avif', 'HEIF': 'image/heic'}
register_heif_opener()


def scene(size: tuple[int, int] = (120, 80), mode: str = 'RGB') -> Image.Image:
    """Red, its upper left corner blue: turned ones are told apart."""
    picture = Image.new('RGB', size, 'red')
    picture.paste('blue', (0, 0, size[0] // 3, size[1] // 3))
    if mode == 'P+':
        shown = picture.quantize(4)
        shown.info['transparency'] = 0
        return shown
    if mode in {'RGBA', 'LA'}:
        picture.putalpha(Image.linear_gradient('L').resize(size))
    return Image.new('I;16', size, 40_000) if mode == 'I;16' else picture.convert(mode)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def drawn(kind: str = 'PNG', size: tuple[int, int] = (120, 80), mode: str = 'RGB', **options: object) -> bytes:
    return saved(scene(size, mode), kind, **options)


def told(orientation: int = 1) -> Image.Exif:
    """Where it was taken, and how it was held."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[DESCRIPTION] = PLACE
    exif.get_ifd(GPS)[2] = LATITUDE
    return exif


def animated(kind: str, count: int = 3, size: tuple[int, int] = (120, 80), **options: object) -> bytes:
    frames = [Image.new('RGB', size, (40 * index % 256, index // 7 % 256, 80)) for index in range(count)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], **{'duration': 70, 'loop': 0, **options})


def gif_of(count: int) -> bytes:
    """One frame, over and over: Pillow takes seconds for thousands."""
    data = drawn('GIF', (20, 20), 'L')
    start = data.index(b'!\xf9') if b'!\xf9' in data else data.index(b',\0\0\0\0')
    return data[:start] + count * data[start:-1] + data[-1:]


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))


def png_bomb(width: int, height: int) -> bytes:
    """A whole PNG, one bit per pixel, of a few hundred kB at most."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    rows = b''.join(packer.compress(row) for _ in range(height)) + packer.flush()
    return png_of(width, height, rows)


def png_of(width: int, height: int, rows: bytes) -> bytes:
    head = struct.pack('>IIBBBBB', width, height, 1, 0, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + png_chunk(b'IHDR', head) + png_chunk(b'IDAT', rows) + png_chunk(b'IEND', b'')


def jpeg_that_claims(width: int, height: int) -> bytes:
    data = drawn('JPEG')
    at = data.index(b'\xff\xc0') + 5
    return data[:at] + struct.pack('>HH', height, width) + data[at + 4 :]


def gif_that_claims(width: int, height: int) -> bytes:
    return b'GIF89a' + struct.pack('<HH', width, height) + drawn('GIF')[10:]


def webp_that_claims(width: int, height: int) -> bytes:
    data = drawn('WEBP', mode='RGBA')
    at = data.index(b'VP8X') + 12
    return data[:at] + (width - 1).to_bytes(3, 'little') + (height - 1).to_bytes(3, 'little') + data[at + 6 :]
