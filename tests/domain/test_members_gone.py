"""What outlasts a membership: a time-out for who comes back, and messages, until they are deleted."""

import pytest

from livechat.domain.errors import NotStored, TimedOut
from livechat.domain.model import Room, RoomRole, User
from livechat.domain.room_deeds import DELETED_AT_ONCE
from tests.domain.house import House, settled


async def test_pause_holds_for_who_leaves_or_is_removed_and_comes_back(house: House, lobby: Room, owner: User, ana: User) -> None:
    timed_out = await house.members.time_out(owner, lobby.id, ana.id, 30)

    await house.rooms.leave(ana, lobby.id)
    await house.rooms.join(ana, lobby.id)
    await house.members.remove(owner, lobby.id, ana.id)
    back = await house.members.add(owner, lobby.id, ana.id)

    assert back.timed_out_until == timed_out.timed_out_until
    assert (await house.rooms.snapshot(lobby.id)).members[ana.id] == back
    with pytest.raises(TimedOut):
        await house.rooms.post(ana, lobby.id, 'but', 'k1')
    await house.rooms.leave(ana, lobby.id)
    house.time.advance(1_801)
    await house.rooms.join(ana, lobby.id)
    await house.rooms.post(ana, lobby.id, 'thanks', 'k2')
    await house.rooms.leave(ana, lobby.id)
    assert len(house.around.pauses) == 0


async def test_pause_that_was_lifted_does_not_come_back(house: House, lobby: Room, owner: User, ana: User) -> None:
    await house.members.time_out(owner, lobby.id, ana.id, 30)
    await house.rooms.leave(ana, lobby.id)
    await house.rooms.join(ana, lobby.id)

    await house.members.time_out(owner, lobby.id, ana.id, 0)
    await house.rooms.leave(ana, lobby.id)
    await house.rooms.join(ana, lobby.id)

    await house.rooms.post(ana, lobby.id, 'thanks', 'k1')


async def test_messages_of_a_person_are_deleted_in_few_commits(house: House, lobby: Room, ana: User) -> None:
    for number in range(2 * DELETED_AT_ONCE):
        await house.rooms.post(ana, lobby.id, 'spam', f'k{number}')
    house.messages.batches.clear()

    assert await house.rooms.delete_messages_of(ana.id) == 2 * DELETED_AT_ONCE

    assert len(house.messages.batches) <= 4  # the first of a hundred goes alone, the others gather meanwhile


async def test_room_that_refuses_keeps_no_message_of_another_from_being_deleted(house: House, lobby: Room, ana: User) -> None:
    den = await house.rooms.create(ana, 'Den')
    for number, room in enumerate((lobby, den)):
        await house.rooms.post(ana, room.id, 'spam', f'k{number}')
    await settled(house)
    house.messages.before.append(NotStored())

    with pytest.raises(NotStored):
        await house.rooms.delete_messages_of(ana.id)

    assert await house.rooms.delete_messages_of(ana.id) == 1


async def test_membership_that_the_rooms_could_not_be_told_of_counts_all_the_same(house: House, lobby: Room) -> None:
    bo = await house.person('Bo')
    assert lobby.id not in await house.rooms.memberships(bo.id)
    await house.stores.rooms.join(lobby.id, bo.id, role=RoomRole.MEMBER, at=house.time.now())
    house.stores.memory.full = True

    with pytest.raises(NotStored):
        await house.rooms.joined(bo, lobby.id)

    assert lobby.id in await house.rooms.memberships(bo.id)
    house.stores.memory.full = False
    assert bo.id in (await house.rooms.enter(bo, lobby.id)).members
