"""Which room a tab has open, and how it gets from one to the next: one event up, frames down, no request."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from livechat.domain.access import Right, RoomAccess
from livechat.domain.errors import LivechatError, NotAMember
from livechat.domain.model import Membership, MessageNumber, Room, RoomId, RoomKind
from livechat.ui.components.box import Box
from livechat.ui.controls import RoomControls
from livechat.ui.nav import Nav
from livechat.ui.room_head import join_card
from livechat.ui.room_view import RoomView
from livechat.ui.room_views import RoomViews
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, message_log, opening_log, part, tab_style
from livechat.ui.stream import run_method

JUMP_SETTLES_S = 0.4
"""From the browser's answer after a jump until it has told whether the bottom is still in view."""


@dataclass(slots=True, eq=False)
class _Jump:
    """On the way to a message, until the browser has told what it sees there."""

    then_type: bool
    then_newest: bool = False
    has_arrived: bool = False


class Conversation:
    """Invariant: `view` serves the session's reader exactly while a room's messages are on screen.

    What is read: the open room, while its newest message is in view and the browser follows it.
    """

    def __init__(self, session: Session, views: RoomViews, box: Box, nav: Nav) -> None:
        self._session = session
        self._chat = session.chat
        self._views = views
        self._box = box
        self.nav = nav
        self.controls = RoomControls(session)
        self.on_open: Callable[[RoomId], object] = lambda _: None
        """Called when a room, or its card, comes on screen."""
        self.view: RoomView | None = None
        self.room: Room | None = None
        self.memberships: Mapping[RoomId, Membership] = {}
        self.first_unread: MessageNumber | None = None
        """Where the line "New" stands, until the room is left."""
        self._bottom_in_view = False
        self._jump: _Jump | None = None
        self._is_cut = False

    @property
    def room_id(self) -> RoomId | None:
        return self.room.id if self.room is not None else None

    @property
    def is_member(self) -> bool:
        return self.room_id in self.memberships

    async def load_memberships(self) -> None:
        self.memberships = await self._chat.rooms.memberships(self._session.user.id)

    async def list_rooms(self) -> None:
        """The whole room list, as things stand."""
        user = self._session.user
        await self.load_memberships()
        rooms = {summary.room.id: summary for summary in (*await self._chat.rooms.visible_to(user), *await self._chat.rooms.mine(user))}
        self.nav.show(rooms.values(), self.memberships, self._chat.unread.of(user.id))

    def relist(self, room_id: RoomId) -> None:
        """One room of the list, as it stands: changed, new here, or not this person's to see any more."""
        summary = self._chat.rooms.summary(room_id)
        if summary is not None and self.sees(summary.room):
            self.nav.put(summary, self.memberships)
        else:
            self.nav.remove(room_id, self.memberships)

    def sees(self, room: Room) -> bool:
        """Whether the room belongs into this person's list."""
        membership = self.memberships.get(room.id)
        if membership is not None or room.kind is not RoomKind.OPEN:
            return membership is not None
        chat = self._chat
        access = RoomAccess(room=room, user=self._session.user, membership=None, policy=chat.policy.current, trusts_names=chat.trusts_names)
        return access.exists

    async def open(self, room: Room) -> bool:
        """Show a room: its conversation to members, its card to others. Trouble is said where the messages would be.

        False when it was open already.
        """
        if not self._session.is_open:
            return False
        if self.room_id == room.id and self.view is not None and not self.view.closed:
            self.room = room
            return False
        self._session.show({**self.leave(), **opening_log()})
        self.room, self._is_cut = room, False
        self.nav.open(room.id)
        self.on_open(room.id)
        try:
            await self._enter(room)
        except NotAMember:
            await self._show_card(room)
            self._chat.presence.move(self._session.tab_id, None)
            self._box.fill(None, '')
        except LivechatError as error:
            self.close_screen(str(error))
        except Exception:
            self.close_screen('This room could not be opened. Try again in a moment.')
            raise
        return True

    async def _enter(self, room: Room) -> None:
        session = self._session
        await self.load_memberships()
        await self._chat.rooms.enter(session.user, room.id)
        draft = await self._chat.rooms.draft(session.user, room.id)
        view = await self._views.open(room.id)
        if self._is_cut or not session.is_open:  # meanwhile: it may not read any more, or nobody would take it out of the view again
            self._views.release(view)
            return
        self.view = view
        unread = self._chat.unread.of(session.user.id).get(room.id)
        if unread is not None and unread.unread:
            self._mark_unread(view.pages.first_from_others(unread.last_read, session.user.id))
        view.enter(session.reader)  # at once: an empty view may be closed while one waits
        self._box.fill(room.id, draft)
        self._chat.presence.move(session.tab_id, room.id)
        await self.controls.show(room.id)
        if session.user.last_room_id != room.id:
            await self._chat.accounts.remember_room(session.user.id, room.id)

    def leave(self) -> Elements:
        """Stop following the room that is open; returns what makes the browser forget it."""
        view, self.view, self.room = self.view, None, None
        self.nav.open(None)
        if view is None:
            return {}
        self._box.keep_now()
        gone = {**view.leave(self._session.reader), **tab_style('')}
        self._bottom_in_view, self._jump, self.first_unread = False, None, None
        self.controls.hide()
        self.tell_reading()
        self._views.release(view)
        return gone

    def cut(self, room_id: RoomId) -> None:
        """The right to read that room is gone: not one frame more, whatever waits in the queue or is on its way into the room."""
        if self.room_id != room_id:
            return
        self._is_cut = True
        if self.view is not None:
            self._session.show(self.view.leave(self._session.reader))
            self.tell_reading()

    async def reopen(self) -> None:
        """The right to read the open room changed, or the view that served it is closed."""
        room = self.room
        if room is not None:
            self._session.show(self.leave())
            await self.open(room)

    def change_audience(self, utc_offset_min: int) -> None:
        """The reader's clock is known now: the same room with its times; the box is left alone."""
        session, view = self._session, None if self._is_cut else self.view
        if view is not None:
            session.show(view.leave(session.reader))
        session.change_audience(utc_offset_min)
        if view is not None:
            view.enter(session.reader)

    def close_screen(self, text: str) -> None:
        """Nothing to read here: say why."""
        self._session.show({**self.leave(), **message_log(text, way_on=True)})
        self._chat.presence.move(self._session.tab_id, None)
        self._box.fill(None, '')

    # The card of a room one is not in

    async def refresh_card(self, room_id: RoomId) -> None:
        """The room or its number of members changed while somebody reads its card."""
        if self.room is not None and self.room.id == room_id and self.view is None and not self.is_member:
            await self._show_card(self.room)

    async def _show_card(self, room: Room) -> None:
        """:raises RoomNotFound:"""
        access = await self._chat.rooms.access(self._session.user, room.id)
        summary = self._chat.rooms.summary(room.id)
        if summary is not None:
            self._session.show(join_card(summary, may_join=access.may(Right.JOIN)))

    # Where one reads

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
        else:
            view.pause(reader)
        self._bottom_in_view = visible
        self.tell_reading()

    async def go_to(self, number: MessageNumber, *, then_type: bool = False) -> bool:
        """Bring a message into view; False when there is no such message. `then_type`: with the box ready to type.

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
        view.watch_bottom(session.reader, watched=False)
        session.client.open(f'#m{number}')
        self._box.after_answer(lambda: session.do(lambda: self._arrive(jump)))  # behind what the browser said before
        return True

    async def show_newest(self) -> None:
        """What this person wrote is to be seen, wherever they are, or are about to be."""
        if self._jump is not None or not self._session.reader.following:
            await self.go_to_newest()

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

    def _return(self, jump: '_Jump') -> None:
        """From where a jump led; the bottom is watched again when it is in view, or its coming into view could go unsaid."""
        self.scroll_down()
        self._box.after_answer(lambda: self._session.do(lambda: self._has_returned(jump)))

    async def _has_returned(self, jump: '_Jump') -> None:
        if self._jump is not jump or self.view is None:
            return
        self._jump = None
        self.view.watch_bottom(self._session.reader, watched=True)
        await self.view.follow(self._session.reader)
        self.tell_reading()

    def scroll_down(self) -> None:
        run_method(self._session.client, part(Part.SCROLLER), 'scrollTo', 0, 0)

    async def _arrive(self, jump: '_Jump') -> None:
        """The browser is where the message is: what it said of the bottom before is no longer so. The way there took the focus."""
        if self._jump is not jump:
            return
        jump.has_arrived = True
        if jump.then_type:
            self._box.focus()
        self._bottom_in_view = False
        if jump.then_newest:
            self._return(jump)
        elif self.view is not None:
            self.view.watch_bottom(self._session.reader, watched=True)
            asyncio.get_running_loop().call_later(JUMP_SETTLES_S, self._end_jump, jump)

    def _end_jump(self, jump: '_Jump') -> None:
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
        room_id = self.room_id if reads and reader.socket is not None else None
        self._chat.unread.reads(self._session.tab_id, reader.user_id, room_id)

    def _mark_unread(self, number: MessageNumber | None) -> None:
        self.first_unread = number
        css = f'#m{number}{{--unread:"New"}}#m{number}:target{{background:none;animation:none}}' if number is not None else ''
        self._session.show(tab_style(css))
