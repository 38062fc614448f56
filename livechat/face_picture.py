"""A picture that somebody chose, for what they cut out of it: drawn anew, upright, in a process of its own.

As in `preview_picture`: the bytes go in by stdin, what was drawn comes out by stdout; a crash there is no crash of the server.
`python -m livechat.face_picture open` makes an original, `... cut LEFT TOP SIDE` cuts a face out of one.
"""

import io
import struct
import sys
import warnings
from typing import TYPE_CHECKING, Final

from livechat.domain.errors import InvalidInput
from livechat.domain.face import CutOut, Face, Original
from livechat.preview_picture import FORMATS, MAX_LENGTH, MEMORY_BYTES, PictureMaker, PictureRefused, is_picture
from livechat.sandbox import limit

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_SIDE = 1_024
"""Of an original: at the largest zoom a face is still as large as it is kept."""
MAX_PIXELS = 50_000_000
"""Cameras make 12 to 50 million."""
MAX_UNPACKED = 25_000_000
"""Of them in memory, twice, at four bytes each. A JPEG is unpacked no larger than needed."""
LIMIT_S = 10.0
"""Somebody waits for it, and the machine may be busy."""
SIDES = (64, 256)
ALL_FORMATS: Final = (*FORMATS, 'AVIF', 'HEIF')
"""Cameras of telephones make HEIC. Browsers that do not show it are shown what was drawn of it."""
_BRANDS: Final = frozenset({b'avif', b'heic', b'heix', b'mif1'})
ORIGINAL_QUALITY, FACE_QUALITY = 90, 85
_SIZE = struct.Struct('>HH')
_LENGTHS: Final = struct.Struct('>III')


class FacePictureMaker(PictureMaker):
    """See `livechat.domain.face.FaceMaker`."""

    _module = 'livechat.face_picture'

    def __init__(self, *, limit_s: float = LIMIT_S) -> None:
        super().__init__(limit_s=limit_s)

    async def open(self, data: bytes) -> Original:
        """At most MAX_SIDE wide and high."""
        if not (is_picture(data) or _is_iso(data)):
            raise InvalidInput('Choose a picture: a JPEG, PNG, WebP, GIF, HEIC or AVIF.')
        answer = await self._answer(data, 'open')
        width, height = _SIZE.unpack_from(answer)
        return Original(webp=answer[_SIZE.size :], width=width, height=height)

    async def cut(self, original: Original, cut_out: CutOut, *, token: str) -> Face:
        square = cut_out.square(original.width, original.height)
        answer = await self._answer(original.webp, 'cut', *map(str, square))
        small, large, icon = _LENGTHS.unpack_from(answer)
        start = _LENGTHS.size
        return Face(
            token=token,
            webp_64=answer[start : start + small],
            webp_256=answer[start + small : start + small + large],
            png_256=answer[start + small + large : start + small + large + icon],
        )

    async def _answer(self, data: bytes, *arguments: str) -> bytes:
        try:
            async with self._turns:
                return await self._ask(data, *arguments)
        except PictureRefused as refused:
            raise InvalidInput(f'This picture cannot be used: {refused}.') from None


def _is_iso(data: bytes) -> bool:
    return data[4:8] == b'ftyp' and data[8:12] in _BRANDS


def open_picture(data: bytes) -> Original:
    """What the process does first. The size is looked at before anything is unpacked.

    :raises PictureRefused: and whatever else Pillow raises for what is broken or far too large.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - the server itself needs none of it

    formats: tuple[str, ...] = FORMATS
    if _is_iso(data):
        from pillow_heif import register_heif_opener  # noqa: PLC0415 - 10 MB that few pictures need

        register_heif_opener()
        formats = ALL_FORMATS
    with Image.open(io.BytesIO(data), formats=formats) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS or max(width, height) > MAX_LENGTH:
            raise PictureRefused('it is too large')
        picture.draft('RGB', (2 * MAX_SIDE, 2 * MAX_SIDE))
        if picture.width * picture.height > MAX_UNPACKED:
            raise PictureRefused('it is too large')
        small = picture.convert('RGBA' if picture.has_transparency_data else 'RGB')  # of an animation the first picture
        small.thumbnail((MAX_SIDE, MAX_SIDE))
        small.getexif().update(picture.getexif())
    upright = ImageOps.exif_transpose(small)
    return Original(webp=_encoded(upright, 'WEBP', quality=ORIGINAL_QUALITY), width=upright.width, height=upright.height)


def cut_faces(webp: bytes, left: float, top: float, side: float) -> tuple[bytes, bytes, bytes]:
    """The square in WebP of 64 and 256 pixels, on white where it is transparent, and in PNG of 256 as it is."""
    from PIL import Image  # noqa: PLC0415 - see above

    with Image.open(io.BytesIO(webp), formats=['WEBP']) as original:
        box = (left, top, left + side, top + side)
        faces = [original.resize((each, each), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0) for each in SIDES]
    small, large = (_encoded(_on_white(face), 'WEBP', quality=FACE_QUALITY) for face in faces)
    return small, large, _encoded(faces[-1], 'PNG', optimize=True)


def _on_white(face: 'Image') -> 'Image':
    from PIL import Image  # noqa: PLC0415

    if face.mode != 'RGBA':
        return face
    white = Image.new('RGBA', face.size, 'white')
    return Image.alpha_composite(white, face).convert('RGB')


def _encoded(picture: 'Image', kind: str, **options: object) -> bytes:
    """Nothing of the original but how it looks."""
    out = io.BytesIO()
    bare = picture.copy()
    bare.info.clear()
    bare.save(out, kind, exif=b'', icc_profile=b'', **options)
    return out.getvalue()


def main() -> None:
    """One picture."""
    limit(memory_bytes=MEMORY_BYTES, cpu_s=int(LIMIT_S))
    from PIL import Image  # noqa: PLC0415

    warnings.simplefilter('error', Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    what, *numbers = sys.argv[1:]
    data = sys.stdin.buffer.read()
    if what == 'open':
        original = open_picture(data)
        sys.stdout.buffer.write(_SIZE.pack(original.width, original.height) + original.webp)
    else:
        faces = cut_faces(data, *map(float, numbers))
        sys.stdout.buffer.write(_LENGTHS.pack(*map(len, faces)) + b''.join(faces))


if __name__ == '__main__':
    main()
