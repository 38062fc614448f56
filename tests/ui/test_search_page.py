"""The page of the search: what is typed, found, opened, and come back to."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count

import pytest

from livechat.domain.errors import NotStored
from livechat.domain.limits import Limits
from livechat.domain.model import Room
from livechat.domain.search_errors import SearchTooSlow
from livechat.ui.pages.search_run import SLOW_AFTER_S
from livechat.ui.search_html import EVERYWHERE, EXAMPLE, EXAMPLES, FORGET_ALL, RETRY
from livechat.ui.search_parts import ENDS, Piece, choice_id, end_id, link_id, piece
from livechat.ui.shell import Part
from livechat.ui.stream import Kind, element_id
from tests.ui.page_stand import PageStand, PageTab, open_pages
from tests.ui.search_hands import SearchHands, gated

OWNER, ANA, BO = range(3)
NOW = datetime(2026, 5, 4, tzinfo=UTC)
_keys = count(1)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def say(pages: PageStand, *bodies: str, room: Room | None = None, by: int = BO) -> list[int]:
    """The numbers of the messages."""
    place = room or pages.lobby
    posts = [await pages.chat.rooms.post(pages.people[by], place.id, body, f's{next(_keys)}') for body in bodies]
    await pages.settle()
    return [message.number for message in posts]


async def at(pages: PageStand, path: str = '/search', user: int = ANA, **more: bool) -> SearchHands:
    return SearchHands(pages, await pages.tab(user, path=path, **more))


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
    assert hands.tab.address == '/search?q=boat+h'


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
    pages.house.beat()  # answers come at beats
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
    gated(pages, 'boat')
    await hands.type('boat')

    hands.tab.go('/rooms/lobby')
    await pages.settle()

    assert 'old 3' in hands.tab.log


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
    store = gated(pages, 'boat')
    await hands.type('boat')

    await pages.chat.members.remove(pages.people[OWNER], other.id, pages.people[ANA].id)
    store.gates['boat'].set()
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
