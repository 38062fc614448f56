"""Which room a tab has open, and how it gets from one to the next: one event up, frames down, no request."""

from collections.abc import Mapping

from livechat.domain.errors import LivechatError, NotAMember
from livechat.domain.model import Membership, Room, RoomId, RoomSummary
from livechat.ui.components.box import Box
from livechat.ui.room_view import RoomView
from livechat.ui.room_views import RoomViews
from livechat.ui.session import Session
from livechat.ui.shell import Elements, join_card, message_log, nav_elements, opening_log


class Conversation:
    """Invariant: `view` serves the session's reader exactly while a room's messages are on screen."""

    def __init__(self, session: Session, views: RoomViews, box: Box) -> None:
        self._session = session
        self._chat = session.chat
        self._views = views
        self._box = box
        self.view: RoomView | None = None
        self.room: Room | None = None
        self.memberships: Mapping[RoomId, Membership] = {}

    @property
    def room_id(self) -> RoomId | None:
        return self.room.id if self.room is not None else None

    @property
    def is_member(self) -> bool:
        return self.room_id in self.memberships

    async def load_memberships(self) -> None:
        self.memberships = dict(await self._chat.rooms.memberships(self._session.user.id))

    async def open(self, room: Room) -> None:
        """Show a room: its conversation to members, its card to others. Trouble is said where the messages would be."""
        if not self._session.is_open:
            return
        if self.room_id == room.id and self.view is not None and not self.view.closed:
            self.room = room
            return
        self._session.show({**self.leave(), **opening_log()})
        self.room = room
        try:
            await self._enter(room)
        except NotAMember:
            self._session.show(self._card(room))
            self._chat.presence.move(self._session.tab_id, None)
            self._box.fill(None, '')
        except LivechatError as error:
            self.close_screen(str(error))
        except Exception:
            self.close_screen('This room could not be opened. Try again in a moment.')
            raise

    async def _enter(self, room: Room) -> None:
        session = self._session
        await self.load_memberships()
        await self._chat.rooms.enter(session.user, room.id)
        draft = await self._chat.rooms.draft(session.user, room.id)
        view = await self._views.open(room.id)
        if not session.is_open:  # it ended meanwhile, and nobody would take it out of the view again
            self._views.release(view)
            return
        self.view = view
        view.enter(session.reader)  # at once: an empty view may be closed while one waits
        self._box.fill(room.id, draft)
        self._chat.presence.move(session.tab_id, room.id)
        if self._chat.rooms.landing_room(session.user) != room:
            await self._chat.accounts.remember_room(session.user.id, room.id)

    def leave(self) -> Elements:
        """Stop following the room that is open; returns what makes the browser forget it."""
        view, self.view, self.room = self.view, None, None
        if view is None:
            return {}
        self._box.keep_now()
        gone = view.leave(self._session.reader)
        self._views.release(view)
        return gone

    def cut(self, room_id: RoomId) -> None:
        """The right to read that room is gone: not one frame more, whatever waits in the queue."""
        if self.room_id == room_id and self.view is not None:
            self._session.show(self.view.leave(self._session.reader))

    async def reopen(self) -> None:
        """The right to read the open room changed, or the view that served it is closed."""
        room = self.room
        if room is not None:
            self._session.show(self.leave())
            await self.open(room)

    def change_audience(self, utc_offset_min: int) -> None:
        """The reader's clock is known now: the same room with its times; the box is left alone."""
        session, view = self._session, self.view
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

    def nav(self) -> Elements:
        return nav_elements(self._chat.rooms.all(), self.memberships.keys(), self.room_id)

    def refresh_card(self, room_id: RoomId) -> None:
        """The number of members changed while somebody reads the card of the room."""
        if self.room is not None and self.room.id == room_id and self.view is None and not self.is_member:
            self._session.show(self._card(self.room))

    def _card(self, room: Room) -> Elements:
        summaries = [summary for summary in self._chat.rooms.all() if summary.room.id == room.id]
        return join_card(summaries[0] if summaries else RoomSummary(room=room, member_count=0))
