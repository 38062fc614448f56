"""The smaller pictures of images: made after the image has been stored, while its message is shown already."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from livechat.domain.attachment import FileRecord, Making
from livechat.domain.file import THUMBNAIL_SIDES, FileInspector
from livechat.domain.file_errors import FileNotFound, FileRefused
from livechat.domain.file_ports import FileStore
from livechat.domain.file_records import FileRecords
from livechat.domain.model import RoomId
from livechat.domain.patient_line import PatientLine
from livechat.domain.room_actor import RoomActor
from livechat.domain.supervisor import Sleep

logger = logging.getLogger(__name__)

AT_ONCE = 2
"""The inspector draws one at a time: of another one meanwhile what was drawn is stored."""


def thumbnail_name(key: str, width: int) -> str:
    """Under which the store has a smaller picture of that content."""
    return f'{key}.{width}'


def all_names(key: str) -> list[str]:
    """Whatever the store may have of that content."""
    return [key, *(thumbnail_name(key, width) for width in THUMBNAIL_SIDES)]


class FilePictures:
    """Its tasks belong to the supervisor. Their death loses nothing: what is not done is found in the records at the next start."""

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        records: FileRecords,
        store: FileStore,
        inspector: FileInspector,
        *,
        room: Callable[[RoomId], RoomActor],
        turn: asyncio.Lock,
        sleep: Sleep,
        done: Callable[[FileRecord, Making], Awaitable[object]],
    ) -> None:
        """`done` is called for a file that no message has yet."""
        self._records = records
        self._store = store
        self._inspector = inspector
        self._room = room
        self._turn = turn
        self._done = done
        self._line = PatientLine(self._work, sleep=sleep, undone='The smaller pictures of a file are not made')

    @property
    def lasting(self) -> Mapping[str, Callable[[], Coroutine[Any, Any, None]]]:
        return {
            **{f'smaller pictures {number}': self._line.run for number in range(AT_ONCE)},
            'smaller pictures again': self._line.try_again,
        }

    async def start(self) -> None:
        for record in await self._records.unfinished():
            self.add(record)

    def add(self, record: FileRecord) -> None:
        if record.file.making is Making.UNDER_WAY:
            self._line.add(record)

    async def _work(self, record: FileRecord) -> None:
        await self._finish(record, await self._make(record))

    async def _make(self, record: FileRecord) -> Making:
        if await self._is_made(record):
            return Making.DONE
        try:
            async with self._store.local(record.key) as path:
                made = await self._inspector.thumbnails(path)
        except (FileRefused, FileNotFound) as refusal:
            logger.info('A picture cannot be shown: %s', refusal)
            return Making.FAILED
        async with self._turn:
            if await self._store.size(record.key) is not None:  # else it was taken away meanwhile
                for width in sorted(made, reverse=True):  # the one that is looked for above comes last
                    await self._store.put(thumbnail_name(record.key, width), made[width])
        return Making.DONE

    async def _is_made(self, record: FileRecord) -> bool:
        """What others alone have is made anew: how long it takes would tell people what lies in rooms that they are not in."""
        name = thumbnail_name(record.key, THUMBNAIL_SIDES[0])
        return await self._records.is_known(record) and await self._store.size(name) is not None

    async def _finish(self, record: FileRecord, making: Making) -> None:
        shown = await self._records.finish(record.file.id, making)
        if shown is None:
            await self._done(record, making)
        else:
            room_id, number = shown
            await self._room(room_id).finish_file(number, record.file.id, making)
