"""Rooms without a house: states, people and messages as a store would give them."""

from datetime import UTC, datetime

import hypothesis.strategies as st

from livechat.domain.events import MessageAmended, MessageDeleted, MessageEdited, MessagePosted, MessageRestored
from livechat.domain.message import Message
from livechat.domain.model import (
    Member,
    MessageNumber,
    Person,
    Room,
    RoomId,
    RoomRole,
    Seq,
    ServerRole,
    UserId,
    UserKind,
)
from livechat.domain.room import RoomState
from livechat.domain.writes import Change, Stored

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LOBBY = Room(id=RoomId(1), name='Lobby', slug='lobby', description='', created_by=None, created_at=NOON)
TOLD_AS = {
    Change.POSTED: MessagePosted,
    Change.EDITED: MessageEdited,
    Change.AMENDED: MessageAmended,
    Change.DELETED: MessageDeleted,
    Change.RESTORED: MessageRestored,
}
people = st.sampled_from([UserId(1), UserId(2), UserId(3)])


def person(user_id: UserId, name: str = 'Somebody') -> Person:
    return Person(id=user_id, kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username=f'user{user_id}', display_name=name)


def member(somebody: Person) -> Member:
    return Member(person=somebody, role=RoomRole.MEMBER, joined_at=NOON)


def message(number: int, *, seq: int | None = None, author: Person | None = None, body: str = 'hello') -> Message:
    return Message(
        room_id=LOBBY.id,
        number=MessageNumber(number),
        changed_seq=Seq(number if seq is None else seq),
        author=author or person(UserId(1)),
        body=body,
        client_key=f'key{number}',
        created_at=NOON,
    )


def empty_room() -> RoomState:
    return RoomState(room=LOBBY, seq=Seq(0), newest=[], members=[])


def room_of(messages: int) -> RoomState:
    state = empty_room()
    for number in range(1, messages + 1):
        state.apply(Stored(message=message(number), fresh=True, change=Change.POSTED))
    return state
