"""Direct rooms: one per exact set of people, found or made."""

import asyncio
from dataclasses import replace

import pytest

from livechat.domain.errors import Banned, InvalidInput, NotAllowed, NotFound, RoomNotFound, TooFast
from livechat.domain.events import LOBBY_TOPIC, OwnRoomChanged, RoomJoined, user_topic
from livechat.domain.limits import Limits
from livechat.domain.message import MessageKind
from livechat.domain.model import Involvement, Room, RoomKind, RoomRole, User, UserId, UserStatus
from livechat.domain.policy import Circle, Policy
from tests.domain.house import House, queued, settled


@pytest.fixture
async def bo(house: House) -> User:
    return await house.person('Bo')


async def test_direct_room_is_told_to_its_people_and_nobody_else(house: House, lobby: Room, ana: User, bo: User) -> None:
    lists, own = house.backplane.subscribe(LOBBY_TOPIC), house.backplane.subscribe(user_topic(bo.id))

    room = await house.rooms.direct(ana, [bo.id])

    assert room.kind is RoomKind.DIRECT
    assert room.slug.startswith('direct-')
    membership = (await house.rooms.memberships(bo.id))[room.id]
    assert (membership.role, membership.involvement) == (RoomRole.MEMBER, Involvement.EVERYTHING)
    assert await queued(own) == [RoomJoined(user_id=bo.id, membership=membership)]
    assert await queued(lists) == []
    assert [summary.title(ana.id) for summary in await house.rooms.mine(ana)] == ['Bo', 'Lobby']
    assert [summary.room for summary in await house.rooms.visible_to(ana)] == [lobby]


async def test_same_people_get_the_same_room_whoever_asks(house: House, ana: User, bo: User, owner: User) -> None:
    two = await house.rooms.direct(ana, [bo.id])
    three = await house.rooms.direct(ana, [bo.id, owner.id])

    assert await house.rooms.direct(bo, [ana.id, bo.id, ana.id]) == two
    assert await house.rooms.direct(owner, [ana.id, bo.id]) == three
    assert three != two


async def test_forty_at_once_get_one_room(house: House, ana: User, bo: User) -> None:
    own = house.backplane.subscribe(user_topic(bo.id))

    rooms = await asyncio.gather(
        *(house.rooms.direct(user, [ana.id, bo.id]) for _ in range(house.limits.change_burst) for user in (ana, bo))
    )

    assert len({room.id for room in rooms}) == 1
    assert [type(event) for event in await queued(own)] == [RoomJoined]
    assert len([stored for stored in house.stores.memory.rooms.values() if stored.room.is_direct]) == 1


async def test_direct_room_does_not_exist_for_others(house: House, ana: User, bo: User, owner: User) -> None:
    room = await house.rooms.direct(ana, [bo.id])

    assert await house.rooms.by_slug(owner, room.slug) is None
    for attempt in (house.rooms.enter, house.rooms.join, house.rooms.delete, house.members.of):
        with pytest.raises(RoomNotFound):
            await attempt(owner, room.id)


async def test_direct_room_stays_what_it_is(house: House, ana: User, bo: User, owner: User) -> None:
    room = await house.rooms.direct(ana, [bo.id])

    for attempt in (
        house.rooms.leave(ana, room.id),
        house.rooms.rename(ana, room.id, 'Us'),
        house.rooms.delete(ana, room.id),
        house.settings.convert(ana, room.id, RoomKind.OPEN),
        house.settings.archive(ana, room.id),
        house.members.add(ana, room.id, owner.id),
        house.members.remove(ana, room.id, bo.id),
        house.members.set_role(ana, room.id, ana.id, RoomRole.ADMIN),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    assert {member.person.id for member in await house.members.of(ana, room.id)} == {ana.id, bo.id}


async def test_newest_message_is_what_direct_rooms_are_sorted_by(house: House, lobby: Room, ana: User, bo: User) -> None:
    room = await house.rooms.direct(ana, [bo.id])
    house.time.advance(60)

    await house.rooms.post(bo, room.id, 'hello', 'k1')
    await house.rooms.post(ana, lobby.id, 'hello', 'k2')
    await settled(house)

    summary, elsewhere = house.rooms.summary(room.id), house.rooms.summary(lobby.id)
    assert summary is not None
    assert summary.latest_at == house.time.now()
    assert elsewhere is not None
    assert elsewhere.latest_at is None
    assert (await house.rooms.snapshot(room.id)).newest[-1].kind is MessageKind.TEXT
    before = summary
    await house.rooms.load()
    assert house.rooms.summary(room.id) == before


async def test_changed_name_changes_the_title_of_the_room_for_everybody_in_it(house: House, ana: User, bo: User) -> None:
    room = await house.rooms.direct(ana, [bo.id])
    own = house.backplane.subscribe(user_topic(ana.id))
    bob = await house.renamed(bo, 'Bob')

    await house.rooms.person_changed(bob.person)
    await house.rooms.person_changed(bob.person)

    summary = house.rooms.summary(room.id)
    assert summary is not None
    assert summary.title(ana.id) == 'Bob'
    assert await queued(own) == [OwnRoomChanged(user_id=ana.id, room=room, old_slug=room.slug)]


@pytest.mark.parametrize('number', [0, 9])
async def test_nobody_and_too_many_are_refused(house: House, ana: User, number: int) -> None:
    others = [(await house.person(f'Person {each}')).id for each in range(number)]

    with pytest.raises(InvalidInput):
        await house.rooms.direct(ana, [*others, ana.id])
    if others:
        assert (await house.rooms.direct(ana, others[1:])).is_direct


@pytest.mark.parametrize('status', [UserStatus.BANNED, UserStatus.DEACTIVATED])
async def test_people_who_are_not_active_are_as_if_they_were_not_there(house: House, ana: User, bo: User, status: UserStatus) -> None:
    with pytest.raises(NotFound) as absent:
        await house.rooms.direct(ana, [UserId(404)])
    account = house.stores.memory.accounts[bo.id]
    house.stores.memory.accounts[bo.id] = replace(account, user=replace(bo, status=status))

    with pytest.raises(NotFound) as inactive:
        await house.rooms.direct(ana, [bo.id])
    assert str(absent.value) == str(inactive.value)
    with pytest.raises(Banned):
        await house.rooms.direct(replace(bo, status=status), [ana.id])


async def test_guest_answers_and_does_not_begin(house: House, lobby: Room, ana: User) -> None:
    guest = await house.guest('Gus', lobby)

    with pytest.raises(NotAllowed, match='create rooms'):
        await house.rooms.direct(guest, [ana.id])
    room = await house.rooms.direct(ana, [guest.id])

    assert await house.rooms.direct(guest, [ana.id]) == room
    assert (await house.rooms.post(guest, room.id, 'hello', 'k1')).number == 1


async def test_guest_whom_the_policy_lets_begins_with_people_they_share_a_room_with(house: House, lobby: Room, ana: User, bo: User) -> None:
    house.policy = Policy(create_rooms=Circle.EVERYBODY)
    guest = await house.guest('Gus', lobby)

    with pytest.raises(NotFound) as unknown:
        await house.rooms.direct(guest, [bo.id])
    with pytest.raises(NotFound) as absent:
        await house.rooms.direct(guest, [UserId(404)])
    assert str(unknown.value) == str(absent.value)
    assert (await house.rooms.direct(guest, [ana.id])).is_direct


class TestLimits:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(change_burst=2, change_refill_per_s=0.1)

    async def test_new_rooms_are_limited_and_old_ones_found_for_nothing(self, house: House, bo: User) -> None:
        ana = await house.person('Ana')
        others = [await house.person(f'Person {each}') for each in range(3)]
        for other in others[:2]:
            await house.rooms.direct(ana, [other.id])

        with pytest.raises(TooFast):
            await house.rooms.direct(ana, [others[2].id])
        for _ in range(5):
            assert (await house.rooms.direct(ana, [others[0].id])).is_direct
