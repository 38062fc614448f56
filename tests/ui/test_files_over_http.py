"""Files over real sockets: lengths that lie, clients that go away or do not read, and what it all costs the server."""

import hashlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing

import httpx
import pytest

from tests.ui.bodies import CONTENT_TYPE, body, file
from tests.ui.file_process import FileServer, file_server

pytestmark = pytest.mark.timeout(180)

MIB = 2**20
MAX_LAG_MS = 3_000
"""Beside other tests on a busy machine; alone it is 16 ms."""


@pytest.fixture(scope='module')
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileServer]:
    with file_server(tmp_path_factory.mktemp('files')) as running:
        yield running


@pytest.fixture
def server(running: FileServer) -> FileServer:
    """Without files."""
    for path in running.on_disk():
        path.unlink()
    return running


def status_of(client: socket.socket) -> int:
    return int(client.recv(1_000).split()[1])


def test_length_that_says_too_little_makes_the_upload_broken(server: FileServer):
    whole = body(file(b'x' * 1_000))

    with closing(server.post(whole, length=len(whole) - 10)) as client:
        assert status_of(client) == 400
    with closing(server.post(whole, length=len(whole))) as client:
        assert status_of(client) == 200
    assert len(server.on_disk()) == 1


def test_length_that_says_too_much_makes_the_upload_broken(server: FileServer):
    whole = body(file(b'x' * 1_000))

    with closing(server.post(whole, length=len(whole) + 10)) as client:
        client.shutdown(socket.SHUT_WR)
        assert not client.recv(1_000).startswith(b'HTTP/1.1 2')
    with closing(server.post(whole, length=len(whole) + 10)) as client:
        assert status_of(client) == 408
    assert not server.on_disk()


def test_client_that_goes_away_in_the_middle_leaves_nothing(server: FileServer):
    before = server.state()['open']
    with closing(server.post(body(file(b'x' * 3 * MIB))[:-100], length=10 * MIB)):
        wait_until(lambda: bool(server.on_disk()))

    wait_until(lambda: not server.on_disk() and server.state()['open'] == before)


def test_file_comes_back_as_it_was_sent(server: FileServer):
    content = bytes(range(256)) * 20_000

    key = server.upload(content)

    assert key == hashlib.sha256(content).hexdigest()
    assert httpx.get(f'{server.url}/files/{key}').content == content


@pytest.mark.parametrize('reads', [0, 100_000])
def test_client_that_goes_away_ends_what_it_is_sent(server: FileServer, reads: int):
    key = server.upload(b'x' * 30 * MIB)
    before = server.state()['open']

    with closing(server.connect()) as client:
        client.sendall(f'GET /files/{key} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n'.encode())
        assert client.recv(reads or 1)
        assert server.state()['open'] > before

    wait_until(lambda: server.state()['open'] == before)


def test_clients_that_do_not_read_hold_no_threads_and_little_memory(server: FileServer):
    key = server.upload(b'x' * 30 * MIB)
    before = server.state()['peak_kib']

    clients = [server.connect() for _ in range(50)]
    for client in clients:
        client.sendall(f'GET /files/{key} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n'.encode())
        assert client.recv(1)

    assert server.upload(b'others go on')
    assert server.state()['peak_kib'] - before < 50 * 1_024
    for client in clients:
        client.close()


async def test_large_upload_costs_little_memory_and_holds_nobody(server: FileServer):
    """100 MiB in pieces; the others' turns come in time meanwhile."""
    server.upload(b'warm')
    before = server.state()

    async def pieces() -> AsyncIterator[bytes]:
        yield file()[:-2]
        for _ in range(1_600):
            yield b'x' * 64 * 1024
        yield b'\r\n' + body()

    async with httpx.AsyncClient(timeout=60) as client:
        headers = {'Content-Type': CONTENT_TYPE, 'Origin': server.url}
        answer = await client.post(f'{server.url}/uploads/', content=pieces(), headers=headers)

    after = server.state()
    assert answer.status_code == 200
    assert after['peak_kib'] - before['peak_kib'] < 20 * 1_024
    assert after['lag_ms'] < MAX_LAG_MS


def wait_until(condition: Callable[[], bool]) -> None:
    """Asked again and again, until the test's own time is over."""
    while not condition():
        pass
