"""The backplane of one process: topics, and bounded queues that never make a room wait."""

import asyncio
import logging
import re
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Self

from livechat.domain.events import Event, ResyncRequired
from livechat.domain.model import RoomId
from livechat.domain.ports import Observed

logger = logging.getLogger(__name__)

ROOM_TOPIC = re.compile(r'room\.(\d+)(?:\.presence)?')
"""Topics whose readers can load again what they missed."""


class LocalSubscription:
    """A bounded queue of one topic's events for one consumer, or of those kinds that it wants.

    A full queue of a room's topic is dropped and one `ResyncRequired` stands in its place; on other topics the oldest
    event goes. Belongs to the event loop's thread; nothing is lost by its death but what the consumer had not read.
    """

    def __init__(self, backplane: 'LocalBackplane', topic: str, capacity: int, kinds: tuple[type, ...]) -> None:
        self.topic = topic
        self._kinds = kinds
        self._backplane = backplane
        self._capacity = capacity
        room = ROOM_TOPIC.fullmatch(topic)
        self._room_id = RoomId(int(room[1])) if room else None
        self._events: deque[Event] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._closed = False

    def put(self, event: Event) -> None:
        if self._kinds and not isinstance(event, self._kinds):
            return
        if len(self._events) >= self._capacity:
            self._make_place()
        self._events.append(event)
        self._wake()

    def close(self) -> None:
        self._closed = True
        self._events.clear()
        self._backplane.forget(self)
        self._wake()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        while not self._events:
            if self._closed:
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._events.popleft()

    def _make_place(self) -> None:
        if self._room_id is None:
            self._events.popleft()
            return
        logger.warning('A reader of %s is %d events behind: it loads the room again', self.topic, len(self._events))
        self._events.clear()
        self._events.append(ResyncRequired(room_id=self._room_id))

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class LocalBackplane:
    """`ports.Backplane` within one process and its event loop."""

    def __init__(self, capacity: int = 1_000) -> None:
        self._capacity = max(2, capacity)  # a resync and the event after it
        self._by_topic: dict[str, list[LocalSubscription]] = {}
        self._by_prefix: dict[str, list[LocalSubscription]] = {}
        self._observers: dict[type, list[Callable[[Any], object]]] = {}

    def broadcast(self, topic: str, event: Event) -> None:
        for observer in self._observers.get(type(event), ()):
            _call(observer, event)
        for subscription in self._by_topic.get(topic, ()):
            subscription.put(event)
        for prefix, subscriptions in self._by_prefix.items():
            if topic.startswith(prefix):
                _put_all(subscriptions, event)

    def observe(self, kind: type[Observed], observer: Callable[[Observed], object]) -> None:
        self._observers.setdefault(kind, []).append(observer)

    def subscribe(self, topic: str, *, kinds: tuple[type, ...] = ()) -> LocalSubscription:
        subscription = LocalSubscription(self, topic, self._capacity, kinds)
        table, key = self._place(topic)
        table.setdefault(key, []).append(subscription)
        return subscription

    def is_watched(self, topic: str) -> bool:
        table, key = self._place(topic)
        return key in table

    def forget(self, subscription: LocalSubscription) -> None:
        """What `close` of a subscription calls; idempotent."""
        table, key = self._place(subscription.topic)
        left = [each for each in table.get(key, ()) if each is not subscription]
        if left:
            table[key] = left
        else:
            table.pop(key, None)

    def _place(self, topic: str) -> tuple[dict[str, list[LocalSubscription]], str]:
        return (self._by_prefix, topic[:-1]) if topic.endswith('.*') else (self._by_topic, topic)


def _put_all(subscriptions: Iterable[LocalSubscription], event: Event) -> None:
    for subscription in subscriptions:
        subscription.put(event)


def _call(observer: Callable[[Any], object], event: Event) -> None:
    """A room goes on, whatever happens to those who look on."""
    try:
        observer(event)
    except Exception:
        logger.exception('An observer of %s failed', type(event).__name__)
