"""How many statements messages cost: as many for a group as for one, and none for what they do not have."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.store.people import NOON, Lobby, attach, commit_one, delete, edit, post, react, restore


@contextmanager
def statements() -> Iterator[list[str]]:
    """Verb and table of whatever is read or written meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = statement.split()
        if words[0] == 'SELECT':
            seen.append(f'SELECT {words[words.index("FROM") + 1]}')
        elif words[0] in {'INSERT', 'UPDATE', 'DELETE'}:
            seen.append(' '.join(words[: 2 if words[0] == 'UPDATE' else 3]))

    event.listen(Engine, 'before_cursor_execute', note)
    try:
        yield seen
    finally:
        event.remove(Engine, 'before_cursor_execute', note)


PLAIN_POSTS = ['SELECT rooms', 'SELECT messages', 'SELECT json_each(?)', 'INSERT INTO messages', 'UPDATE rooms']


async def test_plain_posts_cost_five_statements_however_many_they_are(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    await commit_one(lobby.stores, post(lobby.room, lobby.ana))

    with statements() as one:
        await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    with statements() as many:
        await lobby.stores.messages.commit([post(lobby.room, lobby.ben) for _ in range(64)])

    assert one == many == PLAIN_POSTS


async def test_edits_of_many_messages_cost_as_much_as_one(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    messages = [await commit_one(lobby.stores, post(lobby.room, lobby.ana)) for _ in range(20)]

    with statements() as one:
        await commit_one(lobby.stores, edit(messages[0], 'changed'))
    with statements() as many:
        await lobby.stores.messages.commit([edit(message, 'changed') for message in messages])

    assert one == many
    assert 'DELETE FROM mentions' not in one


async def test_page_costs_two_queries_and_a_third_if_it_answers_what_is_on_another(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    first = await commit_one(lobby.stores, post(lobby.room, lobby.ana))
    second = await commit_one(lobby.stores, post(lobby.room, lobby.ben, reply_to=first))
    await lobby.stores.messages.commit([react(second, lobby.ana), react(first, lobby.ben)])

    with statements() as whole:
        await lobby.stores.messages.newest(lobby.room.id, 50)
    with statements() as without_the_original:
        await lobby.stores.messages.newest(lobby.room.id, 1)

    assert whole == ['SELECT messages', 'SELECT json_each(?)']
    assert without_the_original == ['SELECT messages', 'SELECT json_each(?)', 'SELECT json_each(?)']


async def test_files_of_a_group_cost_two_queries_and_one_update(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    records = [await attach(lobby.stores, lobby.room, lobby.ana) for _ in range(9)]

    with statements() as one:
        await commit_one(lobby.stores, post(lobby.room, lobby.ana, files=records[:1]))
    with statements() as many:
        await lobby.stores.messages.commit([post(lobby.room, lobby.ana, files=records[at : at + 2]) for at in range(1, 9, 2)])

    assert one == many
    assert sorted(one) == sorted([*PLAIN_POSTS, 'SELECT files', 'SELECT json_each(?)', 'UPDATE files'])


async def test_messages_without_files_ask_nothing_of_them(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    message = await commit_one(lobby.stores, post(lobby.room, lobby.ana))

    with statements() as seen:
        await lobby.stores.messages.commit([edit(message, 'changed'), react(message, lobby.ben), delete(message), restore(message)])
        await lobby.stores.messages.newest(lobby.room.id, 50)

    assert not [statement for statement in seen if statement.endswith('files')]


async def test_looking_for_what_is_gone_writes_nothing_while_nothing_is(sqlite_lobby: Lobby) -> None:
    lobby = sqlite_lobby
    await commit_one(lobby.stores, post(lobby.room, lobby.ana, files=[await attach(lobby.stores, lobby.room, lobby.ana)]))

    with statements() as hourly:
        await lobby.stores.files.expire(NOON, NOON)
    with statements() as wanted:
        await lobby.stores.files.take_gone(NOON)

    assert hourly == ['SELECT files']
    assert wanted == ['SELECT files'] * 2
