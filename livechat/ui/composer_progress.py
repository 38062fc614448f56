"""What is in progress in the box of the open room: an answer, or another wording of an own message."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

from livechat.domain.errors import MessageNotFound
from livechat.domain.file import FileId
from livechat.domain.message import Message
from livechat.domain.model import Draft, MessageNumber, RoomId
from livechat.ui.components.box import Box
from livechat.ui.components.dialogs import Form
from livechat.ui.components.forms import ask
from livechat.ui.composer_purpose import EDIT_GONE, PLAIN, REPLY_GONE, Purpose, bar, joined
from livechat.ui.composer_tray import ComposerTray
from livechat.ui.session import Session

SAY_AFTER_S = 1.5
"""A room that comes back after a crash takes a moment; longer than this one is told."""


@contextmanager
def saying_when_slow(session: Session) -> Iterator[None]:
    waiting = asyncio.get_running_loop().call_later(SAY_AFTER_S, session.say, 'Still sending …')
    try:
        yield
    finally:
        waiting.cancel()


class Around(Protocol):
    """What it needs of its box."""

    box: Box
    tray: ComposerTray

    def write(self, text: str) -> None:
        """Put the text into the box and keep it."""
        ...

    async def keep_elsewhere(self, room_id: RoomId, text: str) -> None: ...


class Progress:
    """Of one tab. Invariant: `purpose` says what the text in the box is for, whatever the bar shows yet."""

    def __init__(self, session: Session, around: Around) -> None:
        self._session = session
        self._around = around
        self._shown: Message | None = None
        """What the bar shows."""
        self._question: Form | None = None
        self.purpose = PLAIN

    @property
    def _box(self) -> Box:
        return self._around.box

    def begin(self, draft: Draft) -> str:
        """Another room's box; its text."""
        self._close_question()
        is_edit = draft.editing is not None
        purpose = Purpose(reply_to=draft.reply_to, editing=draft.editing, stash=draft.body if is_edit else '')
        if purpose != self.purpose or purpose != PLAIN:
            self._turn(purpose)
        return draft.edit_body if is_edit else draft.body

    def start_reply(self, message: Message) -> None:
        """The next message answers this one. An edit that was in progress is over."""
        self._end_edit()
        self._shown = message
        self.answer(message.number)

    def answer(self, number: MessageNumber) -> None:
        self._turn(Purpose(reply_to=number))
        self._box.keep_soon()

    def start_edit(self, message: Message) -> None:
        """The box holds that message; what was in it waits."""
        if self.purpose.editing != message.number:
            self._shown = message
            self._edit(message.number, message.body)

    def cancel(self) -> None:
        """Of an edit and an answer that waits behind it, the edit first."""
        if self.purpose.editing is not None:
            self._end_edit()
            self._turn(self.purpose)
        else:
            self._turn(PLAIN)
        self._box.keep_soon()

    def sent(self) -> None:
        """The text has left the box."""
        if self.purpose != PLAIN:
            self._turn(PLAIN)

    def take_edit(self, room_id: RoomId, number: MessageNumber, text: str) -> str | None:
        """Store the new wording; what stands in the box then. None: there is none, and that was asked about."""
        stash, message, files = self.purpose.stash, self._shown, self._around.tray.kept
        has_files = message is not None and bool(message.files if files is None else files)
        if not text.strip() and not has_files:
            self._ask_to_delete(room_id, number)
            return None
        self._turn(Purpose(reply_to=self.purpose.reply_to))
        if message is None or message.number != number or message.body != text or files is not None:
            self._session.do(lambda: self._store(room_id, number, text, files), always=True)
        return stash

    def show_again(self) -> None:
        self._session.show(bar(self.purpose, self._shown))
        self._around.tray.edit(self._shown.files if self._shown is not None and self.purpose.editing is not None else None)

    async def look_after(self) -> None:
        """What is being answered or edited can be deleted meanwhile: that ends it, and the words stay."""
        room_id, number = self._box.room_id, self.purpose.number
        if room_id is None or number is None:
            return
        try:
            message: Message | None = await self._session.chat.rooms.message(self._session.user, room_id, number)
        except MessageNotFound:
            message = None
        if (room_id, number) != (self._box.room_id, self.purpose.number):
            return
        if message is None or message.deleted:
            self._lose()
        elif message != self._shown:
            self._shown = message
            self.show_again()

    def _lose(self) -> None:
        is_edit, words = self.purpose.editing is not None, self._box.text
        if is_edit:
            stash = self.purpose.stash
            self._turn(Purpose(reply_to=self.purpose.reply_to))
            self._around.write(joined(stash, words))
        else:
            self._turn(PLAIN)
            self._box.keep_soon()
        self._session.say(EDIT_GONE if is_edit else REPLY_GONE)

    def _turn(self, purpose: Purpose) -> None:
        """Show what the text is for now; the message that the bar shows may have to be asked for."""
        self.purpose = purpose
        if self._shown is not None and self._shown.number != purpose.number:
            self._shown = None
        self.show_again()
        if purpose.number is not None and self._shown is None:
            self._session.do(self.look_after)

    def _edit(self, number: MessageNumber, text: str) -> None:
        stash = self._box.text if self.purpose.editing is None else self.purpose.stash
        self._turn(Purpose(reply_to=self.purpose.reply_to, editing=number, stash=stash))
        self._around.write(text)

    def _end_edit(self) -> None:
        if self.purpose.editing is not None:
            stash, self.purpose = self.purpose.stash, Purpose(reply_to=self.purpose.reply_to)
            self._around.write(stash)

    async def _store(self, room_id: RoomId, number: MessageNumber, text: str, files: Collection[FileId] | None) -> None:
        session = self._session
        if not session.may_act:
            await self._around.keep_elsewhere(room_id, text)
            return
        try:
            with saying_when_slow(session):
                await session.chat.rooms.edit(session.user, room_id, number, text, files=files)
        except MessageNotFound:
            await self._around.keep_elsewhere(room_id, text)
            session.say(EDIT_GONE)
        except Exception:
            if room_id == self._box.room_id and self.purpose.editing is None:
                self._edit(number, text)
            else:
                await self._around.keep_elsewhere(room_id, text)
            raise
        else:
            session.say('')

    def _ask_to_delete(self, room_id: RoomId, number: MessageNumber) -> None:
        async def delete() -> None:
            await self._session.chat.rooms.delete_message(self._session.user, room_id, number)
            if self._box.room_id == room_id and self.purpose.editing == number:
                self.cancel()

        with self._session.client:
            self._question = ask(
                'Delete this message?', 'Nothing is left of it. To keep it, write something or press Escape in the box.', 'Delete', delete
            )

    def _close_question(self) -> None:
        form, self._question = self._question, None
        if form is not None:
            form.close()
