"""Who is in a room, and what they may do there. Each right is checked each time, here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from livechat.domain.access import Right
from livechat.domain.directs import Directs
from livechat.domain.errors import InvalidInput, NotAllowed, NotFound
from livechat.domain.member_changes import adding, appointing, removing, timing_out, wishing
from livechat.domain.model import Involvement, Member, Membership, Person, RoomId, RoomRole, User, UserId, UserStatus
from livechat.domain.people_ports import UserStore
from livechat.domain.room_desk import RoomDesk

SUGGESTED_PEOPLE = 20
MAX_TIME_OUT_MIN = 10_080
"""A week; for longer there is removing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What others may read about somebody."""

    person: Person
    bio: str
    created_at: datetime


class RoomMembers:
    """One per process."""

    def __init__(self, desk: RoomDesk, users: UserStore, directs: Directs) -> None:
        self._desk = desk
        self._users = users
        self._directs = directs

    async def of(self, user: User, room_id: RoomId) -> Sequence[Member]:
        """By when they joined. :raises RoomNotFound:"""
        (await self._desk.access(user, room_id)).must(Right.SEE_MEMBERS)
        members = (await self._desk.room(room_id).snapshot()).members.values()
        return sorted(members, key=lambda member: (member.joined_at, member.person.id))

    async def add(self, user: User, room_id: RoomId, who: UserId) -> Member:
        """Idempotent. They are told at once. :raises NotAllowed: :raises NotFound: :raises TooFast:"""
        (await self._desk.access(user, room_id)).must(Right.ADD)
        person = await self._users.by_id(who)
        if person is None or person.status is not UserStatus.ACTIVE or not await self._knows(user, who):
            raise NotFound('There is nobody like that here.')
        return await self._desk.change(user, room_id, Right.ADD, adding(user, person.person))

    async def remove(self, user: User, room_id: RoomId, who: UserId) -> None:
        """Idempotent. Their streams of this room end at once. :raises NotAllowed: :raises TooFast:"""
        (await self._desk.access(user, room_id)).must(Right.REMOVE)
        if who == user.id:
            raise NotAllowed('To go yourself, leave the room.')
        await self._desk.change(user, room_id, Right.REMOVE, removing(user, who))

    async def set_role(self, user: User, room_id: RoomId, who: UserId, role: RoomRole) -> Member:
        """:raises NotAllowed: also for guests, and when the room would be without an admin. :raises NotFound: :raises TooFast:"""
        return await self._desk.change(user, room_id, Right.APPOINT, appointing(user, who, role))

    async def time_out(self, user: User, room_id: RoomId, who: UserId, minutes: int) -> Member:
        """They cannot write for so long; 0 ends it. :raises NotAllowed: :raises NotFound: :raises InvalidInput: :raises TooFast:"""
        (await self._desk.access(user, room_id)).must(Right.TIME_OUT)
        if not 0 <= minutes <= MAX_TIME_OUT_MIN:
            raise InvalidInput(f'A pause lasts 1 to {MAX_TIME_OUT_MIN:,} minutes.')
        until = self._desk.around.clock.now() + timedelta(minutes=minutes) if minutes else None
        return await self._desk.change(user, room_id, Right.TIME_OUT, timing_out(user, who, until))

    async def set_involvement(self, user: User, room_id: RoomId, involvement: Involvement) -> Membership:
        """What one wants to hear of a room. :raises NotAMember: :raises TooFast:"""
        return await self._desk.change(user, room_id, Right.READ, wishing(user.id, involvement=involvement))

    async def set_favourite(self, user: User, room_id: RoomId, on: bool) -> Membership:
        """:raises NotAMember: :raises TooFast:"""
        return await self._desk.change(user, room_id, Right.READ, wishing(user.id, favourite=on))

    async def candidates(self, user: User, room_id: RoomId, words: str = '') -> Sequence[Person]:
        """Whom one could add: active people who are not in the room, the best known first; at most SUGGESTED_PEOPLE.

        :raises NotAllowed:
        """
        (await self._desk.access(user, room_id)).must(Right.ADD)
        members = (await self._desk.room(room_id).snapshot()).members
        limit = SUGGESTED_PEOPLE + len(members)  # so many more may be in the way
        people = await self._users.acquaintances(user.id, words=words, everybody=self._sees_all(user), limit=limit)
        return [person for person in people if person.id not in members][:SUGGESTED_PEOPLE]

    async def acquaintances(self, user: User, words: str = '', *, limit: int = SUGGESTED_PEOPLE) -> Sequence[Person]:
        """Whom one could write to directly, the best known first; nobody for guests who may not."""
        if user.status is not UserStatus.ACTIVE or not self._directs.may_make(user):
            return []
        return await self._users.acquaintances(user.id, words=words, everybody=self._sees_all(user), limit=limit)

    async def profile(self, user: User, who: UserId) -> Profile:
        """What they say about themselves; a guest asks about people of their own rooms. :raises NotFound:"""
        other = await self._users.by_id(who) if user.status is UserStatus.ACTIVE and await self._knows(user, who) else None
        if other is None or other.status is UserStatus.GONE:
            raise NotFound('There is nobody like that here.')
        return Profile(person=other.person, bio=other.bio, created_at=other.created_at)

    def may_write_to(self, user: User) -> bool:
        """Whether the person may begin a direct conversation with somebody they know."""
        return self._directs.may_make(user)

    def _sees_all(self, user: User) -> bool:
        return not user.is_guest or self._desk.grounds.trusts_names

    async def _knows(self, user: User, who: UserId) -> bool:
        """A guest who made a room adds whom they share another with, nobody else."""
        if self._sees_all(user):
            return True
        memberships = self._desk.around.memberships
        return bool((await memberships.of(user.id)).keys() & (await memberships.of(who)).keys())
