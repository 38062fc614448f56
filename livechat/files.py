"""Looks into files of strangers: what they are, pictures and films made safe, thumbnails, what they say. Implements `FileInspector`."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from livechat.bare_film import BARED, TooManyBoxes, bare_film
from livechat.domain.errors import TooBusy
from livechat.domain.file import FileKind, Inspected
from livechat.domain.file_errors import FileRefused
from livechat.domain.file_names import clean_file_name
from livechat.file_text import RAW_BYTES, cleaned
from livechat.file_types import HEAD_BYTES, as_text, excerpt, sniff
from livechat.pdf_text import LIMIT_S as TEXT_LIMIT_S
from livechat.pictures.formats import MAX_SIDE, SHOWN
from livechat.pictures.worker import CLEAN_LIMIT_S, THUMB, THUMBS_LIMIT_S
from livechat.sandbox import ProcessFailed, ProcessLost, ProcessTooSlow, ask, environment
from livechat.text_encoding import UTF_8, encoding_of

AT_ONCE: Final = 2
"""Processes, of up to 1 GiB each."""
MAX_PICTURE_BYTES: Final = 200 * 2**20
"""They are read into memory."""
WORKER: Final = 'livechat.pictures.worker'
READER: Final = 'livechat.pdf_text'


class MediaInspector:
    """One per process of the server. Owns no process longer than a call lasts: who is cancelled ends theirs.

    Of the places for processes thumbnails take one at most, so that a picture that is being sent never waits for them. PDFs are
    read in a smaller process besides, one at a time.
    """

    def __init__(
        self, *, clean_limit_s: float = CLEAN_LIMIT_S, thumbs_limit_s: float = THUMBS_LIMIT_S, text_limit_s: float = TEXT_LIMIT_S
    ) -> None:
        self._clean_limit_s = clean_limit_s
        self._thumbs_limit_s = thumbs_limit_s
        self._text_limit_s = text_limit_s
        self._places = asyncio.Semaphore(AT_ONCE)
        self._thumbs = asyncio.Semaphore(AT_ONCE - 1)
        self._texts = asyncio.Semaphore(1)

    async def inspect(self, path: Path, name: str) -> Inspected:
        """What the file at `path` is; a picture or film is rewritten in place. Only one call at a time for a path.

        :raises FileRefused: :raises TooBusy:
        """
        called = f'“{clean_file_name(name)}”'
        head, size = await asyncio.to_thread(_head, path)
        if not head:
            raise FileRefused(f'{called} is empty. Choose a file that has something in it.')
        kind, media_type = await asyncio.to_thread(sniff, head, name)
        if kind is FileKind.IMAGE:
            if size > MAX_PICTURE_BYTES:
                raise FileRefused(
                    f'{called} is a picture of {size / 2**20:,.0f} MB; they have at most {MAX_PICTURE_BYTES // 2**20} MB here.'
                )
            return await self._clean(path, called, media_type)
        if media_type in BARED:
            try:
                await asyncio.to_thread(bare_film, path)
            except TooManyBoxes:
                raise FileRefused(f'{called} is in too many pieces. Save it anew and send that.') from None
        begins = await asyncio.to_thread(lambda: excerpt(as_text(head))) if kind is FileKind.TEXT else ''
        return Inspected(kind=kind, media_type=media_type, excerpt=begins)

    async def thumbnails(self, path: Path) -> Mapping[int, bytes]:
        """None of what takes too long: then the picture itself is shown. :raises FileRefused: :raises TooBusy:"""
        called = 'This picture'
        head, _ = await asyncio.to_thread(_head, path)
        kind, media_type = await asyncio.to_thread(sniff, head, '')
        if kind is not FileKind.IMAGE:
            raise FileRefused('Only pictures have thumbnails.')
        try:
            async with self._thumbs, self._places:
                answer = await _asked(called, 'thumbs', media_type, str(path), limit_s=self._thumbs_limit_s)
        except ProcessTooSlow:
            return {}
        return _thumbs_in(answer, called)

    async def text(self, path: Path) -> str:
        """As far as it was read in time. :raises TooBusy:"""
        head, _ = await asyncio.to_thread(_head, path)
        kind, _ = await asyncio.to_thread(sniff, head, '')
        if kind is FileKind.TEXT:
            return await asyncio.to_thread(lambda: cleaned(_beginning(path), encoding_of(head) or UTF_8))
        if kind is not FileKind.PDF:
            return ''
        try:
            async with self._texts:
                said = await ask(READER, str(path), limit_s=self._text_limit_s, environment=environment())
        except ProcessLost:
            raise TooBusy('with other files') from None
        except ProcessFailed:
            return ''
        return await asyncio.to_thread(cleaned, said)

    async def _clean(self, path: Path, called: str, media_type: str) -> Inspected:
        target = path.with_name(f'{path.name}.clean')
        try:
            async with self._places:
                answer = await _asked(called, 'clean', media_type, str(path), str(target), limit_s=self._clean_limit_s)
            inspected = _inspected(answer, called)
            await asyncio.to_thread(target.replace, path)
        except ProcessTooSlow:
            raise FileRefused(f'{called} takes too long to unpack here. Send it again later, or make it smaller.') from None
        finally:
            await asyncio.to_thread(target.unlink, missing_ok=True)
        return inspected


def _head(path: Path) -> tuple[bytes, int]:
    """Its first bytes, and its size."""
    with path.open('rb') as file:
        return file.read(HEAD_BYTES), path.stat().st_size


def _beginning(path: Path) -> bytes:
    with path.open('rb') as file:
        return file.read(RAW_BYTES)


async def _asked(called: str, *request: str, limit_s: float) -> bytes:
    """:raises FileRefused: :raises TooBusy: :raises ProcessTooSlow:"""
    try:
        answer = await ask(WORKER, *request, limit_s=limit_s, environment=environment())
    except ProcessTooSlow:
        raise
    except ProcessLost:
        raise TooBusy('with other files') from None
    except ProcessFailed:
        raise _broken(called) from None
    if answer.startswith(b'{') and (refusal := _refusal(answer, called)):
        raise refusal
    return answer


def _refusal(answer: bytes, called: str) -> FileRefused | None:
    """None for any other answer."""
    match _parsed(answer):
        case {'too_large': [int(width), int(height), int(limit)]}:
            return FileRefused(
                f'{called} has {width:,} × {height:,} pixels. Pictures like it have at most {limit // 1_000_000} megapixels here,'
                f' and {MAX_SIDE:,} pixels on a side: make it smaller and send it again.'
            )
    return None


def _inspected(answer: bytes, called: str) -> Inspected:
    """The process has met a stranger's bytes: its answer is looked at, too."""
    match _parsed(answer):
        case {'media_type': str(media_type), 'width': int(width), 'height': int(height), 'animated': bool(animated)} if media_type in SHOWN:
            return Inspected(kind=FileKind.IMAGE, media_type=media_type, width=width, height=height, animated=animated)
    raise _broken(called)


def _thumbs_in(answer: bytes, called: str) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + THUMB.size < len(answer):
        side, length = THUMB.unpack_from(answer, at)
        at += THUMB.size + length
        found[side] = answer[at - length : at]
    if not found or at != len(answer):
        raise _broken(called)
    return found


def _parsed(answer: bytes) -> object:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        return None


def _broken(called: str) -> FileRefused:
    return FileRefused(f'{called} looks like a picture, but it is broken or too large to unpack. Open it, save it anew and send that.')
