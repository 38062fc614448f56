"""Closes what NiceGUI 3.18 leaves open. With its parts `guarded_socket`, `calm` and `self_test`, and beside `stream`, alone in touching
NiceGUI's internals; pinned to its version and tested at every start.

As it comes, any socket that knows a page's client id fires that page's handlers, from any origin, without a cookie, without limits;
error pages and pages for strangers cost memory; a stranger's words go into the log. Here

- a page is bound to the sign-in it was built for (`bind_page`), a socket must come with that sign-in's cookie, and an event must come
  over a socket of its own page while that sign-in lasts;
- a frame is judged before engine.io parses it (`frame_guard`);
- pages that never connect are counted per address (`admit_page`), readers that do not keep up are cut, nothing is stored in files.

Order of calls: `install` once, next to `ui.run_with`; `after_start` and `self_test` in the lifespan after NiceGUI's own start; the rest
at any time.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

import nicegui
from engineio.packet import MESSAGE, Packet  # type: ignore[import-untyped]
from nicegui import Client, context, core, json
from socketio.exceptions import ConnectionRefusedError as SocketRefused  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import Response

from livechat.domain.limits import Limits
from livechat.domain.model import SignInId
from livechat.ui import calm
from livechat.ui.guarded_socket import GuardedSocket, abort, noise, query_of
from livechat.ui.http_guard import is_same_origin
from livechat.ui.self_test import self_test
from livechat.ui.stream import VIRTUAL_BASE
from livechat.ui.waiting_pages import PageRefused, WaitingPages, try_again

if not nicegui.__version__.startswith('3.18.'):
    raise ImportError(f'livechat knows the internals of NiceGUI 3.18, not {nicegui.__version__}: install "nicegui==3.18.*".')

__all__ = [
    'VIRTUAL_BASE',
    'PageFailed',
    'PageRefused',
    'admit_page',
    'after_start',
    'bind_page',
    'close_tab',
    'close_tabs',
    'cut_slow_readers',
    'install',
    'self_test',
]

OnVirtualEvent = Callable[[Client, int, list[Any]], None]

MAX_QUEUED_FRAMES = 256
"""A socket that has more waiting does not read; the number Go Campfire and Mattermost cut at."""
SLOW_READER_CHECK_S = 0.5
PING_S = 10
PONG_S = 8
"""A dead peer is noticed within the sum: with the grace of 6 s a silent network is a leave within 25 s. Its page waits on."""
MAX_SOCKETS_PER_PAGE = 4
"""A browser opens one, and another while the first is dying."""

_REFUSED = 'Implicit handshake failed'
"""These very words make NiceGUI's browser side reload the page: a signed-out tab lands on /login, a stale one on a fresh page."""
_TICKET = 'livechat.ticket'

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Page:
    sign_in_id: SignInId
    is_closed: bool = False


class PageFailed(Exception):
    """The page took too long, or lost its client while it was built."""


_pages: WeakKeyDictionary[Client, _Page] = WeakKeyDictionary()
_waiting = WaitingPages(Limits().pages_per_address)


def install(
    *,
    on_virtual_event: OnVirtualEvent,
    is_current: Callable[[SignInId], bool],
    not_found: Callable[[Request], Response],
    server_error: Callable[[Request], Response],
    pages_per_address: int = Limits().pages_per_address,
) -> None:
    """Put the guards in place, once per process.

    `on_virtual_event(client, element_id, args)` gets the events of elements that exist in browsers only. `is_current(sign_in_id)` is
    asked for every event, so it has to answer from memory. `not_found` and `server_error` answer instead of NiceGUI's error pages, which
    cost a client each.
    """
    global _waiting  # noqa: PLW0603 - NiceGUI is one per process, and so is this
    _waiting = WaitingPages(pages_per_address)
    calm.install()
    _guard_sockets()
    _Handlers(on_virtual_event, is_current).install()
    _replace_error_pages(not_found, server_error)
    core.app.storage._create_tab_storage = _store_nothing  # type: ignore[method-assign] # it kept a dict per tab for 30 days


def after_start() -> None:
    """To be called when NiceGUI has started: it derives a ping from its reconnect timeout that notices a dead peer after a minute."""
    core.sio.eio.ping_interval, core.sio.eio.ping_timeout = PING_S, PONG_S
    core.app.config.markdown = False  # else pages answer Markdown to some user agents
    core.app.timer(SLOW_READER_CHECK_S, cut_slow_readers)


async def admit_page(request: Request) -> None:
    """Count the page that is asked for. A coroutine only because FastAPI gives plain functions a thread each.

    A dependency of every page, `@ui.page(..., dependencies=[Depends(admit_page)])`: so it runs before NiceGUI builds a client.

    :raises PageRefused: the answer is 503, and the browser tries again by itself
    """
    purpose = request.headers.get('sec-purpose') or request.headers.get('purpose') or ''
    if 'prefetch' in purpose.lower():  # such a page would want the explicit handshake, which is refused
        raise PageRefused
    ticket = _waiting.admit(request.client.host if request.client else '')
    if ticket is None:
        raise PageRefused
    request.scope[_TICKET] = ticket


def bind_page(client: Client, sign_in_id: SignInId) -> None:
    """From now on only sockets of this sign-in reach the page; a page that was never bound gets no socket at all."""
    _pages[client] = _Page(sign_in_id)


def close_tabs(sign_in_id: SignInId, path: str = '/login') -> None:
    """Close every tab of a sign-in that ended."""
    for client, page in list(_pages.items()):
        if page.sign_in_id == sign_in_id:
            close_tab(client, path)


def close_tab(client: Client, path: str = '/login') -> None:
    """Send the tab to another page and take its socket away: nothing it still sends is heard, and it cannot connect again."""
    page = _pages.get(client)
    if page is None or page.is_closed:
        return
    page.is_closed = True
    leave = Packet(MESSAGE, '2' + json.dumps(['open', {'path': path, 'new_tab': False}]))
    for _, eio_sid in list(core.sio.manager.get_participants('/', client.id)):
        if (socket := core.sio.eio.sockets.get(eio_sid)) is not None:
            socket.queue.put_nowait(leave)
            socket.queue.put_nowait(None)  # engine.io's writer sends what is queued before this, then closes


async def cut_slow_readers() -> None:
    """Cut the sockets whose browser does not read: engine.io's queue has no bound of its own."""
    for eio_sid, socket in list(core.sio.eio.sockets.items()):
        if socket.queue.qsize() > MAX_QUEUED_FRAMES:
            await _cut(eio_sid, socket)


async def _cut(eio_sid: str, socket: Any) -> None:
    """Not `sio.disconnect`, which waits for the queue that nobody reads, for ever."""
    while not socket.queue.empty():
        socket.queue.get_nowait()
        socket.queue.task_done()
    environ = core.sio.environ.get(eio_sid)
    await socket.close(wait=False, abort=True)
    socket.queue.put_nowait(None)
    core.sio.eio.sockets.pop(eio_sid, None)
    if environ is not None:
        abort(environ['asgi.scope'])


def _guard_sockets() -> None:
    eio = core.sio.eio
    eio.cors_allowed_origins = lambda origin, environ=None: bool(
        origin and environ and is_same_origin(origin, environ.get('HTTP_HOST', ''))
    )
    eio.transports = ['websocket']  # long polling brings JSONP, body parsing and a POST that never ends
    eio._async = {**eio._async, 'websocket': GuardedSocket}
    core.app.config.socket_io_js_transports = ['websocket']


class _Handlers:
    """socket.io's handlers in front of NiceGUI's. Messages have the shapes that `frame_guard` lets through."""

    def __init__(self, on_virtual_event: OnVirtualEvent, is_current: Callable[[SignInId], bool]) -> None:
        self._on_virtual_event = on_virtual_event
        self._is_current = is_current
        self._inner: dict[str, Callable[..., Any]] = dict(core.sio.handlers['/'])

    def install(self) -> None:
        core.sio.on('connect', self.connect)
        core.sio.on('handshake', self.refuse_handshake)
        core.sio.on('event', self.event)
        core.sio.on('javascript_response', lambda sid, message: self.forward('javascript_response', sid, message))
        core.sio.on('ack', lambda sid, message: self.forward('ack', sid, message))
        core.sio.on('log', self.log)

    async def connect(self, sid: str, environ: dict[str, Any], _: object = None) -> None:
        client = _client_to_join(environ)
        if client is None or not self._is_current(_pages[client].sign_in_id):
            raise SocketRefused(_REFUSED)
        await self._inner['connect'](sid, environ)
        calm.wake(client)
        _waiting.connected(client.request.scope.get(_TICKET, 0))

    async def refuse_handshake(self, _: str, __: object) -> bool:
        return False  # our pages use the implicit one

    def event(self, sid: str, message: dict[str, Any]) -> None:
        client = _client_of(sid, message)
        if client is None:
            return
        if not self._is_current(_pages[client].sign_in_id):
            close_tab(client)
            return
        try:
            if message['id'] >= VIRTUAL_BASE:
                self._on_virtual_event(client, message['id'], [None if arg is None else json.loads(arg) for arg in message['args']])
            elif _is_listened_to(client, message):
                self._inner['event'](sid, message)
        except Exception as error:  # noqa: BLE001 - logged; it must not end as asyncio's "never retrieved"
            noise.warning(f'an event of element {message["id"]} failed', error=error)

    def forward(self, name: str, sid: str, message: dict[str, Any]) -> None:
        if _client_of(sid, message) is not None:
            self._inner[name](sid, message)

    def log(self, _: str, message: dict[str, Any]) -> None:
        _log.debug('a browser says %r', str(message.get('message'))[:200])  # repr: line ends would forge log entries


def _client_to_join(environ: dict[str, Any]) -> Client | None:
    """The page that a new socket names, if it comes with the cookie of the sign-in that page was built for."""
    query = query_of(environ)
    client = Client.instances.get(query.get('client_id', ''))
    page = _pages.get(client) if client is not None else None
    signed_in = environ['asgi.scope'].get('state', {}).get('signed_in')
    if client is None or page is None or page.is_closed or signed_in is None or signed_in.sign_in.id != page.sign_in_id:
        return None
    next_message_id = query.get('next_message_id', '0')
    is_sound = (
        query.get('implicit_handshake') == 'true'
        and 0 < len(query.get('tab_id', '')) <= 64
        and 0 < len(query.get('document_id', '')) <= 64
        and len(next_message_id) <= 15
        and next_message_id.isdecimal()
        and len(client._socket_to_document_id) < MAX_SOCKETS_PER_PAGE
    )
    return client if is_sound else None


def _client_of(sid: str, message: dict[str, Any]) -> Client | None:
    """The open page that a message names, if it came over a socket of that page."""
    client_id = message['client_id']
    if sid not in core.sio.manager.rooms.get('/', {}).get(client_id, ()):  # not `sio.rooms(sid)`, which walks all rooms
        return None
    client = Client.instances.get(client_id)
    page = _pages.get(client) if client is not None else None
    return None if page is None or page.is_closed else client


def _is_listened_to(client: Client, message: dict[str, Any]) -> bool:
    element = client.elements.get(message['id'])
    return element is not None and message['listener_id'] in element._event_listeners


async def _store_nothing(tab_id: str, old_tab_id: str | None = None) -> None:
    """Instead of `app.storage.tab`."""


def _replace_error_pages(not_found: Callable[[Request], Response], server_error: Callable[[Request], Response]) -> None:
    async def on_not_found(request: Request, _: Exception) -> Response:
        return not_found(request)

    async def on_server_error(request: Request, _: Exception) -> Response:
        return server_error(request)

    async def on_refused(_: Request, __: Exception) -> Response:
        return try_again()

    core.app.exception_handlers[404] = on_not_found
    core.app.exception_handlers[Exception] = on_server_error
    core.app.exception_handlers[PageRefused] = on_refused
    vars(import_module('nicegui.page'))['error_content'] = _fail_page


def _fail_page(_: int, message: str | Exception = '') -> NoReturn:
    """Instead of NiceGUI's error page in a new client, which nobody could connect to: it is bound to no sign-in."""
    context.client.delete()
    raise PageFailed(str(message))
