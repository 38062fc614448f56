"""What a browser says late, or twice: of a room, a list or a page that is not on screen any more."""

from collections.abc import AsyncIterator

import pytest
from nicegui import ui

from livechat.domain.model import Room
from livechat.ui.audience import LIVE_BOTTOM
from livechat.ui.components.dialogs import MOST_OPEN
from livechat.ui.pages.browse import FILTER
from livechat.ui.people_view import FILTER as PEOPLE_FILTER
from livechat.ui.people_view import PERSON
from livechat.ui.shell import Part, part
from livechat.ui.stream import Kind, element_id
from tests.ui.page_stand import PageStand, PageTab, open_pages

OWNER, ANA = range(2)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


def press(tab: PageTab, room: Room) -> None:
    tab.click(element_id(Kind.BROWSE_BUTTON, room.id))


async def test_end_of_the_room_before_reads_nothing_of_the_one_that_is_open(pages: PageStand) -> None:
    other = await pages.room('Other', ANA)
    tab = await pages.tab(ANA, path='/rooms/other')
    assert pages.readers(other) == {'Person 1'}

    tab.page.virtual_event(element_id(Kind.BOTTOM, pages.lobby.id, LIVE_BOTTOM), [True])
    await pages.settle()
    assert pages.chat.unread.readers(other.id) == set()
    tab.page.virtual_event(element_id(Kind.BOTTOM, other.id, LIVE_BOTTOM), [True])
    await pages.settle()

    assert pages.chat.unread.readers(other.id) == {pages.people[ANA].id}


async def test_filter_of_the_room_before_looks_for_nobody_in_the_one_that_is_open(pages: PageStand) -> None:
    other = await pages.room('Other', ANA)
    tab = await pages.tab(ANA, path='/rooms/other')

    tab.page.virtual_event(element_id(Kind.PEOPLE, pages.lobby.id, PEOPLE_FILTER), ['person 0'])
    assert tab.page.session.reader.people_filter == ''
    tab.page.virtual_event(element_id(Kind.PEOPLE, other.id, PEOPLE_FILTER), ['person 0'])

    assert tab.page.session.reader.people_filter == 'person 0'


async def test_page_that_is_opened_while_a_room_is_on_its_way_stays_on_screen(pages: PageStand) -> None:
    await pages.room('Other', ANA)
    tab = await pages.tab(ANA)
    pages.drafts.reading.clear()
    tab.go('/rooms/other')
    await pages.house.turn(50)
    tab.go('/profile')
    await pages.house.turn(50)

    pages.drafts.reading.set()
    await pages.settle()

    assert tab.address == '/profile'
    assert 'at-page' in tab.classes
    assert tab.client.title == 'Profile and settings · Harbour'


async def test_settings_follow_their_room_though_another_was_on_its_way(pages: PageStand) -> None:
    await pages.room('Other', ANA)
    tab = await pages.tab(ANA)
    pages.drafts.reading.clear()
    tab.go('/rooms/other')
    await pages.house.turn(50)
    tab.go('/rooms/lobby/settings')
    await pages.house.turn(50)
    pages.drafts.reading.set()
    await pages.settle()

    await pages.chat.rooms.delete(pages.people[OWNER], pages.lobby.id)
    await pages.settle()

    assert tab.address == '/rooms'


async def test_room_that_is_deleted_takes_nobody_out_of_the_next_one(pages: PageStand) -> None:
    other = await pages.room('Other', ANA)
    tab = await pages.tab(ANA)
    queue = pages.hold(tab)
    tab.go('/rooms/other')
    await pages.house.turn(20)

    await pages.chat.rooms.delete(pages.people[OWNER], pages.lobby.id)
    await pages.house.turn(50)
    queue.set()
    await pages.settle()

    assert pages.readers(other) == {'Person 1'}
    assert tab.notice == ''


async def test_double_click_on_join_joins(pages: PageStand) -> None:
    other = await pages.room('Other')
    tab = await pages.tab(ANA, path='/rooms')

    press(tab, other)
    press(tab, other)
    await pages.settle()

    assert other.id in await pages.chat.rooms.memberships(pages.people[ANA].id)


async def test_words_for_the_list_of_rooms_leave_the_room_alone_that_was_opened_meanwhile(pages: PageStand) -> None:
    tab = await pages.tab(ANA, path='/rooms')
    tab.go('/rooms/lobby')
    await pages.settle()
    assert 'old 3' in tab.log

    tab.page.virtual_event(FILTER, ['lobby'])
    tab.page.virtual_event(element_id(Kind.BROWSE_BUTTON, pages.lobby.id), [])
    await pages.settle()

    assert 'old 3' in tab.log
    assert pages.lobby.id in await pages.chat.rooms.memberships(pages.people[ANA].id)


async def test_list_of_rooms_is_drawn_once_for_many_news_that_wait(pages: PageStand) -> None:
    tab = await pages.tab(ANA, path='/rooms')
    queue = pages.hold(tab)
    for number in range(5):
        await pages.chat.rooms.create(pages.people[OWNER], f'Room {number}')
    await pages.house.turn(100)

    assert len(tab.page.session._jobs) <= 2
    queue.set()
    await pages.settle()

    assert all(f'Room {number}' in tab.log for number in range(5))
    assert 'at-browse' in tab.classes
    assert tab.html(Part.LOG)


def dialogs(tab: PageTab) -> list[ui.dialog]:
    return [each for each in tab.client.elements.values() if isinstance(each, ui.dialog)]


async def test_double_click_opens_one_dialog(pages: PageStand) -> None:
    tab = await pages.tab(ANA)
    before = len(tab.client.elements)

    tab.click(Part.NEW_ROOM)
    tab.click(Part.NEW_ROOM)
    await pages.settle()
    assert len(dialogs(tab)) == 1
    tab.event(dialogs(tab)[0], 'hide', None)

    assert len(tab.client.elements) == before


async def test_dialogs_that_are_never_closed_fill_no_memory(pages: PageStand) -> None:
    tab = await pages.tab(ANA)
    everybody = [user.id for user in pages.people]
    counts = []

    for _ in range(4):
        tab.click(Part.NEW_ROOM)
        tab.click(Part.NEW_DIRECT)
        for user_id in everybody:
            tab.page.virtual_event(part(Part.COMMANDS), [{'command': f'{PERSON}{user_id}'}])
        await pages.settle()
        counts.append(len(tab.client.elements))

    assert len(dialogs(tab)) == MOST_OPEN
    assert counts[-1] == counts[0]
