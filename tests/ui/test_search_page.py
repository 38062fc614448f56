"""What a person types on the page of the search, and what is found for it."""

from collections.abc import AsyncIterator

import pytest

from livechat.ui.pages.search_run import SLOW_AFTER_S
from livechat.ui.search_html import EVERYWHERE, EXAMPLE, EXAMPLES, MAX_ECHO_CHARS
from livechat.ui.search_parts import Piece, piece
from tests.ui.page_stand import PageStand, open_pages
from tests.ui.search_hands import SearchHands, at, gated, say

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


# What is typed, and what is found


async def test_messages_are_found_while_one_types(pages: PageStand) -> None:
    await say(pages, 'the boat is green', 'a <b>boathouse</b>', 'nothing')
    hands = await at(pages)

    await hands.type('boa')

    assert sorted(hands.found) == ['a &lt;b&gt;boathouse&lt;/b&gt;', 'the boat is green']
    assert hands.marks == ['boa', 'boa']
    assert hands.status == '2 messages'
    assert hands.tab.address == '/search?q=boa'
    assert hands.tab.browser.complaints == []


async def test_nothing_is_searched_before_a_pause(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)

    for text in ('b', 'bo', 'boa'):
        hands.put(text)
        await pages.settle()
        assert hands.found == []
    await hands.pause()

    assert hands.found == ['the boat']


async def test_older_answer_never_replaces_a_newer_one(pages: PageStand) -> None:
    await say(pages, 'the boat', 'the house')
    hands = await at(pages)
    store = gated(pages, 'boat', 'house')
    await hands.type('boat')
    await hands.type('house')

    store.gates['house'].set()
    await pages.settle()
    assert hands.found == ['the house']
    store.gates['boat'].set()
    await pages.settle()
    pages.house.beat()  # answers come at beats
    await pages.settle()

    assert hands.found == ['the house']


async def test_answer_that_comes_after_the_next_key_writes_nothing_into_the_field(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)
    store = gated(pages, 'boat')
    await hands.type('boat')
    field = hands.tab.browser.elements[piece(Piece.FIELD)]

    hands.put('boat h')
    store.gates['boat'].set()
    await hands.pause()

    assert hands.tab.browser.elements[piece(Piece.FIELD)] is field  # what the browser keeps in it is left alone
    assert field['props']['loopback'] is False
    assert hands.tab.address == '/search?q=boat%20h'


async def test_search_says_that_it_is_under_way_only_when_it_takes_long(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)
    store = gated(pages, 'boat')
    await hands.type('boat')
    assert hands.status == ''

    await pages.pass_time(SLOW_AFTER_S)
    assert hands.status == 'Searching …'
    store.gates['boat'].set()
    await pages.settle()
    pages.house.beat()
    await pages.settle()

    assert hands.status == '1 message'


async def test_room_author_time_and_file_are_said_with_each_message(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)

    await hands.type('boat')

    assert 'Person 2' in hands.lines
    assert 'Lobby' in hands.lines
    assert 'data-day=' in hands.lines


async def test_newest_first_is_a_switch_that_the_address_keeps(pages: PageStand) -> None:
    await say(pages, 'boat boat boat')
    await pages.pass_time(60)
    await say(pages, 'a long sentence about many things, and a boat among them')
    hands = await at(pages)
    await hands.type('boat')
    best = hands.found

    await hands.press(Piece.NEWEST)

    assert hands.found == best[::-1]
    assert hands.props(Piece.NEWEST)['aria-checked'] == 'true'
    assert hands.tab.address == '/search?q=boat&order=newest'
    again = await at(pages, hands.tab.address)
    assert again.found == hands.found


# Where


async def test_address_says_what_is_searched_for_and_where(pages: PageStand) -> None:
    other = await pages.room('Other', ANA, BO)
    await say(pages, 'the boat here')
    await say(pages, 'the boat there', room=other)

    everywhere = await at(pages, '/search?q=boat')
    there = await at(pages, '/search?q=boat&in=other')

    assert sorted(everywhere.found) == ['the boat here', 'the boat there']
    assert there.found == ['the boat there']
    assert there.written == 'boat'
    assert there.props(Piece.HERE)['aria-pressed'] == 'true'


async def test_scope_is_widened_and_narrowed_by_chips(pages: PageStand) -> None:
    other = await pages.room('Other', ANA, BO)
    await say(pages, 'the boat here')
    await say(pages, 'the boat there', room=other)
    hands = await at(pages, '/search?q=boat&in=other')

    await hands.press(Piece.EVERYWHERE)
    assert len(hands.found) == 2
    assert hands.tab.address == '/search?q=boat'
    await hands.press(Piece.HERE)

    assert hands.found == ['the boat there']
    assert hands.tab.address == '/search?q=boat&in=other'


@pytest.mark.parametrize('slug', ['nowhere', 'cellar'])
async def test_room_of_the_address_that_is_not_ones_own_is_no_scope(pages: PageStand, slug: str) -> None:
    cellar = await pages.chat.rooms.create(pages.people[OWNER], 'Cellar', private=True)
    await say(pages, 'the boat below', room=cellar, by=OWNER)
    await say(pages, 'the boat here')

    hands = await at(pages, f'/search?q=boat&in={slug}')

    assert hands.found == ['the boat here']
    assert hands.props(Piece.EVERYWHERE)['aria-pressed'] == 'true' if piece(Piece.EVERYWHERE) in hands.tab.browser.elements else True


async def test_room_one_came_from_is_offered(pages: PageStand) -> None:
    tab = await pages.tab(ANA)
    hands = SearchHands(pages, tab)

    tab.go('/search')
    await pages.settle()

    assert hands.props(Piece.HERE)['aria-pressed'] == 'false'
    assert hands.props(Piece.EVERYWHERE)['aria-pressed'] == 'true'
    assert 'Lobby' in tab.browser.html(piece(Piece.HERE))


# Nothing


async def test_nothing_found_in_a_room_offers_all_rooms(pages: PageStand) -> None:
    other = await pages.room('Other', ANA, BO)
    await say(pages, 'the boat there', room=other)
    hands = await at(pages, '/search?q=boat&in=lobby')
    assert 'Nothing found in <bdi>Lobby</bdi>' in hands.help

    await hands.command(EVERYWHERE)

    assert hands.found == ['the boat there']
    await hands.type('<img src=x>')
    assert 'Nothing found in your rooms' in hands.help
    assert EVERYWHERE not in hands.help
    assert '<img' not in hands.help
    await hands.type('w' * 200)
    assert f'“<bdi>{"w" * MAX_ECHO_CHARS}…</bdi>”' in hands.help


async def test_what_was_not_understood_is_said(pages: PageStand) -> None:
    hands = await at(pages)

    await hands.type('boat has:wheels')

    assert 'After “has:” comes file, image or link.' in hands.notes


async def test_empty_field_shows_what_can_be_asked_and_an_example_is_put_into_it(pages: PageStand) -> None:
    await say(pages, 'mine', by=ANA)
    hands = await at(pages)
    assert 'What you can ask for' in hands.help
    place = next(place for place, (text, _) in enumerate(EXAMPLES) if text == 'from:me')

    await hands.command(f'{EXAMPLE}{place}')
    await hands.pause()

    assert hands.written == 'from:me'
    assert hands.found == ['mine']
    assert 'focus' in hands.tab.calls


async def test_filter_without_its_value_leaves_the_help_there(pages: PageStand) -> None:
    hands = await at(pages)

    await hands.type('from:')

    assert 'What you can ask for' in hands.help
    assert hands.status == ''
