"""All rooms there are, with their member counts, in memory: for lists, links and rights without a query.

Whom a room may be shown to is not decided here (see `access.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from livechat.domain.model import Person, Room, RoomId, RoomKind, RoomSummary, UserId
from livechat.domain.names import sort_key


class RoomDirectory:
    """Filled at the start, kept right by whoever changes a room right after the store did.

    Invariant: `_directs` holds, for everybody who is in a direct room, exactly those rooms; `_keys` what each room is sorted by.
    """

    def __init__(self) -> None:
        self._summaries: dict[RoomId, RoomSummary] = {}
        self._by_slug: dict[str, RoomId] = {}
        self._keys: dict[RoomId, str] = {}
        self._directs: dict[UserId, set[RoomId]] = {}
        self._open: tuple[RoomSummary, ...] | None = None

    def load(self, summaries: Iterable[RoomSummary]) -> None:
        for room_id in list(self._summaries):
            self.remove(room_id)
        for summary in summaries:
            self._put(summary)

    def open_rooms(self) -> Sequence[RoomSummary]:
        """Archived ones too; by name, as people sort names."""
        if self._open is None:
            self._open = tuple(self.by_name(summary for summary in self._summaries.values() if summary.room.kind is RoomKind.OPEN))
        return self._open

    def by_name(self, summaries: Iterable[RoomSummary], *, reader: UserId | None = None) -> list[RoomSummary]:
        """Sorted; with `reader`, direct rooms by what that person calls them. Runs that are sorted already cost little."""

        def key(summary: RoomSummary) -> tuple[str, RoomId]:
            if summary.room.is_direct and reader is not None:
                return sort_key(summary.title(reader)), summary.room.id
            return self._keys.get(summary.room.id, ''), summary.room.id

        return sorted(summaries, key=key)

    def get(self, room_id: RoomId) -> Room | None:
        summary = self._summaries.get(room_id)
        return summary.room if summary else None

    def summary(self, room_id: RoomId) -> RoomSummary | None:
        return self._summaries.get(room_id)

    def by_slug(self, slug: str) -> Room | None:
        """The room that has this slug now."""
        room_id = self._by_slug.get(slug)
        return None if room_id is None else self.get(room_id)

    def oldest(self) -> Room | None:
        """The oldest open room that is in use."""
        rooms = [summary.room for summary in self.open_rooms() if not summary.room.is_archived]
        return min(rooms, key=lambda room: room.id, default=None)

    def directs_of(self, user_id: UserId) -> Sequence[RoomSummary]:
        """In no order."""
        return [self._summaries[room_id] for room_id in self._directs.get(user_id, ())]

    def member_count(self, room_id: RoomId) -> int:
        """0 for an unknown room."""
        summary = self._summaries.get(room_id)
        return summary.member_count if summary else 0

    def put(self, room: Room, *, member_count: int | None = None) -> None:
        """A new room, or one that changed; without a count the old one stays."""
        known = self._summaries.get(room.id) or RoomSummary(room=room, member_count=0)
        self.put_summary(replace(known, room=room, member_count=known.member_count if member_count is None else member_count))

    def put_summary(self, summary: RoomSummary) -> None:
        self.remove(summary.room.id)
        self._put(summary)

    def set_member_count(self, room_id: RoomId, member_count: int) -> bool:
        """Whether that was news."""
        summary = self._summaries.get(room_id)
        if summary is None or summary.member_count == member_count:
            return False
        self._replace(replace(summary, member_count=member_count))
        return True

    def posted(self, room_id: RoomId, at: datetime) -> None:
        """There is a newer message: noted of direct rooms alone."""
        summary = self._summaries.get(room_id)
        if summary is not None and summary.room.is_direct:
            self._replace(replace(summary, latest_at=at))

    def change_person(self, person: Person) -> Sequence[RoomSummary]:
        """Another name or role; the direct rooms that are now shown otherwise."""
        changed = []
        for summary in self.directs_of(person.id):
            people = tuple(sorted((person if each.id == person.id else each for each in summary.people), key=_by_name))
            if people != summary.people:
                changed.append(replace(summary, people=people))
                self._replace(changed[-1])
        return changed

    def drop_person(self, room_id: RoomId, user_id: UserId) -> None:
        """A direct room is without that person from now on."""
        summary = self._summaries.get(room_id)
        if summary is not None and summary.room.is_direct:
            people = tuple(each for each in summary.people if each.id != user_id)
            self.put_summary(replace(summary, people=people, member_count=len(people)))

    def remove(self, room_id: RoomId) -> None:
        summary = self._summaries.pop(room_id, None)
        if summary is None:
            return
        if self._by_slug.get(summary.room.slug) == room_id:
            del self._by_slug[summary.room.slug]
        del self._keys[room_id]
        for person in summary.people:
            rooms = self._directs[person.id]
            rooms.discard(room_id)
            if not rooms:
                del self._directs[person.id]
        self._forget_order(summary)

    def _put(self, summary: RoomSummary) -> None:
        room = summary.room
        self._summaries[room.id] = summary
        self._by_slug[room.slug] = room.id
        self._keys[room.id] = sort_key(room.name)
        for person in summary.people:
            self._directs.setdefault(person.id, set()).add(room.id)
        self._forget_order(summary)

    def _replace(self, summary: RoomSummary) -> None:
        """The same room with the same people under the same name."""
        self._summaries[summary.room.id] = summary
        self._forget_order(summary)

    def _forget_order(self, summary: RoomSummary) -> None:
        if summary.room.kind is RoomKind.OPEN:
            self._open = None


def _by_name(person: Person) -> tuple[str, UserId]:
    return sort_key(person.display_name), person.id
