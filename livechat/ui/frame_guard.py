"""What a browser tab may say on its socket, decided frame by frame before engine.io parses anything. Pure, with the clock injected.

NiceGUI's browser side sends six kinds of text frames. Everything else is malformed: python-engineio and python-socketio
write about twelve log lines for each such frame and never cut the socket (measured), so they do not get to see one.
"""

import time
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any

from nicegui import json  # the parser that NiceGUI reads the same frame with: what passes here raises nowhere

EVENTS_PER_S = 200.0
"""A key is an event. A fast typist makes 15 a second, a test or a dictation program far more: a dropped key is a lost letter."""
EVENT_BURST = 1_000.0
MAX_DEBT = 1_000.0
"""A socket that sends this many frames beyond its budget is no browser: it is cut."""
MAX_MALFORMED = 20

_PONG = '3'
_CONNECT = frozenset({'40', '40{}'})
_GOODBYE = frozenset({'1', '41'})
_EVENT = '42['
_MAX_INT = 1 << 53
"""JavaScript's safe integers end here."""
_MAX_ID_CHARS = 64
_LEVELS = frozenset({'debug', 'info', 'warning', 'error'})


class Verdict(Enum):
    PASS = auto()
    DROP = auto()
    MALFORMED = auto()
    """Dropped, and worth a line in the log."""
    GOODBYE = auto()
    CUT = auto()


class FrameGuard:
    """Judges the frames of one socket; the socket belongs to one page, named by the client id it connected with."""

    def __init__(self, client_id: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.has_introduced_itself = False
        self._client_id = client_id
        self._clock = clock
        self._tokens = EVENT_BURST
        self._refilled_at = clock()
        self._malformed = 0

    def judge(self, frame: str | bytes) -> Verdict:
        now = self._clock()
        self._tokens = min(EVENT_BURST, self._tokens + (now - self._refilled_at) * EVENTS_PER_S) - 1
        self._refilled_at = now
        if self._tokens < 0:
            return Verdict.CUT if self._tokens <= -MAX_DEBT else Verdict.DROP
        if frame in _GOODBYE:
            return Verdict.GOODBYE  # socket.io alone would keep the engine.io socket of who left only the namespace
        if self._is_well_formed(frame):
            return Verdict.PASS
        self._malformed += 1
        return Verdict.CUT if self._malformed >= MAX_MALFORMED else Verdict.MALFORMED

    def _is_well_formed(self, frame: str | bytes) -> bool:
        if not isinstance(frame, str):
            return False
        if frame in _CONNECT:
            is_first, self.has_introduced_itself = not self.has_introduced_itself, True
            return is_first
        if not self.has_introduced_itself:
            return False
        return frame == _PONG or (frame.startswith(_EVENT) and self._is_known_event(frame[2:]))

    def _is_known_event(self, payload: str) -> bool:
        try:
            match json.loads(payload):
                case [str(name), dict(message)]:
                    shape = _SHAPES.get(name)
                    return shape is not None and message.get('client_id') == self._client_id and shape(message)
        except (ValueError, RecursionError):
            pass
        return False


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_INT


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _MAX_ID_CHARS


def _is_event(message: Mapping[str, Any]) -> bool:
    args = message.get('args')
    if not (_is_int(message.get('id')) and _is_id(message.get('listener_id')) and isinstance(args, list)):
        return False
    for arg in args:
        if isinstance(arg, str):
            json.loads(arg)  # NiceGUI nests JSON in JSON; ValueError makes the frame malformed
        elif arg is not None:
            return False
    return True


_SHAPES: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    'event': _is_event,
    'javascript_response': lambda message: _is_id(message.get('request_id')),
    'ack': lambda message: _is_int(message.get('next_message_id')),
    'log': lambda message: message.get('level') in _LEVELS and isinstance(message.get('message'), str),
}
