"""What the domain needs from outside, as Protocols. The store implements them; tests have in-memory ones.

All methods are coroutines of a store that never cancels database work: a caller that is cancelled gives up waiting, the
work still ends as a whole. Every store raises `NotStored` when the database refuses a write (full, locked, read-only).
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from livechat.domain.events import Event
from livechat.domain.model import (
    Member,
    Membership,
    Message,
    MessageNumber,
    Preferences,
    Room,
    RoomId,
    RoomRole,
    RoomSummary,
    Seq,
    ServerRole,
    SignIn,
    SignInId,
    User,
    UserId,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """An account to be stored. `name_key` and `username` are unique; see `domain/names.py` for how keys are made."""

    display_name: str
    name_key: str
    username: str
    email: str | None
    role: ServerRole
    password_hash: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMessage:
    room_id: RoomId
    author_id: UserId
    body: str
    client_key: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EditMessage:
    room_id: RoomId
    number: MessageNumber
    body: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMessage:
    room_id: RoomId
    number: MessageNumber
    at: datetime
    member_id: UserId | None = None
    """Whose right to delete it rests on their membership; None: nobody's does, a server admin deletes it."""


MessageWrite = PostMessage | EditMessage | DeleteMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of one write. `fresh` is False when nothing changed: a post sent twice, a message deleted before."""

    message: Message
    fresh: bool


class Clock(Protocol):
    def now(self) -> datetime:
        """The time of day, aware, UTC: for what is stored and shown."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never backwards: for limits and time-outs."""
        ...


class UserStore(Protocol):
    async def has_owner(self) -> bool: ...

    async def create_first_owner(
        self, user: NewUser, *, server_name: str, room_name: str, room_slug: str, room_description: str
    ) -> tuple[User, Room]:
        """Owner, server name and first room (the owner its member and admin) in one transaction.

        :raises AlreadySetUp: an owner exists; nothing was changed. Of many at once, one wins.
        """
        ...

    async def add(self, user: NewUser, *, join: RoomId | None = None) -> User:
        """Store an account; with `join`, make it a member of that room in the same transaction (ignored if the room is gone).

        :raises NameTaken: :raises UsernameTaken:
        """
        ...

    async def by_id(self, user_id: UserId) -> User | None: ...

    async def by_login(self, *, name_key: str, username: str) -> tuple[User, str] | None:
        """The account whose user name is `username`, else the one whose display name has `name_key`; with its password hash."""
        ...

    async def password_hash(self, user_id: UserId) -> str | None: ...

    async def set_password_hash(self, user_id: UserId, password_hash: str, *, instead_of: str | None = None) -> bool:
        """With `instead_of`, only while that is the stored one. Whether it was set."""
        ...

    async def update_profile(self, user_id: UserId, *, display_name: str, name_key: str, username: str, email: str | None) -> User:
        """:raises NameTaken: :raises UsernameTaken:"""
        ...

    async def update_preferences(self, user_id: UserId, preferences: Preferences) -> User: ...

    async def set_last_room(self, user_id: UserId, room_id: RoomId) -> None: ...

    async def taken_usernames(self, prefix: str) -> frozenset[str]:
        """Every user name that starts with `prefix`: to find a free one."""
        ...


class SignInStore(Protocol):
    async def add(self, user_id: UserId, token_hash: bytes, *, user_agent: str, at: datetime, password_hash: str | None = None) -> SignIn:
        """With `password_hash`, the one that was verified, only while it still is the user's: one transaction looks and adds.

        :raises SignInFailed: it was changed meanwhile; nothing was stored.
        """
        ...

    async def by_token_hash(self, token_hash: bytes) -> tuple[SignIn, User] | None: ...

    async def touch(self, sign_in_id: SignInId, *, at: datetime) -> None: ...

    async def set_utc_offset(self, sign_in_id: SignInId, utc_offset_min: int) -> None: ...

    async def end(self, sign_in_id: SignInId) -> None: ...

    async def end_others(self, user_id: UserId, *, keep: SignInId | None) -> Sequence[SignInId]:
        """End all sign-ins of a user but `keep`; return the ended ones."""
        ...

    async def gone_among(self, sign_in_ids: Iterable[SignInId]) -> Sequence[SignInId]:
        """Those that have ended, whichever process ended them. One query; ids are never used again."""
        ...

    async def end_unused_since(self, before: datetime) -> int:
        """Forget sign-ins last seen before that time; return how many."""
        ...


class RoomStore(Protocol):
    async def add(self, *, name: str, name_key: str, slug: str, description: str, creator: UserId, at: datetime) -> Room:
        """Store a room with its creator as member and room admin. A taken slug gets `-2`, `-3` ...

        :raises RoomNameTaken:
        """
        ...

    async def by_id(self, room_id: RoomId) -> Room | None: ...

    async def by_slug(self, slug: str) -> Room | None:
        """The room that has this slug now, else the one that had it last before a rename."""
        ...

    async def rename(self, room_id: RoomId, *, name: str, name_key: str, slug: str) -> Room:
        """The old slug keeps leading here until another room takes it. :raises RoomNameTaken: :raises RoomNotFound:"""
        ...

    async def describe(self, room_id: RoomId, description: str) -> Room:
        """:raises RoomNotFound:"""
        ...

    async def delete(self, room_id: RoomId) -> None:
        """The room, its messages, memberships, drafts and old slugs. :raises RoomNotFound:"""
        ...

    async def all(self) -> Sequence[RoomSummary]:
        """Every room with its member count, by name."""
        ...

    async def members(self, room_id: RoomId) -> Sequence[Member]: ...

    async def memberships_of(self, user_id: UserId) -> Sequence[Membership]: ...

    async def join(self, room_id: RoomId, user_id: UserId, *, role: RoomRole, at: datetime) -> Member:
        """Idempotent: who is a member already stays as they were. :raises RoomNotFound:"""
        ...

    async def leave(self, room_id: RoomId, user_id: UserId) -> bool:
        """Whether there was a membership to end."""
        ...


class MessageStore(Protocol):
    async def commit(self, writes: Sequence[MessageWrite]) -> Sequence[Stored | Exception]:
        """Store one room's writes, in order, in one durable transaction shared with whatever else is queued.

        Returns one result per write, in order. A post gets the next `number` and `seq` of its room, an edit or deletion
        the next `seq`. A post whose (author, client_key) is stored already returns the stored message, not fresh. A write
        that is refused has its `LivechatError` as result (`RoomNotFound`, `MessageNotFound`, `NotAMember` when at commit time
        the author of what is posted or edited, or the deletion's `member_id`, is no member); the others are stored. If the
        transaction fails as a whole, `NotStored` is raised.
        """
        ...

    async def newest(self, room_id: RoomId, limit: int) -> Sequence[Message]:
        """At most `limit`, oldest first, tombstones included."""
        ...

    async def head(self, room_id: RoomId) -> tuple[MessageNumber, Seq]:
        """Number of the newest message and the room's seq; (0, 0) in an empty room. :raises RoomNotFound:"""
        ...

    async def range(self, room_id: RoomId, first: MessageNumber, last: MessageNumber) -> Sequence[Message]:
        """Messages with `first` <= number <= `last`, oldest first, tombstones included."""
        ...

    async def changed_since(self, room_id: RoomId, seq: Seq) -> Sequence[Message]:
        """Every message whose last change came after `seq`, by number: posts, edits and deletions alike."""
        ...


class DraftStore(Protocol):
    async def get(self, user_id: UserId, room_id: RoomId) -> str:
        """Empty when there is none."""
        ...

    async def put(self, user_id: UserId, room_id: RoomId, body: str) -> None:
        """An empty body forgets the draft."""
        ...


class ServerStore(Protocol):
    async def name(self) -> str: ...

    async def answers(self) -> bool:
        """Whether the database can be read and written within a second."""
        ...


class Subscription(Protocol):
    """A bounded queue of one topic's events, one per process and consumer. Iterate until it is closed.

    When the consumer falls behind, the queue is dropped and one `ResyncRequired` stands in its place (durable topics of a
    room), or the oldest events are dropped (other topics).
    """

    def __aiter__(self) -> AsyncIterator[Event]: ...

    def close(self) -> None:
        """End the iteration; idempotent."""
        ...


class Backplane(Protocol):
    """Carries events between consumers; in this process only, until another adapter carries them further."""

    def broadcast(self, topic: str, event: Event) -> None:
        """Hand the event to every subscription of the topic; never waits."""
        ...

    def subscribe(self, topic: str) -> Subscription:
        """Events from now on. A topic that ends in `.*` means all that start so."""
        ...

    def is_watched(self, topic: str) -> bool:
        """Whether anybody has a subscription of exactly this topic."""
        ...


class Stores(Protocol):
    """All stores over one database: `livechat.store.open_stores(folder)` migrates it on entry, drains and closes it on exit."""

    @property
    def users(self) -> UserStore: ...
    @property
    def sign_ins(self) -> SignInStore: ...
    @property
    def rooms(self) -> RoomStore: ...
    @property
    def messages(self) -> MessageStore: ...
    @property
    def drafts(self) -> DraftStore: ...
    @property
    def server(self) -> ServerStore: ...
