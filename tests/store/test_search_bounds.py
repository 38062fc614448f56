"""How far a search goes, and what is kept beside messages: the most that is found, what was looked for, days with messages."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from threading import get_ident

import pytest

from livechat.domain.message import Message
from livechat.domain.model import RoomId, UserId
from livechat.domain.search_errors import SearchTooSlow
from livechat.domain.search_ports import MOST_FOUND, MOST_RECENT, Found, Order, Question
from livechat.domain.search_query import Has, parse
from livechat.domain.search_rank import scores
from livechat.store import search as sql_search
from livechat.store import search_walk
from livechat.store.search import SqlSearch
from tests import memory_search
from tests.store.newcomers import new_guest
from tests.store.people import NOON, Lobby, add_room, commit_one, delete, post, restore, system_line

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


async def say(lobby: Lobby, *bodies: str) -> list[Message]:
    results = await lobby.stores.messages.commit([post(lobby.room, lobby.ana, body) for body in bodies])
    return [stored.message for stored in results]  # type: ignore[union-attr]


async def find(lobby: Lobby, text: str, *, order: Order = Order.NEWEST, enough: int = 0, has: frozenset[Has] = frozenset()) -> Found:
    terms = parse(text, today=date(2026, 5, 4)).terms
    return await lobby.stores.search.find(Question(user_id=lobby.ana.id, terms=terms, order=order, has=has), enough=enough)


def numbers(found: Found) -> list[int]:
    return [number for _, number in found.places]


@pytest.fixture
def most(monkeypatch: pytest.MonkeyPatch) -> int:
    for module in (search_walk, memory_search):
        monkeypatch.setattr(module, 'MOST_FOUND', 5)
    return 5


@pytest.mark.parametrize('text', ['word', 'ord', '"word"', 'wo', 'word -else', '-else'])
@pytest.mark.parametrize('order', Order)
async def test_only_the_newest_are_found_and_it_is_said_that_there_may_be_more(lobby: Lobby, most: int, text: str, order: Order) -> None:
    await say(lobby, *['word'] * most)
    assert (await find(lobby, text, order=order)).is_cut

    await say(lobby, *['word word'] * 2)
    for enough in (0, 1, 2 * most):
        found = await find(lobby, text, order=order, enough=enough)
        assert (set(numbers(found)), found.is_cut, found.is_whole) == ({3, 4, 5, 6, 7}, True, True)


async def test_fewer_than_the_most_are_all(lobby: Lobby, most: int) -> None:
    await say(lobby, *['word'] * (most - 1))

    for text in ('word', 'ord', '-else'):
        found = await find(lobby, text)
        assert (len(found.places), found.is_cut) == (most - 1, False)


async def test_the_most_is_a_thousand(sqlite_lobby: Lobby) -> None:
    await say(sqlite_lobby, *['word'] * (MOST_FOUND + 1))

    found = await find(sqlite_lobby, 'word')

    assert numbers(found) == list(range(MOST_FOUND + 1, 1, -1))
    assert found.is_cut
    assert MOST_FOUND == 1_000


@pytest.mark.parametrize('text', ['東', '-else', 'か'])
async def test_without_an_index_the_newest_messages_are_looked_through(
    sqlite_lobby: Lobby, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(search_walk, 'SCANNED', 3)
    await say(sqlite_lobby, *['東京都か'] * 3)
    whole = await find(sqlite_lobby, text)
    assert (numbers(whole), whole.is_scan, whole.is_cut) == ([3, 2, 1], True, False)

    await say(sqlite_lobby, *['東京都か'] * 2)
    cut = await find(sqlite_lobby, text)

    assert (numbers(cut), cut.is_scan, cut.is_cut) == ([5, 4, 3], True, True)


async def test_index_reaches_further_back_than_a_scan(sqlite_lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_walk, 'SCANNED', 1)
    await say(sqlite_lobby, '東京都', 'see https://example.org 東', 'else')

    for found in (
        await find(sqlite_lobby, '東京都'),
        await find(sqlite_lobby, '京都'),
        await find(sqlite_lobby, '東', has=frozenset({Has.LINK})),
    ):
        assert (len(found.places), found.is_scan, found.is_cut) == (1, False, False)
    assert numbers(await find(sqlite_lobby, '東')) == []


@pytest.mark.parametrize('text', ['word', 'wor', '-else'])
async def test_search_that_takes_too_long_is_broken_off(sqlite_lobby: Lobby, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    await say(sqlite_lobby, *['word and more'] * 200)
    assert len((await find(sqlite_lobby, text)).places) == 200

    with monkeypatch.context() as patched:
        patched.setattr(sql_search, 'TAKES_AT_MOST_S', -1.0)
        patched.setattr(sql_search, 'STEPS_PER_LOOK', 10)
        for _ in range(8):  # on every reader
            with pytest.raises(SearchTooSlow):
                await find(sqlite_lobby, text)
        assert len(await sqlite_lobby.stores.messages.newest(sqlite_lobby.room.id, 300)) == 200

    for _ in range(8):
        assert len((await find(sqlite_lobby, text)).places) == 200


@pytest.mark.parametrize(('text', 'is_elsewhere'), [('word', False), ('word xx*', True)])
async def test_much_text_is_ranked_while_others_go_on(
    sqlite_lobby: Lobby, monkeypatch: pytest.MonkeyPatch, text: str, is_elsewhere: bool
) -> None:
    threads: set[int] = set()

    def noted(texts: Sequence[str], needles: Sequence[str], rarity: Mapping[str, float]) -> list[float]:
        threads.add(get_ident())
        return scores(texts, needles, rarity)

    monkeypatch.setattr(search_walk, 'scores', noted)
    await say(sqlite_lobby, f'word {"x" * 4_000}', *[f'word xx {"y" * 3_000}'] * 40, f'xxx word word {"x" * 3_000}')

    assert len((await find(sqlite_lobby, text, order=Order.BEST)).places) == 42
    assert (threads == {get_ident()}) is not is_elsewhere


async def test_how_far_a_scan_reached_is_asked_of_both_ends_of_an_index(sqlite_lobby: Lobby) -> None:
    store = sqlite_lobby.stores.search
    assert isinstance(store, SqlSearch)

    plan = await store.database.read(lambda session: session.connection().exec_driver_sql(f'EXPLAIN QUERY PLAN {search_walk.ENDS}').all())

    assert [row[3].split()[:2] for row in plan if 'messages' in row[3]] == [['SEARCH', 'messages']] * 2


async def test_searches_are_remembered_once_the_newest_first(lobby: Lobby) -> None:
    search, ana, ben = lobby.stores.search, lobby.ana.id, lobby.ben.id
    for number in range(MOST_RECENT + 2):
        await search.remember(ana, f'search {number}', NOON + number * MINUTE)
    await search.remember(ben, 'his own', NOON)

    await search.remember(ana, 'search 5', NOON + DAY)

    expected = ['search 5', *[f'search {number}' for number in (11, 10, 9, 8, 7, 6, 4, 3, 2)]]
    assert list(await search.recent(ana)) == expected
    assert list(await search.recent(ben)) == ['his own']


async def test_oldest_search_is_not_kept_behind_the_newest(lobby: Lobby) -> None:
    search = lobby.stores.search
    for number in range(MOST_RECENT + 5):
        await search.remember(lobby.ana.id, f'search {number}', NOON + number * MINUTE)

    for number in range(5, MOST_RECENT + 5):
        await search.forget(lobby.ana.id, f'search {number}')

    assert list(await search.recent(lobby.ana.id)) == []


async def test_searches_are_forgotten_one_by_one_or_all_and_nobody_elses(lobby: Lobby) -> None:
    search, ana, ben = lobby.stores.search, lobby.ana.id, lobby.ben.id
    for user_id in (ana, ben):
        for number, text in enumerate(('one', 'two', 'three')):
            await search.remember(user_id, text, NOON + number * MINUTE)

    await search.forget(ana, 'two')
    await search.forget(ana, 'never looked for')
    assert list(await search.recent(ana)) == ['three', 'one']

    await search.forget(ana)

    assert list(await search.recent(ana)) == []
    assert list(await search.recent(ben)) == ['three', 'two', 'one']


@pytest.mark.parametrize('how', ['guest stays away', 'account is deactivated'])
async def test_searches_go_with_who_made_them(lobby: Lobby, how: str) -> None:
    stores, ana = lobby.stores, lobby.ana.id
    leaver = lobby.ben if how == 'account is deactivated' else await stores.users.add(new_guest('Gus'), join=lobby.room.id)
    for user_id in (ana, leaver.id):
        await stores.search.remember(user_id, 'secret', NOON)

    if leaver == lobby.ben:
        await stores.users.deactivate(leaver.id)
    else:
        await stores.users.end_guests([leaver.id])

    assert list(await stores.search.recent(leaver.id)) == []
    assert list(await stores.search.recent(ana)) == ['secret']


async def test_nothing_is_remembered_of_somebody_who_is_not_there(lobby: Lobby) -> None:
    assert list(await lobby.stores.search.recent(UserId(999))) == []


async def test_days_are_those_with_a_message_that_is_there(lobby: Lobby) -> None:
    bounds = [NOON + number * DAY for number in range(-1, 4)]
    other = await add_room(lobby.stores, lobby.ana, 'Other')
    first = await commit_one(lobby.stores, post(lobby.room, lobby.ana, at=NOON))
    last = await commit_one(lobby.stores, post(lobby.room, lobby.ana, at=NOON + 3 * DAY - timedelta(microseconds=1)))
    await commit_one(lobby.stores, post(other, lobby.ana, at=NOON + DAY))
    await commit_one(lobby.stores, system_line(lobby.room, lobby.ana))
    search, room_id = lobby.stores.search, lobby.room.id

    assert list(await search.days(room_id, bounds)) == [False, True, False, True]
    assert list(await search.days(other.id, bounds)) == [False, False, True, False]
    assert list(await search.days(RoomId(999), bounds)) == [False] * 4
    assert list(await search.days(room_id, bounds[:1])) == []

    await commit_one(lobby.stores, delete(first))
    assert list(await search.days(room_id, bounds)) == [False, False, False, True]
    assert await search.bounds(room_id) == (last.created_at, last.created_at)
    await commit_one(lobby.stores, restore(first))
    assert await search.bounds(room_id) == (first.created_at, last.created_at)


async def test_first_message_since_is_by_time_also_when_clocks_were_set_back(lobby: Lobby) -> None:
    search, room_id = lobby.stores.search, lobby.room.id
    assert await search.first_since(room_id, NOON) is None
    assert await search.bounds(room_id) is None
    messages = [await commit_one(lobby.stores, post(lobby.room, lobby.ana, at=NOON + days * DAY)) for days in (0, 4, 2, 2, 6)]

    assert [await search.first_since(room_id, NOON + days * DAY) for days in (-1, 0, 1, 2, 3, 4, 5, 6, 7)] == [1, 1, 3, 3, 2, 2, 5, 5, 5]
    await commit_one(lobby.stores, delete(messages[2]))
    assert await search.first_since(room_id, NOON + DAY) == 4
    await commit_one(lobby.stores, delete(messages[4]))
    assert await search.first_since(room_id, NOON + 5 * DAY) == 2
    assert await search.bounds(room_id) == (NOON, NOON + 4 * DAY)


async def test_room_of_which_everything_was_deleted_has_no_days(lobby: Lobby) -> None:
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    await commit_one(lobby.stores, system_line(lobby.room, lobby.ana))
    await commit_one(lobby.stores, delete(message))

    search, room_id = lobby.stores.search, lobby.room.id
    assert list(await search.days(room_id, [NOON - DAY, NOON, NOON + DAY])) == [False, False]
    assert [await search.first_since(room_id, NOON), await search.bounds(room_id)] == [None, None]
