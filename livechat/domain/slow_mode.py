"""A pause between two messages of one person in one room. Pure: the caller brings the time."""

from livechat.domain.model import RoomId, UserId
from livechat.domain.rate_limit import ROUNDING_S

SLOW_MODES = (0, 5, 10, 30, 60, 300, 900)
"""Seconds that a room can choose from."""
Place = tuple[RoomId, UserId]


class SlowMode:
    """Who posted last where and when, for as long as that can matter; forgotten by a restart."""

    def __init__(self) -> None:
        self._last: dict[Place, tuple[float, str]] = {}  # oldest first

    def __len__(self) -> int:
        return len(self._last)

    def take(self, place: Place, client_key: str, *, pause_s: int, now: float) -> float:
        """0.0 when they may post now, which is noted; else the seconds to wait. The same message sent again may pass."""
        self._forget_old(now)
        at, key = self._last.get(place, (now - pause_s, ''))
        if key == client_key:
            return 0.0
        wait_s = at + pause_s - now
        if wait_s > ROUNDING_S:
            return wait_s
        self._last.pop(place, None)
        self._last[place] = (now, client_key)
        return 0.0

    def undo(self, place: Place, client_key: str) -> None:
        """That message was not posted after all."""
        if self._last.get(place, (0.0, ''))[1] == client_key:
            del self._last[place]

    def _forget_old(self, now: float) -> None:
        while self._last:
            oldest = next(iter(self._last))
            if self._last[oldest][0] + SLOW_MODES[-1] > now:
                return
            del self._last[oldest]
