"""Searches over what is kept in memory: every message is looked at, by no index."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from livechat.domain.attachment import searched_part
from livechat.domain.file import FileId, FileKind
from livechat.domain.folding import searchable
from livechat.domain.links import links_in
from livechat.domain.message import Message, MessageKind
from livechat.domain.model import MessageNumber, RoomId, UserId
from livechat.domain.search_ports import MOST_FOUND, MOST_RECENT, Found, FoundMessage, Order, Place, Question
from livechat.domain.search_query import Has
from livechat.domain.search_rank import scores
from tests.memory import Memory


class MemorySearch:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._recent = memory.searches

    async def find(self, question: Question, *, enough: int) -> Found:
        await self._memory.reading()
        found = [message for message in self._readable(question.user_id) if self._fits(message, question)]
        posted = {place: at for at, place in enumerate(self._memory.posted.values())}
        found.sort(key=lambda message: posted[message.room_id, message.number], reverse=True)
        found = found[:MOST_FOUND]
        needles = [term.needle for term in question.terms if not term.is_excluded]
        if question.order is Order.BEST and needles:
            values = scores([self._said(message) for message in found], needles, {})
            ranked = sorted(enumerate(found), key=lambda each: (-values[each[0]], each[0]))
            found = [message for _, message in ranked]
        return Found(places=[(message.room_id, message.number) for message in found], is_cut=len(found) == MOST_FOUND)

    async def show(self, user_id: UserId, places: Collection[Place]) -> Sequence[FoundMessage]:
        await self._memory.reading()
        return [
            FoundMessage(message=self._memory.current(message), texts=self._texts(message))
            for message in self._readable(user_id)
            if (message.room_id, message.number) in places
        ]

    async def recent(self, user_id: UserId) -> Sequence[str]:
        await self._memory.reading()
        kept = self._recent.get(user_id, {})
        return sorted(sorted(kept), key=lambda text: kept[text], reverse=True)[:MOST_RECENT]

    async def remember(self, user_id: UserId, text: str, at: datetime) -> None:
        await self._memory.writing(text)
        self._recent.setdefault(user_id, {})[text] = at
        newest = set(await self.recent(user_id))
        self._recent[user_id] = {each: when for each, when in self._recent[user_id].items() if each in newest}

    async def forget(self, user_id: UserId, text: str | None = None) -> None:
        await self._memory.writing()
        kept = self._recent.get(user_id, {})
        self._recent[user_id] = {} if text is None else {each: when for each, when in kept.items() if each != text}

    async def days(self, room_id: RoomId, bounds: Sequence[datetime]) -> Sequence[bool]:
        await self._memory.reading()
        times = [message.created_at for message in self._posted(room_id)]
        return [any(since <= at < until for at in times) for since, until in pairwise(bounds)]

    async def first_since(self, room_id: RoomId, at: datetime) -> MessageNumber | None:
        await self._memory.reading()
        posted = sorted(self._posted(room_id), key=lambda message: (message.created_at, message.number))
        later = [message for message in posted if message.created_at >= at]
        return (later[0] if later else posted[-1]).number if posted else None

    async def bounds(self, room_id: RoomId) -> tuple[datetime, datetime] | None:
        await self._memory.reading()
        times = [message.created_at for message in self._posted(room_id)]
        return (min(times), max(times)) if times else None

    def _posted(self, room_id: RoomId) -> Sequence[Message]:
        stored = self._memory.rooms.get(room_id)
        return [message for message in stored.messages.values() if _is_said(message)] if stored else []

    def _readable(self, user_id: UserId) -> Iterator[Message]:
        for stored in self._memory.rooms.values():
            if user_id in stored.members:
                yield from filter(_is_said, stored.messages.values())

    def _said(self, message: Message) -> str:
        said = [message.body, *(file.name for file in message.files), *self._texts(message).values()]
        return ''.join(map(searchable, filter(None, said)))

    def _texts(self, message: Message) -> Mapping[FileId, str]:
        known = [self._memory.files[file.id] for file in message.files if file.id in self._memory.files]
        return {each.record.file.id: searched_part(each.text, message.files) for each in known if each.text}

    def _fits(self, message: Message, question: Question) -> bool:
        said = self._said(message)
        author = self._memory.accounts[message.author.id]
        names = {author.user.username, author.name_key}
        has = {what for what in Has if _has(message, what)}
        return (
            all((term.needle in said) is not term.is_excluded for term in question.terms)
            and (question.rooms is None or message.room_id in question.rooms)
            and message.room_id not in question.rooms_excluded
            and (not question.authors.wanted or not names.isdisjoint(question.authors.wanted))
            and names.isdisjoint(question.authors.excluded)
            and has.issuperset(question.has)
            and has.isdisjoint(question.has_not)
            and (question.since is None or message.created_at >= question.since)
            and (question.until is None or message.created_at < question.until)
            and (not question.is_pinned or message.pinned_at is not None)
            and (not question.mentions_me or question.user_id in message.mentions)
        )


def _is_said(message: Message) -> bool:
    return message.kind is MessageKind.TEXT and not message.deleted


def _has(message: Message, what: Has) -> bool:
    match what:
        case Has.FILE:
            return bool(message.files)
        case Has.IMAGE:
            return any(file.kind is FileKind.IMAGE for file in message.files)
        case Has.LINK:
            return bool(links_in(message.body))
