"""A tiny hardened server around `livechat.ui.stream`: `python stream_server.py direct|queue`; it prints its port.

`direct` runs the product's WebSocket protocol, whose transports frames are written to; `queue` runs uvicorn's wsproto one,
where only engine.io's queue can be reached. Whoever has the cookie `s=<number>` is signed in.
"""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI
from nicegui import Client, ui
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from livechat.domain.model import SignInId
from livechat.ui import hardening
from livechat.ui.http_guard import HttpGuard
from livechat.ui.stream import ElementId, Kind, Stream, StreamProtocol, element, element_id, encode, run_method, socket_of

ROOT = element_id(Kind.LOG, 1)
FLOOD = element_id(Kind.MESSAGE, 1, 1)
events: list[list[Any]] = []
tabs: dict[int, Client] = {}


class Door:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'lifespan':
            cookie = SimpleCookie(dict(scope['headers']).get(b'cookie', b'').decode()).get('s')
            scope['state']['signed_in'] = SimpleNamespace(sign_in=SimpleNamespace(id=int(cookie.value))) if cookie else None
        await self._app(scope, receive, send)


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    hardening.after_start()
    yield


app = FastAPI(lifespan=lifespan)
app.add_middleware(Door)
app.add_middleware(HttpGuard, allowed_hosts=set, https=False)
hardening.install(
    on_virtual_event=lambda client, which, args: events.append([which, args]),
    is_current=lambda sign_in_id: True,
    not_found=lambda request: HTMLResponse('', 404),
    server_error=lambda request: HTMLResponse('', 500),
)


@ui.page('/', dependencies=[Depends(hardening.admit_page)])
def page(client: Client, request: Request) -> None:
    who = request.scope['state']['signed_in'].sign_in.id
    hardening.bind_page(client, SignInId(who))
    tabs[who] = client
    with Stream(ROOT, tag='main'):
        ui.input('Real', on_change=lambda event: events.append(['real', event.value])).mark('real')


@app.get('/state/{who}')
async def state(who: int) -> JSONResponse:
    client = tabs[who]
    sockets = socket_of(client) if client.has_socket_connection else None
    real = [each.id for each in client.elements.values() if 'real' in each._markers]
    return JSONResponse({'events': events, 'socket': type(sockets).__name__, 'real': real})


@app.post('/send/{who}')
async def send(who: int, request: Request) -> JSONResponse:
    """The body is a list of updates; each goes as one frame."""
    stream = socket_of(tabs[who])
    assert stream is not None
    return JSONResponse([stream.send(encode({ElementId(int(key)): value for key, value in each.items()})) for each in await request.json()])


@app.post('/flood/{who}')
async def flood(who: int) -> JSONResponse:
    """How many frames of 64 KiB were taken until the reader was found to be slow; at most 4,000."""
    stream = socket_of(tabs[who])
    assert stream is not None
    frame = encode({FLOOD: element('p', html='x' * 65_536)})
    for taken in range(4_000):
        if not stream.send(frame):
            return JSONResponse(taken)
        await asyncio.sleep(0)
    return JSONResponse(4_000)


@app.post('/call/{who}/{which}/{method}')
async def call(who: int, which: int, method: str) -> None:
    run_method(tabs[who], ElementId(which), method)


if __name__ == '__main__':
    ui.run_with(app, reconnect_timeout=45, show_welcome_message=False, gzip_middleware_factory=None)
    listener = socket.socket()
    listener.bind(('127.0.0.1', 0))
    protocol = StreamProtocol if sys.argv[1] == 'direct' else 'wsproto'
    config = uvicorn.Config(app, ws=protocol, ws_per_message_deflate=False, ws_max_size=1_000_000, log_level='warning')
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(config).run(sockets=[listener])
