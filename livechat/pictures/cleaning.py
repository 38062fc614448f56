"""A picture without what it says of its owner: see the table in `livechat.pictures`."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image

from livechat.pictures import exif
from livechat.pictures.bare_avif import bare_avif, is_bare_avif
from livechat.pictures.bare_gif import bare_gif
from livechat.pictures.bare_jpeg import bare_jpeg
from livechat.pictures.bare_png import bare_png
from livechat.pictures.bare_webp import bare_webp
from livechat.pictures.blocks import Bare, Malformed
from livechat.pictures.drawing import frames_of, opened, orientation_of, turned
from livechat.pictures.formats import AVIF, GIF, JPEG, PNG, WEBP

BARE: Final[Mapping[str, Callable[[bytes], Bare]]] = {AVIF: bare_avif, GIF: bare_gif, JPEG: bare_jpeg, PNG: bare_png, WEBP: bare_webp}
DRAWN_AS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    AVIF: ('AVIF', {'quality': 80, 'speed': 10}),  # at speed 8 12 megapixels take 7 s
    JPEG: ('JPEG', {'quality': 90}),
    PNG: ('PNG', {'compress_level': 4}),
    WEBP: ('WEBP', {'quality': 90}),
}
NEEDED_INFO: Final = ('transparency',)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Width and height as people see them."""

    data: bytes
    media_type: str
    width: int
    height: int
    animated: bool = False


def clean(data: bytes, media_type: str) -> Cleaned:
    """The size is looked at before anything is unpacked; then it is, to find out whether it is whole.

    :raises TooLarge: :raises Malformed: and whatever else Pillow raises for what is broken.
    """
    bare = _bare(data, media_type)
    with opened(bare.data if bare else data, media_type) as picture:
        width, height = picture.size
        animated = frames_of(picture) > 1
        orientation = orientation_of(picture) if media_type in {AVIF, JPEG} else exif.orientation(bare.exif if bare else b'')
        if bare is None or (media_type in {PNG, WEBP} and orientation != exif.UPRIGHT and not animated):
            return _drawn_anew(picture, media_type, orientation)
        picture.draft(None, (width // 8, height // 8))  # of a JPEG all is read, and an eighth unpacked
        picture.load()
    if orientation in exif.SIDEWAYS and media_type in {AVIF, JPEG}:
        width, height = height, width
    return Cleaned(data=bare.data, media_type=media_type, width=width, height=height, animated=animated)


def _bare(data: bytes, media_type: str) -> Bare | None:
    """None for what has to be drawn anew, out of all its bytes: browsers do not show it, or something telling may be left in it."""
    if media_type not in BARE:
        return None
    try:
        bare = BARE[media_type](data)
    except Malformed:
        if media_type == JPEG:  # decoders forgive stray bytes between the segments
            return None
        raise
    return bare if media_type != AVIF or is_bare_avif(bare.data) else None


def _drawn_anew(picture: Image.Image, media_type: str, orientation: int) -> Cleaned:
    """Of an animated AVIF the first picture."""
    becomes = media_type if media_type in DRAWN_AS else JPEG
    picture.load()
    profile = picture.info.get('icc_profile')
    upright = turned(picture, orientation)
    upright.info = {key: value for key, value in picture.info.items() if key in NEEDED_INFO}
    if becomes == JPEG:
        upright = upright.convert('RGB')
    out = io.BytesIO()
    kind, options = DRAWN_AS[becomes]
    upright.save(out, kind, exif=b'', icc_profile=profile, **options)
    drawn = out.getvalue()
    data = BARE[becomes](drawn).data if becomes in BARE else drawn
    return Cleaned(data=data, media_type=becomes, width=upright.width, height=upright.height)
