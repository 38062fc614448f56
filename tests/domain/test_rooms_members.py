"""Joining, leaving, and being called something else."""

import asyncio
from dataclasses import replace

import pytest

from livechat.domain.errors import NotAMember
from livechat.domain.events import (
    LOBBY_TOPIC,
    MemberCountChanged,
    MemberJoined,
    MemberLeft,
    MessagePosted,
    PersonChanged,
    RoomCreated,
    RoomJoined,
    RoomLeft,
    presence_topic,
    room_topic,
    user_topic,
)
from livechat.domain.model import Room, RoomRole, ServerRole, User
from livechat.domain.people_ports import NewUser
from tests.domain.house import House, all_settled, queued, settled, started
from tests.patience import until


async def test_joining_and_leaving_is_told_to_the_room_the_lists_and_the_person(house: House, lobby: Room) -> None:
    ben = await house.person('Ben')
    inside, lists = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(LOBBY_TOPIC)
    own = house.backplane.subscribe(user_topic(ben.id))
    assert await house.rooms.memberships(ben.id) == {}

    await house.rooms.join(ben, lobby.id)
    await house.rooms.join(ben, lobby.id)
    membership = (await house.rooms.memberships(ben.id))[lobby.id]
    member = (await house.rooms.enter(ben, lobby.id)).members[ben.id]
    assert house.rooms.member(lobby.id, ben.id) == member
    await house.rooms.leave(ben, lobby.id)
    await house.rooms.leave(ben, lobby.id)

    assert await house.rooms.memberships(ben.id) == {}
    assert house.rooms.member(lobby.id, ben.id) is None
    moves = [event for event in await queued(inside) if not isinstance(event, MessagePosted)]
    assert moves == [MemberJoined(room_id=lobby.id, member=member), MemberLeft(room_id=lobby.id, user_id=ben.id)]
    counts = [MemberCountChanged(room_id=lobby.id, member_count=count) for count in (2, 1)]
    assert await queued(lists) == counts
    assert await queued(own) == [RoomJoined(user_id=ben.id, membership=membership), RoomLeft(user_id=ben.id, room_id=lobby.id)]


async def test_account_stored_with_its_membership_is_welcomed_into_the_running_room(house: House, lobby: Room, owner: User) -> None:
    inside = house.backplane.subscribe(room_topic(lobby.id))
    new = NewUser(
        display_name='Ben',
        name_key='ben',
        username='ben',
        email=None,
        role=ServerRole.MEMBER,
        password_hash='',
        created_at=house.time.now(),
    )
    ben = await house.stores.users.add(new, join=lobby.id)
    assert ben.id not in (await house.rooms.snapshot(lobby.id)).members

    await house.rooms.welcome(ben)

    assert ben.id in (await house.rooms.enter(ben, lobby.id)).members
    await settled(house)
    assert [type(event) for event in await queued(inside)] == [MemberJoined, MessagePosted]
    assert house.stored(lobby) == ['joined']
    assert house.around.directory.member_count(lobby.id) == 2


async def test_first_room_of_the_set_up_is_known_once_its_owner_is_welcomed(house: House) -> None:
    lists = house.backplane.subscribe(LOBBY_TOPIC)
    owner, room = await house.stores.users.create_first_owner(
        NewUser(
            display_name='Olga',
            name_key='olga',
            username='olga',
            email=None,
            role=ServerRole.OWNER,
            password_hash='',
            created_at=house.time.now(),
        ),
        server_name='Home',
        room_name='Lobby',
        room_slug='lobby',
        room_description='',
    )
    assert house.rooms.oldest() is None

    await house.rooms.welcome(owner)

    assert house.rooms.oldest() == await house.rooms.landing_room(owner) == room
    assert await queued(lists) == [RoomCreated(room=room, member_count=1)]
    assert list((await house.rooms.enter(owner, room.id)).members) == [owner.id]


async def test_changed_name_reaches_running_rooms_as_member_and_author(house: House, lobby: Room, owner: User, ana: User) -> None:
    garden = await house.rooms.create(owner, 'Garden')
    await house.rooms.snapshot(garden.id)
    await house.rooms.post(ana, lobby.id, 'hello', 'k1')
    telling, elsewhere = house.backplane.subscribe(presence_topic(lobby.id)), house.backplane.subscribe(presence_topic(garden.id))
    anna = await house.renamed(ana, 'Anna')

    await house.rooms.person_changed(anna.person)
    await house.rooms.person_changed(anna.person)

    snapshot = await house.rooms.snapshot(lobby.id)
    assert snapshot.members[ana.id].person == snapshot.newest[0].author == anna.person
    assert await queued(telling) == [PersonChanged(room_id=lobby.id, person=anna.person)]
    assert await queued(elsewhere) == []


async def test_changed_name_does_not_wait_for_rooms_that_show_it_nowhere(house: House, lobby: Room, owner: User, ana: User) -> None:
    garden = await house.rooms.create(owner, 'Garden')
    await house.rooms.snapshot(garden.id)
    house.stores.memory.gate.clear()
    stuck = started(house.rooms.describe(owner, garden.id, 'takes long'))
    await until(lambda: house.supervisor.room(garden.id).is_busy)
    anna = replace(ana.person, display_name='Anna')

    await asyncio.wait_for(house.rooms.person_changed(anna), 5)

    assert (await house.rooms.snapshot(lobby.id)).members[ana.id].person == anna
    assert not stuck.done()
    house.stores.memory.gate.set()
    await stuck


async def test_person_is_in_whatever_goes_wrong_in_their_room(house: House, lobby: Room) -> None:
    ben = await house.person('Ben')
    await house.stores.rooms.join(lobby.id, ben.id, role=RoomRole.MEMBER, at=house.time.now())
    house.stores.memory.full = True

    await house.rooms.welcome(ben)

    house.stores.memory.full = False
    assert ben.id in (await house.rooms.enter(ben, lobby.id)).members


async def test_changed_name_reaches_a_room_with_a_full_inbox_and_passes_one_that_ends(
    house: House, lobby: Room, owner: User, ana: User
) -> None:
    garden = await house.rooms.create(owner, 'Garden')
    await house.rooms.snapshot(garden.id)
    await house.rooms.enter(ana, lobby.id)
    house.stores.memory.gate.clear()
    posts = [started(house.rooms.post(ana, lobby.id, 'first', 'first'))]
    await until(lambda: house.messages.batches)
    posts += [started(house.rooms.post(ana, lobby.id, f'm{n}', f'k{n}')) for n in range(house.limits.room_inbox)]
    deleting = started(house.rooms.delete(owner, garden.id))
    anna = started(house.renamed(ana, 'Anna'))
    await asyncio.sleep(0)
    changing = started(house.rooms.person_changed(replace(ana.person, display_name='Anna')))
    await asyncio.sleep(0)

    house.stores.memory.gate.set()
    await changing
    results = await all_settled([*posts, deleting, anna])

    assert not [result for result in results if isinstance(result, Exception)]
    member = house.rooms.member(lobby.id, ana.id)
    assert member is not None
    assert member.person.display_name == 'Anna'


async def test_join_and_leave_at_once_end_in_what_the_store_has(house: House, lobby: Room) -> None:
    people = [await house.person(f'Guest {number}') for number in range(20)]

    await asyncio.gather(*(house.rooms.join(each, lobby.id) for each in people))
    await asyncio.gather(
        *(house.rooms.leave(each, lobby.id) for each in people[::2]), *(house.rooms.join(each, lobby.id) for each in people)
    )

    snapshot = await house.rooms.snapshot(lobby.id)
    stored = await house.stores.rooms.members(lobby.id)
    assert snapshot.members == {member.person.id: member for member in stored}
    assert house.around.directory.member_count(lobby.id) == len(stored)
    for each in people:
        assert (lobby.id in await house.rooms.memberships(each.id)) is (each.id in snapshot.members)


async def test_member_stored_by_another_process_is_taken_in_on_entering(house: House, lobby: Room) -> None:
    ben = await house.person('Ben')
    await house.rooms.snapshot(lobby.id)
    inside = house.backplane.subscribe(room_topic(lobby.id))
    await house.stores.rooms.join(lobby.id, ben.id, role=RoomRole.MEMBER, at=house.time.now())

    snapshot = await house.rooms.enter(ben, lobby.id)
    await house.rooms.enter(ben, lobby.id)

    assert ben.id in snapshot.members
    assert await queued(inside) == [MemberJoined(room_id=lobby.id, member=snapshot.members[ben.id])]


async def test_person_whose_membership_has_just_ended_is_shown_nothing(house: House, lobby: Room) -> None:
    ben = await house.person('Ben')
    await house.rooms.snapshot(lobby.id)
    await house.stores.rooms.join(lobby.id, ben.id, role=RoomRole.MEMBER, at=house.time.now())
    assert lobby.id in await house.rooms.memberships(ben.id)

    await house.stores.rooms.leave(lobby.id, ben.id)

    with pytest.raises(NotAMember):
        await house.rooms.enter(ben, lobby.id)
