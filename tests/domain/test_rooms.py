"""Rooms as people use them: lists, names, membership, drafts, limits, and what is told to whom."""

import asyncio
from dataclasses import replace

import pytest

from livechat.domain.errors import NameInvalid, RoomNameTaken, RoomNotFound
from livechat.domain.events import (
    LOBBY_TOPIC,
    RoomChanged,
    RoomCreated,
    RoomDeleted,
    RoomJoined,
    room_topic,
    user_topic,
)
from livechat.domain.model import Room, RoomId, RoomRole, RoomSummary, User
from tests.domain.house import House, all_settled, queued, started
from tests.patience import until


async def test_created_room_is_in_the_list_and_its_creator_its_admin(house: House, owner: User) -> None:
    lobby_events, own = house.backplane.subscribe(LOBBY_TOPIC), house.backplane.subscribe(user_topic(owner.id))

    room = await house.rooms.create(owner, '  Garden  club ', 'All about\nflowers')

    assert (room.name, room.slug, room.description, room.created_by) == ('Garden club', 'garden-club', 'All about flowers', owner.id)
    assert house.rooms.get(room.id) == room
    assert house.rooms.summary(room.id) == RoomSummary(room=room, member_count=1)
    membership = (await house.rooms.memberships(owner.id))[room.id]
    assert membership.role is RoomRole.ADMIN
    assert await queued(lobby_events) == [RoomCreated(room=room, member_count=1)]
    assert await queued(own) == [RoomJoined(user_id=owner.id, membership=membership)]
    assert (await house.rooms.enter(owner, room.id)).members[owner.id].role is RoomRole.ADMIN


async def test_rooms_are_listed_by_name_whatever_their_case_and_age(house: House, owner: User) -> None:
    for name in ('zebra', 'Apple', 'éclair', 'apple 2'):
        await house.rooms.create(owner, name)

    assert [summary.room.name for summary in await house.rooms.visible_to(owner)] == ['Apple', 'apple 2', 'éclair', 'zebra']


async def test_all_rooms_are_known_after_a_restart(house: House, lobby: Room, ana: User) -> None:
    garden = await house.rooms.create(ana, 'Garden')
    before = await house.rooms.visible_to(ana)

    await house.rooms.load()

    assert await house.rooms.visible_to(ana) == before
    assert await house.rooms.by_slug(ana, 'garden') == garden
    assert house.rooms.oldest() == lobby


@pytest.mark.parametrize('name', ['Lobby', 'lobby', ' LOBBY ', 'Lоbby', 'Ｌobby'])
async def test_room_name_that_looks_like_another_is_taken(house: House, lobby: Room, owner: User, name: str) -> None:
    with pytest.raises(RoomNameTaken):
        await house.rooms.create(owner, name)

    assert len(await house.rooms.visible_to(owner)) == 1


async def test_room_name_is_free_again_after_its_room_was_deleted(house: House, lobby: Room, owner: User) -> None:
    await house.rooms.delete(owner, lobby.id)

    assert (await house.rooms.create(owner, 'Lobby')).id != lobby.id


async def test_room_without_a_visible_name_is_refused(house: House, owner: User) -> None:
    with pytest.raises(NameInvalid):
        await house.rooms.create(owner, '\u200b \u2060')


async def test_rename_is_told_to_those_inside_and_to_every_list(house: House, lobby: Room, owner: User) -> None:
    inside, lists = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(LOBBY_TOPIC)

    room = await house.rooms.rename(owner, lobby.id, '日本語 の部屋')

    assert room == replace(lobby, name='日本語 の部屋', slug='日本語-の部屋')
    assert house.rooms.get(lobby.id) == room
    assert await house.rooms.by_slug(owner, '日本語-の部屋') == room
    assert await house.rooms.by_slug(owner, 'lobby') == room
    renamed = RoomChanged(room=room, old_slug='lobby')
    assert await queued(lists) == [renamed]
    assert (await queued(inside))[0] == renamed


async def test_rename_to_the_same_name_is_no_news(house: House, lobby: Room, owner: User) -> None:
    lists = house.backplane.subscribe(LOBBY_TOPIC)

    assert await house.rooms.rename(owner, lobby.id, 'Lobby') == lobby

    assert await queued(lists) == []


async def test_description_is_told_and_shown_on_entering(house: House, lobby: Room, owner: User) -> None:
    lists = house.backplane.subscribe(LOBBY_TOPIC)

    room = await house.rooms.describe(owner, lobby.id, ' For everything ')

    assert room.description == 'For everything'
    assert (await house.rooms.enter(owner, lobby.id)).room == room
    assert await queued(lists) == [RoomChanged(room=room, old_slug='lobby')]


async def test_deleted_room_is_gone_for_everybody(house: House, lobby: Room, owner: User, ana: User) -> None:
    inside, lists = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(LOBBY_TOPIC)
    assert lobby.id in await house.rooms.memberships(ana.id)

    await house.rooms.delete(owner, lobby.id)

    gone = RoomDeleted(room_id=lobby.id, name='Lobby', by=owner.person)
    assert await queued(inside) == await queued(lists) == [gone]
    assert await house.rooms.visible_to(ana) == ()
    assert await house.rooms.memberships(ana.id) == {}
    assert await house.rooms.by_slug(ana, 'lobby') is None
    with pytest.raises(RoomNotFound):
        await house.rooms.enter(ana, lobby.id)
    await until(lambda: not house.is_running(lobby))


async def test_posts_behind_a_deletion_are_refused_and_those_before_it_stored(house: House, lobby: Room, owner: User, ana: User) -> None:
    await house.rooms.enter(ana, lobby.id)
    await house.rooms.enter(owner, lobby.id)
    house.stores.memory.gate.clear()
    before = started(house.rooms.post(ana, lobby.id, 'before', 'k1'))
    deleting = started(house.rooms.delete(owner, lobby.id))
    after = started(house.rooms.post(ana, lobby.id, 'after', 'k2'))
    await until(lambda: house.messages.batches)

    house.stores.memory.gate.set()
    results = await all_settled([before, deleting, after])

    assert [type(result).__name__ for result in results] == ['Message', 'NoneType', 'RoomNotFound']


async def test_landing_room_is_the_last_one_or_else_the_oldest(house: House, lobby: Room, owner: User) -> None:
    garden = await house.rooms.create(owner, 'Garden')

    assert await house.rooms.landing_room(owner) == lobby
    assert await house.rooms.landing_room(replace(owner, last_room_id=garden.id)) == garden
    assert await house.rooms.landing_room(replace(owner, last_room_id=RoomId(404))) == lobby


async def test_room_created_by_a_caller_who_gave_up_is_there_for_everybody(house: House, owner: User) -> None:
    lobby_events = house.backplane.subscribe(LOBBY_TOPIC)
    house.stores.memory.gate.clear()
    creating = started(house.rooms.create(owner, 'Garden'))
    await asyncio.sleep(0)

    creating.cancel()
    await all_settled([creating])
    house.stores.memory.gate.set()
    await until(house.rooms.oldest)

    assert creating.cancelled()
    assert [summary.room.name for summary in await house.rooms.visible_to(owner)] == ['Garden']
    assert [type(event).__name__ for event in await queued(lobby_events)] == ['RoomCreated']


async def test_taken_name_refuses_the_rename_and_the_room_goes_on(house: House, lobby: Room, owner: User) -> None:
    await house.rooms.create(owner, 'Garden')

    with pytest.raises(RoomNameTaken):
        await house.rooms.rename(owner, lobby.id, 'garden')

    assert house.rooms.get(lobby.id) == lobby
    assert (await house.rooms.post(owner, lobby.id, 'hello', 'k1')).number == 1
