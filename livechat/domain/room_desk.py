"""Where every change of a room is handed in: who asks is looked at, twice, and how often they ask."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from livechat.domain.access import Grounds, Right, RoomAccess, access_room
from livechat.domain.errors import Banned, TooFast
from livechat.domain.model import RoomId, User, UserId
from livechat.domain.people_ports import UserStore
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.room import RoomState
from livechat.domain.room_actor import RoomActor
from livechat.domain.room_changes import Change, Surroundings
from livechat.domain.supervisor import Supervisor

Result = TypeVar('Result')
Check = Callable[[RoomAccess], object]
"""Raises when that person may not do it."""


class RoomDesk:
    """One per process; what the facades over rooms share."""

    def __init__(self, around: Surroundings, grounds: Grounds, supervisor: Supervisor, users: UserStore) -> None:
        self.around = around
        self.grounds = grounds
        self.supervisor = supervisor
        self._users = users
        self._changes: TokenBuckets[UserId] = TokenBuckets(around.limits.change_burst, around.limits.change_refill_per_s)

    async def access(self, user: User, room_id: RoomId) -> RoomAccess:
        """What the person may do there. :raises RoomNotFound: :raises Banned:"""
        return await access_room(user, room_id, self.grounds)

    async def access_now(self, user: User, room_id: RoomId) -> RoomAccess:
        """At the end of what took its time: they may have been banned since. :raises RoomNotFound: :raises Banned:"""
        current = await self._users.by_id(user.id)
        if current is None:
            raise Banned
        return await self.access(current, room_id)

    def room(self, room_id: RoomId) -> RoomActor:
        """The running room. Whoever asks was let in before. :raises RoomUnavailable: when the server stops."""
        return self.supervisor.room(room_id)

    async def change(self, user: User, room_id: RoomId, check: Right | Check, change: Change[Result], *, is_last: bool = False) -> Result:
        """Do it if they may, when it is asked for and when it is its turn: the room may have become private in between, or the
        person may have been banned or lost a role.

        :raises RoomNotFound: :raises NotAllowed: :raises TooFast:
        """
        must = _holding(check) if isinstance(check, Right) else check

        async def look_again() -> None:
            must(await self.access_now(user, room_id))

        must(await self.access(user, room_id))
        self.take_change(user)
        return await self.room(room_id).change(_looked_at(look_again, change), is_last=is_last)

    def take_change(self, user: User) -> None:
        """:raises TooFast:"""
        wait_s = self._changes.take(user.id, self.around.clock.monotonic())
        if wait_s:
            raise TooFast('That was a lot at once', retry_after_s=wait_s)


def _holding(right: Right) -> Check:
    return lambda access: access.must(right)


def _looked_at(look: Callable[[], Awaitable[None]], change: Change[Result]) -> Change[Result]:
    """After a crash it is finished without another look: it may itself have ended the right to do it."""
    was_allowed = False

    async def run(state: RoomState, around: Surroundings) -> Result:
        nonlocal was_allowed
        if not was_allowed:
            await look()
            was_allowed = True
        return await change(state, around)

    return run
