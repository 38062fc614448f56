"""The dialog in which a room is made."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.model import RoomKind
from livechat.domain.policy import Circle, Policy
from livechat.ui.pages.room_actions import RoomDialogs
from livechat.ui.shell import Part
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import PageStand, PageTab, open_pages


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def dialog(pages: PageStand) -> tuple[PageTab, OnScreen]:
    tab = await pages.tab()
    tab.click(Part.NEW_ROOM)
    await pages.settle()
    return tab, OnScreen(tab)


@pytest.mark.parametrize(('private', 'kind'), [(False, RoomKind.OPEN), (True, RoomKind.PRIVATE)])
@pytest.mark.parametrize('announcements', [False, True])
async def test_room_is_made_as_it_was_wanted_and_opens(pages: PageStand, private: bool, kind: RoomKind, announcements: bool) -> None:
    tab, screen = await dialog(pages)

    screen.fill('Name', 'Kitchen table')
    screen.fill('Description', 'What we eat')
    screen.fill('Private', private)
    screen.fill('Announcements', announcements)
    screen.press('Create room')
    await pages.settle()

    [room] = [each.room for each in await pages.chat.rooms.mine(pages.people[1]) if each.room.name == 'Kitchen table']
    assert (room.kind, room.announcements, room.description) == (kind, announcements, 'What we eat')
    assert tab.address == f'/rooms/{room.slug}'
    assert 'at-room' in tab.classes


async def test_enter_creates_and_a_second_one_meanwhile_does_nothing(pages: PageStand) -> None:
    _, screen = await dialog(pages)

    screen.fill('Name', 'Kitchen')
    screen.fill('Private', True)  # of private rooms two may have one name
    screen.key('Name', 'enter')
    screen.key('Description', 'enter')
    await pages.settle()

    assert [each.room.name for each in await pages.chat.rooms.mine(pages.people[1])] == ['Kitchen', 'Lobby']
    assert screen.dialog is None


async def test_refused_name_stays_with_the_reason(pages: PageStand) -> None:
    _, screen = await dialog(pages)

    screen.fill('Name', 'LOBBY')
    screen.press('Create room')
    await pages.settle()

    assert screen.field('Name').value == 'LOBBY'
    assert 'exists already' in screen.text


async def test_policy_is_asked_before_the_dialog_opens(pages: PageStand) -> None:
    await pages.chat.policy.change(pages.people[0], Policy(create_rooms=Circle.ADMINS))
    tab = await pages.tab()

    RoomDialogs(tab.page.session, tab.page.conversation, tab.page.places.go).new_room()
    await pages.settle()

    assert OnScreen(tab).dialog is None
    assert 'cannot create rooms' in tab.notice


async def test_dialog_that_was_closed_leaves_nothing_behind(pages: PageStand) -> None:
    tab = await pages.tab()
    before = len(tab.client.elements)
    tab.click(Part.NEW_ROOM)
    await pages.settle()
    screen = OnScreen(tab)
    assert len(tab.client.elements) > before
    assert screen.dialog is not None

    tab.event(screen.dialog, 'hide', None)
    await pages.settle()

    assert len(tab.client.elements) == before
