"""What the admins of a room decide about it. Each right is checked each time, here."""

from livechat.domain.access import Right
from livechat.domain.errors import InvalidInput
from livechat.domain.model import Room, RoomId, RoomKind, User
from livechat.domain.room_changes import archiving, converting, ruling
from livechat.domain.room_desk import RoomDesk
from livechat.domain.slow_mode import SLOW_MODES


class RoomSettings:
    """One per process. Its changes are told as `RoomChanged`, `RoomHidden`, `RoomCreated` or `OwnRoomChanged` (see `events.py`)."""

    def __init__(self, desk: RoomDesk) -> None:
        self._desk = desk

    async def convert(self, user: User, room_id: RoomId, kind: RoomKind) -> Room:
        """Open or private, with another address; the old one leads there for whom the room exists.

        :raises NotAllowed: direct rooms stay what they are. :raises RoomNameTaken: :raises TooFast:
        """
        (await self._desk.access(user, room_id)).must(Right.MANAGE)
        if kind is RoomKind.DIRECT:
            raise InvalidInput('A room is open or private.')
        return await self._desk.change(user, room_id, Right.MANAGE, converting(user, kind))

    async def set_rules(self, user: User, room_id: RoomId, *, announcements: bool, slow_mode_s: int) -> Room:
        """:raises NotAllowed: :raises InvalidInput: unless `slow_mode_s` is one of SLOW_MODES. :raises TooFast:"""
        (await self._desk.access(user, room_id)).must(Right.MANAGE)
        if slow_mode_s not in SLOW_MODES:
            raise InvalidInput('Choose one of the pauses that are offered.')
        change = ruling(announcements=announcements, slow_mode_s=slow_mode_s)
        return await self._desk.change(user, room_id, Right.MANAGE, change)

    async def archive(self, user: User, room_id: RoomId) -> Room:
        """Nothing can be said in it any more. Idempotent. :raises NotAllowed: :raises TooFast:"""
        return await self._desk.change(user, room_id, Right.ARCHIVE, archiving(user, self._desk.around.clock.now()))

    async def unarchive(self, user: User, room_id: RoomId) -> Room:
        """Idempotent. :raises NotAllowed: :raises TooFast:"""
        return await self._desk.change(user, room_id, Right.ARCHIVE, archiving(user, None))
