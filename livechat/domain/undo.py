"""Deletions that can be taken back. Pure: the caller brings the time. In memory alone: a restart forgets them at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from livechat.domain.message import Message, Revision
from livechat.domain.model import MessageNumber, RoomId, UserId

Place = tuple[UserId, RoomId, MessageNumber]
"""Who deleted which message: nobody else takes it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A message as it was, and how it read before."""

    message: Message
    revisions: tuple[Revision, ...]
    until: float


class Deletions:
    """What was deleted in the last `keep_s`, at most `capacity` messages: the oldest go first."""

    def __init__(self, *, keep_s: float, capacity: int) -> None:
        self._keep_s = keep_s
        self._capacity = capacity
        self._kept: dict[Place, Deleted] = {}  # oldest first

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, by: UserId, message: Message, revisions: Sequence[Revision], *, now: float) -> None:
        place = by, message.room_id, message.number
        self._kept.pop(place, None)
        while len(self._kept) >= self._capacity:
            del self._kept[next(iter(self._kept))]
        self._kept[place] = Deleted(message=message, revisions=tuple(revisions), until=now + self._keep_s)

    def find(self, by: UserId, room_id: RoomId, number: MessageNumber, *, now: float) -> Deleted | None:
        """None when that person did not delete it, or it is too late."""
        self.expire(now)
        return self._kept.get((by, room_id, number))

    def forget(self, by: UserId, room_id: RoomId, number: MessageNumber) -> None:
        """It was taken back."""
        self._kept.pop((by, room_id, number), None)

    def forget_author(self, user_id: UserId) -> None:
        """Whoever deleted what they wrote: it does not come back."""
        self._forget(lambda deleted: deleted.message.author.id == user_id)

    def expire(self, now: float) -> None:
        self._forget(lambda deleted: deleted.until < now)

    def _forget(self, is_over: Callable[[Deleted], bool]) -> None:
        self._kept = {place: deleted for place, deleted in self._kept.items() if not is_over(deleted)}
