"""One line that says what was done, with a way to take it back for a while. Said aloud politely; reached by Tab and by Alt+Z."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from livechat.ui.html import escape
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import element

SHOWN_S = 3.0


@dataclass(slots=True, eq=False)
class _Line:
    text: str
    undo: Callable[[], object] | None
    timer: asyncio.TimerHandle | None = None


class ActionToast:
    """Of one tab. The newest line is shown; under it wait those that can still be taken back."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lines: list[_Line] = []

    def say(self, text: str) -> None:
        self._add(text, None, SHOWN_S)

    def offer(self, text: str, undo: Callable[[], object], *, for_s: float) -> None:
        self._add(text, undo, for_s)

    def undo(self) -> None:
        """Take back what was done last; once."""
        line = next((line for line in reversed(self._lines) if line.undo is not None), None)
        if line is not None and line.undo is not None:
            self._remove(line)
            line.undo()

    def show_again(self) -> None:
        """After the frame was drawn anew."""
        if self._lines:
            self._draw()

    def end(self) -> None:
        for line in list(self._lines):
            self._drop(line)

    def _add(self, text: str, undo: Callable[[], object] | None, for_s: float) -> None:
        line = _Line(text, undo)
        line.timer = asyncio.get_running_loop().call_later(for_s, self._remove, line)
        for old in [each for each in self._lines if each.undo is None]:
            self._drop(old)
        self._lines.append(line)
        self._draw()

    def _remove(self, line: _Line) -> None:
        if line in self._lines:
            self._drop(line)
            self._draw()

    def _drop(self, line: _Line) -> None:
        if line.timer is not None:
            line.timer.cancel()
        self._lines.remove(line)

    def _draw(self) -> None:
        line = self._lines[-1] if self._lines else None
        self._session.show(toast_elements(line.text, can_undo=line.undo is not None) if line else toast_elements())


def toast_elements(text: str = '', *, can_undo: bool = False) -> Elements:
    """The live region stays when there is nothing to say: what comes into a new one is not read aloud."""
    undo = ['undo'] if can_undo else ['undo', 'hidden']
    return {
        part(Part.DONE_TEXT): element('span', html=escape(text)),
        part(Part.UNDO): element(
            'button',
            classes=undo,
            html='Undo <kbd>Alt+Z</kbd>',
            aria_label='Undo',
            aria_keyshortcuts='Alt+Z',
            type_='button',
            on={'click': []},
        ),
        part(Part.DONE): element(
            'div', classes=['done'] if text else ['done', 'empty'], role='status', children=[part(Part.DONE_TEXT), part(Part.UNDO)]
        ),
    }
