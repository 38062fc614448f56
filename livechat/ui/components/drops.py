"""What is dropped where nothing takes it: no browser may leave the page for a file that missed its mark."""

from nicegui import ui


def take_no_drops(element: ui.element) -> None:
    """Nothing comes of what is dropped in this element; what lies in it may still take a drop for itself.

    `dragover` comes twenty times a second, and has its effect in the browser: throttled without a leading or a trailing event,
    it is never sent. The price: a text dragged from elsewhere cannot be dropped into a field; it stays where it was.
    """
    for event in ('dragover.prevent', 'drop.prevent'):
        element.on(event, args=[], throttle=1.0, leading_events=False, trailing_events=False)
