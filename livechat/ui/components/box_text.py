"""What stands in the message box, although browser and server write it from both ends of a slow line.

The server empties the box after Enter while the person types on. What was typed before the emptying arrived is wiped in
the browser, but its values reach the server first: they begin with the text that was sent, so the rest is known and put
back. Whether a value was typed before or after is no guess: the browser answers each time the server has written.
"""

from collections import deque


class BoxText:
    """Pure. Invariant: `text` is what the person meant to have in the box, whatever the browser shows right now.

    A *set* is a value the server wrote into the box, on its way until `arrived` is called: once each, in order. Values
    reported meanwhile were typed into the box as it was before. `_base` is what the browser showed when `_kept` was the
    text: what a value adds to the base, it adds to the text.
    """

    def __init__(self, text: str = '') -> None:
        self.text = text
        self._shown = text
        self._base = ''
        self._kept = ''
        self._on_the_way: deque[str] = deque()
        self._echoed = False

    @property
    def is_torn(self) -> bool:
        """Whether the browser shows less than `text`: time to `mend` once the person pauses."""
        return not self._on_the_way and self.text != self._shown

    def typed(self, value: str) -> None:
        """The browser reports what is in the box."""
        self._shown = value
        if self._on_the_way and not self._echoed and value == self._on_the_way[0]:
            self._echoed = True  # some sets come back as a value: the same as an answer, a moment earlier
            self._go_on_from(value)
        elif value.startswith(self._base):
            self.text = self._kept + value[len(self._base) :]
        elif self._base.startswith(value):
            self.text = self._kept  # taking back what was sent already
        else:
            self.text = value  # everything was replaced

    def arrived(self) -> None:
        """The browser answered: the oldest set on its way is in the box, and what comes now was typed after it."""
        if not self._on_the_way:
            return
        value = self._on_the_way.popleft()
        if not self._echoed:
            self._shown = value
            self._go_on_from(value)
        self._echoed = False
        if not self._on_the_way and self.text == self._shown:
            self._base = self._kept = ''

    def _go_on_from(self, value: str) -> None:
        self._base, self._kept = value, self.text

    def set(self, text: str) -> None:
        """The server writes the box."""
        self._on_the_way.append(text)
        self._base, self._kept = self._shown, text
        self.text = text

    def take(self) -> str:
        """Everything in the box, which the server empties: the text to post."""
        text = self.text
        self.set('')
        return text

    def mend(self) -> str:
        """Write the whole text into a torn box."""
        self.set(self.text)
        return self.text
