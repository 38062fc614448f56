"""The page of a tab: a frame of few real elements, in which rooms come and go as virtual ones."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from nicegui import Client, ui

import livechat
from livechat.domain.accounts import SignedIn
from livechat.domain.events import LobbyEvent, MemberCountChanged, RoomChanged, RoomDeleted, RoomJoined, RoomLeft, UserChanged
from livechat.domain.model import RoomId
from livechat.ui.audience import LIVE_BOTTOM, Audience
from livechat.ui.box_desk import BoxDesk
from livechat.ui.clock_probe import ClockProbe
from livechat.ui.components.box import Box
from livechat.ui.conversation import Conversation
from livechat.ui.html import room_path
from livechat.ui.pages.admin import admin_page
from livechat.ui.pages.places import Places
from livechat.ui.pages.profile import profile_page
from livechat.ui.pages.room_actions import RoomDialogs
from livechat.ui.pages.room_settings import room_settings_page
from livechat.ui.people_view import FILTER
from livechat.ui.session import Session
from livechat.ui.sessions import Sessions
from livechat.ui.shell import ROOT, Part, RealElements, frame_elements, me_elements
from livechat.ui.stream import Frame, Kind, Stream, encode, parse_id


@lru_cache(maxsize=4)
def shell_frame(server_name: str, version: str, real: RealElements) -> Frame:
    """The frame around whatever room is open: the same bytes for all tabs."""
    return encode(frame_elements(server_name, version, real))


class ChatPage:
    """Builds the page, hears its events, hands the work to the session's queue.

    Of real elements there are the box and the container of pages: each costs 120 us and 4 KiB per tab. The rest is virtual.
    """

    def __init__(self, sessions: Sessions, client: Client, signed_in: SignedIn, audience: Audience, *, touch: bool) -> None:
        self.session = Session(sessions.chat, client, sign_in_id=signed_in.sign_in.id, user=signed_in.user, audience=audience)
        self._sessions = sessions
        self._chat = sessions.chat
        self._knows_offset = signed_in.sign_in.utc_offset_min is not None
        self._build(touch)
        self._probe = ClockProbe(self.session, lambda minutes: self.session.do(lambda: self._learn_offset(minutes)))
        client.on_connect(self._connected)
        client.on_disconnect(self._disconnected)
        client.on_delete(self._deleted)

    # The frame

    def _build(self, touch: bool) -> None:
        with Stream(*ROOT) as self._root:
            desk = BoxDesk(self.session)
            self._box = desk.box = Box(desk, touch=touch)
            self.conversation = Conversation(self.session, self._sessions.views, self._box)
            self.places = Places(self.session, self.conversation, root=self._root, server_name=self._sessions.server_name)
            desk.show_newest = self.places.jump
            self._dialogs = RoomDialogs(self.session, self.conversation, self.places.go)
            pages = ui.sub_pages(
                {
                    '/': self.places.at_home,
                    '/rooms': self.places.at_browse,
                    '/rooms/{slug}': self.places.at_room,
                    '/rooms/{slug}/settings': lambda slug: room_settings_page(self.session, self.places, slug),
                    '/profile': lambda: profile_page(self.session, self.places),
                    '/admin': lambda: admin_page(self.session, self.places),
                }
            ).classes('page-body')
        self._root.on('keydown.esc', lambda: self.places.open_drawer(''), [])
        self._real = RealElements(box=self._box.element.id, pages=pages.id)

    # Connecting

    def _connected(self) -> None:
        if not self.session.connect():
            return
        user = self.session.user
        self._chat.presence.connect(user.id, self.session.tab_id, self.conversation.room_id if self.conversation.view else None)
        if not self.session.was_connected:
            self._sessions.add(self)
            self.session.start(self._start)
        else:
            self.session.do(self._come_back)

    async def _start(self) -> None:
        await self.conversation.load_memberships()
        self._send_frame()
        if not self._knows_offset:
            self._probe.ask()

    def _send_frame(self) -> None:
        session = self.session
        shell = shell_frame(self._sessions.server_name, livechat.__version__, self._real)
        session.send(Frame(shell + self._sessions.style_frame(session.reader.audience.utc_offset_min)))
        session.show({**me_elements(session.user), **self.conversation.nav()})
        session.say_again()

    async def _come_back(self) -> None:
        """After a lost connection: whatever may have been missed, as it stands now."""
        self._send_frame()
        await self.conversation.load_memberships()
        view = self.conversation.view
        if view is not None and not view.closed and self.conversation.is_member:
            await view.catch_up(self.session.reader)
        elif self.conversation.room is not None:
            await self.conversation.reopen()
        self._box.focus()  # hidden while offline, it lost the focus
        self.places.refresh_lists()

    def _disconnected(self) -> None:
        if self.session.client.has_socket_connection:
            return  # it came back on another socket before this one was found dead
        self._box.keep_now()
        self._chat.presence.disconnect(self.session.tab_id, self._chat.clock.monotonic())
        if self.conversation.view is not None:
            self.conversation.view.lose(self.session.reader)

    def _deleted(self) -> None:
        self._sessions.discard(self)
        self.end()

    def end(self) -> None:
        """The tab is gone, or its sign-in is: from this moment it gets nothing more. The draft is kept."""
        self._box.close()
        self._chat.presence.leave(self.session.tab_id)
        self.conversation.leave()
        self.session.is_open = False

    async def _learn_offset(self, minutes: int) -> None:
        await self._chat.accounts.remember_utc_offset(self.session.sign_in_id, minutes)
        if minutes != self.session.reader.audience.utc_offset_min:
            self.conversation.change_audience(minutes)
            self.session.send(self._sessions.style_frame(minutes))

    # What others did

    def lobby_changed(self, event: LobbyEvent) -> None:
        room = self.conversation.room
        if isinstance(event, MemberCountChanged):
            self.conversation.refresh_card(event.room_id)
        elif isinstance(event, RoomDeleted) and room is not None and room.id == event.room_id:
            self.session.do(lambda: self.places.move_out(event))
        elif isinstance(event, RoomChanged) and room is not None and room.id == event.room.id:
            self.conversation.room = event.room
            self.places.replace_address(room_path(event.room.slug))
            self.places.title(f'# {event.room.name}')
            self.conversation.refresh_card(event.room.id)
        if not isinstance(event, MemberCountChanged):
            self.session.show(self.conversation.nav())
        self.places.refresh_lists()

    def user_changed(self, event: UserChanged | RoomJoined | RoomLeft) -> None:
        if isinstance(event, UserChanged):
            self.session.show(me_elements(event.user))
            self.places.refresh_frame()
            self.places.use_theme(event.user.preferences.theme)
        else:
            room_id = event.membership.room_id if isinstance(event, RoomJoined) else event.room_id
            if isinstance(event, RoomLeft):
                self.conversation.cut(room_id)
            self.session.do(lambda: self.places.membership_changed(room_id))

    # What the person does

    def virtual_event(self, element_id: int, args: list[Any]) -> None:
        """An event of an element that exists in the browser alone."""
        place = parse_id(element_id)
        if place is None or not self.session.may_act:
            return
        kind, room, number = place
        reader, view = self.session.reader, self.conversation.view
        visible = bool(args and args[0])
        match kind:
            case Kind.SHELL if number in {Part.PROBE_DATE, Part.PROBE_TIME}:
                self._probe.hear(Part(number), args[0] if args else None)
            case Kind.SHELL:
                self._part_used(number)
            case Kind.TOP if visible and view is not None and number == reader.low:
                self.session.do(lambda: view.older(reader))
            case Kind.BOTTOM if view is not None and number == (reader.high if reader.live is None else LIVE_BOTTOM):
                self.session.do(lambda: self._bottom_seen(visible))
            case Kind.PEOPLE if view is not None and number == FILTER:
                view.filter_people(reader, str(args[0] or '')[:100] if args else '')
            case Kind.BROWSE_BUTTON:
                self.session.do(lambda: self._join_or_leave(RoomId(room)))

    async def _join_or_leave(self, room_id: RoomId) -> None:
        rooms = self._chat.rooms
        act = rooms.leave if room_id in self.conversation.memberships else rooms.join
        await act(self.session.user, room_id)

    async def _bottom_seen(self, visible: bool) -> None:
        view = self.conversation.view
        if view is None:
            return
        if visible:
            await view.newer(self.session.reader)
        else:
            view.pause(self.session.reader)

    def _part_used(self, which: int) -> None:  # noqa: C901 - one clause per button
        match which:
            case Part.NEW_ROOM:
                self._dialogs.new_room()
            case Part.DETAILS:
                self._dialogs.details()
            case Part.MENU:
                self.places.open_drawer('rooms-open')
            case Part.OPEN_PEOPLE:
                self.places.open_drawer('people-open')
            case Part.SCRIM | Part.CLOSE_PEOPLE:
                self.places.open_drawer('')
            case Part.TOGGLE_ROOMS | Part.TOGGLE_PEOPLE:
                self._fold(Part(which))
            case Part.JUMP:
                self.session.do(self.places.jump)
            case Part.SEND:
                self._box.send()
            case Part.JOIN:
                self.session.do(self._join)

    def _fold(self, side: Part) -> None:
        async def fold() -> None:
            now = self.session.user.preferences
            folded = (
                replace(now, people_folded=not now.people_folded)
                if side is Part.TOGGLE_PEOPLE
                else replace(now, rooms_folded=not now.rooms_folded)
            )
            await self._chat.accounts.update_preferences(self.session.user, folded)

        self.session.do(fold)

    async def _join(self) -> None:
        if self.conversation.room_id is not None:
            await self._chat.rooms.join(self.session.user, self.conversation.room_id)
