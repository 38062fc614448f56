"""Cards below messages: what the pages that a message links to say of themselves, shown some moments after it."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livechat.domain.errors import LivechatError
from livechat.domain.events import MessageDeleted, MessageEdited, MessagePosted, MessageRestored, RoomDeleted
from livechat.domain.links import links_in
from livechat.domain.message import MAX_CARDS, Card, Message, MessageKind, Picture
from livechat.domain.model import RoomId, UserId
from livechat.domain.preview import Place, Preview, PreviewCache, Previewer
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.room_actor import RoomActor
from livechat.domain.room_changes import Surroundings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Job:
    message: Message
    links: Sequence[str]
    """Of the message, at most MAX_CARDS."""
    missing: Sequence[str]
    """Those of them that have no card yet."""

    @property
    def place(self) -> Place:
        return self.message.room_id, self.message.number


class LinkCards:
    """Hears of every message, has the pages behind its links looked at, and hands the cards to its room.

    `run` belongs to the supervisor, several at once: so many pages are fetched at a time. Invariant: `_current` has one job per
    message, for its newest wording; what an older one finds is dropped. The death of the process loses the cards of the messages
    that wait, never a message.
    """

    def __init__(
        self, around: Surroundings, room: Callable[[RoomId], RoomActor], previewer: Previewer | None, *, for_guests: bool = False
    ) -> None:
        """`room` finds the running one. Without a previewer there are no new cards; those that are stored stay."""
        self._clock = around.clock
        self._limits = around.limits
        self._room = room
        self._previewer = previewer
        self._for_guests = for_guests
        self._tries: TokenBuckets[UserId] = TokenBuckets(around.limits.card_burst, around.limits.card_refill_per_s)
        self._cache = PreviewCache()
        self._waiting: deque[_Job] = deque()
        self._current: dict[Place, _Job] = {}
        self._wake = asyncio.Event()
        if previewer is not None:
            around.backplane.observe(MessagePosted, lambda event: self._changed(event.message))
            around.backplane.observe(MessageEdited, lambda event: self._changed(event.message))
            around.backplane.observe(MessageRestored, lambda event: self._changed(event.message, is_restored=True))
            around.backplane.observe(MessageDeleted, lambda event: self._deleted(event.message))
            around.backplane.observe(RoomDeleted, lambda event: self._forget(lambda place: place[0] == event.room_id))

    @property
    def is_calm(self) -> bool:
        """Whether no card is on its way."""
        return not self._current

    @property
    def lasting(self) -> Mapping[str, Callable[[], Coroutine[Any, Any, None]]]:
        """What the supervisor has to look after, by name."""
        return {f'link cards {number}': self.run for number in range(self._limits.card_fetches)} if self._previewer else {}

    async def run(self) -> None:
        """Do one job after the other, for ever."""
        assert self._previewer is not None
        while True:
            while self._waiting:
                job = self._waiting.popleft()
                try:
                    await self._work(job, self._previewer)
                finally:
                    self._done(job)
            self._wake.clear()
            await self._wake.wait()

    def _changed(self, message: Message, *, is_restored: bool = False) -> None:
        """Take note. A message whose deletion was taken back has its cards without their pictures."""
        place = message.room_id, message.number
        if place in self._current:
            del self._current[place]
            self._drop_stale()
        if 'http' not in message.body.lower() or message.kind is not MessageKind.TEXT or message.deleted:
            return
        if message.author.is_guest and not self._for_guests:
            return
        links = [link for link in links_in(message.body) if link not in message.cards_removed][:MAX_CARDS]
        carded = {card.url for card in message.cards if card.picture or not is_restored}
        missing = [link for link in links if link not in carded and self._may_try(message.author.id)]
        if missing:
            self._add(_Job(message=message, links=links, missing=missing))

    def _may_try(self, user_id: UserId) -> bool:
        wait_s = self._tries.take(user_id, self._clock.monotonic())
        if wait_s:
            logger.debug('User %d posts more links than get cards', user_id)
        return not wait_s

    def _add(self, job: _Job) -> None:
        if len(self._waiting) >= self._limits.card_queue:
            logger.warning('Too many links wait: message %d of room %d gets no cards', job.message.number, job.message.room_id)
            return
        self._current[job.place] = job
        self._waiting.append(job)
        self._wake.set()

    def _deleted(self, message: Message) -> None:
        gone = message.room_id, message.number
        self._forget(lambda place: place == gone)

    def _forget(self, is_gone: Callable[[Place], bool]) -> None:
        self._current = {place: job for place, job in self._current.items() if not is_gone(place)}
        self._drop_stale()
        self._cache.forget(is_gone)

    def _drop_stale(self) -> None:
        """What was deleted or reworded does not wait its turn: its text would stay for as long."""
        self._waiting = deque(job for job in self._waiting if self._is_current(job))

    def _done(self, job: _Job) -> None:
        if self._is_current(job):
            del self._current[job.place]

    def _is_current(self, job: _Job) -> bool:
        return self._current.get(job.place) is job

    async def _work(self, job: _Job, previewer: Previewer) -> None:
        found: dict[str, Preview] = {}
        for link in job.missing:
            if not self._is_current(job):
                return
            cached = self._cache.get(link, job.place, self._clock.monotonic())
            preview = cached.preview if cached else await previewer.preview(link)
            if not self._is_current(job):
                return  # edited or deleted meanwhile: nothing of it may be kept
            if cached is None:
                self._cache.put(link, job.place, preview, self._clock.monotonic())
            if preview is not None:
                found[link] = preview
        if found:
            await self._show(job, found)

    async def _show(self, job: _Job, found: dict[str, Preview]) -> None:
        known = {card.url: card for card in job.message.cards}
        cards, pictures = [], {}
        for link in job.links:
            if preview := found.get(link):
                picture = preview.picture
                token = secrets.token_urlsafe(16) if picture else ''
                if picture:
                    pictures[token] = picture.webp
                cards.append(_card(link, preview, token))
            elif link in known:
                cards.append(known[link])
        try:
            await self._room(job.message.room_id).show_cards(job.message.number, cards, pictures)
        except LivechatError as refusal:  # deleted, or its room is
            logger.debug('No cards for message %d of room %d: %s', job.message.number, job.message.room_id, refusal)


def _card(url: str, preview: Preview, token: str) -> Card:
    picture = preview.picture
    shown = Picture(token=token, width=picture.width, height=picture.height) if picture else None
    return Card(url=url, title=preview.title, description=preview.description, site=preview.site, picture=shown)
