"""Direct rooms: one per exact set of people, found or made."""

from collections.abc import Collection

from livechat.domain.access import must_be_active
from livechat.domain.errors import InvalidInput, NotFound
from livechat.domain.events import RoomJoined, user_topic
from livechat.domain.model import Involvement, Membership, Room, RoomRole, RoomSummary, User, UserId, UserStatus
from livechat.domain.people_ports import UserStore
from livechat.domain.room_desk import RoomDesk
from livechat.domain.slugs import direct_key, direct_slug

MAX_DIRECT_PEOPLE = 9
"""More than that want a room with a name."""


class Directs:
    def __init__(self, desk: RoomDesk, users: UserStore) -> None:
        self._desk = desk
        self._around = desk.around
        self._users = users

    def may_make(self, user: User) -> bool:
        """Guests answer; whom they write to first is up to the policy."""
        return not user.is_guest or self._desk.grounds.policy().create_rooms.has(user)

    async def open(self, user: User, people: Collection[UserId]) -> Room:
        """The room of this person and those people, made if need be. Many at once get the same one.

        :raises InvalidInput: for none and for too many. :raises NotFound: :raises NotAllowed: :raises TooFast:
        """
        must_be_active(user)
        everybody = frozenset(people) | {user.id}
        if not 1 < len(everybody) <= MAX_DIRECT_PEOPLE:
            raise InvalidInput(f'Choose 1 to {MAX_DIRECT_PEOPLE - 1} people to write to.')
        await self._must_know(user, everybody - {user.id})
        known = self._known(user, everybody)
        if known is not None and not self.may_make(user):
            return known.room
        if known is None:
            if user.is_guest:
                self._desk.grounds.policy().must_create_rooms(user)
            self._desk.take_change(user)
        return await self._desk.supervisor.see_through(self._find_or_make(user, everybody), 'opens a direct room')

    async def _must_know(self, user: User, others: Collection[UserId]) -> None:
        """People who are not there and people a guest has nothing to do with cannot be told apart."""
        held = (await self._around.memberships.of(user.id)).keys()
        sees_all = not user.is_guest or self._desk.grounds.trusts_names
        for user_id in others:
            other = await self._users.by_id(user_id)
            theirs = (await self._around.memberships.of(user_id)).keys()
            if other is None or other.status is not UserStatus.ACTIVE or not (sees_all or held & theirs):
                raise NotFound('There is nobody like that here.')

    def _known(self, user: User, everybody: frozenset[UserId]) -> RoomSummary | None:
        rooms = self._around.directory.directs_of(user.id)
        return next((summary for summary in rooms if {person.id for person in summary.people} == everybody), None)

    async def _find_or_make(self, user: User, everybody: Collection[UserId]) -> Room:
        at = self._around.clock.now()
        summary, _ = await self._around.rooms.add_direct(everybody, key=direct_key(everybody), slug=direct_slug(), creator=user.id, at=at)
        if self._around.directory.get(summary.room.id) is None:  # of many that found it, one announces it
            self._announce(summary, everybody)
        return summary.room

    def _announce(self, summary: RoomSummary, everybody: Collection[UserId]) -> None:
        self._around.directory.put_summary(summary)
        for user_id in sorted(everybody):
            membership = Membership(
                room_id=summary.room.id,
                user_id=user_id,
                role=RoomRole.MEMBER,
                joined_at=summary.room.created_at,
                involvement=Involvement.EVERYTHING,
            )
            self._around.memberships.put(membership)
            self._around.backplane.broadcast(user_topic(user_id), RoomJoined(user_id=user_id, membership=membership))
