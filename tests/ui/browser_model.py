"""NiceGUI's browser side as far as virtual elements need it: a dict of elements that `update` events are merged into."""

import json
import re
import struct
from collections import Counter
from collections.abc import Iterator
from typing import Any

from livechat.ui.stream import ElementId, Frame, Kind, parse_id

Element = dict[str, Any]
ENTRY = re.compile(r'<(?:article|div) [^>]*id=m(\d+)[ >]')


def updates_in(frame: bytes) -> Iterator[dict[int, Element | None]]:
    """The updates in a run of WebSocket frames. Asserts that each is a whole, unmasked text frame of one `update` event."""
    while frame:
        assert frame[0] == 0x81, 'not a final text frame'
        size, start = frame[1], 2
        if size == 126:
            size, start = struct.unpack('!H', frame[2:4])[0], 4
        elif size == 127:
            size, start = struct.unpack('!Q', frame[2:10])[0], 10
        payload, frame = frame[start : start + size], frame[start + size :]
        assert len(payload) == size, 'a frame is cut short'
        assert payload.startswith(b'42'), 'not a Socket.IO event'
        name, elements = json.loads(payload[2:])
        assert name == 'update'
        yield {int(key): element for key, element in elements.items()}


class BrowserModel:
    """What `nicegui.js` does with updates: merge by id, forget on null, render from a root.

    `complaints` holds what the real one writes to its console.
    """

    def __init__(self) -> None:
        self.elements: dict[int, Element] = {}
        self.complaints: list[str] = []
        self.received = 0

    def receive(self, frame: Frame) -> None:
        self.received += len(frame)
        for update in updates_in(frame):
            for key, element in update.items():
                self._merge(key, element)

    def _merge(self, key: int, element: Element | None) -> None:
        if element is None:
            self.elements.pop(key, None)
            return
        old = self.elements.get(key)
        if old is not None and _listeners(element) - _listeners(old):
            self.complaints.append(f'event listeners of {parse_id(key)} changed after its definition')
        self.elements[key] = element

    def html(self, root: ElementId) -> str:
        """All that is on screen below an element, in order. A child that is not known is not shown, as in the real one."""
        assert not self._twice(root), f'shown twice: {self._twice(root)}'
        return ''.join(self.elements[key].get('props', {}).get('innerHTML', '') for key in self._tree(root))

    def articles(self, root: ElementId) -> list[int]:
        """The numbers of the messages on screen, from top to bottom."""
        return [int(number) for number in ENTRY.findall(self.html(root))]

    def of_room(self, room_id: int) -> Counter[Kind]:
        """How many elements of a room the browser keeps, on screen or not."""
        places = [place for key in self.elements if (place := parse_id(key)) is not None]
        return Counter(kind for kind, room, _ in places if room == room_id)

    def numbers(self, kind: Kind, room_id: int) -> set[int]:
        """Of the elements of one kind that the browser keeps."""
        places = [place for key in self.elements if (place := parse_id(key)) is not None]
        return {number for each, room, number in places if (each, room) == (kind, room_id)}

    def _tree(self, root: int) -> Iterator[int]:
        element = self.elements.get(root)
        if element is None:
            return
        yield root
        children = element.get('children', [])
        assert not (children and 'innerHTML' in element.get('props', {})), 'children beside innerHTML: Vue shows one of both'
        for child in (*children, *(child for slot in element.get('slots', {}).values() for child in slot['ids'])):
            yield from self._tree(child)

    def _twice(self, root: int) -> list[int]:
        return [key for key, times in Counter(self._tree(root)).items() if times > 1]


def _listeners(element: Element) -> set[str]:
    return {event['listener_id'] for event in element.get('events', [])}


class ModelSocket:
    """A `StreamSocket` whose other end is a browser. `dark`: it takes frames and they arrive nowhere; `cut`: it is closed."""

    def __init__(self, browser: BrowserModel) -> None:
        self._browser = browser
        self.dark = False
        self.cut = False

    def send(self, frame: Frame) -> bool:
        if self.cut:
            return False
        if not self.dark:
            self._browser.receive(frame)
        return True
