"""Private rooms do not exist for others: not in lists, addresses, names, counts or errors."""

import asyncio
import re
from dataclasses import replace

import pytest

from livechat.domain.errors import LivechatError, NotAllowed, NotAMember, RoomNameTaken, RoomNotFound
from livechat.domain.events import (
    LOBBY_TOPIC,
    MemberCountChanged,
    OwnRoomChanged,
    OwnRoomDeleted,
    RoomChanged,
    RoomCreated,
    RoomDeleted,
    RoomHidden,
    RoomJoined,
    room_topic,
    user_topic,
)
from livechat.domain.model import Room, RoomId, RoomKind, ServerRole, User
from tests.domain.house import House, all_settled, queued, settled, started
from tests.patience import until


@pytest.fixture
async def den(house: House, ana: User) -> Room:
    """A running private room whose only member and admin is Ana."""
    room = await house.rooms.create(ana, 'Den', private=True)
    await house.rooms.snapshot(room.id)
    return room


async def test_created_private_room_is_told_to_its_creator_alone(house: House, ana: User) -> None:
    lists, own = house.backplane.subscribe(LOBBY_TOPIC), house.backplane.subscribe(user_topic(ana.id))

    room = await house.rooms.create(ana, 'Den', private=True)

    assert room.kind is RoomKind.PRIVATE
    assert re.fullmatch('den-[a-z2-9]{6}', room.slug)
    assert [type(event) for event in await queued(own)] == [RoomJoined]
    assert await queued(lists) == []


async def test_private_room_is_in_the_lists_of_its_members_alone(house: House, lobby: Room, den: Room, ana: User, owner: User) -> None:
    ben = await house.person('Ben')

    assert [summary.room for summary in await house.rooms.visible_to(ana)] == [den, lobby]
    assert [summary.room for summary in await house.rooms.mine(ana)] == [den, lobby]
    for other in (ben, owner):
        assert [summary.room for summary in await house.rooms.visible_to(other)] == [lobby]
    assert [summary.room for summary in await house.rooms.mine(owner)] == [lobby]
    assert await house.rooms.mine(ben) == []


async def test_hidden_and_absent_rooms_are_looked_up_alike_and_refused_alike(house: House, den: Room) -> None:
    ben = await house.person('Ben')
    await house.rooms.memberships(ben.id)
    refusals = []
    for slug, room_id in ((den.slug, den.id), ('den-zzzzzz', RoomId(404))):
        house.room_store.asked.clear()

        assert await house.rooms.by_slug(ben, slug) is None
        assert house.room_store.asked == [slug]

        for attempt in (house.rooms.enter, house.rooms.join, house.rooms.leave, house.rooms.delete, house.members.of):
            with pytest.raises(LivechatError) as refused:
                await attempt(ben, room_id)
            refusals.append((type(refused.value), str(refused.value)))
    assert {kind for kind, _ in refusals} == {RoomNotFound}
    assert len(set(refusals)) == 1


async def test_name_and_address_of_a_private_room_are_as_free_as_if_it_did_not_exist(house: House, den: Room, owner: User) -> None:
    first = await house.rooms.create(owner, 'Den')
    second = await house.rooms.create(owner, 'Den', private=True)

    assert (first.slug, first.kind) == ('den', RoomKind.OPEN)
    assert second.slug not in {'den', den.slug}
    with pytest.raises(RoomNameTaken):
        await house.rooms.create(owner, 'den')


async def test_who_comes_and_goes_in_a_private_room_is_no_news_in_the_lobby(house: House, den: Room, ana: User) -> None:
    ben, lists = await house.person('Ben'), house.backplane.subscribe(LOBBY_TOPIC)

    await house.members.add(ana, den.id, ben.id)
    await house.rooms.rename(ana, den.id, 'Cave')
    await house.rooms.describe(ana, den.id, 'Dark')
    await house.rooms.leave(ben, den.id)
    await house.rooms.delete(ana, den.id)

    assert await queued(lists) == []


async def test_change_of_a_private_room_is_told_to_its_members(house: House, den: Room, ana: User) -> None:
    ben = await house.person('Ben', ServerRole.MEMBER, den)
    own = {user.id: house.backplane.subscribe(user_topic(user.id)) for user in (ana, ben)}

    cave = await house.rooms.rename(ana, den.id, 'Cave')
    await house.rooms.delete(ana, den.id)

    assert re.fullmatch('cave-[a-z2-9]{6}', cave.slug)
    for user_id, subscription in own.items():
        assert await queued(subscription) == [
            OwnRoomChanged(user_id=user_id, room=cave, old_slug=den.slug),
            OwnRoomDeleted(user_id=user_id, room_id=den.id, name='Cave', by=ana.person),
        ]


async def test_open_room_that_becomes_private_is_gone_for_others(house: House, lobby: Room, owner: User, ana: User) -> None:
    ben = await house.person('Ben')
    lists, own = house.backplane.subscribe(LOBBY_TOPIC), house.backplane.subscribe(user_topic(ana.id))
    inside, others = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(user_topic(ben.id))

    room = await house.settings.convert(owner, lobby.id, RoomKind.PRIVATE)
    await settled(house)

    assert re.fullmatch('lobby-[a-z2-9]{6}', room.slug)
    assert await queued(lists) == [RoomHidden(room_id=lobby.id)]
    assert await queued(own) == [OwnRoomChanged(user_id=ana.id, room=room, old_slug='lobby')]
    assert (await queued(inside))[0] == RoomChanged(room=room, old_slug='lobby')
    assert await queued(others) == []
    assert house.stored(lobby) == ['made the room private']
    for slug in ('lobby', room.slug):
        assert await house.rooms.by_slug(ben, slug) is None
        assert await house.rooms.by_slug(ana, slug) == room
    assert await house.rooms.visible_to(ben) == ()
    assert house.rooms.oldest() is None
    assert (await house.rooms.create(owner, 'Lobby')).slug == 'lobby'  # now that address leads there, for everybody
    assert [event.room.slug for event in await queued(lists) if isinstance(event, RoomCreated)] == ['lobby']


async def test_private_room_that_opens_is_new_for_others(house: House, den: Room, ana: User, owner: User) -> None:
    lists, own = house.backplane.subscribe(LOBBY_TOPIC), house.backplane.subscribe(user_topic(ana.id))

    room = await house.settings.convert(ana, den.id, RoomKind.OPEN)
    await settled(house)

    assert room == replace(den, kind=RoomKind.OPEN, slug='den')
    assert await queued(lists) == [RoomCreated(room=room, member_count=1)]
    assert await queued(own) == [OwnRoomChanged(user_id=ana.id, room=room, old_slug=den.slug)]
    assert await house.rooms.by_slug(owner, 'den') == room
    assert house.stored(den) == ['opened the room to everybody']


async def test_private_room_cannot_open_under_a_name_that_is_taken(house: House, den: Room, ana: User, owner: User) -> None:
    await house.rooms.create(owner, 'Den')

    with pytest.raises(RoomNameTaken):
        await house.settings.convert(ana, den.id, RoomKind.OPEN)

    assert house.rooms.get(den.id) == den


async def test_join_that_waits_while_the_room_becomes_private_is_refused(house: House, lobby: Room, owner: User) -> None:
    ben = await house.person('Ben')
    await house.rooms.memberships(ben.id)
    house.stores.memory.gate.clear()
    converting = started(house.settings.convert(owner, lobby.id, RoomKind.PRIVATE))
    await until(lambda: house.supervisor.room(lobby.id).is_busy)
    joining = started(house.rooms.join(ben, lobby.id))
    posting = started(house.rooms.post(owner, lobby.id, 'hello', 'k1'))
    for _ in range(20):
        await asyncio.sleep(0)

    house.stores.memory.gate.set()
    results = await all_settled([converting, joining, posting])

    assert [type(result).__name__ for result in results] == ['Room', 'RoomNotFound', 'Message']
    assert ben.id not in (await house.rooms.snapshot(lobby.id)).members


async def test_server_admin_sees_name_and_members_of_a_private_room_and_joins_visibly(
    house: House, den: Room, owner: User, ana: User
) -> None:
    await house.rooms.post(ana, den.id, 'secret', 'k1')

    assert await house.rooms.by_slug(owner, den.slug) == den
    assert [member.person for member in await house.members.of(owner, den.id)] == [ana.person]
    for reading in (house.rooms.enter, house.rooms.draft):
        with pytest.raises(NotAMember):
            await reading(owner, den.id)
    with pytest.raises(NotAllowed):
        await house.rooms.rename(owner, den.id, 'Mine')
    await house.rooms.join(owner, den.id)
    await settled(house)

    assert house.stored(den) == ['secret', 'joined as an admin of this server']
    assert (await house.rooms.rename(owner, den.id, 'Ours')).name == 'Ours'


async def test_server_admin_may_delete_a_private_room_unseen(house: House, den: Room, owner: User, ana: User) -> None:
    own = house.backplane.subscribe(user_topic(ana.id))

    await house.rooms.delete(owner, den.id)

    assert [type(event) for event in await queued(own)] == [OwnRoomDeleted]
    assert den.id not in await house.rooms.memberships(ana.id)


async def test_open_room_is_deleted_for_the_lobby_and_not_told_to_each(house: House, lobby: Room, owner: User, ana: User) -> None:
    lists, own = house.backplane.subscribe(LOBBY_TOPIC), house.backplane.subscribe(user_topic(ana.id))

    await house.rooms.delete(owner, lobby.id)

    assert [type(event) for event in await queued(lists)] == [RoomDeleted]
    assert await queued(own) == []


async def test_guest_sees_their_own_rooms_and_no_other(house: House, lobby: Room, den: Room, owner: User) -> None:
    garden = await house.rooms.create(owner, 'Garden')
    guest = await house.guest('Gus', garden)

    assert [summary.room for summary in await house.rooms.visible_to(guest)] == [garden]
    assert await house.rooms.by_slug(guest, 'garden') == garden
    for hidden in (lobby, den):
        assert await house.rooms.by_slug(guest, hidden.slug) is None
        with pytest.raises(RoomNotFound):
            await house.rooms.join(guest, hidden.id)
    assert await house.rooms.landing_room(guest) == garden
    await house.rooms.leave(guest, garden.id)
    assert await house.rooms.landing_room(guest) is None


async def test_count_of_an_open_room_is_told_and_of_a_private_one_kept(house: House, lobby: Room, den: Room) -> None:
    lists = house.backplane.subscribe(LOBBY_TOPIC)
    for room in (lobby, den):
        await house.person(f'New in {room.name}', ServerRole.MEMBER, room)

    assert await queued(lists) == [MemberCountChanged(room_id=lobby.id, member_count=3)]
    assert house.around.directory.member_count(den.id) == 2
