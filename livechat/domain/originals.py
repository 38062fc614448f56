"""Pictures that somebody chose and has not saved yet: in memory, for minutes, for that person alone. Pure."""

import secrets
from dataclasses import dataclass

from livechat.domain.errors import NotFound
from livechat.domain.face import Original
from livechat.domain.model import UserId

KEPT_FOR_S = 600.0
MOST_OF_ONE = 3
"""Of one person: as many tabs as anybody crops pictures in."""
MOST_BYTES = 32 * 2**20
"""Of all. One has 200 kB at most of times; the oldest go first."""


@dataclass(frozen=True, slots=True)
class _Kept:
    user_id: UserId
    original: Original
    until: float


class Originals:
    """One per process. Times are those of a monotonic clock."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def keep(self, user_id: UserId, original: Original, now: float) -> str:
        """The token that only this person may name."""
        self._forget_old(now)
        theirs = [token for token, kept in self._kept.items() if kept.user_id == user_id]
        for token in theirs[: len(theirs) - MOST_OF_ONE + 1]:
            del self._kept[token]
        token = secrets.token_urlsafe(16)
        self._kept[token] = _Kept(user_id, original, now + KEPT_FOR_S)
        while sum(len(kept.original.webp) for kept in self._kept.values()) > MOST_BYTES:
            del self._kept[next(iter(self._kept))]
        return token

    def get(self, user_id: UserId, token: str, now: float) -> Original:
        """:raises NotFound: for somebody else's, as for one that never was."""
        self._forget_old(now)
        kept = self._kept.get(token)
        if kept is None or kept.user_id != user_id:
            raise NotFound('That picture is not here any more. Choose it again.')
        return kept.original

    def drop(self, token: str) -> None:
        self._kept.pop(token, None)

    def _forget_old(self, now: float) -> None:
        while self._kept and (oldest := next(iter(self._kept))) and self._kept[oldest].until <= now:
            del self._kept[oldest]
