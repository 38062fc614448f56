"""The addresses of a tab, and how its page looks at each."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.model import MAX_BODY_CHARS, Preferences, Theme
from livechat.ui.shell import Part
from livechat.ui.stream import Kind, element_id
from tests.ui.page_stand import PageStand, open_pages


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def test_home_is_the_oldest_room_for_somebody_new(pages: PageStand) -> None:
    await pages.room('Other', 1)

    tab = await pages.tab(path='/')

    assert tab.address == '/rooms/lobby'
    assert tab.client.title == '# Lobby · Harbour'
    assert 'old 3' in tab.log


async def test_home_is_the_room_one_was_in_last(pages: PageStand) -> None:
    await pages.room('Other', 1)
    await pages.tab(path='/rooms/other')

    tab = await pages.tab(path='/')

    assert tab.address == '/rooms/other'
    assert pages.readers(pages.lobby) == set()


async def test_home_without_any_room_says_how_to_make_one(pages: PageStand) -> None:
    await pages.chat.rooms.delete(pages.people[0], pages.lobby.id)

    tab = await pages.tab(path='/')

    assert 'Create the first one' in tab.log
    assert 'at-browse' in tab.classes


async def test_room_that_is_made_elsewhere_first_of_all_can_be_opened(pages: PageStand) -> None:
    await pages.chat.rooms.delete(pages.people[0], pages.lobby.id)
    tab = await pages.tab(path='/')

    await pages.room('Fresh', 1)
    tab.go('/rooms/fresh')
    await pages.settle()

    assert 'at-room' in tab.classes


async def test_address_of_no_room_says_so(pages: PageStand) -> None:
    tab = await pages.tab(path='/rooms/nowhere')

    assert 'There is no such room' in tab.log
    assert tab.client.title == 'No such room · Harbour'
    assert tab.address == '/rooms/nowhere'


async def test_old_address_of_a_renamed_room_leads_to_its_new_one(pages: PageStand) -> None:
    await pages.chat.rooms.rename(pages.people[0], pages.lobby.id, 'Kitchen table')

    tab = await pages.tab(path='/rooms/lobby')

    assert tab.address == '/rooms/kitchen-table'
    assert tab.client.title == '# Kitchen table · Harbour'
    assert 'old 3' in tab.log


async def test_old_permalink_keeps_its_message_at_the_new_address(pages: PageStand) -> None:
    await pages.chat.rooms.rename(pages.people[0], pages.lobby.id, 'Kitchen')

    tab = await pages.tab(path='/rooms/lobby?m=2')

    assert tab.address == '/rooms/kitchen?m=2'
    assert tab.opened == ['#m2']


async def test_rename_replaces_the_address_and_the_title_of_tabs_that_have_the_room_open(pages: PageStand) -> None:
    await pages.room('Other', 2)
    tab, elsewhere = await pages.tab(1), await pages.tab(2, path='/rooms/other')

    await pages.chat.rooms.rename(pages.people[0], pages.lobby.id, 'Kitchen')
    await pages.settle()

    assert tab.address == '/rooms/kitchen'
    assert tab.client.title == '# Kitchen · Harbour'
    assert 'Kitchen' in tab.html(Part.TITLE)
    assert elsewhere.address == '/rooms/other'
    assert 'Kitchen' in elsewhere.html(Part.NAV)
    assert 'Lobby' not in elsewhere.html(Part.NAV)


async def test_permalink_goes_to_its_message(pages: PageStand) -> None:
    tab = await pages.tab(path='/rooms/lobby?m=2')

    assert tab.opened == ['#m2']


@pytest.mark.parametrize('number', ['99', '0'])
async def test_permalink_of_no_message_says_so_in_its_room(pages: PageStand, number: str) -> None:
    tab = await pages.tab(path=f'/rooms/lobby?m={number}')

    assert tab.notice == 'That message does not exist.'
    assert 'old 3' in tab.log


@pytest.mark.parametrize('number', ['x', '-1', '9' * 30, '²'])
async def test_permalink_with_nonsense_is_the_room(pages: PageStand, number: str) -> None:
    tab = await pages.tab(path=f'/rooms/lobby?m={number}')

    assert 'old 3' in tab.log
    assert tab.opened == []


async def test_open_room_that_is_deleted_moves_its_tabs_and_says_who_did_it(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab(path='/rooms/other')
    tab.type('Hello wor')

    await pages.chat.rooms.delete(pages.people[0], other.id)
    await pages.settle()

    assert tab.address == '/rooms/lobby'
    assert 'old 3' in tab.log
    assert tab.notice == '“Other” was deleted by Person 0.'
    assert tab.box == ''
    assert 'Other' not in tab.html(Part.NAV)
    assert pages.readers(pages.lobby) == {'Person 1'}


async def test_open_room_that_is_deleted_while_the_tab_is_away_is_told_at_its_return(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab(path='/rooms/other')
    await tab.lose()
    await pages.chat.rooms.delete(pages.people[0], other.id)
    await pages.settle()
    assert tab.notice == ''

    await tab.connect()
    await pages.settle()

    assert tab.notice == '“Other” was deleted by Person 0.'
    assert tab.address == '/rooms/lobby'
    assert 'old 3' in tab.log
    tab.send('here now')
    await pages.settle()
    assert pages.bodies(pages.lobby) == ['here now']


async def test_sentence_about_a_room_is_gone_in_the_next(pages: PageStand) -> None:
    await pages.room('Other', 1)
    tab = await pages.tab(path='/rooms/lobby?m=99')
    assert tab.notice

    tab.go('/rooms/other')
    await pages.settle()

    assert tab.notice == ''


async def test_sentence_about_what_is_written_before_the_room_is_all_there_stays(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    gate = pages.house.stores.memory.gate
    gate.clear()
    tab.go('/rooms/other')
    await pages.until(lambda: tab.page._box.room_id == other.id)

    tab.send('x' * (MAX_BODY_CHARS + 1))
    await pages.until(lambda: tab.notice)
    gate.set()
    await pages.settle()

    assert 'at most' in tab.notice


async def test_list_of_rooms_follows_what_others_do(pages: PageStand) -> None:
    tab = await pages.tab(path='/rooms')
    assert 'at-browse' in tab.classes
    assert '3 members · joined' in tab.log

    other = await pages.room('Other', 2)
    assert '/rooms/other"' in tab.log
    assert '2 members<' in tab.log
    await pages.chat.rooms.leave(pages.people[2], other.id)
    await pages.settle()
    assert '1 member<' in tab.log
    await pages.chat.rooms.rename(pages.people[0], other.id, 'Another')
    await pages.settle()
    assert 'Another' in tab.log
    await pages.chat.rooms.delete(pages.people[0], other.id)
    await pages.settle()

    assert 'Another' not in tab.log


async def test_list_of_rooms_lets_one_join_and_leave(pages: PageStand) -> None:
    other = await pages.room('Other')
    tab = await pages.tab(path='/rooms')

    tab.click(element_id(Kind.BROWSE_BUTTON, other.id))
    await pages.settle()
    assert '2 members · joined' in tab.log
    assert 'at-browse' in tab.classes
    tab.click(element_id(Kind.BROWSE_BUTTON, other.id))
    await pages.settle()

    assert '1 member<' in tab.log


async def test_list_of_rooms_that_was_left_stays_away(pages: PageStand) -> None:
    tab = await pages.tab(path='/rooms')
    tab.go('/rooms/lobby')
    await pages.settle()

    await pages.room('Other', 2)

    assert 'old 3' in tab.log
    assert 'Other' not in tab.log
    assert 'Other' in tab.html(Part.NAV)


async def test_profile_is_a_page_without_a_room(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.type('Hello wor')

    tab.go('/profile')
    await pages.settle()

    assert 'at-page' in tab.classes
    assert tab.client.title == 'Profile and settings · Harbour'
    assert pages.readers(pages.lobby) == set()
    assert pages.draft(1, pages.lobby) == 'Hello wor'
    tab.go('/rooms/lobby')
    await pages.settle()
    assert tab.box == 'Hello wor'


async def test_theme_that_is_chosen_is_worn_by_every_tab_of_the_person(pages: PageStand) -> None:
    tab, second, other = await pages.tab(1), await pages.tab(1), await pages.tab(2)
    assert [each.dark for each in (tab, second, other)] == [None, None, None]

    await pages.chat.accounts.update_preferences(tab.page.session.user, Preferences(theme=Theme.DARK))
    await pages.settle()
    assert [each.dark for each in (tab, second, other)] == [True, True, None]
    await pages.chat.accounts.update_preferences(tab.page.session.user, Preferences(theme=Theme.LIGHT))
    await pages.settle()

    assert [each.dark for each in (tab, second, other)] == [False, False, None]


async def test_sides_fold_in_every_tab_of_the_person_and_each_alone(pages: PageStand) -> None:
    tab, second, other = await pages.tab(1), await pages.tab(1), await pages.tab(2)

    tab.click(Part.TOGGLE_PEOPLE)
    await pages.settle()
    assert 'people-folded' in tab.classes & second.classes
    assert 'rooms-folded' not in tab.classes
    tab.click(Part.TOGGLE_ROOMS)
    tab.click(Part.TOGGLE_PEOPLE)
    await pages.settle()

    assert 'rooms-folded' in tab.classes & second.classes
    assert 'people-folded' not in tab.classes | second.classes
    assert other.classes == {'app', 'at-room'}


async def test_drawer_opens_over_the_room_and_closes_when_one_goes_elsewhere(pages: PageStand) -> None:
    await pages.room('Other', 1)
    tab = await pages.tab()

    tab.click(Part.OPEN_PEOPLE)
    await pages.settle()
    assert 'people-open' in tab.classes
    tab.click(Part.SCRIM)
    await pages.settle()
    assert 'people-open' not in tab.classes
    tab.click(Part.MENU)
    await pages.settle()
    assert 'rooms-open' in tab.classes
    tab.go('/rooms/other')
    await pages.settle()

    assert 'rooms-open' not in tab.classes
