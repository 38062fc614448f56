"""What opens beside a message or the box: a menu, the picker of emoji. On a phone it lies at the bottom of the screen."""

from collections.abc import Callable

from nicegui import Client, ui


class Popup(ui.menu):
    """One per tab: the next one takes its place. Built when it is opened, gone when it is closed.

    Quasar's: Escape and a click elsewhere close it, and the focus goes back to where it was.
    """

    def __init__(self, client: Client, beside: str, name: str, kind: str, *, role: str = 'menu', above: bool = False) -> None:
        """`beside`: the CSS selector of what it belongs to."""
        close_popup(client)
        with client:
            super().__init__(value=True)
        self.classes(f'message-popup {kind}').props('no-parent-event anchor="top right" transition-duration=80')
        self.props['self'] = 'bottom right' if above else 'top right'
        self.props['offset'] = [0, 8 if above else 0]
        self.props['target'] = beside
        self.props['aria-label'] = name
        self.props['role'] = role
        self.on_forget: Callable[[], object] = lambda: None
        """Called when it is gone, however that came: the browser closed it, another took its place, its room was left."""
        self.on('hide', self.forget, [])

    def forget(self) -> None:
        if not self.is_deleted:
            self.delete()
            self.on_forget()


def close_popup(client: Client) -> None:
    for popup in [each for each in client.elements.values() if isinstance(each, Popup)]:
        popup.forget()
