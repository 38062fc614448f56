"""Files as people and attackers send them, made here: real pictures, and what only looks like one."""

import io
import random
import struct
import zlib
from fractions import Fraction
from functools import cache

from PIL import ExifTags, Image

SCRIPT = b'<script>alert(document.domain)</script>'
PLACE = b'GPS-PLACE-OF-A-HOME'
CAMERA = b'SERIAL-NUMBER-OF-A-CAMERA'
HOSTILE_NAMES = {
    'long, with paths': '/'.join(['x' * 49] * 100) + '.txt',
    'of three bytes each': '漢' * 4_990 + '.txt',
    'path': '../../x',
    'windows path': '..\\x',
    'absolute': '/etc/passwd',
    'device': 'con.txt',
    'hidden': '.htaccess',
    'NUL': 'a\0b.png',
    'encoded path': '%2e%2e%2f',
    'quote': '"; filename="b.html',
    'CRLF': 'a\r\nContent-Type: text/html\r\n\r\n<script>.txt',
    'markup': '<b>x',
    'right-to-left override': 'photo\u202egpj.exe',
    'emoji': '👩‍👩‍👧',
    'dots': '.' * 300,
    'two extensions': 'x.png.html',
    'svg': 'x.svg',
    'html': 'x.html',
    'empty': '',
    'one character': 'x',
    '255 bytes': 'y' * 255,
    '256 bytes': 'y' * 256,
    'unseen': '\u200b\u2060',
    'route': '_nicegui',
    'surrogate': '\\ud800',
}


def noise(width: int, height: int, *, seed: int = 1) -> Image.Image:
    """A picture that does not shrink when it is packed."""
    return Image.frombytes('RGB', (width, height), random.Random(seed).randbytes(width * height * 3))


def png(width: int = 8, height: int = 6, *, seed: int = 1) -> bytes:
    out = io.BytesIO()
    noise(width, height, seed=seed).save(out, 'PNG', compress_level=1)
    return out.getvalue()


@cache
def photo(width: int = 1_240, height: int = 930) -> bytes:
    """A JPEG that tells where it was taken, and by which camera."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = CAMERA.decode()
    exif[ExifTags.Base.Orientation] = 6
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = 'N'
    gps[ExifTags.GPS.GPSLatitude] = (Fraction(47), Fraction(22), Fraction(1_234, 100))
    gps[ExifTags.GPS.GPSMapDatum] = PLACE.decode()
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).convert('RGB').save(out, 'JPEG', quality=85, exif=exif, comment=PLACE)
    return out.getvalue()


def gif_page() -> bytes:
    """A GIF that is a page, too."""
    out = io.BytesIO()
    Image.new('P', (8, 6), 3).save(out, 'GIF', comment=b'/*')
    return out.getvalue() + b'<html>' + SCRIPT + b'</html>'


def hollow_png(width: int, height: int) -> bytes:
    """A whole PNG of one colour: small, until it is unpacked."""
    line = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b''.join([*(packer.compress(line) for _ in range(height)), packer.flush()])
    header = struct.pack('>IIBBBBB', width, height, 1, 0, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + _chunk(b'IHDR', header) + _chunk(b'IDAT', packed) + _chunk(b'IEND', b'')


def bomb_png() -> bytes:
    """It says 100 x 100 pixels, and its text and its pixels unpack to 200 MB each."""
    packed = zlib.compress(bytes(200_000_000), 9)
    header = struct.pack('>IIBBBBB', 100, 100, 8, 6, 0, 0, 0)
    text = _chunk(b'zTXt', b'Comment\0\0' + packed)
    return b'\x89PNG\r\n\x1a\n' + _chunk(b'IHDR', header) + text + _chunk(b'IDAT', packed) + _chunk(b'IEND', b'')


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
