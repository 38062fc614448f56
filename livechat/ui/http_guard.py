"""The outermost ASGI layer: who may talk to this server, how much they may send, and what every answer says about itself.

Pure ASGI and without NiceGUI, so that it sees plain pages, NiceGUI pages, files and sockets alike. It must stand outside of any
compression, because it writes a nonce into NiceGUI's pages.
"""

import ipaddress
import re
import secrets
import sys
from collections.abc import Callable, Collection, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 256 * 1024
"""The largest form is a message in a plain POST: 4,000 characters, every one percent-encoded, is 48 kB."""
LARGER_BODIES = {'/uploads/': sys.maxsize, '/pictures/': 12 * 2**20}
"""Where more may be sent, by the beginning of the path. What comes to the first is counted there, as it arrives, by whose it is."""

_SAFE_METHODS = frozenset({'GET', 'HEAD', 'OPTIONS'})
_DEFAULT_PORTS = {'http': ':80', 'https': ':443'}
_REST_OF_POLICY = (
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors "
)
_PAGE_POLICY = "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; " + _REST_OF_POLICY + "'none'"
"""NiceGUI's page: Vue compiles templates in the browser, hence 'unsafe-eval'; its own script tags carry the nonce."""
_PLAIN_POLICY = "default-src 'self'; script-src 'none'; " + _REST_OF_POLICY + "'none'"
_FRAME_POLICY = "default-src 'self'; script-src 'none'; " + _REST_OF_POLICY + "'self'"
FRAMED_PATH = '/people'
"""The list at the door may be framed, by ourselves alone: it shows nothing that could be clicked by mistake. So may quotes."""
_FRAMED_QUOTE = re.compile(r'/rooms/[^/]+/quote')
_FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""Whatever is no page and is opened as one nevertheless, an SVG for instance."""


def is_same_origin(origin: str, host: str) -> bool:
    """Whether an Origin (or Referer) names the Host the request came to.

    The scheme is left out: behind a proxy that ends TLS the browser says https and we are asked over http.
    `null`, the origin of sandboxed frames and data: URLs, is nobody's.
    """
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    default_port = _DEFAULT_PORTS.get(parts.scheme)
    if default_port is None or not parts.netloc:
        return False
    return parts.netloc.lower().removesuffix(default_port) == host.lower().removesuffix(default_port)


def is_allowed_host(host: str, configured: Collection[str]) -> bool:
    """Whether we answer to this Host: an address, localhost, `*.local` or a configured name.

    A foreign name that was pointed at our address (DNS rebinding) makes a foreign page same-origin with us; it is refused here.
    """
    try:
        parts = urlsplit(f'//{host}')
        name = (parts.hostname or '').removesuffix('.')
        _ = parts.port
    except ValueError:
        return False
    if parts.netloc != host or '@' in host or not name:
        return False
    return name == 'localhost' or name.endswith('.local') or name in configured or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_framed(path: str) -> bool:
    return path == FRAMED_PATH or _FRAMED_QUOTE.fullmatch(path) is not None


@dataclass(slots=True)
class _Asked:
    """The headers the guard decides by; None where one was not sent."""

    host: str | None = None
    origin: str | None = None
    referer: str | None = None
    fetch_site: str | None = None
    length: int = 0
    is_ambiguous: bool = False
    """A header that must be unique came twice: two layers could each believe another one."""
    has_prefix: bool = False


_HEADERS = {b'host': 'host', b'origin': 'origin', b'referer': 'referer', b'sec-fetch-site': 'fetch_site'}


def _read_headers(scope: Scope) -> _Asked:
    asked = _Asked()
    for name, value in scope['headers']:
        if (field := _HEADERS.get(name)) is not None:
            asked.is_ambiguous = asked.is_ambiguous or getattr(asked, field) is not None
            setattr(asked, field, value.decode('latin-1'))
        elif name == b'content-length' and value.isdigit():
            asked.length = int(value[:18])
        elif name == b'x-forwarded-prefix':
            asked.has_prefix = True
    return asked


def _is_own_request(asked: _Asked, host: str) -> bool:
    """Whether a request that changes something was started by our own pages.

    Browsers send Sec-Fetch-Site only to trustworthy origins, so over plain http on a LAN Origin decides, and Referer for those too old to
    send Origin with a form. A request without any of them could be a hidden form in an old browser, and is refused.
    """
    if asked.fetch_site == 'cross-site':
        return False
    if asked.origin is not None:
        return is_same_origin(asked.origin, host)
    if asked.fetch_site is not None:
        return asked.fetch_site in {'same-origin', 'none'}
    return asked.referer is not None and is_same_origin(asked.referer, host)


class HttpGuard:
    """Refuses foreign hosts, foreign origins and oversized bodies; adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: Callable[[], Collection[str]], https: bool, max_body: int = MAX_BODY_BYTES) -> None:
        """`allowed_hosts` is asked anew for each request: lower-case names without port."""
        self.app = app
        self._allowed_hosts = allowed_hosts
        self._max_body = max_body
        self._headers = [
            (b'x-content-type-options', b'nosniff'),
            (b'referrer-policy', b'same-origin'),
            (b'cross-origin-opener-policy', b'same-origin'),
            (b'cross-origin-resource-policy', b'same-origin'),
            (b'permissions-policy', b'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()'),
        ]
        if https:
            self._headers.append((b'strict-transport-security', b'max-age=31536000'))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] == 'lifespan':
            await self.app(scope, receive, send)
            return
        asked = _read_headers(scope)
        refusal = self._refusal(scope, asked)
        if asked.has_prefix:  # NiceGUI would put a stranger's X-Forwarded-Prefix in front of its redirects and script addresses
            scope = {**scope, 'headers': [header for header in scope['headers'] if header[0] != b'x-forwarded-prefix']}
        if scope['type'] == 'websocket':
            await (self.app(scope, receive, send) if refusal is None else send({'type': 'websocket.close', 'code': 1008}))
            return
        max_body = self._max_body_of(scope)
        exchange = _Exchange(receive, send, headers=self._headers, max_body=max_body, is_framed=_is_framed(scope['path']))
        if refusal is not None:
            await exchange.answer(*refusal)
            return
        await exchange.run(self.app, scope)

    def _refusal(self, scope: Scope, asked: _Asked) -> tuple[HTTPStatus, str] | None:
        if asked.is_ambiguous or asked.host is None or not is_allowed_host(asked.host, self._allowed_hosts()):
            return HTTPStatus.BAD_REQUEST, 'This server does not answer to that host name. Ask its administrator to allow it.'
        if scope['type'] == 'websocket':
            own = asked.origin is not None and is_same_origin(asked.origin, asked.host) and asked.fetch_site != 'cross-site'
        else:
            own = scope['method'] in _SAFE_METHODS or _is_own_request(asked, asked.host)
        if not own:
            return (
                HTTPStatus.FORBIDDEN,
                'That came from another site, so nothing was done. Open this server in your browser and try again there.',
            )
        if asked.length > self._max_body_of(scope):
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, 'That is more than this server takes at once.'
        return None

    def _max_body_of(self, scope: Scope) -> int:
        return next((limit for prefix, limit in LARGER_BODIES.items() if scope['path'].startswith(prefix)), self._max_body)


class _Exchange:
    """One HTTP request and its answer: counts what comes in, completes what goes out."""

    def __init__(self, receive: Receive, send: Send, *, headers: list[tuple[bytes, bytes]], max_body: int, is_framed: bool = False) -> None:
        self._receive, self._send = receive, send
        self._headers = [*headers, (b'x-frame-options', b'SAMEORIGIN' if is_framed else b'DENY')]
        self._plain_policy = _FRAME_POLICY if is_framed else _PLAIN_POLICY
        self._left = max_body
        self._started = False
        self._page: MutableMapping[str, Any] | None = None
        """The held start of a NiceGUI page, whose length is known only with the nonces in it."""
        self._body = b''

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self.receive, self.send)
        except Exception:
            if self._left >= 0:
                raise
        if self._left < 0 and not self._started:
            await self.answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, 'That is more than this server takes at once.')

    async def answer(self, status: HTTPStatus, text: str) -> None:
        body = f'{text}\n'.encode()
        headers = [
            (b'content-type', b'text/plain; charset=utf-8'),
            (b'content-length', str(len(body)).encode()),
            (b'cache-control', b'no-store'),
            (b'content-security-policy', _FILE_POLICY.encode()),
            *self._headers,
        ]
        await self._send({'type': 'http.response.start', 'status': int(status), 'headers': headers})
        await self._send({'type': 'http.response.body', 'body': body})

    async def receive(self) -> Message:
        if self._left < 0:
            return {'type': 'http.disconnect'}
        message = await self._receive()
        if message['type'] == 'http.request':
            self._left -= len(message.get('body', b''))
            if self._left < 0:  # a lying or missing Content-Length
                return {'type': 'http.disconnect'}
        return message

    async def send(self, message: Message) -> None:
        if self._left < 0 and not self._started:
            return  # the application's opinion about half a body; `run` answers
        if message['type'] == 'http.response.start':
            self._started = True
            self._complete(message)
            if self._page is None:
                await self._send(message)
        elif self._page is None:
            await self._send(message)
        else:
            self._body += message.get('body', b'')
            if not message.get('more_body', False):
                await self._send_page(self._page)

    def _complete(self, message: Message) -> None:
        present = {name.lower(): value for name, value in message.get('headers', ())}
        is_html = present.get(b'content-type', b'').startswith(b'text/html')
        added = [header for header in self._headers if header[0] not in present]
        if is_html and b'cache-control' not in present:
            added.append((b'cache-control', b'no-store'))
        if b'x-nicegui-content' in present and is_html:
            self._page = message
        elif b'content-security-policy' not in present:
            added.append((b'content-security-policy', (self._plain_policy if is_html else _FILE_POLICY).encode()))
        message['headers'] = [header for header in message.get('headers', ()) if header[0].lower() != b'server'] + added

    async def _send_page(self, start: MutableMapping[str, Any]) -> None:
        nonce = secrets.token_urlsafe(18)
        # the page's elements stand in it as JSON with every < escaped, so only NiceGUI's own tags match
        body = self._body.replace(b'<script', b'<script nonce="%s"' % nonce.encode())
        self._body = b''  # a live page keeps its request, and that keeps this: 11 KiB per tab
        start['headers'] = [header for header in start['headers'] if header[0].lower() not in {b'content-length', b'x-nicegui-content'}]
        start['headers'] += [
            (b'content-security-policy', _PAGE_POLICY.format(nonce=nonce).encode()),
            (b'content-length', str(len(body)).encode()),
        ]
        self._page = None
        await self._send(start)
        await self._send({'type': 'http.response.body', 'body': body})
