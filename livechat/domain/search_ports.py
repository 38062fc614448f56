"""What a search asks of the store. The rules for all stores are in `ports.py`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from livechat.domain.file import FileId
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, RoomId, UserId
from livechat.domain.search_query import Has, Names, Term

MOST_FOUND = 1_000
"""Of the newest matches: what is older is found with one word more."""
SCANNED = 100_000
"""Newest messages of the server that are read when no index can help: one character of a script without spaces."""
Place = tuple[RoomId, MessageNumber]


class Order(StrEnum):
    BEST = 'best'
    """By how well they fit (BM25, see `search_rank.py`), the newest first among equals."""
    NEWEST = 'newest'


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for, in rooms of which `user_id` is a member at that moment, and nowhere else."""

    user_id: UserId
    terms: Sequence[Term] = ()
    rooms: Collection[RoomId] | None = None
    """None for all."""
    rooms_excluded: Collection[RoomId] = ()
    authors: Names = field(default_factory=Names)
    """User names, or display names, in any case."""
    has: Collection[Has] = ()
    has_not: Collection[Has] = ()
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""
    is_pinned: bool = False
    mentions_me: bool = False
    order: Order = Order.BEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where the matches are, in the order asked for: the newest MOST_FOUND of them at most."""

    places: Sequence[Place]
    is_whole: bool = True
    """Else only whole words and beginnings of words were looked for, of which there were enough."""
    is_cut: bool = False
    """Whether there may be older ones."""
    is_scan: bool = False
    """Whether only the newest SCANNED messages were looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMessage:
    message: Message
    texts: Mapping[FileId, str] = field(default_factory=dict)
    """What its files say."""


class SearchStore(Protocol):
    """Nothing of a room that `user_id` is no member of when it is read is in any answer, nor its existence."""

    async def find(self, question: Question, *, enough: int) -> Found:
        """With `enough` > 0 parts of words need not be looked for when there are as many matches without. :raises SearchTooSlow:"""
        ...

    async def show(self, user_id: UserId, places: Collection[Place]) -> Sequence[FoundMessage]:
        """Those of them that are there, and this person may read, in no order."""
        ...

    async def recent(self, user_id: UserId) -> Sequence[str]:
        """What that person searched for, the newest first; at most MOST_RECENT."""
        ...

    async def remember(self, user_id: UserId, text: str, at: datetime) -> None:
        """Once, however often; the oldest go when there are more than MOST_RECENT."""
        ...

    async def forget(self, user_id: UserId, text: str | None = None) -> None:
        """One of them, or all."""
        ...

    async def days(self, room_id: RoomId, bounds: Sequence[datetime]) -> Sequence[bool]:
        """For each time but the last whether a message was posted there from then until before the next one."""
        ...

    async def first_since(self, room_id: RoomId, at: datetime) -> MessageNumber | None:
        """The first message from then on; without one the last before; None in an empty room. Deleted ones do not count."""
        ...

    async def bounds(self, room_id: RoomId) -> tuple[datetime, datetime] | None:
        """When the first and the last message were posted; None in an empty room."""
        ...


MOST_RECENT = 10
