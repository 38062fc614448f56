"""Fetching what strangers' text names: from the public web alone, only so much of it, only for so long.

Each address is taken apart once, its host is resolved once, and the connection goes to the very address that was looked at: there
is no second look-up that could answer otherwise. A redirect is another address of a stranger, and goes the same way.
"""

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import httpx

from livechat.outgoing import is_public_web, numeric_address

CONNECT_LIMIT_S: Final = 3.0
LIMIT_S: Final = 5.0
"""For one fetch with its redirects, also from a server that sends a byte a second."""
MAX_REDIRECTS = 3
MAX_URL_CHARS = 2_000
MAX_ADDRESSES = 2
"""Of one host that are tried: some networks have an IPv6 that leads nowhere."""
MAX_LOOKUPS = 8
DEFAULT_PORTS = {'http': 80, 'https': 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
AGENT = 'Mozilla/5.0 (compatible; livechat; link preview)'
"""Sites that tell previews from crawlers look for such words."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host and a port to numeric addresses. :raises OSError: when there are none."""


class FetchFailed(Exception):
    """There is nothing to show; `str(error)` says why, without the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a fetch may bring."""

    accept: str
    max_bytes: int
    types: frozenset[str] = frozenset()
    """Of the content, as the server calls it; empty for any."""
    ends: tuple[bytes, ...] = ()
    """In lower case: with one of these in it the rest need not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    url: str
    """After all redirects."""
    host: str
    """Of that; in ASCII, so that it looks like no other."""
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that was found harmless, as far as one can tell without its host's numeric address."""

    url: httpx.URL
    host: str
    port: int

    @property
    def host_header(self) -> str:
        host = f'[{self.host}]' if ':' in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.url.scheme] else f'{host}:{self.port}'


class Fetcher:
    """One per process. Keeps nothing between two calls: no connection, no cookie, no credentials."""

    def __init__(
        self,
        *,
        own_hosts: Collection[str] = (),
        resolve: Resolve | None = None,
        allows: Callable[[str, int], bool] = is_public_web,
        limit_s: float = LIMIT_S,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`own_hosts`: names and numeric addresses under which this server itself would answer. `tls`: whom to trust, if not the usual."""
        self._own_hosts = frozenset(host.lower().rstrip('.') for host in own_hosts)
        self._resolve = resolve or look_up
        self._allows = allows
        self._limit_s = limit_s
        self._tls = tls

    async def get(self, url: str, wanted: Wanted) -> Fetched:
        """What is at that address now, or where it leads. :raises FetchFailed:"""
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._follow(url, wanted)
        except TimeoutError:
            raise FetchFailed('it took too long') from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:  # ValueError: hosts and headers that cannot be encoded
            raise FetchFailed(f'{type(error).__name__} on the way') from error

    async def _follow(self, url: str, wanted: Wanted) -> Fetched:
        for _ in range(MAX_REDIRECTS + 1):
            call = self._check(url)
            answer = await self._call(call, wanted)
            if isinstance(answer, Fetched):
                return answer
            url = str(call.url.join(answer))
        raise FetchFailed('it leads from one place to the next')

    def _check(self, url: str) -> Call:
        """:raises FetchFailed: :raises httpx.InvalidURL:"""
        if len(url) > MAX_URL_CHARS:
            raise FetchFailed('its address is too long')
        parsed = httpx.URL(url).copy_with(fragment=None)
        if parsed.scheme not in DEFAULT_PORTS:
            raise FetchFailed('it is not of the web')
        if parsed.userinfo:
            raise FetchFailed('its address has a name or a password in it')
        host = parsed.raw_host.decode('ascii').lower()
        if not host or '%' in host:
            raise FetchFailed('its address has no host')
        if host.rstrip('.') in self._own_hosts or numeric_address(host) in self._own_hosts:
            raise FetchFailed('it is this server')
        return Call(url=parsed, host=host, port=parsed.port or DEFAULT_PORTS[parsed.scheme])

    async def _call(self, call: Call, wanted: Wanted) -> Fetched | str:
        """What is there, or where it leads."""
        addresses = await self._resolve(call.host, call.port)
        if not addresses or not all(self._may_call(address, call.port) for address in addresses):
            raise FetchFailed('it is not at a public address')
        for address in addresses[: MAX_ADDRESSES - 1]:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._ask(call, address, wanted)
        return await self._ask(call, addresses[:MAX_ADDRESSES][-1], wanted)

    def _may_call(self, address: str, port: int) -> bool:
        return self._allows(address, port) and address not in self._own_hosts

    async def _ask(self, call: Call, address: str, wanted: Wanted) -> Fetched | str:
        """At that numeric address and no other: nothing in the request can be resolved again."""
        request = httpx.Request(
            'GET',
            call.url.copy_with(host=address),
            headers={
                'Host': call.host_header,
                'User-Agent': AGENT,
                'Accept': wanted.accept,
                'Accept-Encoding': 'identity',
                'Connection': 'close',
            },
            extensions={
                'sni_hostname': call.host.rstrip('.'),  # the certificate is checked against it
                'timeout': {'connect': CONNECT_LIMIT_S, 'read': self._limit_s, 'write': self._limit_s, 'pool': self._limit_s},
            },
        )
        # the transport itself, not a client around it: that would bring cookies, redirects, proxies and the environment
        verify = await self._context() if call.url.scheme == 'https' else False
        async with httpx.AsyncHTTPTransport(verify=verify, trust_env=False) as transport:
            response = await transport.handle_async_request(request)
            try:
                return await _read(call, response, wanted)
            finally:
                await response.aclose()

    async def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = await asyncio.to_thread(httpx.create_ssl_context, trust_env=False)  # reads 300 kB of certificates
        return self._tls


async def _read(call: Call, response: httpx.Response, wanted: Wanted) -> Fetched | str:
    """Its body, or where it leads."""
    if response.status_code in REDIRECTS and (location := response.headers.get('location')):
        return str(location)
    if response.status_code != httpx.codes.OK:
        raise FetchFailed(f'the answer was {response.status_code}')
    content_type = response.headers.get('content-type', '')
    if wanted.types and content_type.partition(';')[0].strip().lower() not in wanted.types:
        raise FetchFailed('it is of another type')
    if response.headers.get('content-encoding', 'identity').strip().lower() not in {'', 'identity'}:
        raise FetchFailed('it is compressed, unasked')  # what 512 KiB of it unpack to nobody knows
    return Fetched(url=str(call.url), host=call.host, content_type=content_type, body=await _read_body(response, wanted))


async def _read_body(response: httpx.Response, wanted: Wanted) -> bytes:
    """Counted as it comes: Content-Length is what somebody says."""
    body = bytearray()
    overlap = max(map(len, wanted.ends), default=0)
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for chunk in response.stream:
        fresh = bytes(body[max(0, len(body) - overlap) :] + chunk).lower()  # not all of it: chunks may be of one byte each
        body += chunk
        if any(end in fresh for end in wanted.ends):
            return bytes(body[: wanted.max_bytes])
        if len(body) > wanted.max_bytes:
            raise FetchFailed('it is too large')
    return bytes(body)


_lookups = threading.BoundedSemaphore(MAX_LOOKUPS)


async def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system resolves it. :raises OSError:

    In a thread of its own that nothing waits for: one that hangs in the resolver for half a minute would keep the shared threads
    busy, and the server from stopping.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Sequence[str]] = loop.create_future()

    def settle(addresses: Sequence[str] | None) -> None:
        if found.done():
            return
        if addresses is None:
            found.set_exception(OSError('no such host'))
        else:
            found.set_result(addresses)

    def ask() -> None:
        addresses = None
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        except (OSError, ValueError):
            pass
        finally:
            _lookups.release()
            with suppress(RuntimeError):  # the server has stopped meanwhile
                loop.call_soon_threadsafe(settle, addresses)

    if not _lookups.acquire(blocking=False):
        raise OSError('too many hosts are being looked up')
    threading.Thread(target=ask, name='livechat look-up', daemon=True).start()
    return await found
