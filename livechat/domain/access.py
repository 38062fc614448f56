"""Who may do what in a room: load and authorise, or raise. What is absent and what is forbidden cannot be told apart.

| right            | open                         | private                      | direct   | archived, beside |
|------------------|------------------------------|------------------------------|----------|------------------|
| see that it is   | accounts; guests: members    | members, server admins       | members  | the same         |
| see its members  | the same                     | the same                     | members  | the same         |
| read             | members                      | members                      | members  | the same         |
| join             | accounts                     | server admins, visibly       | nobody   | nobody           |
| leave            | members                      | members                      | nobody   | the same         |
| post             | members                      | members                      | members  | nobody           |
| react            | members                      | members                      | members  | nobody           |
| pin              | members but guests           | members but guests           | members  | nobody           |
| call @room @here | members but guests           | members but guests           | members but guests | nobody |
| invite by link   | members the policy lets      | room admins                  | nobody   | nobody           |
| add members      | members but guests           | room admins                  | nobody   | nobody           |
| manage           | room admins, server admins   | room admins                  | nobody   | nobody           |
| archive, delete  | room admins, server admins   | room admins; delete: server admins too | nobody | the same |
| appoint admins   | room admins, server admins   | the same                     | nobody   | the same         |
| remove, time out | room admins, server admins   | room admins                  | nobody   | remove alone     |

A server admin who is a member of a private room counts as its admin. In an announcement room its admins alone post, pin and
call. Whoever is timed out does not post, react or pin. On a server that lets people in by name alone, guests see open rooms as
accounts do. Nobody acts against a higher server role.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from livechat.domain.errors import Banned, MessageNotFound, NotAllowed, NotAMember, RoomArchived, RoomNotFound, TimedOut
from livechat.domain.memberships import Memberships
from livechat.domain.message import Message, MessageKind
from livechat.domain.model import Membership, MessageNumber, Person, Room, RoomId, RoomKind, RoomRole, User, UserStatus
from livechat.domain.policy import Policy
from livechat.domain.room_directory import RoomDirectory


class Right(StrEnum):
    """What can be asked about a room that one sees; in words for whom it is refused."""

    READ = 'read'
    SEE_MEMBERS = 'see who is in this room'
    JOIN = 'join this room'
    LEAVE = 'leave this room'
    POST = 'write here'
    REACT = 'react to messages here'
    PIN = 'pin messages in this room'
    CALL = 'call everybody in this room'
    INVITE = 'invite others into this room'
    ADD = 'add people to this room'
    MANAGE = 'change this room'
    ARCHIVE = 'archive this room'
    DELETE = 'delete this room'
    APPOINT = 'appoint the admins of this room'
    REMOVE = 'remove people from this room'
    TIME_OUT = 'make people pause in this room'


_STILL_IN_ARCHIVE = frozenset({Right.READ, Right.SEE_MEMBERS, Right.LEAVE, Right.ARCHIVE, Right.DELETE, Right.APPOINT, Right.REMOVE})
_IN_DIRECT = frozenset({Right.READ, Right.SEE_MEMBERS, Right.POST, Right.REACT, Right.PIN, Right.CALL})
_TO_TAKE_PART = frozenset({Right.READ, Right.POST, Right.REACT, Right.PIN, Right.CALL})
"""Whoever is refused these may join to have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomAccess:
    """A room that exists for this person, and what they may do in it. Pure."""

    room: Room
    user: User
    membership: Membership | None
    policy: Policy
    trusts_names: bool = False
    """The server lets people in by name alone."""

    @property
    def exists(self) -> bool:
        if self.membership is not None:
            return True
        match self.room.kind:
            case RoomKind.OPEN:
                return not self.user.is_guest or self.trusts_names
            case RoomKind.PRIVATE:
                return self.user.is_server_admin
            case RoomKind.DIRECT:
                return False

    @property
    def is_member(self) -> bool:
        return self.membership is not None

    @property
    def is_room_admin(self) -> bool:
        """By their role in the room, or as a server admin who is in it or in whose open house it is."""
        if self.room.is_direct:
            return False
        if self.membership is not None and self.membership.role is RoomRole.ADMIN:
            return True
        return self.user.is_server_admin and (self.is_member or self.room.kind is RoomKind.OPEN)

    def may(self, right: Right) -> bool:
        if not self.exists:
            return False
        if self.room.is_direct and right not in _IN_DIRECT:
            return False
        if self.room.is_archived and right not in _STILL_IN_ARCHIVE:
            return False
        return self._may(right)

    def _may(self, right: Right) -> bool:  # noqa: C901, PLR0911 - one clause per right, nothing else
        is_open = self.room.kind is RoomKind.OPEN
        match right:
            case Right.SEE_MEMBERS:
                return True
            case Right.READ | Right.LEAVE | Right.REACT:
                return self.is_member
            case Right.JOIN:
                return not self.is_member
            case Right.POST:
                return self.is_member and (not self.room.announcements or self.is_room_admin)
            case Right.PIN:
                return self._may(Right.POST) and (self.room.is_direct or not self.user.is_guest)
            case Right.CALL:
                return self._may(Right.POST) and not self.user.is_guest
            case Right.INVITE:
                return self.policy.invite.has(self.user) and (self.is_room_admin or (is_open and self.is_member))
            case Right.ADD:
                return self.is_room_admin or (is_open and self.is_member and not self.user.is_guest)
            case Right.APPOINT | Right.DELETE:
                return self.is_room_admin or self.user.is_server_admin
            case Right.MANAGE | Right.ARCHIVE | Right.REMOVE | Right.TIME_OUT:
                return self.is_room_admin

    def must(self, right: Right) -> None:
        """:raises NotAMember: where joining would help. :raises RoomArchived: :raises NotAllowed:"""
        if self.may(right):
            return
        if right in _TO_TAKE_PART and not self.is_member:
            raise NotAMember
        if self.room.is_archived and right not in _STILL_IN_ARCHIVE:
            raise RoomArchived
        if right is Right.POST:
            raise NotAllowed('Only admins of this room write here.')
        raise NotAllowed(f'You cannot {right.value}.')

    def must_be_member(self) -> None:
        """:raises NotAMember:"""
        self.must(Right.READ)

    def must_post(self, now: datetime) -> None:
        """:raises NotAMember: :raises RoomArchived: :raises NotAllowed: :raises TimedOut:"""
        self.must_say(Right.POST, now)

    def must_say(self, right: Right, now: datetime) -> None:
        """As `must`, for what others see at once: nobody does it who has to pause. :raises TimedOut: and what `must` raises."""
        self.must(right)
        assert self.membership is not None
        until = self.membership.timed_out_until
        if until is not None and until > now and not self.is_room_admin:
            raise TimedOut(until=until, wait_s=(until - now).total_seconds())

    def must_edit(self, message: Message, now: datetime) -> None:
        """Its author alone, for as long as they may write here. :raises NotAllowed: and what `must_post` raises."""
        self.must_be_member()
        if message.author.id != self.user.id or message.kind is MessageKind.SYSTEM:
            raise NotAllowed('Only its author can change a message.')
        self.must_post(now)

    def may_edit(self, message: Message, now: datetime) -> bool:
        try:
            self.must_edit(message, now)
        except NotAllowed:
            return False
        return True

    def must_delete(self, message: Message) -> None:
        """:raises NotAllowed: :raises RoomArchived:"""
        if not self.is_room_admin:
            self.must_be_member()
        if message.kind is MessageKind.SYSTEM or not self._answers_for(message):
            raise NotAllowed('Only its author or an admin can delete a message.')
        if self.room.is_archived:
            raise RoomArchived

    def must_see_history(self, message: Message) -> None:
        """How it read before it was edited. :raises NotAllowed:"""
        if not self._answers_for(message):
            raise NotAllowed('Only its author or an admin can see how a message read before.')

    def must_remove_cards(self, message: Message) -> None:
        """:raises NotAMember: :raises NotAllowed: :raises RoomArchived:"""
        self.must_be_member()
        if not self._answers_for(message):
            raise NotAllowed('Only its author or an admin can take the preview of a link away.')
        if self.room.is_archived:
            raise RoomArchived

    def must_act_against(self, right: Right, person: Person) -> None:
        """As `must`, and the other may not stand higher on the server. :raises NotAllowed:"""
        self.must(right)
        must_not_outrank(self.user, person)

    def _answers_for(self, message: Message) -> bool:
        return message.author.id == self.user.id or self.is_room_admin


def must_be_said(message: Message) -> None:
    """What the room tells of itself is neither answered nor reacted to nor pinned. :raises NotAllowed:"""
    if message.kind is MessageKind.SYSTEM:
        raise NotAllowed('That is possible with what people write alone.')


def must_be_active(user: User) -> None:
    """Whoever is shut out does nothing at all. :raises Banned:"""
    if user.status is not UserStatus.ACTIVE:
        raise Banned


def must_be_server_admin(user: User) -> None:
    """:raises NotAllowed: :raises Banned:"""
    must_be_active(user)
    if not user.is_server_admin:
        raise NotAllowed('Only admins of this server can do that.')


def must_not_outrank(user: User, person: Person) -> None:
    """Nobody acts against a higher role on the server. :raises NotAllowed:"""
    if person.rank > user.person.rank:
        raise NotAllowed(f'{person.display_name} has a higher role on this server than you.')


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What every decision rests on, besides the person."""

    directory: RoomDirectory
    memberships: Memberships
    policy: Callable[[], Policy]
    trusts_names: bool = False


async def access_room(user: User, room_id: RoomId, grounds: Grounds) -> RoomAccess:
    """:raises RoomNotFound: :raises Banned:"""
    must_be_active(user)
    membership = (await grounds.memberships.of(user.id)).get(room_id)
    room = grounds.directory.get(room_id)  # asked last: it may have been deleted meanwhile
    if room is None:
        raise RoomNotFound
    access = RoomAccess(room=room, user=user, membership=membership, policy=grounds.policy(), trusts_names=grounds.trusts_names)
    if not access.exists:
        raise RoomNotFound
    return access


async def access_message(
    access: RoomAccess, number: MessageNumber, *, read: Callable[[RoomId, MessageNumber], Awaitable[Message | None]]
) -> Message:
    """A message that can still be acted on; strangers to the room learn nothing of it, not even whether it exists.

    :raises NotAMember: :raises MessageNotFound: for one that never was, and for a deleted one.
    """
    if not access.is_room_admin:
        access.must_be_member()
    message = await read(access.room.id, number)
    if message is None or message.deleted:
        raise MessageNotFound
    return message
