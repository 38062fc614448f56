"""Searches as the pages ask for them: pages, notes, what is shown of a hit, when answers come, what is remembered."""

from collections.abc import Sequence
from datetime import UTC, datetime
from threading import get_ident

import pytest

from livechat.domain import search
from livechat.domain.file import FileKind
from livechat.domain.model import Room, User
from livechat.domain.search import BEAT_S, Hit, Results
from livechat.domain.search_ports import MOST_RECENT, Found, Order, Question
from livechat.domain.search_query import MAX_QUERY_CHARS, Term
from livechat.domain.snippets import Piece, snippet_of
from tests.fakes import FakeClock, MemoryStores
from tests.memory_search import MemorySearch
from tests.search_stand import SearchStand, search_stand
from tests.store.people import attach, commit_one, open_lobby, post


class SlowSearch(MemorySearch):
    """Takes so long, by the clock."""

    def __init__(self, stores: MemoryStores) -> None:
        super().__init__(stores.memory)
        self.clock = FakeClock()
        self.takes_s = 0.0

    async def find(self, question: Question, *, enough: int) -> Found:
        self.clock.advance(self.takes_s)
        return await super().find(question, enough=enough)


class Desk:
    """Ana in her Lobby, with everything that was slept."""

    store: SlowSearch
    stores: MemoryStores
    room: Room
    ana: User
    stand: SearchStand

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def open(self) -> 'Desk':
        self.stores = MemoryStores()
        self.stores.search = self.store = SlowSearch(self.stores)
        lobby = await open_lobby(self.stores)
        self.room, self.ana = lobby.room, lobby.ana
        self.stand = await search_stand(self.stores, sleep=self.sleep)
        self.store.clock = self.stand.clock
        return self

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def say(self, *bodies: str) -> None:
        for body in bodies:
            await commit_one(self.stores, post(self.room, self.ana, body))

    async def find(self, text: str, *, limit: int = 50, order: Order = Order.NEWEST, utc_offset_min: int = 0) -> Results:
        return await self.stand.search.find(self.ana, text, limit=limit, order=order, utc_offset_min=utc_offset_min)


@pytest.fixture
async def desk() -> Desk:
    return await Desk().open()


def bodies(hits: Sequence[Hit]) -> list[str]:
    return [hit.message.body for hit in hits]


@pytest.mark.parametrize('takes_s', [0.001, 0.012, 0.049, 0.051, 0.2501])
@pytest.mark.parametrize('text', ['word', 'missing', 'from:nobody'])
async def test_answer_comes_at_a_beat(desk: Desk, text: str, takes_s: float) -> None:
    await desk.say('word')
    desk.store.takes_s = takes_s

    await desk.find(text)

    (slept_s,) = desk.slept
    assert (takes_s + slept_s) / BEAT_S == pytest.approx(round((takes_s + slept_s) / BEAT_S))
    assert 0 < slept_s < BEAT_S


async def test_next_page_comes_at_a_beat(desk: Desk) -> None:
    await desk.say('word', 'words')
    first = await desk.find('word', limit=1)
    again = Results(hits=(), query=first.query, question=first.question, is_whole=False)
    desk.store.takes_s = 0.03

    await desk.stand.search.more(desk.ana, again)

    assert desk.slept == [pytest.approx(0.02)]


async def test_nothing_asked_for_is_nothing_found(desk: Desk) -> None:
    await desk.say('word')

    for text in ('', ' ', '"', '-', 'from:', 'has:nothing'):
        results = await desk.find(text)
        assert (results.hits, results.question, results.has_more) == ((), None, False)
    assert results.notes == ('After “has:” comes file, image or link.',)


async def test_pages_follow_one_another_without_a_gap(desk: Desk) -> None:
    await desk.say(*(f'word {number}' for number in range(7)))

    pages = [page async for page in desk.stand.pages(desk.ana, 'word', order=Order.NEWEST, limit=3)]

    assert [bodies(page.hits) for page in pages] == [['word 6', 'word 5', 'word 4'], ['word 3', 'word 2', 'word 1'], ['word 0']]
    assert [page.has_more for page in pages] == [True, True, False]
    after = await desk.stand.search.more(desk.ana, pages[-1])
    assert (after.hits, after.has_more) == ((), False)


async def test_hit_says_where_it_was_found(desk: Desk) -> None:
    attached = await attach(desk.stores, desk.room, desk.ana, 'Harvest plan.txt')
    await desk.stores.files.set_text(attached.file.id, 'Apples in autumn')
    picture = await attach(desk.stores, desk.room, desk.ana, 'IMG_1.png', kind=FileKind.IMAGE)
    await commit_one(desk.stores, post(desk.room, desk.ana, 'see below', files=[attached]))
    await commit_one(desk.stores, post(desk.room, desk.ana, '', files=[picture]))

    async def hit(text: str) -> tuple[str, str]:
        (found,) = (await desk.find(text)).hits
        return ''.join(f'[{piece.text}]' if piece.is_match else piece.text for piece in found.snippet), found.file_name

    assert await hit('below') == ('see [below]', '')
    assert await hit('harvest') == ('[Harvest] plan.txt', 'Harvest plan.txt')
    assert await hit('apples') == ('[Apples] in autumn', 'Harvest plan.txt')
    assert await hit('see apples') == ('[see] below', '')
    assert await hit('has:image') == ('IMG_1.png', 'IMG_1.png')
    assert await hit('has:file -has:image') == ('see below', 'Harvest plan.txt')


@pytest.mark.parametrize(('chars', 'is_elsewhere'), [(20, False), (1_000, True)])
async def test_what_was_found_in_much_text_is_marked_while_others_go_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, chars: int, is_elsewhere: bool
) -> None:
    threads: set[int] = set()

    def noted(text: str, terms: Sequence[Term], *, has_marks: bool = False) -> tuple[Piece, ...]:
        threads.add(get_ident())
        return snippet_of(text, terms, has_marks=has_marks)

    monkeypatch.setattr(search, 'snippet_of', noted)
    await desk.say(*[f'word {"x" * chars}'] * 5)

    assert len((await desk.find('word')).hits) == 5
    assert (threads == {get_ident()}) is not is_elsewhere


async def test_days_are_those_of_whoever_asks(desk: Desk) -> None:
    late = datetime(2026, 5, 4, 23, 30, tzinfo=UTC)
    await commit_one(desk.stores, post(desk.room, desk.ana, 'late', at=late))
    desk.stand.clock.set_now(late)

    for text, offset_min, expected in (
        ('on:2026-05-04', 0, ['late']),
        ('on:2026-05-05', 0, []),
        ('on:2026-05-05', 60, ['late']),
        ('on:2026-05-04', 60, []),
        ('on:today', 0, ['late']),
        ('on:today', 60, ['late']),
        ('on:yesterday', 60, []),
        ('after:2026-05-04', 60, ['late']),
        ('before:2026-05-05', -720, ['late']),
    ):
        assert bodies((await desk.find(text, utc_offset_min=offset_min)).hits) == expected, text


async def test_searches_are_remembered_as_they_are_looked_at(desk: Desk) -> None:
    search = desk.stand.search
    for text in (
        '  two   words ',
        '',
        'from:',
        '"',
        'x' * 1_000,
        'a\0b',
        'a\udc80c',
        *(f'search {number}' for number in range(MOST_RECENT - 4)),
    ):
        desk.stand.clock.advance(1)
        await search.remember(desk.ana, text)

    recent = list(await search.recent(desk.ana))

    assert recent[-4:] == ['a c', 'a b', 'x' * MAX_QUERY_CHARS, 'two words']
    assert len(recent) == MOST_RECENT
    await search.forget(desk.ana, 'a b')
    assert 'a b' not in await search.recent(desk.ana)
    await search.forget(desk.ana)
    assert list(await search.recent(desk.ana)) == []
