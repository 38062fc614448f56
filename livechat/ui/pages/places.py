"""Where a tab is, and how its page looks there: a room, a room to join, the list of rooms, a page of its own."""

from urllib.parse import unquote

from nicegui import ui

import livechat
from livechat.domain.events import RoomDeleted
from livechat.domain.model import RoomId, Theme
from livechat.ui.conversation import Conversation
from livechat.ui.html import room_path
from livechat.ui.pages.browse import browse_elements
from livechat.ui.session import Session
from livechat.ui.shell import Part, column, heading, message_log, part, server_menu
from livechat.ui.stream import run_method

DARK = {Theme.SYSTEM: None, Theme.LIGHT: False, Theme.DARK: True}


class Places:
    """The addresses of the live pages, for one tab. What is shown is a class of its root element.

    `at-room`, `at-card` (a room to join), `at-browse` (rooms, or a word why there is none), `at-page` (the profile).
    """

    def __init__(self, session: Session, conversation: Conversation, *, root: ui.element, server_name: str) -> None:
        self._session = session
        self._conversation = conversation
        self._chat = session.chat
        self._root = root
        self._server_name = server_name
        self._place = 'at-room'
        self._drawer = ''
        self._is_browsing = False
        self._turn = 0
        self._dark: ui.dark_mode | None = None
        self.refresh_frame()

    # How it looks

    def refresh_frame(self) -> None:
        preferences = self._session.user.preferences
        folds = ('rooms-folded' if preferences.rooms_folded else '', 'people-folded' if preferences.people_folded else '')
        self._root.classes(replace=' '.join(word for word in ('app', self._place, self._drawer, *folds) if word))

    def show(self, place: str) -> None:
        self._place, self._drawer = place, ''
        self._is_browsing = False
        self._session.show(column(is_log=place == 'at-room'))
        if place in {'at-browse', 'at-page'}:  # where the links of the server's menu lead
            self._turn += 1
            self._session.show(server_menu(self._server_name, livechat.__version__, self._turn))
        self.refresh_frame()

    def open_drawer(self, drawer: str) -> None:
        """Rooms or people over the conversation, on a narrow screen; empty closes."""
        if drawer != self._drawer:
            self._drawer = drawer
            self.refresh_frame()

    def use_theme(self, theme: Theme) -> None:
        """Follow the person's choice; without an element the page follows the device."""
        if self._dark is None and theme is Theme.SYSTEM:
            return
        if self._dark is None:
            with self._session.client:  # not the root, whose children are virtual
                self._dark = ui.dark_mode()
        self._dark.set_value(DARK[theme])

    # Where it is

    def at_home(self) -> None:
        self._session.do(self.go_home)

    async def go_home(self) -> None:
        room = self._chat.rooms.landing_room(self._session.user)
        if room is None:
            self._conversation.close_screen('There is no room here yet. Create the first one with the plus beside “Rooms”.')
            self.show('at-browse')
            self._session.show({**heading('No rooms'), **self._conversation.nav()})
            return
        self.replace_address(room_path(room.slug))
        await self._open(room.slug, None)

    def at_room(self, slug: str, m: str = '') -> None:
        self._session.do(lambda: self._open(unquote(slug), int(m) if m.isdecimal() and len(m) < 10 else None))

    async def _open(self, slug: str, number: int | None) -> None:
        room = await self._chat.rooms.by_slug(slug)
        if room is None:
            self._conversation.close_screen('There is no such room, or it is not open to you.')
            self.show('at-browse')
            self.title('No such room')
            self._session.show({**heading('No such room'), **self._conversation.nav()})
            return
        if room.slug != slug:
            self.replace_address(room_path(room.slug, number))
        await self._conversation.open(room)
        self.show('at-room' if self._conversation.view else 'at-card')
        self.title(f'# {room.name}')
        self._session.show(self._conversation.nav())
        self._session.say('')
        if number is not None and self._conversation.view is not None:
            await self._go_to(number)
        else:
            self.scroll_down()

    async def _go_to(self, number: int) -> None:
        assert self._conversation.view is not None
        if await self._conversation.view.around(self._session.reader, number):
            self._session.client.open(f'#m{number}')
        else:
            self._session.say('That message does not exist.')

    def at_browse(self) -> None:
        self._session.do(self._browse)

    async def _browse(self) -> None:
        self._conversation.close_screen('')
        await self._conversation.load_memberships()
        self.show('at-browse')
        self._is_browsing = True
        self.title('Rooms')
        self._session.show({**heading('All rooms'), **self._conversation.nav()})
        self.refresh_lists()

    def leave_for_page(self, title: str) -> None:
        """A page without a room is opened in this tab."""

        async def leave() -> None:
            self._conversation.close_screen('')
            self._session.show({**heading(title), **self._conversation.nav()})

        self.show('at-page')
        self.title(title)
        self._session.do(leave)

    def go(self, path: str) -> None:
        """Open another address in this tab, without a request."""
        with self._session.client:
            ui.navigate.to(path)

    def replace_address(self, path: str) -> None:
        with self._session.client:
            ui.navigate.history.replace(path)

    def title(self, text: str) -> None:
        with self._session.client:
            ui.page_title(f'{text} · {self._server_name}')

    def scroll_down(self) -> None:
        run_method(self._session.client, part(Part.SCROLLER), 'scrollTo', 0, 0)

    # What others did

    async def move_out(self, event: RoomDeleted) -> None:
        """The open room was deleted: say so, and go where one lands."""
        self._session.show(self._conversation.leave())
        await self._conversation.load_memberships()
        await self.go_home()
        self._session.say(f'“{event.name}” was deleted by {event.by.display_name}.')

    async def membership_changed(self, room_id: RoomId) -> None:
        await self._conversation.load_memberships()
        if self._conversation.room_id == room_id:
            await self._conversation.reopen()
            self.show('at-room' if self._conversation.view else 'at-card')
            self.scroll_down()
        self._session.show(self._conversation.nav())
        self.refresh_lists()

    def refresh_lists(self) -> None:
        if self._is_browsing:
            rooms = self._chat.rooms.all()
            self._session.show(
                browse_elements(rooms, self._conversation.memberships.keys()) if rooms else message_log('There is no room here yet.')
            )

    async def jump(self) -> None:
        if self._conversation.view is not None:
            await self._conversation.view.follow(self._session.reader)
            self.scroll_down()
