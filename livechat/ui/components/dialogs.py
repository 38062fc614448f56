"""Dialogs, built when they are opened and gone when they are closed."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from nicegui import ui

from livechat.domain.errors import LivechatError
from livechat.ui.components.drops import take_no_drops
from livechat.ui.html import escape

logger = logging.getLogger(__name__)
MOST_OPEN = 4
"""In one tab: a sheet, a question about what is in it, and some that the browser has not said were closed."""
APOLOGY = 'Something went wrong here. It was noted; please try again.'


def worded(tag: str, text: str) -> ui.element:
    """A plain element with a text in it."""
    result = ui.element(tag)
    result.props['innerHTML'] = escape(text)
    return result


class _Dialog(ui.dialog):
    """Of one form. It lies in the layout of its page, whatever it was opened in: only the anchor is there."""

    def __init__(self, anchor: ui.element) -> None:
        super().__init__()
        self.anchor = anchor
        self.on_forget: Callable[[], object] = lambda: None
        """Called when it is gone, however that came: the browser closed it, another took its place. Once."""
        take_no_drops(self)

    def forget(self) -> None:
        if not self.is_deleted:
            self.delete()
            self.on_forget()
        if not self.anchor.is_deleted:
            self.anchor.delete()


def _make_place(title: str) -> None:
    """A double click opens no second dialog of the same name, and whoever clicks without end fills no memory."""
    dialogs = [each for each in ui.context.client.elements.values() if isinstance(each, _Dialog)]
    same = [each for each in dialogs if each.props['aria-label'] == title]
    for dialog in same or dialogs[: 1 - MOST_OPEN]:
        dialog.forget()


class Form:
    """A dialog with fields, one line for what is wrong, and a button that does it. What was typed stays until it worked."""

    def __init__(self, title: str) -> None:
        _make_place(title)
        anchor = ui.element().classes('hidden')
        with anchor, _Dialog(anchor) as self.dialog, ui.element('div').classes('sheet') as self.sheet:
            worded('h2', title).props['dir'] = 'auto'
            self.body = ui.element('div').classes('fields')
            self.error = ui.label().classes('error').props('role=alert')
            self.buttons = ui.element('div').classes('buttons')
        self._is_busy = False
        self.error.visible = False
        self.dialog.props['aria-label'] = title
        self.dialog.on('hide', self.dialog.forget, [])

    def field(self, label: str, value: str = '', *, limit: int, lines: int = 1) -> ui.input | ui.textarea:
        with self.body:
            box: ui.input | ui.textarea = ui.textarea(label, value=value) if lines > 1 else ui.input(label, value=value)
        box.props['aria-label'] = label
        return box.props(f'outlined maxlength={limit}')

    def switch(self, label: str, meaning: str, *, value: bool = False) -> ui.switch:
        with self.body:
            return switch(label, meaning, value=value)

    def button(self, text: str, on_click: Callable[[], object], *, kind: str = 'primary') -> ui.element:
        with self.buttons:
            return worded('button', text).classes(kind).props('type=button').on('click', on_click, [])

    async def attempt(self, action: Coroutine[Any, Any, object]) -> bool:
        """Close when it worked; say why when it did not, with everything still there. One at a time: a second click does nothing."""
        if self._is_busy:
            action.close()
            return False
        self._is_busy = True
        try:
            await action
        except LivechatError as error:
            self.refuse(str(error))
            return False
        except Exception:
            logger.exception('a dialog')
            self.refuse(APOLOGY)
            return False
        finally:
            self._is_busy = False
        self.close()
        return True

    def refuse(self, text: str) -> None:
        """Say in the dialog what is wrong."""
        self.error.text = text
        self.error.visible = True

    def open(self) -> None:
        self.dialog.open()

    def close(self) -> None:
        """Nothing, once it is gone."""
        if not self.dialog.is_deleted:
            self.dialog.close()


def switch(label: str, meaning: str, *, value: bool = False) -> ui.switch:
    """A switch with one line that says what it means."""
    with ui.element('div').classes('switched'):
        result = ui.switch(label, value=value)
        worded('p', meaning).classes('muted')
    result.props['aria-label'] = label
    return result
