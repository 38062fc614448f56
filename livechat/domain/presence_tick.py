"""The beat at which presence and typing are told: coalesced, or 1,000 joins cost 1,000,000 deliveries."""

from collections.abc import Iterable

from livechat.domain.events import PresenceChanged, presence_topic
from livechat.domain.limits import Limits
from livechat.domain.model import PersonPresence, RoomId, UserId
from livechat.domain.ports import Backplane, Clock
from livechat.domain.presence import Change, Presence
from livechat.domain.registry import Registry
from livechat.domain.room_actor import RoomActor
from livechat.domain.supervisor import Sleep


class PresenceTick:
    """Ends graces and typing whose time is over, and tells each running room what changed about its members.

    A room that is loading at that moment is told nothing: who reads it asks `Presence` after the load. `run` belongs to
    the chat; its death loses nothing, the next beat tells what has changed meanwhile.
    """

    def __init__(self, presence: Presence, registry: Registry, *, backplane: Backplane, clock: Clock, limits: Limits, sleep: Sleep) -> None:
        self._presence = presence
        self._registry = registry
        self._backplane = backplane
        self._clock = clock
        self._tick_s = limits.presence_tick_s
        self._sleep = sleep

    async def run(self) -> None:
        while True:
            await self._sleep(self._tick_s)
            self.beat(self._clock.monotonic())

    def beat(self, now: float) -> None:
        self._presence.expire(now)
        everywhere, places = _by_place(self._presence.take_changes())
        for actor in self._registry:
            actor.typing.expire(now)
            actor.announce_typing()
            self._tell(actor, everywhere | places.get(actor.room_id, set()))

    def _tell(self, actor: RoomActor, changed: set[UserId]) -> None:
        members = actor.members
        people = tuple(self._seen_from(actor.room_id, user_id) for user_id in sorted(changed) if user_id in members)
        if people:
            self._backplane.broadcast(presence_topic(actor.room_id), PresenceChanged(room_id=actor.room_id, people=people))

    def _seen_from(self, room_id: RoomId, user_id: UserId) -> PersonPresence:
        return PersonPresence(user_id=user_id, online=self._presence.is_online(user_id), here=self._presence.is_here(user_id, room_id))


def _by_place(changes: Iterable[Change]) -> tuple[set[UserId], dict[RoomId, set[UserId]]]:
    everywhere: set[UserId] = set()
    places: dict[RoomId, set[UserId]] = {}
    for user_id, room_id in changes:
        if room_id is None:
            everywhere.add(user_id)
        else:
            places.setdefault(room_id, set()).add(user_id)
    return everywhere, places
