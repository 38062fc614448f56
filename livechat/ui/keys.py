"""Keys that a tab listens for, on elements that exist in the browser alone: they cost the server nothing until they are pressed."""

from collections.abc import Sequence

from livechat.ui.shell import Elements

ARROWS = {'ArrowDown': 1, 'ArrowUp': -1}
"""How far each leads in a list."""


def hearing(elements: Elements, *keys: str, modifiers: Sequence[str] = (), capture: bool = False) -> Elements:
    """The same elements, of which the first tells which of these keys was pressed in it.

    :param keys: names as Vue's `withKeys` knows them; :param modifiers: `alt`, `ctrl`, `exact`, `prevent`, `stop`
    """
    which, definition = next(iter(elements.items()))
    assert definition is not None
    listener = {
        'listener_id': 'keydown',
        'type': 'keydown',
        'specials': ['capture'] if capture else [],
        'modifiers': list(modifiers),
        'keys': list(keys),
        'args': [['key', 'isComposing', 'keyCode']],
        'throttle': 0,
        'leading_events': True,
        'trailing_events': True,
        'js_handler': None,
    }
    return {**elements, which: {**definition, 'events': [*definition.get('events', ()), listener]}}


def pressed(argument: object) -> str:
    """The key that such an event tells; empty for anything else that is sent by hand."""
    key = argument.get('key') if isinstance(argument, dict) else None
    return key if isinstance(key, str) else ''
