"""Messages as rows, without the ORM: this is the path every message takes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Table
from sqlmodel import SQLModel

from livechat.domain.attachment import Attachment
from livechat.domain.file import FileId
from livechat.domain.message import Card, Mention, Message, MessageKind, Picture
from livechat.domain.model import Person, ServerRole, UserId, UserKind
from livechat.store.message_tables import (
    CardPictureRow,
    DraftRow,
    FileRow,
    MentionRow,
    MessageRow,
    ReactionRow,
    RevisionRow,
    known,
    to_attachment,
)
from livechat.store.search_sqlite import indexed
from livechat.store.tables import MembershipRow, RoomRow, TableRow, UserRow


def _table(row: type[TableRow]) -> Table:
    return SQLModel.metadata.tables[row.__tablename__]


MESSAGES, MENTIONS, USERS = _table(MessageRow), _table(MentionRow), _table(UserRow)
ROOMS, MEMBERSHIPS = _table(RoomRow), _table(MembershipRow)
REACTIONS, REVISIONS, CARD_PICTURES = _table(ReactionRow), _table(RevisionRow), _table(CardPictureRow)
DRAFTS, FILES = _table(DraftRow), _table(FileRow)

PERSON_COLUMNS = (USERS.c.id, USERS.c.kind, USERS.c.role, USERS.c.username, USERS.c.display_name, USERS.c.picture)


def to_person(columns: Sequence[Any]) -> Person:
    user_id, kind, role, username, display_name, picture = columns
    return Person(
        id=UserId(user_id), kind=UserKind(kind), role=ServerRole(role), username=username, display_name=display_name, picture=picture
    )


def to_row(message: Message, texts: Mapping[FileId, str]) -> Mapping[str, Any]:
    """Values for all columns of `messages` but its id and its pin. `texts`: what files say, where that is known."""
    can_be_found = message.kind is MessageKind.TEXT and not message.deleted
    return {
        'room_id': message.room_id,
        'number': message.number,
        'changed_seq': message.changed_seq,
        'author_id': message.author.id,
        'client_key': message.client_key,
        'body': message.body,
        'folded': to_folded(message, texts) if can_be_found else '',
        'created_at': message.created_at,
        'edited_at': message.edited_at,
        'deleted': message.deleted,
        'kind': message.kind.value,
        'mentions': ' '.join(map(str, message.mentions)),
        'named': _to_json([asdict(each) for each in message.named]) if message.named else '',
        'mention_group': message.group.value if message.group else '',
        'reply_to': message.quote.number if message.quote else None,
        'cards': _cards_to_json(message) if message.cards or message.cards_removed else '',
        'files': _to_json([asdict(each) for each in message.files]) if message.files else '',
    }


def to_folded(message: Message, texts: Mapping[FileId, str]) -> str:
    return indexed(
        room_id=message.room_id,
        author_id=message.author.id,
        body=message.body,
        files=message.files,
        texts=[texts[file.id] for file in message.files if file.id in texts],
    )


def to_mention_rows(message: Message) -> Iterator[Mapping[str, int]]:
    for user_id in message.mentions:
        yield {'user_id': user_id, 'room_id': message.room_id, 'number': message.number}


def to_named(stored: str) -> tuple[Mention, ...]:
    return tuple(Mention(**known(Mention, each)) for each in json.loads(stored)) if stored else ()


def to_cards(stored: str) -> tuple[tuple[Card, ...], tuple[str, ...]]:
    """The cards of a message, and the addresses whose card was removed."""
    if not stored:
        return (), ()
    content = json.loads(stored)
    return tuple(_to_card(card) for card in content['cards']), tuple(content['removed'])


def to_files(stored: str) -> tuple[Attachment, ...]:
    return tuple(to_attachment(each) for each in json.loads(stored)) if stored else ()


def _to_card(stored: Mapping[str, Any]) -> Card:
    picture = stored['picture']
    return Card(**{**known(Card, stored), 'picture': None if picture is None else Picture(**known(Picture, picture))})


def _cards_to_json(message: Message) -> str:
    return _to_json({'cards': [asdict(card) for card in message.cards], 'removed': message.cards_removed})


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(',', ':'))
