"""The list of what was found, as one tab shows it: which line is chosen by keyboard, which was opened."""

from collections.abc import Sequence

from livechat.domain.model import RoomId
from livechat.domain.search import Hit
from livechat.domain.search_ports import Place
from livechat.ui.pages.search_field import says
from livechat.ui.search_html import Look, chosen_words, line_elements
from livechat.ui.search_parts import Piece, line_id, link_id, piece
from livechat.ui.session import Session
from livechat.ui.shell import Elements
from livechat.ui.stream import ElementId, element, run_method


class HitList:
    """Invariant: the browser shows the lines of `_sent`, made of what stands there."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.chosen: Place | None = None
        self.opened: Place | None = None
        self._said: Hit | None = None
        """The chosen one, as screen readers were told of it."""
        self._sent: dict[ElementId, object] = {}

    def drop(self) -> Elements:
        """The browser forgets it, and nothing is chosen."""
        gone: Elements = dict.fromkeys(self._sent)
        self._sent, self.chosen, self._said = {}, None, None
        return gone

    def choose_none(self) -> None:
        self.chosen = None
        if self._said is not None:
            self._said = None
            self._session.show(says(''))

    def forget_sent(self) -> None:
        """Whatever was sent may not have reached the browser: each line is sent anew."""
        self._sent = dict.fromkeys(self._sent, object())

    def elements(self, hits: Sequence[Hit], count: int, *, with_room: bool) -> Elements:
        """The list, and those of its lines that the browser does not show as they are. `count`: of all that were found."""
        self._keep_choice(hits, count)
        reader = self._session.reader
        look = Look(self._session.chat.clock.now(), reader.audience.utc_offset_min, with_room=with_room)
        now: dict[ElementId, object] = {}
        elements: Elements = {}
        for hit in hits:
            place = place_of(hit)
            is_chosen, is_opened = place == self.chosen, place == self.opened
            line, link = line_id(*place), link_id(*place)
            now[line] = now[link] = made_of = hit, with_room, look.utc_offset_min, is_chosen, is_opened
            if self._sent.get(link) != made_of:
                elements |= line_elements(hit, self.title(hit.room.id), look, is_chosen=is_chosen, is_opened=is_opened)
        gone = dict.fromkeys(self._sent.keys() - now.keys())
        self._sent = now
        lines = [line_id(*place_of(hit)) for hit in hits]
        return {**gone, **elements, piece(Piece.LIST): element('ul', classes=['hits'], children=lines, role='list', aria_label='Results')}

    def title(self, room_id: RoomId) -> str:
        """What this person calls that room."""
        summary = self._session.chat.rooms.summary(room_id)
        return summary.title(self._session.reader.user_id) if summary is not None else ''

    def _keep_choice(self, hits: Sequence[Hit], count: int) -> None:
        """When the chosen line is gone, or says something else, what was said of it is no longer there to be read."""
        at = self.index_of_chosen(hits)
        if at is None:
            self.choose_none()
        elif self._said is not None and self._said.snippet != hits[at].snippet:
            self._said = hits[at]
            self._session.show(says(chosen_words(hits[at], at, count)))

    def index_of_chosen(self, hits: Sequence[Hit]) -> int | None:
        return next((at for at, hit in enumerate(hits) if place_of(hit) == self.chosen), None)

    def move(self, step: int, hits: Sequence[Hit], count: int, *, with_room: bool) -> None:
        """Choose the next one, from where one is; it comes into view."""
        at = self.index_of_chosen(hits)
        if at is None:
            at = next((place for place, hit in enumerate(hits) if place_of(hit) == self.opened), -1)
        at = min(max(at + step, 0), len(hits) - 1)
        self.chosen, self._said = place_of(hits[at]), hits[at]
        self._session.show({**self.elements(hits, count, with_room=with_room), **says(chosen_words(hits[at], at, count))})
        self._run(place_of(hits[at]), 'scrollIntoView', {'block': 'nearest'})

    def show_opened(self) -> None:
        """It comes into view, ready to go on from."""
        if self.opened is not None:
            self._run(self.opened, 'scrollIntoView', {'block': 'center'})
            self.focus_opened()

    def focus_opened(self) -> None:
        if self.opened is not None:
            self._run(self.opened, 'focus', {'preventScroll': True})

    def _run(self, place: Place, method: str, *args: object) -> None:
        link = link_id(*place)
        if link in self._sent:
            run_method(self._session.client, link, method, *args)


def place_of(hit: Hit) -> Place:
    return hit.room.id, hit.message.number
