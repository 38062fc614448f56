"""Whatever is typed, and whatever was said: a search gives results or notes, and no error."""

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings

from livechat.domain.search_ports import MOST_RECENT, Order
from livechat.domain.search_query import MAX_QUERY_CHARS, looked_at
from livechat.store import DATABASE_NAME, open_stores, search
from tests.corpus.searched import HOSTILE_QUERIES, SCRIPTS, queries
from tests.search_stand import search_stand
from tests.store.people import attach, commit_one, open_lobby, post

MESSAGES = (*SCRIPTS, *(query for query in HOSTILE_QUERIES if len(query) < 100 and '\udc80' not in query and '\0' not in query))


@pytest.mark.timeout(240)  # 2,000 searches in a real database; a busy machine takes its time
def test_any_text_gives_results_or_notes(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, 'TAKES_AT_MOST_S', 60.0)
    shutil.copy(migrated, tmp_path / DATABASE_NAME)
    hits = []
    with asyncio.Runner() as runner:
        opened = open_stores(tmp_path, synchronous='OFF')
        stores = runner.run(opened.__aenter__())
        lobby = runner.run(open_lobby(stores))
        runner.run(stores.messages.commit([post(lobby.room, lobby.ana, body) for body in MESSAGES]))
        file = runner.run(attach(stores, lobby.room, lobby.ana, 'Grüße aus 東京.txt'))
        runner.run(commit_one(stores, post(lobby.room, lobby.ana, '', files=[file])))
        stand = runner.run(search_stand(stores))

        @settings(max_examples=2_000, deadline=None)
        @given(text=queries)
        def searched(text: str) -> None:
            order = Order.NEWEST if len(text) % 2 else Order.BEST
            results = runner.run(stand.search.find(lobby.ana, text, order=order, room_id=lobby.room.id if len(text) % 3 else None, limit=5))
            hits.append(len(results.hits))
            assert len(results.hits) <= 5
            assert all(note.encode() and note.endswith('.') for note in results.notes)
            assert all(piece.text.encode() for hit in results.hits for piece in hit.snippet)
            stand.clock.advance(1)
            runner.run(stand.search.remember(lobby.ana, text))
            assert results.query.is_empty or runner.run(stand.search.recent(lobby.ana))[0] == ' '.join(looked_at(text).split())

        try:
            searched()
        finally:
            runner.run(opened.__aexit__(None, None, None))

    assert len(hits) >= 2_000
    assert sum(map(bool, hits)) > len(hits) / 20  # it is not that nothing is ever found


@pytest.mark.parametrize('order', Order)
def test_hostile_queries_give_results_or_notes(tmp_path: Path, migrated: Path, order: Order) -> None:
    shutil.copy(migrated, tmp_path / DATABASE_NAME)

    async def search_all() -> None:
        async with open_stores(tmp_path, synchronous='OFF') as stores:
            lobby = await open_lobby(stores)
            await stores.messages.commit([post(lobby.room, lobby.ana, body) for body in MESSAGES])
            stand = await search_stand(stores)
            for query in HOSTILE_QUERIES:
                async for page in stand.pages(lobby.ana, query, order=order):
                    assert page.query.is_empty or page.hits or page.notes or not page.has_more
                await stand.search.remember(lobby.ana, query)
            recent = await stand.search.recent(lobby.ana)
            assert len(recent) == MOST_RECENT
            assert all(len(text) <= MAX_QUERY_CHARS for text in recent)

    asyncio.run(search_all())
