"""Whose rooms are whose, in memory: asked before everything a person does."""

from collections.abc import Mapping
from types import MappingProxyType

from livechat.domain.model import Membership, RoomId, UserId
from livechat.domain.room_ports import RoomStore

CACHED_PEOPLE = 10_000
"""A few hundred bytes each; more people than this at once and the least recently asked for are read again."""


class Memberships:
    """A cache of each person's memberships, kept right by whoever changes one right after the store did.

    Invariant: what is cached is what the store has. A load that a change overtook is answered, but not kept.
    """

    def __init__(self, rooms: RoomStore, *, capacity: int = CACHED_PEOPLE) -> None:
        self._rooms = rooms
        self._capacity = capacity
        self._known: dict[UserId, Mapping[RoomId, Membership]] = {}  # least recently asked for first
        self._loading: dict[UserId, object] = {}

    async def of(self, user_id: UserId) -> Mapping[RoomId, Membership]:
        known = self._known.pop(user_id, None)
        if known is not None:
            self._known[user_id] = known
            return known
        mark = self._loading[user_id] = object()
        try:
            loaded = MappingProxyType({membership.room_id: membership for membership in await self._rooms.memberships_of(user_id)})
            if self._loading.get(user_id) is mark:
                self._keep(user_id, loaded)
        finally:
            if self._loading.get(user_id) is mark:
                del self._loading[user_id]
        return loaded

    def put(self, membership: Membership) -> None:
        self._loading.pop(membership.user_id, None)
        known = self._known.get(membership.user_id)
        if known is not None:
            self._known[membership.user_id] = MappingProxyType({**known, membership.room_id: membership})

    def forget(self, user_id: UserId) -> None:
        """Read them anew when next asked: the store changed them by itself."""
        self._loading.pop(user_id, None)
        self._known.pop(user_id, None)

    def remove(self, user_id: UserId, room_id: RoomId) -> None:
        self._loading.pop(user_id, None)
        known = self._known.get(user_id)
        if known is not None and room_id in known:
            self._known[user_id] = MappingProxyType({each: membership for each, membership in known.items() if each != room_id})

    def remove_room(self, room_id: RoomId) -> None:
        """The room is gone, for everybody."""
        self._loading.clear()
        for user_id in list(self._known):
            self.remove(user_id, room_id)

    def _keep(self, user_id: UserId, memberships: Mapping[RoomId, Membership]) -> None:
        self._known[user_id] = memberships
        while len(self._known) > self._capacity:
            del self._known[next(iter(self._known))]
