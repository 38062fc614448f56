"""The page of a tab: a frame of few real elements, in which rooms come and go as virtual ones."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from nicegui import Client, ui

import livechat
from livechat.domain.accounts import SignedIn
from livechat.domain.model import RoomId, Server
from livechat.ui.audience import Audience
from livechat.ui.box_desk import BoxDesk
from livechat.ui.clock_probe import ClockProbe
from livechat.ui.components.box import Box
from livechat.ui.components.drops import take_no_drops
from livechat.ui.conversation import Conversation
from livechat.ui.file_routes import upload_path
from livechat.ui.nav import Nav
from livechat.ui.page_frame import ROOT, RealElements, frame_elements
from livechat.ui.pages.admin import admin_page
from livechat.ui.pages.clicks import Clicks
from livechat.ui.pages.message_controls import MessageControls
from livechat.ui.pages.news import News
from livechat.ui.pages.places import Places
from livechat.ui.pages.profile import profile_page
from livechat.ui.pages.room_actions import RoomDialogs
from livechat.ui.pages.room_settings import room_settings_page
from livechat.ui.pages.search import Search
from livechat.ui.pages.switcher_commands import SwitcherCommands
from livechat.ui.session import Session
from livechat.ui.sessions import Sessions
from livechat.ui.stream import Frame, Stream, encode
from livechat.ui.switcher import Switcher
from livechat.ui.toasts import Toasts
from livechat.ui.uploader import Uploader

NOT_INTO_THIS = 'Files go with your next message, not into the one you are editing.'
MISSED = 'These were not caught: other files are on their way. Drop them again in a moment.'
UNREADABLE = 'That could not be read. Folders cannot be attached: put what is in them into a zip file.'


@lru_cache(maxsize=4)
def shell_frame(server: Server, version: str, real: RealElements) -> Frame:
    """The frame around whatever room is open: the same bytes for all tabs."""
    return encode(frame_elements(server, version, real))


class ChatPage:
    """Builds the page, hears its events, hands the work to the session's queue.

    Of real elements there are the box and the container of pages: each costs 120 us and 4 KiB per tab. The rest is virtual.
    """

    def __init__(self, sessions: Sessions, client: Client, signed_in: SignedIn, audience: Audience, *, touch: bool) -> None:
        self.session = Session(sessions.chat, client, sign_in_id=signed_in.sign_in.id, user=signed_in.user, audience=audience)
        self._sessions = sessions
        self._chat = sessions.chat
        self._knows_offset = signed_in.sign_in.utc_offset_min is not None
        self._asked = ('', '', '')
        self._build(touch)
        self._probe = ClockProbe(self.session, lambda minutes: self.session.do(lambda: self._learn_offset(minutes)))
        client.on_connect(self._connected)
        client.on_disconnect(self._disconnected)
        client.on_delete(self._deleted)

    # The frame

    def _build(self, touch: bool) -> None:
        with Stream(*ROOT) as self._root:
            desk = self._desk = BoxDesk(self.session)
            self._box = desk.box = Box(desk, touch=touch)
            self.uploader = Uploader(self.session)
            self.uploader.on_added = self._files_added
            self.uploader.on_missed = lambda: self.session.say(MISSED)
            self.uploader.on_failed = lambda count: self.session.do(lambda: self._files_failed(count))
            nav = Nav(self.session.reader.user_id, send=self.session.send)
            self.conversation = Conversation(self.session, self._sessions.views, self._box, nav)
            self.places = Places(self.session, self.conversation, root=self._root, server=self._sessions.server)
            desk.show_newest = self.conversation.show_newest
            desk.go_home = self.places.at_home
            self._toasts = Toasts(self.session)
            self.conversation.on_open = self._opened
            self.conversation.controls.on_writing = self._take_files
            self.news = News(self.session, self.conversation, self.places, self._toasts)
            self.news.on_tray = desk.tray.changed
            dialogs = RoomDialogs(self.session, self.conversation, self.places.go)
            self._clicks = Clicks(self.session, self.conversation, places=self.places, box=self._box, dialogs=dialogs, toasts=self._toasts)
            self._controls = MessageControls(self.session, self.conversation, self._clicks.commands, desk=desk, places=self.places)
            self.conversation.on_leave = self._controls.room_left
            self._clicks.add(self._controls.buttons)
            self._clicks.on_key = self._controls.hear
            self.search = self._new_search(touch)
            self._switcher = self._new_switcher(dialogs)
            pages = ui.sub_pages(
                {
                    '/': self.places.at_home,
                    '/rooms': self.places.at_browse,
                    '/rooms/{slug}': self._at_room,
                    '/rooms/{slug}/settings': lambda slug: room_settings_page(self.session, self.places, slug),
                    '/search': self.search.at_page,
                    '/profile': lambda: profile_page(self.session, self.places),
                    '/admin': lambda part='': admin_page(self.session, self.places, part),
                }
            ).classes('page-body')
        self._root.props('tabindex=-1 autofocus').on('keydown.esc', self._escape, [])  # keys are heard before and wherever one clicks
        take_no_drops(self._root)
        self._controls.listen(self._root)
        self._real = RealElements(box=self._box.element.id, pages=pages.id, touch=touch, has_files=self._chat.files is not None)

    def _new_switcher(self, dialogs: RoomDialogs) -> Switcher:
        switcher = Switcher(self.session, self.conversation, go=self.places.go, visits=self._sessions.visits)
        switcher.serve(self._root, SwitcherCommands(self.session, self.places, dialogs, self._controls).do)
        self.places.on_lists = switcher.refresh
        self.conversation.may_take_focus = lambda: not switcher.is_open
        return switcher

    def _new_search(self, touch: bool) -> Search:
        self.news.on_lost = self._room_lost
        return Search(self.session, self.conversation, self.places, self._clicks, touch=touch)

    def _room_lost(self, room_id: RoomId) -> None:
        self.search.leave_room(room_id)
        self._switcher.leave_room(room_id)

    def _take_files(self, room_id: RoomId | None) -> None:
        """What is dropped or picked from now on is for that room."""
        may = room_id is not None and self._chat.files is not None
        self.uploader.open(upload_path(room_id) if may and room_id is not None else None)

    def _files_added(self, keys: Sequence[str]) -> None:
        self._box.focus()
        self._desk.tray.expect(keys)
        if self._desk.is_editing:
            self.session.say(NOT_INTO_THIS)

    async def _files_failed(self, count: int) -> None:
        """What the server refuses stands above the box, what was taken away is meant so; of what cannot even be read nothing came."""
        tray = self._desk.tray
        await tray.load()
        if not tray.refused and not tray.take_removed(count):
            self.session.say(UNREADABLE)

    def _opened(self, room_id: RoomId) -> None:
        self._toasts.forget(room_id)
        self._sessions.visits.note(self.session.reader.user_id, room_id)

    def _at_room(self, slug: str, m: str = '', d: str = '') -> None:
        self._asked = slug, m, d
        self._controls.navigated()
        self._switcher.close()
        self.search.navigated(unquote(slug), m)
        self.places.at_room(slug, m, d)

    def _look_again(self) -> None:
        """For the message, or the day, of the open room's address: the room was drawn anew, by the reader's clock."""
        (slug, m, d), room = self._asked, self.conversation.room
        if (m or d) and self.conversation.view is not None and room is not None and room.slug == unquote(slug):
            self.places.at_room(slug, m, d)

    def _escape(self) -> None:
        if not self._controls.escape():
            self.places.open_drawer('')

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
        await self._chat.unread.follow(self.session.reader.user_id, self.session.tab_id)
        await self._send_frame()
        if not self._knows_offset:
            self._probe.ask()

    async def _send_frame(self) -> None:
        session = self.session
        shell = shell_frame(self._sessions.server, livechat.__version__, self._real)
        session.send(Frame(shell + self._sessions.style_frame(session.reader.audience.utc_offset_min)))
        self.places.refresh_own()
        self._toasts.show_again()
        self._controls.show_again()
        self.places.welcome.show_again()
        self._desk.show_again()
        self.uploader.show_again()
        self.search.show_again()
        self._switcher.show_again()
        await self.conversation.list_rooms()
        self.conversation.nav.show_drafts(await self._chat.rooms.rooms_with_drafts(session.user))
        session.say_again()

    async def _come_back(self) -> None:
        """After a lost connection: whatever may have been missed, as it stands now."""
        await self._send_frame()
        await self.places.catch_up()
        if not self.search.is_shown:  # which keeps it, and what is typed there is no message
            self._box.focus()  # hidden while offline, it lost the focus

    def _disconnected(self) -> None:
        if self.session.client.has_socket_connection:
            return  # it came back on another socket before this one was found dead
        self._box.keep_now()
        self._chat.presence.disconnect(self.session.tab_id, self._chat.clock.monotonic())
        if self.conversation.view is not None:
            self.conversation.view.lose(self.session.reader)
            self.conversation.tell_reading()

    def _deleted(self) -> None:
        self._sessions.discard(self)
        self.end()

    def end(self) -> None:
        """The tab is gone, or its sign-in is: from this moment it gets nothing more. The draft is kept."""
        self._box.close()
        self._desk.close()
        self._chat.presence.leave(self.session.tab_id)
        self.conversation.leave()
        self._toasts.end()
        self._controls.end()
        self.search.end()
        self._switcher.end()
        self._chat.unread.unfollow(self.session.reader.user_id, self.session.tab_id)
        self.session.end()

    async def _learn_offset(self, minutes: int) -> None:
        await self._chat.accounts.remember_utc_offset(self.session.sign_in_id, minutes)
        if minutes != self.session.reader.audience.utc_offset_min:
            self.conversation.change_audience(minutes)
            self.search.refresh()
            self.session.send(self._sessions.style_frame(minutes))
            self._look_again()

    def virtual_event(self, element_id: int, args: list[Any]) -> None:
        """An event of an element that exists in the browser alone."""
        if not any(each.hear(element_id, args) for each in (self.uploader, self._desk, self._switcher)):
            self._clicks.hear(element_id, args, self._probe)
