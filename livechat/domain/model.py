"""The values everything else speaks about: immutable, complete, free of rows and frameworks.

Times are aware and in UTC. Ids are distinct types over int, so that a room's id cannot pass for a user's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

UserId = NewType('UserId', int)
SignInId = NewType('SignInId', int)
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
MAX_NAME_CHARS = 50
MAX_ROOM_NAME_CHARS = 80
MAX_DESCRIPTION_CHARS = 250
MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 1_024
"""Below passlib's own refusal at 4,096; far above any passphrase."""
MAX_CLIENT_KEY_CHARS = 64


class UserKind(StrEnum):
    ACCOUNT = 'account'
    GUEST = 'guest'
    BOT = 'bot'
    ASSISTANT = 'assistant'


class ServerRole(StrEnum):
    OWNER = 'owner'
    ADMIN = 'admin'
    MEMBER = 'member'


class RoomRole(StrEnum):
    ADMIN = 'admin'
    MEMBER = 'member'


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How one person wants the page, on all their devices."""

    theme: Theme = Theme.SYSTEM
    rooms_folded: bool = False
    people_folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account as its owner and the domain see it; never handed to other people (see `Person`)."""

    id: UserId
    kind: UserKind
    role: ServerRole
    username: str
    display_name: str
    email: str | None
    created_at: datetime
    preferences: Preferences
    last_room_id: RoomId | None

    @property
    def person(self) -> Person:
        return Person(id=self.id, kind=self.kind, role=self.role, username=self.username, display_name=self.display_name)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    id: RoomId
    name: str
    slug: str
    description: str
    created_by: UserId | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSummary:
    """A room as lists show it."""

    room: Room
    member_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    room_id: RoomId
    user_id: UserId
    role: RoomRole
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person in a room, with what they may do there."""

    person: Person
    role: RoomRole
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; a deleted one is a tombstone: `deleted` is set and `body` is empty."""

    room_id: RoomId
    number: MessageNumber
    changed_seq: Seq
    """The room's seq at the last change of this message (its post, edit or deletion)."""
    author: Person
    body: str
    client_key: str
    created_at: datetime
    edited_at: datetime | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSnapshot:
    """A running room at one moment: what a person who enters needs, without a query."""

    room: Room
    seq: Seq
    """Of the last change; 0 in a room where nothing happened yet."""
    last_number: MessageNumber
    """Of the newest message; 0 in an empty room."""
    newest: tuple[Message, ...]
    """The newest messages, at most PAGE_SIZE, oldest first, tombstones included, without a gap."""
    members: Mapping[UserId, Member]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPresence:
    """Where a person is, seen from one room."""

    user_id: UserId
    online: bool
    """Any tab of theirs is connected to this server."""
    here: bool
    """One of those tabs has this room open."""
