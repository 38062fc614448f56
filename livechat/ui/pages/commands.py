"""The commands of buttons inside HTML: which words there are, and what each does. Whoever speaks by hand can send anything.

A word is a name and up to two numbers: `--read-all`, `--reply-123`, `--react-123-4`. All come to one element per tab.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

MAX_WORD_CHARS = 64
Word = tuple[str, int]
"""A name without the dash at its end, and how many numbers follow it."""
_WORD = re.compile(r'(--[a-z]+(?:-[a-z]+)*)((?:-[0-9]{1,9}){0,2})')


class Commands:
    """Of one tab. Other parts of a page add theirs; unknown words, and known ones with other numbers, do nothing."""

    def __init__(self) -> None:
        self._known: dict[Word, Callable[..., object]] = {}
        self._shared: list[tuple[Mapping[Word, Any], Callable[..., object]]] = []

    def on(self, name: str, do: Callable[..., object], *, numbers: int = 0) -> None:
        """`name` as it stands in the HTML before the numbers, with or without the dash at its end."""
        place = (name.rstrip('-'), numbers)
        assert place not in self._known, f'{place} has a meaning already'
        self._known[place] = do

    def on_all(self, words: Mapping[Word, Any], do: Callable[..., object]) -> None:
        """Those of a table that all tabs share; `do` is called with what stands in it, and the numbers."""
        assert not any(words.keys() & known.keys() for known in (self._known, *(table for table, _ in self._shared)))
        self._shared.append((words, do))

    def hear(self, event: object) -> None:
        """What the browser says of a press: its field `command`."""
        word = event.get('command') if isinstance(event, dict) else None
        if not isinstance(word, str) or len(word) > MAX_WORD_CHARS:
            return
        found = _WORD.fullmatch(word)
        if found is None:
            return
        numbers = [int(digits) for digits in found[2].split('-')[1:]]
        place = (found[1], len(numbers))
        if place in self._known:
            self._known[place](*numbers)
            return
        for words, do in self._shared:
            if place in words:
                do(words[place], *numbers)
