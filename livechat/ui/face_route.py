"""Pictures of people, rooms and the server over HTTP: `/avatars/` shows them, `/pictures/` takes what somebody chose.

Whoever knows the address of an avatar gets it, strangers too: pages of the door show people, and nobody guesses a token of 128
bits. It is gone as soon as the picture was replaced or removed. A picture that was chosen and not saved is for that person
alone; it arrives as the bare body of a POST to the address that their page made for it.
"""

import asyncio
import re
from http import HTTPStatus

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from livechat.domain.errors import LivechatError, NotFound, TooBusy
from livechat.domain.face import FaceFile
from livechat.domain.faces import MAX_PICTURE_BYTES
from livechat.domain.model import UserId
from livechat.ui.current import chat
from livechat.ui.door_middleware import PICTURES
from livechat.ui.door_pages import headers_of, status_of
from livechat.ui.file_answer import POLICY
from livechat.ui.html import CHOSEN
from livechat.ui.picture_choosers import chooser_of

BODY_TIME_S = 60.0
MOST_BYTES = 8 * MAX_PICTURE_BYTES
"""Of all bodies that arrive at the same time, in memory. Not so many bodies: a few that come slowly would stop everybody else's."""
_NAME = re.compile(r'([\w-]{22})-(64|256)\.webp', re.ASCII)
_FILES = {'64': FaceFile.SMALL, '256': FaceFile.LARGE}
_HEADERS = {'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff'}
_arriving: dict[UserId, int] = {}
"""How much is there of the one body of each person."""


def mount(app: FastAPI) -> None:
    """Before NiceGUI's routes; what was chosen is behind the door, which lets nobody in without a sign-in."""
    app.router.routes[:0] = [
        Route(PICTURES + '{name}', _avatar),
        Route(CHOSEN + '{token}', _chosen),
        Route(CHOSEN + '{key}', _take, methods=['POST']),
    ]


async def _avatar(request: Request) -> Response:
    """Never different under the same address, so browsers ask once."""
    found = _NAME.fullmatch(request.path_params['name'])
    if found is None:
        return _nothing()
    try:
        webp = await chat().faces.files.get(found[1], _FILES[found[2]])
    except NotFound:
        return _nothing()
    headers = {'Cache-Control': 'private, max-age=31536000, immutable', **_HEADERS}
    return Response(webp, media_type='image/webp', headers=headers)


async def _chosen(request: Request) -> Response:
    try:
        original = chat().faces.original(request.state.signed_in.user, request.path_params['token'])
    except NotFound:
        return _nothing()
    return Response(original.webp, media_type='image/webp', headers={'Cache-Control': 'no-store', **_HEADERS})


async def _take(request: Request) -> Response:
    """The page is told what became of it; the answer is for whoever looks at the request."""
    signed_in = request.state.signed_in
    chooser = chooser_of(request.path_params['key'], signed_in.sign_in.id)
    if chooser is None:
        return _nothing()
    user_id = signed_in.user.id
    if user_id in _arriving:
        chooser.refuse('Another picture is on its way. Try again in a moment.')
        return PlainTextResponse('Try again in a moment.\n', status_code=HTTPStatus.TOO_MANY_REQUESTS, headers={'Retry-After': '2'})
    _arriving[user_id] = 0
    try:
        chooser.chosen(await chat().faces.choose(signed_in.user, await _body(request, user_id)))
    except LivechatError as error:
        chooser.refuse(str(error))
        return PlainTextResponse(f'{error}\n', status_code=status_of(error), headers=headers_of(error))
    except HTTPException:
        chooser.refuse('The picture did not arrive. Choose it again.')
        raise
    finally:
        del _arriving[user_id]
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _body(request: Request, user_id: UserId) -> bytes:
    """What is too large is read no further than it takes to see that.

    :raises HTTPException: 400 for one that was cut off, 408 for a slow one. :raises TooBusy:
    """
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIME_S):
            async for chunk in request.stream():
                body += chunk
                _arriving[user_id] = len(body)
                if sum(_arriving.values()) > MOST_BYTES:
                    raise TooBusy('with other pictures')
                if len(body) > MAX_PICTURE_BYTES:
                    break
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, headers={'Connection': 'close'}) from None
    except ClientDisconnect:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
    return bytes(body)


def _nothing() -> Response:
    return Response(status_code=HTTPStatus.NOT_FOUND, headers={'Cache-Control': 'no-store'})
