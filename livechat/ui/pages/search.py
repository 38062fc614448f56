"""Where a tab searches: a page of its own, or a panel beside the conversation. One at a time, and both show the same."""

from functools import partial
from urllib.parse import parse_qsl, urlsplit

from nicegui import PageArguments

from livechat.domain.model import Room, RoomId
from livechat.domain.search import Hit
from livechat.domain.search_ports import Order
from livechat.ui.conversation import Conversation
from livechat.ui.keys import hearing
from livechat.ui.page_frame import column
from livechat.ui.pages.clicks import Clicks
from livechat.ui.pages.places import Places
from livechat.ui.pages.search_view import SearchView
from livechat.ui.search_html import hit_path
from livechat.ui.search_parts import Piece, piece
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, button, heading, part
from livechat.ui.stream import Kind, element, run_method

_OPEN, _ASIDE = 'search-open', 'search-aside'
"""Classes of the page. Aside is a panel of which a message was opened: on a narrow screen it makes room for that."""
Address = tuple[str, str]
"""A room's slug, and the message that it was opened at."""


class Search:
    """Of one tab."""

    def __init__(self, session: Session, conversation: Conversation, places: Places, clicks: Clicks, *, touch: bool) -> None:
        self._session = session
        self._conversation = conversation
        self._places = places
        self._view: SearchView | None = None
        self._new_view = partial(SearchView, session, clicks.commands, touch=touch)
        self._is_panel = False
        self._at: Address | None = None
        """What is open."""
        self._came_from: Address | None = None
        """What was open before a message was opened from the panel: whoever goes back there wants the results."""
        self._is_focus_due = False
        places.on_show = self._place_shown
        places.on_arrive = self._arrived
        self._fold_people = clicks.fold_people
        clicks.on_search = self.hear
        clicks.add({Part.SEARCH: self._toggle, Part.OPEN_SEARCH: self._open_panel, Part.SEARCH_PANEL: self.close_panel})
        clicks.add({Part.TOGGLE_PEOPLE: self._toggle_people, Part.MENU: self._open_rooms})
        self._routed = ''
        """The address of the page as the router knows it: not what stands there since something else is looked for."""
        session.client.sub_pages_router.on_path_changed(self._asked_for)

    @property
    def view(self) -> SearchView:
        """Made when it is needed first: most tabs never search."""
        if self._view is None:
            self._view = self._new_view()
            self._view.on_open, self._view.on_turn = self._opened, self._turned
        return self._view

    @property
    def is_shown(self) -> bool:
        return self._view is not None and self._view.is_shown

    # The page

    def at_page(self, arguments: PageArguments) -> None:
        """Its address was opened."""
        self._routed = self._session.client.sub_pages_router.current_path
        asked = arguments.query_parameters
        self._session.do(lambda: self._open_page(asked.get('q', ''), asked.get('in', ''), asked.get('order', '')))

    def _asked_for(self, path: str) -> None:
        """An address was opened: when it is that of the page once more, the router takes it for no news."""
        is_again = path == self._routed and self.is_shown and not self._is_panel
        self._routed = path
        if is_again:
            asked = dict(parse_qsl(urlsplit(path).query))
            self._session.do(lambda: self._open_page(asked.get('q', ''), asked.get('in', ''), asked.get('order', '')))

    async def _open_page(self, text: str, slug: str, order: str) -> None:
        chat, user = self._session.chat, self._session.user
        held = await chat.rooms.memberships(user.id)
        named = await chat.rooms.by_slug(user, slug) if slug else None
        scope = named if named is not None and named.id in held else None
        by = Order.NEWEST if order == Order.NEWEST else Order.BEST
        last = chat.rooms.get(user.last_room_id) if user.last_room_id in held and user.last_room_id is not None else None
        here = self.view.here if self.view.is_as_it_was(text, scope, by) else None
        self._show_page()
        self.view.start(text, here=here or scope or last, scope=scope, order=by)
        root = part(Part.LOG)
        await self.view.show(root, {root: element('div', classes=['inner', 'search', 'search-page'], role='search', aria_label='Messages')})

    def _show_page(self) -> None:
        self._conversation.close_screen('')
        self._places.show('at-browse')
        self._places.title('Search')
        self._session.show({**column(is_log=False, name='Search'), **heading('Search')})

    def _turned(self) -> None:
        if not self._is_panel:
            self._places.replace_address(self.view.path)

    # The panel

    def _toggle(self) -> None:
        if self._is_panel:
            self.close_panel()
        else:
            self._open_panel()

    def _open_panel(self) -> None:
        """For the room that is open; as it was, if it was there before, or was only put aside."""
        room = self._conversation.room
        if self._is_panel:
            self._bring_back()
        elif room is not None and self._conversation.view is not None:
            self._session.do(lambda: self._show_panel(room))

    async def _show_panel(self, room: Room) -> None:
        view = self.view
        if self._is_panel or self._conversation.room_id != room.id or not self._conversation.is_member:
            return
        self._is_panel = True
        self._conversation.leave_focus()
        if view.here is None or view.here.id != room.id:
            view.start('', here=room, scope=room)
        else:
            view.start(view.field.text, here=room, scope=view.scope, order=view.order)
        self._show_panel_as(_OPEN)
        root, head = part(Part.SEARCH_PANEL), piece(Piece.HEAD)
        panel: Elements = {root: element('aside', classes=['search', 'search-panel'], role='search', aria_label='Search')}
        await view.show(root, {**hearing(panel, 'esc'), **_head()}, head)

    def close_panel(self) -> None:
        """By its button, or Escape within it: the only key that it hears. The focus goes back to where it was opened."""
        if not self._is_panel:
            return
        self._drop_panel()
        for which in (Part.SEARCH, Part.OPEN_SEARCH):
            run_method(self._session.client, part(which), 'focus')

    def _open_rooms(self) -> None:
        """On a narrow screen: a room that is chosen there is meant as such, not as a way back to the results."""
        self._came_from = None
        self._places.open_drawer('rooms-open')

    def _toggle_people(self) -> None:
        """They are in its place: with the panel there, what is meant is to see them."""
        is_over = self._is_panel
        if is_over:
            self._drop_panel()
        if not is_over or self._session.user.preferences.people_folded:
            self._session.do(self._fold_people)

    def _drop_panel(self) -> None:
        self._is_panel, self._came_from = False, None
        self.view.hide()
        self._session.show({part(Part.SEARCH_PANEL): None})
        self._show_panel_as('')

    def _bring_back(self) -> None:
        self._came_from = None
        self._show_panel_as(_OPEN)
        self.view.list.show_opened()

    def _show_panel_as(self, classes: str) -> None:
        self._places.show_panel(classes)
        self._session.show(search_button(is_open=bool(classes)))

    # What the browser tells

    def hear(self, kind: Kind, room: int, number: int, argument: object) -> None:
        """An event of an element of the search."""
        if kind is Kind.SEARCH and not room and number == Piece.CLOSE:
            self.close_panel()
        elif kind is Kind.SEARCH and not room and number == Piece.LINK:
            self._open_as_page()
        elif self._view is not None:
            if kind is Kind.SEARCH and number == Piece.FIELD:
                self._is_focus_due = False  # whoever types on is not taken away from it
            self._view.hear(kind, room, number, argument)

    def _open_as_page(self) -> None:
        """With what is in the field by now, as the browser told it before the click."""
        if self._is_panel:
            self._places.go(self.view.path)

    def _opened(self, hit: Hit, by_key: bool) -> None:
        address = hit.room.slug, str(hit.message.number)
        if self._is_panel:
            self._came_from = self._at if self._at != address else self._came_from
            self._is_focus_due = True
            self._show_panel_as(f'{_OPEN} {_ASIDE}')
        if self._at == address:  # browsers go nowhere then
            self._session.do(lambda: self._go_again(hit))
        elif by_key:
            self._places.go(hit_path(hit))

    async def _go_again(self, hit: Hit) -> None:
        if self._conversation.shown_room_id == hit.room.id:
            await self._conversation.go_to(hit.message.number)
            self._arrived()

    def navigated(self, slug: str, message: str) -> None:
        """To a room, or a message in it: by a link, or back."""
        self._at = slug, message
        if self._is_panel and self._at == self._came_from:
            self._bring_back()

    def _arrived(self) -> None:
        """The conversation shows what was opened; the way there took the focus from the panel."""
        if self._is_focus_due:
            self._is_focus_due = False
            self._conversation.after_answer(lambda: self._session.do(self._focus))

    async def _focus(self) -> None:
        if self._is_panel:
            self.view.list.focus_opened()

    def _place_shown(self, place: str) -> None:
        if place in {'at-browse', 'at-page'}:
            self._at = None
            if self._is_panel:
                self._drop_panel()
        if self._view is not None and not self._is_panel:
            self._view.hide()

    # What others do

    def leave_room(self, room_id: RoomId) -> None:
        """That room is not this person's any more."""
        if self._view is not None:
            self._view.leave_room(room_id)

    def show_again(self) -> None:
        """After the tab's frame was drawn anew: what was found is looked for once more, what is typed stays."""
        if self._is_panel:
            self._session.show(search_button(is_open=True))
        if self._view is not None:
            self._view.show_again()

    def refresh(self) -> None:
        """What was found, as it stands now."""
        if self._view is not None:
            self._view.refresh()

    def end(self) -> None:
        if self._view is not None:
            self._view.end()


def search_button(*, is_open: bool) -> Elements:
    return button(Part.SEARCH, 'Search', 'search', 'in-room', 'wide', pressed=is_open)


def _head() -> Elements:
    close = button(Part.SEARCH_PANEL, 'Close search', 'close')[part(Part.SEARCH_PANEL)]
    return {
        piece(Piece.TITLE): element('h2', html='Search'),
        piece(Piece.CLOSE): close,
        piece(Piece.HEAD): element('div', classes=['search-head'], children=[piece(Piece.TITLE), piece(Piece.LINK), piece(Piece.CLOSE)]),
    }
