"""What files say, as searches find it; see `livechat.domain.file_records`."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from livechat.domain.file import FileId, FileKind
from livechat.domain.message import Message
from livechat.store.message_rows import FILES

READ_KINDS = frozenset({FileKind.PDF, FileKind.TEXT})
_TEXTS = select(FILES.c.id, FILES.c.text).where(FILES.c.id.in_(bindparam('ids', expanding=True)), FILES.c.text.is_not(None))


def read_texts(connection: Connection, messages: Iterable[Message]) -> Mapping[FileId, str]:
    """Of those files of the messages that were read and say something. Costs nothing while there is no such file."""
    return texts_of(connection, {file.id for message in messages for file in message.files if file.kind in READ_KINDS})


def texts_of(connection: Connection, file_ids: Collection[FileId]) -> Mapping[FileId, str]:
    if not file_ids:
        return {}
    found = connection.execute(_TEXTS, {'ids': list(file_ids)})
    return {FileId(file_id): said for file_id, said in found if said}
