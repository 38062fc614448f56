"""What people do with rooms: the facade that every interface calls. Each right is checked each time, here."""

import logging
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress

from livechat.domain.access import Right, RoomAccess, must_be_active
from livechat.domain.audit import Act
from livechat.domain.directs import Directs
from livechat.domain.errors import LivechatError
from livechat.domain.events import LOBBY_TOPIC, OwnRoomChanged, RoomCreated, RoomJoined, RoomLeft, user_topic
from livechat.domain.member_changes import joining, leaving, recognising
from livechat.domain.model import (
    MAX_ROOM_NAME_CHARS,
    Membership,
    Person,
    Room,
    RoomId,
    RoomKind,
    RoomRole,
    User,
    UserId,
    UserStatus,
)
from livechat.domain.names import clean_description, clean_name, name_key
from livechat.domain.people_ports import UserStore
from livechat.domain.ports import DraftStore
from livechat.domain.presence import Presence
from livechat.domain.room_changes import changing_person, deleting, describing, renaming
from livechat.domain.room_deeds import RoomDeeds
from livechat.domain.room_desk import RoomDesk
from livechat.domain.room_drafts import RoomDrafts
from livechat.domain.room_lists import RoomLists
from livechat.domain.room_names import RoomNames
from livechat.domain.room_talk import RoomTalk
from livechat.domain.slugs import slug_for

logger = logging.getLogger(__name__)


class Rooms(RoomLists, RoomTalk, RoomDeeds, RoomDrafts, RoomNames):
    """One per process. Owns no task: rooms run under the supervisor."""

    def __init__(self, desk: RoomDesk, *, drafts: DraftStore, users: UserStore, directs: Directs, presence: Presence) -> None:
        RoomLists.__init__(self, desk)
        RoomTalk.__init__(self, desk, presence)
        RoomDeeds.__init__(self, desk)
        RoomDrafts.__init__(self, desk, drafts)
        RoomNames.__init__(self, desk, presence, users)
        self._users = users
        self._directs = directs

    @property
    def running(self) -> int:
        return len(self._registry)

    async def access(self, user: User, room_id: RoomId) -> RoomAccess:
        """What the person may do there: for what to offer. :raises RoomNotFound: :raises Banned:"""
        return await self._desk.access(user, room_id)

    # One room

    async def create(self, user: User, name: str, description: str = '', *, private: bool = False, announcements: bool = False) -> Room:
        """A room whose only member and admin is its creator.

        :raises NotAllowed: :raises NameInvalid: :raises DescriptionTooLong: :raises RoomNameTaken: :raises TooFast:
        """
        must_be_active(user)
        self._desk.grounds.policy().must_create_rooms(user)
        clean, text = clean_name(name, limit=MAX_ROOM_NAME_CHARS), clean_description(description)
        kind = RoomKind.PRIVATE if private else RoomKind.OPEN
        self._desk.take_change(user)
        making = self._create(user, clean, text, kind, announcements=announcements)
        return await self._desk.supervisor.see_through(making, f'creates {clean}')

    async def direct(self, user: User, people: Collection[UserId]) -> Room:
        """See `Directs.open`. :raises InvalidInput: :raises NotFound: :raises NotAllowed: :raises TooFast:"""
        return await self._directs.open(user, people)

    async def rename(self, user: User, room_id: RoomId, name: str) -> Room:
        """:raises NotAllowed: :raises NameInvalid: :raises RoomNameTaken: :raises TooFast:"""
        (await self.access(user, room_id)).must(Right.MANAGE)
        clean = clean_name(name, limit=MAX_ROOM_NAME_CHARS)
        return await self._desk.change(user, room_id, Right.MANAGE, renaming(user, clean))

    async def describe(self, user: User, room_id: RoomId, description: str) -> Room:
        """:raises NotAllowed: :raises DescriptionTooLong: :raises TooFast:"""
        (await self.access(user, room_id)).must(Right.MANAGE)
        clean = clean_description(description)
        return await self._desk.change(user, room_id, Right.MANAGE, describing(clean))

    async def delete(self, user: User, room_id: RoomId) -> None:
        """:raises NotAllowed: :raises TooFast:"""
        await self._desk.change(user, room_id, Right.DELETE, deleting(user), is_last=True)

    async def join(self, user: User, room_id: RoomId) -> None:
        """Idempotent. :raises NotAllowed: :raises TooFast:"""
        access = await self.access(user, room_id)
        if access.is_member:
            return
        says = 'joined as an admin of this server' if access.room.kind is RoomKind.PRIVATE else 'joined'
        await self._desk.change(user, room_id, _may_join, joining(user.person, says=says))

    async def leave(self, user: User, room_id: RoomId) -> None:
        """Idempotent. :raises NotAllowed: :raises TooFast:"""
        if (await self.access(user, room_id)).is_member:
            await self._desk.change(user, room_id, _may_leave, leaving(user.person))
            self.stopped_typing(user, room_id)

    # What happened to people, and is stored already

    async def welcome(self, user: User, inviter: Person | None = None) -> None:
        """Let the rooms know a person who was stored together with a membership: at set-up, registration, by an invitation.

        Whatever goes wrong there, they are in: trying once more would only say that the name is taken.
        """
        for membership in await self._around.rooms.memberships_of(user.id):
            try:
                await self.joined(user, membership.room_id, inviter)
            except LivechatError as trouble:
                logger.warning('User %d is told to room %d when they enter it: %s', user.id, membership.room_id, trouble)

    async def joined(self, user: User, room_id: RoomId, inviter: Person | None = None) -> None:
        """Let a room know a membership that was stored without it. :raises RoomNotFound:"""
        self._around.memberships.forget(user.id)  # first: whatever goes wrong below, they are a member
        says = f'joined by an invitation from {inviter.display_name}' if inviter else 'joined'
        if self.get(room_id) is None and (room := await self._around.rooms.by_id(room_id)) is not None:
            says = ''
            self._announce_new(room)
        await self._desk.room(room_id).change(joining(user.person, says=says, stored_before=True))

    @asynccontextmanager
    async def expelling(self, user_ids: Collection[UserId]) -> AsyncIterator[None]:
        """Around what ends memberships of these people in the store, or keeps them from counting: rooms and caches follow.

        They are told first, of all their rooms; then one room after the other lets them go. What failed in between changes
        nothing about that: what has ended is looked up.
        """
        held = {user_id: await self.memberships(user_id) for user_id in user_ids}
        try:
            yield
        finally:
            await self._desk.supervisor.see_through(self._bring_out(held), 'brings people out of their rooms')

    async def person_returned(self, user: User) -> None:
        """What is stored of their memberships counts again."""
        self._around.memberships.forget(user.id)
        for membership in (await self.memberships(user.id)).values():
            self._around.backplane.broadcast(user_topic(user.id), RoomJoined(user_id=user.id, membership=membership))
            await self._recognise(user.id, membership.room_id)

    async def person_changed(self, person: Person) -> None:
        """Bring a stored change of name, picture or role into every running room, and into the titles of direct ones."""
        for actor in self._registry:
            if not actor.may_show(person.id):
                continue
            try:
                await actor.change(changing_person(person))
            except LivechatError:
                continue  # the room ends: it loads the stored person when it starts again
        for summary in self._directory.change_person(person):
            for member in summary.people:
                renamed = OwnRoomChanged(user_id=member.id, room=summary.room, old_slug=summary.room.slug)
                self._around.backplane.broadcast(user_topic(member.id), renamed)

    async def _bring_out(self, held: Mapping[UserId, Mapping[RoomId, Membership]]) -> None:
        ended = [(user_id, room_id) for user_id in held for room_id in await self._ended_of(user_id, held[user_id])]
        for user_id, room_id in ended:
            self._around.memberships.forget(user_id)
            self._around.backplane.broadcast(user_topic(user_id), RoomLeft(user_id=user_id, room_id=room_id))
        for user_id, room_id in ended:
            await self._recognise(user_id, room_id)

    async def _ended_of(self, user_id: UserId, held: Mapping[RoomId, Membership]) -> Collection[RoomId]:
        """Rooms that one does not count in any more: all but the direct ones that are left, for who is not active."""
        self._around.memberships.forget(user_id)
        stored, user = await self.memberships(user_id), await self._users.by_id(user_id)
        is_active = user is not None and user.status is UserStatus.ACTIVE
        return [room_id for room_id in held if not (room_id in stored and (is_active or self._is_direct(room_id)))]

    async def _recognise(self, user_id: UserId, room_id: RoomId) -> None:
        with suppress(LivechatError):  # the room ends, or has trouble: it loads who counts when it starts again
            await self._desk.room(room_id).change(recognising(user_id))

    def _is_direct(self, room_id: RoomId) -> bool:
        room = self.get(room_id)
        return room is not None and room.is_direct

    async def _create(self, user: User, name: str, description: str, kind: RoomKind, *, announcements: bool) -> Room:
        at = self._around.clock.now()
        room = await self._around.rooms.add(
            name=name,
            name_key=name_key(name) if kind is RoomKind.OPEN else None,
            slug=slug_for(kind, name),
            description=description,
            creator=user.id,
            at=at,
            kind=kind,
            announcements=announcements,
        )
        membership = Membership(room_id=room.id, user_id=user.id, role=RoomRole.ADMIN, joined_at=at)
        self._around.memberships.put(membership)
        self._announce_new(room)
        self._around.backplane.broadcast(user_topic(user.id), RoomJoined(user_id=user.id, membership=membership))
        await self._around.audit.write(user, Act.ROOM_CREATED, room.name)
        return room

    def _announce_new(self, room: Room) -> None:
        self._directory.put(room, member_count=1)
        if room.kind is RoomKind.OPEN:
            self._around.backplane.broadcast(LOBBY_TOPIC, RoomCreated(room=room, member_count=1))


def _may_join(access: RoomAccess) -> None:
    if not access.is_member:
        access.must(Right.JOIN)


def _may_leave(access: RoomAccess) -> None:
    if access.is_member:
        access.must(Right.LEAVE)
