"""What is measured, each in a process of its own on a free port of 127.0.0.1."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RAISED = {
    'LIVECHAT_LIMITS__PAGES_PER_ADDRESS': '100000',
    'LIVECHAT_LIMITS__MESSAGE_BURST': '1000000',
    'LIVECHAT_LIMITS__MESSAGE_REFILL_PER_S': '1000000',
}
"""Everybody comes from one address here, and ten people write like a thousand."""
START_S = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    pid: int
    port: int
    path: str
    """Of the page that is opened."""

    @property
    def host(self) -> str:
        return f'127.0.0.1:{self.port}'


@contextmanager
def livechat(data: Path) -> Iterator[Server]:
    port = free_port()
    command = ('-m', 'livechat', 'serve', '--no-browser', '--port', str(port), '--data', str(data))
    with _running(command, port, '/rooms/lobby', data.parent / 'livechat.log', RAISED) as server:
        yield server


@contextmanager
def baseline(frame: Path) -> Iterator[Server]:
    """:param frame: a file with the frame that a message is"""
    port = free_port()
    with _running(('-m', 'tests.benchmarks.baseline', str(port), str(frame)), port, '/', frame.parent / 'baseline.log') as server:
        yield server


@contextmanager
def chat_example(folder: Path) -> Iterator[Server]:
    port = free_port()
    with _running(('-m', 'tests.benchmarks.chat_example', str(port)), port, '/', folder / 'chat_example.log') as server:
        yield server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: Sequence[str], port: int, path: str, log: Path, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith('LIVECHAT_')} | dict(settings or {})
    with log.open('w') as output:
        process = subprocess.Popen([sys.executable, *command], env=environment, stdout=output, stderr=output)
        try:
            _wait_until_it_answers(process, port, log)
            yield Server(process.pid, port, path)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=5)
        try:
            connection.request('GET', '/healthz')
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError(f'it did not start: {log.read_text()[-2_000:]}')
