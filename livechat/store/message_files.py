"""What a group of writes does to the files of messages. The rows decide; a message's own column follows them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from livechat.domain.attachment import Attachment, Making
from livechat.domain.file import FileId
from livechat.domain.file_errors import FileGone
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, RoomId, UserId
from livechat.domain.writes import FinishFile, MessageWrite, PostMessage, RestoreMessage
from livechat.store.message_rows import FILES
from livechat.store.message_tables import to_attachment

ATTACHMENT_COLUMNS = (
    FILES.c.id, FILES.c.name, FILES.c.kind, FILES.c.media_type, FILES.c.size,
    FILES.c.width, FILES.c.height, FILES.c.animated, FILES.c.excerpt, FILES.c.making,
)  # fmt: skip
_NAMES = tuple(column.name for column in ATTACHMENT_COLUMNS)
IDS_PER_QUERY = 10_000
"""SQLite takes 32,766 parameters; a server may have no limit to the files of a message."""
WANTED = select(FILES.c.room_id, FILES.c.user_id, FILES.c.number, FILES.c.gone_at, *ATTACHMENT_COLUMNS).where(
    FILES.c.id.in_(bindparam('ids', expanding=True))
)
_UPDATE = update(FILES).where(FILES.c.id == bindparam('this_id'))


def from_columns(columns: Sequence[Any]) -> Attachment:
    return to_attachment(dict(zip(_NAMES, columns, strict=True)))


def files_about(write: MessageWrite) -> Iterable[FileId]:
    """Whose rows have to be known before it is done."""
    match write:
        case PostMessage():
            return write.files
        case RestoreMessage():
            return (file.id for file in write.message.files)
        case FinishFile():
            return (write.file_id,)
        case _:
            return ()


@dataclass(slots=True)
class _Known:
    file: Attachment
    room_id: RoomId
    user_id: UserId
    number: MessageNumber | None
    is_gone: bool


class MessageFiles:
    """Costs nothing while no write is about a file."""

    def __init__(self, connection: Connection, writes: Sequence[MessageWrite]) -> None:
        self._connection = connection
        self._changed: dict[FileId, dict[str, Any]] = {}
        ids = {file_id for write in writes for file_id in files_about(write)}
        self._known = dict(self._read(ids)) if ids else {}

    def _read(self, ids: set[FileId]) -> Iterator[tuple[FileId, _Known]]:
        remaining = iter(sorted(ids))
        while some := list(islice(remaining, IDS_PER_QUERY)):
            for room_id, user_id, number, gone_at, *columns in self._connection.execute(WANTED, {'ids': some}):
                file, place = from_columns(columns), None if number is None else MessageNumber(number)
                yield file.id, _Known(file, RoomId(room_id), UserId(user_id), place, gone_at is not None)

    def claim(self, post: PostMessage, number: MessageNumber) -> tuple[Attachment, ...]:
        """The files of a message that is posted: they are its own from now on. :raises FileGone: and then none of them is."""
        found = [self._known.get(file_id) for file_id in dict.fromkeys(post.files)]
        claimed = [known for known in found if known is not None and self._waits_for(known, post)]
        if len(claimed) < len(found):
            raise FileGone
        for position, known in enumerate(claimed):
            known.number = number
            self._change(known.file.id, number=number, position=position)
        return tuple(known.file for known in claimed)

    @staticmethod
    def _waits_for(known: _Known, post: PostMessage) -> bool:
        is_free = known.number is None and not known.is_gone and known.file.making is not Making.FAILED
        return is_free and (known.room_id, known.user_id) == (post.room_id, post.author_id)

    def drop(self, files: Iterable[Attachment], at: datetime) -> None:
        """A message does not show them any more; their bytes go when that cannot be taken back."""
        for file in files:
            self._change(file.id, gone_at=at)
            if known := self._known.get(file.id):
                known.is_gone = True

    def bring_back(self, message: Message) -> tuple[Attachment, ...]:
        """Of a deleted message's files those that are still there, as they are by now."""
        back = []
        for file in message.files:
            known = self._known.get(file.id)
            if known is not None and (known.room_id, known.number) == (message.room_id, message.number):
                known.is_gone = False
                self._change(file.id, gone_at=None)
                back.append(known.file)
        return tuple(back)

    def finish(self, file_id: FileId, making: Making) -> None:
        known = self._known.get(file_id)
        if known is not None and known.file.making is Making.UNDER_WAY:
            known.file = replace(known.file, making=making)
            self._change(file_id, making=making.value)

    def _change(self, file_id: FileId, **values: object) -> None:
        self._changed.setdefault(file_id, {}).update(values)

    def store(self) -> None:
        for names, rows in _by_columns(self._changed).items():
            self._connection.execute(_UPDATE.values({name: bindparam(name) for name in names}), rows)


def _by_columns(changed: Mapping[FileId, dict[str, Any]]) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    """Rows that change in the same columns go in one statement."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for file_id, values in changed.items():
        groups.setdefault(tuple(sorted(values)), []).append({'this_id': file_id, **values})
    return groups
