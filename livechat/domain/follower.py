"""One person with at least one tab open, seen by what they have read. Pure."""

from dataclasses import dataclass, field

from livechat.domain.model import RoomId, TabId


@dataclass(slots=True)
class Follower:
    tabs: dict[TabId, RoomId | None] = field(default_factory=dict)
    """Each with the room that it reads: whose newest message it has in view."""
    rooms: set[RoomId] = field(default_factory=set)
    """Where they are members, as far as the store was asked."""
    loaded: bool = False
    """It was asked at least once."""

    def reads(self, room_id: RoomId) -> bool:
        return room_id in self.tabs.values()

    def look_away(self, room_id: RoomId) -> None:
        """None of the tabs reads that room now."""
        self.tabs.update({tab_id: None for tab_id, room in self.tabs.items() if room == room_id})
