"""Which change of a room was the newest at what time: to know what a browser that was lost had surely got. Pure."""

from collections import deque

from livechat.domain.model import Seq

SURELY_DELIVERED_S = 25.0
"""A socket without an answer for 18 s is closed: what was written longer ago than this before a loss had arrived."""
EVERY_S = 1.0


class SeqMarks:
    """One mark a second while something happens, kept for three times as long as a loss can go unnoticed."""

    def __init__(self, now: float, seq: Seq) -> None:
        self._marks: deque[tuple[float, Seq]] = deque([(now, seq)])

    def note(self, now: float, seq: Seq) -> None:
        if now - self._marks[-1][0] > EVERY_S:
            self._marks.append((now, seq))
            while len(self._marks) > 1 and self._marks[1][0] < now - 3 * SURELY_DELIVERED_S:
                self._marks.popleft()

    def surely_delivered(self, lost_at: float) -> Seq:
        """What a browser lost at that time had got, or earlier if it is not known so exactly."""
        then = lost_at - SURELY_DELIVERED_S
        return max((seq for at, seq in self._marks if at <= then), default=Seq(0))
