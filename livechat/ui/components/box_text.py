"""What stands in the message box, although browser and server write it from both ends of a slow line.

The server empties the box after Enter while the person types on. What was typed before the emptying arrived is wiped in
the browser, but its values reach the server: they begin with the text that was sent. So the rest is known and put back.
"""


class BoxText:
    """Pure. Invariant: `text` is what the person meant to have in the box, whatever the browser shows right now.

    A *set* is a value the server wrote into the box. Until a later value shows that it has arrived, values may still stem
    from the box before (`_old`) and whatever they add to it is wiped by the set (`_lost`).
    """

    def __init__(self, text: str = '') -> None:
        self._raw = text
        self._old: str | None = None
        self._new = text
        self._lost = ''
        self._doubt = ''

    @property
    def text(self) -> str:
        if self._old is not None and not self._doubt:
            return self._new + self._lost
        if self._lost and self._raw.startswith(self._new):
            return self._new + self._lost + self._raw[len(self._new) :]
        return self._raw

    @property
    def is_torn(self) -> bool:
        """Whether the browser shows less than `text`: time to `mend` once the person pauses."""
        return bool(self._lost)

    def typed(self, value: str) -> None:
        """The browser reports what is in the box."""
        if self._old is not None:
            if self._is_from_before(value, self._old):
                self._lost = value[len(self._old) :]
                self._raw, self._doubt = value, ''
                return
            if not self._doubt and value != self._new:
                self._raw = self._doubt = value  # typed after the set, or put in the place of all that was there before it
                return
            if self._doubt and not self._grew_from_doubt(value):
                self._lost = self._doubt  # it stood there before the set, which has wiped it
            self._old, self._doubt = None, ''
        self._raw = value

    def _is_from_before(self, value: str, old: str) -> bool:
        """Whether a value was typed before the last set arrived."""
        from_old = bool(old) and bool(value) and (value.startswith(old) or old.startswith(value))
        from_new = bool(self._new) and value.startswith(self._new)
        if from_old and from_new:
            return len(old) > len(self._new)
        return from_old

    def _grew_from_doubt(self, value: str) -> bool:
        """Whether the person went on with the value that is in doubt: longer or shorter by its end; emptied, if it was one key."""
        if not value:
            return len(self._doubt) == 1
        return value.startswith(self._doubt) or self._doubt.startswith(value)

    def set(self, text: str) -> str:
        """The server writes the box; returns what to send."""
        self._old = self._raw if self._old is None or self._doubt else self._old + self._lost
        self._raw = self._new = text
        self._lost = self._doubt = ''
        return text

    def take(self) -> str:
        """Everything in the box, which is now empty: the text to post."""
        text = self.text
        self.set('')
        return text

    def mend(self) -> str:
        """The person paused: the set has arrived by now. Returns the whole text, to be sent."""
        text = self.text
        self._old = self._new if self._old is not None and not self._doubt else self._raw
        self._raw = self._new = text
        self._lost = self._doubt = ''
        return text
