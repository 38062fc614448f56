"""What stands behind the message box: what Enter means, what is in progress, and what becomes of it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from livechat.domain.attachment import Attachment
from livechat.domain.errors import LivechatError
from livechat.domain.message import Message
from livechat.domain.model import MAX_BODY_CHARS, Draft, MessageNumber, RoomId
from livechat.ui.completion_list import CompletionList
from livechat.ui.components.box import Box, is_composing
from livechat.ui.composer_drafts import DraftKeeper
from livechat.ui.composer_keys import keys_element
from livechat.ui.composer_outbox import Outbox
from livechat.ui.composer_progress import Progress
from livechat.ui.composer_purpose import PLAIN
from livechat.ui.composer_sending import Sending
from livechat.ui.composer_tray import ComposerTray
from livechat.ui.session import Session
from livechat.ui.shell import Part, counter
from livechat.ui.stream import Kind, parse_id


class BoxDesk:
    """Implements `Desk` for one tab, and puts the parts of the composer together."""

    box: Box

    def __init__(self, session: Session) -> None:
        self.show_newest: Callable[[], Awaitable[None]] = _stay
        """What makes the own message visible to somebody who is elsewhere in the room."""
        self.go_home: Callable[[], object] = lambda: None
        """What leads out of a room that is not open to this person any more."""
        self._session = session
        self._drafts = DraftKeeper(session)
        self._outbox = Outbox(session)
        self._sending = Sending(session, self, self._outbox)
        self._progress = Progress(session, self)
        self.tray = ComposerTray(session)
        self.tray.on_settled = self._files_settled
        self._sends_later = False
        """Send was pressed while a file was on its way."""
        self._refused = 0
        """How many were refused by then."""
        self._completion = CompletionList(session, room_id=lambda: self.box.room_id, write=self.write)
        self._completion.on_turn = self._show_keys

    @property
    def is_editing(self) -> bool:
        return self._progress.purpose.editing is not None

    # What others begin

    def start_reply(self, message: Message) -> None:
        """The next message answers this one."""
        self._progress.start_reply(message)
        self.box.focus()

    def start_edit(self, message: Message) -> None:
        """The box holds that message; what was in it waits."""
        self._progress.start_edit(message)
        self.box.focus()

    # What the parts of the composer ask

    def restore(self, text: str, reply_to: MessageNumber | None = None, files: Sequence[Attachment] = ()) -> None:
        """What was refused for what was written, back into the box with what it answers and its files."""
        if text:
            self.box.refuse(text)
        self.tray.give_back(files)
        if reply_to is not None and self._progress.purpose == PLAIN:
            self._progress.answer(reply_to)

    def write(self, text: str) -> None:
        self.box.write(text)
        self.box.keep_soon()

    def add(self, text: str) -> None:
        """At the end of what stands in the box: where its cursor is, only the browser knows."""
        before = self.box.text
        if self.box.room_id is not None:
            self.write(f'{before}{"" if not before or before[-1].isspace() else " "}{text}')
            self.box.focus()

    async def keep_elsewhere(self, room_id: RoomId, text: str) -> None:
        """What could not be sent waits where it was written; when it cannot, in the box that is there."""
        if room_id != self.box.room_id:
            try:
                await self._drafts.add(room_id, text)
            except LivechatError:
                self.box.refuse(text)
            return
        self.box.refuse(text)
        self._keep(room_id, self.box.text)
        await self._drafts.write()

    # What the box asks

    def begin(self, draft: Draft) -> str:
        self._completion.close()
        self._outbox.open(self.box.room_id)
        self._sending.turn()
        self._sends_later = False
        self.tray.open(self.box.room_id)
        self._drafts.opened(self.box.room_id, draft)
        return self._progress.begin(draft)

    def take(self, text: str, client_key: str) -> str | None:
        room_id, purpose = self.box.room_id, self._progress.purpose
        self._completion.close()
        if room_id is None:
            return None
        if purpose.editing is not None:
            return self._progress.take_edit(room_id, purpose.editing, text)
        if name := self.tray.waits_for:
            self._sends_later, self._refused = True, self.tray.refused
            self._sending.remark(f'This is sent as soon as “{name}” is there; whoever types on sends it themselves.')
            return None
        files = self.tray.take()
        if not text.strip() and not files:
            return None
        self._progress.sent()
        self._sending.post(self._outbox.add(room_id, text, client_key, purpose.reply_to, files))
        return ''

    def changed(self, before: str, text: str) -> None:
        self._stop_waiting()
        if self.box.room_id is not None and self._session.may_act:
            self._completion.typed(before, text)

    def keep_draft(self, text: str) -> None:
        room_id = self.box.room_id
        if room_id is not None:
            self._keep(room_id, text)
            if self._progress.purpose != PLAIN:
                self._session.do(self._progress.look_after)

    def _keep(self, room_id: RoomId, text: str) -> None:
        self._drafts.keep(room_id, self._progress.purpose.draft(text, self._outbox.texts(room_id)))

    def typing(self, is_typing: bool) -> None:
        if self.box.room_id is None or not self._session.may_act:
            return
        act = self._session.chat.rooms.typing if is_typing else self._session.chat.rooms.stopped_typing
        act(self._session.user, self.box.room_id)

    def show_counter(self, length: int) -> None:
        self._session.show(counter(length, MAX_BODY_CHARS))

    def say(self, text: str) -> None:
        self._session.say(text)

    # What the browser tells of elements around the box

    def hear(self, element_id: int, args: Sequence[Any]) -> bool:
        """An event of an element that exists in the browser alone; False: it is none of these."""
        kind, _, number = parse_id(element_id) or (None, 0, 0)
        if kind is not Kind.SHELL or not self._session.may_act:
            return False
        if number == Part.BOX_KEYS:
            self._key(args[0] if args else None)
        elif number == Part.REMARK_CLOSE and self._sends_later:
            self._stop_waiting()
        elif number == Part.BAR_CLOSE:
            self._progress.cancel()
            self.box.focus()
        else:
            return self._completion.press(number) or self._sending.press(number) or self._press_tray(number)
        return True

    def _files_settled(self) -> None:
        """None is on its way any more: what was to be sent with them goes now, unless one was refused."""
        if not self._sends_later:
            return
        self._sends_later = False
        if self.tray.refused > self._refused:
            self._sending.forget_remark()
            self._session.say('Not sent: a file was not taken. Send again to send the rest.')
        else:
            self.box.send()

    def _stop_waiting(self) -> None:
        """The person goes on with it: it is not to be sent by itself any more."""
        if self._sends_later:
            self._sends_later = False
            self._sending.forget_remark()

    def _press_tray(self, number: int) -> bool:
        if not self.tray.press(number):
            return False
        self._stop_waiting()
        self.box.focus()
        return True

    def show_again(self) -> None:
        """After the frame was drawn anew."""
        self._completion.close()
        if self._progress.purpose != PLAIN:
            self._progress.show_again()
        self._outbox.show_again()
        self._sending.show_again()
        self.tray.show_again()

    def close(self) -> None:
        self._completion.close()
        self._outbox.close()

    # Keys

    def _key(self, argument: object) -> None:
        """Those the browser asks about before the box gets them, and the few that mean something in any case."""
        key = argument.get('key') if isinstance(argument, dict) else None
        if not isinstance(key, str) or is_composing(argument) or self._completion.hear_key(key):
            return
        purpose = self._progress.purpose
        if key == 'Enter':
            self.box.send()  # meant for a list that was gone by then: nobody typed a new line
        elif key == 'Escape' and purpose != PLAIN:
            self._progress.cancel()
        elif key == 'ArrowUp' and not self.box.text and purpose == PLAIN:
            self._session.do(self._edit_last)

    def _show_keys(self) -> None:
        self._session.show(keys_element(self.box.element.id, is_open=self._completion.is_open, touch=self.box.is_touch))

    async def _edit_last(self) -> None:
        room_id = self.box.room_id
        if room_id is None:
            return
        message = await self._session.chat.rooms.last_own(self._session.user, room_id)
        if message is not None and not self.box.text and self._progress.purpose == PLAIN and self.box.room_id == room_id:
            self.start_edit(message)


async def _stay() -> None:
    pass
