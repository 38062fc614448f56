"""Files over real sockets: lengths that lie, clients that go away or do not read, and what it all costs the server."""

import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.server_process import UNMEASURED
from tests.ui.bodies import CONTENT_TYPE, body, file

SERVER = Path(__file__).with_name('file_server.py')
MIB = 2**20
MAX_LAG_MS = 250
"""Beside other tests on a busy machine; alone it is 16 ms."""


class Server:
    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f'http://127.0.0.1:{port}'

    def connect(self) -> socket.socket:
        return socket.create_connection(('127.0.0.1', self.port), timeout=8)

    def upload(self, content: bytes) -> str:
        files = {'files': ('a.bin', content)}
        (key,) = httpx.post(f'{self.url}/uploads/', files=files, headers={'Origin': self.url}).raise_for_status().json()
        return str(key)

    def post(self, content: bytes, *, length: int) -> socket.socket:
        """A client that says `length` of it."""
        client = self.connect()
        head = f'POST /uploads/ HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: {self.url}\r\nContent-Type: {CONTENT_TYPE}\r\n'
        client.sendall(f'{head}Content-Length: {length}\r\n\r\n'.encode() + content)
        return client

    def state(self) -> dict[str, float]:
        return dict(httpx.get(f'{self.url}/state').json())

    def on_disk(self) -> list[Path]:
        return [path for path in self.folder.rglob('*') if path.is_file()]


@pytest.fixture(scope='module')
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp('files')
    environment = {**os.environ, **UNMEASURED, 'PYTHONPATH': str(SERVER.parents[2])}
    with subprocess.Popen([sys.executable, str(SERVER), str(folder)], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        yield Server(folder, int(process.stdout.readline()))
        process.terminate()


@pytest.fixture
def server(running: Server) -> Server:
    """Without files."""
    for path in running.on_disk():
        path.unlink()
    return running


def status_of(client: socket.socket) -> int:
    return int(client.recv(1_000).split()[1])


def test_length_that_says_too_little_makes_the_upload_broken(server: Server):
    whole = body(file(b'x' * 1_000))

    with closing(server.post(whole, length=len(whole) - 10)) as client:
        assert status_of(client) == 400
    with closing(server.post(whole, length=len(whole))) as client:
        assert status_of(client) == 200
    assert len(server.on_disk()) == 1


def test_length_that_says_too_much_makes_the_upload_broken(server: Server):
    whole = body(file(b'x' * 1_000))

    with closing(server.post(whole, length=len(whole) + 10)) as client:
        client.shutdown(socket.SHUT_WR)
        assert not client.recv(1_000).startswith(b'HTTP/1.1 2')
    with closing(server.post(whole, length=len(whole) + 10)) as client:
        assert status_of(client) == 408
    assert not server.on_disk()


def test_client_that_goes_away_in_the_middle_leaves_nothing(server: Server):
    before = server.state()['open']
    with closing(server.post(body(file(b'x' * 3 * MIB))[:-100], length=10 * MIB)):
        wait_until(lambda: bool(server.on_disk()))

    wait_until(lambda: not server.on_disk() and server.state()['open'] == before)


def test_file_comes_back_as_it_was_sent(server: Server):
    content = bytes(range(256)) * 20_000

    key = server.upload(content)

    assert key == hashlib.sha256(content).hexdigest()
    assert httpx.get(f'{server.url}/files/{key}').content == content


@pytest.mark.parametrize('reads', [0, 100_000])
def test_client_that_goes_away_ends_what_it_is_sent(server: Server, reads: int):
    key = server.upload(b'x' * 30 * MIB)
    before = server.state()['open']

    with closing(server.connect()) as client:
        client.sendall(f'GET /files/{key} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n'.encode())
        assert client.recv(reads or 1)
        assert server.state()['open'] > before

    wait_until(lambda: server.state()['open'] == before)


def test_clients_that_do_not_read_hold_no_threads_and_little_memory(server: Server):
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


async def test_large_upload_costs_little_memory_and_holds_nobody(server: Server):
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
