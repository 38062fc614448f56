"""The rules by themselves, whoever calls them in whatever order."""

from datetime import UTC, datetime

import pytest

from livechat.domain.access import RoomAccess, access_message
from livechat.domain.errors import MessageNotFound, NotAllowed, NotAMember
from livechat.domain.message import Message
from livechat.domain.model import Membership, MessageNumber, Preferences, Room, RoomId, RoomRole, Seq, ServerRole, User, UserId, UserKind
from livechat.domain.policy import Policy

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LOBBY = Room(id=RoomId(1), name='Lobby', slug='lobby', description='', created_by=None, created_at=NOON)


def user(number: int, role: ServerRole = ServerRole.MEMBER) -> User:
    return User(
        id=UserId(number),
        kind=UserKind.ACCOUNT,
        role=role,
        username=f'user{number}',
        display_name=f'User {number}',
        email=None,
        created_at=NOON,
        preferences=Preferences(),
        last_room_id=None,
    )


def access(somebody: User, role: RoomRole | None) -> RoomAccess:
    membership = role and Membership(room_id=LOBBY.id, user_id=somebody.id, role=role, joined_at=NOON)
    return RoomAccess(room=LOBBY, user=somebody, membership=membership or None, policy=Policy())


def message_of(author: User, *, deleted: bool = False) -> Message:
    return Message(
        room_id=LOBBY.id,
        number=MessageNumber(1),
        changed_seq=Seq(1),
        author=author.person,
        body='hello',
        client_key='k1',
        created_at=NOON,
        deleted=deleted,
    )


def test_author_who_left_may_neither_edit_nor_delete() -> None:
    left = access(user(1), None)

    with pytest.raises(NotAMember):
        left.must_edit(message_of(user(1)), NOON)
    with pytest.raises(NotAMember):
        left.must_delete(message_of(user(1)))


def test_not_even_the_owner_edits_what_others_wrote() -> None:
    with pytest.raises(NotAllowed):
        access(user(2, ServerRole.OWNER), RoomRole.ADMIN).must_edit(message_of(user(1)), NOON)


def test_member_deletes_what_they_wrote_and_nothing_else() -> None:
    member = access(user(1), RoomRole.MEMBER)

    member.must_delete(message_of(user(1)))
    with pytest.raises(NotAllowed):
        member.must_delete(message_of(user(2)))


@pytest.mark.parametrize('found', [None, message_of(user(1), deleted=True)], ids=['absent', 'deleted'])
async def test_message_that_is_not_there_is_not_found_by_members_and_hidden_from_strangers(found: Message | None) -> None:
    read: list[MessageNumber] = []

    async def look(_: RoomId, number: MessageNumber) -> Message | None:
        read.append(number)
        return found

    with pytest.raises(NotAMember):
        await access_message(access(user(1), None), MessageNumber(1), read=look)
    assert read == []
    with pytest.raises(MessageNotFound):
        await access_message(access(user(1), RoomRole.MEMBER), MessageNumber(1), read=look)
    assert read == [1]
