"""Results that follow what happens to the messages they show, without a key."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.limits import Limits
from livechat.ui.pages.search_follow import LOOK_AGAIN_S
from livechat.ui.search_parts import Piece
from tests.ui.page_stand import PageStand, open_pages
from tests.ui.search_hands import SearchHands, at, gated, say

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def edit(pages: PageStand, number: int, body: str) -> None:
    await pages.chat.rooms.edit(pages.people[BO], pages.lobby.id, number, body)  # type: ignore[arg-type]


async def delete(pages: PageStand, number: int) -> None:
    await pages.chat.rooms.delete_message(pages.people[BO], pages.lobby.id, number)  # type: ignore[arg-type]


async def looks(pages: PageStand) -> None:
    """What is to be looked for again, is."""
    await pages.settle()
    await pages.pass_time(LOOK_AGAIN_S)


async def test_deleted_message_goes_at_once_even_when_no_search_is_left() -> None:
    async with open_pages(Limits(search_burst=1, search_refill_per_s=0.1)) as pages:
        first, _ = await say(pages, 'the boat', 'another boat')
        hands = await at(pages, '/search?q=boat')
        assert len(hands.found) == 2

        await delete(pages, first)
        await pages.settle()

        assert hands.found == ['another boat']
        assert not hands.keeps(first, pages.lobby.id)


async def test_edited_message_reads_as_it_does_now_and_goes_when_it_is_no_answer_any_more(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    hands = await at(pages, '/search?q=boat')

    await edit(pages, number, 'a blue boat')
    await looks(pages)
    assert hands.found == ['a blue boat']
    assert hands.marks == ['boat']
    await edit(pages, number, 'a car')
    await looks(pages)

    assert hands.found == []
    assert 'Nothing found' in hands.help
    await edit(pages, number, 'a boat after all')
    await looks(pages)
    assert hands.found == ['a boat after all']


async def test_deletion_that_is_taken_back_brings_the_line_back(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    hands = await at(pages, '/search?q=boat')
    await delete(pages, number)
    await looks(pages)
    assert hands.found == []

    await pages.chat.rooms.undo_deletion(pages.people[BO], pages.lobby.id, number)  # type: ignore[arg-type]
    await looks(pages)

    assert hands.found == ['the boat']


async def test_many_changes_cost_one_search_a_second(pages: PageStand) -> None:
    numbers = await say(pages, *(f'boat {number}' for number in range(9)))
    hands = await at(pages, '/search?q=boat')
    store = gated(pages)

    for number in numbers:
        await edit(pages, number, f'blue boat {number}')
    await pages.settle()
    assert store.asked == 1
    await pages.pass_time(LOOK_AGAIN_S)

    assert sorted(hands.found) == sorted(f'blue boat {number}' for number in numbers)
    assert store.asked == 2


async def test_what_changes_no_line_costs_no_search(pages: PageStand) -> None:
    number, _ = await say(pages, 'the boat', 'the house')
    hands = await at(pages, '/search?q=boat')
    store = gated(pages)

    await pages.chat.rooms.react(pages.people[BO], pages.lobby.id, number, '👍')  # type: ignore[arg-type]
    await edit(pages, number + 1, 'the garden')
    await looks(pages)

    assert hands.found == ['the boat']
    assert store.asked == 0


async def test_what_becomes_of_a_message_that_is_no_answer_any_more_costs_no_search(pages: PageStand) -> None:
    number, _ = await say(pages, 'the boat', 'another boat')
    hands = await at(pages, '/search?q=boat')
    await edit(pages, number, 'a car')
    await looks(pages)
    assert hands.found == ['another boat']
    store = gated(pages)

    await pages.chat.rooms.react(pages.people[BO], pages.lobby.id, number, '👍')  # type: ignore[arg-type]
    await looks(pages)

    assert store.asked == 0


async def test_edit_before_its_room_is_followed_is_found_out(pages: PageStand) -> None:
    number, _ = await say(pages, 'the boat', 'another boat')
    hands = await at(pages)
    await hands.type_and_hold('boat')

    await edit(pages, number, 'a car')  # after it was read, and before anybody follows the lobby
    await pages.settle()
    pages.house.beat()
    await pages.settle()
    await looks(pages)
    pages.house.beat()
    await pages.settle()

    assert hands.found == ['another boat']


async def test_end_of_the_list_is_told_again_after_another_look() -> None:
    async with open_pages(Limits(message_burst=100)) as pages:
        number, *_ = await say(pages, *(f'boat {number}' for number in range(60)))
        hands = await at(pages, '/search?q=boat&order=newest')
        before = hands.ends

        await edit(pages, number + 59, 'blue boat')
        await looks(pages)

        assert hands.found[0] == 'blue boat'
        assert hands.ends != before  # browsers tell once of each
        await hands.see_end()
        assert len(hands.found) == 60


async def test_line_that_is_no_pin_any_more_goes(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    owner, lobby = pages.people[OWNER], pages.lobby.id
    await pages.chat.rooms.pin(owner, lobby, number, True)  # type: ignore[arg-type]
    hands = await at(pages, '/search?q=is:pinned')
    assert hands.found == ['the boat']

    await pages.chat.rooms.pin(owner, lobby, number, False)  # type: ignore[arg-type]
    await looks(pages)

    assert hands.found == []


async def test_chosen_and_opened_lines_stay_when_one_above_goes(pages: PageStand) -> None:
    opened, chosen, _ = await say(pages, 'boat one', 'boat two', 'boat three')
    hands = SearchHands(pages, await pages.tab(ANA))
    await hands.open_panel()
    await hands.type('boat')
    await hands.press(Piece.NEWEST)
    assert hands.found == ['boat three', 'boat two', 'boat one']
    await hands.follow(opened)
    await hands.key('ArrowUp')
    assert hands.is_marked(chosen, 'on')

    await delete(pages, chosen + 1)
    await looks(pages)

    assert hands.found == ['boat two', 'boat one']
    assert hands.is_marked(chosen, 'on')
    assert hands.is_marked(opened, 'opened')
    await hands.key('Enter')
    assert hands.tab.address.endswith(f'#m{chosen}')


async def test_nothing_is_left_of_a_chosen_line_for_screen_readers_either(pages: PageStand) -> None:
    (number,) = await say(pages, 'the boat')
    hands = await at(pages, '/search?q=boat')
    await hands.key('ArrowDown')
    assert 'the boat' in hands.says
    await edit(pages, number, 'a blue boat')
    await looks(pages)
    assert 'a blue boat' in hands.says

    await delete(pages, number)
    await pages.settle()

    assert hands.says == ''


async def test_answer_on_its_way_brings_nothing_that_was_deleted_meanwhile(pages: PageStand) -> None:
    first, _ = await say(pages, 'the boat', 'another boat')
    hands = await at(pages)
    await hands.type_and_hold('boat')
    assert hands.found == []  # read, and held back until the next beat

    await delete(pages, first)
    await pages.settle()
    pages.house.beat()
    await pages.settle()

    assert hands.found == ['another boat']


async def test_search_in_one_room_takes_note_while_its_answer_is_on_its_way(pages: PageStand) -> None:
    first, second = await say(pages, 'the boat', 'another boat')
    hands = SearchHands(pages, await pages.tab(ANA))
    await hands.open_panel()
    await hands.type_and_hold('boat')

    await delete(pages, first)
    await edit(pages, second, 'another blue boat')
    await pages.settle()
    pages.house.beat()
    await pages.settle()
    assert hands.found in (['another boat'], ['another blue boat'])
    await looks(pages)

    assert hands.found == ['another blue boat']


async def test_whoever_fell_behind_looks_again() -> None:
    limits = Limits(message_burst=100, subscription_events=2)
    async with open_pages(limits) as pages:
        await say(pages, *(f'boat {number}' for number in range(6)), 'the house', 'the garden')  # of which no line is shown
        hands = await at(pages, '/search?q=boat')
        assert len(hands.found) == 6

        await pages.chat.rooms.delete_messages_of(pages.people[BO].id)
        await looks(pages)

        assert hands.found == []


async def test_rooms_are_followed_only_as_long_as_something_of_them_is_shown(pages: PageStand) -> None:
    other = await pages.room('Other', ANA, BO)
    topic, watched = f'room.{other.id}', pages.chat.backplane.is_watched
    await say(pages, 'the boat', room=other)
    assert not watched(topic)
    hands = await at(pages, '/search?q=boat')
    assert watched(topic)

    await hands.type('nothing like it')
    assert not watched(topic)
    await hands.type('boat')
    assert watched(topic)
    hands.tab.go('/rooms/lobby')
    await pages.settle()

    assert not watched(topic)


@pytest.mark.parametrize('way', ['left', 'closed'])
async def test_room_of_a_lost_or_closed_search_is_not_followed(pages: PageStand, way: str) -> None:
    other = await pages.room('Other', ANA, BO)
    topic, watched = f'room.{other.id}', pages.chat.backplane.is_watched
    await say(pages, 'the boat', room=other)
    hands = await at(pages, '/search?q=boat')
    assert watched(topic)

    if way == 'left':
        await pages.chat.members.remove(pages.people[OWNER], other.id, pages.people[ANA].id)
    else:
        await hands.tab.close()
    await pages.settle()

    assert not watched(topic)
