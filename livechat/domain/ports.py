"""What the domain needs from outside, as Protocols. The store implements them; tests have in-memory ones.

All methods are coroutines of a store that never cancels database work: a caller that is cancelled gives up waiting, the
work still ends as a whole. Every store raises `NotStored` when the database refuses a write (full, locked, read-only).
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from livechat.domain.events import Event
from livechat.domain.face import Face, PictureStore
from livechat.domain.file_records import FileRecords
from livechat.domain.message import Message, Revision
from livechat.domain.model import Draft, MessageNumber, RoomId, Seq, Server, UserId
from livechat.domain.people_ports import (
    AddressBanStore,
    AuditStore,
    InvitationStore,
    PasswordLinkStore,
    PushTargetStore,
    SignInStore,
    UserStore,
)
from livechat.domain.policy import Policy
from livechat.domain.room_ports import ReadStore, RoomStore
from livechat.domain.search_ports import SearchStore
from livechat.domain.writes import MessageWrite, Stored

Observed = TypeVar('Observed', bound=Event)


class Clock(Protocol):
    def now(self) -> datetime:
        """The time of day, aware, UTC: for what is stored and shown."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never backwards: for limits and time-outs."""
        ...


class MessageStore(Protocol):
    async def commit(self, writes: Sequence[MessageWrite]) -> Sequence[Stored | Exception]:
        """Store one room's writes, in order, in one durable transaction shared with whatever else is queued.

        Returns one result per write, in order. A post gets the next `number` and `seq` of its room, any other change
        the next `seq`. A post whose (author, client_key) is stored already returns the stored message, not fresh. A write
        that is refused has its `LivechatError` as result (`RoomNotFound`, `MessageNotFound`, `NotAMember` when at commit time
        whoever the write says must be one is no member); the others are stored. If the transaction fails as a whole,
        `NotStored` is raised.
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

    async def pinned(self, room_id: RoomId) -> Sequence[Message]:
        """All of a room, the newest pin first."""
        ...

    async def revisions(self, room_id: RoomId, number: MessageNumber) -> Sequence[Revision]:
        """How the message read before, oldest first; empty for one that was never edited, or is deleted."""
        ...

    async def picture(self, token: str) -> tuple[RoomId, bytes] | None:
        """An image of a card (webp), and the room whose members may see it; None when no card has it any more."""
        ...

    async def by_author(self, author_id: UserId) -> Sequence[tuple[RoomId, MessageNumber]]:
        """Every message of that person that can still be deleted: no tombstones, no system lines."""
        ...


class DraftStore(Protocol):
    async def get(self, user_id: UserId, room_id: RoomId) -> Draft:
        """`Draft()` when there is none."""
        ...

    async def put(self, user_id: UserId, room_id: RoomId, draft: Draft) -> None:
        """An empty one (equal to `Draft()`) is forgotten."""
        ...

    async def rooms(self, user_id: UserId) -> Collection[RoomId]:
        """In which rooms that person has something not sent (`not draft.is_empty`)."""
        ...


class ServerStore(Protocol):
    async def profile(self) -> Server: ...

    async def rename(self, name: str) -> Server: ...

    async def set_picture(self, face: Face | None) -> Server:
        """See `livechat.domain.face.PictureStore`."""
        ...

    async def policy(self) -> Policy: ...

    async def set_policy(self, policy: Policy) -> None: ...

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
        """Hand the event to every observer, then to every subscription of the topic; never waits."""
        ...

    def observe(self, kind: type[Observed], observer: Callable[[Observed], object]) -> None:
        """Call it within each broadcast of such an event, on whatever topic, for good: nothing is lost, nothing is late.

        For state that has to be exact. It costs whoever broadcasts, so it only takes note; what it raises is logged.
        """
        ...

    def subscribe(self, topic: str, *, kinds: tuple[type, ...] = ()) -> Subscription:
        """Events from now on; with `kinds` those alone. A topic that ends in `.*` means all that start so."""
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
    @property
    def reads(self) -> ReadStore: ...
    @property
    def invitations(self) -> InvitationStore: ...
    @property
    def password_links(self) -> PasswordLinkStore: ...
    @property
    def audit(self) -> AuditStore: ...
    @property
    def address_bans(self) -> AddressBanStore: ...
    @property
    def push_targets(self) -> PushTargetStore: ...
    @property
    def files(self) -> FileRecords: ...
    @property
    def pictures(self) -> PictureStore: ...
    @property
    def search(self) -> SearchStore: ...
