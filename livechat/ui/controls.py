"""What stands around an open room for one person alone: their buttons, the name of a direct room, why they cannot write."""

import asyncio
from collections.abc import Callable

from livechat.domain.access import RoomAccess
from livechat.domain.errors import NotAllowed, TimedOut
from livechat.domain.model import RoomId
from livechat.ui.room_head import NEXT_INVOLVEMENT, controls, direct_heading, why_read_only
from livechat.ui.session import Session
from livechat.ui.shell import HIDDEN_CONTROLS, read_only


class RoomControls:
    """Of one tab. Drawn anew when the membership or the room changes, and when a pause ends; the domain checks each click again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._chat = session.chat
        self._pause: asyncio.TimerHandle | None = None
        self.on_writing: Callable[[RoomId | None], object] = lambda _: None
        """Called with the room in which the person may write now; None: in none."""

    def hide(self) -> None:
        self._cancel()
        self._session.show({**HIDDEN_CONTROLS, **read_only('')})
        self.on_writing(None)

    async def show(self, room_id: RoomId) -> None:
        """:raises RoomNotFound:"""
        self._show(await self._chat.rooms.access(self._session.user, room_id))

    async def cycle_involvement(self, room_id: RoomId) -> None:
        """A click on the bell."""
        membership = (await self._chat.rooms.access(self._session.user, room_id)).membership
        if membership is not None:
            await self._chat.members.set_involvement(self._session.user, room_id, NEXT_INVOLVEMENT[membership.involvement])

    async def flip_favourite(self, room_id: RoomId) -> None:
        """A click on the star."""
        membership = (await self._chat.rooms.access(self._session.user, room_id)).membership
        if membership is not None:
            await self._chat.members.set_favourite(self._session.user, room_id, not membership.favourite)

    def _show(self, access: RoomAccess) -> None:
        self._cancel()
        session, room_id = self._session, access.room.id
        time_out = self._time_out(access)
        if time_out is not None:
            wait_s = (time_out.until - self._chat.clock.now()).total_seconds()
            self._pause = asyncio.get_running_loop().call_later(wait_s + 1, session.do, lambda: self.show(room_id))
        summary = self._chat.rooms.summary(room_id)
        why = why_read_only(access, time_out, session.reader.audience.utc_offset_min)
        heading = direct_heading(summary, session.reader.user_id) if summary is not None and access.room.is_direct else {}
        session.show({**controls(access), **read_only(why), **heading})
        self.on_writing(room_id if access.is_member and not why else None)

    def _time_out(self, access: RoomAccess) -> TimedOut | None:
        try:
            access.must_post(self._chat.clock.now())
        except TimedOut as error:
            return error
        except NotAllowed:
            pass
        return None

    def _cancel(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
