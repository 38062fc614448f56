"""Hands for the real elements of a modelled tab: fields are filled, buttons are pressed, by the names that people know them by."""

from html import unescape
from typing import Any

from nicegui import ui

from tests.ui.page_stand import PageStand, PageTab


class Hands:
    """Works in the newest dialog that is open, else in the page."""

    def __init__(self, pages: PageStand, tab: PageTab) -> None:
        self._pages = pages
        self.tab = tab

    @property
    def elements(self) -> list[Any]:
        every = list(self.tab.client.elements.values())
        dialogs = [each for each in every if isinstance(each, ui.dialog)]
        shown = [each for each in dialogs if each.value]
        found = shown[-1].descendants() if shown else [each for each in every if not any(one in dialogs for one in each.ancestors())]
        return [each for each in found if all(one.visible for one in (each, *each.ancestors()))]

    @property
    def in_dialog(self) -> bool:
        return any(isinstance(each, ui.dialog) and each.value for each in self.tab.client.elements.values())

    @property
    def text(self) -> str:
        """Everything that can be read."""
        return ' '.join(unescape(str(each.props.get('innerHTML', '') or getattr(each, 'text', '') or '')) for each in self.elements)

    @property
    def buttons(self) -> list[str]:
        return [_name(each) for each in self.elements if each.tag == 'button']

    @property
    def fields(self) -> list[str]:
        return [str(each.props['aria-label']) for each in self.elements if isinstance(each, ui.input | ui.textarea)]

    def field(self, label: str) -> Any:
        return self._one([each for each in self.elements if each.props.get('aria-label') == label and hasattr(each, 'value')], label)

    def fill(self, label: str, text: str) -> None:
        self.tab.event(self.field(label), 'update:value', text)

    def link(self, label: str) -> str:
        """What a field that is only to be copied holds."""
        return str(self.field(label).value)

    async def press(self, name: str) -> None:
        """A button, or the button of a form, which submits it."""
        found = self._one([each for each in self.elements if each.tag == 'button' and _name(each) == name], name)
        if found.props.get('type') == 'submit':
            self.tab.event(next(each for each in found.ancestors() if each.tag == 'form'), 'submit', None)
        else:
            self.tab.event(found, 'click', None)
        await self._pages.settle()

    async def pick(self, words: str) -> None:
        """A line of a list with those words, which opens something."""
        lines = [each for each in self.elements if each.tag == 'li' and words in unescape(str(each.props.get('innerHTML', '')))]
        self.tab.event(self._one(lines, words), 'click', None)
        await self._pages.settle()

    async def choose(self, question: str, answer: str) -> None:
        """One of the radio buttons under that question."""
        radio = self.field(question)
        self.tab.event(radio, 'update:modelValue', list(radio.options.values()).index(answer))
        await self._pages.settle()

    async def switch(self, text: str, *, on: bool = True) -> None:
        """A switch or a box to tick."""
        self.tab.event(self.switch_of(text), 'update:modelValue', on)
        await self._pages.settle()

    def switch_of(self, text: str) -> Any:
        return self._one([each for each in self.elements if isinstance(each, ui.switch | ui.checkbox) and each.text == text], text)

    def _one(self, found: list[Any], name: str) -> Any:
        assert len(found) == 1, f'{len(found)} are called “{name}”: {self.text}'
        return found[0]


def _name(button: Any) -> str:
    return unescape(str(button.props.get('aria-label') or button.props['innerHTML']))
