"""A process of our own for what strangers sent: it may crash, hang or want all memory, and the server does not notice.

`python -m livechat.<module>` is asked by stdin and arguments, and answers by stdout. It limits itself before it looks at anything.
"""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from contextlib import suppress

INHERITED = ('LD_LIBRARY_PATH', 'PATH', 'SYSTEMROOT')
ARENAS = {'MALLOC_ARENA_MAX': '2'}
"""Threads of decoders share their memory: glibc reserves 64 MiB of address space for each one otherwise."""

NICENESS = 10
"""The server itself comes first: with two cores and two of these busy a chat would wait for its turn."""


class ProcessFailed(Exception):
    """It died: of a crash, or because it wanted too much memory."""


class ProcessTooSlow(ProcessFailed):
    """It was ended."""


async def ask(module: str, *arguments: str, data: bytes = b'', limit_s: float, environment: Mapping[str, str]) -> bytes:
    """What the process wrote. Whoever is cancelled here ends it. :raises ProcessFailed: :raises ProcessTooSlow: after `limit_s`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, '-P', '-m', module, *arguments),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=environment,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(limit_s):
            answer, _ = await process.communicate(data)
    except TimeoutError:
        raise ProcessTooSlow from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        raise ProcessFailed
    return answer


def environment() -> dict[str, str]:
    """Of the server's what a Python needs, and no secret."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**inherited, **ARENAS, 'PYTHONPATH': os.pathsep.join(filter(None, sys.path))}


def limit(*, memory_bytes: int, cpu_s: int) -> None:
    """For the process itself, first of all. `memory_bytes` is of address space, with Python's own."""
    with suppress(AttributeError, OSError):  # Windows has none
        os.nice(NICENESS)
    with suppress(ImportError):
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))  # also when the server is gone
