"""What each member has not read: after posts, edits, deletions, marks, and who came or went."""

import json
from typing import Any

import pytest
from sqlalchemy import TextClause
from sqlmodel import Session

from livechat.domain.errors import RoomNotFound
from livechat.domain.model import MessageNumber, RoomId, Unread, User, UserStatus
from livechat.store import SqlStores
from livechat.store.reads import MENTIONED_SINCE, OF_PERSON, WRITTEN_BETWEEN
from tests.store.people import (
    Lobby,
    add_room,
    commit_one,
    delete,
    edit,
    join,
    new_user,
    open_direct,
    post,
    system_line,
)


async def unread(lobby: Lobby, user: User) -> tuple[int, int, int]:
    """Last number read, messages and mentions after it, in the Lobby."""
    _, found = (await lobby.stores.reads.of(user.id))[lobby.room.id]
    assert found.room_id == lobby.room.id
    return found.last_read, found.unread, found.mentions


async def mark(lobby: Lobby, user: User, number: int) -> None:
    await lobby.stores.reads.mark([(lobby.room.id, user.id, MessageNumber(number))])


async def test_what_others_write_is_unread(lobby: Lobby) -> None:
    await commit_one(lobby.stores, post(lobby.room, lobby.ana, mentions=[lobby.ben, lobby.ana]))
    await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    await commit_one(lobby.stores, post(lobby.room, lobby.ben))

    assert await unread(lobby, lobby.ben) == (0, 2, 1)
    assert await unread(lobby, lobby.ana) == (0, 1, 0)


async def test_system_lines_and_tombstones_are_not_unread(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, mentions=[lobby.ben]))
    await commit_one(lobby.stores, system_line(lobby.room, lobby.ana))
    assert await unread(lobby, lobby.ben) == (0, 1, 1)

    await commit_one(lobby.stores, delete(message))

    assert await unread(lobby, lobby.ben) == (0, 0, 0)


async def test_edit_changes_who_is_mentioned_and_nothing_else(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana))

    await commit_one(lobby.stores, edit(message, 'Ben!', mentions=[lobby.ben]))
    assert await unread(lobby, lobby.ben) == (0, 1, 1)
    await commit_one(lobby.stores, edit(message, 'Ben, please!'))
    assert await unread(lobby, lobby.ben) == (0, 1, 1)
    await commit_one(lobby.stores, edit(message, 'Somebody', mentions=[]))
    assert await unread(lobby, lobby.ben) == (0, 1, 0)


async def test_mark_goes_forwards_and_backwards(lobby: Lobby) -> None:
    for _ in range(3):
        await commit_one(lobby.stores, post(lobby.room, lobby.ana, mentions=[lobby.ben]))

    await mark(lobby, lobby.ben, 3)
    assert await unread(lobby, lobby.ben) == (3, 0, 0)
    await mark(lobby, lobby.ben, 1)
    assert await unread(lobby, lobby.ben) == (1, 2, 2)
    assert await unread(lobby, lobby.ana) == (0, 0, 0)


async def test_mark_of_nothing_and_of_ended_memberships_is_ignored(lobby: Lobby) -> None:
    carl = await lobby.stores.users.add(new_user('Carl'))

    await lobby.stores.reads.mark([])
    await lobby.stores.reads.mark(
        [
            (lobby.room.id, carl.id, MessageNumber(1)),
            (RoomId(999), lobby.ben.id, MessageNumber(1)),
            (lobby.room.id, lobby.ben.id, MessageNumber(1)),
            (lobby.room.id, lobby.ben.id, MessageNumber(2)),
        ]
    )

    assert await lobby.stores.reads.of(carl.id) == {}
    assert await unread(lobby, lobby.ben) == (2, 0, 0)


async def test_what_was_said_before_joining_is_read(lobby: Lobby) -> None:
    carl = await lobby.stores.users.add(new_user('Carl'))
    await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    await join(lobby.stores, lobby.room, carl)
    assert await unread(lobby, carl) == (1, 0, 0)

    await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    await join(lobby.stores, lobby.room, carl)

    assert await unread(lobby, carl) == (1, 1, 0)


async def test_whoever_comes_with_their_account_has_read_what_was_said_before(lobby: Lobby) -> None:
    await commit_one(lobby.stores, post(lobby.room, lobby.ana))

    carl = await lobby.stores.users.add(new_user('Carl'), join=lobby.room.id)

    assert await unread(lobby, carl) == (1, 0, 0)


async def test_who_leaves_has_nothing_unread_and_returns_with_everything_read(lobby: Lobby) -> None:
    await commit_one(lobby.stores, post(lobby.room, lobby.ana, mentions=[lobby.ben]))
    await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)
    assert await lobby.stores.reads.of(lobby.ben.id) == {}

    await join(lobby.stores, lobby.room, lobby.ben)

    assert await unread(lobby, lobby.ben) == (1, 0, 0)


async def test_every_room_of_a_person_is_counted_for_itself_as_of_its_seq(lobby: Lobby) -> None:
    other = await add_room(lobby.stores, lobby.ben, 'Other')
    direct, _ = await open_direct(lobby.stores, lobby.ana, lobby.ben)
    await commit_one(lobby.stores, post(lobby.room, lobby.ana, mentions=[lobby.ben]))
    message = await commit_one(lobby.stores, post(direct.room, lobby.ana))
    await commit_one(lobby.stores, edit(message, 'changed'))

    assert await lobby.stores.reads.of(lobby.ben.id) == {
        lobby.room.id: (1, Unread(room_id=lobby.room.id, last_read=MessageNumber(0), unread=1, mentions=1)),
        other.id: (0, Unread(room_id=other.id, last_read=MessageNumber(0), unread=0, mentions=0)),
        direct.room.id: (2, Unread(room_id=direct.room.id, last_read=MessageNumber(0), unread=1, mentions=0)),
    }


async def test_count_answers_for_many_who_have_read_differently_far(lobby: Lobby) -> None:
    carl = await lobby.stores.users.add(new_user('Carl'), join=lobby.room.id)
    for author in (lobby.ana, lobby.ben, lobby.ben, lobby.ana, lobby.ana):
        await commit_one(lobby.stores, post(lobby.room, author, mentions=[lobby.ana, carl]))
    await commit_one(lobby.stores, system_line(lobby.room, lobby.ana))

    seq, counted = await lobby.stores.reads.count(
        lobby.room.id, {lobby.ana.id: MessageNumber(1), lobby.ben.id: MessageNumber(3), carl.id: MessageNumber(3)}
    )

    assert seq == 6
    assert {user_id: (each.last_read, each.unread, each.mentions) for user_id, each in counted.items()} == {
        lobby.ana.id: (1, 2, 2),
        lobby.ben.id: (3, 2, 0),
        carl.id: (3, 2, 2),
    }
    assert await lobby.stores.reads.count(lobby.room.id, {}) == (6, {})


async def test_room_that_is_gone_is_not_counted(lobby: Lobby) -> None:
    await commit_one(lobby.stores, post(lobby.room, lobby.ana, mentions=[lobby.ben]))
    await lobby.stores.rooms.delete(lobby.room.id)

    assert await lobby.stores.reads.of(lobby.ben.id) == {}
    with pytest.raises(RoomNotFound):
        await lobby.stores.reads.count(lobby.room.id, {lobby.ben.id: MessageNumber(0)})


async def test_banned_person_returns_with_what_they_had_not_read(lobby: Lobby) -> None:
    await lobby.stores.users.set_status(lobby.ben.id, UserStatus.BANNED)
    await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    await lobby.stores.users.set_status(lobby.ben.id, UserStatus.ACTIVE)

    assert await unread(lobby, lobby.ben) == (0, 1, 0)


UNREAD = 'SEARCH messages USING INDEX ix_messages_unread (room_id=? AND number>?'
MENTIONS = 'SEARCH mentions USING COVERING INDEX sqlite_autoindex_mentions_1 (user_id=? AND room_id=? AND number>?) / SEARCH messages'


@pytest.mark.parametrize(
    ('statement', 'parameters', 'expected'),
    [
        (OF_PERSON, {'user': 1}, f'{UNREAD}) / CORRELATED SCALAR SUBQUERY 2 / {MENTIONS}'),
        (WRITTEN_BETWEEN, {'room': 1, 'spans': json.dumps([[0, 9]])}, f'{UNREAD} AND number<?)'),
        (MENTIONED_SINCE, {'room': 1, 'last_read': json.dumps([[1, 0]])}, MENTIONS),
    ],
)
async def test_only_what_is_unread_is_looked_at_when_it_is_counted(
    sqlite_lobby: Lobby, statement: TextClause, parameters: dict[str, Any], expected: str
) -> None:
    assert isinstance(sqlite_lobby.stores, SqlStores)

    def explain(session: Session) -> list[str]:
        connection = session.connection()
        return [row.detail for row in connection.exec_driver_sql(f'EXPLAIN QUERY PLAN {statement}', parameters)]

    plan = await sqlite_lobby.stores.reads.database.read(explain)

    assert expected in ' / '.join(plan)
    assert not [step for step in plan if step.startswith('SCAN') and 'VIRTUAL TABLE' not in step]
