"""What an invitation is worth, and who comes in by it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from livechat.domain.errors import (
    EmailInvalid,
    InvitationUnusable,
    LivechatError,
    NotAllowed,
    NotFound,
)
from livechat.domain.invitation import InvitedAs
from livechat.domain.message import MessageKind
from livechat.domain.model import RoomKind, User, UserStatus
from livechat.domain.policy import Circle, Registration
from tests.domain.house import all_settled
from tests.domain.people_stand import HOME, PASSWORD, PeopleStand, made, people_stand, why_not
from tests.fakes import MemoryStores

HOUR = timedelta(hours=1)


@pytest.fixture
async def stand() -> AsyncIterator[PeopleStand]:
    async with people_stand() as stand:
        yield stand


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

    assert await why_not(stand, chat.invitations.code(expiring)) == 'expired'
    assert await why_not(stand, chat.invitations.code(single)) == 'used up'
    assert await why_not(stand, chat.invitations.code(revoked)) == 'revoked'
    assert await why_not(stand, 'A' * 24) == 'unknown'


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
        assert await why_not(stand, each) == 'unknown'
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

    assert await why_not(stand, code) == 'revoked'


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
