"""Everybody in one room: the load generator. One per server; it lives in this process, the server in another."""

import asyncio
import gc
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.benchmarks.machine import Meter
from tests.benchmarks.servers import Server
from tests.benchmarks.tab import Hearing, Page, Tab

JOINING_AT_ONCE = 20
JOIN_S, SETTLE_S, DELIVERY_S = 180.0, 60.0, 30.0
"""Given up after so long; the figure is missing then and its bar missed."""
QUIET_S = 1.0
ACK_EVERY_S = 3.0
POST_BURST, POSTS_PER_S = 70, 19.0
"""Of one tab: the server's guard takes 60 events a second and 240 at once, and a post is three: the text, Enter, the emptied box."""
POSTS_AHEAD = 4
"""Of one poster: with one alone server and generator would take turns, and each wait for the other half of the time."""
TEXT = 'The quick brown fox jumps over the lazy dog, and nobody is surprised any more.'
READ_BYTES = 1 << 18


@dataclass(slots=True)
class Post:
    """One message on its way. Times are of this process's clock; the first is that of Enter."""

    at: float
    first: float = 0.0
    last: float = 0.0
    tabs: int = 0


@dataclass(slots=True)
class Joins:
    people: int
    joined_s: float
    settled_s: float | None
    """Until every tab showed everybody as online; the second without any further change of presence is not counted."""
    cpu_ms_per_join: float
    kib_per_tab: float


@dataclass(slots=True)
class Paced:
    posts: int
    every_s: float
    incomplete: int
    first_ms_median: float
    """Until the first tab has it: way in, limits, commit, rendering."""
    last_ms_median: float
    """Until the last tab has it."""
    last_ms_worst: float
    last_ms: list[float] = field(repr=False)


@dataclass(slots=True)
class Saturated:
    posters: int
    seconds: float
    messages: int
    deliveries: int
    """Messages times tabs that were really shown them; several may have come in one frame."""
    frames: int
    missing: int
    deliveries_per_s: float
    frames_per_s: float
    cpu_us_per_delivery: float
    cpu_us_per_frame: float
    server_cores: float
    generator_cores: float


class Crowd:
    """Owns its tabs. Call in order: `join`, then whatever is to be measured, then `close`."""

    def __init__(self, server: Server, cookies: Sequence[str], *, posters: int, is_guarded: bool = False) -> None:
        """:param is_guarded: whether the server refuses tabs that say more than a browser would"""
        self._server = server
        self._is_guarded = is_guarded
        self._cookies = cookies
        self._posters = posters
        self._meter = Meter(server.pid)
        self._hearing = Hearing(bytearray(READ_BYTES), self._on_mark, self._on_online)
        self._tabs: list[Tab] = []
        self._posts: dict[int, Post] = {}
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._next_post: dict[int, Tab] = {}
        self._presence_at = 0.0
        self._all_online = 0
        self._deliveries = 0
        self._has_given_up = False
        self._saturating = (0.0, 0.0)
        self._posted_by: Counter[Tab] = Counter()
        gc.collect()
        gc.freeze()
        gc.disable()

    @property
    def size(self) -> int:
        return len(self._cookies)

    async def join(self, *, with_presence: bool = True) -> Joins:
        """Everybody loads the page and opens a socket, some at a time."""
        self._acks = asyncio.get_running_loop().call_later(ACK_EVERY_S, self._acknowledge)
        rss_kib, started = self._meter.rss_kib, time.perf_counter()
        gate = asyncio.Semaphore(JOINING_AT_ONCE)
        with self._meter.watching() as use:
            async with asyncio.timeout(JOIN_S):
                await asyncio.gather(*(self._come(number, gate) for number in range(self.size)))
            joined_s = time.perf_counter() - started
            settled_at = await self._settle(with_presence)
        self._hearing.joining = False
        return Joins(
            people=self.size,
            joined_s=joined_s,
            settled_s=None if settled_at is None else max(settled_at - started, joined_s),
            cpu_ms_per_join=use.cpu_s / self.size * 1_000,
            kib_per_tab=(self._meter.rss_kib - rss_kib) / self.size,
        )

    async def paced(self, posts: int, every_s: float) -> Paced:
        """One person posts at a steady pace, never before everybody has the last one."""
        poster = self._tabs[0]
        self._tabs[-1].keep_frame = True
        sent = []
        for _ in range(posts):
            pause = asyncio.create_task(asyncio.sleep(every_s))
            sent.append(self._post(poster))
            await self._delivered(sent[-1])
            poster.box_was_emptied()
            await pause
        self._tabs[-1].keep_frame = False
        done = [post for number in sent if (post := self._posts[number]).tabs == self.size]
        last = sorted((post.last - post.at) * 1_000 for post in done) or [float('nan')]
        return Paced(
            posts=posts,
            every_s=every_s,
            incomplete=posts - len(done),
            first_ms_median=statistics.median([(post.first - post.at) * 1_000 for post in done] or [float('nan')]),
            last_ms_median=statistics.median(last),
            last_ms_worst=last[-1],
            last_ms=[round(value, 2) for value in last],
        )

    async def saturated(self, seconds: float) -> Saturated:
        """Each poster posts again as soon as it reads one of its own messages; so many are on their way that the server never waits."""
        before, frames = self._deliveries, sum(tab.frames for tab in self._tabs)
        first = len(self._posts)
        started, generator_s = time.perf_counter(), time.process_time()
        self._saturating = (started, started + seconds)
        self._posted_by.clear()
        with self._meter.watching() as use:
            for tab in self._tabs[: self._posters] * POSTS_AHEAD:
                self._post_again(tab)
            await asyncio.sleep(seconds)
            numbers = range(first, len(self._posts))
            for number in numbers:
                await self._delivered(number)
            last_at = max((self._posts[number].last for number in numbers), default=started)
        generator_s = time.process_time() - generator_s
        deliveries, frames = self._deliveries - before, sum(tab.frames for tab in self._tabs) - frames
        lasted = max(last_at - started, 1e-9)
        return Saturated(
            posters=self._posters,
            seconds=lasted,
            messages=len(numbers),
            deliveries=deliveries,
            frames=frames,
            missing=len(numbers) * self.size - deliveries,
            deliveries_per_s=deliveries / lasted,
            frames_per_s=frames / lasted,
            cpu_us_per_delivery=use.cpu_s / max(deliveries, 1) * 1e6,
            cpu_us_per_frame=use.cpu_s / max(frames, 1) * 1e6,
            server_cores=use.cores,
            generator_cores=generator_s / use.seconds,
        )

    def message_frame(self) -> bytes:
        """The bytes by which the last paced message reached a tab."""
        return self._tabs[-1].last_frame

    @property
    def lost(self) -> int:
        return sum(tab.lost for tab in self._tabs)

    def close(self) -> None:
        self._acks.cancel()
        for tab in self._tabs:
            tab.close()
        gc.enable()
        gc.unfreeze()

    # One tab

    async def _come(self, number: int, gate: asyncio.Semaphore) -> None:
        async with gate:
            cookie = self._cookies[number]
            page = Page.parse(await load_page(self._server, cookie))
            tab = Tab(self._hearing, page, poster=number < self._posters)
            self._tabs.append(tab)
            if number < self._posters:
                self._tabs.insert(0, self._tabs.pop())
            transport, _ = await asyncio.get_running_loop().create_connection(lambda: tab, '127.0.0.1', self._server.port)
            tab.open(transport, self._server.host, cookie, number)
            await tab.joined

    async def _settle(self, with_presence: bool) -> float | None:
        if not with_presence:
            return time.perf_counter()
        until = time.perf_counter() + SETTLE_S
        while (now := time.perf_counter()) < until:
            if self._all_online == self.size and now - self._presence_at > QUIET_S:
                return self._presence_at
            await asyncio.sleep(0.02)
        return None

    def _acknowledge(self) -> None:
        for tab in self._tabs:
            tab.acknowledge()
        self._acks = asyncio.get_running_loop().call_later(ACK_EVERY_S, self._acknowledge)

    # Posts

    def _post(self, tab: Tab) -> int:
        number = len(self._posts)
        self._posts[number] = Post(time.perf_counter())
        tab.post(number, TEXT)
        return number

    async def _delivered(self, number: int) -> None:
        """Wait until everybody has it; after one that never came, wait for none any more."""
        if self._posts[number].tabs == self.size or self._has_given_up:
            return
        done = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(DELIVERY_S):
                await done
        except TimeoutError:
            self._has_given_up = True
        finally:
            del self._waiting[number]

    def _on_mark(self, tab: Tab, number: int) -> None:
        post = self._posts.get(number)
        if post is None:
            return
        self._deliveries += 1
        post.tabs += 1
        if post.tabs == 1:
            post.first = time.perf_counter()
        if post.tabs == self.size:
            post.last = time.perf_counter()
            if (done := self._waiting.get(number)) is not None and not done.done():
                done.set_result(None)
        if tab.box is not None and self._next_post.get(number) is tab:
            del self._next_post[number]
            tab.box_was_emptied()
            self._post_again(tab)

    def _post_again(self, tab: Tab) -> None:
        now, (started, until) = time.perf_counter(), self._saturating
        if now >= until:
            return
        due = started + (self._posted_by[tab] - POST_BURST) / POSTS_PER_S
        if self._is_guarded and due > now:
            asyncio.get_running_loop().call_later(due - now, self._post_again, tab)
            return
        self._posted_by[tab] += 1
        self._next_post[self._post(tab)] = tab

    def _on_online(self, tab: Tab, online: int) -> None:
        self._presence_at = time.perf_counter()
        self._all_online += (online == self.size) - (tab.online == self.size)
        tab.online = online


async def load_page(server: Server, cookie: str) -> str:
    """What a browser with warm caches asks for: the page alone."""
    reader, writer = await asyncio.open_connection('127.0.0.1', server.port)
    try:
        writer.write(f'GET {server.path} HTTP/1.1\r\nHost: {server.host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n'.encode())
        head, _, body = (await reader.read(-1)).partition(b'\r\n\r\n')
    finally:
        writer.close()
    assert head.startswith(b'HTTP/1.1 200'), head.decode('latin-1')
    return body.decode()


def as_dict(result: Any) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(result).items()}
