"""Messages found by what they say: only those that this person may read, at the moment they are shown. Each right is checked here."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from livechat.domain.access import must_be_active
from livechat.domain.errors import TooFast
from livechat.domain.message import Message
from livechat.domain.model import Room, RoomId, RoomSummary, User, UserId
from livechat.domain.names import name_key, sort_key
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.room_days import begin_of
from livechat.domain.room_lists import RoomLists
from livechat.domain.search_ports import SCANNED, Found, FoundMessage, Order, Place, Question, SearchStore
from livechat.domain.search_query import Names, Query, Term, looked_at, parse
from livechat.domain.snippets import Piece, snippet_of

PER_PAGE = 50
BEAT_S = 0.05
"""Answers come at multiples of this: how long a search took would tell how often a word stands in rooms one may not read."""

LIGHT_CHARS = 3_000
"""In as many it takes 4 ms to mark what was found; in more that is not done while everybody waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A message that was found, and the line of it that says why."""

    message: Message
    room: Room
    snippet: tuple[Piece, ...]
    file_name: str = ''
    """Of the file in which it was found, the first one when no words were looked for; empty when it stands in the text of the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One page, and what the next one needs."""

    hits: tuple[Hit, ...]
    query: Query
    notes: tuple[str, ...] = ()
    """What was not understood, or not looked through; sentences."""
    question: Question | None = None
    """None when nothing was asked for."""
    rest: tuple[Place, ...] = ()
    """Found and not shown yet."""
    shown: frozenset[Place] = frozenset()
    is_whole: bool = True

    @property
    def has_more(self) -> bool:
        return bool(self.rest) or not self.is_whole


class Search:
    """One per process. Owns no task."""

    def __init__(
        self,
        rooms: RoomLists,
        store: SearchStore,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        buckets: TokenBuckets[UserId],
    ) -> None:
        self._rooms = rooms
        self._store = store
        self._now = now
        self._monotonic = monotonic
        self._sleep = sleep
        self._buckets = buckets

    async def find(
        self,
        user: User,
        text: str,
        *,
        room_id: RoomId | None = None,
        order: Order = Order.BEST,
        utc_offset_min: int = 0,
        limit: int = PER_PAGE,
    ) -> Results:
        """The first page of what they may read, in that room or in all of theirs. Any text is a query.

        `utc_offset_min`: by whose days `on:` and the like go. :raises Banned: :raises TooFast: :raises SearchTooSlow:
        """
        must_be_active(user)
        self._take(user)
        local = self._now().astimezone(timezone(timedelta(minutes=utc_offset_min)))
        query = parse(text, today=local.date())
        if query.is_empty:
            return Results(hits=(), query=query, notes=query.notes)
        asked_at = self._monotonic()
        question, notes = await self._question(user, query, room_id, order, utc_offset_min)
        found = Found(places=()) if question is None else await self._store.find(question, enough=limit)
        if found.is_scan and found.is_cut:
            notes = (*notes, f'Looked through the newest {SCANNED:,} messages. Three characters or more find older ones too.')
        results = Results(hits=(), query=query, notes=notes, question=question, rest=tuple(found.places), is_whole=found.is_whole)
        return await self._handed_over(user, await self._page(user, results, limit), asked_at)

    async def more(self, user: User, results: Results, *, limit: int = PER_PAGE) -> Results:
        """The page after that one. :raises Banned: :raises TooFast: :raises SearchTooSlow:"""
        must_be_active(user)
        self._take(user)
        asked_at = self._monotonic()
        return await self._handed_over(user, await self._page(user, results, limit), asked_at)

    async def as_now(self, user: User, results: Results) -> Results:
        """The same page, read once more: whoever follows what happens to its messages from here on has missed nothing. :raises Banned:"""
        must_be_active(user)
        places = [(hit.room.id, hit.message.number) for hit in results.hits]
        hits = tuple(await self._hits(user, places, results.query.terms))
        return await self._still_theirs(user, replace(results, hits=hits))

    async def recent(self, user: User) -> Sequence[str]:
        """What they looked for, the newest first."""
        return await self._store.recent(user.id)

    async def remember(self, user: User, text: str) -> None:
        """That they found what they looked for, or went on to look at it; not of one after the other without a pause. :raises NotStored:"""
        if self._buckets.take(user.id, self._monotonic()):
            return
        line = ' '.join(looked_at(text).split())
        if line and not parse(line, today=self._now().date()).is_empty:
            await self._store.remember(user.id, line, self._now())

    async def forget(self, user: User, text: str | None = None) -> None:
        """One of them, or all. :raises NotStored: :raises TooFast:"""
        self._take(user)
        await self._store.forget(user.id, text)

    async def _page(self, user: User, results: Results, limit: int) -> Results:
        """Until it is full: of what was found some may be gone by now, or not be theirs any more."""
        hits: list[Hit] = []
        rest, shown, is_whole, question = results.rest, set(results.shown), results.is_whole, results.question
        while len(hits) < limit and question is not None:
            if not rest and not is_whole:
                found = await self._store.find(question, enough=0)
                rest, is_whole = tuple(place for place in found.places if place not in shown), True
            if not rest:
                break
            some, rest = rest[: limit - len(hits)], rest[limit - len(hits) :]
            shown.update(some)
            hits += await self._hits(user, some, results.query.terms)
        return replace(results, hits=tuple(hits), rest=rest, shown=frozenset(shown), is_whole=is_whole)

    async def _hits(self, user: User, places: Sequence[Place], terms: Sequence[Term]) -> Sequence[Hit]:
        there = {(each.message.room_id, each.message.number): each for each in await self._store.show(user.id, places)}
        found = [(there[place], room) for place in places if place in there and (room := self._rooms.get(place[0])) is not None]
        if sum(_chars_of(each) for each, _ in found) > LIGHT_CHARS:
            return await asyncio.to_thread(_hits_of, found, terms)  # 50 long messages take a third of a second
        return _hits_of(found, terms)

    async def _question(
        self, user: User, query: Query, room_id: RoomId | None, order: Order, utc_offset_min: int
    ) -> tuple[Question | None, tuple[str, ...]]:
        """None when nothing can be found: in rooms that this person is not in, whether there are such or not."""
        mine = await self._rooms.mine(user) if query.rooms != Names() else ()
        notes = list(query.notes)
        rooms = None if room_id is None else {room_id}
        if query.rooms.wanted:
            named = self._named(user, mine, query.rooms.wanted, notes)
            rooms = named if rooms is None else rooms & named
        excluded = self._named(user, mine, query.rooms.excluded, notes)
        if rooms is not None and not rooms:
            return None, tuple(notes)
        question = Question(
            user_id=user.id,
            terms=query.terms,
            rooms=None if rooms is None else frozenset(rooms),
            rooms_excluded=frozenset(excluded),
            authors=_with_own(query.authors, user),
            has=query.has,
            has_not=query.has_not,
            since=None if query.first_day is None else begin_of(query.first_day, utc_offset_min),
            until=None if query.end_day is None else begin_of(query.end_day, utc_offset_min),
            is_pinned=query.is_pinned,
            mentions_me=query.mentions_me,
            order=order,
        )
        return question, tuple(notes)

    def _named(self, user: User, mine: Sequence[RoomSummary], names: Collection[str], notes: list[str]) -> set[RoomId]:
        found: set[RoomId] = set()
        known: defaultdict[str, set[RoomId]] = defaultdict(set)
        for summary in mine:
            for called in (summary.title(user.id), summary.room.slug):
                known[sort_key(called)].add(summary.room.id)
        for name in names:
            rooms = known.get(sort_key(name), set())
            if not rooms:
                notes.append(f'You are in no room called “{name}”.')
            found |= rooms
        return found

    def _take(self, user: User) -> None:
        wait_s = self._buckets.take(user.id, self._monotonic())
        if wait_s:
            raise TooFast('That was a lot of searching at once', retry_after_s=wait_s)

    async def _handed_over(self, user: User, page: Results, since: float) -> Results:
        """At a beat, and then without what they may not read any more: whoever was removed meanwhile sees nothing of it."""
        await self._wait_for_beat(since)
        return await self._still_theirs(user, page)

    async def _still_theirs(self, user: User, page: Results) -> Results:
        held = await self._rooms.memberships(user.id)
        hits = tuple(hit for hit in page.hits if hit.room.id in held)
        return replace(page, hits=hits, rest=tuple(place for place in page.rest if place[0] in held))

    async def _wait_for_beat(self, since: float) -> None:
        took = self._monotonic() - since
        wait_s = math.ceil(took / BEAT_S) * BEAT_S - took
        if wait_s > 0:
            await self._sleep(wait_s)


def _chars_of(found: FoundMessage) -> int:
    message = found.message
    return len(message.body) + sum(len(file.name) for file in message.files) + sum(map(len, found.texts.values()))


def _hits_of(found: Sequence[tuple[FoundMessage, Room]], terms: Sequence[Term]) -> list[Hit]:
    return [_hit(each, room, terms) for each, room in found]


def _hit(found: FoundMessage, room: Room, terms: Sequence[Term]) -> Hit:
    message = found.message
    snippet = snippet_of(message.body, terms, has_marks=True)
    if any(piece.is_match for piece in snippet):
        return Hit(message=message, room=room, snippet=snippet)
    for file in message.files:
        in_name, in_text = snippet_of(file.name, terms), snippet_of(found.texts.get(file.id, ''), terms)
        if any(piece.is_match for piece in (*in_name, *in_text)):
            is_in_text = any(piece.is_match for piece in in_text)
            return Hit(message=message, room=room, snippet=in_text if is_in_text else in_name, file_name=file.name)
    if not message.body and message.files:
        return Hit(message=message, room=room, snippet=snippet_of(message.files[0].name, ()), file_name=message.files[0].name)
    has_words = any(not term.is_excluded for term in terms)
    return Hit(message=message, room=room, snippet=snippet, file_name='' if has_words or not message.files else message.files[0].name)


def _with_own(names: Names, user: User) -> Names:
    """`me` is whoever asks. A name may be a user name, as it is written, or a display name, of which the store has the key."""

    def known(typed: Sequence[str]) -> tuple[str, ...]:
        return tuple(key for name in typed for key in ((user.username,) if name.casefold() == 'me' else (name.casefold(), name_key(name))))

    return Names(wanted=known(names.wanted), excluded=known(names.excluded))
