"""What files say, as searches find it; see `livechat.domain.file_records`."""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, text, update
from sqlalchemy.engine import Connection

from livechat.domain.attachment import searched_part, text_share
from livechat.domain.file import READ_KINDS, FileId
from livechat.domain.message import Message, MessageKind
from livechat.store.message_reads import Place, read_messages_at
from livechat.store.message_rows import MESSAGES, to_folded

_TEXTS = text("SELECT f.id, substr(f.text, 1, s.value) FROM json_each(:shares) s CROSS JOIN files f ON f.id = s.key WHERE f.text != ''")
_FOLD = (
    update(MESSAGES)
    .where(MESSAGES.c.room_id == bindparam('room'), MESSAGES.c.number == bindparam('this'), MESSAGES.c.folded != bindparam('new'))
    .values(folded=bindparam('new'))
)


def read_texts(connection: Connection, messages: Iterable[Message]) -> Mapping[FileId, str]:
    """Of those files of the messages that were read and say something, as much as is searched. Costs nothing without such files."""
    files_of = {file.id: message.files for message in messages for file in message.files if file.kind in READ_KINDS}
    if not files_of:
        return {}
    shares = json.dumps({file_id: text_share(files) for file_id, files in files_of.items()})
    return {FileId(file_id): searched_part(said, files_of[file_id]) for file_id, said in connection.execute(_TEXTS, {'shares': shares})}


def fold_anew(connection: Connection, place: Place) -> None:
    """A file of that message was read. The full-text indexes follow by their triggers."""
    for message in read_messages_at(connection, [place]):
        if message.kind is MessageKind.TEXT and not message.deleted:
            folded = to_folded(message, read_texts(connection, [message]))
            connection.execute(_FOLD, {'room': message.room_id, 'this': message.number, 'new': folded})
