"""Runs `file_server.py` and speaks to it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.server_process import UNMEASURED
from tests.ui.bodies import CONTENT_TYPE

SERVER = Path(__file__).with_name('file_server.py')


class FileServer:
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


@contextmanager
def file_server(folder: Path) -> Iterator[FileServer]:
    environment = {**os.environ, **UNMEASURED, 'PYTHONPATH': str(SERVER.parents[2])}
    with subprocess.Popen([sys.executable, str(SERVER), str(folder)], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        yield FileServer(folder, int(process.stdout.readline()))
        process.terminate()
