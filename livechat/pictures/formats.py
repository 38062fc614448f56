"""Which pictures there are, and how large they may be."""

from typing import Final

AVIF: Final = 'image/avif'
GIF: Final = 'image/gif'
HEIC: Final = 'image/heic'
HEIF: Final = 'image/heif'
JPEG: Final = 'image/jpeg'
PNG: Final = 'image/png'
WEBP: Final = 'image/webp'
PICTURES: Final = frozenset({AVIF, GIF, HEIC, HEIF, JPEG, PNG, WEBP})
SHOWN: Final = PICTURES - {HEIC, HEIF}
"""What may come out of cleaning: browsers show all of it."""

MAX_PIXELS: Final = 64_000_000
"""A phone's largest pictures have 50 million."""
UNPACKED_TWICE: Final = frozenset({AVIF, WEBP})
MAX_PIXELS_OF_THOSE: Final = 40_000_000
"""What their decoders can unpack in 1 GiB: they keep more than one picture of that size."""
MAX_SIDE: Final = 20_000
"""Thin ones of few pixels take long to scale. A panorama of a phone has 16,000."""


def max_pixels(media_type: str) -> int:
    return MAX_PIXELS_OF_THOSE if media_type in UNPACKED_TWICE else MAX_PIXELS
