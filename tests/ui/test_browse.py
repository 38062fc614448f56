"""The list of all rooms that exist for a person, and what its buttons do."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from livechat.domain.model import Involvement, Membership, Room, RoomId, RoomKind, RoomRole, RoomSummary, UserId
from livechat.ui.pages.browse import FILTER, FILTER_FROM, browse_elements
from livechat.ui.shell import Part, part
from livechat.ui.stream import Kind, element_id, encode
from tests.ui.browser_model import BrowserModel
from tests.ui.page_stand import PageStand, PageTab, open_pages

OWNER, ANA, BO = range(3)
NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


def find(tab: PageTab, words: str) -> None:
    tab.page.virtual_event(FILTER, [words])


def press(tab: PageTab, room: Room) -> None:
    tab.click(element_id(Kind.BROWSE_BUTTON, room.id))


def button(tab: PageTab, room: Room) -> str:
    element = tab.browser.elements.get(element_id(Kind.BROWSE_BUTTON, room.id))
    return str(element['props']['innerHTML']) if element else ''


async def test_open_rooms_are_listed_with_a_button_to_join_or_leave(pages: PageStand) -> None:
    other = await pages.room('Other')

    tab = await pages.tab(path='/rooms')

    assert '3 members · joined' in tab.log
    assert '1 member<' in tab.log
    assert (button(tab, pages.lobby), button(tab, other)) == ('Leave', 'Join')


async def test_private_room_is_listed_for_its_members_alone(pages: PageStand) -> None:
    cellar = await pages.chat.rooms.create(pages.people[ANA], 'Cellar', private=True)
    await pages.settle()

    ana, bo, owner = [await pages.tab(user, path='/rooms') for user in (ANA, BO, OWNER)]

    assert '1 member · private · joined' in ana.log
    assert 'Cellar' not in bo.log
    assert 'Cellar' not in owner.log
    assert button(ana, cellar) == ''  # what cannot be undone here is done from its settings


async def test_archived_rooms_come_last_under_a_heading_and_cannot_be_joined(pages: PageStand) -> None:
    attic = await pages.room('Attic')
    tab = await pages.tab(path='/rooms')
    assert 'Archived' not in tab.log
    assert button(tab, attic) == 'Join'

    await pages.chat.room_settings.archive(pages.people[OWNER], attic.id)
    await pages.settle()

    assert tab.log.index('Lobby') < tab.log.index('Archived') < tab.log.index('Attic')
    assert button(tab, attic) == ''


async def test_hidden_rooms_can_be_shown_again(pages: PageStand) -> None:
    members, ana = pages.chat.members, pages.people[ANA]
    direct = await pages.chat.rooms.direct(ana, [pages.people[BO].id])
    for room in (pages.lobby, direct):
        await members.set_involvement(ana, room.id, Involvement.HIDDEN)
    await pages.settle()
    tab = await pages.tab(path='/rooms')
    assert tab.log.index('Hidden from your list') < tab.log.index('Lobby') < tab.log.index('Person 2')

    press(tab, pages.lobby)
    press(tab, direct)
    await pages.settle()

    memberships = await pages.chat.rooms.memberships(ana.id)
    assert memberships[pages.lobby.id].involvement is Involvement.MENTIONS
    assert memberships[direct.id].involvement is Involvement.EVERYTHING
    assert 'Hidden from your list' not in tab.log


async def test_field_finds_rooms_by_name(pages: PageStand) -> None:
    tab = await pages.tab(path='/rooms')
    assert FILTER not in tab.browser.elements
    for number in range(FILTER_FROM):
        await pages.room(f'Room {number}')
    assert FILTER in tab.browser.elements

    find(tab, ' ROOM 13')
    assert 'Room 13' in tab.log
    assert 'Lobby' not in tab.log
    find(tab, 'no such')
    assert 'No room here has that name.' in tab.log
    find(tab, '')

    assert 'Lobby' in tab.log
    assert tab.browser.complaints == []


async def test_page_that_was_left_is_forgotten_by_the_browser(pages: PageStand) -> None:
    tab = await pages.tab(path='/rooms')
    assert tab.browser.numbers(Kind.BROWSE, pages.lobby.id)

    tab.go('/rooms/lobby')
    await pages.settle()

    assert not tab.browser.numbers(Kind.BROWSE, pages.lobby.id)
    assert 'old 3' in tab.log


async def test_guest_sees_their_rooms_and_no_word_of_others(pages: PageStand) -> None:
    await pages.room('Other', ANA)
    invitation = await pages.chat.invitations.standing(pages.people[ANA], pages.lobby.id)
    code = pages.chat.invitations.code(invitation)
    arrival = await pages.chat.guests.join(code, name='Gil', address='192.0.2.1', user_agent='', guest_key=None)
    pages.people.append(arrival.user)

    tab = await pages.tab(3, path='/rooms')

    assert 'Lobby' in tab.log
    assert 'Other' not in tab.log
    assert 'Join' not in tab.log


def summary(number: int, **room: object) -> RoomSummary:
    about: dict[str, object] = {'slug': f'room-{number}', 'name': f'Room {number}', 'description': '', **room}
    return RoomSummary(room=Room(id=RoomId(number), created_by=None, created_at=NOW, **about), member_count=3)  # type: ignore[arg-type]


def test_names_are_never_html() -> None:
    evil = summary(1, name='<b onclick=x>"', description='<img src=x>')

    browser = BrowserModel()
    browser.receive(encode(browse_elements([evil], {}, reader=UserId(1))))

    html = browser.html(part(Part.LOG))
    assert 'onclick' in html
    assert '<b onclick' not in html
    assert '<img' not in html


@pytest.mark.parametrize('kind', RoomKind)
def test_order_of_the_list_is_that_of_the_rooms_in_each_group(kind: RoomKind) -> None:
    rooms = [summary(number, kind=kind) for number in (3, 1, 2)]
    member = Membership(room_id=RoomId(1), user_id=UserId(1), role=RoomRole.MEMBER, joined_at=NOW)

    elements = browse_elements(rooms, {RoomId(1): member}, reader=UserId(1))

    log = elements[part(Part.LOG)]
    assert log is not None
    assert log['children'][1:] == [element_id(Kind.BROWSE, number) for number in (3, 1, 2)]
