"""The machine that a figure comes from, and what a process on it has used."""

import os
import platform
import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

PACKAGES = ('livechat', 'nicegui', 'uvicorn', 'uvloop', 'websockets', 'python-socketio', 'starlette', 'sqlalchemy', 'orjson')


def raise_open_files() -> int:
    """A socket is a file, and so is each of ours: as many as the system lets us; the servers inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def facts(folder: Path) -> dict[str, Any]:
    return {
        'at': time.strftime('%Y-%m-%dT%H:%M:%S%z'),
        'system': platform.platform(),
        'cores': os.cpu_count(),
        'memory_gib': round(psutil.virtual_memory().total / 2**30, 1),
        'load_before': [round(load, 2) for load in os.getloadavg()],
        'fdatasync_ms': round(_fdatasync_ms(folder), 2),
        'python': platform.python_version(),
        'sqlite': sqlite3.sqlite_version,
        'versions': {name: version for name in PACKAGES if (version := _version(name))},
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _fdatasync_ms(folder: Path, times: int = 30) -> float:
    """What one flush of 4 KiB costs where the database lies: no durable commit can be faster."""
    path = folder / 'flush'
    with path.open('wb', buffering=0) as file:
        started = time.perf_counter()
        for _ in range(times):
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
    path.unlink()
    return (time.perf_counter() - started) / times * 1_000


@dataclass(slots=True)
class Use:
    """Of a process over a while."""

    seconds: float = 0.0
    cpu_s: float = 0.0

    @property
    def cores(self) -> float:
        return self.cpu_s / self.seconds if self.seconds else 0.0


class Meter:
    """CPU and memory of one process; all its threads, none of its children."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)

    @property
    def rss_kib(self) -> float:
        return float(self._process.memory_info().rss) / 1024

    @property
    def cpu_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    @contextmanager
    def watching(self) -> Iterator[Use]:
        """The use is complete when the block has ended."""
        use, cpu_s, started = Use(), self.cpu_s, time.perf_counter()
        yield use
        use.seconds, use.cpu_s = time.perf_counter() - started, self.cpu_s - cpu_s
