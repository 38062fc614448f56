"""What stands behind the message box: the session's queue, and the room it posts to."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from livechat.domain.errors import NotAllowed, NotFound
from livechat.domain.model import MAX_BODY_CHARS, RoomId
from livechat.ui.components.box import Box
from livechat.ui.session import Session
from livechat.ui.shell import counter

SAY_AFTER_S = 1.5
"""A room that comes back after a crash takes a moment; longer than this one is told."""


class BoxDesk:
    """Implements `Desk` for one tab. What the room refuses comes back into the box, with a sentence above it."""

    box: Box
    show_newest: Callable[[], Awaitable[None]]
    """What makes the own message visible to somebody who is elsewhere in the room."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._unkept: dict[RoomId, str] = {}

    def post(self, text: str, client_key: str) -> None:
        room_id = self.box.room_id

        async def post() -> None:
            if room_id is None or not self._session.may_act:
                self.box.refuse(text)
                if room_id is not None:  # the tab is lost to this person: the text waits where they come back
                    self._unkept[room_id] = text
                    await self._keep_drafts()
                return
            waiting = asyncio.get_running_loop().call_later(SAY_AFTER_S, self._session.say, 'Still sending …')
            try:
                await self._session.chat.rooms.post(self._session.user, room_id, text, client_key)
            except Exception:
                self.box.refuse(text)
                raise
            finally:
                waiting.cancel()
            self._session.say('')
            await self.show_newest()

        self._session.do(post, always=True)

    def keep_draft(self, text: str) -> None:
        """Before any other room's draft is read, for one may come back at once; of several that wait the last one counts."""
        room_id = self.box.room_id
        if room_id is None:
            return
        is_planned = bool(self._unkept)
        self._unkept[room_id] = text
        if not is_planned:
            self._session.do(self._keep_drafts, first=True, always=True)

    async def _keep_drafts(self) -> None:
        while self._unkept:
            room_id, text = self._unkept.popitem()
            with suppress(NotFound, NotAllowed):  # the room or the membership is gone, and with it the draft
                await self._session.chat.rooms.keep_draft(self._session.user, room_id, text)

    def typing(self, is_typing: bool) -> None:
        if self.box.room_id is None or not self._session.may_act:
            return
        act = self._session.chat.rooms.typing if is_typing else self._session.chat.rooms.stopped_typing
        act(self._session.user, self.box.room_id)

    def show_counter(self, length: int) -> None:
        self._session.show(counter(length, MAX_BODY_CHARS))

    def say(self, text: str) -> None:
        self._session.say(text)
