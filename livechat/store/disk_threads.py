"""The threads in which files are read and written, so that a slow disk stops nobody's chat."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from livechat.domain.errors import NotStored

logger = logging.getLogger(__name__)

T = TypeVar('T')

THREADS = 4
"""A disk serves few at once; more of them would only wait there."""


class DiskThreads:
    """Runs blocking work. What was handed in is never cancelled: a cancelled caller gives up waiting, the work still ends as a whole."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix='files')
        self._is_closed = False
        self._is_failing = False

    async def run(self, work: Callable[[], T]) -> T:
        """:raises NotStored: this is closed"""
        if self._is_closed:
            raise NotStored
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._threads, work))

    async def write(self, work: Callable[[], T], *, is_whole: bool = False) -> T:
        """Work that changes the disk; when `is_whole` and it is done, the disk takes files.

        :raises NotStored: the disk refused it (full, broken, read-only), which the log is told once, not once per file
        """
        try:
            result = await self.run(work)
        except OSError:
            if not self._is_failing:
                logger.exception('The disk refused a file; it was reported as not stored')
            self._is_failing = True
            raise NotStored from None
        if is_whole:
            if self._is_failing:
                logger.warning('The disk takes files again')
            self._is_failing = False
        return result

    async def clear_up(self, work: Callable[[], None]) -> None:
        """Short work that must be done, also when this is closed."""
        if self._is_closed:
            work()
        else:
            await self.run(work)

    async def close(self) -> None:
        """Wait for what was handed in."""
        self._is_closed = True
        await asyncio.to_thread(self._threads.shutdown)
