"""Reading what a stranger sends: small forms, bounded in size and time, and the place to go next."""

import asyncio
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

from livechat.ui.address import household

MAX_FORM_BYTES = 64 * 1024
MAX_FIELDS = 20
MAX_NEXT_CHARS = 2_000
DOOR_PATHS = frozenset({'/login', '/register', '/logout', '/setup', '/forgot', '/join', '/people'})


async def read_form(request: Request, *, time_s: float) -> dict[str, str]:
    """The fields of a urlencoded body; of a field that came twice, the last.

    :raises HTTPException: 400, 408, 413 or 415, for a body that is malformed, slow, large or something else.
    """
    if request.headers.get('content-type', '').partition(';')[0].strip().lower() != 'application/x-www-form-urlencoded':
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        async with asyncio.timeout(time_s):  # or a few hundred slow senders hold as many connections for ever
            body = await _body(request)
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers={'Connection': 'close'}) from None
    except ClientDisconnect:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors='strict', max_num_fields=MAX_FIELDS))
    except ValueError:  # not UTF-8, or too many fields
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers={'Connection': 'close'})
    return bytes(body)


def local_path(target: str | None) -> str:
    """Where to go after the door: a path on this server, `/` for everything that a browser may read as another place.

    Browsers take `\\` for `/` and drop tabs and line ends before they read an address: `/\\evil`, `/<tab>/evil`.
    """
    if not target or len(target) > MAX_NEXT_CHARS or target[0] != '/' or target[1:2] == '/':
        return '/'
    if '\\' in target or not target.isprintable():
        return '/'
    try:
        parts = urlsplit(target)
    except ValueError:
        return '/'
    return '/' if parts.scheme or parts.netloc or parts.path in DOOR_PATHS else target


def address_of(request: Request) -> str:
    """Whom tries are counted for, and who may be kept out."""
    return address_in(request.scope)


def address_in(scope: Scope) -> str:
    """The same, for whoever has no request: of a socket."""
    client = scope.get('client')
    return household(client[0] if client else '')
