"""Which rooms there are for whom. What does not exist for a person is in no list, and no address leads to it."""

from collections.abc import Mapping, Sequence

from livechat.domain.access import RoomAccess
from livechat.domain.model import Membership, Room, RoomId, RoomKind, RoomSummary, User, UserId, UserStatus
from livechat.domain.room_desk import RoomDesk


class RoomLists:
    """Asked from memory, but for memberships that were not asked for in a while."""

    def __init__(self, desk: RoomDesk) -> None:
        self._desk = desk
        self._around = desk.around
        self._directory = desk.around.directory

    async def load(self) -> None:
        """Take all rooms into memory: before anything else."""
        self._directory.load(await self._around.rooms.all())

    async def visible_to(self, user: User) -> Sequence[RoomSummary]:
        """Open rooms and the private ones they are a member of, archived ones too, no direct ones; by name."""
        sees_open = not user.is_guest or self._desk.grounds.trusts_names
        own = [summary for summary in await self.mine(user) if _is_listed(summary.room, with_open=not sees_open)]
        if not sees_open or user.status is not UserStatus.ACTIVE:
            return own
        every = self._directory.open_rooms()
        return self._directory.by_name([*every, *own]) if own else every

    async def mine(self, user: User) -> Sequence[RoomSummary]:
        """Every room they are a member of, direct ones too; by name."""
        held = await self.memberships(user.id)
        if user.status is not UserStatus.ACTIVE:
            return ()
        summaries = [summary for room_id in held if (summary := self._directory.summary(room_id))]
        return self._directory.by_name(summaries, reader=user.id)

    def get(self, room_id: RoomId) -> Room | None:
        """Whoever it is for: for rooms that the asking person was let into."""
        return self._directory.get(room_id)

    def summary(self, room_id: RoomId) -> RoomSummary | None:
        """Whoever it is for: for rooms that the asking person was let into."""
        return self._directory.summary(room_id)

    async def by_slug(self, user: User, slug: str) -> Room | None:
        """The room of that slug, else the one that had it before it changed: its slug differs then.

        For a room that is hidden from this person the same is done as for one that is not there.
        """
        held = await self.memberships(user.id)
        room = self._directory.by_slug(slug)
        if room is not None and self._exists(user, room, held):
            return room
        former = await self._around.rooms.by_slug(slug)
        room = self._directory.get(former.id) if former else None
        return room if room is not None and self._exists(user, room, held) else None

    def oldest(self) -> Room | None:
        """The open room that a new account joins; None before the set-up, or when none is in use."""
        return self._directory.oldest()

    async def landing_room(self, user: User) -> Room | None:
        """Where they were last, if that still exists for them, else the oldest open room, if they are in it, else one of theirs.

        Who is in no room at all is shown the oldest one, to join it.
        """
        held = await self.memberships(user.id)
        last = None if user.last_room_id is None else self.get(user.last_room_id)
        if last is not None and self._exists(user, last, held):
            return last
        oldest = self.oldest()
        if oldest is not None and oldest.id in held:
            return oldest
        theirs = await self.mine(user)
        if theirs:
            return min(theirs, key=lambda summary: (summary.room.is_archived, summary.room.is_direct)).room
        return oldest if oldest is not None and self._exists(user, oldest, held) else None

    async def memberships(self, user_id: UserId) -> Mapping[RoomId, Membership]:
        """A snapshot, which stays as it is."""
        return await self._around.memberships.of(user_id)

    def _exists(self, user: User, room: Room, held: Mapping[RoomId, Membership]) -> bool:
        grounds = self._desk.grounds
        access = RoomAccess(room=room, user=user, membership=held.get(room.id), policy=grounds.policy(), trusts_names=grounds.trusts_names)
        return user.status is UserStatus.ACTIVE and access.exists


def _is_listed(room: Room, *, with_open: bool) -> bool:
    return room.kind is RoomKind.PRIVATE or (with_open and room.kind is RoomKind.OPEN)
