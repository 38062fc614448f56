"""engine.io's sockets with a guard in front: what the frame guard refuses, engine.io never sees."""

import asyncio
import logging
import time
from typing import Any
from urllib.parse import parse_qs

from engineio.async_drivers.asgi import WebSocket  # type: ignore[import-untyped]

from livechat.ui.frame_guard import FrameGuard, Verdict

INTRODUCTION_S = 10.0
"""A socket that has not sent its first frame by then never will."""
TRANSPORT_EXTENSION = 'livechat.stream'
"""Where `stream.StreamProtocol` puts itself in the ASGI scope's `extensions`; it has a `transport`."""

_REFUSAL = '44'
_log = logging.getLogger(__name__)


class QuietLog:
    """At most one line a second, whatever strangers send; the next line says how many were left out."""

    def __init__(self) -> None:
        self._next_at = 0.0
        self._left_out = 0

    def warning(self, text: str, *, error: BaseException | None = None) -> None:
        now = time.monotonic()
        if now < self._next_at:
            self._left_out += 1
            return
        _log.warning('%s (since the last such line %d more were left out)', text, self._left_out, exc_info=error)
        self._next_at, self._left_out = now + 1.0, 0


noise = QuietLog()
"""One for all sockets, or many sockets would flood the log together."""


class GuardedSocket(WebSocket):  # type: ignore[misc]
    """engine.io's view of one WebSocket."""

    async def __call__(self, environ: dict[str, Any]) -> Any:
        self._guard = FrameGuard(query_of(environ).get('client_id', ''))
        self._scope = environ['asgi.scope']
        return await super().__call__(environ)

    async def wait(self) -> str | bytes:
        while True:
            async with asyncio.timeout(None if self._guard.has_introduced_itself else INTRODUCTION_S):
                frame: str | bytes = await super().wait()
            match self._guard.judge(frame):
                case Verdict.PASS:
                    return frame
                case Verdict.MALFORMED:
                    noise.warning(f'dropped a malformed frame: {frame[:80]!r}')
                case Verdict.GOODBYE:
                    raise OSError('left')  # engine.io takes it as the end of the connection
                case Verdict.CUT:
                    abort(self._scope)
                    raise OSError('cut')

    async def send(self, message: str | bytes) -> None:
        await super().send(message)
        if isinstance(message, str) and message.startswith(_REFUSAL):  # socket.io keeps a refused socket open for ever
            await self.close()


def query_of(environ: dict[str, Any]) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(environ.get('QUERY_STRING', '')).items()}


def abort(scope: dict[str, Any]) -> None:
    """Drop the connection with whatever is still unsent; a closing handshake would wait for a peer that does not read."""
    transport = getattr(scope.get('extensions', {}).get(TRANSPORT_EXTENSION), 'transport', None)
    if transport is not None:
        transport.abort()
