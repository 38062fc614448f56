"""Who makes, sees and takes back invitations."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from livechat.domain.audit import Act
from livechat.domain.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    RoomNotFound,
    TooFast,
)
from livechat.domain.invitation import InvitedAs
from livechat.domain.invitations import MAX_OPEN
from livechat.domain.limits import Limits
from livechat.domain.model import InvitationId, RoomId, RoomRole, ServerRole
from livechat.domain.policy import Circle, Registration
from tests.domain.people_stand import PeopleStand, made, people_stand, why_not

HOUR = timedelta(hours=1)


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand() as stand:
        yield stand


async def test_each_who_may_not_invite_is_refused(stand: PeopleStand) -> None:
    ana, guest = await stand.person('Ana'), (await stand.guest('Gina')).user
    private = await stand.chat.rooms.create(stand.owner, 'Secret', private=True)
    await stand.chat.members.add(stand.owner, private.id, ana.id)
    direct = await stand.chat.rooms.direct(stand.owner, [ana.id])

    for who, room, error in (
        (ana, private, NotAllowed),
        (ana, direct, NotAllowed),
        (guest, stand.lobby, NotAllowed),
        (guest, None, NotAllowed),
        (await stand.person('Ben'), private, RoomNotFound),
    ):
        with pytest.raises(error):
            await made(stand, who, room)
    assert await made(stand, ana, stand.lobby) is not None


async def test_guest_whom_the_policy_lets_invites_guests_into_their_room_alone(stand: PeopleStand) -> None:
    guest = (await stand.guest('Gina')).user
    await stand.policy(invite=Circle.EVERYBODY)

    invitation = await made(stand, guest, stand.lobby)

    await stand.chat.invitations.look(stand.chat.invitations.code(invitation))
    for room, invited_as in ((None, InvitedAs.GUEST), (stand.lobby, InvitedAs.MEMBER)):
        with pytest.raises(NotAllowed):
            await made(stand, guest, room, invited_as=invited_as)


async def test_nobody_is_invited_as_what_the_server_takes_none_of(stand: PeopleStand) -> None:
    await stand.policy(guests=False, registration=Registration.INVITED)
    with pytest.raises(NotAllowed):
        await made(stand, stand.owner, stand.lobby)
    assert (await stand.chat.invitations.standing(stand.owner, stand.lobby.id)).invited_as is InvitedAs.MEMBER

    await stand.policy(registration=Registration.CLOSED)
    with pytest.raises(NotAllowed):
        await made(stand, stand.owner, stand.lobby, invited_as=InvitedAs.MEMBER)


@pytest.mark.parametrize(('lasts', 'max_uses'), [(timedelta(0), None), (-HOUR, None), (timedelta.max, None), (None, 0), (None, 10_001)])
async def test_terms_that_make_no_sense_are_refused(stand: PeopleStand, lasts: timedelta | None, max_uses: int | None) -> None:
    with pytest.raises(InvalidInput):
        await made(stand, stand.owner, stand.lobby, lasts=lasts, max_uses=max_uses)


async def test_one_click_gives_the_same_invitation_until_it_ends_soon(stand: PeopleStand) -> None:
    invitations = stand.chat.invitations
    await made(stand, stand.owner, stand.lobby, lasts=HOUR)

    first, second = await asyncio.gather(*(invitations.standing(stand.owner, stand.lobby.id) for _ in range(2)))
    stand.time.advance(timedelta(days=3).total_seconds())
    third = await invitations.standing(stand.owner, stand.lobby.id)
    stand.time.advance(timedelta(days=1).total_seconds())
    fourth = await invitations.standing(stand.owner, stand.lobby.id)
    await invitations.revoke(stand.owner, fourth.id)
    fifth = await invitations.standing(stand.owner, stand.lobby.id)

    assert first == second == third
    assert len({third.id, fourth.id, fifth.id}) == 3
    assert first.expires_at == first.created_at + timedelta(days=7)
    assert (first.max_uses, first.invited_as) == (None, InvitedAs.GUEST)


async def test_script_cannot_make_invitations_without_end() -> None:
    async with people_stand(limits=Limits(change_burst=3)) as stand:
        for _ in range(3):
            await made(stand, stand.owner, stand.lobby)

        with pytest.raises(TooFast):
            await made(stand, stand.owner, stand.lobby)


async def test_invitations_are_seen_by_their_maker_admins_of_the_room_and_of_the_server(stand: PeopleStand) -> None:
    ana, ben, admin = await stand.person('Ana'), await stand.person('Ben'), await stand.person('Adam', ServerRole.ADMIN)
    room = await stand.chat.rooms.create(ana, 'Garden')
    await stand.chat.rooms.join(ben, room.id)
    by_ana, by_ben = await made(stand, ana, room), await made(stand, ben, room)
    invitations = stand.chat.invitations

    assert await invitations.of_room(ana, room.id) == [by_ben, by_ana]
    assert await invitations.of_room(ben, room.id) == [by_ben]
    assert await invitations.mine(ben) == [by_ben]
    assert await invitations.all(admin) == [by_ben, by_ana]
    with pytest.raises(NotAllowed):
        await invitations.all(ana)
    with pytest.raises(RoomNotFound):
        await invitations.of_room(ana, RoomId(99))


async def test_invitation_is_revoked_by_whoever_may_see_it_and_by_nobody_else(stand: PeopleStand) -> None:
    ana, ben, room_admin = await stand.person('Ana'), await stand.person('Ben'), await stand.person('Rosa')
    await stand.chat.members.set_role(stand.owner, stand.lobby.id, room_admin.id, RoomRole.ADMIN)
    first, second, third = [await made(stand, ana, stand.lobby) for _ in range(3)]
    of_server = await made(stand, ana, None)
    invitations = stand.chat.invitations

    for who, invitation in ((ben, first), (room_admin, of_server), (ana, replace(first, id=InvitationId(99)))):
        with pytest.raises(NotFound):
            await invitations.revoke(who, invitation.id)
    for who, invitation in ((ana, first), (room_admin, second), (stand.owner, third)):
        assert await invitations.revoke(who, invitation.id) == 0

    assert [await why_not(stand, invitations.code(each)) for each in (first, second, third)] == ['revoked'] * 3
    log = await stand.chat.moderation.log(stand.owner)
    assert [entry.act for entry in log[:3]] == [Act.REVOKED] * 3


async def test_revoking_removes_the_guests_who_came_by_it_if_asked(stand: PeopleStand) -> None:
    invitations = stand.chat.invitations
    bad, good = await made(stand, stand.owner, stand.lobby), await made(stand, stand.owner, stand.lobby, lasts=HOUR)
    arrivals = [await stand.guest(name, invitations.code(bad)) for name in ('Gina', 'Gus')]
    kept = await stand.guest('Greta', invitations.code(good))
    for arrival in (*arrivals, kept):
        assert await stand.chat.accounts.signed_in(arrival.token) is not None

    removed = await invitations.revoke(stand.owner, bad.id, remove_guests=True)

    assert removed == 2
    assert [await stand.chat.accounts.signed_in(arrival.token) for arrival in arrivals] == [None, None]
    assert await stand.chat.accounts.signed_in(kept.token) is not None
    assert await stand.members(stand.lobby) == {stand.owner.id, kept.user.id}
    assert (await stand.guest('Gina', invitations.code(good))).user.id != arrivals[0].user.id
    assert Act.REMOVED_GUESTS in [entry.act for entry in await stand.chat.moderation.log(stand.owner)]


async def test_nobody_has_more_open_invitations_than_they_can_keep_track_of(stand: PeopleStand) -> None:
    ben = await stand.person('Ben')
    first, *_ = [await made(stand, ben, stand.lobby) for _ in range(MAX_OPEN)]

    with pytest.raises(NotAllowed):
        await made(stand, ben, stand.lobby)

    await made(stand, stand.owner, stand.lobby)
    await stand.chat.invitations.revoke(ben, first.id)
    await made(stand, ben, stand.lobby)
