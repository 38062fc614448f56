import asyncio

import pytest
from sqlalchemy import text
from sqlmodel import Session

from livechat.domain.folding import folded
from livechat.domain.model import MessageNumber
from livechat.store import SqlStores
from livechat.store.search_sqlite import parts_match
from tests.store.people import Lobby, add_room, commit_one, delete, edit, post, system_line
from tests.store.searching import found


async def search(lobby: Lobby, query: str) -> list[MessageNumber]:
    places = await found(lobby.stores, lobby.ana.id, query)
    assert all(room_id == lobby.room.id for room_id, _ in places)
    return [number for _, number in places]


async def check_indexes(lobby: Lobby) -> None:
    """Raises when an index has not exactly what the messages have."""

    def check(session: Session) -> None:
        for index in ('message_words', 'message_parts'):
            session.execute(text(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"))

    assert isinstance(lobby.stores, SqlStores)
    await lobby.stores.messages.database.write(check)


async def test_insert_edit_and_delete_keep_both_indexes_in_step(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    first = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'The café opens'))
    second = await commit_one(lobby.stores, post(lobby.room, lobby.ben, '東京都に住んでいます'))
    assert await search(lobby, 'cafe') == [first.number]
    assert await search(lobby, '京都に') == [second.number]
    await check_indexes(lobby)

    await commit_one(lobby.stores, edit(first, 'The garden opens'))
    await commit_one(lobby.stores, delete(second))

    assert await search(lobby, 'cafe') == []
    assert await search(lobby, 'arde') == [first.number]
    assert await search(lobby, '京都に') == []
    await check_indexes(lobby)


async def test_message_written_twice_in_one_transaction_is_indexed_once(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'zero'))

    await asyncio.gather(*(lobby.stores.messages.commit([edit(message, word)]) for word in ('first', 'second', 'third')))

    assert [await search(lobby, word) for word in ('zero', 'first', 'second', 'third')] == [[], [], [], [1]]
    await check_indexes(lobby)


async def test_deleted_room_leaves_the_indexes(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    other = await add_room(lobby.stores, lobby.ana, 'Other')
    await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'same words'))
    await commit_one(lobby.stores, post(other, lobby.ana, 'same words'))

    await lobby.stores.rooms.delete(other.id)

    assert await search(lobby, 'same') == [1]
    await check_indexes(lobby)


async def test_index_check_notices_what_the_triggers_missed(sqlite_lobby: Lobby) -> None:
    await commit_one(sqlite_lobby.stores, post(sqlite_lobby.room, sqlite_lobby.ana, 'here'))
    assert isinstance(sqlite_lobby.stores, SqlStores)
    unindexed = text("INSERT INTO message_words (message_words, rowid, body) VALUES ('delete', 1, 'here')")
    await sqlite_lobby.stores.messages.database.write(lambda session: session.execute(unindexed))

    with pytest.raises(Exception, match='could not store'):
        await check_indexes(sqlite_lobby)


async def test_search_finds_words_beginnings_and_parts_newest_first(sqlite_lobby: Lobby) -> None:
    for body in ('Grüße aus Köln', 'node.js and C++', "it's NOT here", 'GRUSSE zurück'):
        await commit_one(sqlite_lobby.stores, post(sqlite_lobby.room, sqlite_lobby.ana, body))

    assert await search(sqlite_lobby, 'kol') == [1]
    assert await search(sqlite_lobby, 'grusse') == [4, 1]
    assert await search(sqlite_lobby, 'ruck') == [4]
    assert await search(sqlite_lobby, 'grüße köln') == [1]
    assert await search(sqlite_lobby, 'ode.js') == [2]


async def test_system_lines_are_not_found(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'Ana renamed the room'))
    await commit_one(lobby.stores, system_line(lobby.room, lobby.ana, 'Ana renamed the room'))

    assert await search(lobby, 'renamed') == [1]
    assert await search(lobby, 'ename') == [1]
    await check_indexes(lobby)


HOSTILE = (
    "it's", 'node.js', 'foo-bar', 'C++', '@bob', '"', '""', 'AND', 'NOT', '*', 'NEAR(', 'body:x', '^x', 'a:b', '%', '_',
    '\x00', '\udc80', '', ' ', 'x ' * 5_000, 'é' * 500, '(', "';--",
)  # fmt: skip


async def test_hostile_query_is_text(sqlite_lobby: Lobby) -> None:
    await commit_one(sqlite_lobby.stores, post(sqlite_lobby.room, sqlite_lobby.ana, 'quite something else'))
    assert await search(sqlite_lobby, 'quite') == [1]

    assert {query: await search(sqlite_lobby, query) for query in HOSTILE} == {query: [] for query in HOSTILE}


@pytest.mark.parametrize(
    ('body', 'expected'),
    [
        ('ABC', 'abc'),
        ('Grüße', 'grusse'),
        ('ＷＩＤＥ', 'wide'),
        ('Привет', 'привет'),
        ('がっこう', 'がっこう'),
        ('한국어', '한국어'),
        ('ΆΣ', 'ασ'),
    ],
)
def test_folding_drops_case_width_and_accents_of_letters(body: str, expected: str) -> None:
    assert folded(body) == expected
    assert folded(expected) == expected


def test_parts_of_several_needles_are_looked_for_three_characters_at_a_time() -> None:
    assert parts_match(['apples'], []) == '("apples")'
    assert parts_match(['apple juice'], []) == '("apple ju")'
    assert parts_match(['apple juice', 'pear', 'to'], []) == '("app") AND ("le ") AND ("jui") AND ("pea") AND ("ear")'
    assert parts_match(['"no"'], [['x', 'y']]) == '("x" OR "y") AND ("""no") AND ("no""")'


async def test_characters_of_a_needle_that_stand_apart_are_no_match(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'a snow apple, handsome'))
    both = await commit_one(lobby.stores, post(lobby.room, lobby.ana, 'snowplace, and somewhere'))

    assert await search(lobby, 'snowplace and') == [both.number]
    assert await search(lobby, 'owpla some') == [both.number]
