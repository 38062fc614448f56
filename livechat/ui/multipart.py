"""The parts of a `multipart/form-data` body, one after another, as they come: nothing but the piece under way is in memory.

Only a body that ended as it must, with its closing boundary and nothing of note after it, gives all parts without an error: who
keeps files keeps them after the last part.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from enum import Enum, auto

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser
from starlette.types import Receive

from livechat.ui.multipart_headers import read_header, text_of

MAX_PARTS = 20
MAX_HEADER_BYTES = 16 * 1024
"""Of a part: a file name of 5,000 characters, each of three bytes."""
MAX_FIELD_BYTES = 64 * 1024
"""Of a part without a file name, and of what follows the closing boundary."""
MAX_BOUNDARY_BYTES = 70
"""RFC 2046, 5.1.1."""
IDLE_S = 30.0
LEAST_BYTES = 32 * 1024
"""In `IDLE_S`: 1 kB/s, which the slowest line gives. Fewer, for hours, is how an attacker holds a server's places for nothing."""

_SILENT = logging.getLogger(f'{__name__}.parser')
_SILENT.disabled = True
"""What strangers send wrong is answered and not logged."""


class BodyBroken(Exception):
    """It is no whole `multipart/form-data` body of the size we take, or its sender is gone; `str(error)` says what is wrong."""


class BodyTooSlow(BodyBroken):
    def __init__(self) -> None:
        super().__init__('It came too slowly.')


class _End(Enum):
    PART = auto()
    BODY = auto()


class Part:
    """A file, or a field: that has no file name. Names are as they were sent, clean of nothing."""

    def __init__(self, body: '_Body', name: str, filename: str | None) -> None:
        self.name = name
        self.filename = filename
        self._body = body
        self._size = 0
        self._is_read = False

    async def pieces(self) -> AsyncIterator[bytes]:
        """Its bytes, in order, none of them empty; only before the next part is asked for. :raises BodyBroken:"""
        while not self._is_read:
            event = await self._body.next()
            if isinstance(event, bytes):
                self._size += len(event)
                if self.filename is None and self._size > MAX_FIELD_BYTES:
                    raise BodyBroken('A field of it is too long.')
                yield event
            else:
                assert event is _End.PART
                self._is_read = True


async def parts(
    content_type: str, receive: Receive, *, idle_s: float = IDLE_S, least_bytes: Callable[[], float] = lambda: LEAST_BYTES
) -> AsyncGenerator[Part, None]:
    """The parts of the body that an ASGI application receives; what is not read of one is skipped.

    :raises BodyBroken: now or in `Part.pieces`: no boundary, garbage, too many parts, an early end, a sender that is gone
    :raises BodyTooSlow: fewer than `least_bytes` in `idle_s` seconds
    """
    body = _Body(_boundary_of(content_type), receive, idle_s, least_bytes)
    while (part := await body.next()) is not _End.BODY:
        assert isinstance(part, Part)
        yield part
        async for _ in part.pieces():
            pass
    await body.finish()


class _Body:
    """What arrives, turned into events: a `Part`, its bytes, its end, ..., the end of the body."""

    def __init__(self, boundary: bytes, receive: Receive, idle_s: float, least_bytes: Callable[[], float]) -> None:
        self._receive, self._idle_s, self._least_bytes = receive, idle_s, least_bytes
        self._parser = MultipartParser(
            boundary,
            {
                'on_part_begin': self._on_part_begin,
                'on_header_field': self._on_header_field,
                'on_header_value': self._on_header_value,
                'on_header_end': self._on_header_end,
                'on_headers_finished': self._on_headers_finished,
                'on_part_data': self._on_part_data,
                'on_part_end': lambda: self._events.append(_End.PART),
                'on_end': self._on_end,
            },
            max_header_size=MAX_HEADER_BYTES,
        )
        self._parser.logger = _SILENT
        self._events: deque[Part | bytes | _End | BodyBroken] = deque()
        self._began = self._ended = self._is_over = False
        self._parts = 0
        self._header_bytes = 0
        self._field, self._value, self._disposition = bytearray(), bytearray(), b''
        self._waited_s = 0.0
        self._came = 0
        """Bytes since the wait was last counted from zero."""

    async def next(self) -> Part | bytes | _End:
        """:raises BodyBroken: and again, whoever asks"""
        while not self._events:
            self._parse(await self._more())
        event = self._events.popleft()
        if isinstance(event, BodyBroken):
            self._events.append(event)
            raise event
        return event

    async def finish(self) -> None:
        """Take what follows the closing boundary. :raises BodyBroken:"""
        size = 0
        while not self._is_over:
            size += len(await self._more())
            if size > MAX_FIELD_BYTES:
                raise BodyBroken('Too much follows its end.')

    async def _more(self) -> bytes:
        """:raises BodyBroken: Only waiting counts as slow: what a busy disk holds up here is not the sender's fault."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        try:
            async with asyncio.timeout(self._idle_s - self._waited_s):
                message = await self._receive()
        except TimeoutError:
            raise BodyTooSlow from None
        if message['type'] != 'http.request':
            raise BodyBroken('Its sender is gone.')
        data: bytes = message.get('body', b'')
        self._is_over = not message.get('more_body', False)
        self._waited_s += loop.time() - asked
        self._came += len(data)
        if self._came >= self._least_bytes():
            self._came, self._waited_s = 0, 0.0
        return data

    def _parse(self, data: bytes) -> None:
        """An error waits for its turn after what came before it, so that how a body is cut into pieces changes nothing."""
        try:
            self._begin(data)
            self._parser.write(data)
        except FormParserError:
            self._events.append(BodyBroken('It is garbled.'))
        except BodyBroken as error:
            self._events.append(error)
        else:
            if self._is_over and not self._ended:
                self._events.append(BodyBroken('It ends too early.'))

    def _begin(self, data: bytes) -> None:
        if data and not self._began:
            self._began = True
            if data[:1] != b'-':  # the parser would skip some kinds of garbage and not others
                raise BodyBroken('It does not begin with its boundary.')

    def _on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise BodyBroken(f'It has more than {MAX_PARTS} parts.')
        self._header_bytes = 0
        self._disposition = b''

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._take_header(self._field, data[start:end])

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._take_header(self._value, data[start:end])

    def _take_header(self, buffer: bytearray, data: bytes) -> None:
        self._header_bytes += len(data)
        if self._header_bytes > MAX_HEADER_BYTES:
            raise BodyBroken('The headers of a part are too long.')
        buffer += data

    def _on_header_end(self) -> None:
        if self._field.lower() == b'content-disposition' and not self._disposition:
            self._disposition = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _on_headers_finished(self) -> None:
        kind, found = read_header(self._disposition.decode('latin-1'))
        if kind != 'form-data':
            raise BodyBroken('A part of it is no field of a form.')
        self._events.append(Part(self, text_of(found, 'name') or '', text_of(found, 'filename')))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(data[start:end])

    def _on_end(self) -> None:
        self._ended = True
        self._events.append(_End.BODY)


def _boundary_of(content_type: str) -> bytes:
    kind, found = read_header(content_type)
    boundary = found.get('boundary', '')
    if kind != 'multipart/form-data' or not 1 <= len(boundary) <= MAX_BOUNDARY_BYTES or not (boundary.isascii() and boundary.isprintable()):
        raise BodyBroken('It says no usable boundary.')
    return boundary.encode('ascii')
