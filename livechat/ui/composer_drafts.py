"""What is not sent yet, kept on the server: comes back after a reload, a restart, on another device."""

from contextlib import suppress
from dataclasses import replace

from livechat.domain.errors import LivechatError, NotAllowed, NotFound
from livechat.domain.model import Draft, RoomId
from livechat.ui.composer_purpose import joined
from livechat.ui.session import Session


class DraftKeeper:
    """Of one tab. Writes what changed since it was read or written, and of several that wait the last one alone."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[RoomId, Draft] = {}
        self._unkept: dict[RoomId, Draft] = {}
        self._is_planned = False

    def opened(self, room_id: RoomId | None, draft: Draft) -> None:
        """This is what stands in the store."""
        self._kept = {} if room_id is None else {room_id: draft}

    def keep(self, room_id: RoomId, draft: Draft) -> None:
        """Before any other room's draft is read, for one may come back at once."""
        if self._kept.get(room_id) == draft:
            return
        self._kept[room_id] = draft
        self._unkept[room_id] = draft
        if not self._is_planned:
            self._is_planned = True
            self._session.do(self.write, first=True, always=True)

    async def add(self, room_id: RoomId, text: str) -> None:
        """Words that could not be sent to a room which is not open any more. :raises LivechatError: they are not kept"""
        rooms, user = self._session.chat.rooms, self._session.user
        draft = await rooms.draft(user, room_id)
        await rooms.keep_draft(user, room_id, replace(draft, body=joined(draft.body, text)))

    async def write(self) -> None:
        """All that waits. :raises LivechatError: they are tried again when something changes"""
        self._is_planned = False
        while self._unkept:
            room_id, draft = self._unkept.popitem()
            try:
                with suppress(NotFound, NotAllowed):  # the room or the membership is gone, and with it the draft
                    await self._session.chat.rooms.keep_draft(self._session.user, room_id, draft)
            except LivechatError:
                self._kept.pop(room_id, None)
                raise
