"""Who is spoken to in a message, and who may write one: system lines, bans."""

from dataclasses import replace

from sqlalchemy import text

from livechat.domain.errors import InvalidInput, NotAMember, RoomNotFound
from livechat.domain.message import MAX_MENTIONS, Message, MessageKind
from livechat.domain.model import MessageNumber, RoomId, UserId, UserStatus
from livechat.domain.writes import MessageWrite, Stored
from livechat.store import SqlStores
from tests.store.people import (
    Lobby,
    add_room,
    all_messages,
    commit_one,
    delete,
    edit,
    join,
    new_user,
    post,
    system_line,
)


async def stored_places(stores: SqlStores) -> set[tuple[int, int]]:
    """Who is mentioned in which message, as it is counted."""
    rows = await stores.messages.database.read(lambda session: session.execute(text('SELECT user_id, number FROM mentions')).all())
    return {(user_id, number) for user_id, number in rows}


async def reread(lobby: Lobby, message: Message) -> Message:
    (found,) = await lobby.stores.messages.range(message.room_id, message.number, message.number)
    return found


async def test_mentions_are_members_each_once(lobby: Lobby) -> None:
    carl = await lobby.stores.users.add(new_user('Carl'))
    write = post(lobby.room, lobby.ana, mentions=[lobby.ben, carl, lobby.ana, lobby.ben])

    message = await commit_one(lobby.stores, replace(write, mentions=(*write.mentions, UserId(999))))

    assert sorted(message.mentions) == [lobby.ana.id, lobby.ben.id]
    assert await reread(lobby, message) == message


async def test_message_mentions_so_many_at_most(lobby: Lobby) -> None:
    people = [await lobby.stores.users.add(new_user(f'P{number}'), join=lobby.room.id) for number in range(MAX_MENTIONS + 1)]

    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, mentions=people))

    assert len(message.mentions) == MAX_MENTIONS
    assert await reread(lobby, message) == message


async def test_edit_without_mentions_keeps_those_of_people_who_left_since(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, mentions=[lobby.ben]))
    await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)

    kept = await commit_one(lobby.stores, edit(message, 'changed'))
    replaced = await commit_one(lobby.stores, edit(message, 'changed', mentions=[lobby.ben, lobby.ana]))

    assert kept.mentions == (lobby.ben.id,)
    assert replaced.mentions == (lobby.ana.id,)


async def test_tombstone_mentions_nobody(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, mentions=[lobby.ben]))

    tombstone = await commit_one(lobby.stores, delete(message))

    assert tombstone.mentions == ()
    assert await reread(lobby, message) == tombstone


async def test_mentions_of_writes_in_one_commit_happen_in_order(lobby: Lobby) -> None:
    old = await commit_one(lobby.stores, post(lobby.room, lobby.ana, mentions=[lobby.ben]))
    new = replace(old, number=MessageNumber(old.number + 1))

    await lobby.stores.messages.commit(
        [
            edit(old, 'nobody', mentions=[]),
            post(lobby.room, lobby.ben, 'new', mentions=[lobby.ana]),
            edit(old, 'both', mentions=[lobby.ana, lobby.ben]),
            edit(new, 'Ben', mentions=[lobby.ben]),
        ]
    )

    assert [sorted(each.mentions) for each in await all_messages(lobby.stores, lobby.room)] == [
        [lobby.ana.id, lobby.ben.id],
        [lobby.ben.id],
    ]


async def test_rows_of_mentions_follow_their_message(sqlite_lobby: Lobby) -> None:
    lobby, ana, ben = sqlite_lobby, sqlite_lobby.ana, sqlite_lobby.ben
    assert isinstance(lobby.stores, SqlStores)
    first = await commit_one(lobby.stores, post(lobby.room, ana, mentions=[ana, ben]))
    second = await commit_one(lobby.stores, post(lobby.room, ana, mentions=[ben]))
    assert await stored_places(lobby.stores) == {(ana.id, 1), (ben.id, 1), (ben.id, 2)}

    await lobby.stores.messages.commit([edit(first, 'Ben', mentions=[ben]), edit(second, 'changed')])
    assert await stored_places(lobby.stores) == {(ben.id, 1), (ben.id, 2)}

    await lobby.stores.messages.commit([delete(first)])
    assert await stored_places(lobby.stores) == {(ben.id, 2)}

    await lobby.stores.rooms.delete(lobby.room.id)
    assert await stored_places(lobby.stores) == set()


async def test_system_line_needs_no_membership_of_its_author(lobby: Lobby) -> None:
    await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)

    line = await commit_one(lobby.stores, system_line(lobby.room, lobby.ben, 'Ben left'))

    assert (line.kind, line.author, line.body, line.number) == (MessageKind.SYSTEM, lobby.ben.person, 'Ben left', 1)
    assert await reread(lobby, line) == line


async def test_system_line_of_nobody_and_to_no_room_is_refused(lobby: Lobby) -> None:
    nobodys = replace(system_line(lobby.room, lobby.ana), author_id=UserId(999))
    nowhere = replace(system_line(lobby.room, lobby.ana), room_id=RoomId(999))

    results = await lobby.stores.messages.commit([nobodys, nowhere, system_line(lobby.room, lobby.ana, '\udc80')])

    assert [type(result) for result in results] == [NotAMember, RoomNotFound, InvalidInput]


async def test_banned_member_writes_edits_and_deletes_no_more(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ben))
    writes: list[MessageWrite] = [post(lobby.room, lobby.ben), edit(message, 'changed'), replace(delete(message), member_id=lobby.ben.id)]
    await lobby.stores.users.set_status(lobby.ben.id, UserStatus.BANNED)

    refused = await lobby.stores.messages.commit(writes)
    await lobby.stores.users.set_status(lobby.ben.id, UserStatus.ACTIVE)
    taken = await lobby.stores.messages.commit(writes)

    assert [type(each) for each in refused] == [NotAMember] * 3
    assert [type(each) for each in taken] == [Stored] * 3


async def test_messages_of_an_author_are_those_that_can_be_deleted(lobby: Lobby) -> None:
    other = await add_room(lobby.stores, lobby.ana, 'Other')
    gone = await add_room(lobby.stores, lobby.ana, 'Gone')
    for room in (other, gone):
        await join(lobby.stores, room, lobby.ben)
    kept = [await commit_one(lobby.stores, post(room, lobby.ben)) for room in (lobby.room, other)]
    deleted = await commit_one(lobby.stores, post(lobby.room, lobby.ben))
    await commit_one(lobby.stores, delete(deleted))
    await commit_one(lobby.stores, system_line(lobby.room, lobby.ben))
    await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    await commit_one(lobby.stores, post(gone, lobby.ben))
    await lobby.stores.rooms.delete(gone.id)

    assert sorted(await lobby.stores.messages.by_author(lobby.ben.id)) == [(each.room_id, each.number) for each in kept]
