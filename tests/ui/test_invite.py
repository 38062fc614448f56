"""Inviting into a room: the link that is there at once, its terms, people who are here already, links given out before."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.invitation import InvitedAs
from livechat.domain.model import Room
from livechat.domain.policy import Circle, Policy, Registration
from livechat.ui.pages.invite import COPY, WelcomeCard
from livechat.ui.pages.invite_sheet import InviteSheet
from livechat.ui.shell import Part
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import BASE_URL, PageStand, PageTab, open_pages

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def sheet(pages: PageStand, user: int, room: Room, *, scheme: str = 'http') -> tuple[PageTab, OnScreen]:
    """Opened on the page of the room."""
    tab = await pages.tab(user, path=f'/rooms/{room.slug}', scheme=scheme)
    tab.page.session.do(InviteSheet(tab.page.session, room).open)
    await pages.settle()
    return tab, OnScreen(tab)


async def links(pages: PageStand, room: Room) -> list[str]:
    found = await pages.chat.invitations.of_room(pages.people[OWNER], room.id)
    return [f'{BASE_URL}/join/{pages.chat.invitations.code(invitation)}' for invitation in found]


async def test_sheet_has_the_link_at_once_and_the_same_one_again(pages: PageStand) -> None:
    tab, screen = await sheet(pages, ANA, pages.lobby)

    assert screen.field('Invitation link').value == (await links(pages, pages.lobby))[0]
    assert 'comes in as a guest' in screen.text
    assert '<svg class="qr"' in screen.text
    tab.page.session.do(InviteSheet(tab.page.session, pages.lobby).open)
    await pages.settle()
    assert len(await links(pages, pages.lobby)) == 1


async def test_link_is_selected_where_the_browser_has_no_clipboard(pages: PageStand) -> None:
    tab, screen = await sheet(pages, ANA, pages.lobby)

    assert 'press Ctrl+C' in screen.text
    assert 'select' in tab.calls
    assert tab.clipboard == ''


async def test_link_is_copied_where_the_browser_has_a_clipboard(pages: PageStand) -> None:
    tab, screen = await sheet(pages, ANA, pages.lobby, scheme='https')

    assert 'Copied.' in screen.text
    assert tab.clipboard == screen.field('Invitation link').value


async def test_other_terms_make_another_link(pages: PageStand) -> None:
    _, screen = await sheet(pages, ANA, pages.lobby)
    first = screen.field('Invitation link').value

    screen.fill('As what?', InvitedAs.MEMBER.value)
    screen.fill('For how long?', '1')
    screen.fill('For how many people?', '5')
    screen.press('Make this link')
    await pages.settle()

    assert screen.field('Invitation link').value != first
    newest = (await pages.chat.invitations.of_room(pages.people[OWNER], pages.lobby.id))[0]
    assert (newest.invited_as, newest.max_uses) == (InvitedAs.MEMBER, 5)
    assert newest.expires_at is not None
    assert (newest.expires_at - newest.created_at).days == 1
    assert 'by making an account' in screen.text
    assert ', for 5 people.' in screen.text
    assert len(screen.lines('Links of this room')) == 2


async def test_link_without_end_for_any_number_can_be_made(pages: PageStand) -> None:
    _, screen = await sheet(pages, ANA, pages.lobby)

    screen.fill('For how long?', '')
    screen.fill('For how many people?', '')
    screen.press('Make this link')
    await pages.settle()

    newest = (await pages.chat.invitations.of_room(pages.people[OWNER], pages.lobby.id))[0]
    assert (newest.expires_at, newest.max_uses) == (None, None)
    assert 'It works for ever.' in screen.text


async def test_only_what_the_policy_allows_is_offered(pages: PageStand) -> None:
    await pages.chat.policy.change(pages.people[OWNER], Policy(guests=False))

    _, screen = await sheet(pages, ANA, pages.lobby)

    assert not screen.has('As what?')
    assert 'by making an account' in screen.text


async def test_people_are_added_still_where_nobody_new_is_let_in(pages: PageStand) -> None:
    await pages.chat.policy.change(pages.people[OWNER], Policy(guests=False, registration=Registration.CLOSED))

    _, screen = await sheet(pages, ANA, pages.lobby)

    assert screen.has('Find people to add')
    assert not screen.has('Invitation link')


async def test_unused_link_is_revoked_after_a_question(pages: PageStand) -> None:
    _, screen = await sheet(pages, ANA, pages.lobby)
    assert len(screen.lines('Links of this room')) == 1

    screen.press('Revoke link of Person 1, not used yet')
    await pages.settle()
    assert screen.buttons == ['Cancel', 'Revoke']
    screen.press('Revoke')
    await pages.settle()

    [invitation] = await pages.chat.invitations.of_room(pages.people[OWNER], pages.lobby.id)
    assert invitation.revoked_at is not None
    assert 'revoked' in screen.lines('Links of this room')[0]


@pytest.mark.parametrize(('button', 'left'), [('Revoke, and remove its guests', 3), ('Revoke, guests stay', 4)])
async def test_revoking_asks_whether_the_guests_who_came_by_it_go_too(pages: PageStand, button: str, left: int) -> None:
    invitation = await pages.chat.invitations.standing(pages.people[ANA], pages.lobby.id)
    code = pages.chat.invitations.code(invitation)
    await pages.chat.guests.join(code, name='Gil', address='192.0.2.1', user_agent='', guest_key=None)
    await pages.settle()
    _, screen = await sheet(pages, ANA, pages.lobby)

    screen.press('Revoke link of Person 1, used once')
    await pages.settle()
    screen.press(button)
    await pages.settle()

    assert len(await pages.chat.members.of(pages.people[ANA], pages.lobby.id)) == left


async def test_others_see_their_own_links_alone(pages: PageStand) -> None:
    await pages.chat.invitations.standing(pages.people[BO], pages.lobby.id)

    _, ana = await sheet(pages, ANA, pages.lobby)
    _, owner = await sheet(pages, OWNER, pages.lobby)

    assert len(ana.lines('Links of this room')) == 1
    assert len(owner.lines('Links of this room')) == 3


async def test_person_who_is_here_already_is_added_with_one_click(pages: PageStand) -> None:
    room = await pages.room('Garden', by=ANA)
    _, screen = await sheet(pages, ANA, room)
    assert 'Add Person 2 (@person.2)' in screen.buttons

    screen.press('Add Person 2 (@person.2)')
    await pages.settle()

    assert room.id in await pages.chat.rooms.memberships(pages.people[BO].id)
    assert 'Person 2 is in.' in screen.text
    assert 'Add Person 2 (@person.2)' not in screen.buttons


async def test_enter_adds_the_first_who_was_found(pages: PageStand) -> None:
    room = await pages.room('Garden', by=ANA)
    _, screen = await sheet(pages, ANA, room)

    screen.key('Find people to add', 'enter')
    await pages.settle()
    assert len(await pages.chat.members.of(pages.people[ANA], room.id)) == 1
    screen.fill('Find people to add', 'person 2')
    screen.key('Find people to add', 'enter')
    await pages.settle()

    assert room.id in await pages.chat.rooms.memberships(pages.people[BO].id)
    assert room.id not in await pages.chat.rooms.memberships(pages.people[OWNER].id)


async def test_who_may_add_but_not_invite_gets_no_link(pages: PageStand) -> None:
    await pages.chat.policy.change(pages.people[OWNER], Policy(invite=Circle.ADMINS))
    room = await pages.room('Garden', by=ANA)

    _, screen = await sheet(pages, ANA, room)

    assert not screen.has('Invitation link')
    assert 'Add Person 2 (@person.2)' in screen.buttons
    assert await links(pages, room) == []


async def test_member_of_a_private_room_is_told_that_its_admins_invite(pages: PageStand) -> None:
    room = await pages.chat.rooms.create(pages.people[ANA], 'Cellar', private=True)
    await pages.chat.members.add(pages.people[ANA], room.id, pages.people[BO].id)
    await pages.settle()

    tab, screen = await sheet(pages, BO, room)

    assert screen.dialog is None
    assert 'You cannot invite others into this room' in tab.notice
    assert await links(pages, room) == []


async def test_card_shows_the_link_to_whoever_is_alone_and_forgets_it(pages: PageStand) -> None:
    room = await pages.room('Garden', by=ANA)
    tab = await pages.tab(ANA, path='/rooms/garden')
    card = WelcomeCard(tab.page.session)

    await card.show(room.id, alone=True)
    [link] = await links(pages, room)
    shown = [each for each in tab.browser.elements.values() if each.get('props', {}).get('value') == link]
    assert len(shown) == 1
    assert 'You are the only one here' in tab.html(Part.WELCOME)
    assert 'QR code' in tab.html(Part.WELCOME)
    card.copy()
    assert 'press Ctrl+C' in tab.html(Part.WELCOME)
    await card.show(room.id, alone=False)

    assert tab.html(Part.WELCOME) == ''
    assert not [each for each in tab.browser.elements.values() if each.get('props', {}).get('value') == link]
    assert tab.browser.complaints == []


async def test_card_is_there_again_after_another_page_and_for_who_joins_an_empty_room(pages: PageStand) -> None:
    room = await pages.room('Garden', by=ANA)
    tab = await pages.tab(ANA, path='/rooms/garden')
    assert 'You are the only one here' in tab.html(Part.WELCOME)
    tab.go('/profile')
    await pages.settle()
    assert tab.html(Part.WELCOME) == ''
    assert not [each for each in tab.browser.elements.values() if '/join/' in str(each.get('props', {}).get('value'))]

    tab.go('/rooms/garden')
    await pages.settle()
    assert 'You are the only one here' in tab.html(Part.WELCOME)
    await pages.chat.rooms.leave(pages.people[ANA], room.id)
    await pages.settle()
    assert tab.html(Part.WELCOME) == ''
    tab.click(Part.JOIN)
    await pages.settle()

    assert 'You are the only one here' in tab.html(Part.WELCOME)


async def test_card_is_not_for_those_who_may_not_invite(pages: PageStand) -> None:
    await pages.chat.policy.change(pages.people[OWNER], Policy(invite=Circle.ADMINS))
    room = await pages.room('Garden', by=ANA)
    tab = await pages.tab(ANA, path='/rooms/garden')

    await WelcomeCard(tab.page.session).show(room.id, alone=True)

    assert tab.html(Part.WELCOME) == ''
    assert await links(pages, room) == []


def test_number_of_the_cards_button_is_no_part_of_the_shell() -> None:
    assert COPY not in set(Part)
