"""The dialog that opens a direct room: with one person or several, found by name or suggested before one types."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from livechat.domain.model import Person, UserId
from livechat.ui.components.dialogs import Form
from livechat.ui.components.icons import icon
from livechat.ui.components.person_picker import PersonPicker
from livechat.ui.html import avatar, escape

Search = Callable[[str], Awaitable[Sequence[Person]]]
Open = Callable[[Sequence[UserId]], Awaitable[None]]


class NewDirect:
    """Whoever was picked stands above the field as a chip; a click on it, or Backspace in the empty field, takes it away."""

    def __init__(self, search: Search, open_room: Open) -> None:
        self._search, self._open_room = search, open_room
        self._chosen: dict[UserId, Person] = {}
        self._form = form = Form('New direct message')
        with form.body:
            self._chips = ui.element('ul').classes('chips hidden').props('role=list aria-label="To"')
            self._picker = PersonPicker('Find people', search=self._others, pick=self._add, verb='Choose', nobody='Nobody is found.')
        self._picker.field.props('autofocus')
        self._picker.on_enter, self._picker.on_backspace = self._submit, self._drop_last
        form.button('Cancel', form.dialog.close, kind='quiet')
        form.button('Open', self._submit)
        form.open()

    async def suggest(self) -> None:
        await self._picker.refresh()

    async def _others(self, words: str) -> Sequence[Person]:
        return [person for person in await self._search(words) if person.id not in self._chosen]

    async def _add(self, person: Person) -> None:
        self._chosen[person.id] = person
        await self._changed()

    async def _drop(self, person: Person) -> None:
        self._chosen.pop(person.id, None)
        await self._changed()

    async def _drop_last(self) -> None:
        if self._chosen:
            self._chosen.popitem()
            await self._changed()

    async def _changed(self) -> None:
        self._draw_chips()
        self._picker.empty()
        await self._picker.refresh()

    def _draw_chips(self) -> None:
        self._chips.clear()
        self._chips.classes(replace='chips' if self._chosen else 'chips hidden')
        with self._chips:
            for person in self._chosen.values():
                self._chip(person)

    def _chip(self, person: Person) -> None:
        async def drop() -> None:
            await self._drop(person)

        with ui.element('li'):
            chip = ui.element('button').classes('chip').props('type=button').on('click', drop, [])
        name = escape(person.display_name)
        chip.props['innerHTML'] = f'{avatar(person, size="tiny")}<bdi>{name}</bdi>{icon("close")}'
        chip.props['aria-label'] = f'Take {person.display_name} away'

    async def _submit(self) -> None:
        if not self._chosen:
            self._form.refuse('Choose somebody first.')
            return
        await self._form.attempt(self._go())

    async def _go(self) -> None:
        await self._open_room(list(self._chosen))
