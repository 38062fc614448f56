"""How rooms reach browsers: virtual elements, encoded once, written straight to every socket.

NiceGUI's browser side keeps a dict of elements by integer id and merges every `update` message into it. This module sends
such updates itself, for ids that exist in no server-side client: a message is rendered and encoded once, and one frame is
written to the transport of each tab. Only this module and `hardening` with its parts touch NiceGUI's internals;
contract tests in a real browser hold them against the pinned version.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import Any, NewType, Protocol, cast

from engineio import packet as engineio_packet  # type: ignore[import-untyped]
from nicegui import Client, core, json, ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from livechat.ui.guarded_socket import TRANSPORT_EXTENSION

ElementId = NewType('ElementId', int)
"""Of a virtual element: equal in every tab, disjoint from NiceGUI's per-client counter, below 2^53."""
Update = Mapping[ElementId, Mapping[str, Any] | None]
"""Elements by id as NiceGUI's browser side knows them; None forgets one."""
Frame = NewType('Frame', bytes)
"""A complete, unmasked WebSocket text frame."""

VIRTUAL_BASE = 1 << 52
"""Elements with this id or a greater one exist in browsers only: far above NiceGUI's counter, below JavaScript's 2^53."""
MAX_BUFFERED_BYTES = 1 << 20
"""A reader with more than this in its socket's write buffer is slow: cut, it catches up when it returns."""
MAX_QUEUED_PACKETS = 256
"""The same for servers where only engine.io's queue can be reached."""


class Kind(IntEnum):
    """The disjoint ranges of virtual ids."""

    SHELL = 0
    """Parts every tab has once: room is 0, number is the part."""
    LOG = 1
    PAGE = 2
    MESSAGE = 3
    PEOPLE = 4
    PERSON = 5
    ROOM_LINK = 6
    TOP = 7
    BOTTOM = 8
    BROWSE = 9
    """The line of a room on the browse page."""
    BROWSE_BUTTON = 10
    """Its button: join, or leave."""
    SEARCH = 11
    """A piece of the search; of a room, the line of a message that was found there."""
    HIT = 12
    """What one presses in that line."""


def element_id(kind: Kind, room: int = 0, number: int = 0) -> ElementId:
    """The id of a virtual element: 1 bit mark, 4 bits kind, 20 bits room, 28 bits number.

    :raises OverflowError: after 1,048,575 rooms or 268,435,455 messages in one room
    """
    if not (0 <= room < 1 << 20 and 0 <= number < 1 << 28):
        raise OverflowError(f'no virtual id for room {room}, number {number}')
    return ElementId(VIRTUAL_BASE | kind << 48 | room << 28 | number)


def parse_id(number: int) -> tuple[Kind, int, int] | None:
    """Kind, room and number of a virtual id as a browser sent it; None for anything else."""
    if not VIRTUAL_BASE <= number < VIRTUAL_BASE << 1:
        return None
    kind = number >> 48 & 0xF
    return (Kind(kind), number >> 28 & 0xFFFFF, number & 0xFFFFFFF) if kind <= max(Kind) else None


def element(
    tag: str,
    *,
    classes: Sequence[str] = (),
    html: str | None = None,
    children: Sequence[ElementId] = (),
    on: Mapping[str, Sequence[str] | None] | None = None,
    slots: Mapping[str, Sequence[ElementId]] | None = None,
    **props: str | int | bool | None,
) -> dict[str, Any]:
    """One virtual element. `html` must be safe; `on` names events and the fields of their argument that are sent; `slots` holds
    what lies in the other places that a component has for elements, by their names.

    An underscore in a property's name becomes a dash (aria_label -> aria-label); properties that are None are left out.
    """
    attributes = {name.rstrip('_').replace('_', '-'): value for name, value in props.items() if value is not None}
    if html is not None:
        attributes['innerHTML'] = html
    result: dict[str, Any] = {'tag': tag}
    if classes:
        result['class'] = list(classes)
    if attributes:
        result['props'] = attributes
    if children:
        result['children'] = list(children)
    if slots:
        result['slots'] = {name: {'template': None, 'ids': list(ids)} for name, ids in slots.items()}
    if on:
        result['events'] = [_listener(name, None if fields is None else list(fields)) for name, fields in on.items()]
    return result


def _listener(event: str, fields: list[str] | None) -> dict[str, Any]:
    """NiceGUI's description of an event listener. Its id is constant: a changed one makes the browser rebuild the element."""
    kind, *modifiers = event.split('.')
    return {
        'listener_id': event,
        'type': kind,
        'specials': [],
        'modifiers': modifiers,
        'keys': [],
        'args': [fields],
        'throttle': 0,
        'leading_events': True,
        'trailing_events': True,
        'js_handler': None,
    }


def encode(update: Update) -> Frame:
    """Encode an update once for any number of tabs: engine.io message, socket.io event, WebSocket text frame."""
    payload = f'42["update",{json.dumps(update)}]'.encode()
    size = len(payload)
    if size < 126:
        head = struct.pack('!BB', 0x81, size)
    elif size < 65_536:
        head = struct.pack('!BBH', 0x81, 126, size)
    else:
        head = struct.pack('!BBQ', 0x81, 127, size)
    return Frame(head + payload)


def _payload(frame: Frame) -> str:
    """The text in a frame, without engine.io's leading packet type."""
    start = {126: 4, 127: 10}.get(frame[1], 2)
    return frame[start + 1 :].decode()


class StreamProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol, reachable through the ASGI scope of its socket."""

    async def run_asgi(self) -> None:
        extensions = self.scope['extensions'] = self.scope.get('extensions') or {}
        extensions[TRANSPORT_EXTENSION] = self  # type: ignore[assignment]
        await super().run_asgi()


class StreamSocket(Protocol):
    """Where frames of one tab go. All stream traffic of a socket takes this one path, or updates would overtake each other."""

    def send(self, frame: Frame) -> bool:
        """Write without waiting; False when the socket is gone or was cut for being slow."""
        ...


class TransportSocket:
    """Frames written to the transport of a uvicorn socket."""

    __slots__ = ('_transport',)

    def __init__(self, protocol: WebSocketsSansIOProtocol) -> None:
        self._transport = protocol.transport

    def send(self, frame: Frame) -> bool:
        transport = self._transport
        if transport.is_closing():
            return False
        if transport.get_write_buffer_size() > MAX_BUFFERED_BYTES:
            transport.abort()
            return False
        transport.write(frame)
        return True


class QueueSocket:
    """Frames put on engine.io's queue: for servers whose transport cannot be reached. Slower, same order guarantee."""

    __slots__ = ('_socket',)

    def __init__(self, sid: str) -> None:
        self._socket = core.sio.eio.sockets[core.sio.manager.eio_sid_from_sid(sid, '/')]

    def send(self, frame: Frame) -> bool:
        if self._socket.closed or self._socket.queue.qsize() > MAX_QUEUED_PACKETS:
            return False  # hardening's guard cuts it
        self._socket.queue.put_nowait(engineio_packet.Packet(engineio_packet.MESSAGE, data=_payload(frame)))
        return True


def socket_of(client: Client) -> StreamSocket | None:
    """The newest connected socket of a tab, None while it has none."""
    sids = list(client._socket_to_document_id)
    if not sids:
        return None
    environ = core.sio.get_environ(sids[-1])
    if environ is None:
        return None
    protocol = (environ['asgi.scope'].get('extensions') or {}).get(TRANSPORT_EXTENSION)
    return TransportSocket(protocol) if protocol is not None else QueueSocket(sids[-1])


class Stream(Element):
    """The real element of a tab through which virtual ones reach it: its children exist in the browser alone.

    Real elements made inside it are shown where a virtual element has their id among its children.
    """

    def __init__(self, *children: ElementId, tag: str = 'div') -> None:
        self._virtual_children = list(children)
        super().__init__(tag)

    def _to_dict(self) -> dict[str, Any]:
        return {**super()._to_dict(), 'children': self._virtual_children}


class TextBox(ui.textarea):
    """A text area whose messages to the browser carry what the server wrote last, never what the browser reported.

    NiceGUI sends the value of the moment it sends: a key that arrives between writing and sending would turn the emptying
    of the box into something else.
    """

    _written = ''

    def __init__(self, *, placeholder: str, on_report: Callable[[str], object]) -> None:
        """`on_report` is called with each value that the browser tells, also when it is what the server wrote: an echo says that
        the writing has arrived, and that what comes next was typed after it."""
        self._on_report = on_report
        super().__init__(placeholder=placeholder)

    def write(self, text: str) -> None:
        """Put the text into the browser's box, whatever stands there."""
        self._written = text
        if self.value == text:
            self.update()
            self.run_method('updateValue')
        else:
            self.set_value(text)

    def _event_args_to_value(self, e: GenericEventArguments) -> str:
        value = e.args if isinstance(e.args, str) else ''
        self._on_report(value)
        return value

    def _to_dict(self) -> dict[str, Any]:
        result = super()._to_dict()
        result.pop('preserved_props', None)
        return {**result, 'props': {**result['props'], 'value': self._written}}


class _Target:
    """A virtual element as NiceGUI's `run_method` wants to see it."""

    def __init__(self, client: Client, which: ElementId) -> None:
        self.client = client
        self.id = which

    def _is_safe_to_interact(self) -> bool:
        return not self.client.is_deleted


def run_method(client: Client, which: ElementId, name: str, *args: Any) -> None:
    """Call a method of a virtual element in one browser; nothing comes back."""
    Element.run_method(cast(Element, _Target(client, which)), name, *args)
