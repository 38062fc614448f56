"""A process of our own for what strangers sent: it may crash, hang or want all memory, and the server does not notice.

`python -m livechat.<module>` is asked by stdin and arguments, and answers by stdout. It limits itself before it looks at anything.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from subprocess import DEVNULL, PIPE, Popen

INHERITED = ('LD_LIBRARY_PATH', 'PATH', 'SYSTEMROOT')
ARENAS = {'MALLOC_ARENA_MAX': '2'}
"""Threads of decoders share their memory: glibc reserves 64 MiB of address space for each one otherwise."""

NICENESS = 10
"""The server itself comes first: with two cores and two of these busy a chat would wait for its turn."""

_threads = ThreadPoolExecutor(8, thread_name_prefix='sandbox')
"""They wait for processes. Others set how many there are at a time, and are fewer."""


class ProcessFailed(Exception):
    """It died: of a crash, or because it wanted too much memory."""


class ProcessTooSlow(ProcessFailed):
    """It was ended."""


class ProcessLost(ProcessFailed):
    """It was not its own doing: somebody else ended it, or it could not even be started. It may end well another time."""


CRASHES = {-getattr(signal, name, 0) for name in ('SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGSYS', 'SIGTRAP')}
"""Exit codes: by these a process ends itself. By others the system ends it that is short of memory, or whoever stops the server."""
TOO_LONG_AT_WORK = -getattr(signal, 'SIGXCPU', 0)


async def ask(module: str, *arguments: str, data: bytes = b'', limit_s: float, environment: Mapping[str, str]) -> bytes:
    """What the process wrote. Whoever is cancelled here ends it.

    :raises ProcessFailed: :raises ProcessLost: :raises ProcessTooSlow: after `limit_s`.
    """
    process = _Process((sys.executable, '-P', '-m', module, *arguments), environment)
    running = asyncio.get_running_loop().run_in_executor(_threads, process.run, data)
    try:
        async with asyncio.timeout(limit_s):
            answer, exit_code = await asyncio.shield(running)
    except TimeoutError:
        raise ProcessTooSlow from None
    except OSError:  # no more processes, files or memory
        raise ProcessLost from None
    finally:
        if not running.done():
            process.end()
            await asyncio.wait([running])  # it touches nothing of the caller's any more
    if exit_code:
        raise _failure(exit_code)
    return answer


def _failure(exit_code: int) -> ProcessFailed:
    if exit_code == TOO_LONG_AT_WORK:
        return ProcessTooSlow()
    return ProcessFailed() if exit_code > 0 or exit_code in CRASHES else ProcessLost()


class _Process:
    """Started and waited for in a thread: uvloop copies the whole server for it, and its loop stands still for 15 to 60 ms."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._command = command
        self._environment = environment
        self._process: Popen[bytes] | None = None
        self._is_ended = False

    def run(self, data: bytes) -> tuple[bytes, int]:
        """What it wrote, and its exit code."""
        if self._is_ended:
            return b'', 1
        with Popen(  # noqa: S603 - a module of ours
            self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=self._environment, start_new_session=True
        ) as process:
            self._process = process
            if self._is_ended:  # while it was being started
                process.kill()
            answer, _ = process.communicate(data)
        return answer, process.returncode

    def end(self) -> None:
        """The thread notices."""
        self._is_ended = True
        if self._process is not None:
            self._process.kill()


def environment() -> dict[str, str]:
    """Of the server's what a Python needs, and no secret."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**inherited, **ARENAS, 'PYTHONPATH': os.pathsep.join(filter(None, sys.path))}


def limit(*, memory_bytes: int, cpu_s: int) -> None:
    """For the process itself, first of all. `memory_bytes` is of address space, with Python's own.

    Where a service is stopped all its processes are asked to end: this one goes on until the server ends it.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with suppress(AttributeError, OSError):  # Windows has none
        os.nice(NICENESS)
    with suppress(ImportError):
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))  # also when the server is gone; SIGXCPU comes first
