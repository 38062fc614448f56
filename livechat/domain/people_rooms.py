"""What letting people in and showing them out asks of the rooms."""

from collections.abc import Collection, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from livechat.domain.model import Membership, Person, RoomId, User, UserId


class PeopleRooms(Protocol):
    """See `livechat.domain.rooms.Rooms`."""

    async def memberships(self, user_id: UserId) -> Mapping[RoomId, Membership]: ...

    async def join(self, user: User, room_id: RoomId) -> None: ...

    async def welcome(self, user: User, inviter: Person | None = None) -> None:
        """Somebody new, whose membership was stored with them. Never fails them: a room with trouble knows them when they enter."""
        ...

    async def joined(self, user: User, room_id: RoomId, inviter: Person | None = None) -> None:
        """A membership was stored of somebody who was none there before."""
        ...

    def expelling(self, user_ids: Collection[UserId]) -> AbstractAsyncContextManager[None]:
        """Within it the store ends memberships of these people, or lets them count no more; after it the rooms know."""
        ...

    async def person_returned(self, user: User) -> None:
        """Whatever memberships are stored count again."""
        ...

    async def person_changed(self, person: Person) -> None:
        """They are stored with another name, picture or role."""
        ...

    async def delete_messages_of(self, user_id: UserId) -> int: ...
