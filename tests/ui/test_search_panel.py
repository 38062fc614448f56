"""The panel of the search beside the conversation: from one message that was found to the next, and out of it again."""

from collections.abc import AsyncIterator

import pytest

from livechat.ui.search_parts import Piece, piece
from livechat.ui.shell import Part, part
from tests.ui.page_stand import PageStand, open_pages
from tests.ui.search_hands import SearchHands, say

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def opened(pages: PageStand, text: str = '') -> SearchHands:
    """The panel of Ana's, over the lobby."""
    hands = SearchHands(pages, await pages.tab(ANA))
    await hands.open_panel()
    if text:
        await hands.type(text)
    return hands


async def test_button_opens_a_panel_that_searches_in_the_room(pages: PageStand) -> None:
    other = await pages.room('Other', ANA, BO)
    await say(pages, 'the boat here')
    await say(pages, 'the boat there', room=other)

    hands = await opened(pages, 'boat')

    assert hands.is_panel
    assert hands.found == ['the boat here']
    assert 'Lobby' not in hands.lines  # where all are from one room
    assert hands.tab.address == '/rooms/lobby'
    assert hands.props(Piece.LINK)['href'] == '/search?q=boat&in=lobby'
    assert 'old 3' in hands.tab.log
    assert hands.tab.browser.elements[part(Part.SEARCH)]['props']['aria-pressed'] == 'true'
    await hands.press(Piece.EVERYWHERE)
    assert sorted(hands.found) == ['the boat here', 'the boat there']
    assert hands.tab.browser.complaints == []


async def test_panel_stays_while_one_goes_from_message_to_message(pages: PageStand) -> None:
    other = await pages.room('Other', ANA, BO)
    (here,) = await say(pages, 'the boat here')
    (there,) = await say(pages, 'the boat there', room=other)
    hands = await opened(pages, 'boat')
    await hands.press(Piece.EVERYWHERE)
    found = hands.found

    await hands.follow(there, other.id)
    assert 'the boat there' in hands.tab.log
    assert hands.tab.opened[-1] == f'#m{there}'
    await hands.follow(here)

    assert 'old 3' in hands.tab.log
    assert hands.tab.opened[-1] == f'#m{here}'
    assert hands.found == found
    assert hands.is_marked(here, 'opened')
    assert hands.tab.calls[-1] == 'focus'  # of the line, after the message took it


async def test_arriving_at_what_is_unread_leaves_the_focus_to_the_search(pages: PageStand) -> None:
    await say(pages, 'unread')
    tab = await pages.tab(ANA, path='/rooms')
    tab.hold_answers()
    tab.go('/rooms/lobby')
    await pages.settle()
    assert tab.opened  # on the way to it
    await SearchHands(pages, tab).open_panel()
    tab.calls.clear()

    tab.let_answers_go()
    await pages.settle()

    assert 'focus' not in tab.calls


async def test_same_message_is_gone_to_again(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    hands = await opened(pages, 'boat')
    await hands.follow(number)
    hands.tab.opened.clear()

    await hands.follow(number)

    assert hands.tab.opened == [f'#m{number}']


@pytest.mark.parametrize('way', ['escape', 'close', 'button'])
async def test_panel_is_closed_and_the_focus_goes_back(pages: PageStand, way: str) -> None:
    await say(pages, 'the boat')
    hands = await opened(pages, 'boat')
    hands.tab.calls.clear()

    match way:
        case 'escape':
            hands.tab.page.virtual_event(part(Part.SEARCH_PANEL), [{'key': 'Escape'}])
        case 'close':
            hands.tab.click(piece(Piece.CLOSE))
        case _:
            hands.tab.click(Part.SEARCH)
    await pages.settle()

    assert not hands.is_panel
    assert not hands.is_shown
    assert part(Part.SEARCH_PANEL) not in hands.tab.browser.elements
    assert 'focus' in hands.tab.calls


async def test_panel_opened_again_in_its_room_is_as_it_was_and_elsewhere_new(pages: PageStand) -> None:
    await pages.room('Other', ANA, BO)
    await say(pages, 'the boat')
    hands = await opened(pages, 'boat')
    await hands.press(Piece.CLOSE)

    await hands.open_panel()
    assert hands.written == 'boat'
    assert hands.found == ['the boat']
    await hands.press(Piece.CLOSE)
    hands.tab.go('/rooms/other')
    await pages.settle()
    await hands.open_panel()

    assert hands.written == ''
    assert 'Other' in hands.tab.browser.html(piece(Piece.HERE))


@pytest.mark.parametrize('folded', [False, True])
async def test_people_come_back_into_their_place(pages: PageStand, folded: bool) -> None:
    hands = SearchHands(pages, await pages.tab(ANA))
    if folded:
        hands.tab.click(Part.TOGGLE_PEOPLE)
        await pages.settle()
    await hands.open_panel()
    assert ('people-folded' in hands.tab.classes) is folded

    hands.tab.click(Part.TOGGLE_PEOPLE)
    await pages.settle()

    assert not hands.is_panel
    assert 'people-folded' not in hands.tab.classes


# On a narrow screen


async def test_panel_makes_room_for_what_was_opened_and_back_brings_it_again(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    hands = await opened(pages, 'boat')
    await hands.follow(number)
    assert 'search-aside' in hands.tab.classes

    hands.tab.go('/rooms/lobby')
    await pages.settle()

    assert 'search-aside' not in hands.tab.classes
    assert hands.found == ['the boat']
    assert 'scrollIntoView' in hands.tab.calls


async def test_button_of_a_narrow_screen_brings_results_back(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    hands = await opened(pages, 'boat')
    await hands.follow(number)

    hands.tab.click(Part.OPEN_SEARCH)
    await pages.settle()

    assert hands.is_panel
    assert 'search-aside' not in hands.tab.classes
    assert hands.found == ['the boat']


# Other places


@pytest.mark.parametrize('path', ['/rooms', '/profile', '/search'])
async def test_panel_goes_with_the_conversation(pages: PageStand, path: str) -> None:
    await say(pages, 'the boat')
    hands = await opened(pages, 'boat')

    hands.tab.go(path)
    await pages.settle()

    assert not hands.is_panel
    assert part(Part.SEARCH_PANEL) not in hands.tab.browser.elements
    assert hands.is_shown is (path == '/search')


async def test_panel_becomes_the_page_with_what_was_found(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await opened(pages, 'boat')

    hands.tab.go(hands.props(Piece.LINK)['href'])
    await pages.settle()

    assert hands.written == 'boat'
    assert hands.found == ['the boat']
    assert hands.props(Piece.HERE)['aria-pressed'] == 'true'


async def test_panel_of_somebody_who_is_removed_shows_nothing_of_that_room_at_once(pages: PageStand) -> None:
    other = await pages.room('Other', ANA, BO)
    (here,) = await say(pages, 'the boat here')
    (there,) = await say(pages, 'the boat there', room=other)
    hands = await opened(pages, 'boat')
    await hands.press(Piece.EVERYWHERE)
    await hands.follow(there, other.id)
    assert len(hands.found) == 2
    gate = pages.hold(hands.tab)

    await pages.chat.members.remove(pages.people[OWNER], other.id, pages.people[ANA].id)
    await pages.house.turn(5)
    assert hands.found == ['the boat here']
    gate.set()
    await pages.settle()

    assert hands.is_panel
    assert hands.keeps(here, pages.lobby.id)
    assert not hands.keeps(there, other.id)


async def test_button_does_nothing_where_there_is_no_conversation(pages: PageStand) -> None:
    hands = SearchHands(pages, await pages.tab(ANA, path='/rooms'))

    for which in (Part.SEARCH, Part.OPEN_SEARCH, Part.SEARCH_PANEL):
        hands.tab.page.virtual_event(part(which), [{'key': 'Escape'}])
    await pages.settle()

    assert not hands.is_panel
    assert not hands.is_shown


async def test_panel_is_there_after_a_lost_connection(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await opened(pages, 'boat')
    await hands.tab.lose()
    await say(pages, 'another boat')

    await hands.tab.connect()
    await pages.settle()

    assert hands.is_panel
    assert sorted(hands.found) == ['another boat', 'the boat']
    assert hands.tab.browser.elements[part(Part.SEARCH)]['props']['aria-pressed'] == 'true'


async def test_tab_that_is_closed_with_its_panel_leaves_nothing_running(pages: PageStand) -> None:
    hands = await opened(pages, 'boat')
    hands.put('boats')

    await hands.tab.close()
    await pages.pass_time(1)

    assert not hands.tab.page.search.view.run.is_under_way


async def test_page_opened_from_the_panel_is_of_what_was_typed_last(pages: PageStand) -> None:
    await say(pages, 'the boat', 'the house')
    hands = await opened(pages, 'boat')

    hands.put('house')
    assert hands.props(Piece.LINK)['href'] == '/search?q=house&in=lobby'  # for whoever opens it in another tab, or copies it
    hands.put('the house')
    await hands.press(Piece.LINK)

    assert hands.tab.address == '/search?q=the%20house&in=lobby'
    assert hands.written == 'the house'
    assert hands.found == ['the house']
    assert not hands.is_panel


async def test_link_to_the_page_leads_nowhere_once_the_panel_is_gone(pages: PageStand) -> None:
    hands = await opened(pages, 'boat')
    await hands.press(Piece.CLOSE)

    hands.tell(Piece.LINK, None)
    await pages.settle()

    assert hands.tab.address == '/rooms/lobby'


async def test_panel_that_was_opened_while_the_tab_was_away_is_whole_when_it_is_back(pages: PageStand) -> None:
    await say(pages, 'the boat', 'a house')
    hands = await opened(pages, 'boat')
    await hands.press(Piece.CLOSE)
    await hands.tab.lose()
    hands.tab.page.virtual_event(part(Part.SEARCH), [])
    await pages.settle()
    assert not hands.is_shown

    await hands.tab.connect()
    await pages.settle()

    assert hands.is_panel
    assert hands.written == 'boat'
    assert hands.found == ['the boat']
    assert hands.props(Piece.HERE)['aria-pressed'] == 'true'
    assert hands.tab.calls[-1] in {'focus', 'select'}
    await hands.type('house')
    assert hands.found == ['a house']
    assert hands.tab.browser.complaints == []


async def test_field_that_the_browser_has_keeps_what_is_typed_in_it_while_the_tab_is_away(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await opened(pages)
    hands.tell(Piece.GLYPH, None)  # it is on screen
    field = hands.tab.browser.elements[piece(Piece.FIELD)]
    field['props']['model-value'] = 'typed meanwhile'
    await hands.tab.lose()

    await hands.tab.connect()
    await pages.settle()

    assert hands.is_shown
    assert hands.written == 'typed meanwhile'
