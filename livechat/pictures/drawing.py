"""Pillow, told what it may open and how much it may unpack. Runs in the process `livechat.pictures.worker` alone."""

import io
import warnings
from contextlib import suppress
from typing import Final

from PIL import Image, ImageCms
from PIL.Image import Transpose

from livechat.pictures.bare_webp import webp_size
from livechat.pictures.exif import ORIENTATION, UPRIGHT
from livechat.pictures.formats import AVIF, GIF, HEIC, HEIF, JPEG, MAX_SIDE, PNG, WEBP, max_pixels

PLUGINS: Final = {AVIF: 'AVIF', GIF: 'GIF', HEIC: 'HEIF', HEIF: 'HEIF', JPEG: 'JPEG', PNG: 'PNG', WEBP: 'WEBP'}
TURNS: Final = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


class TooLarge(Exception):
    """`width` and `height` in pixels, as its header says; `limit`: of both together."""

    def __init__(self, width: int, height: int, limit: int) -> None:
        self.width, self.height, self.limit = width, height, limit
        super().__init__(width, height, limit)


def opened(data: bytes, media_type: str) -> Image.Image:
    """Not unpacked yet. :raises TooLarge: and whatever Pillow raises for what is broken."""
    if media_type == WEBP:
        _check(webp_size(data), media_type)
    if media_type in {HEIC, HEIF}:
        from pillow_heif import register_heif_opener  # noqa: PLC0415 - 10 MB that few pictures need

        register_heif_opener()
    warnings.simplefilter('error', Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = None  # its own check would not tell the size
    picture = Image.open(io.BytesIO(data), formats=[PLUGINS[media_type]])
    _check(picture.size, media_type)
    Image.MAX_IMAGE_PIXELS = max_pixels(media_type)  # frames may be larger than the header says
    return picture


def orientation_of(picture: Image.Image) -> int:
    """Of a clean one: of a JPEG as its EXIF says, of an AVIF as its container does."""
    return int(picture.getexif().get(ORIENTATION, UPRIGHT))


def turned(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(TURNS[orientation]) if orientation in TURNS else image


def frames_of(picture: Image.Image) -> int:
    return int(getattr(picture, 'n_frames', 1))


def in_screen_colours(image: Image.Image) -> Image.Image:
    """RGB or RGBA in sRGB. A colour profile that cannot be used is ignored: it may be broken, or of another kind of colours."""
    see_through = image.has_transparency_data
    mode = 'RGBA' if see_through else 'RGB'
    if profile := image.info.get('icc_profile'):
        with suppress(ImageCms.PyCMSError, OSError, TypeError, ValueError):
            converted = ImageCms.profileToProfile(image, io.BytesIO(profile), ImageCms.createProfile('sRGB'), outputMode=mode)
            image = converted or image
    if image.mode.startswith('I'):  # 16 bits of grey
        image = image.convert('I').point(lambda value: value * (1 / 256)).convert('L')
    return image.convert(mode)


def _check(size: tuple[int, int], media_type: str) -> None:
    limit = max_pixels(media_type)
    if size[0] * size[1] > limit or max(size) > MAX_SIDE:
        raise TooLarge(*size, limit)
