"""Light or dark, as a person chose it for all their tabs."""

from nicegui import ui

from livechat.domain.model import Theme
from livechat.ui.session import Session

DARK = {Theme.SYSTEM: None, Theme.LIGHT: False, Theme.DARK: True}


class PageTheme:
    """Of one tab; without an element the page follows the device."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._dark: ui.dark_mode | None = None

    def use(self, theme: Theme) -> None:
        """Follow the person's choice."""
        if self._dark is None and theme is Theme.SYSTEM:
            return
        if self._dark is None:
            with self._session.client:  # not the root, whose children are virtual
                self._dark = ui.dark_mode()
        self._dark.set_value(DARK[theme])
