"""Which room a tab has open, and how it gets from one to the next: one event up, frames down, no request."""

from collections.abc import Callable, Mapping

from livechat.domain.access import Right, RoomAccess
from livechat.domain.errors import LivechatError, NotAMember
from livechat.domain.model import Membership, Room, RoomId, RoomKind
from livechat.ui.components.box import Box
from livechat.ui.controls import RoomControls
from livechat.ui.jumps import Jumps
from livechat.ui.nav import Nav
from livechat.ui.room_head import join_card
from livechat.ui.room_view import RoomView
from livechat.ui.room_views import RoomViews
from livechat.ui.session import Session
from livechat.ui.shell import Elements, message_log, opening_log


class Conversation(Jumps):
    """Invariant: `view` serves the session's reader exactly while a room's messages are on screen.

    What is read: the open room, while its newest message is in view and the browser follows it.
    """

    def __init__(self, session: Session, views: RoomViews, box: Box, nav: Nav) -> None:
        super().__init__(session, box)
        self._views = views
        self.nav = nav
        self.controls = RoomControls(session)
        self.on_open: Callable[[RoomId], object] = lambda _: None
        """Called when a room, or its card, comes on screen."""
        self.on_leave: Callable[[], object] = lambda: None
        """Called when it goes off screen, whatever comes after it."""
        self.room: Room | None = None
        self.memberships: Mapping[RoomId, Membership] = {}
        self._is_cut = False
        self._shown: RoomView | None = None

    @property
    def shown_room_id(self) -> RoomId | None:
        """The room whose messages the browser surely shows: what it says of a message by its number alone is meant there.

        A click that was on its way while another room was opened is meant for the one before.
        """
        return self.view.room.id if self.view is not None and self._shown is self.view else None

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
        self._box.after_answer(lambda: self._has_shown(view))
        self._box.fill(room.id, draft)
        self._chat.presence.move(session.tab_id, room.id)
        await self.controls.show(room.id)
        if session.user.last_room_id != room.id:
            await self._chat.accounts.remember_room(session.user.id, room.id)

    def _has_shown(self, view: RoomView) -> None:
        if self.view is view:
            self._shown = view

    def leave(self) -> Elements:
        """Stop following the room that is open; returns what makes the browser forget it."""
        view, self.view, self.room, self._shown = self.view, None, None, None
        self.nav.open(None)
        self.on_leave()
        if view is None:
            return {}
        self._box.keep_now()
        gone = {**view.leave(self._session.reader), **self.stay_nowhere()}
        self.controls.hide()
        self.tell_reading()
        self._views.release(view)
        return gone

    def cut(self, room_id: RoomId) -> None:
        """The right to read that room is gone: not one frame more, whatever waits in the queue or is on its way into the room."""
        if self.room_id != room_id:
            return
        self._is_cut, self._shown = True, None
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
