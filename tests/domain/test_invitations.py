"""Invitations: who makes them, what their codes are worth, who comes in by them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from livechat.domain.audit import Act
from livechat.domain.errors import (
    EmailInvalid,
    InvalidInput,
    InvitationUnusable,
    LivechatError,
    NotAllowed,
    NotFound,
    RoomNotFound,
    TooFast,
)
from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.invitation_codes import InvitationCodes
from livechat.domain.limits import Limits
from livechat.domain.model import InvitationId, MessageKind, Room, RoomId, RoomKind, RoomRole, ServerRole, User, UserStatus
from livechat.domain.policy import Circle, Registration
from tests.domain.house import all_settled
from tests.domain.people_stand import HOME, PASSWORD, SECRET, PeopleStand, people_stand
from tests.fakes import MemoryStores

HOUR = timedelta(hours=1)


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand() as stand:
        yield stand


async def made(
    stand: PeopleStand,
    by: User,
    room: Room | None,
    *,
    invited_as: InvitedAs = InvitedAs.GUEST,
    lasts: timedelta | None = None,
    max_uses: int | None = None,
) -> Invitation:
    return await stand.chat.invitations.make(by, room_id=room.id if room else None, invited_as=invited_as, lasts=lasts, max_uses=max_uses)


async def why(stand: PeopleStand, code: str) -> str:
    with pytest.raises(InvitationUnusable) as unusable:
        await stand.chat.invitations.look(code)
    return unusable.value.why


# Codes


@pytest.mark.parametrize('number', [1, 2**31, 2**32 - 1])
def test_code_leads_back_to_its_invitation_and_says_nothing_else(number: int) -> None:
    codes = InvitationCodes(SECRET)
    code = codes.code(InvitationId(number))

    assert len(code) == 24
    assert codes.id_of(code) == number
    assert InvitationCodes(b'another secret').id_of(code) is None


@pytest.mark.parametrize('change', [str.upper, str.lower, lambda code: code[:-1], lambda code: code + 'A', lambda code: code[:-1] + 'é'])
def test_code_that_was_changed_is_nobodys(change: Callable[[str], str]) -> None:
    codes = InvitationCodes(SECRET)
    code = codes.code(InvitationId(7))
    assert change(code) != code

    assert codes.id_of(change(code)) is None


@pytest.mark.parametrize('position', range(24))
def test_code_with_one_other_character_is_nobodys(position: int) -> None:
    codes = InvitationCodes(SECRET)
    code = codes.code(InvitationId(7))
    other = 'A' if code[position] != 'A' else 'B'

    assert codes.id_of(code[:position] + other + code[position + 1 :]) is None


@pytest.mark.parametrize('code', ['', 'x', ' ' * 24, '=' * 24, '\ud800' * 24, 'A' * 24, 'A' * 10_000])
def test_what_is_no_code_is_nobodys(code: str) -> None:
    assert InvitationCodes(SECRET).id_of(code) is None


def test_without_a_secret_codes_cannot_be_made_by_others() -> None:
    assert InvitationCodes(b'').id_of(InvitationCodes(b'').code(InvitationId(1))) is None


# Looking


async def test_look_shows_room_and_inviter_and_changes_nothing(stand: PeopleStand) -> None:
    invitation = await made(stand, stand.owner, stand.lobby, max_uses=1)
    code = stand.chat.invitations.code(invitation)

    await stand.chat.invitations.look(code)
    opened = await stand.chat.invitations.look(code)

    assert (opened.room, opened.inviter, opened.as_guest) == (stand.lobby, stand.owner.person, True)
    assert await stand.stores.invitations.by_id(invitation.id) == invitation


async def test_invitation_of_the_server_names_no_room(stand: PeopleStand) -> None:
    opened = await stand.chat.invitations.look(stand.chat.invitations.code(await made(stand, stand.owner, None)))

    assert opened.room is None


async def test_unusable_invitation_says_why_as_far_as_it_may(stand: PeopleStand) -> None:
    chat = stand.chat
    expiring, single, revoked = [
        await made(stand, stand.owner, stand.lobby, lasts=HOUR),
        await made(stand, stand.owner, stand.lobby, max_uses=1),
        await made(stand, stand.owner, stand.lobby),
    ]
    for each in (expiring, single, revoked):
        await chat.invitations.look(chat.invitations.code(each))
    await stand.guest('Gina', chat.invitations.code(single))
    await chat.invitations.revoke(stand.owner, revoked.id)
    stand.time.advance(HOUR.total_seconds())

    assert await why(stand, chat.invitations.code(expiring)) == 'expired'
    assert await why(stand, chat.invitations.code(single)) == 'used up'
    assert await why(stand, chat.invitations.code(revoked)) == 'revoked'
    assert await why(stand, 'A' * 24) == 'unknown'


@pytest.mark.parametrize('end', ['delete', 'archive'])
async def test_room_that_is_gone_cannot_be_told_from_a_forged_code(stand: PeopleStand, end: str) -> None:
    room = await stand.chat.rooms.create(stand.owner, 'Secret plans', private=True)
    code = stand.chat.invitations.code(await made(stand, stand.owner, room))
    await stand.chat.invitations.look(code)

    if end == 'delete':
        await stand.chat.rooms.delete(stand.owner, room.id)
    else:
        await stand.chat.room_settings.archive(stand.owner, room.id)

    with pytest.raises(InvitationUnusable) as gone:
        await stand.chat.invitations.look(code)
    with pytest.raises(InvitationUnusable) as forged:
        await stand.chat.invitations.look('A' * 24)
    assert (gone.value.why, str(gone.value)) == (forged.value.why, str(forged.value))


async def test_forged_code_asks_the_store_once_as_does_one_whose_room_is_gone(stand: PeopleStand) -> None:
    room = await stand.chat.rooms.create(stand.owner, 'Garden')
    code = stand.chat.invitations.code(await made(stand, stand.owner, room))
    await stand.chat.room_settings.archive(stand.owner, room.id)
    queries: list[int] = []
    reading = stand.stores.memory.reading

    async def counted() -> None:
        queries.append(1)
        await reading()

    stand.stores.memory.reading = counted  # type: ignore[method-assign]
    asked = []
    for each in (code, 'A' * 24, 'short'):
        queries.clear()
        assert await why(stand, each) == 'unknown'
        asked.append(len(queries))

    assert asked[0] == asked[1] == asked[2] > 0


@pytest.mark.parametrize('end', ['deactivated', 'banned', 'policy', 'left', 'private'])
async def test_invitation_ends_with_its_makers_right_to_make_it(stand: PeopleStand, end: str) -> None:
    ana = await stand.person('Ana')
    code = stand.chat.invitations.code(await made(stand, ana, stand.lobby))
    await stand.chat.invitations.look(code)

    match end:
        case 'deactivated':
            await stand.chat.moderation.deactivate(stand.owner, ana.id)
        case 'banned':
            await stand.chat.moderation.ban(stand.owner, ana.id)
        case 'policy':
            await stand.policy(invite=Circle.ADMINS)
        case 'left':
            await stand.chat.rooms.leave(ana, stand.lobby.id)
        case _:
            await stand.chat.room_settings.convert(stand.owner, stand.lobby.id, RoomKind.PRIVATE)

    assert await why(stand, code) == 'revoked'


# Making


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


# Lists and revoking


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

    assert [await why(stand, invitations.code(each)) for each in (first, second, third)] == ['revoked'] * 3
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


# Coming in


async def test_somebody_signed_in_becomes_a_member_of_the_room_and_it_says_by_whom(stand: PeopleStand) -> None:
    ana = await stand.person('Ana')
    room = await stand.chat.rooms.create(stand.owner, 'Secret plans', private=True)
    invitation = await made(stand, stand.owner, room, max_uses=5)
    code = stand.chat.invitations.code(invitation)

    for _ in range(2):
        assert await stand.chat.invitations.accept(ana, code) == room

    assert ana.id in await stand.members(room)
    snapshot = await stand.chat.rooms.enter(ana, room.id)
    lines = [message.body for message in snapshot.newest if message.kind is MessageKind.SYSTEM and message.author.id == ana.id]
    assert lines == ['joined by an invitation from Olga']
    stored = await stand.stores.invitations.by_id(invitation.id)
    assert stored is not None
    assert stored.uses == 1


async def test_new_member_comes_in_where_registering_takes_an_invitation(stand: PeopleStand) -> None:
    await stand.policy(registration=Registration.INVITED)
    room = await stand.chat.rooms.create(stand.owner, 'Garden')
    invitation = await made(stand, stand.owner, room, invited_as=InvitedAs.MEMBER)
    with pytest.raises(NotAllowed):
        await stand.chat.accounts.register(name='Ana', password=PASSWORD, join=None)

    arrival = await stand.chat.invitations.register(
        stand.chat.invitations.code(invitation), name=' Ana ', password=PASSWORD, email='ana@example.org', address=HOME, user_agent='x'
    )

    assert (arrival.user.display_name, arrival.user.is_guest, arrival.room) == ('Ana', False, room)
    assert arrival.user.invitation_id == invitation.id
    assert arrival.user.id in await stand.members(room)
    signed_in = await stand.chat.accounts.signed_in(arrival.token)
    assert signed_in is not None
    assert (signed_in.user.id, signed_in.sign_in.address) == (arrival.user.id, HOME)


@pytest.mark.parametrize('policy', [Registration.OPEN, Registration.CLOSED])
async def test_invitation_for_guests_or_to_a_closed_server_makes_no_account(stand: PeopleStand, policy: Registration) -> None:
    as_member = await made(stand, stand.owner, stand.lobby, invited_as=InvitedAs.MEMBER)
    as_guest = await made(stand, stand.owner, stand.lobby)
    await stand.policy(registration=policy)
    invitation = as_guest if policy is Registration.OPEN else as_member

    with pytest.raises(NotAllowed):
        await stand.chat.invitations.register(
            stand.chat.invitations.code(invitation), name='Ana', password=PASSWORD, email=None, address=HOME, user_agent='x'
        )


async def test_last_place_of_an_invitation_goes_to_one_of_fifty(stand: PeopleStand) -> None:
    invitation = await made(stand, stand.owner, stand.lobby, max_uses=1)
    code = stand.chat.invitations.code(invitation)

    results = await all_settled([stand.guest(f'Guest {chr(97 + number % 26)}{number}', code) for number in range(50)])

    refused = [result for result in results if isinstance(result, BaseException)]
    assert len(refused) == 49
    assert {type(result) for result in refused} == {InvitationUnusable}
    assert len(await stand.members(stand.lobby)) == 2
    guests = [account for account in stand.stores.memory.accounts.values() if account.user.is_guest]
    assert [guest.user.status for guest in guests] == [UserStatus.ACTIVE]


# By mail


async def test_invitation_is_mailed_with_its_link(stand: PeopleStand) -> None:
    invitation = await made(stand, stand.owner, stand.lobby)

    await stand.chat.invitations.mail(stand.owner, invitation.id, to=' ben@example.org ', base_url='http://evil.example')

    [(to, text)] = stand.mails.sent
    assert to == 'ben@example.org'
    assert f'https://chat.example.org/join/{stand.chat.invitations.code(invitation)}' in text
    assert 'evil' not in text


async def test_invitation_is_mailed_by_nobody_who_may_not_see_it_nor_to_no_address(stand: PeopleStand) -> None:
    invitation = await made(stand, stand.owner, stand.lobby)
    refusals: list[tuple[User, str, type[LivechatError]]] = [
        (await stand.person('Ana'), 'ben@example.org', NotFound),
        (stand.owner, '', EmailInvalid),
        (stand.owner, 'nowhere', EmailInvalid),
    ]

    for who, to, error in refusals:
        with pytest.raises(error):
            await stand.chat.invitations.mail(who, invitation.id, to=to, base_url='http://localhost')
    assert stand.mails.sent == []


async def test_server_without_mail_says_so() -> None:
    async with people_stand(with_mail=False, stores=MemoryStores()) as stand:
        invitation = await made(stand, stand.owner, stand.lobby)

        assert not stand.chat.invitations.can_mail
        with pytest.raises(NotAllowed):
            await stand.chat.invitations.mail(stand.owner, invitation.id, to='ben@example.org', base_url='http://localhost')
