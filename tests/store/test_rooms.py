import asyncio
from datetime import timedelta

import pytest

from livechat.domain.errors import RoomNameTaken, RoomNotFound
from livechat.domain.model import Room, RoomId, RoomRole
from tests.store.people import NOON, Lobby, add_room, all_messages, commit_one, join, post


async def rename(lobby: Lobby, room: Room, name: str, slug: str) -> Room:
    return await lobby.stores.rooms.rename(room.id, name=name, name_key=name.casefold(), slug=slug)


async def test_added_room_has_its_creator_as_admin(lobby: Lobby) -> None:
    room = await add_room(lobby.stores, lobby.ben, 'Café', slug='café-☕')

    assert await lobby.stores.rooms.by_id(room.id) == room
    assert await lobby.stores.rooms.by_slug('café-☕') == room
    (member,) = await lobby.stores.rooms.members(room.id)
    assert (member.person, member.role, member.joined_at) == (lobby.ben.person, RoomRole.ADMIN, NOON)


async def test_taken_room_name_is_refused_for_new_and_renamed_rooms(lobby: Lobby) -> None:
    other = await add_room(lobby.stores, lobby.ana, 'Other')

    with pytest.raises(RoomNameTaken):
        await add_room(lobby.stores, lobby.ana, 'LOBBY', slug='free')
    with pytest.raises(RoomNameTaken):
        await rename(lobby, other, 'LOBBY', 'free')

    assert await lobby.stores.rooms.by_slug('free') is None
    assert (await rename(lobby, other, 'OTHER', 'other')).name == 'OTHER'


async def test_taken_slug_gets_a_number(lobby: Lobby) -> None:
    rooms = [await add_room(lobby.stores, lobby.ana, name, slug='lobby') for name in ('A', 'B')]
    wild = [await add_room(lobby.stores, lobby.ana, name, slug='l%') for name in ('C', 'D')]

    assert [room.slug for room in rooms] == ['lobby-2', 'lobby-3']
    assert [room.slug for room in wild] == ['l%', 'l%-2']


async def test_of_ten_rooms_with_one_name_at_once_one_is_made(lobby: Lobby) -> None:
    results = await asyncio.gather(*(add_room(lobby.stores, lobby.ana, 'Same') for _ in range(10)), return_exceptions=True)

    assert sum(isinstance(result, RoomNameTaken) for result in results) == 9
    assert len(await lobby.stores.rooms.all()) == 2


async def test_renamed_room_is_reached_by_every_old_slug(lobby: Lobby) -> None:
    await rename(lobby, lobby.room, 'Hall', 'hall')
    renamed = await rename(lobby, lobby.room, 'Foyer', 'foyer')

    assert (renamed.name, renamed.slug) == ('Foyer', 'foyer')
    for slug in ('foyer', 'hall', 'lobby'):
        assert await lobby.stores.rooms.by_slug(slug) == renamed


async def test_old_slug_leads_to_the_room_that_takes_it(lobby: Lobby) -> None:
    await rename(lobby, lobby.room, 'Hall', 'hall')
    taker = await add_room(lobby.stores, lobby.ana, 'Lobby')

    assert taker.slug == 'lobby'
    assert await lobby.stores.rooms.by_slug('lobby') == taker

    await rename(lobby, taker, 'Else', 'else')

    found = await lobby.stores.rooms.by_slug('lobby')
    assert found is not None
    assert found.id == taker.id


async def test_room_renamed_back_takes_its_old_slug(lobby: Lobby) -> None:
    await rename(lobby, lobby.room, 'Hall', 'hall')
    back = await rename(lobby, lobby.room, 'Lobby', 'lobby')
    other = await add_room(lobby.stores, lobby.ana, 'Hall', slug='lobby')

    assert back.slug == 'lobby'
    assert other.slug == 'lobby-2'
    assert await lobby.stores.rooms.by_slug('hall') == back


async def test_slug_of_nobody_is_not_found(lobby: Lobby) -> None:
    assert await lobby.stores.rooms.by_slug('nowhere') is None
    assert await lobby.stores.rooms.by_slug('\udc80') is None
    assert await lobby.stores.rooms.by_id(RoomId(999)) is None


async def test_description_changes(lobby: Lobby) -> None:
    described = await lobby.stores.rooms.describe(lobby.room.id, 'New words')

    assert described.description == 'New words'
    assert await lobby.stores.rooms.by_id(lobby.room.id) == described


async def test_room_that_is_gone_is_not_found_by_any_change(lobby: Lobby) -> None:
    await lobby.stores.rooms.delete(lobby.room.id)

    with pytest.raises(RoomNotFound):
        await rename(lobby, lobby.room, 'Hall', 'hall')
    with pytest.raises(RoomNotFound):
        await lobby.stores.rooms.describe(lobby.room.id, '')
    with pytest.raises(RoomNotFound):
        await lobby.stores.rooms.delete(lobby.room.id)
    with pytest.raises(RoomNotFound):
        await join(lobby.stores, lobby.room, lobby.ben)
    assert not await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)


async def test_deleted_room_takes_everything_of_it_along(lobby: Lobby) -> None:
    stores = lobby.stores
    await rename(lobby, lobby.room, 'Hall', 'hall')
    await commit_one(stores, post(lobby.room, lobby.ben, key='same'))
    await stores.drafts.put(lobby.ben.id, lobby.room.id, 'unsent')
    await stores.users.set_last_room(lobby.ben.id, lobby.room.id)

    await stores.rooms.delete(lobby.room.id)

    assert await stores.rooms.by_id(lobby.room.id) is None
    assert await stores.rooms.by_slug('hall') is None
    assert await stores.rooms.by_slug('lobby') is None
    assert await stores.rooms.memberships_of(lobby.ben.id) == []
    assert await stores.rooms.members(lobby.room.id) == []
    assert await all_messages(stores, lobby.room) == []
    assert await stores.drafts.get(lobby.ben.id, lobby.room.id) == ''
    ben = await stores.users.by_id(lobby.ben.id)
    assert ben is not None
    assert ben.last_room_id is None


async def test_id_of_a_deleted_room_is_never_used_again(lobby: Lobby) -> None:
    last = await add_room(lobby.stores, lobby.ana, 'Last')
    await lobby.stores.rooms.delete(last.id)

    assert (await add_room(lobby.stores, lobby.ana, 'Next')).id > last.id


async def test_all_rooms_come_by_name_with_their_member_counts(lobby: Lobby) -> None:
    zoo = await add_room(lobby.stores, lobby.ana, 'zoo')
    attic = await add_room(lobby.stores, lobby.ana, 'Attic')
    await lobby.stores.rooms.leave(attic.id, lobby.ana.id)

    summaries = await lobby.stores.rooms.all()

    assert [(summary.room, summary.member_count) for summary in summaries] == [(attic, 0), (lobby.room, 2), (zoo, 1)]


async def test_joining_twice_changes_nothing(lobby: Lobby) -> None:
    room = await add_room(lobby.stores, lobby.ana, 'Other')

    first = await lobby.stores.rooms.join(room.id, lobby.ben.id, role=RoomRole.MEMBER, at=NOON)
    again = await lobby.stores.rooms.join(room.id, lobby.ben.id, role=RoomRole.ADMIN, at=NOON + timedelta(days=1))

    assert first == again
    assert (first.person, first.role, first.joined_at) == (lobby.ben.person, RoomRole.MEMBER, NOON)
    assert [member.person.id for member in await lobby.stores.rooms.members(room.id)] == [lobby.ana.id, lobby.ben.id]


async def test_memberships_come_in_the_order_of_joining(lobby: Lobby) -> None:
    room = await add_room(lobby.stores, lobby.ana, 'Other')
    await lobby.stores.rooms.join(room.id, lobby.ben.id, role=RoomRole.MEMBER, at=NOON - timedelta(days=1))

    memberships = await lobby.stores.rooms.memberships_of(lobby.ben.id)

    assert [(each.room_id, each.role, each.joined_at) for each in memberships] == [
        (room.id, RoomRole.MEMBER, NOON - timedelta(days=1)),
        (lobby.room.id, RoomRole.MEMBER, NOON),
    ]


async def test_leaving_ends_a_membership_once(lobby: Lobby) -> None:
    assert await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)
    assert not await lobby.stores.rooms.leave(lobby.room.id, lobby.ben.id)

    assert [member.person for member in await lobby.stores.rooms.members(lobby.room.id)] == [lobby.ana.person]
