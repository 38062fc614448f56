"""A field that suggests people, before and while one types. Enter takes the first."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from livechat.domain.model import MAX_NAME_CHARS, Person
from livechat.ui.components.box import is_composing
from livechat.ui.components.dialogs import worded
from livechat.ui.html import avatar, escape

Search = Callable[[str], Awaitable[Sequence[Person]]]
Pick = Callable[[Person], Awaitable[None]]


class PersonPicker:
    """Invariant: `_shown` are the people on screen, found for the words `_words`; an answer for other words is dropped."""

    def __init__(self, label: str, *, search: Search, pick: Pick, verb: str, nobody: str) -> None:
        """`verb`: what a click on a person does, "Add". `nobody`: what stands there when nobody is found."""
        self._search, self._pick, self._verb, self._nobody = search, pick, verb, nobody
        self._words: str | None = None
        self._shown: Sequence[Person] = ()
        self.on_enter: Callable[[], Awaitable[None]] | None = None
        """What Enter does in the empty field."""
        self.on_backspace: Callable[[], Awaitable[None]] | None = None
        """What Backspace does in the empty field."""
        self.field = ui.input(label, on_change=self._typed).props(f'outlined maxlength={MAX_NAME_CHARS} autocomplete=off')
        self.field.props['aria-label'] = label
        self.field.on('keydown.enter.prevent', self._entered, ['isComposing', 'keyCode'])
        self.field.on('keydown.backspace', self._erased, [])
        self._list = ui.element('ul').classes('suggestions').props('role=list')
        self._list.props['aria-label'] = 'Suggestions'

    @property
    def words(self) -> str:
        return str(self.field.value or '').strip()

    async def refresh(self) -> None:
        """Search again for what stands in the field."""
        words = self.words
        people = await self._search(words)
        if words == self.words and not self._list.is_deleted:
            self._words = words
            self._draw(people)

    def empty(self) -> None:
        self.field.set_value('')
        self.field.run_method('focus')

    async def _typed(self, _: Any) -> None:
        await self.refresh()

    def _draw(self, people: Sequence[Person]) -> None:
        self._shown = people
        self._list.clear()
        with self._list:
            for person in people:
                self._line(person)
            if not people:
                worded('li', self._nobody).classes('muted')

    def _line(self, person: Person) -> None:
        async def take() -> None:
            await self._pick(person)

        guest = '<span class="tag">guest</span>' if person.is_guest else ''
        with ui.element('li'):
            button = ui.element('button').classes('suggestion').props('type=button').on('click', take, [])
        button.props['innerHTML'] = (
            f'{avatar(person, size="small")}<span class="t"><bdi>{escape(person.display_name)}</bdi>'
            f'<small>@{escape(person.username)}</small></span>{guest}<span class="verb" aria-hidden="true">{escape(self._verb)}</span>'
        )
        button.props['aria-label'] = f'{self._verb} {person.display_name} (@{person.username})'

    async def _entered(self, event: GenericEventArguments) -> None:
        if is_composing(event.args):
            return
        if not self.words:
            if self.on_enter is not None:
                await self.on_enter()
            return
        if self._words != self.words:  # faster than the answer to what was typed
            await self.refresh()
        if self._shown and self._words == self.words:
            await self._pick(self._shown[0])

    async def _erased(self) -> None:
        if not self.field.value and self.on_backspace is not None:
            await self.on_backspace()
