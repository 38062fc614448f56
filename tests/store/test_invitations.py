import asyncio

import pytest

from livechat.domain.errors import InvitationUnusable, NotFound, RoomNotFound
from livechat.domain.invitation import Invitation, InvitedAs, Unusable
from livechat.domain.model import InvitationId, MessageNumber, RoomId, RoomRole, User, UserId
from tests.store.newcomers import DAY, add_private_room, invite, new_guest, rooms_of
from tests.store.people import NOON, Lobby, commit_one, new_user, post


async def state_of(lobby: Lobby, invitation: Invitation) -> Invitation:
    found = await lobby.stores.invitations.by_id(invitation.id)
    assert found is not None
    return found


async def strangers(lobby: Lobby, count: int) -> list[User]:
    return [await lobby.stores.users.add(new_user(f'Stranger {number}')) for number in range(count)]


async def test_invitation_is_kept_as_it_was_made(lobby: Lobby) -> None:
    made = await invite(lobby.stores, lobby.ben, lobby.room, expires_at=NOON + DAY, max_uses=3)

    assert await lobby.stores.invitations.by_id(made.id) == made
    assert made == Invitation(
        id=made.id,
        room_id=lobby.room.id,
        invited_as=InvitedAs.GUEST,
        created_by=lobby.ben.person,
        created_at=NOON,
        expires_at=NOON + DAY,
        max_uses=3,
        uses=0,
        revoked_at=None,
    )
    assert await lobby.stores.invitations.by_id(InvitationId(999)) is None


async def test_invitation_into_a_room_that_is_gone_is_refused(lobby: Lobby) -> None:
    with pytest.raises(RoomNotFound):
        await invite(lobby.stores, lobby.ben, RoomId(999))

    assert await lobby.stores.invitations.all() == []


async def test_invitations_are_listed_by_room_and_maker_the_newest_first(lobby: Lobby) -> None:
    private = await add_private_room(lobby.stores, lobby.ana, 'Den')
    first = await invite(lobby.stores, lobby.ana, private)
    second = await invite(lobby.stores, lobby.ben, None)
    third = await invite(lobby.stores, lobby.ana, lobby.room)
    store = lobby.stores.invitations
    await store.revoke(first.id, at=NOON)

    assert [each.id for each in await store.all()] == [third.id, second.id, first.id]
    assert [each.id for each in await store.of_room(private.id)] == [first.id]
    assert [each.id for each in await store.made_by(lobby.ana.id)] == [third.id, first.id]


async def test_invitation_shows_its_maker_as_they_are_called_now(lobby: Lobby) -> None:
    made = await invite(lobby.stores, lobby.ben, None)

    await lobby.stores.users.update_profile(lobby.ben.id, display_name='Benno', name_key='benno', username='benno', email=None)

    assert (await state_of(lobby, made)).created_by.display_name == 'Benno'


async def test_invitation_goes_with_its_room(lobby: Lobby) -> None:
    private = await add_private_room(lobby.stores, lobby.ana, 'Den')
    made = await invite(lobby.stores, lobby.ana, private)
    assert await lobby.stores.invitations.all() == [made]

    await lobby.stores.rooms.delete(private.id)

    assert await lobby.stores.invitations.by_id(made.id) is None
    assert await lobby.stores.invitations.all() == []
    assert not await lobby.stores.invitations.revoke(made.id, at=NOON)
    with pytest.raises(InvitationUnusable) as refused:
        await lobby.stores.invitations.redeem(made.id, lobby.ben.id, join=None, at=NOON)
    assert refused.value.why == Unusable.UNKNOWN


async def test_revoking_is_news_once_and_keeps_the_first_time(lobby: Lobby) -> None:
    made = await invite(lobby.stores, lobby.ben, None)

    assert await lobby.stores.invitations.revoke(made.id, at=NOON)
    assert not await lobby.stores.invitations.revoke(made.id, at=NOON + DAY)
    assert not await lobby.stores.invitations.revoke(InvitationId(999), at=NOON)

    assert (await state_of(lobby, made)).revoked_at == NOON


async def test_redeeming_joins_the_room_of_the_invitation_with_all_read(lobby: Lobby) -> None:
    private = await add_private_room(lobby.stores, lobby.ana, 'Den')
    message = await commit_one(lobby.stores, post(private, lobby.ana))
    made = await invite(lobby.stores, lobby.ana, private)

    assert await lobby.stores.invitations.redeem(made.id, lobby.ben.id, join=lobby.room.id, at=NOON + DAY) == private.id

    (membership,) = [each for each in await lobby.stores.rooms.memberships_of(lobby.ben.id) if each.room_id == private.id]
    assert (membership.role, membership.joined_at) == (RoomRole.MEMBER, NOON + DAY)
    _, unread = (await lobby.stores.reads.of(lobby.ben.id))[private.id]
    assert (unread.last_read, unread.unread) == (message.number, 0)
    assert message.number == MessageNumber(1)
    assert (await state_of(lobby, made)).uses == 1


async def test_redeeming_one_for_the_server_joins_the_room_given_if_there_is_one(lobby: Lobby) -> None:
    carl, dora, emil = await strangers(lobby, 3)
    made = await invite(lobby.stores, lobby.ana, None)
    redeem = lobby.stores.invitations.redeem

    assert await redeem(made.id, carl.id, join=lobby.room.id, at=NOON) == lobby.room.id
    assert await redeem(made.id, dora.id, join=RoomId(999), at=NOON) is None
    assert await redeem(made.id, emil.id, join=None, at=NOON) is None

    assert [await rooms_of(lobby.stores, each) for each in (carl, dora, emil)] == [{lobby.room.id}, set(), set()]
    assert (await state_of(lobby, made)).uses == 1


async def test_member_uses_no_invitation_up_even_one_that_lets_nobody_else_in(lobby: Lobby) -> None:
    (carl,) = await strangers(lobby, 1)
    made = await invite(lobby.stores, lobby.ana, lobby.room, max_uses=1)
    redeem = lobby.stores.invitations.redeem

    assert await redeem(made.id, lobby.ben.id, join=None, at=NOON) == lobby.room.id
    assert (await state_of(lobby, made)).uses == 0
    assert await redeem(made.id, carl.id, join=None, at=NOON) == lobby.room.id
    assert await redeem(made.id, carl.id, join=None, at=NOON) == lobby.room.id
    assert (await state_of(lobby, made)).uses == 1


async def test_unusable_invitation_says_why_and_lets_nobody_in(lobby: Lobby) -> None:
    (carl,) = await strangers(lobby, 1)
    expired = await invite(lobby.stores, lobby.ana, lobby.room, expires_at=NOON)
    used_up = await invite(lobby.stores, lobby.ana, lobby.room, max_uses=0)
    revoked = await invite(lobby.stores, lobby.ana, lobby.room)
    nowhere = await invite(lobby.stores, lobby.ana, None, expires_at=NOON)
    await lobby.stores.invitations.revoke(revoked.id, at=NOON)

    async def why(invitation_id: InvitationId) -> str:
        with pytest.raises(InvitationUnusable) as in_person:
            await lobby.stores.invitations.redeem(invitation_id, carl.id, join=None, at=NOON)
        with pytest.raises(InvitationUnusable) as as_a_guest:
            await lobby.stores.users.add(new_guest('Gus'), invitation=invitation_id)
        assert in_person.value.why == as_a_guest.value.why
        return in_person.value.why

    assert await why(expired.id) == Unusable.EXPIRED
    assert await why(used_up.id) == Unusable.USED_UP
    assert await why(revoked.id) == Unusable.REVOKED
    assert await why(nowhere.id) == Unusable.EXPIRED
    assert await why(InvitationId(999)) == Unusable.UNKNOWN
    assert await rooms_of(lobby.stores, carl) == set()
    assert await lobby.stores.users.taken_usernames('gus') == frozenset()
    assert [each.uses for each in await lobby.stores.invitations.all()] == [0, 0, 0, 0]


async def test_invitation_is_usable_until_the_moment_it_expires(lobby: Lobby) -> None:
    (carl,) = await strangers(lobby, 1)
    made = await invite(lobby.stores, lobby.ana, lobby.room, expires_at=NOON + DAY)

    assert await lobby.stores.invitations.redeem(made.id, carl.id, join=None, at=NOON + DAY - DAY / 86_400_000) == lobby.room.id


async def test_nobody_redeems_nothing(lobby: Lobby) -> None:
    made = await invite(lobby.stores, lobby.ana, lobby.room)

    with pytest.raises(NotFound):
        await lobby.stores.invitations.redeem(made.id, UserId(999), join=None, at=NOON)

    assert (await state_of(lobby, made)).uses == 0


async def test_of_fifty_who_redeem_the_last_place_at_once_one_gets_in(lobby: Lobby) -> None:
    people = await strangers(lobby, 50)
    made = await invite(lobby.stores, lobby.ana, lobby.room, max_uses=1)

    results = await asyncio.gather(
        *(lobby.stores.invitations.redeem(made.id, each.id, join=None, at=NOON) for each in people), return_exceptions=True
    )

    assert results.count(lobby.room.id) == 1
    assert [result.why for result in results if isinstance(result, InvitationUnusable)] == [Unusable.USED_UP] * 49
    assert (await state_of(lobby, made)).uses == 1
    assert len(await lobby.stores.rooms.members(lobby.room.id)) == 3


async def test_of_fifty_guests_who_take_the_last_place_at_once_one_gets_in(lobby: Lobby) -> None:
    made = await invite(lobby.stores, lobby.ana, lobby.room, max_uses=1)

    results = await asyncio.gather(
        *(lobby.stores.users.add(new_guest(f'Guest {number}'), invitation=made.id) for number in range(50)), return_exceptions=True
    )

    (guest,) = [result for result in results if isinstance(result, User)]
    assert [result.why for result in results if isinstance(result, InvitationUnusable)] == [Unusable.USED_UP] * 49
    assert (await state_of(lobby, made)).uses == 1
    assert await lobby.stores.users.taken_usernames('guest') == {guest.username}
    assert len(await lobby.stores.rooms.members(lobby.room.id)) == 3


async def test_guests_of_an_invitation_are_those_who_came_by_it_and_stayed_guests(lobby: Lobby) -> None:
    users = lobby.stores.users
    made, other = await invite(lobby.stores, lobby.ana, lobby.room), await invite(lobby.stores, lobby.ana, lobby.room)
    gus, gone, kept = [await users.add(new_guest(name), invitation=made.id) for name in ('Gus', 'Gone', 'Kept')]
    await users.add(new_guest('Other'), invitation=other.id)
    await users.add(new_user('Member'), invitation=made.id)
    await users.end_guests([gone.id])
    await users.make_account(kept.id, password_hash='hash', email=None)

    assert list(await lobby.stores.invitations.guests_of(made.id)) == [gus.id]
