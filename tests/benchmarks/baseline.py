"""What the machine can do: the bytes of one frame to every socket on the same server (uvicorn), and nothing around it.

No NiceGUI, no database, no accounts, no order, no back-pressure. A post is the same two frames from the browser, a message the
bytes that livechat sent for one, with another number in them.
"""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from tests.benchmarks.tab import MARK, MARK_DIGITS

BOX = {'1': {'tag': 'textarea', 'events': [{'type': name, 'listener_id': name} for name in ('update:value', 'keydown')]}}
_frame = b''
_sockets: set['Frames'] = set()


class Frames(WebSocketsSansIOProtocol):
    """uvicorn's protocol, reachable through the ASGI scope of its socket."""

    async def run_asgi(self) -> None:
        self.scope['extensions'] = {'frames': self}  # type: ignore[dict-item]
        await super().run_asgi()


def broadcast(text: str) -> None:
    mark = text[: len(MARK) + MARK_DIGITS].encode()
    place = _frame.index(MARK)
    frame = _frame[:place] + mark + _frame[place + len(mark) :]
    for socket in _sockets:
        if not socket.transport.is_closing():
            socket.transport.write(frame)


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope['type'] == 'http':
        page = f"'client_id': '{uuid4()}' String.raw`{json.dumps(BOX)}`)"
        await send({'type': 'http.response.start', 'status': 200, 'headers': [(b'content-type', b'text/html')]})
        await send({'type': 'http.response.body', 'body': page.encode()})
    elif scope['type'] == 'websocket':
        await receive()
        await send({'type': 'websocket.accept'})
        await _serve(scope['extensions']['frames'], receive, send)


async def _serve(socket: Frames, receive: Any, send: Any) -> None:
    await send({'type': 'websocket.send', 'text': '0{}'})
    text = ''
    while (message := await receive())['type'] == 'websocket.receive':
        said = message['text']
        if said == '40':
            await send({'type': 'websocket.send', 'text': '40{}'})
            _sockets.add(socket)
        elif said.startswith('42["event"'):
            event = json.loads(said[2:])[1]
            if event['listener_id'] == 'update:value':
                text = json.loads(event['args'][0])
            elif event['listener_id'] == 'keydown':
                broadcast(text)
    _sockets.discard(socket)


if __name__ == '__main__':
    _frame = Path(sys.argv[2]).read_bytes()
    uvicorn.run(
        app,
        host='127.0.0.1',
        port=int(sys.argv[1]),
        log_level='warning',
        ws=Frames,
        ws_per_message_deflate=False,
        lifespan='off',
        timeout_graceful_shutdown=1,
    )
