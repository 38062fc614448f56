"""How many pages an address has asked for that never opened a socket, and the answer when they are too many.

NiceGUI keeps such a page for 60 to 70 s: 2,000 plain GETs of a page cost 626 MB that never came back (measured). With a cap of 20 they
cost 9 MB.
"""

import itertools
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import NewType

from starlette.responses import HTMLResponse, Response

from livechat.ui.address import household

Ticket = NewType('Ticket', int)

PAGE_LASTS_S = 70.0
"""NiceGUI looks every 10 s for pages older than 60 s that never connected."""


class PageRefused(Exception):
    """Too many pages of that address wait for their socket, or the browser only guesses that somebody may want this page."""


def try_again() -> Response:
    """The answer to a refused page. The browser asks again by itself: after a restart a school's tabs all return at once."""
    page = (
        '<!doctype html><html lang="en"><title>One moment</title><meta http-equiv="refresh" content="3">'
        '<p>Too many pages are opening at once. This one opens in a moment.'
    )
    return HTMLResponse(page, status_code=503, headers={'Retry-After': '3'})


class WaitingPages:
    """Tickets, one per page that was admitted; a ticket ends with the page's first socket or with NiceGUI's own pruning."""

    def __init__(self, per_address: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_address = per_address
        self._clock = clock
        self._numbers = itertools.count(1)
        self._waiting: OrderedDict[Ticket, tuple[str, float]] = OrderedDict()
        self._count: Counter[str] = Counter()

    def admit(self, address: str) -> Ticket | None:
        """A ticket for one more page, or None when too many of that address wait already."""
        now = self._clock()
        while self._waiting and (oldest := next(iter(self._waiting.items())))[1][1] <= now:
            self.connected(oldest[0])
        network = household(address)
        if self._count[network] >= self._per_address:
            return None
        ticket = Ticket(next(self._numbers))
        self._waiting[ticket] = network, now + PAGE_LASTS_S
        self._count[network] += 1
        return ticket

    def connected(self, ticket: Ticket) -> None:
        """The page waits no more; idempotent, for it connects again after a lost network."""
        network, _ = self._waiting.pop(ticket, (None, 0.0))
        if network is None:
            return
        self._count[network] -= 1
        if not self._count[network]:
            del self._count[network]
