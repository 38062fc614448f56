"""The field of a search: what is typed in it, and the list below it that completes filters.

The browser keeps what is typed by itself (`loopback`): the server writes into it only what the person chose, so that no answer
can take back what was typed meanwhile. Each key is told at once; the pause before a search is kept here, or Enter could come before
the word it was meant for.
"""

import asyncio
from collections.abc import Callable, Sequence

from livechat.domain.errors import LivechatError
from livechat.domain.model import RoomId
from livechat.domain.search_query import MAX_QUERY_CHARS
from livechat.ui.completion import Choice, typed_at
from livechat.ui.components.box import is_composing
from livechat.ui.components.icons import icon
from livechat.ui.html import escape
from livechat.ui.keys import ARROWS, hearing, pressed
from livechat.ui.search_choices import find_choices
from livechat.ui.search_parts import Piece, choice_id, piece
from livechat.ui.search_words import Word, is_typed, with_choice, word_at
from livechat.ui.session import Session
from livechat.ui.shell import Elements
from livechat.ui.stream import element, run_method

SEARCH_AFTER_S = 0.15
"""Of no typing."""


class SearchField:
    """Of one tab. Invariant: `text` is what the browser's field holds, but for what is on its way; `_choices` are what it shows."""

    def __init__(self, session: Session, *, room_id: Callable[[], RoomId | None]) -> None:
        """`room_id`: where is searched now."""
        self._session = session
        self._room_id = room_id
        self.on_pause: Callable[[], object] = lambda: None
        """Called when the text is another one, and nothing was typed for a moment."""
        self.on_key: Callable[[str], object] = lambda _: None
        """Called with a key that the list does not want."""
        self.text = ''
        self.is_there = False
        """Whether the browser has told that it has the field. Sent again, the field would take back what is typed in it meanwhile."""
        self._word: Word | None = None
        self._choices: Sequence[Choice] = ()
        self._at = -1
        """Of the choice that Enter takes; -1: none."""
        self._timer: asyncio.TimerHandle | None = None

    def elements(self) -> Elements:
        """The field with what stands in it, for a browser that does not show it; the glyph beside it tells once it is drawn."""
        glyph = element('span', classes=['glyph'], html=icon('search'), aria_hidden='true', on={'vnodeMounted': []})
        return {piece(Piece.GLYPH): glyph, **self._field(), **self._around()}

    def elements_again(self) -> Elements:
        """For a browser that may have missed some of it."""
        elements = {**self.elements(), **{choice_id(place): self._line(place) for place in range(len(self._choices))}}
        if self.is_there:
            del elements[piece(Piece.FIELD)]
        return elements

    def start(self, text: str) -> None:
        """With that text, as yet unseen by the browser."""
        self._cancel()
        self.text, self._word, self._choices, self._at, self.is_there = _typed(text), None, (), -1, False

    def write(self, text: str) -> None:
        """What the person chose stands in the field now."""
        before, self.text = self.text, _typed(text)
        self._session.show(self._field())
        self.focus()
        self._changed(before)
        self._pause_over()

    def focus(self) -> None:
        run_method(self._session.client, piece(Piece.FIELD), 'focus')

    def take_over(self) -> None:
        """What stands there may be gone on with; whoever types something else replaces it."""
        self.focus()
        if self.text:
            run_method(self._session.client, piece(Piece.FIELD), 'select')

    def blur(self) -> None:
        run_method(self._session.client, piece(Piece.FIELD), 'blur')

    def flush(self) -> None:
        """Whoever pressed Enter has typed enough."""
        if self._timer is not None:
            self._pause_over()

    def hear_text(self, value: object) -> None:
        self.is_there = True
        before, self.text = self.text, _typed(value)
        if before != self.text:
            self._changed(before)

    def hear_key(self, argument: object) -> None:
        key = pressed(argument)
        if is_composing(argument) or self._takes(key):
            return
        self.on_key(key)

    def press(self, place: int) -> None:
        """A click on a line of the list."""
        if place < len(self._choices):
            self._take(place)

    def close(self) -> None:
        """The list goes; what is typed stays."""
        self._word = None
        self._show(())

    def end(self) -> None:
        self._cancel()

    def _changed(self, before: str) -> None:
        self._cancel()
        self._word = word_at(self.text, typed_at(before, self.text))
        if self._word is None:
            self._show(())
        self._timer = asyncio.get_running_loop().call_later(SEARCH_AFTER_S, self._pause_over)

    def _pause_over(self) -> None:
        self._cancel()
        word = self._word
        if word is not None:
            self._session.do(lambda: self._suggest(word))
        self.on_pause()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # The list

    def _takes(self, key: str) -> bool:
        if not self._choices:
            return False
        if key in ARROWS:
            self._select((self._at + ARROWS[key]) % len(self._choices) if self._at >= 0 or key == 'ArrowDown' else len(self._choices) - 1)
        elif key == 'Escape':
            self.close()
        elif key == 'Tab':
            self._take(max(self._at, 0))
        elif key == 'Enter' and self._at >= 0 and self._word is not None and not is_typed(self.text, self._word, self._choices[self._at]):
            self._take(self._at)
        else:
            self.close()
            return False
        return True

    def _take(self, place: int) -> None:
        word, choice = self._word, self._choices[place]
        self.close()
        if word is not None and choice.fits(word.words):
            self.write(with_choice(self.text, word, choice))

    async def _suggest(self, word: Word) -> None:
        if word != self._word:
            return  # typed on since
        try:
            choices = await find_choices(self._session.chat, self._session.user, self._room_id(), word)
        except LivechatError:
            choices = ()
        if word == self._word:
            self._show([choice for choice in choices if not is_typed(self.text, word, choice)])

    def _show(self, choices: Sequence[Choice]) -> None:
        """What a filter takes has its first line chosen; what may be a plain word is left to whoever typed it."""
        before, self._choices = self._choices, choices
        self._at = 0 if choices and self._word is not None and self._word.field else -1
        if not choices and not before:
            return
        gone: Elements = {choice_id(place): None for place in range(len(choices), len(before))}
        lines = {choice_id(place): self._line(place) for place in range(len(choices))}
        self._session.show({**gone, **lines, **self._around(), **self._says()})

    def _select(self, place: int) -> None:
        before, self._at = self._at, place
        lines = {choice_id(each): self._line(each) for each in (before, place) if each >= 0}
        self._session.show({**lines, **self._says()})

    def _line(self, place: int) -> dict[str, object]:
        choice, is_on = self._choices[place], place == self._at
        return element(
            'li',
            classes=['choice', 'on'] if is_on else ['choice'],
            html=choice.html,
            role='option',
            aria_label=choice.name,
            aria_selected='true' if is_on else 'false',
            on={'mousedown.prevent': [], 'click': []},
        )

    def _says(self) -> Elements:
        """For screen readers, whose cursor stays in the field."""
        words = f'{self._choices[self._at].name}, {self._at + 1} of {len(self._choices)}' if self._at >= 0 else ''
        return says(words)

    def _field(self) -> Elements:
        return {
            piece(Piece.FIELD): element(
                'q-input',
                classes=['filter'],
                on={'update:modelValue': None},
                placeholder='Search',
                aria_label='Search',
                model_value=self.text,
                loopback=False,
                dense=True,
                borderless=True,
                type_='search',
                maxlength=MAX_QUERY_CHARS,
                autocomplete='off',
                autocapitalize='off',
                spellcheck='false',
                enterkeyhint='search',
            )
        }

    def _around(self) -> Elements:
        """The element around the field: see `composer_keys` for how its keys can be others at each drawing."""
        is_open = bool(self._choices)
        list_id = piece(Piece.CHOICES)
        around: Elements = {
            piece(Piece.KEYS): element('div', classes=['search-field'], children=[piece(Piece.GLYPH), piece(Piece.FIELD), list_id])
        }
        keys = ('up', 'down', 'enter', 'esc', *(['tab'] if is_open else []))
        lines = [choice_id(place) for place in range(len(self._choices))]
        shown = element('ul', classes=['completion'], children=lines, role='listbox', aria_label='Suggestions') if is_open else None
        return {
            **hearing(around, *keys, modifiers=('exact', 'prevent', 'stop') if is_open else ('exact', 'prevent'), capture=True),
            list_id: shown,
        }


def says(words: str) -> Elements:
    return {piece(Piece.SAYS): element('div', classes=['sr'], html=escape(words), role='status', aria_label='Suggestion')}


def _typed(value: object) -> str:
    """What a field can hold: without what no keyboard writes, and no address or database takes."""
    text = value[:MAX_QUERY_CHARS] if isinstance(value, str) else ''
    return text.replace('\0', '').encode(errors='ignore').decode()
