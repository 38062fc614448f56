"""Guests: a name is all it takes, the browser's key brings it back, a password makes an account of them, and 90 days end them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from livechat.domain.errors import Banned, InvitationUnusable, LivechatError, NameInvalid, NameTaken, NotAllowed, NotFound, TooManyAttempts
from livechat.domain.events import Event, MemberLeft, PersonChanged, SignInEnded, UserChanged, presence_topic, room_topic
from livechat.domain.invitation import InvitedAs
from livechat.domain.limits import Limits
from livechat.domain.model import ServerRole, TabId, UserKind, UserStatus
from livechat.domain.password_errors import PasswordTooShort
from livechat.domain.policy import Registration
from tests.domain.house import all_settled, queued
from tests.domain.people_stand import ELSEWHERE, HOME, PASSWORD, PeopleStand, people_stand
from tests.patience import until

DAY_S = 86_400.0


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand() as stand:
        yield stand


# Coming in


async def test_guest_is_in_the_room_of_the_link_with_a_name_and_nothing_else(stand: PeopleStand) -> None:
    arrival = await stand.guest('  Gina  Grün ')

    guest = arrival.user
    assert (guest.kind, guest.role, guest.display_name, guest.username) == (UserKind.GUEST, ServerRole.MEMBER, 'Gina Grün', 'gina.grün')
    assert arrival.room == stand.lobby
    signed_in = await stand.chat.accounts.signed_in(arrival.token)
    assert signed_in is not None
    assert signed_in.user == guest
    assert {member.display_name for member in await stand.stores.users.people(limit=9)} == {'Olga', 'Gina Grün'}
    assert (await stand.chat.rooms.enter(guest, stand.lobby.id)).members.keys() == {stand.owner.id, guest.id}


async def test_guest_by_a_link_to_the_server_lands_in_its_oldest_open_room(stand: PeopleStand) -> None:
    await stand.chat.rooms.create(stand.owner, 'Garden')
    invitation = await stand.chat.invitations.make(stand.owner, room_id=None, invited_as=InvitedAs.GUEST, lasts=None, max_uses=None)

    arrival = await stand.guest('Gina', stand.chat.invitations.code(invitation))

    assert arrival.room == stand.lobby
    assert arrival.user.id in await stand.members(stand.lobby)


@pytest.mark.parametrize('name', ['Ana', 'ANA', 'Аna', 'ana.torres', '@ana.torres', 'Gina', 'gina'])
async def test_name_of_an_account_or_a_guest_is_refused_with_a_free_suggestion(stand: PeopleStand, name: str) -> None:
    ana = await stand.person('Ana')
    await stand.stores.users.update_profile(ana.id, display_name='Ana', name_key='ana', username='ana.torres', email=None)
    await stand.guest('Gina')

    with pytest.raises(NameTaken) as taken:
        await stand.guest(name)

    assert taken.value.suggestion
    assert (await stand.guest(taken.value.suggestion)).user.is_guest


@pytest.mark.parametrize('name', ['', '   ', '\u202eevil', 'a\x00b', 'x' * 41])
async def test_name_that_misleads_is_refused(stand: PeopleStand, name: str) -> None:
    with pytest.raises(NameInvalid):
        await stand.guest(name)


async def test_of_two_who_take_one_name_at_once_one_gets_it(stand: PeopleStand) -> None:
    await stand.chat.invitations.standing(stand.owner, stand.lobby.id)

    results = await all_settled([stand.guest('Gina') for _ in range(5)])

    refused = [result for result in results if isinstance(result, NameTaken)]
    assert sorted(type(result).__name__ for result in results) == ['Arrival', *['NameTaken'] * 4]
    assert {taken.suggestion for taken in refused} == {'Gina 2'}


async def test_server_that_takes_no_guests_refuses_them(stand: PeopleStand) -> None:
    code = stand.chat.invitations.code(await stand.chat.invitations.standing(stand.owner, stand.lobby.id))
    await stand.policy(guests=False)

    with pytest.raises(NotAllowed):
        await stand.guest('Gina', code)


async def test_invitation_for_members_lets_no_guest_in_and_a_forged_one_nobody(stand: PeopleStand) -> None:
    invitation = await stand.chat.invitations.make(
        stand.owner, room_id=stand.lobby.id, invited_as=InvitedAs.MEMBER, lasts=None, max_uses=None
    )

    with pytest.raises(NotAllowed):
        await stand.guest('Gina', stand.chat.invitations.code(invitation))
    with pytest.raises(InvitationUnusable):
        await stand.guest('Gina', 'A' * 24)


async def test_script_cannot_make_guests_without_end() -> None:
    async with people_stand(limits=Limits(sign_in_tries_per_address=5)) as stand:
        for name in ('Gina', 'Gus', 'Greta', 'Gerd', 'Gabi'):
            await stand.guest(name)

        with pytest.raises(TooManyAttempts):
            await stand.guest('Gwen')
        assert (await stand.guest('Gwen', address=ELSEWHERE)).user.display_name == 'Gwen'


# Coming back


async def test_guest_comes_back_in_the_same_browser_and_in_no_other(stand: PeopleStand) -> None:
    first = await stand.guest('Gina')
    signed_in = await stand.chat.accounts.signed_in(first.token)
    assert signed_in is not None
    await stand.chat.accounts.sign_out(signed_in.sign_in.id)

    for guest_key in (None, 'x' * 43, '\ud800'):
        with pytest.raises(NameTaken):
            await stand.guest('Gina', guest_key=guest_key)
    back = await stand.guest('gina', guest_key=first.guest_key)

    assert back.user == first.user
    assert back.guest_key == first.guest_key
    assert await stand.chat.accounts.signed_in(back.token) is not None


async def test_guest_who_comes_back_by_another_link_is_in_its_room_too(stand: PeopleStand) -> None:
    first = await stand.guest('Gina')
    garden = await stand.chat.rooms.create(stand.owner, 'Garden', private=True)
    code = stand.chat.invitations.code(await stand.chat.invitations.standing(stand.owner, garden.id))

    back = await stand.guest('Gina', code, guest_key=first.guest_key)

    assert (back.user.id, back.room) == (first.user.id, garden)
    assert {stand.lobby.id, garden.id} == (await stand.chat.rooms.memberships(first.user.id)).keys()
    assert first.user.id in await stand.members(garden)


async def test_key_of_a_guest_with_another_name_makes_somebody_new(stand: PeopleStand) -> None:
    first = await stand.guest('Gina')

    second = await stand.guest('Greta', guest_key=first.guest_key)

    assert second.user.id != first.user.id
    assert second.guest_key != first.guest_key


async def test_only_the_hash_of_a_guest_key_is_stored(stand: PeopleStand) -> None:
    arrival = await stand.guest('Gina')

    stored = stand.stores.memory.accounts[arrival.user.id].guest_key_hash

    assert arrival.guest_key is not None
    assert stored is not None
    assert arrival.guest_key.encode() not in stored
    assert len(stored) == 32


async def test_banned_guest_does_not_come_back_in_their_browser_under_any_name(stand: PeopleStand) -> None:
    first = await stand.guest('Gina')
    await stand.chat.moderation.ban(stand.owner, first.user.id)

    for name in ('Gina', 'Somebody else'):
        with pytest.raises(Banned):
            await stand.guest(name, guest_key=first.guest_key)


# Keeping the name


async def test_guest_becomes_an_account_in_place_and_everything_stays(stand: PeopleStand) -> None:
    arrival = await stand.guest('Gina')
    guest = arrival.user
    message = await stand.chat.rooms.post(guest, stand.lobby.id, 'Hello', 'k1')
    told: list[Event] = []
    presence = stand.chat.backplane.subscribe(presence_topic(stand.lobby.id))
    signed_in = await stand.chat.accounts.signed_in(arrival.token)
    assert signed_in is not None

    async with stand.heard(guest, told):
        account = await stand.chat.guests.keep_name(guest, password=PASSWORD, email='gina@example.org')

    assert (account.id, account.kind, account.display_name, account.email) == (guest.id, UserKind.ACCOUNT, 'Gina', 'gina@example.org')
    assert told == [UserChanged(user=account)]
    assert stand.chat.accounts.current(signed_in.sign_in.id) == account
    room = await stand.chat.rooms.snapshot(stand.lobby.id)
    await until(lambda: stand.chat.rooms.member(stand.lobby.id, guest.id).person.kind is UserKind.ACCOUNT)  # type: ignore[union-attr]
    changed = [event for event in await queued(presence) if isinstance(event, PersonChanged)]  # type: ignore[arg-type]
    assert [event.person for event in changed] == [account.person]
    assert [each.author.id for each in room.newest if each.number == message.number] == [guest.id]
    user, _ = await stand.chat.accounts.sign_in('Gina', PASSWORD, address=HOME, user_agent='x')
    assert user.id == guest.id
    with pytest.raises(NameTaken):
        await stand.guest('Gina', guest_key=arrival.guest_key)


async def test_nobody_keeps_a_name_twice_nor_against_the_rules(stand: PeopleStand) -> None:
    guest = (await stand.guest('Gina')).user
    ana = await stand.person('Ana')

    with pytest.raises(PasswordTooShort):
        await stand.chat.guests.keep_name(guest, password='short')
    with pytest.raises(NotAllowed):
        await stand.chat.guests.keep_name(ana, password=PASSWORD)
    results = await all_settled([stand.chat.guests.keep_name(guest, password=PASSWORD) for _ in range(2)])
    assert [type(result) for result in results if isinstance(result, BaseException)] == [NotFound]

    await stand.policy(registration=Registration.CLOSED)
    with pytest.raises(NotAllowed):
        await stand.chat.guests.keep_name((await stand.guest('Greta')).user, password=PASSWORD)


# Ending


async def test_guest_whom_nobody_has_seen_for_90_days_ends_and_the_name_is_free(stand: PeopleStand) -> None:
    gone, kept = await stand.guest('Gina'), await stand.guest('Greta')
    await stand.chat.rooms.post(gone.user, stand.lobby.id, 'Hello', 'k1')
    ana = await stand.person('Ana')
    told = stand.chat.backplane.subscribe(room_topic(stand.lobby.id))
    stand.time.advance(50 * DAY_S)
    assert await stand.chat.accounts.signed_in(kept.token) is not None
    assert await stand.chat.guests.end_unseen() == 0
    stand.time.advance(41 * DAY_S)

    assert await stand.chat.guests.end_unseen() == 1

    assert (await stand.stored(gone.user)).status is UserStatus.GONE
    assert (await stand.stored(kept.user)).status is UserStatus.ACTIVE
    assert (await stand.stored(ana)).status is UserStatus.ACTIVE
    assert await stand.members(stand.lobby) == {stand.owner.id, kept.user.id, ana.id}
    assert MemberLeft(room_id=stand.lobby.id, user_id=gone.user.id) in await queued(told)  # type: ignore[arg-type]
    bodies = [message.body for message in (await stand.chat.rooms.snapshot(stand.lobby.id)).newest]
    assert 'Hello' in bodies
    assert (await stand.guest('Gina')).user.id != gone.user.id


async def test_guests_who_stay_away_are_looked_for_every_day(stand: PeopleStand) -> None:
    guest = (await stand.guest('Gina')).user
    await until(lambda: len(stand.time.asleep) >= 4)

    stand.time.advance(91 * DAY_S)

    await until(lambda: stand.stores.memory.accounts[guest.id].user.status is UserStatus.GONE)


async def test_guest_with_an_open_tab_does_not_end(stand: PeopleStand) -> None:
    guest = (await stand.guest('Gina')).user
    stand.chat.presence.connect(guest.id, TabId('a'), stand.lobby.id)
    stand.time.advance(91 * DAY_S)

    assert await stand.chat.guests.end_unseen() == 0
    assert (await stand.stored(guest)).status is UserStatus.ACTIVE


async def test_guest_who_ends_is_shown_out_of_open_tabs_at_once(stand: PeopleStand) -> None:
    arrival = await stand.guest('Gina')
    signed_in = await stand.chat.accounts.signed_in(arrival.token)
    assert signed_in is not None
    invitation = (await stand.chat.invitations.of_room(stand.owner, stand.lobby.id))[0]
    told: list[Event] = []

    async with stand.heard(arrival.user, told):
        await stand.chat.invitations.revoke(stand.owner, invitation.id, remove_guests=True)

    assert SignInEnded(user_id=arrival.user.id, sign_in_id=signed_in.sign_in.id) in told
    assert stand.chat.accounts.current(signed_in.sign_in.id) is None


async def test_guest_who_comes_back_while_guests_are_ended_is_there_or_somebody_new(stand: PeopleStand) -> None:
    first = await stand.guest('Gina')
    stand.time.advance(91 * DAY_S)

    results = await asyncio.gather(stand.chat.guests.end_unseen(), stand.guest('Gina', guest_key=first.guest_key), return_exceptions=True)

    back = results[1]
    if not isinstance(back, LivechatError):
        assert not isinstance(back, BaseException | int)
        assert await stand.chat.accounts.signed_in(back.token) is not None
        assert (await stand.stored(back.user)).status is UserStatus.ACTIVE
    assert (await stand.guest('Greta')).user.is_guest
