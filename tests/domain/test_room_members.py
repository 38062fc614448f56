"""Adding, removing, appointing, pausing; handing a room on; who comes back and who is gone."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from livechat.domain.errors import InvalidInput, LivechatError, NotAllowed, NotAMember, NotFound, RoomNotFound, TimedOut
from livechat.domain.events import (
    MemberChanged,
    MemberJoined,
    MemberLeft,
    MembershipChanged,
    MessagePosted,
    RoomJoined,
    RoomLeft,
    room_topic,
    user_topic,
)
from livechat.domain.message import MessageKind
from livechat.domain.model import Involvement, Room, RoomRole, ServerRole, User, UserId, UserStatus
from livechat.domain.notices import Notified, Occasion
from livechat.domain.policy import Circle, Policy
from tests.domain.house import House, all_settled, queued, settled, started
from tests.patience import until


@pytest.fixture
async def bo(house: House) -> User:
    """In no room."""
    return await house.person('Bo')


async def test_added_person_is_told_and_the_room_is_told_by_whom(house: House, lobby: Room, ana: User, bo: User) -> None:
    inside, own = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(user_topic(bo.id))

    member = await house.members.add(ana, lobby.id, bo.id)
    assert await house.members.add(ana, lobby.id, bo.id) == member
    await settled(house)

    membership = (await house.rooms.memberships(bo.id))[lobby.id]
    notified = Notified(user_id=bo.id, occasion=Occasion.ADDED, room=lobby, title='Lobby', by=ana.person, text='', number=0)  # type: ignore[arg-type]
    joined = RoomJoined(user_id=bo.id, membership=membership)
    assert await queued(own) == [joined, notified, joined]
    events = await queued(inside)
    assert events[0] == MemberJoined(room_id=lobby.id, member=member)
    assert [(event.message.author.id, event.message.body) for event in events[1:] if isinstance(event, MessagePosted)] == [
        (ana.id, 'added Bo')
    ]


async def test_people_who_are_not_there_cannot_be_added(house: House, lobby: Room, ana: User, bo: User) -> None:
    account = house.stores.memory.accounts[bo.id]
    house.stores.memory.accounts[bo.id] = replace(account, user=replace(bo, status=UserStatus.DEACTIVATED))

    for who in (bo.id, UserId(404)):
        with pytest.raises(NotFound):
            await house.members.add(ana, lobby.id, who)


async def test_removal_ends_the_right_and_the_stream_at_once(house: House, lobby: Room, owner: User, ana: User) -> None:
    await house.rooms.enter(ana, lobby.id)
    inside, own = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(user_topic(ana.id))

    await house.members.remove(owner, lobby.id, ana.id)
    await house.members.remove(owner, lobby.id, ana.id)
    await settled(house)

    assert (await queued(own))[0] == RoomLeft(user_id=ana.id, room_id=lobby.id)
    assert (await queued(inside))[0] == MemberLeft(room_id=lobby.id, user_id=ana.id)
    assert house.stored(lobby) == ['removed Ana']
    for attempt in (house.rooms.post(ana, lobby.id, 'hello', 'k1'), house.rooms.enter(ana, lobby.id), house.rooms.draft(ana, lobby.id)):
        with pytest.raises(NotAMember):
            await attempt


async def test_post_that_waits_behind_a_removal_is_refused_and_nothing_is_told_after_it(
    house: House, lobby: Room, owner: User, ana: User
) -> None:
    await house.rooms.enter(ana, lobby.id)
    own = house.backplane.subscribe(user_topic(ana.id))
    house.stores.memory.gate.clear()
    removing = started(house.members.remove(owner, lobby.id, ana.id))
    await until(lambda: house.supervisor.room(lobby.id).is_busy)
    waiting = [
        started(house.rooms.post(ana, lobby.id, 'late', 'k1')),
        started(house.members.set_involvement(ana, lobby.id, Involvement.EVERYTHING)),
        started(house.members.time_out(owner, lobby.id, ana.id, 5)),
    ]
    for _ in range(20):
        await asyncio.sleep(0)

    house.stores.memory.gate.set()
    results = await all_settled([removing, *waiting])
    await settled(house)

    assert [type(result).__name__ for result in results] == ['NoneType', 'NotAMember', 'NotAMember', 'NotFound']
    assert await queued(own) == [RoomLeft(user_id=ana.id, room_id=lobby.id)]
    assert house.stored(lobby) == ['removed Ana']


async def test_nobody_acts_against_a_higher_role_or_themselves(house: House, lobby: Room, owner: User) -> None:
    rita = await house.person('Rita')
    garden = await house.rooms.create(rita, 'Garden')
    await house.rooms.join(owner, garden.id)

    for attempt in (
        house.members.remove(rita, garden.id, owner.id),
        house.members.time_out(rita, garden.id, owner.id, 5),
        house.members.set_role(rita, garden.id, owner.id, RoomRole.ADMIN),
        house.members.remove(rita, garden.id, rita.id),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    assert owner.id in (await house.rooms.snapshot(garden.id)).members


async def test_appointed_admin_is_one_at_once_and_everybody_is_told(house: House, lobby: Room, owner: User, ana: User) -> None:
    inside, own = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(user_topic(ana.id))
    with pytest.raises(NotAllowed):
        await house.rooms.rename(ana, lobby.id, 'Mine')

    member = await house.members.set_role(owner, lobby.id, ana.id, RoomRole.ADMIN)
    await settled(house)

    membership = (await house.rooms.memberships(ana.id))[lobby.id]
    assert member.role is membership.role is RoomRole.ADMIN
    assert await queued(own) == [MembershipChanged(user_id=ana.id, membership=membership)]
    assert (await queued(inside))[0] == MemberChanged(room_id=lobby.id, member=member)
    assert house.stored(lobby) == ['made Ana an admin of this room']
    assert (await house.rooms.rename(ana, lobby.id, 'Ours')).name == 'Ours'


async def test_room_keeps_an_admin_who_is_no_guest(house: House, lobby: Room, owner: User) -> None:
    guest = await house.guest('Gus', lobby)

    with pytest.raises(NotAllowed, match='guest'):
        await house.members.set_role(owner, lobby.id, guest.id, RoomRole.ADMIN)
    with pytest.raises(NotAllowed, match='needs an admin'):
        await house.members.set_role(owner, lobby.id, owner.id, RoomRole.MEMBER)
    with pytest.raises(NotFound):
        await house.members.set_role(owner, lobby.id, UserId(404), RoomRole.ADMIN)


async def test_server_admin_appoints_the_admin_of_a_private_room_they_are_not_in(house: House, owner: User, ana: User, bo: User) -> None:
    den = await house.rooms.create(ana, 'Den', private=True)
    await house.members.add(ana, den.id, bo.id)

    member = await house.members.set_role(owner, den.id, bo.id, RoomRole.ADMIN)

    assert member.role is RoomRole.ADMIN
    with pytest.raises(NotAllowed):
        await house.members.remove(owner, den.id, bo.id)


async def test_pause_ends_by_itself_or_by_an_admin(house: House, lobby: Room, owner: User, ana: User) -> None:
    own = house.backplane.subscribe(user_topic(ana.id))

    member = await house.members.time_out(owner, lobby.id, ana.id, 10)
    with pytest.raises(TimedOut, match='10 min') as refused:
        await house.rooms.post(ana, lobby.id, 'hello', 'k1')

    assert refused.value.until == member.timed_out_until == house.time.now() + timedelta(minutes=10)
    assert [type(event) for event in await queued(own)] == [MembershipChanged]
    house.time.advance(600)
    await house.rooms.post(ana, lobby.id, 'hello', 'k1')
    await house.members.time_out(owner, lobby.id, ana.id, 10_080)
    assert (await house.members.time_out(owner, lobby.id, ana.id, 0)).timed_out_until is None
    await house.rooms.post(ana, lobby.id, 'again', 'k2')
    assert house.stored(lobby) == ['hello', 'again']


@pytest.mark.parametrize('minutes', [-1, 10_081])
async def test_pause_has_bounds(house: House, lobby: Room, owner: User, ana: User, minutes: int) -> None:
    with pytest.raises(InvalidInput):
        await house.members.time_out(owner, lobby.id, ana.id, minutes)


async def test_admins_cannot_be_made_to_pause(house: House, lobby: Room, owner: User, ana: User) -> None:
    await house.members.set_role(owner, lobby.id, ana.id, RoomRole.ADMIN)

    with pytest.raises(NotAllowed, match='pause'):
        await house.members.time_out(owner, lobby.id, ana.id, 5)


async def test_wishes_are_kept_apart_and_survive_joining_again(house: House, lobby: Room, ana: User) -> None:
    own = house.backplane.subscribe(user_topic(ana.id))

    await asyncio.gather(
        house.members.set_involvement(ana, lobby.id, Involvement.NOTHING),
        house.members.set_favourite(ana, lobby.id, True),
    )
    await house.rooms.joined(ana, lobby.id)

    membership = (await house.rooms.memberships(ana.id))[lobby.id]
    assert (membership.involvement, membership.favourite) == (Involvement.NOTHING, True)
    assert [type(event) for event in await queued(own)] == [MembershipChanged, MembershipChanged, RoomJoined]


async def test_suggested_are_people_who_are_not_in_the_room_yet(house: House, lobby: Room, ana: User, bo: User) -> None:
    cy = await house.person('Cy')
    await house.rooms.direct(ana, [cy.id])

    assert list(await house.members.candidates(ana, lobby.id)) == [cy.person, bo.person]
    assert list(await house.members.candidates(ana, lobby.id, 'bo')) == [bo.person]
    with pytest.raises(NotAllowed):
        await house.members.candidates(bo, lobby.id)


async def test_guests_are_suggested_nobody_unless_they_may_begin(house: House, lobby: Room, ana: User, owner: User, bo: User) -> None:
    guest = await house.guest('Gus', lobby)

    assert list(await house.members.acquaintances(guest)) == []
    house.policy = Policy(create_rooms=Circle.EVERYBODY)
    assert {person.id for person in await house.members.acquaintances(guest)} == {ana.id, owner.id}
    assert bo.id in {person.id for person in await house.members.acquaintances(ana)}


async def test_profile_is_read_by_whoever_may_know_the_person(house: House, lobby: Room, ana: User, owner: User) -> None:
    stranger = await house.person('Stranger')
    guest = await house.guest('Gast')
    await house.members.add(owner, lobby.id, guest.id)

    assert (await house.members.profile(guest, ana.id)).person == ana.person
    with pytest.raises(NotFound):
        await house.members.profile(guest, stranger.id)
    assert (await house.members.profile(ana, stranger.id)).person == stranger.person
    with pytest.raises(NotFound):
        await house.members.profile(replace(ana, status=UserStatus.BANNED), stranger.id)


async def test_room_whose_last_admin_leaves_goes_to_the_longest_standing_account(house: House, lobby: Room, owner: User) -> None:
    rita = await house.person('Rita')
    garden = await house.rooms.create(rita, 'Garden')
    house.time.advance(1)
    guest = await house.guest('Gus', garden)
    house.time.advance(1)
    ben = await house.person('Ben', ServerRole.MEMBER, garden)
    house.time.advance(1)
    cleo = await house.person('Cleo', ServerRole.MEMBER, garden)
    inside, own = house.backplane.subscribe(room_topic(garden.id)), house.backplane.subscribe(user_topic(ben.id))

    await house.rooms.leave(rita, garden.id)
    await settled(house)

    roles = {member.person.id: member.role for member in (await house.rooms.snapshot(garden.id)).members.values()}
    assert roles == {guest.id: RoomRole.MEMBER, ben.id: RoomRole.ADMIN, cleo.id: RoomRole.MEMBER}
    assert [type(event) for event in await queued(inside)] == [MemberLeft, MemberChanged, MessagePosted, MessagePosted]
    assert [type(event) for event in await queued(own)] == [MembershipChanged]
    lines = [(message.author.id, message.body) for message in (await house.rooms.snapshot(garden.id)).newest]
    assert lines == [(rita.id, 'left'), (ben.id, 'is an admin of this room now, as the last one is gone')]


async def test_room_of_guests_alone_has_no_admin(house: House, lobby: Room, owner: User) -> None:
    rita = await house.person('Rita')
    garden = await house.rooms.create(rita, 'Garden')
    guest = await house.guest('Gus', garden)

    await house.rooms.leave(rita, garden.id)

    assert [member.role for member in (await house.rooms.snapshot(garden.id)).members.values()] == [RoomRole.MEMBER]
    assert (await house.rooms.mine(guest))[0].member_count == 1


class TestExpelled:
    """Whose account, or right to be here, ends."""

    async def test_banned_person_is_out_of_every_room_but_their_direct_ones(
        self, house: House, lobby: Room, ana: User, owner: User
    ) -> None:
        den = await house.rooms.create(ana, 'Den', private=True)
        await house.members.add(ana, den.id, owner.id)
        direct = await house.rooms.direct(ana, [owner.id])
        inside, own = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(user_topic(ana.id))

        async with house.rooms.expelling([ana.id]):
            banned = await house.stores.users.set_status(ana.id, UserStatus.BANNED)
        await settled(house)

        left = await queued(own)
        assert {event.room_id for event in left if isinstance(event, RoomLeft)} == {lobby.id, den.id}
        assert await queued(inside) == [MemberLeft(room_id=lobby.id, user_id=ana.id)]
        assert house.around.directory.member_count(lobby.id) == house.around.directory.member_count(den.id) == 1
        assert (await house.rooms.snapshot(den.id)).members[owner.id].role is RoomRole.ADMIN
        assert {member.person.id for member in await house.members.of(owner, direct.id)} == {owner.id, ana.id}
        with pytest.raises(LivechatError):
            await house.rooms.enter(banned, lobby.id)
        assert await house.rooms.mine(banned) == ()
        assert await house.rooms.by_slug(banned, 'lobby') is None

    async def test_person_who_returns_counts_again(self, house: House, lobby: Room, ana: User) -> None:
        async with house.rooms.expelling([ana.id]):
            await house.stores.users.set_status(ana.id, UserStatus.BANNED)
        inside, own = house.backplane.subscribe(room_topic(lobby.id)), house.backplane.subscribe(user_topic(ana.id))

        back = await house.stores.users.set_status(ana.id, UserStatus.ACTIVE)
        await house.rooms.person_returned(back)

        assert [type(event) for event in await queued(inside)] == [MemberJoined]
        assert [type(event) for event in await queued(own)] == [RoomJoined]
        assert house.around.directory.member_count(lobby.id) == 2
        assert ana.id in (await house.rooms.enter(back, lobby.id)).members

    async def test_memberships_that_ended_are_gone_from_rooms_that_do_not_run(
        self, house: House, lobby: Room, ana: User, owner: User
    ) -> None:
        async with house.rooms.expelling([ana.id]):
            await house.stores.users.deactivate(ana.id)

        assert await house.rooms.memberships(ana.id) == {}
        assert house.around.directory.member_count(lobby.id) == 1

    async def test_act_that_is_refused_changes_nothing(self, house: House, lobby: Room, owner: User) -> None:
        own = house.backplane.subscribe(user_topic(owner.id))

        with pytest.raises(NotAllowed):
            async with house.rooms.expelling([owner.id]):
                await house.stores.users.set_status(owner.id, UserStatus.BANNED)

        assert await queued(own) == []
        assert owner.id in (await house.rooms.enter(owner, lobby.id)).members

    async def test_guest_who_ends_is_gone_from_direct_rooms_too(self, house: House, lobby: Room, ana: User) -> None:
        guest = await house.guest('Gus', lobby)
        direct = await house.rooms.direct(ana, [guest.id])

        async with house.rooms.expelling([guest.id]):
            await house.stores.users.end_guests([guest.id])

        summary = house.rooms.summary(direct.id)
        assert summary is not None
        assert [person.id for person in summary.people] == [ana.id]
        assert list((await house.rooms.snapshot(direct.id)).members) == [ana.id]

    async def test_messages_of_a_person_are_deleted_everywhere(self, house: House, lobby: Room, ana: User, owner: User) -> None:
        den = await house.rooms.create(ana, 'Den', private=True)
        direct = await house.rooms.direct(ana, [owner.id])
        for number, room in enumerate((lobby, den, direct)):
            await house.rooms.post(ana, room.id, 'spam', f'k{number}')
        await house.rooms.post(owner, lobby.id, 'answer', 'k9')
        await house.settings.archive(ana, den.id)

        assert await house.rooms.delete_messages_of(ana.id) == 3

        assert await house.rooms.delete_messages_of(ana.id) == 0
        kept = [
            message.body
            for room in (lobby, den, direct)
            for message in house.stores.memory.rooms[room.id].messages.values()
            if not message.deleted and message.kind is MessageKind.TEXT
        ]
        assert kept == ['answer']


async def test_invited_person_is_said_to_come_by_an_invitation(house: House, lobby: Room, owner: User, bo: User) -> None:
    await house.stores.rooms.join(lobby.id, bo.id, role=RoomRole.MEMBER, at=house.time.now())

    await house.rooms.joined(bo, lobby.id, owner.person)
    await settled(house)

    assert house.stored(lobby) == ['joined by an invitation from Olga']
    assert bo.id in (await house.rooms.enter(bo, lobby.id)).members
    with pytest.raises(RoomNotFound):
        await house.rooms.joined(bo, 404)  # type: ignore[arg-type]
