"""How often somebody may try a password. Pure: the time comes with the call, in monotonic seconds.

- Per name and address, and per address: at most so many failures within a window, exactly (a sliding window).
- Per name: a delay that grows with the failures from anywhere, before the answer. The right password still signs in after
  it, so no stranger can lock an account; and it counts names as typed, so that it tells nothing about who exists.
"""

from collections import OrderedDict, deque
from collections.abc import Hashable

from livechat.domain.errors import TooManyAttempts
from livechat.domain.limits import Limits
from livechat.domain.model import UserId

FORGET_AFTER_S = 900.0
"""Without a further failure for so long, a name has no delay any more."""
MAX_KEYS = 10_000
"""Kept per table; beyond it the one unused for longest is forgotten (a try costs an attacker a bucketed request)."""


class SlidingWindow:
    """At most `limit` takes per key within any `window_s` seconds."""

    def __init__(self, limit: int, window_s: float) -> None:
        self._limit = limit
        self._window_s = window_s
        self._taken: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._taken)

    def wait_s(self, key: Hashable, now: float) -> float:
        """Until the next take is allowed; 0.0 when it is now."""
        taken = self._taken.get(key)
        while taken and taken[0] <= now - self._window_s:
            taken.popleft()
        return taken[0] + self._window_s - now if taken and len(taken) >= self._limit else 0.0

    def take(self, key: Hashable, now: float) -> None:
        self._taken.setdefault(key, deque()).append(now)
        self._taken.move_to_end(key)
        if len(self._taken) > MAX_KEYS:
            self._taken.popitem(last=False)

    def give_back(self, key: Hashable) -> None:
        """The newest take was none."""
        if taken := self._taken.get(key):
            taken.pop()
        if not taken:
            self._taken.pop(key, None)


class GrowingDelay:
    """Seconds to wait before an answer: none for the first tries, then 1, 2, 4 ... up to the limit."""

    def __init__(self, free: int, max_s: float) -> None:
        self._free = free
        self._max_s = max_s
        self._failures: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def count(self, key: Hashable, now: float) -> float:
        """Count a try, which is a failure until it is forgiven, and return how long to wait before it is answered."""
        count, at = self._failures.pop(key, (0, now))
        if now - at >= FORGET_AFTER_S:
            count = 0
        self._failures[key] = (count + 1, now)
        if len(self._failures) > MAX_KEYS:
            self._failures.popitem(last=False)
        return 0.0 if count < self._free else float(min(self._max_s, 2 ** min(count - self._free, 30)))

    def forgive(self, key: Hashable) -> None:
        self._failures.pop(key, None)


class SignInLimits:
    """Every try counts as a failure from its start, so that many at once gain nothing; a success takes it back."""

    def __init__(self, limits: Limits) -> None:
        self._per_name = SlidingWindow(limits.sign_in_tries_per_name, limits.sign_in_window_s)
        self._per_address = SlidingWindow(limits.sign_in_tries_per_address, limits.sign_in_window_s)
        self._per_user = SlidingWindow(limits.sign_in_tries_per_name, limits.sign_in_window_s)
        # one address is refused before it is delayed: the delay is for tries from many
        self._delays = GrowingDelay(limits.sign_in_tries_per_name, limits.sign_in_delay_max_s)

    def start(self, name: str, address: str, now: float) -> float:
        """Count a try; return the seconds to wait before it is answered. :raises TooManyAttempts:"""
        self.start_from(address, now, also_s=self._per_name.wait_s((name, address), now))
        self._per_name.take((name, address), now)
        return self._delays.count(name, now)

    def start_from(self, address: str, now: float, *, also_s: float = 0.0) -> None:
        """Count a try that is bound to no name: a registration. :raises TooManyAttempts:"""
        wait_s = max(also_s, self._per_address.wait_s(address, now))
        if wait_s > 0:
            raise TooManyAttempts(retry_after_s=wait_s)
        self._per_address.take(address, now)

    def succeeded(self, name: str, address: str) -> None:
        self.unanswered(name, address)
        self._delays.forgive(name)

    def unanswered(self, name: str, address: str) -> None:
        """The try told nothing (the server was busy): it does not count against that address."""
        self._per_name.give_back((name, address))
        self._per_address.give_back(address)

    def start_confirming(self, user_id: UserId, now: float) -> None:
        """Count a try of somebody signed in to say their password again. :raises TooManyAttempts:"""
        if wait_s := self._per_user.wait_s(user_id, now):
            raise TooManyAttempts(retry_after_s=wait_s)
        self._per_user.take(user_id, now)

    def confirmed(self, user_id: UserId) -> None:
        self._per_user.give_back(user_id)
