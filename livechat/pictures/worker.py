"""The process that unpacks pictures of strangers: `python -m livechat.pictures.worker`, asked by `livechat.files`.

    clean MEDIA_TYPE PATH TARGET    writes the clean picture to TARGET; answers with what it is, as JSON
    thumbs MEDIA_TYPE PATH          answers with each thumbnail behind its side and its length

It dies of what is broken, and answers `too_large` with width, height and limit for what is too large.
"""

import json
import os
import struct
import sys
from pathlib import Path
from typing import BinaryIO, Final

from livechat.sandbox import limit

CLEAN_LIMIT_S: Final = 10.0
THUMBS_LIMIT_S: Final = 30.0
MEMORY_BYTES: Final = 2**30
"""Of address space, with Python's own 150 MB."""
CORES: Final = 2
"""Decoders use several, and the time of all of them counts."""
THUMB: Final = struct.Struct('>HI')


def main(task: str, media_type: str, path: str, *target: str) -> None:
    """One picture."""
    limit(memory_bytes=MEMORY_BYTES, cpu_s=CORES * int(CLEAN_LIMIT_S if task == 'clean' else THUMBS_LIMIT_S))
    from livechat.pictures.drawing import TooLarge  # noqa: PLC0415 - Pillow comes after the limits

    data = Path(path).read_bytes()
    try:
        if task == 'clean':
            _clean(data, media_type, *target)
        else:
            _thumbs(data, media_type, sys.stdout.buffer)
    except TooLarge as large:
        print(json.dumps({'too_large': [large.width, large.height, large.limit]}))  # noqa: T201 - the answer


def _clean(data: bytes, media_type: str, target: str) -> None:
    from livechat.pictures.cleaning import clean  # noqa: PLC0415 - see above

    cleaned = clean(data, media_type)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'wb') as file:
        file.write(cleaned.data)
    answer = {'media_type': cleaned.media_type, 'width': cleaned.width, 'height': cleaned.height, 'animated': cleaned.animated}
    print(json.dumps(answer))  # noqa: T201 - the answer


def _thumbs(data: bytes, media_type: str, out: BinaryIO) -> None:
    from livechat.pictures.thumbnails import thumbnails  # noqa: PLC0415 - see above

    for side, webp in thumbnails(data, media_type).items():
        out.write(THUMB.pack(side, len(webp)) + webp)


if __name__ == '__main__':
    main(*sys.argv[1:])
