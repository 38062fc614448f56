"""Time-outs of people who left while they could not write: leaving and joining again is no way out of one. Pure."""

from datetime import datetime

from livechat.domain.model import RoomId, UserId


class Pauses:
    """Until when each of them, for as long as that can matter; forgotten by a restart."""

    def __init__(self) -> None:
        self._until: dict[tuple[RoomId, UserId], datetime] = {}

    def __len__(self) -> int:
        return len(self._until)

    def left(self, room_id: RoomId, user_id: UserId, until: datetime | None, *, now: datetime) -> None:
        """What they left with is what counts: an earlier pause may have been lifted."""
        self._until = {place: end for place, end in self._until.items() if end > now and place != (room_id, user_id)}
        if until is not None and until > now:
            self._until[room_id, user_id] = until

    def of(self, room_id: RoomId, user_id: UserId, *, now: datetime) -> datetime | None:
        """What is left of it for who comes back."""
        until = self._until.get((room_id, user_id))
        return until if until is not None and until > now else None
