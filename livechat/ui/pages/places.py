"""Where a tab is, and how its page looks there: a room, a room to join, the list of rooms, a page of its own."""

from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from nicegui import ui

import livechat
from livechat.domain.model import RoomId, Server
from livechat.ui.conversation import Conversation
from livechat.ui.html import room_path
from livechat.ui.page_frame import column
from livechat.ui.pages.arrivals import Aim, arrive
from livechat.ui.pages.browse import BrowsePage
from livechat.ui.pages.invite import WelcomeCard
from livechat.ui.pages.page_theme import PageTheme
from livechat.ui.room_head import page_title
from livechat.ui.session import Session
from livechat.ui.shell import heading, me_elements, new_buttons, server_menu

Follow = Callable[[RoomId], Awaitable[None]]
"""What a page does when something about a room, or about this person in it, is different."""


class Places:
    """The addresses of the live pages, for one tab. What is shown is a class of its root element.

    `at-room`, `at-card` (a room to join), `at-browse` (rooms, or a word why there is none), `at-page` (the profile).
    """

    def __init__(self, session: Session, conversation: Conversation, *, root: ui.element, server: Server) -> None:
        self._session = session
        self._conversation = conversation
        self._chat = session.chat
        self._root = root
        self._server = server
        self._place, self._drawer = 'at-room', ''
        self._is_refresh_planned = False
        self._turn = 0
        self._title = self._titled = ''
        self.use_theme = PageTheme(session).use
        self.browse = BrowsePage(session)
        self.welcome = WelcomeCard(session)
        self._follow: Follow | None = None
        self._on_standing: Callable[[], object] | None = None
        self._hides_buttons = False
        self._panel = ''
        self.on_show: Callable[[str], object] = lambda _: None
        """Called with the place that comes on screen."""
        self.on_arrive: Callable[[], object] = lambda: None
        """Called when a room was opened, or one of its messages."""
        self.on_lists: Callable[[], object] = lambda: None
        """Called when a list of rooms is different: one is new, looks different, or is not this person's to see any more."""
        session.reader.on_alone = lambda: session.do(self._welcome)
        conversation.nav.on_total = self.refresh_title
        self.refresh_frame()

    # How it looks

    def refresh_frame(self) -> None:
        preferences = self._session.user.preferences
        folds = ('rooms-folded' if preferences.rooms_folded else '', 'people-folded' if preferences.people_folded else '')
        self._root.classes(replace=' '.join(word for word in ('app', self._place, self._drawer, self._panel, *folds) if word))

    def show(self, place: str, follow: Follow | None = None, on_standing: Callable[[], object] | None = None) -> None:
        self._place, self._drawer, self._follow, self._on_standing = place, '', follow, on_standing
        self.browse.close()
        self.on_show(place)
        if place != 'at-room':
            self.welcome.hide()  # it lay in the room
        self._session.show(column(is_log=place == 'at-room'))
        if place in {'at-browse', 'at-page'}:  # where the links of the server's menu lead
            self.close_menu()
        self.refresh_frame()

    def close_menu(self) -> None:
        """Draw the server's menu anew, closed, with what this person finds in it."""
        self._turn += 1
        is_admin = self._session.user.is_server_admin
        self._session.show(server_menu(self._server, livechat.__version__, self._turn, is_admin=is_admin))

    def show_server(self, server: Server) -> None:
        """It has another name or picture."""
        self._server = server
        self.close_menu()
        self.refresh_title()

    def refresh_own(self) -> None:
        """What stands in the frame for this person alone."""
        session, policy = self._session, self._chat.policy.current
        user = session.user
        may_create = policy.create_rooms.has(user)
        buttons = new_buttons(may_create=may_create, is_guest=user.is_guest) if not may_create or self._hides_buttons else {}
        session.show({**me_elements(user), **buttons})
        self._hides_buttons = not may_create
        if user.is_server_admin or self._turn:
            self.close_menu()

    def open_drawer(self, drawer: str) -> None:
        """Rooms or people over the conversation, on a narrow screen; empty closes."""
        if drawer != self._drawer:
            self._drawer = drawer
            self.refresh_frame()

    def show_panel(self, classes: str) -> None:
        """What lies beside the conversation, in the place of its people; empty for nothing."""
        self._panel = classes
        self.refresh_frame()

    # Where it is

    def at_home(self) -> None:
        self._session.do(self.go_home)

    async def go_home(self) -> None:
        room = await self._chat.rooms.landing_room(self._session.user)
        if room is None:
            may_create = self._chat.policy.current.create_rooms.has(self._session.user)
            what_to_do = 'Create the first one with the plus beside “Rooms”.' if may_create else 'Ask somebody to invite you into one.'
            self._conversation.close_screen(f'There is no room here yet. {what_to_do}')
            self.show('at-browse')
            self.title('No rooms')
            self._session.show(heading('No rooms'))
            return
        self.replace_address(room_path(room.slug))
        await self._open(room.slug, None)

    def at_room(self, slug: str, m: str = '', d: str = '') -> None:
        self._session.do(lambda: self._open(unquote(slug), int(m) if m.isdecimal() and len(m) < 10 else None, d))

    async def _open(self, slug: str, number: int | None, day: str = '') -> None:
        room = await self._chat.rooms.by_slug(self._session.user, slug)
        if room is None:
            self._show_no_room()
            return
        if room.slug != slug:
            self.replace_address(room_path(room.slug, number))
        self._session.say('')  # before the box is there, which may have something to say
        is_new = await self._conversation.open(room)
        self._show_room()
        await self._welcome()
        await arrive(self._session, self._conversation, Aim(number, day), is_new=is_new, may_type=not self._panel)
        self.on_arrive()

    def _show_room(self) -> None:
        """The open room, or its card, with its name in the title of the page."""
        self.show('at-room' if self._conversation.view else 'at-card')
        self.show_name()

    def show_name(self) -> None:
        room_id = self._conversation.room_id
        summary = self._chat.rooms.summary(room_id) if room_id is not None else None
        if summary is not None:
            self.title(page_title(summary, self._session.reader.user_id))

    def _show_no_room(self) -> None:
        """The same for a room that never was and for one that is not for this person."""
        self._conversation.close_screen('There is no such room, or it is not open to you.')
        self.show('at-browse')
        self.title('No such room')
        self._session.show(heading('No such room'))

    def at_browse(self) -> None:
        self._session.do(self._browse)

    async def _browse(self) -> None:
        self._conversation.close_screen('')
        await self._conversation.load_memberships()
        self.show('at-browse')
        self.title('Rooms')
        self._session.show(heading('All rooms'))
        await self.browse.open()

    def leave_for_page(self, title: str, follow: Follow | None = None, on_standing: Callable[[], object] | None = None) -> None:
        """A page without a room is opened in this tab: at once, and again after a room that is still on its way.

        `on_standing`: what it does at once when this person is something else on the server now.
        """

        def show() -> None:
            self.show('at-page', follow, on_standing)
            self.title(title)

        async def leave() -> None:
            self._conversation.close_screen('')
            show()
            self._session.show(heading(title))

        show()
        self._session.do(leave)

    def go(self, path: str) -> None:
        """Open another address in this tab, without a request."""
        with self._session.client:
            ui.navigate.to(path)

    def replace_address(self, path: str) -> None:
        with self._session.client:
            ui.navigate.history.replace(path)

    def title(self, text: str) -> None:
        """Of the page, after the number of what is unread for this person."""
        self._title = text
        self.refresh_title()

    def refresh_title(self) -> None:
        total = self._conversation.nav.total
        title = (f'({total}) ' if total else '') + f'{self._title} · {self._server.name}'
        if self._title and title != self._titled:
            self._titled = title
            with self._session.client:
                ui.page_title(title)

    # What others did

    async def catch_up(self) -> None:
        """After a lost connection: the open room as it stands now, if it is still this person's."""
        conversation = self._conversation
        view, room_id = conversation.view, conversation.room_id
        if view is not None and not view.closed and conversation.is_member and room_id is not None:
            await view.catch_up(self._session.reader)
            await conversation.controls.show(room_id)
            conversation.tell_reading()
        elif room_id is not None:
            await self.membership_changed(room_id)
        self.refresh_lists()

    async def move_out(self, room_id: RoomId, why: str) -> None:
        """That room is gone: whoever still has it open is told, and goes where one lands."""
        if self._conversation.room_id != room_id:
            return
        self._session.show(self._conversation.leave())
        await self._conversation.load_memberships()
        await self.go_home()
        self._session.say(why)

    async def membership_changed(self, room_id: RoomId) -> None:
        """This person joined or left a room."""
        conversation = self._conversation
        await conversation.load_memberships()
        conversation.relist(room_id)
        room = conversation.room
        if room is not None and room.id == room_id:
            if await self._chat.rooms.by_slug(self._session.user, room.slug) is None:
                await self.move_out(room_id, f'You are not in “{room.name}” any more.')
                return
            await conversation.reopen()
            self._show_room()
            await self._welcome()
            self._conversation.scroll_down()
        self.refresh_lists()

    async def room_hidden(self, room_id: RoomId) -> None:
        """The room is not this person's to see any more: whoever looks at its card sees as much as anywhere else."""
        conversation = self._conversation
        await conversation.load_memberships()
        conversation.relist(room_id)
        if conversation.room_id == room_id and not conversation.is_member:
            self._show_no_room()

    def room_news(self, room_id: RoomId) -> None:
        follow = self._follow
        if follow is not None:
            self._session.do(lambda: follow(room_id))

    def standing_changed(self) -> None:
        """This person has another role on the server, or is no guest any more: other rooms exist for them."""
        self._session.do(self._conversation.list_rooms)
        self.refresh_lists()
        if self._on_standing is not None:
            self._on_standing()

    def refresh_lists(self) -> None:
        self.on_lists()
        if self.browse.is_open and not self._is_refresh_planned:
            self._is_refresh_planned = True
            self._session.do(self._refresh_browse)

    async def _refresh_browse(self) -> None:
        self._is_refresh_planned = False
        if self.browse.is_open:
            await self.browse.refresh()

    async def _welcome(self) -> None:
        conversation = self._conversation
        summary = self._chat.rooms.summary(conversation.room_id) if conversation.room_id is not None else None
        if summary is not None and conversation.view is not None and not summary.room.is_direct:
            await self.welcome.show(summary.room.id, summary.member_count <= 1)
        else:
            self.welcome.hide()
