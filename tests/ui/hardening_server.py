"""A tiny hardened server for the tests of this folder: `python hardening_server.py`; it prints its port.

With `--holes` it opens holes one by one instead, and prints what the self-test says to each.

The cookie `s=<number>` is the sign-in; uvicorn believes X-Forwarded-For from 127.0.0.1, so each test comes from an address of its own.
"""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from http.cookies import SimpleCookie
from types import SimpleNamespace

import uvicorn
from fastapi import Depends, FastAPI
from nicegui import Client, core, ui
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from livechat.domain.model import SignInId
from livechat.ui import hardening, http_guard
from livechat.ui.http_guard import HttpGuard

fired: Counter[str] = Counter()
ended: set[SignInId] = set()


class Frames(WebSocketsSansIOProtocol):
    async def run_asgi(self) -> None:
        self.scope.setdefault('extensions', {})['livechat.stream'] = self  # type: ignore[arg-type]
        await super().run_asgi()


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
    await hardening.self_test(app)
    if '--holes' in sys.argv:
        await try_holes(app)
    yield


app = FastAPI(lifespan=lifespan)
app.add_middleware(Door)
app.add_middleware(HttpGuard, allowed_hosts=lambda: {'chat.example'}, https=False)
hardening.install(
    on_virtual_event=lambda client, element_id, args: fired.update([f'virtual {element_id} {args}']),
    is_current=lambda sign_in_id: sign_in_id not in ended,
    not_found=lambda request: HTMLResponse('<h1>Not found</h1>', 404),
    server_error=lambda request: HTMLResponse('<h1>Sorry</h1>', 500),
)


@app.get('/fired')
async def what_fired() -> JSONResponse:
    return JSONResponse(fired)


@app.get('/state')
async def state() -> JSONResponse:
    return JSONResponse({'clients': len(Client.instances), 'sockets': len(core.sio.eio.sockets), 'tabs': len(core.app.storage._tabs)})


@app.get('/end/{sign_in_id}')
async def end(sign_in_id: int, *, close: bool = True) -> None:
    ended.add(SignInId(sign_in_id))
    if close:
        hardening.close_tabs(SignInId(sign_in_id))


@app.get('/close/{sign_in_id}')
async def close(sign_in_id: int) -> None:
    hardening.close_tabs(SignInId(sign_in_id), '/plain')


@app.get('/handlers/{name}')
async def call_handler(name: str, message: str) -> JSONResponse:
    """As if a socket of nobody's had got this past the frame guard."""
    result = core.sio.handlers['/'][name]('nobody', json.loads(message))
    return JSONResponse(await result if asyncio.iscoroutine(result) else result)


@app.get('/login')
async def login() -> HTMLResponse:
    return HTMLResponse('<!doctype html><title>Sign in</title><h1>Sign in</h1>')


@app.post('/echo')
async def echo(request: Request) -> JSONResponse:
    return JSONResponse(len(await request.body()))


@app.get('/drop-sockets')
async def drop_sockets() -> None:
    for eio_sid in core.sio.eio.sockets:
        core.sio.environ[eio_sid]['asgi.scope']['extensions']['livechat.stream'].transport.abort()


page = {'dependencies': [Depends(hardening.admit_page)]}


@ui.page('/plain', **page)
@ui.page('/', **page)
def main(client: Client, request: Request) -> HTMLResponse | None:
    signed_in = request.scope['state']['signed_in']
    if signed_in is None or signed_in.sign_in.id in ended:
        client.delete()
        return HTMLResponse('<meta http-equiv="refresh" content="0; url=/login">')
    who = signed_in.sign_in.id
    hardening.bind_page(client, who)
    ui.button('Press', on_click=lambda: fired.update([f'press {who}']))
    ui.input('Message', on_change=lambda event: fired.update([f'typed {who} {event.value}']))
    ui.button('Flood', on_click=lambda: [client.run_javascript(f'"{"x" * 20_000}"') for _ in range(2_000)])
    if request.url.path == '/':
        ui.html('<b>hello</b><img src="data:," onerror="document.title = \'owned\'">', sanitize=False)
    return None


@ui.page('/broken', **page)
def broken() -> None:
    raise ZeroDivisionError


@ui.page('/slow', response_timeout=0.05, **page)
async def slow() -> None:
    await asyncio.Event().wait()


@contextlib.contextmanager
def hole(target: object, name: str, value: object) -> Iterator[None]:
    before = getattr(target, name)
    setattr(target, name, value)
    try:
        yield
    finally:
        setattr(target, name, before)


@contextlib.contextmanager
def both(*holes: contextlib.AbstractContextManager[None]) -> Iterator[None]:
    with holes[0], holes[1]:
        yield


async def try_holes(app: FastAPI) -> None:
    async def let_in(sid: str, environ: object, auth: object = None) -> None:
        pass

    def fire(sid: str, message: dict[str, str]) -> None:
        Client.instances[message['client_id']].handle_event(message)

    outside = app.middleware_stack
    while not isinstance(outside.app, HttpGuard):
        outside = outside.app
    handlers = core.sio.handlers['/']
    for name, opened in {
        'none': contextlib.nullcontext(),
        'origins': both(hole(outside, 'app', outside.app.app), hole(core.sio.eio, 'cors_allowed_origins', '*')),
        'headers': hole(outside, 'app', outside.app.app),
        'sockets': hole(core.sio, 'handlers', {'/': {**handlers, 'connect': let_in}}),
        'events': hole(core.sio, 'handlers', {'/': {**handlers, 'event': fire}}),
        'scripts': hole(http_guard, '_PAGE_POLICY', "script-src 'self' 'unsafe-inline' 'nonce-{nonce}'; style-src 'self'"),
    }.items():
        with opened:
            try:
                await hardening.self_test(app)
            except RuntimeError as error:
                print(f'{name}: {error}', flush=True)
            else:
                print(f'{name}: safe', flush=True)
    os._exit(0)


if __name__ == '__main__':
    ui.run_with(app, reconnect_timeout=45, show_welcome_message=False, gzip_middleware_factory=None)
    listener = socket.socket()
    listener.bind(('127.0.0.1', 0))
    config = uvicorn.Config(app, ws=Frames, ws_per_message_deflate=False, ws_max_size=1_000_000, server_header=False, log_level='warning')
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(config).run(sockets=[listener])
