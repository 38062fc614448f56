"""What was found: more of it, the way into its room and back, and what was searched for lately."""

from collections.abc import AsyncIterator

import pytest

from livechat.ui.search_html import FORGET_ALL
from livechat.ui.search_parts import Piece, link_id, piece
from livechat.ui.stream import Kind
from tests.ui.page_stand import PageStand, open_pages
from tests.ui.search_hands import SearchHands, at, gated, say

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


# Pages of results


async def test_more_come_at_the_end_of_the_list_and_by_a_button(pages: PageStand) -> None:
    await say(pages, *(f'boat {number}' for number in range(120)))
    hands = await at(pages)
    await hands.type('boat')
    assert len(hands.found) == 50
    assert hands.status == '120 messages'

    await hands.see_end()
    assert len(hands.found) == 100
    await hands.press(Piece.MORE)

    assert len(set(hands.found)) == 120
    assert not hands.has_more
    assert hands.status == '120 messages'


async def test_message_that_is_gone_is_on_no_later_page(pages: PageStand) -> None:
    numbers = await say(pages, *(f'boat {number}' for number in range(60)))
    hands = await at(pages)
    await hands.type('boat')
    later = next(number for number in numbers if not hands.keeps(number, pages.lobby.id))
    body = pages.house.stores.memory.rooms[pages.lobby.id].messages[later].body  # type: ignore[index]

    await pages.chat.rooms.delete_message(pages.people[OWNER], pages.lobby.id, later)  # type: ignore[arg-type]
    await hands.see_end()

    assert len(hands.found) == 59
    assert body not in hands.found


# Opening and coming back


async def test_whole_line_is_a_link_to_the_message(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    hands = await at(pages)
    await hands.type('boat')

    assert hands.props(link_id(pages.lobby.id, number))['href'] == f'/rooms/lobby?m={number}#m{number}'  # type: ignore[arg-type]
    await hands.follow(number)

    assert hands.tab.opened[-1] == f'#m{number}'
    assert not hands.is_shown
    assert not hands.tab.browser.numbers(Kind.HIT, pages.lobby.id)


async def test_back_shows_the_same_with_what_was_opened_in_view(pages: PageStand) -> None:
    numbers = await say(pages, *(f'boat {number}' for number in range(80)))
    hands = await at(pages)
    await hands.type('boat')
    await hands.see_end()
    before, address = hands.found, hands.tab.address
    await hands.follow(numbers[0])
    hands.tab.calls.clear()

    hands.tab.go(address)
    await pages.settle()

    assert hands.found == before
    assert hands.written == 'boat'
    assert hands.is_marked(numbers[0], 'opened')
    assert 'scrollIntoView' in hands.tab.calls


async def test_back_offers_the_same_room_as_before(pages: PageStand) -> None:
    other = await pages.room('Other', ANA, BO)
    (number,) = await say(pages, 'the boat', room=other)
    tab = await pages.tab(ANA)
    hands = SearchHands(pages, tab)
    tab.go('/search')
    await pages.settle()
    await hands.type('boat')
    address = tab.address

    await hands.follow(number, other.id)
    tab.go(address)
    await pages.settle()

    assert 'Lobby' in tab.browser.html(piece(Piece.HERE))
    assert hands.found == ['the boat']


async def test_page_that_was_left_and_opened_anew_for_something_else_starts_anew(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    hands = await at(pages)
    await hands.type('boat')
    await hands.follow(number)

    hands.tab.go('/search')
    await pages.settle()

    assert hands.written == ''
    assert hands.found == []
    assert 'boat' in hands.help  # among what was searched for lately


async def test_enter_opens_the_best_one(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    hands = await at(pages)
    await hands.type('boat')

    await hands.key('Enter')

    assert hands.tab.address == f'/rooms/lobby?m={number}#m{number}'
    assert hands.tab.opened == [f'#m{number}']


async def test_enter_before_the_answer_opens_what_the_answer_brings(pages: PageStand) -> None:
    first, second = await say(pages, 'the boat', 'the house')
    hands = await at(pages)
    await hands.type('boat')
    store = gated(pages, 'house')
    assert hands.keeps(first, pages.lobby.id)

    hands.put('house')
    await hands.key('Enter')
    assert hands.tab.opened == []
    store.gates['house'].set()
    await pages.settle()

    assert hands.tab.address == f'/rooms/lobby?m={second}#m{second}'


async def test_enter_and_then_another_word_opens_nothing(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)
    store = gated(pages, 'boat')
    hands.put('boat')
    await hands.key('Enter')

    hands.put('boat h')
    store.gates['boat'].set()
    await hands.pause()

    assert hands.tab.opened == []


async def test_arrows_choose_and_enter_opens_what_is_chosen(pages: PageStand) -> None:
    await say(pages, 'the boat', 'the boat')
    hands = await at(pages)
    await hands.type('boat')

    await hands.key('ArrowDown')
    await hands.key('ArrowDown')
    await hands.key('ArrowDown')  # the last one stays chosen
    assert hands.says == 'Person 2: the boat, 2 of 2'
    (chosen,) = [number for number in hands.tab.browser.numbers(Kind.HIT, pages.lobby.id) if hands.is_marked(number, 'on')]
    await hands.key('Enter')

    assert hands.tab.address == f'/rooms/lobby?m={chosen}#m{chosen}'


async def test_key_of_an_input_method_chooses_and_opens_nothing(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)
    await hands.type('boat')

    await hands.key('Enter', isComposing=True)
    await hands.key('Enter', keyCode=229)

    assert hands.tab.opened == []


async def test_enter_on_a_phone_puts_its_keyboard_away(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await at(pages, touch=True)
    await hands.type('boat')

    await hands.key('Enter')

    assert hands.tab.opened == []
    assert hands.tab.calls[-1] == 'blur'
    assert await pages.chat.search.recent(pages.people[ANA]) == ['boat']


# What was searched for lately


async def test_search_is_remembered_when_something_was_opened(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    hands = await at(pages)
    await hands.type('boa')
    assert await pages.chat.search.recent(pages.people[ANA]) == []

    await hands.follow(number)

    assert await pages.chat.search.recent(pages.people[ANA]) == ['boa']


async def test_recent_searches_are_searched_again_and_forgotten(pages: PageStand) -> None:
    await say(pages, 'the boat')
    for text in ('<i>house</i>', 'boat', 'quay'):
        await pages.chat.search.remember(pages.people[ANA], text)
        await pages.pass_time(1)
    hands = await at(pages)
    assert hands.help.index('quay') < hands.help.index('boat') < hands.help.index('&lt;i&gt;house')

    await hands.command('--search-forget-1')
    assert 'quay' not in hands.help
    await hands.command('--search-forget-1')  # a second click means what was seen
    assert 'boat' in hands.help
    await hands.command('--search-again-2')
    await hands.pause()
    assert hands.found == ['the boat']
    await hands.type('')
    await hands.command(FORGET_ALL)

    assert 'Recent searches' not in hands.help
    assert await pages.chat.search.recent(pages.people[ANA]) == []
