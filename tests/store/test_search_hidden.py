"""What is said in rooms one is not in changes nothing of what one finds, neither the hits nor their order nor what is left."""

import pytest

from livechat.domain.search_ports import Order
from livechat.store import SqlStores
from tests.search_stand import search_stand
from tests.store.newcomers import add_private_room
from tests.store.people import Lobby, attach, commit_one, pin, post

SAID = (
    'apples and pears',
    'an apple a day',
    'pears',
    'pear apple pear',
    'pineapple',
    '梨とりんご',
    'a zebra',
    'see https://example.org/apple',
)


@pytest.mark.parametrize('order', Order)
@pytest.mark.parametrize('limit', [1, 2, 50])
async def test_results_are_the_same_whatever_is_said_in_hidden_rooms(sqlite_lobby: Lobby, order: Order, limit: int) -> None:
    lobby, stores = sqlite_lobby, sqlite_lobby.stores
    assert isinstance(stores, SqlStores)
    den = await add_private_room(stores, lobby.ana, 'Den')
    for body in SAID:
        await commit_one(stores, post(lobby.room, lobby.ana, body))
    stand = await search_stand(stores)
    queries = (
        *('apple', 'pear', 'pear apple', 'apple pear zebra', 'ppl', '梨', 'a', '"an apple"', '-zebra', 'apple -pear', 'app*', 'missing'),
        *(
            'from:ana',
            'from:ana apple',
            'from:cem',
            'has:link',
            'has:file',
            'is:pinned',
            'mentions:me',
            'on:2026-05-04',
            'in:den',
            'in:lobby pear',
        ),
    )

    async def everything() -> dict[str, list[object]]:
        found = {}
        for query in queries:
            pages = [page async for page in stand.pages(lobby.ben, query, order=order, limit=limit)]
            found[query] = [([hit.message.number for hit in page.hits], page.notes, page.has_more) for page in pages]
        return found

    before = await everything()
    assert sum(bool(pages[0][0]) for pages in before.values()) > len(queries) / 2  # type: ignore[index]
    file = await attach(stores, den, lobby.ana, 'apple.png')
    for number in range(30):
        for body in SAID:
            await commit_one(stores, post(den, lobby.ana, f'{body} {number}'))
    pinned = await commit_one(stores, post(den, lobby.ana, 'apple zebra', files=[file], mentions=[lobby.ana]))
    await commit_one(stores, pin(pinned, lobby.ana))

    assert await everything() == before
    ours = [hit.room.id for hit in await stand.hits(lobby.ana, 'zebra')]
    assert den.id in ours
