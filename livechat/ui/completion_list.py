"""The list above the box that completes a word: shown, walked through, taken from."""

import asyncio
from collections.abc import Callable, Sequence

from livechat.domain.errors import LivechatError
from livechat.domain.model import RoomId
from livechat.ui.completion import Choice, Token, completed, is_complete, still_fitting, token_at, typed_at
from livechat.ui.completion_choices import find_choices
from livechat.ui.html import escape
from livechat.ui.keys import ARROWS
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import ElementId, Kind, element, element_id

LOOK_UP_AFTER_S = 0.12
"""After a key: who types on asks once."""
_FIRST = 700
"""Numbers of the shell's elements that are lines of the list."""


class CompletionList:
    """Of one tab. Invariant: `_choices` are what the browser shows, or is about to show; `_token` is the word being typed."""

    def __init__(self, session: Session, *, room_id: Callable[[], RoomId | None], write: Callable[[str], object]) -> None:
        self._session = session
        self._room_id = room_id
        self._write = write
        self.on_turn: Callable[[], object] = lambda: None
        """Called when the list was opened or closed."""
        self._text = ''
        self._token: Token | None = None
        self._choices: Sequence[Choice] = ()
        self._at = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_open(self) -> bool:
        return bool(self._choices)

    def typed(self, before: str, text: str) -> None:
        """The box holds another text, by the person's hand."""
        self._cancel()
        self._text, token = text, token_at(text, typed_at(before, text))
        if token is None or (self._token is not None and token.trigger is not self._token.trigger):
            self.close()
        self._token = token
        if token is not None:
            self._timer = asyncio.get_running_loop().call_later(LOOK_UP_AFTER_S, self._look_up, token)

    def close(self) -> None:
        """The word is left as it is."""
        self._cancel()
        self._token = None
        if self._choices:
            gone = {_line_id(place): None for place in range(len(self._choices))}
            self._choices = ()
            self._session.show({**gone, **_hidden()})
            self.on_turn()

    def hear_key(self, key: str) -> bool:
        """A key that the browser left to the list; False: the list does not want it, or is not there any more."""
        if not self._choices:
            return False
        if key in ARROWS:
            self._select((self._at + ARROWS[key]) % len(self._choices))
            return True
        if key == 'Escape':
            self.close()
            return True
        return key in {'Enter', 'Tab'} and self._take(self._at, sends=key == 'Enter')

    def press(self, number: int) -> bool:
        """A click on an element of the shell; False: it is no line of this list."""
        place = number - _FIRST
        if not 0 <= place < len(self._choices):
            return False
        self._take(place, sends=False)
        return True

    def _take(self, place: int, *, sends: bool) -> bool:
        """Complete the word. False: it has changed so that the choice does not fit, or is complete and Enter means to send it."""
        token, text, choice = self._token, self._text, self._choices[place]
        fits = token is not None and bool(still_fitting([choice], token))
        if token is None or not fits or (sends and is_complete(text, token, choice)):
            self.close()
            return False
        self.close()
        self._write(completed(text, token, choice))
        return True

    def _look_up(self, token: Token) -> None:
        self._timer = None
        self._session.do(lambda: self._find(token))

    async def _find(self, token: Token) -> None:
        room_id = self._room_id()
        if room_id is None or token != self._token:
            return  # typed on since
        try:
            choices = await find_choices(self._session.chat, self._session.user, room_id, token)
        except LivechatError:
            choices = ()
        if token == self._token:
            self._show(choices)

    def _show(self, choices: Sequence[Choice]) -> None:
        was_open, before = self.is_open, len(self._choices)
        gone: Elements = {_line_id(place): None for place in range(len(choices), before)}
        self._choices, self._at = choices, 0
        if not choices:
            self._session.show({**gone, **(_hidden() if was_open else {})})
        else:
            lines = {_line_id(place): _line(choice, is_on=place == 0) for place, choice in enumerate(choices)}
            self._session.show({**gone, **lines, **_list(len(choices)), **self._says()})
        if was_open is not self.is_open:
            self.on_turn()

    def _select(self, place: int) -> None:
        before, self._at = self._at, place
        lines = {_line_id(each): _line(self._choices[each], is_on=each == place) for each in (before, place)}
        self._session.show({**lines, **self._says()})

    def _says(self) -> Elements:
        """For screen readers, whose cursor stays in the box."""
        words = f'{self._choices[self._at].name}, {self._at + 1} of {len(self._choices)}'
        return {part(Part.COMPLETION_SAYS): element('div', classes=['sr'], html=escape(words), role='status', aria_label='Suggestion')}

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _line_id(place: int) -> ElementId:
    return element_id(Kind.SHELL, 0, _FIRST + place)


def _list(count: int) -> Elements:
    lines = [_line_id(place) for place in range(count)]
    return {part(Part.COMPLETION): element('ul', classes=['completion'], children=lines, role='listbox', aria_label='Suggestions')}


def _line(choice: Choice, *, is_on: bool) -> dict[str, object]:
    return element(
        'li',
        classes=['choice', 'on'] if is_on else ['choice'],
        html=choice.html,
        role='option',
        aria_label=choice.name,
        aria_selected='true' if is_on else 'false',
        on={'mousedown.prevent': [], 'click': []},
    )


def _hidden() -> Elements:
    return {part(Part.COMPLETION): None, part(Part.COMPLETION_SAYS): element('div', classes=['sr'], role='status', aria_label='Suggestion')}
