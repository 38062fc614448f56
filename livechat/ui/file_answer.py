"""The answer that sends a stored file, or the part of it that a player asks for.

Whether somebody may have it is decided before, and looked at again while it goes out: who reads slowly reads for hours.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from livechat.domain.file_errors import FileNotFound
from livechat.domain.file_ports import FileStore
from livechat.domain.model import UserId

POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Of whatever came from somebody: opened as a page, it may load and run nothing."""
MEDIA_POLICY = (
    "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox allow-same-origin; frame-ancestors 'none'"
)
"""A picture, a video or a sound that is opened as a page: the browser's own page around it asks for the file again and has a style.

Of no origin, as in a full sandbox, Chromium's player may not ask (tried with 156). No script runs here either.
"""

AT_ONCE = 16
"""Answers that are sent to one person; more wait for their turn. A browser opens six connections, and a video that pauses keeps one."""
SLICE_BYTES = 64 * 1024
SLICE_TIME_S = 60.0
"""For each of them: 1 kB/s, which the slowest line gives. Whoever takes less, for nothing but to hold a place, asks again for the rest."""
LOOK_EVERY_S = 1.0
"""At whether they may still have it."""

_MEDIA = re.compile(r'(image|video|audio)/[a-z0-9.-]+')
"""Without SVG and other kinds of XML, which are documents."""
_RANGE = re.compile(r'bytes\s*=\s*([0-9]*)\s*-\s*([0-9]*)\s*', re.IGNORECASE | re.ASCII)
_UNSAFE = re.compile(r'[^ !#$&\'()+,.0-9;=@A-Z\[\]^_`a-z{}~-]', re.ASCII)
"""Outside of ASCII, or what ends or escapes a quoted string, or what some browsers take for an escape."""
_CONTROL = re.compile(r'[\x00-\x1f\x7f-\x9f]')
_places: WeakValueDictionary[UserId, asyncio.Semaphore] = WeakValueDictionary()
"""Of those who are sent something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whom a file is sent to."""

    id: UserId
    must_have_access: Callable[[], Awaitable[object]]
    """:raises FileNotFound: from the moment on when they may not have it any more"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file of a store, and as what it is sent."""

    name: str
    media_type: str
    filename: str
    inline: bool


async def file_answer(request: Request, files: FileStore, sent: Sent, reader: Reader) -> Response | None:
    """What answers a GET or HEAD, or None if the file is not there. Asked for again each time: who leaves is not answered from memory."""
    name, media_type = sent.name, sent.media_type
    size = await files.size(name)
    if size is None:
        return None
    tag = f'"{name}"'
    headers = {
        'Accept-Ranges': 'bytes',
        'Cache-Control': 'private, no-cache',
        'Content-Security-Policy': MEDIA_POLICY if sent.inline and _MEDIA.fullmatch(media_type) else POLICY,
        'Cross-Origin-Resource-Policy': 'same-origin',
        'ETag': tag,
        'X-Content-Type-Options': 'nosniff',
    }
    if _is_known(request, tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    start, stop = 0, size
    status = HTTPStatus.OK
    if (asked := _asked(request, tag, size)) is not None:
        start, stop = asked
        if start >= stop:
            refused = {**headers, 'Content-Range': f'bytes */{size}'}
            return Response(status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=refused)
        status = HTTPStatus.PARTIAL_CONTENT
        headers['Content-Range'] = f'bytes {start}-{stop - 1}/{size}'
    headers['Content-Disposition'] = disposition(sent.filename, inline=sent.inline)
    headers['Content-Length'] = str(stop - start)
    if request.method == 'HEAD':
        return Response(status_code=status, headers=headers, media_type=media_type)
    return _Sending(files.read(name, start, stop), reader, status, headers, media_type)


def disposition(filename: str, *, inline: bool) -> str:
    """RFC 6266: the name for everybody, and for those who know only ASCII; neither can end the header or the quotes."""
    filename = _CONTROL.sub('_', filename)
    plain = _UNSAFE.sub('_', filename)
    whole = quote(filename.encode(errors='replace'), safe='')
    return f'{"inline" if inline else "attachment"}; filename="{plain}"; filename*=UTF-8\'\'{whole}'


class _Sending(StreamingResponse):
    """Begins when the first piece is there, waits for whoever reads slowly, and ends with a client that is gone.

    It breaks off, which closes the connection, when its reader takes next to nothing or may not have the file any more.
    """

    def __init__(
        self, pieces: AsyncGenerator[bytes, None], reader: Reader, status: HTTPStatus, headers: Mapping[str, str], media_type: str
    ) -> None:
        super().__init__(pieces, status, headers, media_type)
        self._pieces = pieces
        self._reader = reader
        self._places = _places.setdefault(reader.id, asyncio.Semaphore(AT_ONCE))
        self._looked_at = _now()

    async def stream_response(self, send: Send) -> None:
        async with self._places, aclosing(self._pieces):
            try:
                await self._look()
                piece = await anext(self._pieces, b'')
            except FileNotFound:  # deleted just now
                headers = [(b'cache-control', b'no-store'), (b'content-length', b'0')]
                await send({'type': 'http.response.start', 'status': 404, 'headers': headers})
                await send({'type': 'http.response.body', 'body': b'', 'more_body': False})
                return
            await send({'type': 'http.response.start', 'status': self.status_code, 'headers': self.raw_headers})
            with suppress(FileNotFound, TimeoutError):
                while piece:
                    await self._send_slices(send, piece)
                    piece = await anext(self._pieces, b'')
                await send({'type': 'http.response.body', 'body': b'', 'more_body': False})

    async def _send_slices(self, send: Send, piece: bytes) -> None:
        """:raises FileNotFound: :raises TimeoutError:"""
        for at in range(0, len(piece), SLICE_BYTES):
            await self._look()
            async with asyncio.timeout(SLICE_TIME_S):
                await send({'type': 'http.response.body', 'body': piece[at : at + SLICE_BYTES], 'more_body': True})

    async def _look(self) -> None:
        """:raises FileNotFound:"""
        if _now() - self._looked_at >= LOOK_EVERY_S:
            await self._reader.must_have_access()
            self._looked_at = _now()


def _now() -> float:
    return asyncio.get_running_loop().time()


def _is_known(request: Request, tag: str) -> bool:
    """RFC 9110, 13.1.2: one of several tags, weak or not, or any."""
    known = ','.join(request.headers.getlist('if-none-match'))
    return known.strip() == '*' or tag in {each.strip().removeprefix('W/') for each in known.split(',')}


def _asked(request: Request, tag: str, size: int) -> tuple[int, int] | None:
    """From where to where, which is nowhere if it lies outside; None for the whole, also for several parts, as RFC 9110, 14.2 allows."""
    asked = request.headers.getlist('range')
    match = _RANGE.fullmatch(asked[0].strip()) if len(asked) == 1 and request.method == 'GET' else None
    if match is None or request.headers.get('if-range', tag).strip() != tag:
        return None
    first, last = (_number(digits) for digits in match.groups())
    if first is None:
        # An empty file has no end of so many bytes that could be named: it is sent as a whole.
        return None if last is None or (last and not size) else (max(0, size - last), size)
    if last is not None and last < first:
        return None
    return first, size if last is None else min(last + 1, size)


def _number(digits: str) -> int | None:
    """Whatever has more digits is as good as endless, and costs no time."""
    if not digits:
        return None
    digits = digits.lstrip('0')
    return int(digits or '0') if len(digits) <= 18 else 10**18
