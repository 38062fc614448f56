"""Searches that fail, results that are not one's own any more, and what comes from a hostile socket."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.errors import NotStored
from livechat.domain.limits import Limits
from livechat.domain.search_errors import SearchTooSlow
from livechat.ui.search_html import EVERYWHERE, EXAMPLE, RETRY
from livechat.ui.search_parts import ENDS, Piece, choice_id, end_id, link_id, piece
from livechat.ui.shell import Part
from livechat.ui.stream import Kind, element_id
from tests.ui.page_stand import PageStand, PageTab, open_pages
from tests.ui.search_hands import SearchHands, at, gated, say

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


# Trouble


async def test_search_that_takes_too_long_says_what_to_do_and_can_be_tried_again(pages: PageStand) -> None:
    await say(pages, 'the boat', 'the house')
    hands = await at(pages)
    await hands.type('house')
    store = gated(pages)
    store.trouble = SearchTooSlow()
    await hands.type('boat')
    assert 'Add a word, a room or a person to it.' in hands.help
    assert hands.found == []

    store.trouble = None
    await hands.command(RETRY)

    assert hands.found == ['the boat']


@pytest.mark.parametrize('trouble', [ZeroDivisionError(), NotStored()])
async def test_any_other_trouble_is_said_and_nothing_else_stops(pages: PageStand, trouble: Exception) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)
    store = gated(pages)
    store.trouble = trouble

    await hands.type('boat')
    assert 'That did not work' in hands.help
    store.trouble = None
    await hands.type('the')

    assert hands.found == ['the boat']


async def test_who_searches_too_fast_is_answered_after_a_while() -> None:
    limits = Limits(search_burst=1, search_refill_per_s=0.5)
    async with open_pages(limits) as pages:
        await say(pages, 'the boat')
        hands = await at(pages)
        await hands.type('boat')
        assert 'That was a lot of searching at once' in hands.help

        await pages.pass_time(2.1)

        assert hands.found == ['the boat']


async def test_slow_search_keeps_nobody_from_anything_else(pages: PageStand) -> None:
    hands = await at(pages)
    store = gated(pages, 'boat')
    await hands.type('boat')

    hands.tab.go('/rooms/lobby')
    await pages.settle()

    assert 'old 3' in hands.tab.log
    store.gates['boat'].set()


# What is not one's own any more


async def test_messages_of_a_room_one_left_disappear_at_once(pages: PageStand) -> None:
    other = await pages.room('Other', ANA, BO)
    (here,) = await say(pages, 'the boat here')
    (there,) = await say(pages, 'the boat there', room=other)
    hands = await at(pages, '/search?q=boat')
    assert len(hands.found) == 2
    gate = pages.hold(hands.tab)  # whatever waits in the queue

    await pages.chat.members.remove(pages.people[OWNER], other.id, pages.people[ANA].id)
    await pages.house.turn(5)

    assert hands.found == ['the boat here']
    assert hands.status == '1 message'
    assert hands.keeps(here, pages.lobby.id)
    assert not hands.keeps(there, other.id)
    gate.set()


async def test_answer_on_its_way_brings_nothing_of_a_room_one_left_meanwhile(pages: PageStand) -> None:
    other = await pages.room('Other', ANA, BO)
    await say(pages, 'the boat there', room=other)
    hands = await at(pages)
    await hands.type_and_hold('boat')
    assert hands.found == []  # found, and held back until the next beat

    await pages.chat.members.remove(pages.people[OWNER], other.id, pages.people[ANA].id)
    await pages.settle()
    pages.house.beat()
    await pages.settle()

    assert hands.found == []
    assert 'Nothing found' in hands.help


async def test_room_that_was_searched_in_and_is_lost_is_no_scope_any_more(pages: PageStand) -> None:
    other = await pages.room('Other', ANA, BO)
    await say(pages, 'the boat there', room=other)
    await say(pages, 'the boat here')
    hands = await at(pages, '/search?q=boat&in=other')
    assert hands.found == ['the boat there']

    await pages.chat.rooms.delete(pages.people[OWNER], other.id)
    await pages.settle()

    assert hands.found == ['the boat here']
    assert 'Other' not in hands.tab.log
    assert hands.tab.address == '/search?q=boat'


async def test_nothing_is_sent_after_the_sign_in_has_ended(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)
    store = gated(pages, 'boat')
    await hands.type('boat')

    await pages.sign_out(hands.tab)
    store.gates['boat'].set()
    await pages.settle()

    assert hands.found == []


# What comes from the socket


HOSTILE = [None, 0, -1, True, [], {}, {'key': 5}, {'key': 'Enter', 'isComposing': 'x'}, 'x' * 100_000, '\ud800', '\0', ['a']]


@pytest.mark.parametrize('argument', HOSTILE, ids=lambda each: repr(each)[:20])
async def test_any_value_from_the_socket_does_no_harm(pages: PageStand, argument: object) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)
    await hands.type('boat')
    targets = [*map(piece, Piece), *(choice_id(place) for place in range(9)), *(end_id(page) for page in range(ENDS))]
    targets += [element_id(Kind.SEARCH, 5, 7), element_id(Kind.HIT, 0, 0), element_id(Kind.HIT, 99, 99), element_id(Kind.SEARCH, 0, 9_999)]

    for target in targets:
        hands.tab.page.virtual_event(target, [argument])
        hands.tab.page.virtual_event(target, [])
    await hands.pause()
    for word in (f'{EXAMPLE}999', '--search-again-999', '--search-forget-999'):
        await hands.command(word)
    await hands.type('boat')

    assert hands.found == ['the boat']
    assert hands.tab.opened == []
    assert hands.tab.notice == ''


async def test_what_no_keyboard_writes_is_left_out(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)

    await hands.type('\ud800bo\0at')
    await hands.key('Enter')

    assert hands.tab.notice == ''
    assert await pages.chat.search.recent(pages.people[ANA]) == ['boat']
    assert (await at(pages, f'/search?q={"boat" * 1_000}%00%ff')).written == 'boat' * 100


async def test_events_of_a_search_that_is_not_there_do_nothing(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    tab: PageTab = await pages.tab(ANA)
    hands = SearchHands(pages, tab)

    for which in Piece:
        hands.tell(which, 'boat')
    tab.page.virtual_event(link_id(pages.lobby.id, number), [])  # type: ignore[arg-type]
    await hands.command(EVERYWHERE)
    await hands.command(RETRY)
    await hands.pause()

    assert not hands.is_shown
    assert not hands.is_panel
    assert tab.address == '/rooms/lobby'


async def test_page_after_a_lost_connection_shows_what_is_found_now(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)
    await hands.type('boat')
    await hands.tab.lose()
    await say(pages, 'another boat')

    await hands.tab.connect()
    await pages.settle()

    assert sorted(hands.found) == ['another boat', 'the boat']
    assert hands.tab.html(Part.SERVER)


async def test_answer_that_came_while_the_connection_was_lost_is_shown_after_it(pages: PageStand) -> None:
    await say(pages, 'the boat')
    hands = await at(pages)
    store = gated(pages, 'boat')
    await hands.type('boat')
    await hands.tab.lose()
    store.gates['boat'].set()
    await pages.settle()

    await hands.tab.connect()
    await pages.settle()

    assert hands.found == ['the boat']
