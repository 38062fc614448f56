"""What the domain needs from outside about rooms, who is in them, and how far each has read.

The rules for all stores are in `ports.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from livechat.domain.face import Face
from livechat.domain.model import (
    Involvement,
    Member,
    Membership,
    MessageNumber,
    Room,
    RoomId,
    RoomKind,
    RoomRole,
    RoomSummary,
    Seq,
    Unread,
    UserId,
)


class RoomStore(Protocol):
    """A name is unique among the rooms that are stored with a `name_key`: open ones. Others leave no trace in it.

    Who makes a room or joins one is active, at that moment: NotFound else.
    """

    async def add(  # noqa: PLR0913 - one column each
        self,
        *,
        name: str,
        name_key: str | None,
        slug: str,
        description: str,
        creator: UserId,
        at: datetime,
        kind: RoomKind = RoomKind.OPEN,
        announcements: bool = False,
    ) -> Room:
        """Store an open or private room with its creator as member and room admin. A taken slug gets `-2`, `-3` ...

        :raises RoomNameTaken:
        """
        ...

    async def add_direct(
        self, people: Collection[UserId], *, key: str, slug: str, creator: UserId, at: datetime
    ) -> tuple[RoomSummary, bool]:
        """The direct room with that key, made if there is none: everybody a plain member who wants everything. And whether it was made."""
        ...

    async def by_id(self, room_id: RoomId) -> Room | None: ...

    async def by_slug(self, slug: str) -> Room | None:
        """The room that has this slug now, else the one that had it last before it changed."""
        ...

    async def rename(self, room_id: RoomId, *, name: str, name_key: str | None, slug: str) -> Room:
        """The old slug keeps leading here until another room takes it. :raises RoomNameTaken: :raises RoomNotFound:"""
        ...

    async def describe(self, room_id: RoomId, description: str) -> Room:
        """:raises RoomNotFound:"""
        ...

    async def set_picture(self, room_id: RoomId, face: Face | None) -> Room:
        """See `livechat.domain.face.PictureStore`. :raises RoomNotFound:"""
        ...

    async def convert(self, room_id: RoomId, *, kind: RoomKind, name_key: str | None, slug: str) -> Room:
        """Another kind, and the slug that goes with it; the old one leads here as after a rename.

        :raises RoomNameTaken: :raises RoomNotFound:
        """
        ...

    async def set_rules(self, room_id: RoomId, *, announcements: bool, slow_mode_s: int) -> Room:
        """:raises RoomNotFound:"""
        ...

    async def set_archived(self, room_id: RoomId, at: datetime | None) -> Room:
        """:raises RoomNotFound:"""
        ...

    async def delete(self, room_id: RoomId) -> None:
        """The room, its picture, messages, memberships, drafts, invitations and old slugs. :raises RoomNotFound:"""
        ...

    async def all(self) -> Sequence[RoomSummary]:
        """Every room of every kind with its member count, by name; direct ones with their people and when the latest message came."""
        ...

    async def members(self, room_id: RoomId) -> Sequence[Member]:
        """Who is active: in a room that is not direct, neither banned nor deactivated people."""
        ...

    async def member(self, room_id: RoomId, user_id: UserId) -> Member | None:
        """One of them."""
        ...

    async def memberships_of(self, user_id: UserId) -> Sequence[Membership]: ...

    async def join(self, room_id: RoomId, user_id: UserId, *, role: RoomRole, at: datetime) -> Member:
        """Idempotent: who is a member already stays as they were. What was said before counts as read. :raises RoomNotFound:"""
        ...

    async def leave(self, room_id: RoomId, user_id: UserId) -> bool:
        """Whether there was a membership to end."""
        ...

    async def set_role(self, room_id: RoomId, user_id: UserId, role: RoomRole) -> Member:
        """:raises NotAMember:"""
        ...

    async def set_time_out(self, room_id: RoomId, user_id: UserId, until: datetime | None) -> Member:
        """:raises NotAMember:"""
        ...

    async def set_wishes(self, room_id: RoomId, user_id: UserId, *, involvement: Involvement, favourite: bool) -> Membership:
        """:raises NotAMember:"""
        ...

    async def wanting_everything(self) -> Sequence[tuple[RoomId, UserId]]:
        """Whoever's involvement in a room is everything: to know without a query who hears of a message."""
        ...


class ReadStore(Protocol):
    """How far each member has read. What counts as unread says `livechat.domain.model.Unread`."""

    async def of(self, user_id: UserId) -> Mapping[RoomId, tuple[Seq, Unread]]:
        """Of every room the person is a member of; each with the room's seq that the numbers are as of."""
        ...

    async def count(self, room_id: RoomId, last_read: Mapping[UserId, MessageNumber]) -> tuple[Seq, Mapping[UserId, Unread]]:
        """What they would have unread had they read so far, and the room's seq that it is as of. :raises RoomNotFound:"""
        ...

    async def mark(self, marks: Sequence[tuple[RoomId, UserId, MessageNumber]]) -> None:
        """They have read so far, further or less far than before. Memberships that have ended are ignored."""
        ...
