"""What a tab shows of the server follows who its person is there: no guest any more, an admin, no admin any more."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.model import RoomId, RoomRole, ServerRole
from livechat.domain.policy import Circle, Policy
from livechat.ui.shell import Part, part
from tests.ui.form_hands import Hands
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import PageStand, PageTab, open_pages

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


def is_offered(tab: PageTab, button: Part) -> bool:
    return 'hidden' not in tab.browser.elements[part(button)]['class']


async def appoint(pages: PageStand, user: int, role: ServerRole) -> None:
    await pages.chat.moderation.set_role(pages.people[OWNER], pages.people[user].id, role)
    await pages.settle()


async def make(pages: PageStand, room_id: RoomId | None) -> Invitation:
    return await pages.chat.invitations.make(pages.people[OWNER], room_id=room_id, invited_as=InvitedAs.GUEST, lasts=None, max_uses=None)


async def test_guest_who_keeps_their_name_finds_the_rooms_and_buttons_of_an_account(pages: PageStand) -> None:
    other = await pages.room('Other')
    invitation = await make(pages, pages.lobby.id)
    arrival = await pages.chat.guests.join(pages.chat.invitations.code(invitation), name='Gast', address='', user_agent='', guest_key=None)
    pages.people.append(arrival.user)
    tab = await pages.tab(len(pages.people) - 1)
    assert not is_offered(tab, Part.NEW_DIRECT)
    assert not is_offered(tab, Part.NEW_ROOM)
    assert other.name not in tab.html(Part.NAV)

    await pages.chat.guests.keep_name(arrival.user, password='long enough for anybody')
    await pages.settle()

    assert is_offered(tab, Part.NEW_DIRECT)
    assert is_offered(tab, Part.NEW_ROOM)
    assert other.name in tab.html(Part.NAV)


async def test_new_admin_is_offered_what_the_policy_keeps_for_admins(pages: PageStand) -> None:
    await pages.chat.policy.change(pages.people[OWNER], Policy(create_rooms=Circle.ADMINS))
    tab = await pages.tab(ANA)
    assert not is_offered(tab, Part.NEW_ROOM)

    await appoint(pages, ANA, ServerRole.ADMIN)
    assert is_offered(tab, Part.NEW_ROOM)
    await appoint(pages, ANA, ServerRole.MEMBER)

    assert not is_offered(tab, Part.NEW_ROOM)


@pytest.mark.parametrize('card', ['Rooms', 'Invitations', 'People'])
async def test_admin_who_is_dismissed_keeps_nothing_of_the_admin_page(pages: PageStand, card: str) -> None:
    await make(pages, pages.lobby.id)
    await appoint(pages, ANA, ServerRole.ADMIN)
    hands = Hands(pages, await pages.tab(ANA, '/admin'))
    await hands.press(card)
    assert 'Lobby' in hands.text or 'Person 2' in hands.text

    await appoint(pages, ANA, ServerRole.MEMBER)

    assert hands.text.strip().endswith('This page is for the admins of this server.')
    assert hands.buttons == []


async def test_admin_who_is_dismissed_leaves_the_settings_of_a_private_room(pages: PageStand) -> None:
    cellar = await pages.chat.rooms.create(pages.people[BO], 'Cellar', private=True)
    await appoint(pages, ANA, ServerRole.ADMIN)
    tab = await pages.tab(ANA, f'/rooms/{cellar.slug}/settings')
    assert 'Cellar' in OnScreen(tab).text

    await appoint(pages, ANA, ServerRole.MEMBER)

    assert tab.address == '/rooms'
    assert 'Cellar' not in OnScreen(tab).text


async def test_link_of_somebody_else_is_not_shown_again_to_who_is_no_admin_of_the_room_any_more(pages: PageStand) -> None:
    cellar = await pages.chat.rooms.create(pages.people[OWNER], 'Cellar', private=True)
    ana = pages.people[ANA].id
    await pages.chat.members.add(pages.people[OWNER], cellar.id, ana)
    await pages.chat.members.set_role(pages.people[OWNER], cellar.id, ana, RoomRole.ADMIN)
    foreign = pages.chat.invitations.code(await make(pages, cellar.id))
    tab = await pages.tab(ANA, f'/rooms/{cellar.slug}')
    tab.click(Part.INVITE)
    await pages.settle()
    screen = OnScreen(tab)
    show = next(name for name in screen.buttons if name.startswith('Show link of Person 0'))

    await pages.chat.members.remove(pages.people[OWNER], cellar.id, ana)
    screen.press(show)
    await pages.settle()

    assert foreign not in screen.field('Invitation link').value
