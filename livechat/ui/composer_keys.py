"""Which keys the browser leaves to the list of suggestions, decided before they are pressed.

A key's own effect can only be kept from happening in the browser, at once. NiceGUI's browser side looks up a listener's keys
and modifiers anew at each drawing, and rebuilds an element only when a listener's id is new: so this listener, around the
box, keeps its id while its keys and what it prevents change. It hears them on their way down, before the box does: while the
list is open, Enter reaches the list alone. The text area itself is never touched.
"""

from livechat.ui.keys import hearing
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import ElementId, element

_OPEN = ('up', 'down', 'enter', 'tab', 'esc')
_OPEN_ON_TOUCH = ('up', 'down', 'tab', 'esc')
"""Enter is a new line there, and choices are tapped."""
_CLOSED = ('up', 'esc')


def keys_element(box: int, *, is_open: bool, touch: bool) -> Elements:
    """The element around the box."""
    around: Elements = {part(Part.BOX_KEYS): element('div', classes=['box-keys'], children=[ElementId(box)])}
    keys = (_OPEN_ON_TOUCH if touch else _OPEN) if is_open else _CLOSED
    return hearing(around, *keys, modifiers=('exact', 'prevent', 'stop') if is_open else ('exact',), capture=True)
