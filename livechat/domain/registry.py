"""Which rooms run, by id."""

from collections.abc import Iterator

from livechat.domain.model import RoomId
from livechat.domain.room_actor import RoomActor


class Registry:
    """Finds a running room. Invariant: at most one actor per room; the supervisor alone adds and removes."""

    def __init__(self) -> None:
        self._actors: dict[RoomId, RoomActor] = {}

    def __len__(self) -> int:
        return len(self._actors)

    def __iter__(self) -> Iterator[RoomActor]:
        """The actors at this moment; rooms may start and stop meanwhile."""
        return iter(tuple(self._actors.values()))

    def find(self, room_id: RoomId) -> RoomActor | None:
        return self._actors.get(room_id)

    def add(self, actor: RoomActor) -> None:
        assert actor.room_id not in self._actors
        self._actors[actor.room_id] = actor

    def remove(self, actor: RoomActor) -> None:
        """Idempotent; another actor of the same room stays."""
        if self._actors.get(actor.room_id) is actor:
            del self._actors[actor.room_id]
