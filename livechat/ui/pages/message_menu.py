"""The menu of a message: reactions in a row, then what this person may do to it. By mouse, finger, arrows and letters."""

from collections.abc import Callable, Sequence
from functools import partial

from nicegui import ui

from livechat.domain.message import ONE_CLICK_REACTIONS
from livechat.domain.model import MessageNumber
from livechat.ui.components.dialogs import worded
from livechat.ui.emoji_search import emoji_search
from livechat.ui.html import escape
from livechat.ui.pages.message_offers import Offer
from livechat.ui.pages.message_popup import Popup
from livechat.ui.session import Session

React = Callable[[str], object]


class MessageMenu:
    """One open menu. Arrows go from one of its buttons to the next by way of the server; Tab and the letters need no arrows."""

    def __init__(
        self, session: Session, number: MessageNumber, offers: Sequence[Offer], *, take: Callable[[Offer], object], react: React | None,
        pick: Callable[[], object],
    ) -> None:  # fmt: skip
        """`react`: None for whoever may not; `pick` opens the picker of other emoji."""
        self._buttons: list[ui.element] = []
        self._at = 0
        self._popup = Popup(session.client, f'#m{number}', 'Message', 'message-menu')
        with self._popup:
            if react is not None:
                self._row(react, pick)
            self._row_length = len(self._buttons)
            for offer in offers:
                self._line(offer, take)
        if self._buttons:
            self._buttons[0].props('autofocus')
        self._popup.on('keydown.arrow-down.prevent', lambda: self._move_line(1), [])
        self._popup.on('keydown.arrow-up.prevent', lambda: self._move_line(-1), [])
        self._popup.on('keydown.arrow-right.prevent', lambda: self._move_in_row(1), [])
        self._popup.on('keydown.arrow-left.prevent', lambda: self._move_in_row(-1), [])

    def _row(self, react: React, pick: Callable[[], object]) -> None:
        with ui.element('div').classes('quick').props('role=group aria-label=React'):
            for place, text in enumerate(ONE_CLICK_REACTIONS, start=1):
                button = self._button(escape(text), partial(react, text), str(place))
                button.props['aria-label'] = button.props['title'] = emoji_search().name(text)
            button = self._button('', pick, '9').classes('other')
            button.props['aria-label'] = button.props['title'] = 'Other reaction'

    def _line(self, offer: Offer, take: Callable[[Offer], object]) -> None:
        html = f'<span>{offer.words}</span><kbd>{offer.letter.upper()}</kbd>'
        button = self._button(html, lambda: take(offer), offer.letter).classes('line bad' if offer is Offer.DELETE else 'line')
        button.props['aria-label'] = offer.words

    def _button(self, html: str, do: Callable[[], object], key: str) -> ui.element:
        def act() -> None:
            self._popup.close()
            do()

        button = worded('button', '').props('type=button role=menuitem').on('click', act, [])
        button.props['innerHTML'] = html
        button.props['aria-keyshortcuts'] = key.upper()
        self._popup.on(f'keydown.{key}.exact.prevent', act, [])
        self._buttons.append(button)
        return button

    def _move_line(self, step: int) -> None:
        """The row is one line: down from it is the first below, up from that the row's first."""
        lines = [0, *range(self._row_length, len(self._buttons))] if self._row_length else list(range(len(self._buttons)))
        now = lines.index(self._at) if self._at in lines else 0
        self._focus(lines[(now + step) % len(lines)])

    def _move_in_row(self, step: int) -> None:
        if self._at < self._row_length:
            self._focus((self._at + step) % self._row_length)

    def _focus(self, place: int) -> None:
        self._at = place
        self._buttons[place].run_method('focus')
