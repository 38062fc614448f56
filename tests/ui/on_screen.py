"""What a person finds among the real elements of a tab, in dialogs and on pages: by the names that screen readers hear."""

from typing import Any

from nicegui import ui
from nicegui.element import Element

from tests.ui.page_stand import PageTab


class OnScreen:
    """A tab's newest open dialog, or its page when none is open."""

    def __init__(self, tab: PageTab) -> None:
        self._tab = tab

    @property
    def dialog(self) -> ui.dialog | None:
        dialogs = [each for each in self._tab.client.elements.values() if isinstance(each, ui.dialog) and each.value]
        return dialogs[-1] if dialogs else None

    @property
    def _elements(self) -> list[Element]:
        if self.dialog is not None:
            return list(self.dialog.descendants())
        return [
            each
            for each in self._tab.client.elements.values()
            if each.visible and not any(isinstance(parent, ui.dialog) for parent in each.ancestors())
        ]

    @property
    def text(self) -> str:
        """Everything that is to be read, as HTML."""
        parts = []
        for element in self._elements:
            parts.append(str(element.props.get('innerHTML', '')))
            if isinstance(element, ui.label) and element.visible:
                parts.append(element.text)
        return '\n'.join(part for part in parts if part)

    @property
    def buttons(self) -> list[str]:
        """Their names, in order."""
        return [_name(each) for each in self._elements if each.tag == 'button']

    def press(self, name: str) -> None:
        found = [each for each in self._elements if each.tag == 'button' and _name(each) == name]
        assert len(found) == 1, f'{name!r} is one of {self.buttons} {len(found)} times'
        self._tab.event(found[0], 'click', None)

    def has(self, name: str) -> bool:
        return bool(self._controls(name))

    def field(self, name: str) -> Any:
        """A field, switch, select or group of radio buttons."""
        found = self._controls(name)
        assert len(found) == 1, f'{name!r} is there {len(found)} times'
        return found[0]

    def fill(self, name: str, value: object) -> None:
        self.field(name).set_value(value)

    def key(self, name: str, key: str) -> None:
        """In that field: "enter", "backspace"."""
        field = self.field(name)
        kind = f'keydown.{key}'
        listener = next(each for each in field._event_listeners.values() if each.type.startswith(kind))
        args = '{"isComposing": false, "keyCode": 0}'
        self._tab.client.handle_event({'id': field.id, 'listener_id': listener.id, 'args': [args]})

    def submit(self, button: str) -> None:
        """The form that the button is in."""
        found = [each for each in self._elements if each.tag == 'button' and _name(each) == button]
        assert len(found) == 1, f'{button!r} is one of {self.buttons} {len(found)} times'
        form = next(each for each in found[0].ancestors() if each.tag == 'form')
        self._tab.event(form, 'submit', None)

    def lines(self, name: str) -> list[str]:
        """Of the list of that name, each line as HTML."""
        lists = [each for each in self._elements if each.tag == 'ul' and each.props.get('aria-label') == name]
        assert len(lists) == 1, f'{name!r} is there {len(lists)} times'
        lines = lists[0].default_slot.children
        return [''.join(str(each.props.get('innerHTML', '')) for each in (line, *line.descendants())) for line in lines]

    def _controls(self, name: str) -> list[Element]:
        return [each for each in self._elements if hasattr(each, 'set_value') and each.props.get('aria-label') == name and each.tag != 'ul']


def _name(button: Element) -> str:
    return str(button.props.get('aria-label') or button.props.get('innerHTML', ''))
