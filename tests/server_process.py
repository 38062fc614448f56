"""A livechat server in a process of its own, as a person starts it from a terminal."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

COMMAND = (sys.executable, '-m', 'livechat')
LAST_LINE = 'Ctrl-C stops the server.'
"""Of what every start prints."""

UNMEASURED = {'COVERAGE_PROCESS_CONFIG': ''}


@dataclass(frozen=True, slots=True)
class Stopped:
    exit_code: int
    after_s: float
    printed: str
    errors: str


class ServerProcess:
    """Starts on entry and answers from then on; stopped on exit if it still runs. Reads nothing of this process's settings.

    With `measured` its lines count as covered, which doubles the time it takes to start.
    """

    def __init__(
        self,
        data: Path,
        *arguments: str,
        command: Sequence[str] = COMMAND,
        environment: dict[str, str] | None = None,
        measured: bool = False,
    ) -> None:
        self.data = data
        self._command = command
        self._arguments = ('serve', '--no-browser', '--port', '0', '--data', str(data), *arguments)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith('LIVECHAT_')}
        self._environment = {**inherited, **({} if measured else UNMEASURED), **(environment or {})}
        self.printed = ''

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [*self._command, *self._arguments],
            cwd=self.data.parent,
            env=self._environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.printed += line
            if LAST_LINE in line:
                return self
        stopped = self._read_end(0.0)
        raise AssertionError(f'the server did not start ({stopped.exit_code}):\n{stopped.printed}\n{stopped.errors}')

    def __exit__(self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._process.poll() is None:
            self.stop()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    @property
    def address(self) -> str:
        return self._printed(r'Address +(http://\S+)')

    @property
    def set_up_address(self) -> str | None:
        found = re.search(r'Set up +(http://\S+)', self.printed)
        return found and found.group(1)

    @property
    def pid(self) -> int:
        return self._process.pid

    def command(self, *arguments: str, typed_in: str = '') -> subprocess.CompletedProcess[str]:
        """Another command on this server's data folder, beside the running server."""
        return subprocess.run(
            [*self._command, *arguments, '--data', str(self.data)],
            cwd=self.data.parent,
            env=self._environment,
            text=True,
            input=typed_in,
            capture_output=True,
            check=False,
        )

    def stop(self, how: signal.Signals = signal.SIGINT, *, within_s: float = 10.0) -> Stopped:
        started = time.monotonic()
        self._process.send_signal(how)
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
        return self._read_end(time.monotonic() - started)

    def _read_end(self, after_s: float) -> Stopped:
        printed, errors = self._process.communicate()
        return Stopped(self._process.returncode, after_s, self.printed + printed, errors)

    def _printed(self, pattern: str) -> str:
        found = re.search(pattern, self.printed)
        assert found, self.printed
        return found.group(1)
