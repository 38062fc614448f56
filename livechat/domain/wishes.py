"""Who wants to hear everything of which room, in memory: asked at each message, without a query."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from livechat.domain.events import MembershipChanged, RoomDeleted, RoomJoined, RoomLeft
from livechat.domain.model import Involvement, RoomId, UserId
from livechat.domain.ports import Backplane

NOBODY: frozenset[UserId] = frozenset()


class WantingEverything:
    """Filled at the start, kept right by what is broadcast: within the broadcast, so that it is never behind."""

    def __init__(self, backplane: Backplane) -> None:
        self._by_room: dict[RoomId, set[UserId]] = {}
        backplane.observe(RoomJoined, self._wishes)
        backplane.observe(MembershipChanged, self._wishes)
        backplane.observe(RoomLeft, lambda event: self._discard(event.room_id, event.user_id))
        backplane.observe(RoomDeleted, lambda event: self._by_room.pop(event.room_id, None))

    def load(self, pairs: Iterable[tuple[RoomId, UserId]]) -> None:
        for room_id, user_id in pairs:
            self._by_room.setdefault(room_id, set()).add(user_id)

    def of(self, room_id: RoomId) -> AbstractSet[UserId]:
        """A view, not to be kept."""
        return self._by_room.get(room_id, NOBODY)

    def _wishes(self, event: RoomJoined | MembershipChanged) -> None:
        membership = event.membership
        if membership.involvement is Involvement.EVERYTHING:
            self._by_room.setdefault(membership.room_id, set()).add(membership.user_id)
        else:
            self._discard(membership.room_id, membership.user_id)

    def _discard(self, room_id: RoomId, user_id: UserId) -> None:
        people = self._by_room.get(room_id, set())
        people.discard(user_id)
        if not people:
            self._by_room.pop(room_id, None)
