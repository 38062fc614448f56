"""Invitations as admins of the server see them: made, handed on, taken back."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.model import InvitationId, RoomId, UserStatus
from livechat.domain.policy import Registration
from livechat.ui.pages.admin_words import state_in_words, uses_in_words
from tests.ui.form_hands import Hands
from tests.ui.page_stand import PageStand, open_pages

REMOVE = 'Also remove the guests who came by it'


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def admin(pages: PageStand) -> Hands:
    hands = Hands(pages, await pages.tab(0, '/admin'))
    await hands.press('Invitations')
    return hands


async def make(pages: PageStand, *, room: RoomId | None = None, uses: int | None = 10) -> Invitation:
    return await pages.chat.invitations.make(
        pages.people[0], room_id=room, invited_as=InvitedAs.GUEST, lasts=timedelta(days=7), max_uses=uses
    )


async def come(pages: PageStand, invitation: Invitation, name: str) -> None:
    code = pages.chat.invitations.code(invitation)
    await pages.chat.guests.join(code, name=name, address='', user_agent='', guest_key=None)


async def made(pages: PageStand) -> list[Invitation]:
    return list(await pages.chat.invitations.all(pages.people[0]))


async def test_invitation_with_the_default_terms_takes_one_click_and_shows_its_link(pages: PageStand) -> None:
    hands = await admin(pages)
    assert 'None yet.' in hands.text

    await hands.press('Make the link')

    (invitation,) = await made(pages)
    assert (invitation.room_id, invitation.invited_as, invitation.max_uses) == (None, InvitedAs.GUEST, None)
    assert invitation.expires_at == pages.house.clock.now() + timedelta(days=7)
    assert hands.link('Link to come in') == f'http://chat.example:8000/join/{pages.chat.invitations.code(invitation)}'
    assert 'QR code: Link to come in' in hands.text
    await hands.press('Close')
    assert 'None yet.' not in hands.text
    assert 'as a guest · by Person 0 · not used yet' in hands.text


async def test_invitation_has_the_terms_that_were_chosen(pages: PageStand) -> None:
    hands = await admin(pages)

    await hands.choose('As what?', 'Member: with an account')
    await hands.choose('For how long?', 'Never ends')
    await hands.choose('For how many people?', '25')
    await hands.press('Make the link')

    (invitation,) = await made(pages)
    assert (invitation.invited_as, invitation.expires_at, invitation.max_uses) == (InvitedAs.MEMBER, None, 25)


async def test_impatient_double_click_makes_one(pages: PageStand) -> None:
    hands = await admin(pages)
    button = next(each for each in hands.elements if each.props.get('innerHTML') == 'Make the link')

    hands.tab.event(button, 'click', None)
    hands.tab.event(button, 'click', None)
    await pages.settle()

    assert len(await made(pages)) == 1


async def test_only_what_the_policy_lets_in_is_offered(pages: PageStand) -> None:
    policy = pages.chat.policy
    await policy.change(pages.people[0], replace(policy.current, guests=False))
    assert list((await admin(pages)).field('As what?').options.values()) == ['Member: with an account']

    await policy.change(pages.people[0], replace(policy.current, registration=Registration.CLOSED))
    hands = await admin(pages)

    assert 'The policy lets nobody in' in hands.text
    assert 'Make the link' not in hands.buttons


async def test_all_are_listed_with_room_uses_and_what_became_of_them(pages: PageStand) -> None:
    room = await pages.room('Kitchen <1>')
    full, taken_back, room_one = await make(pages, uses=1), await make(pages), await make(pages, room=room.id)
    await come(pages, full, 'Mira')
    await pages.chat.invitations.revoke(pages.people[0], taken_back.id)
    assert room_one.room_id == room.id

    hands = await admin(pages)

    lines = [str(each.props['innerHTML']) for each in hands.elements if each.tag == 'li']
    assert len(lines) == 3
    assert 'Kitchen &lt;1&gt;' in lines[0]
    assert '0 of 10 used' in lines[0]
    assert 'ends in 7 days' in lines[0]
    assert 'revoked' in lines[1]
    assert 'The whole server' in lines[2]
    assert '1 of 1 used' in lines[2]
    assert 'used up' in lines[2]


async def test_invitation_is_taken_back_after_a_question_and_its_guests_stay(pages: PageStand) -> None:
    invitation = await make(pages)
    await come(pages, invitation, 'Mira')
    hands = await admin(pages)

    await hands.pick('The whole server')
    await hands.press('Revoke')
    assert '1 person used it.' in hands.text
    await hands.press('Revoke it')

    assert 'revoked' in hands.text
    assert 'Revoked.' in hands.text
    assert guests(pages) == {'Mira': UserStatus.ACTIVE}


async def test_invitation_is_taken_back_with_its_guests_when_that_is_asked(pages: PageStand) -> None:
    invitation, other = await make(pages), await make(pages, uses=25)
    await come(pages, invitation, 'Mira')
    await come(pages, invitation, 'Kofi')
    await come(pages, other, 'Ingrid')
    hands = await admin(pages)

    await hands.pick('of 10 used')
    await hands.press('Revoke')
    await hands.switch(REMOVE)
    await hands.press('Revoke it')

    assert 'Revoked; 2 guests removed.' in hands.text
    assert guests(pages)['Ingrid'] is UserStatus.ACTIVE
    assert list(guests(pages).values()).count(UserStatus.GONE) == 2


async def test_guests_of_a_used_up_invitation_can_still_be_removed(pages: PageStand) -> None:
    invitation = await make(pages, uses=1)
    await come(pages, invitation, 'Mira')
    hands = await admin(pages)

    await hands.pick('used up')
    assert 'Link to come in' not in hands.fields
    await hands.press('Remove its guests')
    await hands.press('Remove them')

    assert '1 guest removed.' in hands.text
    assert list(guests(pages).values()) == [UserStatus.GONE]


def guests(pages: PageStand) -> dict[str, UserStatus]:
    users = [account.user for account in pages.house.stores.memory.accounts.values()]
    return {user.display_name: user.status for user in users if user.is_guest}


@pytest.mark.parametrize(
    ('lasts', 'words'),
    [
        (None, 'never ends'),
        (timedelta(minutes=59), 'ends within the hour'),
        (timedelta(minutes=61), 'ends in 1 hour'),
        (timedelta(hours=35), 'ends in 35 hours'),
        (timedelta(days=1, hours=13), 'ends in 2 days'),
        (timedelta(days=30), 'ends in 30 days'),
        (timedelta(0), 'expired'),
    ],
)
async def test_state_says_how_long_an_invitation_lasts(pages: PageStand, lasts: timedelta | None, words: str) -> None:
    now = pages.house.clock.now()
    invitation = Invitation(
        id=InvitationId(1),
        room_id=None,
        invited_as=InvitedAs.GUEST,
        created_by=pages.people[0].person,
        created_at=now,
        expires_at=None if lasts is None else now + lasts,
        max_uses=None,
        uses=2,
        revoked_at=None,
    )

    assert state_in_words(invitation, now) == words
    assert uses_in_words(invitation) == 'used 2 times'
