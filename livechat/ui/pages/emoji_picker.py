"""The picker of emoji by their names, for the box or a reaction, which may be a short text too. By mouse, finger, arrows and Enter."""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from livechat.domain.message import MAX_REACTION_CHARS, ONE_CLICK_REACTIONS
from livechat.domain.model import MessageNumber
from livechat.ui.components.box import is_composing
from livechat.ui.emoji_search import emoji_search
from livechat.ui.html import escape
from livechat.ui.message_parts import reaction_code
from livechat.ui.pages.commands import Commands
from livechat.ui.pages.message_popup import Popup
from livechat.ui.session import Session
from livechat.ui.shell import COMMANDS_DOM_ID

PICK = '--pick-'
"""The command of what can be picked; the code of its text follows."""
SHOWN = 72
RECENT = 8
MAX_WORDS_CHARS = 40
MOST_OFFERED = 1_000
"""Texts that a click on its way may mean."""
COLUMNS = 8
OWN = 'Own words'


class EmojiPicker:
    """Of one tab; remembers what its person used last. Drawn as one element: a button per emoji would cost 5 ms a page."""

    def __init__(self, session: Session, commands: Commands, *, touch: bool) -> None:
        self._session = session
        self._touch = touch
        self._recent: deque[str] = deque(maxlen=RECENT)
        self._popup: Popup | None = None
        self._take: Callable[[str], object] = lambda _: None
        self._offered: dict[int, str] = {}
        """Texts since it was opened, the newest last, so that a click means what was seen, whatever has been typed since."""
        self._groups: list[tuple[str, list[str]]] = []
        self._shown: list[str] = []
        self._at = 0
        self._takes_words = True
        commands.on(PICK, self._pick, numbers=1)

    def open(self, number: MessageNumber, take: Callable[[str], object]) -> None:
        """Of a reaction, beside that message; `take` gets what is picked, once."""
        self._open(Popup(self._session.client, f'#m{number}', 'Pick a reaction', 'emoji-picker', role='dialog'), take, takes_words=True)

    def open_at_box(self, take: Callable[[str], object]) -> None:
        """Of an emoji alone, above the box."""
        popup = Popup(self._session.client, '.composer .emoji', 'Pick an emoji', 'emoji-picker', role='dialog', above=True)
        self._open(popup, take, takes_words=False)

    def _open(self, popup: Popup, take: Callable[[str], object], *, takes_words: bool) -> None:
        self._take, self._takes_words, self._offered, self._shown = take, takes_words, {}, []
        self._popup = popup
        popup.on_forget = lambda: self._closed(popup)
        with popup:
            self._field = ui.input(placeholder='Search emoji, or write a word' if takes_words else 'Search emoji', on_change=self._typed)
            self._field.props(f'dense outlined maxlength={MAX_WORDS_CHARS} autocomplete=off role=combobox aria-expanded=true')
            self._field.props['aria-label'] = 'Search emoji'
            if not self._touch:  # where its keyboard would open over the emoji
                self._field.props('autofocus')
            self._grid = ui.element('div').classes('offered')
            self._word = ui.element('p').classes('word').props('role=status')
        for key, step in (('down', COLUMNS), ('up', -COLUMNS)):
            self._field.on(f'keydown.arrow-{key}.exact.prevent', partial(self._move, step), [])
        for key, step in (('right', 1), ('left', -1)):  # the cursor in the text moves too
            self._field.on(f'keydown.arrow-{key}.exact', partial(self._move, step), [])
        self._field.on('keydown.enter.prevent', self._entered, ['isComposing', 'keyCode'])
        self._draw('')

    def close(self) -> None:
        if self._popup is not None:
            self._popup.close()
            self._closed(self._popup)

    def _closed(self, popup: Popup) -> None:
        if self._popup is popup:
            self._popup, self._shown, self._offered = None, [], {}

    def _typed(self, event: Any) -> None:
        if self._popup is not None:
            self._draw(str(event.value or '')[:MAX_WORDS_CHARS])

    def _draw(self, words: str) -> None:
        own = ' '.join(words.split())
        self._groups = groups = []
        if not own:
            recent = [text for text in self._recent if self._takes_words or emoji_search().name(text) != text]
            groups += [('Often used', list(ONE_CLICK_REACTIONS)), ('Used last', recent)]
        groups.append(('Found' if own else 'Faces', [each.text for each in emoji_search().find(own, SHOWN)]))
        if self._takes_words and 0 < len(own) <= MAX_REACTION_CHARS:
            groups.append((OWN, [own]))
        self._shown = [text for _, texts in groups for text in texts]
        self._at = 0
        self._paint()

    def _paint(self) -> None:
        parts, place = [], 0
        for name, texts in self._groups:
            buttons = ''.join(self._button(text, place + offset, name) for offset, text in enumerate(texts))
            place += len(texts)
            if buttons:
                parts.append(f'<div class="group {name.split()[0].lower()}" role="group" aria-label="{name}">{buttons}</div>')
        none = 'No emoji is called so, and a word has at most 16 characters.' if self._takes_words else 'No emoji is called so.'
        self._grid.props['innerHTML'] = ''.join(parts) or f'<p class="muted">{none}</p>'
        at = self._shown[self._at] if self._shown else ''
        self._word.props['innerHTML'] = f'<bdi>{escape(emoji_search().name(at))}</bdi>'

    def _button(self, text: str, place: int, group: str) -> str:
        here = ' class="at"' if place == self._at else ''
        command = f'commandfor="{COMMANDS_DOM_ID}" command="{PICK}{self._offer(text)}"'
        if group == OWN:
            return f'<button type="button"{here} {command}>React with “<bdi>{escape(text)}</bdi>”</button>'
        name = escape(emoji_search().name(text))
        return f'<button type="button" tabindex="-1"{here} {command} title="{name}" aria-label="{name}">{escape(text)}</button>'

    def _offer(self, text: str) -> int:
        code = reaction_code(text)
        self._offered.pop(code, None)
        self._offered[code] = text
        if len(self._offered) > MOST_OFFERED:
            del self._offered[next(iter(self._offered))]
        return code

    def _move(self, step: int) -> None:
        if self._shown:
            self._at = min(max(self._at + step, 0), len(self._shown) - 1)
            self._paint()

    def _entered(self, event: GenericEventArguments) -> None:
        if self._shown and not is_composing(event.args):
            self._choose(self._shown[self._at])

    def _pick(self, code: int) -> None:
        text = self._offered.get(code)
        if text is not None:
            self._choose(text)

    def _choose(self, text: str) -> None:
        if text in self._recent:
            self._recent.remove(text)
        self._recent.appendleft(text)
        self.close()
        self._take(text)
