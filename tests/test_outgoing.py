"""No text of anybody makes this server call a private address, however it is spelled, resolved or redirected."""

import asyncio
import json
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from livechat.outgoing import is_public, numeric_address
from tests.ntfy_server import THIS_COMPUTER, Ntfy


@pytest.fixture
async def ntfy() -> AsyncIterator[Ntfy]:
    async with Ntfy().running() as server:
        yield server


async def ask_worker(urls: list[str], *arguments: str) -> list[str]:
    """What the process itself says, past the first look at the addresses."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, '-m', 'livechat.push_worker', *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    jobs = [json.dumps({'url': url, 'title': 't', 'body': 'b', 'link': '', 'limit_s': 30}) for url in urls]
    out, _ = await process.communicate('\n'.join(jobs).encode())
    assert process.returncode == 0
    return [json.loads(line)['reason'] for line in out.decode().splitlines()]


async def test_no_spelling_of_a_private_address_is_connected_to(ntfy: Ntfy):
    spellings = [*THIS_COMPUTER, socket.gethostname()]
    urls = [ntfy.url('topic', host=host) for host in spellings]
    urls += [f'mailto://127.0.0.1:{ntfy.port}?from=a@b.org&to=c@d.org', f'gotify://localhost:{ntfy.port}/token']

    reasons = await ask_worker(urls)

    assert ntfy.connections == 0
    assert len(reasons) == len(urls)
    assert all(reasons)
    assert (await ask_worker(urls[:2], '--allow-private')) == ['', '']
    assert ntfy.connections == 2


GUARDED = """
import json, socket, sys
import requests
from livechat.outgoing import guard
allowed, other = map(int, sys.argv[1:])
guard(lambda address, port: port == allowed)
resolve = socket.getaddrinfo
def rebinding(host, *rest, **more):
    return resolve('127.0.0.1' if host.endswith('.example') else host, *rest, **more)
socket.getaddrinfo = rebinding
def post(url):
    requests.post(url, json={'topic': 'redirects'}, timeout=5)
def direct(address, kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.connect(address)
def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b'x', ('127.0.0.1', other))
def unix():
    with socket.socket(socket.AF_UNIX) as s:
        s.connect('/run/systemd/private')
attempts = {
    'redirected': lambda: post(f'http://127.0.0.1:{allowed}/'),
    'rebound': lambda: post(f'http://evil.example:{other}/'),
    'numeric': lambda: direct(('127.0.0.1', other)),
    'named': lambda: direct(('localhost', allowed)),
    'short': lambda: direct(('127.1', allowed)),
    'packet': lambda: direct(('127.0.0.1', other), socket.SOCK_DGRAM),
    'datagram': datagram,
    'unix': unix,
}
said = {}
for name, attempt in attempts.items():
    try:
        attempt()
        said[name] = ''
    except Exception as error:
        said[name] = str(error)
print(json.dumps(said))
"""


async def test_redirect_and_rebound_name_are_stopped_at_the_connection(ntfy: Ntfy):
    async with Ntfy().running() as other:
        ntfy.redirect_to = f'http://127.0.0.1:{other.port}/'
        process = await asyncio.create_subprocess_exec(
            sys.executable, '-c', GUARDED, str(ntfy.port), str(other.port), stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()

    said = json.loads(out)
    assert ntfy.connections == 1  # so the redirect was followed
    assert other.connections == 0
    assert Counter('no connection to' in text for text in said.values()) == {True: len(said)}


@pytest.mark.parametrize(
    'address',
    [
        '224.0.0.1',
        'ff02::1',
        'fec0::1',
        '::127.0.0.1',
        '64:ff9b::7f00:1',
        '64:ff9b::a9fe:a9fe',
        '64:ff9b:1::1',
        '2002:7f00:1::',
        '2001::1',
        '2001:db8::1',
        '::ffff:0:127.0.0.1',
        '::ffff:8.8.8.8',
        '5f00::1',
        '3fff::1',
        '100.64.0.1',
        '192.168.1.1',
        '0.0.0.0',
        '255.255.255.255',
        'example.org',
        '127.1',
        '',
    ],
)
def test_address_is_not_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize('address', ['8.8.8.8', '159.203.148.75', '2606:4700:4700::1111', '2a01:4f8::1'])
def test_address_is_public(address: str):
    assert is_public(address)


@pytest.mark.parametrize('host', ['example.org', 'ntfy', '8.8.8.8.example.org', 'a.b.c.d', '', '1.2.3.4.5'])
def test_name_is_no_numeric_address(host: str):
    assert numeric_address(host) is None
