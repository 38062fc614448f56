"""A search as one tab shows it, on its page or in its panel: the field, where and in which order, and what was found."""

from collections.abc import Callable, Mapping, Sequence

from livechat.domain.model import MessageNumber, Room, RoomId
from livechat.domain.search import PER_PAGE, Hit
from livechat.domain.search_ports import Order, Place
from livechat.ui.keys import ARROWS
from livechat.ui.pages.commands import Commands
from livechat.ui.pages.search_field import SearchField, says
from livechat.ui.pages.search_list import HitList, place_of
from livechat.ui.pages.search_outcome import Outcome
from livechat.ui.pages.search_recent import RecentSearches
from livechat.ui.pages.search_run import Asked, SearchRun
from livechat.ui.search_html import (
    EVERYWHERE,
    EXAMPLE,
    EXAMPLES,
    RETRY,
    options_elements,
    scope_elements,
)
from livechat.ui.search_parts import ENDS, MAX_CHOICES, Piece, choice_at, choice_id, end_id, is_end, piece, search_path
from livechat.ui.session import Session
from livechat.ui.shell import Elements
from livechat.ui.stream import ElementId, Kind, element


class SearchView:
    """Of one tab. What was typed is kept while it is hidden; what was found is looked for again, as it stands then."""

    def __init__(self, session: Session, commands: Commands, *, touch: bool) -> None:
        self._session = session
        self._touch = touch
        self.field = SearchField(session, room_id=lambda: self.scope.id if self.scope is not None else None)
        self.run = SearchRun(session)
        self.field.on_pause, self.field.on_key, self.run.on_change = self.search, self._key, self._found
        self.on_open: Callable[[Hit, bool], object] = lambda *_: None
        """Called with what was chosen; True: by its key, so that the browser does not go there by itself."""
        self.on_turn: Callable[[], object] = lambda: None
        """Called when something else is looked for."""
        self.is_shown = False
        self.here: Room | None = None
        """The room that is offered to search in."""
        self.scope: Room | None = None
        """Where is searched; None for all rooms."""
        self.order = Order.BEST
        self.list = HitList(session)
        self._frame: Elements = {}
        """What lies around the field and what was found."""
        self._opens_best = False
        """Enter was pressed before there was an answer."""
        self._known = 0
        """How many were shown before it was hidden: as many are, once it is shown again."""
        self._scrolls = False
        """What was opened is to be in view once it is found again."""
        self._recent = RecentSearches(session, commands)
        self._recent.on_change, self._recent.on_taken = self._recent_changed, self.field.focus
        self._recent.on_recall = lambda text: self.field.write(text) if self.is_shown else None
        self._shown = Outcome(self.run, self.list, self._recent)
        self._buttons: Mapping[int, Callable[[], object]] = {
            Piece.HERE: lambda: self._turn_to(self.here),
            Piece.EVERYWHERE: lambda: self._turn_to(None),
            Piece.NEWEST: self._turn_order,
            Piece.MORE: self.run.ask_more,
        }
        self._serve(commands)

    def _serve(self, commands: Commands) -> None:
        commands.on(EXAMPLE, self._example, numbers=1)
        commands.on(EVERYWHERE, lambda: self._turn_to(None))
        commands.on(RETRY, lambda: self.run.again() if self.is_shown else None)

    @property
    def path(self) -> str:
        return search_path(self.field.text, self.scope.slug if self.scope is not None else '', self.order)

    @property
    def _asked(self) -> Asked:
        return Asked(self.field.text, self.scope.id if self.scope is not None else None, self.order)

    # Coming and going

    def start(self, text: str, *, here: Room | None, scope: Room | None, order: Order = Order.BEST) -> None:
        """From the start, or as it was, when that is what is asked for."""
        if not self.is_as_it_was(text, scope, order):
            self.list.opened, self._known = None, 0
        self.here, self.scope, self.order = here, scope, order
        self.field.start(text)

    def is_as_it_was(self, text: str, scope: Room | None, order: Order) -> bool:
        """Whether it is what was looked for last."""
        return self.run.asked == Asked(text, scope.id if scope is not None else None, order)

    async def show(self, root: ElementId, around: Elements, *head: ElementId) -> None:
        """In that element; `around` are it, without children, and further elements, `head` those that come first. :raises LivechatError:"""
        self.is_shown, self._opens_best = True, False
        await self._recent.load()
        if not self.is_shown:
            return  # left meanwhile
        children = [*head, *map(piece, (Piece.TOP, Piece.STATUS, Piece.SAYS, Piece.NOTES, Piece.BODY))]
        container = around[root]
        assert container is not None
        top = element('div', classes=['top'], children=[piece(Piece.KEYS), piece(Piece.OPTIONS)])
        self._frame = {**around, root: {**container, 'children': children}, piece(Piece.TOP): top}
        self._session.show({**self._frame, **self.field.elements(), **says(''), **self._options(), **self._outcome()})
        self.run.ask(self._asked, limit=max(PER_PAGE, self._known))
        self._arrive()

    def _arrive(self) -> None:
        """Where one goes on: at what was opened, once it is found again, or in the field."""
        self._scrolls = self.list.opened is not None
        if not self._scrolls:
            self.field.take_over()

    def hide(self) -> None:
        """The browser forgets it."""
        if not self.is_shown:
            return
        self.is_shown = False
        self.field.start(self.field.text)
        pieces = [*map(piece, Piece), *map(end_id, range(ENDS)), *map(choice_id, range(MAX_CHOICES))]
        self._session.show({**dict.fromkeys(pieces), **self.list.drop()})
        self._known = len(self.run.hits)
        self.run.drop()

    def show_again(self) -> None:
        """After a lost connection: whatever was sent may not have reached the browser. What is typed stays."""
        if not self.is_shown:
            return
        self.list.forget_sent()
        self._session.show({**self._frame, **self.field.elements_again(), **says(''), **self._options(), **self._outcome()})
        if not self.field.is_there:
            self._arrive()
        self.refresh()

    def refresh(self) -> None:
        """What was found, as it stands now; what is typed stays."""
        if self.is_shown:
            self.run.look_again(self._asked)

    def end(self) -> None:
        self.field.end()
        self.run.drop()

    def search(self) -> None:
        """What stands in the field now."""
        if self.is_shown and self._asked != self.run.asked:
            self.list.choose_none()
            self.list.opened = None
            self.run.ask(self._asked)
            self.on_turn()

    def leave_room(self, room_id: RoomId) -> None:
        """At once: nothing of a room is shown that one may not read any more."""
        self.here = None if self.here is not None and self.here.id == room_id else self.here
        self.run.leave_room(room_id)
        if self.scope is not None and self.scope.id == room_id:
            self._turn_to(None)
        if self.is_shown:
            self._session.show({**self._options(), **self._outcome()})

    # What the browser tells

    def hear(self, kind: Kind, room: int, number: int, argument: object) -> None:
        """An event of one of its elements."""
        if not self.is_shown:
            return
        if kind is Kind.HIT:
            self._press((RoomId(room), MessageNumber(number)))
        elif not room:
            self._used(number, argument)

    def _used(self, number: int, argument: object) -> None:
        if number == Piece.GLYPH:
            self.field.is_there = True
        elif number == Piece.FIELD:
            self._opens_best = False
            self.field.hear_text(argument)
            self._session.show(self._link())
        elif number == Piece.KEYS:
            self.field.hear_key(argument)
        elif number in self._buttons:
            self._buttons[number]()
        elif argument is True and is_end(number, self.run.pages):
            self.run.ask_more()
        elif (place := choice_at(number)) is not None:
            self.field.press(place)

    def _turn_order(self) -> None:
        self.order = Order.BEST if self.order is Order.NEWEST else Order.NEWEST
        self._turn()

    def _turn_to(self, scope: Room | None) -> None:
        self.scope = scope
        self._turn()

    def _turn(self) -> None:
        if self.is_shown:
            self._session.show(self._options())
            self.search()

    def _press(self, place: Place) -> None:
        hit = next((each for each in self.run.hits if place_of(each) == place), None)
        if hit is not None:
            self._open(hit, by_key=False)

    def _open(self, hit: Hit, *, by_key: bool) -> None:
        self.list.opened = place_of(hit)
        self._recent.remember(self.field.text)
        self._session.show(self._lines())
        self.on_open(hit, by_key)

    def _key(self, key: str) -> None:
        if key in ARROWS:
            self._move(ARROWS[key])
        elif key == 'Enter':
            self._enter()

    def _move(self, step: int) -> None:
        hits = self.run.hits
        if hits:
            self.list.move(step, hits, self.run.count, with_room=self.scope is None)
            if self.list.chosen == place_of(hits[-1]):
                self.run.ask_more()

    def _lines(self) -> Elements:
        return self._shown.lines(self.scope)

    def _enter(self) -> None:
        """The best one, or the chosen one; when the answer is on its way, once it is there."""
        self.field.flush()
        hits = self.run.hits
        if self._touch and self.list.chosen is None:
            self._recent.remember(self.field.text)
            self.field.blur()  # its keyboard lies over what was found
            return
        if self.run.answered != self._asked:
            self._opens_best = self.run.is_under_way
            self._recent.remember(self.field.text)
        elif hits:
            self._open(hits[self.list.index_of_chosen(hits) or 0], by_key=True)
        else:
            self._recent.remember(self.field.text)

    # What it shows

    def _found(self) -> None:
        if not self.is_shown:
            return
        self._session.show(self._outcome())
        if self._opens_best and self.run.answered == self._asked:
            self._opens_best = False
            self._enter()
        elif self._scrolls and self.run.answered == self._asked:
            self._scrolls = False
            self.list.show_opened()

    def _options(self) -> Elements:
        title = self.list.title(self.here.id) if self.here is not None else ''
        chips = scope_elements(self.here, title, is_here=self.scope is not None)
        return {**chips, **options_elements(self.order), **self._link()}

    def _link(self) -> Elements:
        """From the panel to the page. A plain click on it is told and nothing else: the address may be older than what was typed."""
        on: dict[str, Sequence[str]] = {'click.exact.prevent.stop': []}
        return {piece(Piece.LINK): element('a', classes=['as-page'], html='Open as a page', href=self.path, on=on)}

    def _outcome(self) -> Elements:
        return {**self._shown.elements(self.field.text, self.scope), **self._link()}

    def _example(self, place: int) -> None:
        if self.is_shown and place < len(EXAMPLES):
            self.field.write(EXAMPLES[place][0])

    def _recent_changed(self) -> None:
        if self.is_shown and not self.run.hits:
            self._session.show(self._outcome())
