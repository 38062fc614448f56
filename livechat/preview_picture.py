"""A stranger's picture, made small and drawn anew: nothing of the original file is left but how it looks.

The decoding happens in a process of its own, `python -m livechat.preview_picture`: the bytes go in by stdin, the small picture
comes out by stdout. Decoders are old C code that meets whatever anybody puts on the web; here a crash is no crash of the server,
and too much memory or time ends the process.
"""

import asyncio
import io
import struct
import sys
import warnings
from dataclasses import dataclass
from typing import Final

from livechat.sandbox import ProcessFailed, ProcessTooSlow, ask, limit
from livechat.sandbox import environment as _environment

MAX_SIDE = 480
MAX_PIXELS = 20_000_000
"""80 MB when it is unpacked. Pictures for previews have a twentieth of it."""
MAX_LENGTH = 20_000
"""Of a side: thin ones of few pixels take long to scale, and show nothing."""
LIMIT_S: Final = 5.0
MEMORY_BYTES = 512 * 2**20
"""Of address space, with Python's own."""
AT_ONCE = 2
QUALITY = 75
FORMATS = ('PNG', 'JPEG', 'WEBP', 'GIF')
MAGIC = (b'\x89PNG\r\n\x1a\n', b'\xff\xd8\xff', b'GIF87a', b'GIF89a')
_SIZE = struct.Struct('>HH')


class PictureRefused(Exception):
    """It is not shown; `str(error)` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallPicture:
    webp: bytes
    width: int
    height: int


def is_picture(data: bytes) -> bool:
    """By its first bytes, whatever its server calls it. SVG is none: it is a document, with scripts and references."""
    return data.startswith(MAGIC) or (data[:4] == b'RIFF' and data[8:12] == b'WEBP')


class PictureMaker:
    """One per process of the server. Owns no process longer than a call lasts: who is cancelled ends theirs."""

    _module = 'livechat.preview_picture'

    def __init__(self, *, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def shrink(self, data: bytes) -> SmallPicture:
        """At most MAX_SIDE wide and high. :raises PictureRefused:"""
        if not is_picture(data):
            raise PictureRefused('it is no picture that browsers and we know')
        async with self._turns:
            answer = await self._ask(data)
        width, height = _SIZE.unpack_from(answer)
        return SmallPicture(webp=answer[_SIZE.size :], width=width, height=height)

    async def _ask(self, data: bytes, *arguments: str) -> bytes:
        try:
            answer = await ask(self._module, *arguments, data=data, limit_s=self._limit_s, environment=_environment())
        except ProcessTooSlow:
            raise PictureRefused('it took too long') from None
        except ProcessFailed:
            answer = b''
        if len(answer) <= _SIZE.size:
            raise PictureRefused('it is damaged, or larger than 20 megapixels')
        return answer


def shrink(data: bytes) -> SmallPicture:
    """What the process does. The size is looked at before anything is unpacked.

    :raises PictureRefused: and whatever else Pillow raises for what is broken or far too large.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - the server itself needs none of it

    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS or max(width, height) > MAX_LENGTH:
            raise PictureRefused('it is too large')
        picture.draft('RGB', (2 * MAX_SIDE, 2 * MAX_SIDE))  # a JPEG is unpacked no larger than needed
        upright = ImageOps.exif_transpose(picture)  # of an animation the first picture
        small = upright.convert('RGBA' if picture.has_transparency_data else 'RGB')
        small.thumbnail((MAX_SIDE, MAX_SIDE))
    out = io.BytesIO()
    small.save(out, 'WEBP', quality=QUALITY, exif=b'', icc_profile=b'', xmp=b'')
    return SmallPicture(webp=out.getvalue(), width=small.width, height=small.height)


def limit_memory() -> None:
    """Of a process that draws pictures."""
    limit(memory_bytes=MEMORY_BYTES, cpu_s=int(LIMIT_S) + 1)


def main() -> None:
    """One picture."""
    limit_memory()
    from PIL import Image  # noqa: PLC0415 - see above

    warnings.simplefilter('error', Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    small = shrink(sys.stdin.buffer.read())
    sys.stdout.buffer.write(_SIZE.pack(small.width, small.height) + small.webp)


if __name__ == '__main__':
    main()
