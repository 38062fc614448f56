"""Work on files that nobody waits for: one after another, everybody's in turn, and what had bad luck comes again."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable

from livechat.domain.attachment import FileRecord
from livechat.domain.errors import LivechatError
from livechat.domain.fair_line import FairLine
from livechat.domain.file import FileId
from livechat.domain.supervisor import Sleep

logger = logging.getLogger(__name__)

AGAIN_S = 60.0
TRIES = 10
"""Of a file that had bad luck: a full disk, a room that starts anew, a machine without memory. Then it waits for the next start."""


class PatientLine:
    """In memory alone: whoever puts files in it finds in the records at the next start what is not done."""

    def __init__(self, work: Callable[[FileRecord], Awaitable[object]], *, sleep: Sleep, undone: str) -> None:
        """`work` raises LivechatError or OSError for bad luck. `undone` says what is missing of a file that had too much of it."""
        self._work = work
        self._sleep = sleep
        self._undone = undone
        self._waiting: FairLine[FileRecord] = FairLine()
        self._later: list[FileRecord] = []
        self._tries: Counter[FileId] = Counter()
        """Of those that went wrong."""
        self._wake = asyncio.Event()

    def add(self, record: FileRecord) -> None:
        self._waiting.add(record.user_id, record)
        self._wake.set()

    async def run(self) -> None:
        """Do one after the other, for ever. Several may run at once."""
        while True:
            while self._waiting:
                await self._try(self._waiting.take())
            self._wake.clear()
            await self._wake.wait()

    async def try_again(self) -> None:
        """Put what went wrong at the end of the line, after a while, for ever."""
        while True:
            await self._sleep(AGAIN_S)
            later, self._later = self._later, []
            for record in later:
                self.add(record)

    async def _try(self, record: FileRecord) -> None:
        tries = self._tries.pop(record.file.id, 0) + 1
        try:
            await self._work(record)
        except (LivechatError, OSError) as trouble:
            if tries < TRIES:
                self._tries[record.file.id] = tries
                self._later.append(record)
            else:
                logger.warning('%s before the next start: %s', self._undone, trouble)
