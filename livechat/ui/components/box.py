"""The message box: Enter sends, a draft is kept, nothing typed is lost."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from nicegui import background_tasks
from nicegui.events import GenericEventArguments

from livechat.domain.errors import BodyTooLong
from livechat.domain.model import MAX_BODY_CHARS, Draft, RoomId
from livechat.ui.components.box_text import BoxText
from livechat.ui.stream import TextBox

DRAFT_AFTER_S = 1.0
MEND_AFTER_S = 0.4
"""A pause in typing: what was wiped comes back then, so that it does not move under the keys."""
ANSWER_WITHIN_S = 60.0
IME_KEY_CODE = 229
"""What browsers report for keys that a composition handles; Safari's Enter after a composition has only this."""


def is_composing(key: object) -> bool:
    """Whether a reported key belongs to an input method that is composing a word."""
    fields = key if isinstance(key, dict) else {}
    return bool(fields.get('isComposing')) or fields.get('keyCode') == IME_KEY_CODE


class Desk(Protocol):
    """What the box needs from its page. Nothing here waits: work goes into the session's queue."""

    def begin(self, draft: Draft) -> str:
        """Another room's box, or none: what stands in it at first."""
        ...

    def take(self, text: str, client_key: str) -> str | None:
        """Do what Enter means; what stands in the box then. None: nothing was done, the text stays."""
        ...

    def changed(self, before: str, text: str) -> None:
        """The person typed."""
        ...

    def keep_draft(self, text: str) -> None: ...

    def typing(self, is_typing: bool) -> None: ...

    def show_counter(self, length: int) -> None: ...

    def say(self, text: str) -> None: ...


class Box:
    """The box of one tab. Its handlers run in the order of the events: each takes its input before anything else happens."""

    def __init__(self, desk: Desk, *, touch: bool) -> None:
        self._text = BoxText()
        self._desk = desk
        self.is_touch = touch
        """Enter is a new line, and the keyboard opens over the page."""
        self._mend_timer: asyncio.TimerHandle | None = None
        self._draft_timer: asyncio.TimerHandle | None = None
        self._counted = False
        self._is_too_long = False
        self._refused = ''
        self.room_id: RoomId | None = None
        self.element = TextBox(placeholder='Write a message', on_report=self._changed).props(
            'autogrow borderless dense aria-label=Message maxlength=16000 enterkeyhint=' + ('enter' if touch else 'send')
        )
        if not touch:
            self.element.on('keydown.enter.exact.prevent', self._enter, ['isComposing', 'keyCode'])

    @property
    def text(self) -> str:
        """What the person has in the box, whatever the browser shows right now."""
        return self._text.text

    def fill(self, room_id: RoomId | None, draft: Draft | str = '') -> None:
        """Another room's box: its draft replaces what is there. In the box of the same room stands what is newer."""
        if room_id is not None and room_id == self.room_id:
            return
        self.keep_now()
        self.room_id = room_id
        self.write(self._desk.begin(draft if isinstance(draft, Draft) else Draft(body=draft)))
        self.focus()

    def write(self, text: str) -> None:
        """This stands in the box now, instead of whatever was there."""
        self._refused = ''
        self._text.set(text)
        self._write(text)
        self._count(text)

    def focus(self) -> None:
        """Ready to type; not on a phone, where the keyboard would open over the conversation."""
        if self.room_id is not None and not self.is_touch:
            self.element.run_method('focus')

    def refuse(self, text: str) -> None:
        """What could not be sent comes back: after what came back before it, before whatever was typed meanwhile."""
        now = self._text.text
        before, rest = (self._refused, now[len(self._refused) :].removeprefix('\n')) if now.startswith(self._refused) else ('', now)
        self._refused = f'{before}\n{text}' if before else text
        self._text.set(f'{self._refused}\n{rest}' if rest else self._refused)
        self._write(self._text.text)
        self._count(self._text.text)
        self.keep_soon()

    def send(self) -> None:
        """Take the text and hand it on; the box is empty at once and keeps the focus."""
        text = self._text.text
        if self.room_id is None:
            return
        if len(text) > MAX_BODY_CHARS:
            self._is_too_long = True
            self._desk.say(str(BodyTooLong(length=len(text), limit=MAX_BODY_CHARS)))
            return
        rest = self._desk.take(text, secrets.token_urlsafe(16))
        if rest is None:
            return
        self.write(rest)
        self._desk.typing(False)
        self.keep_soon()
        self.keep_now()

    def keep_soon(self) -> None:
        """Keep the draft after a pause."""
        self._cancel_draft()
        self._draft_timer = asyncio.get_running_loop().call_later(DRAFT_AFTER_S, self.keep_now)

    def keep_now(self) -> None:
        """Keep the draft without waiting for a pause."""
        if self._draft_timer is not None:
            self._cancel_draft()
            self._desk.keep_draft(self._text.text)

    def close(self) -> None:
        self.keep_now()
        if self._mend_timer is not None:
            self._mend_timer.cancel()

    def _changed(self, value: str) -> None:
        before = self._text.text
        self._text.typed(value)
        if self._text.is_torn:
            self._plan_mend()
        text = self._text.text
        if text == before:
            return  # what the server wrote, coming back
        self._count(text)
        self._desk.changed(before, text)
        if self._is_too_long and len(text) <= MAX_BODY_CHARS:
            self._is_too_long = False
            self._desk.say('')
        self._desk.typing(bool(text.strip()))
        self.keep_soon()

    def _enter(self, event: GenericEventArguments) -> None:
        if not is_composing(event.args):
            self.send()

    def _write(self, text: str) -> None:
        with self.element:
            self.element.write(text)
        self.after_answer(self._arrived)

    def after_answer(self, callback: Callable[[], object]) -> None:
        """When the browser has done what it was sent before: a method that does nothing is answered after that, on the same socket."""
        background_tasks.create(self._hear_answer(callback), name=f'box of {self.element.client.id}')

    async def _hear_answer(self, callback: Callable[[], object]) -> None:
        with suppress(TimeoutError):
            await self.element.run_method('resetValidation', timeout=ANSWER_WITHIN_S)
        callback()

    def _arrived(self) -> None:
        self._text.arrived()
        if self._text.is_torn:
            self._plan_mend()

    def _count(self, text: str) -> None:
        near = len(text) >= MAX_BODY_CHARS * 0.9
        if near or self._counted:
            self._counted = near
            self._desk.show_counter(len(text))

    def _plan_mend(self) -> None:
        if self._mend_timer is not None:
            self._mend_timer.cancel()
        self._mend_timer = asyncio.get_running_loop().call_later(MEND_AFTER_S, self._mend)

    def _mend(self) -> None:
        self._mend_timer = None
        if self._text.is_torn and not self.element.is_deleted:
            self._write(self._text.mend())

    def _cancel_draft(self) -> None:
        if self._draft_timer is not None:
            self._draft_timer.cancel()
            self._draft_timer = None
