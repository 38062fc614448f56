"""Bodies of forms, made by hand, and whoever receives them piece by piece."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from starlette.types import Message, Receive

from livechat.ui.multipart import LEAST_BYTES, BodyBroken, parts

BOUNDARY = 'x-boundary'
CONTENT_TYPE = f'multipart/form-data; boundary={BOUNDARY}'


@dataclass(frozen=True)
class Read:
    """What became of a body: its parts as far as they came, and what was wrong with it."""

    parts: Sequence[tuple[str, str | None, bytes]]
    error: type[BodyBroken] | None = None


def part(disposition: str | bytes, content: bytes = b'', *more: str) -> bytes:
    disposition = disposition if isinstance(disposition, bytes) else disposition.encode()
    headers = b''.join(header.encode() + b'\r\n' for header in more)
    return b'--' + BOUNDARY.encode() + b'\r\nContent-Disposition: ' + disposition + b'\r\n' + headers + b'\r\n' + content + b'\r\n'


def body(*some: bytes) -> bytes:
    return b''.join(some) + b'--' + BOUNDARY.encode() + b'--\r\n'


def file(content: bytes = b'', filename: str = 'a.txt') -> bytes:
    return part(f'form-data; name="files"; filename="{filename}"', content)


def received(pieces: Iterable[bytes], *, is_gone: bool = False) -> Receive:
    """An ASGI server that hands them over, and then the end, or says that the client went away."""
    waiting: list[Message] = [{'type': 'http.request', 'body': piece, 'more_body': True} for piece in pieces]
    waiting.append({'type': 'http.disconnect'} if is_gone else {'type': 'http.request', 'body': b'', 'more_body': False})
    messages = iter(waiting)

    async def receive() -> Message:
        return next(messages)

    return receive


async def read(
    receive: Receive, content_type: str = CONTENT_TYPE, *, idle_s: float = 30.0, least_bytes: Callable[[], float] = lambda: LEAST_BYTES
) -> Read:
    found: list[tuple[str, str | None, bytes]] = []
    try:
        async for each in parts(content_type, receive, idle_s=idle_s, least_bytes=least_bytes):
            found.append((each.name, each.filename, b''))
            async for piece in each.pieces():
                assert piece
                found[-1] = (each.name, each.filename, found[-1][2] + piece)
    except BodyBroken as error:
        return Read(found, type(error))
    return Read(found)


def cut(whole: bytes, places: Iterable[int]) -> Sequence[bytes]:
    """It in pieces that end at those places."""
    ends = [0, *sorted(place % (len(whole) + 1) for place in places), len(whole)]
    return [whole[start:end] for start, end in pairwise(ends)]
