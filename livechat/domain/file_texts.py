"""What texts and PDFs say, so that searches find it: read after the file has been stored, while its message is shown already."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from livechat.domain.attachment import FileRecord
from livechat.domain.file import READ_KINDS, FileInspector
from livechat.domain.file_errors import FileNotFound
from livechat.domain.file_ports import FileStore
from livechat.domain.file_records import FileRecords
from livechat.domain.patient_line import PatientLine
from livechat.domain.supervisor import Sleep


class FileTexts:
    """Its tasks belong to the supervisor. Their death loses nothing: what was not read is found in the records at the next start."""

    def __init__(self, records: FileRecords, store: FileStore, inspector: FileInspector, *, sleep: Sleep) -> None:
        self._records = records
        self._store = store
        self._inspector = inspector
        self._line = PatientLine(self._work, sleep=sleep, undone='What a file says is not found')

    @property
    def lasting(self) -> Mapping[str, Callable[[], Coroutine[Any, Any, None]]]:
        """One file at a time, so that a process takes from the machine what one takes."""
        return {'texts of files': self._line.run, 'texts of files again': self._line.try_again}

    async def start(self) -> None:
        for record in await self._records.unread():
            self.add(record)

    def add(self, record: FileRecord) -> None:
        if record.file.kind in READ_KINDS:
            self._line.add(record)

    async def _work(self, record: FileRecord) -> None:
        await self._records.set_text(record.file.id, await self._read(record))

    async def _read(self, record: FileRecord) -> str:
        try:
            async with self._store.local(record.key) as path:
                return await self._inspector.text(path)
        except (FileNotFound, FileNotFoundError):  # it was taken away meanwhile
            return ''
