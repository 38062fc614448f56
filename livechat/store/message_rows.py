"""Messages as rows, without the ORM: this is the path every message takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import SQLModel

from livechat.domain.message import Message, MessageKind
from livechat.domain.model import MessageNumber, Person, RoomId, Seq, ServerRole, UserId, UserKind
from livechat.store.search_sqlite import folded
from livechat.store.tables import MembershipRow, MentionRow, MessageRow, RoomRow, TableRow, UserRow


def _table(row: type[TableRow]) -> Table:
    return SQLModel.metadata.tables[row.__tablename__]


MESSAGES, MENTIONS, USERS = _table(MessageRow), _table(MentionRow), _table(UserRow)
ROOMS, MEMBERSHIPS = _table(RoomRow), _table(MembershipRow)

PERSON_COLUMNS = (USERS.c.id, USERS.c.kind, USERS.c.role, USERS.c.username, USERS.c.display_name)
SELECT_MESSAGES = select(
    MESSAGES.c.room_id,
    MESSAGES.c.number,
    MESSAGES.c.changed_seq,
    MESSAGES.c.client_key,
    MESSAGES.c.body,
    MESSAGES.c.created_at,
    MESSAGES.c.edited_at,
    MESSAGES.c.deleted,
    MESSAGES.c.kind,
    MESSAGES.c.mentions,
    *PERSON_COLUMNS,
).join_from(MESSAGES, USERS, USERS.c.id == MESSAGES.c.author_id)


def to_person(columns: Sequence[Any]) -> Person:
    user_id, kind, role, username, display_name = columns
    return Person(id=UserId(user_id), kind=UserKind(kind), role=ServerRole(role), username=username, display_name=display_name)


def to_messages(rows: Iterable[Sequence[Any]]) -> list[Message]:
    """One message per row of `SELECT_MESSAGES`; those of one author share the `Person`."""
    people: dict[int, Person] = {}
    messages = []
    for room_id, number, changed_seq, client_key, body, created_at, edited_at, deleted, kind, mentions, *person in rows:
        author = people.get(person[0]) or people.setdefault(person[0], to_person(person))
        messages.append(
            Message(
                room_id=RoomId(room_id),
                number=MessageNumber(number),
                changed_seq=Seq(changed_seq),
                author=author,
                body=body,
                client_key=client_key,
                created_at=created_at,
                edited_at=edited_at,
                deleted=deleted,
                kind=MessageKind(kind),
                mentions=tuple(UserId(int(user_id)) for user_id in mentions.split()) if mentions else (),
            )
        )
    return messages


def to_row(message: Message) -> Mapping[str, Any]:
    """Values for all columns of `messages` but its id."""
    return {
        'room_id': message.room_id,
        'number': message.number,
        'changed_seq': message.changed_seq,
        'author_id': message.author.id,
        'client_key': message.client_key,
        'body': message.body,
        'folded': folded(message.body) if message.kind is MessageKind.TEXT else '',
        'created_at': message.created_at,
        'edited_at': message.edited_at,
        'deleted': message.deleted,
        'kind': message.kind.value,
        'mentions': ' '.join(map(str, message.mentions)),
    }


def to_mention_rows(message: Message) -> Iterator[Mapping[str, int]]:
    for user_id in message.mentions:
        yield {'user_id': user_id, 'room_id': message.room_id, 'number': message.number}
