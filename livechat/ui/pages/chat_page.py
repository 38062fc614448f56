"""The page of a tab: a frame of few real elements, in which rooms come and go as virtual ones."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from nicegui import Client, ui

from livechat.domain.accounts import SignedIn
from livechat.domain.events import LobbyEvent, MemberCountChanged, RoomChanged, RoomDeleted, RoomJoined, RoomLeft, UserChanged
from livechat.domain.model import MAX_BODY_CHARS, RoomId, Theme
from livechat.ui.audience import Audience
from livechat.ui.components.box import Box
from livechat.ui.components.clock_probe import ClockProbe
from livechat.ui.conversation import Conversation, room_path
from livechat.ui.pages.browse import browse_elements
from livechat.ui.pages.profile import profile_page
from livechat.ui.pages.room_actions import RoomDialogs
from livechat.ui.people_view import FILTER
from livechat.ui.session import Session
from livechat.ui.sessions import Sessions
from livechat.ui.shell import Part, counter, me_elements, message_log, part
from livechat.ui.stream import Frame, Kind, Stream, parse_id

DARK = {Theme.SYSTEM: None, Theme.LIGHT: False, Theme.DARK: True}


class ChatPage:
    """Builds the page, hears its events, hands the work to the session's queue.

    What the page shows is one of the classes of `root`: `at-room`, `at-card` (a room to join), `at-browse`, `at-page`.
    """

    def __init__(self, sessions: Sessions, client: Client, signed_in: SignedIn, audience: Audience, *, touch: bool, shell: Frame) -> None:
        self.session = Session(sessions.chat, client, sign_in_id=signed_in.sign_in.id, user=signed_in.user, audience=audience)
        self._sessions = sessions
        self._chat = sessions.chat
        self._shell = shell
        self._knows_offset = signed_in.sign_in.utc_offset_min is not None
        self._place = 'at-room'
        self._drawer = ''
        self._dark: ui.dark_mode | None = None
        self._build(touch)
        self._parts: dict[Part, Callable[[], None]] = self._listeners()
        client.on_connect(self._connected)
        client.on_disconnect(self._disconnected)
        client.on_delete(self._deleted)

    # The frame

    def _build(self, touch: bool) -> None:
        with ui.element('div').classes(self._classes()) as self._root:
            Stream(part(Part.SERVER), part(Part.NAV), part(Part.ME), tag='nav').classes('rooms').props('aria-label=Rooms')
            with ui.element('main').classes('talk'):
                Stream(part(Part.MENU), part(Part.TOGGLE_ROOMS), part(Part.TITLE), part(Part.HEAD_RIGHT), tag='header').classes('head')
                with ui.element('div').classes('log') as self._scroller:
                    Stream(part(Part.LOG)).classes('column').props('role=log aria-label=Messages tabindex=0')
                Stream(part(Part.JUMP), part(Part.TYPING), part(Part.NOTICE)).classes('below')
                with ui.element('div').classes('composer'):
                    self._box = Box(self, touch=touch)
                    Stream(part(Part.COUNTER), part(Part.SEND)).classes('send-row')
                self.conversation = Conversation(self.session, self._sessions.views, self._box)
                self._dialogs = RoomDialogs(self.session, self.conversation, self.go)
                ui.sub_pages(
                    {
                        '/': self._at_home,
                        '/rooms': self._at_browse,
                        '/rooms/{slug}': self._at_room,
                        '/profile': lambda: profile_page(self),
                    }
                ).classes('page-body')
            Stream(part(Part.PEOPLE), tag='aside').classes('people').props('role=region aria-label=People')
            Stream(part(Part.SCRIM), part(Part.STYLE), part(Part.OWN_STYLE)).classes('extras')

    def _classes(self) -> str:
        preferences = self.session.user.preferences
        folds = ('rooms-folded' if preferences.rooms_folded else '', 'people-folded' if preferences.people_folded else '')
        return ' '.join(word for word in ('app', self._place, self._drawer, *folds) if word)

    def refresh_frame(self) -> None:
        self._root.classes(replace=self._classes())

    def show_place(self, place: str) -> None:
        self._place, self._drawer = place, ''
        self.refresh_frame()

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
        self._refresh_lists()

    def _disconnected(self) -> None:
        if self.session.client.has_socket_connection:
            return  # it came back on another socket before this one was found dead
        self._box.keep_now()
        self._chat.presence.disconnect(self.session.tab_id, self._chat.clock.monotonic())
        if self.conversation.view is not None:
            self.conversation.view.lose(self.session.reader)

    def _deleted(self) -> None:
        self._box.close()
        self._sessions.discard(self)
        self.conversation.leave()
        self.session.is_open = False

    async def _learn_offset(self, minutes: int) -> None:
        await self._chat.accounts.remember_utc_offset(self.session.sign_in_id, minutes)
        if minutes != self.session.reader.audience.utc_offset_min:
            room = self.conversation.room
            self.session.change_audience(minutes)
            self.session.send(self._sessions.style_frame(minutes))
            if room is not None and self.conversation.view is not None:
                await self.conversation.reopen()

    # Where the tab is

    def _at_home(self) -> None:
        self.session.do(self._go_home)

    async def _go_home(self) -> None:
        room = self._chat.rooms.landing_room(self.session.user)
        if room is None:
            self.conversation.close_screen('There is no room here yet. Create the first one.')
            self.show_place('at-browse')
            return
        self._replace_address(room_path(room))
        await self._open(room.slug, None)

    def _at_room(self, slug: str, m: str = '') -> None:
        self.session.do(lambda: self._open(unquote(slug), int(m) if m.isdecimal() and len(m) < 10 else None))

    async def _open(self, slug: str, number: int | None) -> None:
        room = await self._chat.rooms.by_slug(slug)
        if room is None:
            self.conversation.close_screen('There is no such room, or it is not open to you.')
            self.show_place('at-browse')
            self._title('No such room')
            return
        if room.slug != slug:
            self._replace_address(room_path(room, number))
        await self.conversation.open(room)
        self.show_place('at-room' if self.conversation.view else 'at-card')
        self._title(f'# {room.name}')
        self.session.show(self.conversation.nav())
        self.session.say('')
        if number is not None and self.conversation.view is not None:
            await self._go_to(number)
        else:
            self._scroll_down()

    async def _go_to(self, number: int) -> None:
        assert self.conversation.view is not None
        if await self.conversation.view.around(self.session.reader, number):
            self.session.client.open(f'#m{number}')
        else:
            self.session.say('That message does not exist.')

    def _at_browse(self) -> None:
        self.session.do(self._browse)

    async def _browse(self) -> None:
        self.conversation.close_screen('')
        await self.conversation.load_memberships()
        self.show_place('at-browse')
        self._title('Rooms')
        self.session.show(self.conversation.nav())
        self._refresh_lists()

    def leave_for_page(self, title: str) -> None:
        """A page without a room is opened in this tab."""

        async def leave() -> None:
            self.conversation.close_screen('')
            self.session.show(self.conversation.nav())

        self.show_place('at-page')
        self._title(title)
        self.session.do(leave)

    def use_theme(self, theme: Theme) -> None:
        """Follow the person's choice; without an element the page follows the device."""
        if self._dark is None:
            with self._root:
                self._dark = ui.dark_mode()
        self._dark.set_value(DARK[theme])

    def go(self, path: str) -> None:
        """Open another address in this tab, without a request."""
        with self._root:
            ui.navigate.to(path)

    def _replace_address(self, path: str) -> None:
        with self._root:
            ui.navigate.history.replace(path)

    def _title(self, text: str) -> None:
        with self._root:
            ui.page_title(f'{text} · livechat')

    def _scroll_down(self) -> None:
        self._scroller.run_method('scrollTo', 0, 0)

    # What others did

    def lobby_changed(self, event: LobbyEvent) -> None:
        room = self.conversation.room
        if isinstance(event, MemberCountChanged):
            self.conversation.refresh_card(event.room_id)
        elif isinstance(event, RoomDeleted) and room is not None and room.id == event.room_id:
            self.session.do(lambda: self._move_out(event))
        elif isinstance(event, RoomChanged) and room is not None and room.id == event.room.id:
            self.conversation.room = event.room
            self._replace_address(room_path(event.room))
            self._title(f'# {event.room.name}')
        if not isinstance(event, MemberCountChanged):
            self.session.show(self.conversation.nav())
        self._refresh_lists()

    async def _move_out(self, event: RoomDeleted) -> None:
        """The open room was deleted: say so, and go where one lands."""
        self.session.show(self.conversation.leave())
        await self.conversation.load_memberships()
        await self._go_home()
        self.session.say(f'“{event.name}” was deleted by {event.by.display_name}.')

    def user_changed(self, event: UserChanged | RoomJoined | RoomLeft) -> None:
        if isinstance(event, UserChanged):
            self.session.show(me_elements(event.user))
            self.refresh_frame()
            if self._dark is not None or event.user.preferences.theme is not Theme.SYSTEM:
                self.use_theme(event.user.preferences.theme)
        else:
            room_id = event.membership.room_id if isinstance(event, RoomJoined) else event.room_id
            self.session.do(lambda: self._membership_changed(room_id))

    async def _membership_changed(self, room_id: RoomId) -> None:
        await self.conversation.load_memberships()
        if self.conversation.room_id == room_id:
            await self.conversation.reopen()
            self.show_place('at-room' if self.conversation.view else 'at-card')
            self._scroll_down()
        self.session.show(self.conversation.nav())
        self._refresh_lists()

    def _refresh_lists(self) -> None:
        if self._place == 'at-browse' and self.conversation.room is None:
            rooms = self._chat.rooms.all()
            self.session.show(browse_elements(rooms, self.conversation.memberships.keys()) if rooms else message_log('There is no room here yet.'))

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
            Part.MENU: lambda: self._open_drawer('rooms-open'),
            Part.SCRIM: lambda: self._open_drawer(''),
            Part.CLOSE_PEOPLE: lambda: self._open_drawer(''),
            Part.TOGGLE_ROOMS: lambda: self._fold(Part.NAV),
            Part.OPEN_PEOPLE: lambda: self._open_drawer('people-open'),
            Part.TOGGLE_PEOPLE: lambda: self._fold(Part.PEOPLE),
            Part.JUMP: lambda: self.session.do(self._jump),
            Part.SEND: self._box.send,
            Part.JOIN: lambda: self.session.do(self._join),
        }

    def _open_drawer(self, drawer: str) -> None:
        self._drawer = drawer
        self.refresh_frame()

    def _fold(self, side: Part) -> None:
        async def fold() -> None:
            now = self.session.user.preferences
            folded = replace(now, people_folded=not now.people_folded) if side is Part.PEOPLE else replace(now, rooms_folded=not now.rooms_folded)
            await self._chat.accounts.update_preferences(self.session.user, folded)

        self.session.do(fold)

    async def _jump(self) -> None:
        if self.conversation.view is not None:
            await self.conversation.view.follow(self.session.reader)
            self._scroll_down()

    async def _join(self) -> None:
        if self.conversation.room_id is not None:
            await self._chat.rooms.join(self.session.user, self.conversation.room_id)

    # The box's desk

    def post(self, text: str, client_key: str) -> None:
        room_id = self._box.room_id

        async def post() -> None:
            if room_id is None or not self.session.may_act:
                return
            try:
                await self._chat.rooms.post(self.session.user, room_id, text, client_key)
            except Exception:
                self._box.refuse(text)
                raise
            self.session.say('')

        self.session.do(post)

    def keep_draft(self, text: str) -> None:
        room_id, user = self._box.room_id, self.session.user
        if room_id is not None:
            self.session.do(lambda: self._chat.rooms.keep_draft(user, room_id, text))

    def typing(self, is_typing: bool) -> None:
        if self._box.room_id is None or not self.session.may_act:
            return
        act = self._chat.rooms.typing if is_typing else self._chat.rooms.stopped_typing
        act(self.session.user, self._box.room_id)

    def show_counter(self, length: int) -> None:
        self.session.show(counter(length, MAX_BODY_CHARS))

    def say(self, text: str) -> None:
        self.session.say(text)
