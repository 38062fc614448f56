"""One browser tab as cheap as Python allows: it reads frames in place, answers what the browser answers, and notes what it was shown.

The generator shares two cores with the server, so it never decodes a frame: it walks over the frames' lengths and looks for a few
strings in their bytes. Client frames are masked with zeros, which leaves them as they are.
"""

import asyncio
import html
import json
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

MARK = b'%%'
"""Begins the number of a posted message in its text: `%%000042`. No ids or markup have it twice; no Markdown, as most that people say."""
MARK_DIGITS = 6
_ONLINE = '"Online · '.encode()
_BOTTOM = b'{"tag":"q-intersection","class":["sentinel","bottom"]'
_MESSAGE_ID = b'"_id":'
_JOINED = b'40{'
_PING, _PONG = 0x32, '3'
"""engine.io's, in text frames; uvicorn sends WebSocket's own, too."""
_TEXT_OPCODE, _PING_OPCODE, _PONG_OPCODE = 0x81, 0x89, 0x8A
_ID_CHARS = 16
"""Digits of every virtual element's id: they lie between 2^52 and 2^53."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a page's message box is: element and listener ids."""

    element: int
    value: str
    enter: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser takes from a page's HTML before it opens its socket."""

    client_id: str
    elements: str

    @classmethod
    def parse(cls, text: str) -> 'Page':
        client_id = re.search(r"'client_id': '([^']+)'", text)
        elements = re.search(r'String\.raw`(.*?)`\)', text, re.DOTALL)
        assert client_id is not None and elements is not None, f'no live page: {text[:300]}'  # noqa: PT018
        return cls(client_id.group(1), elements.group(1))

    def box(self) -> Box | None:
        for element_id, element in json.loads(html.unescape(self.elements)).items():
            listeners = {event['type']: event['listener_id'] for event in element.get('events', ())}
            if {'update:value', 'keydown'} <= listeners.keys():
                return Box(int(element_id), listeners['update:value'], listeners['keydown'])
        return None


@dataclass(slots=True)
class Hearing:
    """What a crowd is told by its tabs; the callbacks run inside the read."""

    buffer: bytearray
    on_mark: Callable[['Tab', int], None]
    on_online: Callable[['Tab', int], None]
    joining: bool = True
    """Whether presence is looked for; afterwards only messages are."""


class Tab(asyncio.BufferedProtocol):
    """Counts complete frames; `seen` are the numbers of the messages it was shown, each once however often it came."""

    def __init__(self, hearing: Hearing, page: Page, *, poster: bool) -> None:
        self.page = page
        self.box = page.box() if poster else None
        self.frames = 0
        self.seen: set[int] = set()
        self.online = 0
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = False
        self.keep_frame = False
        self.last_frame = b''
        """With `keep_frame`: the last read that held exactly one frame with a new message."""
        self._hearing = hearing
        self._view = memoryview(hearing.buffer)
        self._rest = b''
        self._upgraded = False
        self._bottom = b''
        self._next_id = self._acknowledged = 0
        self._transport: asyncio.Transport | None = None

    # What the browser says

    def open(self, transport: asyncio.Transport, host: str, cookie: str, number: int) -> None:
        query = (
            f'client_id={self.page.client_id}&next_message_id=0&implicit_handshake=true&document_id=document-{number}'
            f'&tab_id=tab-{number}&old_tab_id=null&EIO=4&transport=websocket'
        )
        self._transport = transport
        transport.write(
            f'GET /_nicegui_ws/socket.io/?{query} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n'
            'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'.encode()
        )

    def post(self, number: int, text: str) -> None:
        """Type a text and press Enter."""
        assert self.box is not None
        self._event(self.box.element, self.box.value, json.dumps(f'{MARK.decode()}{number:0{MARK_DIGITS}} {text}'))
        self._event(self.box.element, self.box.enter, '{"isComposing":false,"keyCode":13}')

    def box_was_emptied(self) -> None:
        assert self.box is not None
        self._event(self.box.element, self.box.value, '""')

    def acknowledge(self) -> None:
        """What NiceGUI's browser side does every three seconds, if there is something."""
        if self._next_id > self._acknowledged:
            self._acknowledged = self._next_id
            self._send(f'42["ack",{{"client_id":"{self.page.client_id}","next_message_id":{self._next_id}}}]')

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _event(self, element: int | str, listener: str, argument: str) -> None:
        message = {'id': int(element), 'client_id': self.page.client_id, 'listener_id': listener, 'args': [argument]}
        self._send(f'42["event",{json.dumps(message)}]')

    def _send(self, text: str) -> None:
        self._send_frame(_TEXT_OPCODE, text.encode())

    def _send_frame(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        head = struct.pack('!BB', opcode, 0x80 | size) if size < 126 else struct.pack('!BBH', opcode, 0x80 | 126, size)
        if self._transport is not None and not self.lost:
            self._transport.write(head + bytes(4) + payload)

    # What the browser hears

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        data: bytearray | bytes = self._hearing.buffer
        end = nbytes
        if self._rest:
            data = self._rest + data[:nbytes]
            end = len(data)
        start = 0 if self._upgraded else self._upgrade(data, end)
        stop = self._walk(data, start, end)
        self._rest = bytes(data[stop:end]) if stop < end else b''
        if stop > start:
            self._read(data, start, stop)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if not self.joined.done():
            self.joined.set_exception(ConnectionError(f'a socket was refused or lost: {self._rest[:200]!r}'))

    def _upgrade(self, data: bytearray | bytes, end: int) -> int:
        place = data.find(b'\r\n\r\n', 0, end)
        if place < 0 or not data.startswith(b'HTTP/1.1 101'):
            return 0 if place < 0 else end
        self._upgraded = True
        self._send('40')
        return place + 4

    def _walk(self, data: bytearray | bytes, place: int, end: int) -> int:
        """Count the complete frames; return where the incomplete one begins."""
        if not self._upgraded:
            return place
        while end - place >= 2:
            size, head = data[place + 1], 2
            if size == 126:
                if end - place < 4:
                    break
                size, head = data[place + 2] << 8 | data[place + 3], 4
            elif size == 127:
                if end - place < 10:
                    break
                size, head = int.from_bytes(data[place + 2 : place + 10], 'big'), 10
            following = place + head + size
            if following > end:
                break
            self.frames += 1
            if size == 1 and data[place + head] == _PING:
                self._send(_PONG)
            elif data[place] == _PING_OPCODE:
                self._send_frame(_PONG_OPCODE, bytes(data[place + head : following]))
            place = following
        return place

    def _read(self, data: bytearray | bytes, start: int, stop: int) -> None:
        place = data.find(MARK, start, stop)
        while place >= 0:
            number = int(data[place + 2 : place + 2 + MARK_DIGITS])
            if number not in self.seen:
                self.seen.add(number)
                self._hearing.on_mark(self, number)
                if self.keep_frame:
                    self.last_frame = bytes(data[start:stop])
            place = data.find(MARK, place + 8, stop)
        bottom = data.find(_BOTTOM, start, stop)
        if bottom >= 0:
            self._see_bottom(bytes(data[bottom - _ID_CHARS - 2 : bottom - 2]))
        if self._hearing.joining or self.box is not None:
            self._read_beginning(data, start, stop)

    def _see_bottom(self, element: bytes) -> None:
        """A new sentinel came into view: the browser says so."""
        if element != self._bottom:
            self._bottom = element
            self._event(element.decode(), 'visibility', 'true')

    def _read_beginning(self, data: bytearray | bytes, start: int, stop: int) -> None:
        if not self.joined.done() and data.find(_JOINED, start, stop) >= 0:
            self.joined.set_result(None)
        if (place := data.rfind(_MESSAGE_ID, start, stop)) >= 0:
            self._next_id = int(_number_at(data, place + len(_MESSAGE_ID))) + 1
        if self._hearing.joining and (place := data.rfind(_ONLINE, start, stop)) >= 0:
            self._hearing.on_online(self, int(_number_at(data, place + len(_ONLINE)).replace(b',', b'')))


def _number_at(data: bytearray | bytes, place: int) -> bytes:
    """The digits there, with commas between thousands."""
    found = re.match(rb'[0-9,]+(?=[^0-9,])', data[place : place + 24])
    assert found, bytes(data[place : place + 24])
    return found.group()
