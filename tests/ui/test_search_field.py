"""Completion of filters in the field of the search: what is suggested, chosen, taken."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.domain.search_query import parse
from livechat.ui.completion import Choice, typed_at
from livechat.ui.search_parts import choice_id
from livechat.ui.search_words import FIELDS, quoted, with_choice, word_at
from tests.ui.page_stand import PageStand, open_pages
from tests.ui.search_hands import SearchHands, at, say

ANA = 1


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def test_names_of_filters_are_suggested_and_left_to_who_meant_a_word(pages: PageStand) -> None:
    (number,) = await say(pages, 'on the boat')
    hands = await at(pages)

    await hands.type('on')
    assert hands.choices == ['on: a day, a month, a year']
    assert hands.chosen == ''
    await hands.key('Enter')

    assert hands.tab.address == f'/rooms/lobby?m={number}#m{number}'


async def test_name_of_a_filter_is_taken_and_its_values_follow(pages: PageStand) -> None:
    hands = await at(pages)
    await hands.type('boat fr')
    assert hands.choices == ['from: somebody, or me']

    await hands.key('Tab')
    assert hands.written == 'boat from:'
    assert hands.chosen == 'me, what you wrote'
    assert 'Person 2' in hands.choices
    await hands.key('ArrowDown')
    await hands.key('Enter')

    assert str(hands.written).startswith('boat from:person.')
    assert hands.choices == []


async def test_rooms_of_ones_own_alone_are_suggested(pages: PageStand) -> None:
    await pages.room('Attic', ANA)
    await pages.room('Atoll')
    hands = await at(pages)

    await hands.type('in:at')
    assert hands.choices == ['Attic']
    await hands.key('Enter')

    assert hands.written == 'in:attic '


async def test_direct_room_is_called_by_its_people(pages: PageStand) -> None:
    direct = await pages.chat.rooms.direct(pages.people[ANA], [pages.people[2].id])
    await say(pages, 'the boat', room=direct)
    hands = await at(pages)

    await hands.type('boat in:"pers')
    await hands.key('Enter')
    await hands.pause()

    assert hands.written == 'boat in:"Person 2" '
    assert hands.found == ['the boat']


@pytest.mark.parametrize('key', ['Enter', 'Tab'])
@pytest.mark.parametrize('path', ['/search', '/rooms/lobby'])
@pytest.mark.parametrize('part', ['ana', 'mar', 'sil', '"maria s', 'ＳＩＬ'])
async def test_person_is_taken_by_whatever_part_of_the_name_found_them(pages: PageStand, part: str, path: str, key: str) -> None:
    await pages.house.rename_person(2, 'Ana Maria Silva')
    hands = await at(pages, path)
    if path != '/search':
        await hands.open_panel()
    await hands.type(f'boat from:{part}')
    assert hands.chosen == 'Ana Maria Silva'

    await hands.key(key)

    assert hands.written == f'boat from:{pages.people[2].username} '


@pytest.mark.parametrize('part', ['ilv', 'erson.2'])
async def test_person_is_taken_by_a_part_from_the_middle(pages: PageStand, part: str) -> None:
    await pages.house.rename_person(2, 'Ana Maria Silva')
    hands = await at(pages)
    await hands.type(f'from:{part}')
    assert hands.choices == ['Ana Maria Silva']

    hands.tab.click(choice_id(0))
    await pages.settle()

    assert hands.written == f'from:{pages.people[2].username} '


async def test_person_is_not_taken_by_what_was_typed_since(pages: PageStand) -> None:
    await pages.house.rename_person(2, 'Ana Maria Silva')
    hands = await at(pages)
    await hands.type('from:sil')

    hands.put('from:silk')
    await hands.key('Tab')

    assert hands.written == ''


@pytest.mark.parametrize(
    ('typed', 'offered'),
    [
        ('has:', ['file any file', 'image a picture', 'link a web address']),
        ('-has:i', ['image a picture']),
        ('is:', ['pinned in its room']),
        ('mentions:', ['me by name, or as everybody']),
        ('before:', ['today since midnight', 'yesterday the day before']),
        ('on:y', ['yesterday the day before']),
        ('http:', []),
        ('from:nobody-like-that', []),
        ('word', []),
        ('"fr', []),
    ],
)
async def test_values_of_filters_are_suggested(pages: PageStand, typed: str, offered: list[str]) -> None:
    hands = await at(pages)

    await hands.type(typed)

    assert hands.choices == offered


async def test_suggestion_is_taken_by_a_click(pages: PageStand) -> None:
    hands = await at(pages)
    await hands.type('has:')

    hands.tab.click(choice_id(1))
    await pages.settle()

    assert hands.written == 'has:image '
    assert hands.choices == []
    assert hands.tab.calls[-1] == 'focus'


async def test_escape_closes_the_suggestions_first(pages: PageStand) -> None:
    hands = SearchHands(pages, await pages.tab(ANA))
    await hands.open_panel()
    await hands.type('has:')
    assert hands.choices

    await hands.key('Escape')

    assert hands.choices == []
    assert hands.is_panel
    assert hands.tab.browser.complaints == []


async def test_value_that_is_complete_opens_what_was_found(pages: PageStand) -> None:
    (number,) = await say(pages, 'https://example.org')
    hands = await at(pages)
    await hands.type('has:link')

    await hands.key('Enter')

    assert hands.tab.address == f'/rooms/lobby?m={number}#m{number}'


async def test_suggestions_for_what_was_typed_before_are_not_shown(pages: PageStand) -> None:
    hands = await at(pages)
    hands.put('has:')
    hands.tab.page.search.view.field.flush()

    hands.put('has: boat ')
    await pages.settle()

    assert hands.choices == []


async def test_guest_is_offered_people_of_their_rooms(pages: PageStand) -> None:
    invitation = await pages.chat.invitations.standing(pages.people[ANA], pages.lobby.id)
    arrival = await pages.chat.guests.join(
        pages.chat.invitations.code(invitation), name='Gil', address='192.0.2.1', user_agent='', guest_key=None
    )
    pages.people.append(arrival.user)
    hands = await at(pages, user=3)

    await hands.type('from:pers')

    assert sorted(hands.choices) == ['Person 0', 'Person 1', 'Person 2']


# Pure


@given(st.text(max_size=60), st.text(max_size=60))
def test_choice_takes_the_place_of_nothing_but_the_word_at_the_cursor(before: str, now: str) -> None:
    cursor = typed_at(before, now)
    word = word_at(now, cursor)
    if word is None:
        return

    assert 0 <= word.start <= cursor <= word.end <= len(now)
    text = with_choice(now, word, Choice(insert='X', html='', name='X', begins=('x',)))

    assert text.startswith(now[: word.start] + 'X')
    assert text.endswith(now[word.end :].lstrip() if word.field else now[word.end :])


@given(st.sampled_from(sorted(FIELDS)), st.text(alphabet='abZ.-*é港', max_size=8), st.sampled_from(['', 'boat ', '"a b" ', '-']))
def test_value_behind_the_name_of_a_filter_is_completed(field: str, value: str, start: str) -> None:
    text = f'{start}{field}:{value}'

    word = word_at(text, len(text))

    assert word is not None
    assert (word.field, word.words) == (field, value.lower())
    assert text[word.start : word.end] == value


@given(st.text(min_size=1, max_size=30))
def test_name_of_a_room_is_understood_as_it_is_inserted(name: str) -> None:
    value = ' '.join(name.replace('"', '').split())
    if not value.isprintable() or not value.lstrip('#'):
        return

    query = parse(f'in:{quoted(value)}', today=date(2026, 5, 4))

    assert query.rooms.wanted == (value.removeprefix('#') or value,)
