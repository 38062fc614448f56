"""Messages as the store would give them."""

from datetime import UTC, datetime

from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Person, RoomId, Seq, ServerRole, UserId, UserKind

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def person(user_id: UserId, name: str = '') -> Person:
    name = name or f'Person {user_id}'
    return Person(id=user_id, kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username=f'person-{user_id}', display_name=name)


def message_by(author: UserId, room_id: RoomId, number: int, *, mentions: tuple[UserId, ...] = (), body: str = 'hello') -> Message:
    return Message(
        room_id=room_id,
        number=MessageNumber(number),
        changed_seq=Seq(number),
        author=person(author),
        body=body,
        client_key=f'key {room_id} {number}',
        created_at=NOON,
        mentions=mentions,
    )
