"""Small pictures of a clean one: webp, upright, in sRGB, without metadata; animated ones stay so while that is cheap."""

import io
import time
from collections.abc import Iterator
from contextlib import suppress

from PIL import Image

from livechat.domain.file import THUMBNAIL_SIDES
from livechat.pictures.drawing import frames_of, in_screen_colours, opened, orientation_of, turned
from livechat.pictures.formats import GIF

QUALITY = 80
MAX_FRAMES = 300
MAX_FRAME_PIXELS = 120_000_000
"""Over all frames as they are drawn: they lie in memory together."""
MAX_UNPACKED_PIXELS = 200_000_000
"""Over all frames as they come: 3 to 8 s of unpacking, and a GIF of them may have 400 kB."""
ANIMATED_LIMIT_S = 12.0
"""For all sizes: pictures of others wait meanwhile."""
AT_ONCE_MS = 10
USUAL_MS = 100
"""What browsers take for a GIF's frame that is to be shown for no more than AT_ONCE_MS."""
MAX_PLAYS = 65_535


def thumbnails(data: bytes, media_type: str) -> dict[int, bytes]:
    """By THUMBNAIL_SIDES, and none above the first that the whole picture fits into: that one has its own size.

    :raises TooLarge: and whatever Pillow raises for what is broken.
    """
    with opened(data, media_type) as picture:
        longer = max(picture.size)
        sides = [side for index, side in enumerate(THUMBNAIL_SIDES) if index == 0 or THUMBNAIL_SIDES[index - 1] < longer]
        if frames_of(picture) == 1:
            return _of_still(picture, sides)
        return _of_animation(picture, sides, media_type)


def _of_still(picture: Image.Image, sides: list[int]) -> dict[int, bytes]:
    picture.draft('RGB', (2 * sides[-1], 2 * sides[-1]))  # a JPEG is unpacked no larger than needed
    largest = _small(picture, sides[-1], orientation_of(picture))
    return {side: _as_webp(_scaled(largest, side)) for side in sides}


def _of_animation(picture: Image.Image, sides: list[int], media_type: str) -> dict[int, bytes]:
    """Each animated, or its first frame alone where more would cost too much."""
    end = time.monotonic() + ANIMATED_LIMIT_S
    thumbs: dict[int, bytes] = {}
    for side in sides:
        until = (time.monotonic() + end) / 2  # writing the frames takes as long again
        small = _of_frames(picture, side, media_type, until=until) if _is_cheap(picture, side) else None
        thumbs[side] = small or _of_first(picture, side)
    return thumbs


def _is_cheap(picture: Image.Image, side: int) -> bool:
    count = frames_of(picture)
    width, height = _fitting(picture.size, side)
    drawn, unpacked = count * width * height, count * picture.width * picture.height
    return count <= MAX_FRAMES and drawn <= MAX_FRAME_PIXELS and unpacked <= MAX_UNPACKED_PIXELS


def _of_first(picture: Image.Image, side: int) -> bytes:
    picture.seek(0)
    return _as_webp(_small(picture, side, orientation_of(picture)))


def _of_frames(picture: Image.Image, side: int, media_type: str, *, until: float) -> bytes | None:
    """None when they are not all unpacked by then."""
    first = int(bool(picture.info.get('default_image')))  # of a PNG: shown only by who does not know animations
    picture.seek(0)
    plays = _plays(picture, media_type)
    frames, durations = [], []
    for frame, duration in _frames(picture, range(first, frames_of(picture)), side):
        frames.append(frame)
        durations.append(duration)
        if time.monotonic() > until:
            return None
    return _as_webp(frames[0], save_all=True, append_images=frames[1:], duration=durations, loop=plays, kmax=0)


def _frames(picture: Image.Image, which: range, side: int) -> Iterator[tuple[Image.Image, int]]:
    """With how long each is shown, in ms. Ends where the file does, whatever it said of their number."""
    orientation = orientation_of(picture)
    with suppress(EOFError):
        for index in which:
            picture.seek(index)
            frame = _small(picture, side, orientation).convert('RGBA')
            duration = int(picture.info.get('duration', 0))
            yield frame, duration if duration > AT_ONCE_MS else USUAL_MS


def _plays(picture: Image.Image, media_type: str) -> int:
    """How often it is played; 0 is for ever. A GIF counts how often it is repeated, and says nothing for none."""
    loop = picture.info.get('loop')
    if media_type != GIF:
        return min(int(loop or 0), MAX_PLAYS)
    return 1 if loop is None else min(int(loop) + 1, MAX_PLAYS) if loop else 0


def _small(picture: Image.Image, side: int, orientation: int) -> Image.Image:
    """Scaled first: turning and colours are done on few pixels."""
    return in_screen_colours(turned(_scaled(_scalable(picture), side), orientation))


def _scalable(picture: Image.Image) -> Image.Image:
    """Palettes and single bits cannot be mixed, nor can one colour that stands for transparent."""
    if picture.mode in {'P', 'PA', '1', 'L', 'RGB'} and picture.has_transparency_data:
        return picture.convert('RGBA')
    if picture.mode == 'P':
        return picture.convert('RGB')
    return picture.convert('L') if picture.mode == '1' else picture


def _scaled(image: Image.Image, side: int) -> Image.Image:
    size = _fitting(image.size, side)
    return image.copy() if size == image.size else image.resize(size, Image.Resampling.BICUBIC)


def _fitting(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Never larger, and never nothing."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _as_webp(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, 'WEBP', quality=QUALITY, exif=b'', icc_profile=b'', xmp=b'', **options)
    return out.getvalue()
