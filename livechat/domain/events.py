"""Everything the domain announces, by topic. Complete: a receiver never needs a query.

`room.{id}`            MessagePosted MessageEdited MessageAmended MessageDeleted MessageRestored MemberJoined MemberLeft
                       MemberChanged RoomChanged RoomDeleted ResyncRequired RoomClosed
`room.{id}.presence`   PresenceChanged TypingChanged PersonChanged
`lobby`                RoomCreated RoomChanged RoomDeleted RoomHidden MemberCountChanged: of open rooms, nobody else's
`user.{id}`            SignInEnded RoomJoined RoomLeft MembershipChanged UserChanged UnreadChanged DraftChanged TrayChanged
                       Notified, and of the private and direct rooms this person is a member of: OwnRoomChanged OwnRoomDeleted
`server`               ServerChanged
"""

from dataclasses import dataclass

from livechat.domain.message import Message
from livechat.domain.model import (
    Member,
    Membership,
    Person,
    PersonPresence,
    Room,
    RoomId,
    Seq,
    Server,
    SignInId,
    Unread,
    User,
    UserId,
)
from livechat.domain.notices import Notified
from livechat.domain.tray_item import TrayItem


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageChange:
    """What all events about one message say: the message is as it is from `seq` on; a tombstone once it is deleted."""

    room_id: RoomId
    seq: Seq
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted(MessageChange):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(MessageChange):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAmended(MessageChange):
    """Its reactions, its pin or its cards are different; the text is as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(MessageChange):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRestored(MessageChange):
    """Its deletion was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined:
    room_id: RoomId
    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft:
    room_id: RoomId
    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChanged:
    """A member has another role in the room, or is timed out, or no longer."""

    room_id: RoomId
    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class ResyncRequired:
    """Something may have been missed: load what changed since the last known seq."""

    room_id: RoomId


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomClosed:
    """The room's task crashed too often and is not restarted until the next visitor."""

    room_id: RoomId


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged:
    """Members whose presence, seen from this room, changed within one tick."""

    room_id: RoomId
    people: tuple[PersonPresence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingChanged:
    """Everybody who is writing in the room now, in the order they began; empty when nobody is."""

    room_id: RoomId
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged:
    """A member has another name, picture or role."""

    room_id: RoomId
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCreated:
    room: Room
    member_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChanged:
    """The room has another name, slug, description or picture, another kind or other rules, or was archived or taken back."""

    room: Room
    old_slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomDeleted:
    room_id: RoomId
    name: str
    by: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomHidden:
    """An open room became private: for everybody but its members it does not exist any more."""

    room_id: RoomId


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCountChanged:
    room_id: RoomId
    member_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInEnded:
    """Signed out, or ended by a change of password: its tabs lose their right at once."""

    user_id: UserId
    sign_in_id: SignInId


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomJoined:
    user_id: UserId
    membership: Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLeft:
    user_id: UserId
    room_id: RoomId


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRoomChanged:
    """`RoomChanged` of a room that others know nothing of, for one of its members. An open one that becomes private begins with it."""

    user_id: UserId
    room: Room
    old_slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRoomDeleted:
    """`RoomDeleted` of a room that others know nothing of, for one of its members."""

    user_id: UserId
    room_id: RoomId
    name: str
    by: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipChanged:
    """The person's role, involvement or favourite in one of their rooms, or a time-out there."""

    user_id: UserId
    membership: Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadChanged:
    """What the person has not read in a room is another number; also when it became readable or is theirs no more."""

    user_id: UserId
    unread: Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChanged:
    """The person has something not sent in a room, or no longer."""

    user_id: UserId
    room_id: RoomId
    has_draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayChanged:
    """What the person has attached in a room and not sent: everything, as it stands."""

    user_id: UserId
    room_id: RoomId
    items: tuple[TrayItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanged:
    """The person's own profile, role or preferences."""

    user: User


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerChanged:
    """The server has another name or picture."""

    server: Server


RoomEvent = (
    MessagePosted
    | MessageEdited
    | MessageAmended
    | MessageDeleted
    | MessageRestored
    | MemberJoined
    | MemberLeft
    | MemberChanged
    | RoomChanged
    | RoomDeleted
    | ResyncRequired
    | RoomClosed
)
PresenceEvent = PresenceChanged | TypingChanged | PersonChanged | ResyncRequired
LobbyEvent = RoomCreated | RoomChanged | RoomDeleted | RoomHidden | MemberCountChanged
UserEvent = (
    SignInEnded
    | RoomJoined
    | RoomLeft
    | MembershipChanged
    | UserChanged
    | UnreadChanged
    | DraftChanged
    | TrayChanged
    | Notified
    | OwnRoomChanged
    | OwnRoomDeleted
)
Event = RoomEvent | PresenceEvent | LobbyEvent | UserEvent | ServerChanged


def room_topic(room_id: RoomId) -> str:
    return f'room.{room_id}'


def presence_topic(room_id: RoomId) -> str:
    return f'room.{room_id}.presence'


def user_topic(user_id: UserId) -> str:
    return f'user.{user_id}'


LOBBY_TOPIC = 'lobby'
SERVER_TOPIC = 'server'
USERS_TOPIC = 'user.*'
"""All `user.{id}` topics, for the one consumer of a process that serves many people's tabs."""
