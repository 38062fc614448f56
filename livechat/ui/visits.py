"""Which rooms each person was in lately, whatever tab it was in: forgotten with the process."""

from collections.abc import Sequence

from livechat.domain.model import RoomId, UserId

MOST_PEOPLE = 10_000
"""A few hundred bytes each; who was away the longest is forgotten."""
MOST_ROOMS = 20


class Visits:
    """One per process."""

    def __init__(self) -> None:
        self._rooms: dict[UserId, tuple[RoomId, ...]] = {}

    def note(self, user_id: UserId, room_id: RoomId) -> None:
        """A room came on screen."""
        before = self._rooms.pop(user_id, ())
        self._rooms[user_id] = (room_id, *(each for each in before if each != room_id))[:MOST_ROOMS]
        if len(self._rooms) > MOST_PEOPLE:
            del self._rooms[next(iter(self._rooms))]

    def of(self, user_id: UserId) -> Sequence[RoomId]:
        """The newest first. Rooms that are not theirs any more may be among them."""
        return self._rooms.get(user_id, ())
