"""The values everything else speaks about: immutable, complete, free of rows and frameworks.

Times are aware and in UTC. Ids are distinct types over int, so that a room's id cannot pass for a user's.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

UserId = NewType('UserId', int)
SignInId = NewType('SignInId', int)
InvitationId = NewType('InvitationId', int)
RoomId = NewType('RoomId', int)
MessageNumber = NewType('MessageNumber', int)
"""A message's ordinal in its room: 1, 2, 3 ..., never reused."""
Seq = NewType('Seq', int)
"""A room's change counter: every post, edit and deletion takes the next one."""
TabId = NewType('TabId', str)
"""One browser tab, stable over reconnects of its socket."""

PAGE_SIZE = 50
"""Messages of one page: numbers 50k + 1 to 50k + 50. Also what a running room keeps in memory (newest ones)."""
MAX_BODY_CHARS = 4_000
MAX_NAME_CHARS = 40
MAX_ROOM_NAME_CHARS = 80
MAX_SERVER_NAME_CHARS = 80
MAX_DESCRIPTION_CHARS = 250
MAX_BIO_CHARS = 200
MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 1_024
"""Below passlib's own refusal at 4,096; far above any passphrase."""
MAX_CLIENT_KEY_CHARS = 64


class UserKind(StrEnum):
    ACCOUNT = 'account'
    GUEST = 'guest'
    BOT = 'bot'
    ASSISTANT = 'assistant'


class UserStatus(StrEnum):
    ACTIVE = 'active'
    DEACTIVATED = 'deactivated'
    BANNED = 'banned'
    GONE = 'gone'
    """A guest who ended: their messages stay, their name is free again."""


class ServerRole(StrEnum):
    OWNER = 'owner'
    ADMIN = 'admin'
    MEMBER = 'member'
    """Guests too: their kind tells them apart."""


class RoomRole(StrEnum):
    ADMIN = 'admin'
    MEMBER = 'member'


class RoomKind(StrEnum):
    OPEN = 'open'
    PRIVATE = 'private'
    """Does not exist for anybody but its members, and the name and members for server admins."""
    DIRECT = 'direct'
    """One per exact set of people; never anything else."""


class Involvement(StrEnum):
    """What a member wants to hear of a room."""

    EVERYTHING = 'everything'
    MENTIONS = 'mentions'
    NOTHING = 'nothing'
    HIDDEN = 'hidden'
    """Nothing, and the room is not in their list."""


class Theme(StrEnum):
    SYSTEM = 'system'
    LIGHT = 'light'
    DARK = 'dark'


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What others see of a user: enough to draw an author or a line of the People list."""

    id: UserId
    kind: UserKind
    role: ServerRole
    username: str
    display_name: str
    picture: str = ''
    """The token of their picture; empty for none."""

    @property
    def is_guest(self) -> bool:
        return self.kind is UserKind.GUEST

    @property
    def rank(self) -> int:
        """Owner 3, admin 2, member 1, guest 0: nobody acts against a higher one."""
        return 0 if self.is_guest else {ServerRole.OWNER: 3, ServerRole.ADMIN: 2, ServerRole.MEMBER: 1}[self.role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How one person wants the page, on all their devices."""

    theme: Theme = Theme.SYSTEM
    rooms_folded: bool = False
    people_folded: bool = False
    sound: bool = False
    """A soft sound with each toast."""
    push_bodies: bool = True
    """Whether what is pushed outside the browser says what was written, or only that something was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account or a guest as they themselves and the domain see them; never handed to other people (see `Person`)."""

    id: UserId
    kind: UserKind
    role: ServerRole
    username: str
    display_name: str
    email: str | None
    created_at: datetime
    preferences: Preferences
    last_room_id: RoomId | None
    bio: str = ''
    picture: str = ''
    status: UserStatus = UserStatus.ACTIVE
    invitation_id: InvitationId | None = None
    """By which invitation they came."""

    @property
    def is_guest(self) -> bool:
        return self.kind is UserKind.GUEST

    @property
    def is_server_admin(self) -> bool:
        return self.role is not ServerRole.MEMBER

    @property
    def person(self) -> Person:
        return Person(
            id=self.id, kind=self.kind, role=self.role, username=self.username, display_name=self.display_name, picture=self.picture
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One browser's durable, revocable right to act as a user. The token itself is nowhere but in the cookie."""

    id: SignInId
    user_id: UserId
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    utc_offset_min: int | None
    """Minutes east of UTC of that browser when it was last asked; None before."""
    address: str = ''
    """The network address it was last seen from; empty when unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    id: RoomId
    name: str
    slug: str
    description: str
    created_by: UserId | None
    created_at: datetime
    kind: RoomKind = RoomKind.OPEN
    announcements: bool = False
    """Only its admins post."""
    slow_mode_s: int = 0
    """Seconds between two messages of one member who is no admin; 0 for no limit."""
    archived_at: datetime | None = None
    """Since when nothing can be said in it; None while it is in use."""
    picture: str = ''
    """As a person's. Direct rooms have none."""

    @property
    def is_direct(self) -> bool:
        return self.kind is RoomKind.DIRECT

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What everybody sees of this server."""

    name: str
    picture: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSummary:
    """A room as lists show it."""

    room: Room
    member_count: int
    people: tuple[Person, ...] = ()
    """Of a direct room everybody in it, by name; empty for others."""
    latest_at: datetime | None = None
    """When the newest message was posted; kept for direct rooms alone, which are sorted by it."""

    def title(self, reader: UserId) -> str:
        """What that person calls the room: its name, or the names of the others in a direct room."""
        if not self.room.is_direct:
            return self.room.name
        return ', '.join(person.display_name for person in self.people if person.id != reader) or 'Only you'


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    room_id: RoomId
    user_id: UserId
    role: RoomRole
    joined_at: datetime
    involvement: Involvement = Involvement.MENTIONS
    favourite: bool = False
    timed_out_until: datetime | None = None
    """Until when an admin of the room keeps them from posting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person in a room, with what they may do there."""

    person: Person
    role: RoomRole
    joined_at: datetime
    timed_out_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPresence:
    """Where a person is, seen from one room."""

    user_id: UserId
    online: bool
    """Any tab of theirs is connected to this server."""
    here: bool
    """One of those tabs has this room open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What one person had not sent yet in one room, on all their devices. Equal to `Draft()` when there is nothing."""

    body: str = ''
    reply_to: MessageNumber | None = None
    """Which message it answers."""
    editing: MessageNumber | None = None
    """Which of their own messages is being edited; `edit_body` is how it reads so far, and `body` waits meanwhile."""
    edit_body: str = ''

    @property
    def is_empty(self) -> bool:
        return not self.body.strip() and self.editing is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What one member has not read in one room.

    Counted are the messages after `last_read` that others wrote and that are neither deleted nor system lines.
    """

    room_id: RoomId
    last_read: MessageNumber
    """Of the newest message they have read; 0 for none."""
    unread: int
    mentions: int
    """How many of them speak to this person."""
