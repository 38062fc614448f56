"""The page of a tab: a frame of few real elements, in which rooms come and go as virtual ones."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nicegui import Client, ui

from livechat.domain.accounts import SignedIn
from livechat.domain.events import LobbyEvent, MemberCountChanged, RoomChanged, RoomDeleted, RoomJoined, RoomLeft, UserChanged
from livechat.domain.model import RoomId
from livechat.ui.audience import Audience
from livechat.ui.box_desk import BoxDesk
from livechat.ui.components.box import Box
from livechat.ui.components.clock_probe import ClockProbe
from livechat.ui.conversation import Conversation, room_path
from livechat.ui.pages.places import Places
from livechat.ui.pages.profile import profile_page
from livechat.ui.pages.room_actions import RoomDialogs
from livechat.ui.people_view import FILTER
from livechat.ui.session import Session
from livechat.ui.sessions import Sessions
from livechat.ui.shell import Part, me_elements, part
from livechat.ui.stream import Frame, Kind, Stream, parse_id


class ChatPage:
    """Builds the page, hears its events, hands the work to the session's queue.

    The frame is some twenty real elements (a page of 85 costs 20 ms of CPU and 380 KiB per tab); the rest is virtual.
    """

    def __init__(self, sessions: Sessions, client: Client, signed_in: SignedIn, audience: Audience, *, touch: bool, shell: Frame) -> None:
        self.session = Session(sessions.chat, client, sign_in_id=signed_in.sign_in.id, user=signed_in.user, audience=audience)
        self._sessions = sessions
        self._chat = sessions.chat
        self._shell = shell
        self._knows_offset = signed_in.sign_in.utc_offset_min is not None
        self._build(touch)
        self._parts: dict[Part, Callable[[], None]] = self._listeners()
        client.on_connect(self._connected)
        client.on_disconnect(self._disconnected)
        client.on_delete(self._deleted)

    # The frame

    def _build(self, touch: bool) -> None:
        with ui.element('div') as self._root:
            Stream(part(Part.SERVER), part(Part.NAV), part(Part.ME), tag='nav').classes('rooms').props('aria-label=Rooms')
            with ui.element('div').classes('talk'):
                Stream(part(Part.MENU), part(Part.TOGGLE_ROOMS), part(Part.TITLE), part(Part.HEAD_RIGHT), tag='header').classes('head')
                with ui.element('div').classes('log') as scroller:
                    Stream(part(Part.LOG)).classes('column').props('role=log aria-label=Messages tabindex=0')
                Stream(part(Part.JUMP), part(Part.TYPING), part(Part.NOTICE)).classes('below')
                with ui.element('div').classes('composer'):
                    desk = BoxDesk(self.session)
                    self._box = desk.box = Box(desk, touch=touch)
                    Stream(part(Part.COUNTER), part(Part.SEND)).classes('send-row')
                self.conversation = Conversation(self.session, self._sessions.views, self._box)
                self.places = Places(
                    self.session, self.conversation, root=self._root, scroller=scroller, server_name=self._sessions.server_name
                )
                self._dialogs = RoomDialogs(self.session, self.conversation, self.places.go)
                ui.sub_pages(
                    {
                        '/': self.places.at_home,
                        '/rooms': self.places.at_browse,
                        '/rooms/{slug}': self.places.at_room,
                        '/profile': lambda: profile_page(self.session, self.places),
                    }
                ).classes('page-body')
            Stream(part(Part.PEOPLE), tag='aside').classes('people').props('role=region aria-label=People')
            Stream(part(Part.SCRIM), part(Part.STYLE), part(Part.OWN_STYLE)).classes('extras')

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
        if not self._knows_offset:
            self._knows_offset = True
            with self._root:
                ClockProbe(self._chat.clock.now, lambda minutes: self.session.do(lambda: self._learn_offset(minutes)))

    async def _start(self) -> None:
        await self.conversation.load_memberships()
        self._send_frame()

    def _send_frame(self) -> None:
        session = self.session
        session.send(Frame(self._shell + self._sessions.style_frame(session.reader.audience.utc_offset_min)))
        session.show({**me_elements(session.user), **self.conversation.nav()})

    async def _come_back(self) -> None:
        """After a lost connection: whatever may have been missed, as it stands now."""
        self._send_frame()
        await self.conversation.load_memberships()
        view = self.conversation.view
        if view is not None and not view.closed and self.conversation.is_member:
            await view.catch_up(self.session.reader)
        elif self.conversation.room is not None:
            await self.conversation.reopen()
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
            await self.conversation.change_audience(minutes)
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
            self.places.replace_address(room_path(event.room))
            self.places.title(f'# {event.room.name}')
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
            case Kind.SHELL if number in self._parts:
                self._parts[Part(number)]()
            case Kind.TOP if visible and view is not None and number == reader.low:
                self.session.do(lambda: view.older(reader))
            case Kind.BOTTOM if view is not None and number == reader.high:
                self.session.do(lambda: self._bottom_seen(visible))
            case Kind.PEOPLE if view is not None and number == FILTER:
                view.filter_people(reader, str(args[0] or '')[:100] if args else '')
            case Kind.BROWSE_JOIN:
                self.session.do(lambda: self._chat.rooms.join(self.session.user, RoomId(room)))
            case Kind.BROWSE_LEAVE:
                self.session.do(lambda: self._chat.rooms.leave(self.session.user, RoomId(room)))

    async def _bottom_seen(self, visible: bool) -> None:
        view = self.conversation.view
        if view is None:
            return
        if visible:
            await view.newer(self.session.reader)
        else:
            view.pause(self.session.reader)

    def _listeners(self) -> dict[Part, Callable[[], None]]:
        return {
            Part.NEW_ROOM: self._dialogs.new_room,
            Part.DETAILS: self._dialogs.details,
            Part.MENU: lambda: self.places.open_drawer('rooms-open'),
            Part.SCRIM: lambda: self.places.open_drawer(''),
            Part.CLOSE_PEOPLE: lambda: self.places.open_drawer(''),
            Part.TOGGLE_ROOMS: lambda: self._fold(Part.NAV),
            Part.OPEN_PEOPLE: lambda: self.places.open_drawer('people-open'),
            Part.TOGGLE_PEOPLE: lambda: self._fold(Part.PEOPLE),
            Part.JUMP: lambda: self.session.do(self.places.jump),
            Part.SEND: self._box.send,
            Part.JOIN: lambda: self.session.do(self._join),
        }

    def _fold(self, side: Part) -> None:
        async def fold() -> None:
            now = self.session.user.preferences
            folded = (
                replace(now, people_folded=not now.people_folded)
                if side is Part.PEOPLE
                else replace(now, rooms_folded=not now.rooms_folded)
            )
            await self._chat.accounts.update_preferences(self.session.user, folded)

        self.session.do(fold)

    async def _join(self) -> None:
        if self.conversation.room_id is not None:
            await self._chat.rooms.join(self.session.user, self.conversation.room_id)
