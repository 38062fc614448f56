"""Attacks our own server at every start, in process, and refuses to serve when an attack works: no upgrade reopens a hole in silence."""

import asyncio
from typing import Any

from nicegui import Client, core, ui
from nicegui.element import Element
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Scope

from livechat.ui.http_guard import HttpGuard

_TIMEOUT_S = 5.0
_SOCKET_PATH = '/_nicegui_ws/socket.io/'


async def self_test(app: ASGIApp) -> None:
    """To be awaited in the lifespan, with the whole application: some 20 ms.

    :raises RuntimeError: names the hole
    """
    client = Client(ui.page(''))
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            await _refuses_foreign_origins(app)
            await _refuses_strangers_sockets(app, client)
            _refuses_foreign_events(client)
            await _has_content_security_policy(app, client)
    finally:
        client.delete()


def _require(holds: bool, hole: str) -> None:
    if not holds:
        raise RuntimeError(f'This server would be unsafe, so it does not start: {hole}. Is one of its parts newer than livechat knows?')


async def _refuses_foreign_origins(app: ASGIApp) -> None:
    answers = await _talk(app, _socket_scope(origin='https://evil.example'))
    _require(not _accepted(answers), 'it accepts sockets that were opened by other sites')


async def _refuses_strangers_sockets(app: ASGIApp, client: Client) -> None:
    query = f'EIO=4&transport=websocket&client_id={client.id}&tab_id=t&document_id=d&implicit_handshake=true'
    answers = await _talk(app, _socket_scope(origin='http://localhost', query=query), frames=['40'])
    _require(_accepted(answers), 'it accepts no socket at all')  # else the next line would prove nothing
    refused = any(str(answer.get('text', '')).startswith('44') for answer in answers)
    _require(refused and not client.has_socket_connection, "it lets strangers into other people's pages")


def _refuses_foreign_events(client: Client) -> None:
    fired: list[object] = []
    with client:
        element = Element('div').on('click', lambda: fired.append('click'))
    [listener] = element._to_dict()['events']  # noqa: SLF001 - what the browser is told
    message = {'id': element.id, 'client_id': client.id, 'listener_id': listener['listener_id'], 'args': []}
    core.sio.handlers['/']['event']('nobody', dict(message))
    _require(not fired, 'any socket can press the buttons of any page')
    client.handle_event(dict(message))
    _require(len(fired) == 1, 'it cannot tell whether foreign events are refused')


async def _has_content_security_policy(app: ASGIApp, client: Client) -> None:
    scope = _page_scope()
    start = next(answer for answer in await _talk(app, scope) if answer['type'] == 'http.response.start')
    _require(b'content-security-policy' in dict(start['headers']), 'its answers carry no content security policy')

    page = HttpGuard(client.build_response(Request(scope)), allowed_hosts=frozenset, https=False)
    start, body = await _talk(page, scope)
    policy = dict(start['headers']).get(b'content-security-policy', b'').decode()
    _require("'nonce-" in policy and "'unsafe-inline'" not in policy.split('style-src')[0], "its pages allow strangers' scripts")
    _require(body['body'].count(b'<script') == body['body'].count(b'<script nonce="') > 0, 'its own scripts carry no nonce')


def _page_scope() -> dict[str, Any]:
    return {
        'type': 'http',
        'asgi': {'version': '3.0'},
        'http_version': '1.1',
        'method': 'GET',
        'scheme': 'http',
        'path': '/self-test',
        'raw_path': b'/self-test',
        'root_path': '',
        'query_string': b'',
        'headers': [(b'host', b'localhost')],
        'client': ('127.0.0.1', 0),
        'server': ('127.0.0.1', 80),
        'state': {},
        'extensions': {},
    }


def _socket_scope(*, origin: str, query: str = 'EIO=4&transport=websocket') -> dict[str, Any]:
    scope = _page_scope()
    del scope['method']
    return scope | {
        'type': 'websocket',
        'scheme': 'ws',
        'path': _SOCKET_PATH,
        'raw_path': _SOCKET_PATH.encode(),
        'query_string': query.encode(),
        'headers': [*scope['headers'], (b'origin', origin.encode()), (b'upgrade', b'websocket'), (b'connection', b'upgrade')],
        'subprotocols': [],
    }


async def _talk(app: ASGIApp, scope: Scope, frames: list[str] | None = None) -> list[Message]:
    """Everything the application answers until it is done with this request or socket."""
    answers: list[Message] = []
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    is_socket = scope['type'] == 'websocket'
    heard.put_nowait({'type': 'websocket.connect'} if is_socket else {'type': 'http.request', 'body': b'', 'more_body': False})
    for frame in frames or []:
        heard.put_nowait({'type': 'websocket.receive', 'text': frame})

    async def send(message: Message) -> None:
        answers.append(message)
        is_told = str(message.get('text', ''))[:2] in {'40', '44'}  # let in, or refused
        if is_told or message['type'] == 'websocket.close' or (message['type'] == 'websocket.accept' and not frames):
            heard.put_nowait({'type': 'websocket.disconnect', 'code': 1000})

    await app(scope, heard.get, send)
    return answers


def _accepted(answers: list[Message]) -> bool:
    return any(answer['type'] == 'websocket.accept' for answer in answers)
