"""Where one tab reads in a room's messages, and how it gets to others: what is in view, what counts as read."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass

from livechat.domain.chat import Chat
from livechat.domain.model import MessageNumber
from livechat.ui.audience import page_of
from livechat.ui.components.box import Box
from livechat.ui.room_view import RoomView
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, part, tab_style
from livechat.ui.stream import run_method

JUMP_SETTLES_S = 0.4
"""From the browser's answer after a jump until it has told whether the bottom is still in view."""
PUSHES_OUT_WITHIN_S = 1.5
"""From an own message until the browser has told that it pushed the bottom out of view; later it was the person who scrolled."""


@dataclass(slots=True, eq=False)
class _Jump:
    """On the way to a message, until the browser has told what it sees there."""

    then_type: bool
    then_newest: bool = False
    has_arrived: bool = False


class Jumps:
    """What a conversation knows of where its reader is. `view`: of the room whose messages are on screen."""

    def __init__(self, session: Session, box: Box) -> None:
        self._session = session
        self._chat: Chat = session.chat
        self._box = box
        self.view: RoomView | None = None
        self.first_unread: MessageNumber | None = None
        """Where the line "New" stands, until the room is left."""
        self._bottom_in_view = False
        self._jump: _Jump | None = None
        self._wrote_at = -math.inf
        self.may_take_focus: Callable[[], bool] = lambda: True
        """Whether the box may be made ready to type on arrival: not while something lies over the page."""
        self._unmarked: MessageNumber | None = None
        """To which message a jump led without pointing at it."""

    def shows(self, number: MessageNumber) -> bool:
        """Whether the browser holds that message of the open room."""
        view, reader = self.view, self._session.reader
        page = page_of(number)
        return view is not None and page in reader.pages and (page != reader.live or number <= reader.seen)

    @property
    def is_jumping(self) -> bool:
        """Whether the browser is on the way to a message: it may tell of an address without that message."""
        return self._jump is not None and not self._jump.has_arrived

    def stay_nowhere(self) -> Elements:
        """The room is left: nothing is on the way, nothing in view. What the browser is to forget of it."""
        self._bottom_in_view, self._jump, self.first_unread, self._unmarked = False, None, None, None
        return tab_style('')

    async def older(self) -> None:
        if self.view is not None:
            await self.view.older(self._session.reader)
            self.tell_reading()

    async def bottom_seen(self, visible: bool) -> None:
        """The end of the window came into view, or went out of it."""
        view, reader = self.view, self._session.reader
        if view is None:
            return
        if visible:
            await view.newer(reader)
        elif asyncio.get_running_loop().time() - self._wrote_at < PUSHES_OUT_WITHIN_S:
            self._wrote_at = -math.inf
            self.scroll_down()
        else:
            view.pause(reader)
        self._bottom_in_view = visible
        self.tell_reading()

    async def go_to(self, number: MessageNumber, *, then_type: bool = False, is_marked: bool = True) -> bool:
        """Bring a message into view; False when there is no such message.

        `then_type`: with the box ready to type. `is_marked`: whether it is the message that is looked for, and not its place.

        Until the browser is there and has said what it sees, a bottom in view does not mean that anything was read. It is not
        watched on the way: of a bottom that comes into view and goes in one turn Quasar tells the first alone.
        """
        view, session = self.view, self._session
        if view is None:
            return False
        jump = self._jump = _Jump(then_type=then_type)
        if not await view.around(session.reader, number):
            self._end_jump(jump)
            return False
        if self._unmarked != (unmarked := None if is_marked else number):
            self._unmarked = unmarked
            self._show_marks()
        view.watch_bottom(session.reader, watched=False)
        session.client.open(f'#m{number}')
        self._box.after_answer(lambda: session.do(lambda: self._arrive(jump)))  # behind what the browser said before
        return True

    def after_answer(self, callback: Callable[[], object]) -> None:
        """When the browser has done what it was sent before."""
        self._box.after_answer(callback)

    def leave_focus(self) -> None:
        """The person is about to type somewhere else: whoever is on the way arrives without the focus."""
        if self._jump is not None:
            self._jump.then_type = False

    async def show_newest(self) -> None:
        """What this person wrote is to be seen, wherever they are, or are about to be.

        The end may be in view without being where the browser stays at it: then their message pushes it out of view.
        """
        if self._jump is not None or not self._session.reader.following:
            await self.go_to_newest()
        else:
            self._wrote_at = asyncio.get_running_loop().time()

    async def go_to_newest(self) -> None:
        """Follow the newest message again; who is on the way to another one gets there first."""
        view, jump = self.view, self._jump
        if view is None:
            return
        if jump is None:
            await view.follow(self._session.reader)
            self.tell_reading()
            self.scroll_down()
        elif not jump.then_newest:
            jump.then_newest = True
            if jump.has_arrived:
                view.watch_bottom(self._session.reader, watched=False)
                self._return(jump)

    def _return(self, jump: _Jump) -> None:
        """From where a jump led; the bottom is watched again when it is in view, or its coming into view could go unsaid."""
        self.scroll_down()
        self._box.after_answer(lambda: self._session.do(lambda: self._has_returned(jump)))

    async def _has_returned(self, jump: _Jump) -> None:
        if self._jump is not jump or self.view is None:
            return
        self._jump = None
        self.view.watch_bottom(self._session.reader, watched=True)
        await self.view.follow(self._session.reader)
        self.tell_reading()

    def scroll_down(self) -> None:
        run_method(self._session.client, part(Part.SCROLLER), 'scrollTo', 0, 0)

    async def _arrive(self, jump: _Jump) -> None:
        """The browser is where the message is: what it said of the bottom before is no longer so. The way there took the focus."""
        if self._jump is not jump:
            return
        jump.has_arrived = True
        if jump.then_type and self.may_take_focus():
            self._box.focus()
        self._bottom_in_view = False
        if jump.then_newest:
            self._return(jump)
        elif self.view is not None:
            self.view.watch_bottom(self._session.reader, watched=True)
            asyncio.get_running_loop().call_later(JUMP_SETTLES_S, self._end_jump, jump)

    def _end_jump(self, jump: _Jump) -> None:
        """A bottom that was never in view is not reported to have gone out of it."""
        if self._jump is not jump or jump.then_newest:
            return
        self._jump = None
        if self.view is not None and not self._bottom_in_view:
            self.view.pause(self._session.reader)
        self.tell_reading()

    def mark_unread_from(self, number: MessageNumber) -> None:
        """Whatever is in view: it counts as read again when the bottom comes into view anew."""
        self._bottom_in_view = False
        self._mark_unread(number)
        self.tell_reading()

    def tell_reading(self) -> None:
        """Whether the tab has the newest message of its room in view."""
        reader = self._session.reader
        reads = self._bottom_in_view and self._jump is None and reader.following and reader.group is not None
        room_id = self.view.room.id if reads and self.view is not None and reader.socket is not None else None
        self._chat.unread.reads(self._session.tab_id, reader.user_id, room_id)

    def _mark_unread(self, number: MessageNumber | None) -> None:
        self.first_unread = number
        self._show_marks()

    def _show_marks(self) -> None:
        unread = '' if self.first_unread is None else f'#m{self.first_unread}{{--unread:"New"}}'
        unmarked = [f'#m{number}' for number in (self.first_unread, self._unmarked) if number is not None]
        css = f'{",".join(unmarked)}{{--found:transparent;--finding:none}}' if unmarked else ''
        self._session.show(tab_style(unread + css))
