"""Token buckets: so many at once, then so many per second. Pure: the caller brings the time."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar('Key', bound=Hashable)

ROUNDING_S = 1e-6
"""Who waited exactly as long as told is not refused over a float's last bit."""


class TokenBuckets(Generic[Key]):
    """One bucket per key, full at first. Only buckets that are not full take memory.

    A bucket is kept as the time at which it will be full again (the generic cell rate algorithm, ITU-T I.371).
    """

    def __init__(self, capacity: int, refill_per_s: float) -> None:
        assert capacity >= 1
        assert refill_per_s > 0
        self._interval_s = 1 / refill_per_s
        self._burst_s = (capacity - 1) * self._interval_s
        self._full_at: dict[Key, float] = {}  # least recently used first

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, key: Key, now: float) -> float:
        """Take one token: 0.0 when taken, else the seconds until there is one (nothing was taken)."""
        self._forget_full(now)
        full_at = max(now, self._full_at.get(key, now))
        wait_s = full_at - self._burst_s - now
        if wait_s > ROUNDING_S:
            return wait_s
        self._full_at.pop(key, None)
        self._full_at[key] = full_at + self._interval_s
        return 0.0

    def _forget_full(self, now: float) -> None:
        while self._full_at:
            oldest = next(iter(self._full_at))
            if self._full_at[oldest] > now:
                return
            del self._full_at[oldest]
