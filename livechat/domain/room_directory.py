"""All rooms there are, with their member counts, in memory: for lists, links and rights without a query."""

from collections.abc import Iterable, Sequence

from livechat.domain.model import Room, RoomId, RoomSummary
from livechat.domain.names import name_key


class RoomDirectory:
    """Filled at the start, kept right by whoever changes a room right after the store did."""

    def __init__(self) -> None:
        self._summaries: dict[RoomId, RoomSummary] = {}
        self._by_slug: dict[str, RoomId] = {}
        self._sorted: tuple[RoomSummary, ...] | None = None

    def load(self, summaries: Iterable[RoomSummary]) -> None:
        self._summaries = {summary.room.id: summary for summary in summaries}
        self._by_slug = {summary.room.slug: room_id for room_id, summary in self._summaries.items()}
        self._sorted = None

    def all(self) -> Sequence[RoomSummary]:
        """By name, as people sort names: without regard to case."""
        if self._sorted is None:
            self._sorted = tuple(sorted(self._summaries.values(), key=lambda summary: (name_key(summary.room.name), summary.room.id)))
        return self._sorted

    def get(self, room_id: RoomId) -> Room | None:
        summary = self._summaries.get(room_id)
        return summary.room if summary else None

    def by_slug(self, slug: str) -> Room | None:
        """The room that has this slug now."""
        room_id = self._by_slug.get(slug)
        return None if room_id is None else self.get(room_id)

    def oldest(self) -> Room | None:
        return self._summaries[min(self._summaries)].room if self._summaries else None

    def member_count(self, room_id: RoomId) -> int:
        """0 for an unknown room."""
        summary = self._summaries.get(room_id)
        return summary.member_count if summary else 0

    def put(self, room: Room, *, member_count: int | None = None) -> None:
        """A new room, or another name, slug or description; without a count the old one stays."""
        old = self._summaries.get(room.id)
        if old is not None and self._by_slug.get(old.room.slug) == room.id:
            del self._by_slug[old.room.slug]
        count = self.member_count(room.id) if member_count is None else member_count
        self._summaries[room.id] = RoomSummary(room=room, member_count=count)
        self._by_slug[room.slug] = room.id
        self._sorted = None

    def set_member_count(self, room_id: RoomId, member_count: int) -> bool:
        """Whether that was news."""
        summary = self._summaries.get(room_id)
        if summary is None or summary.member_count == member_count:
            return False
        self._summaries[room_id] = RoomSummary(room=summary.room, member_count=member_count)
        self._sorted = None
        return True

    def remove(self, room_id: RoomId) -> None:
        summary = self._summaries.pop(room_id, None)
        if summary is not None and self._by_slug.get(summary.room.slug) == room_id:
            del self._by_slug[summary.room.slug]
        self._sorted = None
