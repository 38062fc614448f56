"""What a search costs among a million messages, and what its indexes add to a post.

`python -m tests.benchmarks.searching FOLDER MESSAGES TIMES` prints JSON. Whoever searches is in 20 of 200 rooms, and each search is
for another word. The files are in the system's cache: the messages were just written.
"""

import asyncio
import itertools
import json
import random
import shutil
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from livechat.domain.chat import Chat, SystemClock, running_chat
from livechat.domain.limits import Limits
from livechat.domain.model import RoomId, User
from livechat.domain.ports import Stores
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.search import Search
from livechat.domain.search_ports import Found, FoundMessage, Order, Place, Question
from livechat.store import DATABASE_NAME, message_rows, open_stores
from livechat.store.engines import PRAGMAS, blocking_engine
from tests.benchmarks import speech
from tests.benchmarks.archive import YEARS, Archive, drop_triggers, fill, people_and_rooms
from tests.benchmarks.speech import Speech

SATURATED_AT_ONCE = 64
PACE_S = 0.005
"""Between two paced posts: what the one before left to do is done."""
LIMITS = Limits(message_burst=1_000_000_000, message_refill_per_s=1_000_000.0)


async def measure(folder: Path, count: int, times: int) -> dict[str, Any]:
    archive = await people_and_rooms(folder)
    started = time.perf_counter()
    fill(archive, count)
    filled_s = time.perf_counter() - started
    posts = await _posts(archive, paced=times * 5)  # before the searches: they leave the indexes as a server has them
    async with _open(folder) as (stores, chat):
        searches = {name: await _search(stores, chat, archive, queries) for name, queries in _queries(archive, times).items()}
    return {
        'messages': count,
        'times': times,
        'filled_s': round(filled_s, 1),
        'bytes': (folder / DATABASE_NAME).stat().st_size,
        'searches': searches,
        'posts': posts,
    }


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[tuple[Stores, Chat]]:
    async with (
        open_stores(folder, synchronous='FULL') as stores,
        running_chat(stores, clock=SystemClock(), limits=LIMITS, set_up_token=None) as chat,
    ):
        yield stores, chat


# Searches


@dataclass(frozen=True, slots=True)
class Ask:
    text: str
    room_id: RoomId | None = None
    order: Order = Order.BEST


def _queries(archive: Archive, times: int) -> Mapping[str, Sequence[Ask]]:
    """Of each kind as many as are measured, and a few before."""
    chance, words, busy = random.Random(5), archive.words, archive.own_rooms
    month = timedelta(days=30)
    today = datetime.now(UTC).date()

    def word(first: int, last: int, *, shortest: int = 1) -> str:
        return chance.choice([each for each in words[first:last] if len(each) >= shortest])

    def rare() -> str:
        return word(10_000, len(words))

    def medium() -> str:
        return word(100, 1_000)

    def common() -> str:
        return word(0, 100)

    def days() -> str:
        since = today - month * chance.randint(2, 12 * YEARS - 2)
        return f'after:{since} before:{since + month}'

    kinds: Mapping[str, Any] = {
        'rare word': lambda: Ask(rare()),
        'medium word': lambda: Ask(medium()),
        'common word': lambda: Ask(common()),
        'two words': lambda: Ask(f'{word(0, 300)} {word(100, 1_000)}'),
        'beginning': lambda: Ask(f'{word(100, 10_000, shortest=4)[:3]}*'),
        'part of a word': lambda: Ask(word(100, 10_000, shortest=5)[1:5]),
        'phrase': lambda: Ask(f'"{common()} {common()}"'),
        'CJK, 2': lambda: Ask(''.join(chance.sample(speech.HAN_AND_KANA, 2))),
        'CJK, 3': lambda: Ask(''.join(chance.sample(speech.HAN_AND_KANA, 3))),
        'frequent author': lambda: Ask(f'{word(0, 1_000)} from:{chance.choice(archive.authors[:10]).username}'),
        'rare author': lambda: Ask(f'{word(0, 1_000)} from:{chance.choice(archive.authors[200:]).username}'),
        'one room': lambda: Ask(word(0, 1_000), room_id=chance.choice(busy).id),
        'has:link': lambda: Ask(f'{word(0, 1_000)} has:link'),
        'a month': lambda: Ask(f'{word(0, 1_000)} {days()}'),
        'newest first': lambda: Ask(word(0, 10_000), order=Order.NEWEST),
    }
    return {name: [make() for _ in range(WARM_UP + times)] for name, make in kinds.items()}


WARM_UP = 5


@dataclass(slots=True)
class Timed:
    """The store, and how long it took."""

    store: Any
    took_s: float = field(default=0.0)

    async def find(self, question: Question, *, enough: int) -> Found:
        started = time.perf_counter()
        try:
            return await self.store.find(question, enough=enough)
        finally:
            self.took_s += time.perf_counter() - started

    async def show(self, user_id: Any, places: Sequence[Place]) -> Sequence[FoundMessage]:
        started = time.perf_counter()
        try:
            return await self.store.show(user_id, places)
        finally:
            self.took_s += time.perf_counter() - started


async def _search(stores: Stores, chat: Chat, archive: Archive, queries: Sequence[Ask]) -> dict[str, float]:
    """The store's part, and the whole first page as the domain answers it, without waiting for its beat."""
    timed = Timed(stores.search)
    unlimited = TokenBuckets[Any](1_000_000, 1_000_000.0)
    search = Search(
        chat.rooms, timed, now=chat.clock.now, monotonic=chat.clock.monotonic, sleep=lambda _: asyncio.sleep(0), buckets=unlimited
    )  # type: ignore[arg-type]
    in_store, whole, cpu, hits = [], [], [], 0
    for query in queries:
        timed.took_s = 0.0
        started, used = time.perf_counter(), time.process_time()
        results = await search.find(archive.asker, query.text, room_id=query.room_id, order=query.order)
        whole.append((time.perf_counter() - started) * 1_000)
        cpu.append((time.process_time() - used) * 1_000)
        in_store.append(timed.took_s * 1_000)
        hits += len(results.hits)
    return {
        'hits': round(hits / len(queries), 1),
        'cpu_ms': round(median(cpu[WARM_UP:]), 2),
        **_figures('store', in_store[WARM_UP:]),
        **_figures('page', whole[WARM_UP:]),
    }


def _figures(name: str, times: Sequence[float]) -> dict[str, float]:
    return {f'{name}_ms': round(median(times), 2), f'{name}_p95_ms': round(quantiles(times, n=20)[-1], 2)}


# Posts


async def _posts(archive: Archive, *, paced: int) -> dict[str, float]:
    """One at a time, in turns with a copy that has no full-text index; then as many as come."""
    plain = archive.folder / 'plain'
    plain.mkdir()
    shutil.copy(archive.folder / DATABASE_NAME, plain)
    _without_indexes(plain / DATABASE_NAME)
    said = (each.body for each in Speech(seed=8))
    folded = message_rows.to_folded
    took: dict[bool, list[float]] = {True: [], False: []}
    async with _open(archive.folder) as (_, chat), _open(plain) as (_, bare):
        for turn in range(WARM_UP + paced):
            for is_indexed in (True, False) if turn % 2 else (False, True):
                message_rows.to_folded = folded if is_indexed else lambda *_: ''
                took[is_indexed].append(await _post_one(chat if is_indexed else bare, archive, next(said)))
        message_rows.to_folded = folded
        saturated = await _saturated(chat, archive, said)
    with_index, without = (median(took[is_indexed][WARM_UP:]) * 1_000 for is_indexed in (True, False))
    return {
        'indexed_ms': round(with_index, 2),
        'plain_ms': round(without, 2),
        'ratio': round(with_index / without, 2),
        'saturated_per_s': round(saturated),
    }


def _without_indexes(path: Path) -> None:
    engine = blocking_engine(path, begin='BEGIN IMMEDIATE', pragmas=PRAGMAS)
    with engine.begin() as connection:
        drop_triggers(connection)
    engine.dispose()


async def _post_one(chat: Chat, archive: Archive, body: str) -> float:
    await asyncio.sleep(PACE_S)
    started = time.perf_counter()
    await chat.rooms.post(archive.asker, archive.own_rooms[0].id, body, f'{started}')
    return time.perf_counter() - started


async def _saturated(chat: Chat, archive: Archive, said: Iterator[str], seconds: float = 5.0) -> float:
    until = time.perf_counter() + seconds

    async def write(user: User) -> int:
        for posted in itertools.count():
            if time.perf_counter() > until:
                return posted
            await chat.rooms.post(user, archive.own_rooms[0].id, next(said), f'{user.id}-{posted}')
        raise AssertionError

    return sum(await asyncio.gather(*(write(user) for user in archive.authors[:SATURATED_AT_ONCE]))) / seconds


if __name__ == '__main__':
    print(json.dumps(asyncio.run(measure(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))))
