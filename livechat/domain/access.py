"""Who may do what: load and authorise, or raise. What is absent and what is forbidden cannot be told apart.

All rooms are open for now: everybody sees that they exist, members alone see what is said in them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from livechat.domain.errors import MessageNotFound, NotAllowed, NotAMember, RoomNotFound
from livechat.domain.memberships import Memberships
from livechat.domain.model import Membership, Message, MessageNumber, Room, RoomId, RoomRole, ServerRole, User
from livechat.domain.room_directory import RoomDirectory


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomAccess:
    """A room that exists for this person, and what they may do in it."""

    room: Room
    user: User
    membership: Membership | None

    @property
    def is_server_admin(self) -> bool:
        return self.user.role in {ServerRole.OWNER, ServerRole.ADMIN}

    @property
    def may_manage(self) -> bool:
        """Rename, describe, delete the room, and delete what others wrote."""
        return self.is_server_admin or (self.membership is not None and self.membership.role is RoomRole.ADMIN)

    def must_be_member(self) -> None:
        """:raises NotAMember:"""
        if self.membership is None:
            raise NotAMember

    def must_manage(self) -> None:
        """:raises NotAllowed:"""
        if not self.may_manage:
            raise NotAllowed('Only an admin of this room may do that.')

    def must_edit(self, message: Message) -> None:
        """Its author alone, for as long as they are a member. :raises NotAllowed:"""
        self.must_be_member()
        if message.author.id != self.user.id:
            raise NotAllowed('Only its author can change a message.')

    def must_delete(self, message: Message) -> None:
        """:raises NotAllowed:"""
        if self.may_manage:
            return
        self.must_be_member()
        if message.author.id != self.user.id:
            raise NotAllowed('Only its author or an admin can delete a message.')


async def access_room(user: User, room_id: RoomId, *, directory: RoomDirectory, memberships: Memberships) -> RoomAccess:
    """:raises RoomNotFound:"""
    membership = (await memberships.of(user.id)).get(room_id)
    room = directory.get(room_id)  # asked last: it may have been deleted meanwhile
    if room is None:
        raise RoomNotFound
    return RoomAccess(room=room, user=user, membership=membership)


async def access_message(
    access: RoomAccess, number: MessageNumber, *, read: Callable[[RoomId, MessageNumber], Awaitable[Message | None]]
) -> Message:
    """A message that can still be acted on; strangers to the room learn nothing of it, not even whether it exists.

    :raises NotAMember: :raises MessageNotFound: for one that never was, and for a deleted one.
    """
    if not access.may_manage:
        access.must_be_member()
    message = await read(access.room.id, number)
    if message is None or message.deleted:
        raise MessageNotFound
    return message
