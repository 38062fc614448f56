"""What happens while the store is asked. Its answer may contain that or not: by `seq` the two are put together. Pure."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from livechat.domain.model import MessageNumber, RoomId, UserId
from livechat.domain.read_marks import MessageEvent

Place = tuple[RoomId, UserId]


@dataclass(slots=True, eq=False)
class Inquiry:
    events: list[MessageEvent] = field(default_factory=list)
    moved: set[Place] = field(default_factory=set)
    """Who joined or left."""
    deleted: set[RoomId] = field(default_factory=set)
    lost: set[RoomId] = field(default_factory=set)
    """Rooms whose events may be missing."""
    saved: dict[Place, MessageNumber] = field(default_factory=dict)
    """Marks that were stored, perhaps after the answer was read."""

    def of(self, room_id: RoomId) -> Iterator[MessageEvent]:
        return (event for event in self.events if event.room_id == room_id)


class Inquiries:
    """Those that are open: mostly none."""

    def __init__(self) -> None:
        self._open: list[Inquiry] = []

    @contextmanager
    def one(self) -> Iterator[Inquiry]:
        inquiry = Inquiry()
        self._open.append(inquiry)
        try:
            yield inquiry
        finally:
            self._open.remove(inquiry)

    def happened(self, event: MessageEvent) -> None:
        for inquiry in self._open:
            inquiry.events.append(event)

    def moved(self, place: Place) -> None:
        for inquiry in self._open:
            inquiry.moved.add(place)

    def deleted(self, room_id: RoomId) -> None:
        for inquiry in self._open:
            inquiry.deleted.add(room_id)

    def lost(self, room_id: RoomId) -> None:
        for inquiry in self._open:
            inquiry.lost.add(room_id)

    def saved(self, marks: Mapping[Place, MessageNumber]) -> None:
        for inquiry in self._open:
            inquiry.saved.update(marks)
