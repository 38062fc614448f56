"""Which way a search goes through the database changes nothing about what it finds."""

import pytest

from livechat.domain.chat import SystemClock, running_chat
from livechat.domain.limits import Limits
from livechat.domain.names import name_key
from livechat.store import SqlStores, search_walk
from tests.store.people import Lobby, add_room, commit_one, new_user, open_lobby, post
from tests.store.searching import found

BODIES = ('日本', '日本語の本', '本日は晴れ', '東京と日本', '日 本', 'x日本x', '京日')


@pytest.fixture
def few_threes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_walk, 'MOST_THREES', 1)


async def ask_for_two(sqlite: SqlStores) -> list[int]:
    lobby = await open_lobby(sqlite)
    for body in BODIES:
        await commit_one(sqlite, post(lobby.room, lobby.ana, body))
    return sorted(number for _, number in await found(sqlite, lobby.ana.id, '日本'))


async def test_two_characters_are_found_wherever_they_stand_also_at_the_end(sqlite: SqlStores) -> None:
    assert await ask_for_two(sqlite) == [1, 2, 4, 6]


@pytest.mark.usefixtures('few_threes')
async def test_two_characters_that_begin_too_many_parts_are_found_among_the_newest(sqlite: SqlStores) -> None:
    assert await ask_for_two(sqlite) == [1, 2, 4, 6]


async def test_two_characters_that_no_message_has_find_nothing_without_a_scan(sqlite_lobby: Lobby) -> None:
    await commit_one(sqlite_lobby.stores, post(sqlite_lobby.room, sqlite_lobby.ana, '日本'))

    assert await found(sqlite_lobby.stores, sqlite_lobby.ana.id, '京都') == []


@pytest.mark.parametrize('query', ['shared', 'hare', '日本', '日'])
async def test_rooms_of_others_are_left_out_on_every_way(sqlite_lobby: Lobby, query: str) -> None:
    lobby = sqlite_lobby
    hidden = await add_room(lobby.stores, lobby.ana, 'Hidden')
    for room in (lobby.room, hidden):
        await commit_one(lobby.stores, post(room, lobby.ana, 'shared 日本'))

    assert len(await found(lobby.stores, lobby.ana.id, query, enough=5)) == 2
    assert await found(lobby.stores, lobby.ben.id, query, enough=5) == [(lobby.room.id, 1)]


async def test_people_are_found_by_a_user_name_with_digits_that_look_like_letters(sqlite_lobby: Lobby) -> None:
    stores, lobby = sqlite_lobby.stores, sqlite_lobby
    newcomer = new_user('Person 01', username='person01', name_key=name_key('Person 01'))
    person = await stores.users.add(newcomer, join=lobby.room.id)
    await commit_one(stores, post(lobby.room, person, 'here'))
    await commit_one(stores, post(lobby.room, lobby.ana, 'here'))

    async with running_chat(stores, clock=SystemClock(), limits=Limits(), set_up_token=None) as chat:
        for text, numbers in (
            ('from:person01', [1]),
            ('from:Person01', [1]),
            ('from:"Person 01"', [1]),
            ('from:me', [2]),
            ('-from:person01', [2]),
            ('from:nobody', []),
        ):
            results = await chat.search.find(lobby.ana, text)
            assert [hit.message.number for hit in results.hits] == numbers, text
