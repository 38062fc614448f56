"""What browsers ask for most: pictures of people and rooms, some of them in memory."""

import re
from collections import OrderedDict
from dataclasses import dataclass

from livechat.domain.errors import NotFound
from livechat.domain.face import Face, FaceFile, PictureStore
from livechat.domain.ports import Clock

MOST_BYTES = 8 * 2**20
"""Some 4,000 of the small ones."""
KEPT_FOR_S = 60.0
"""What goes with its room or guest is gone from here no later than that."""
UNKNOWN_FOR_S = 5.0
"""Strangers may ask too, again and again, for what is not there."""
MOST_UNKNOWN = 1_000
_TOKEN = re.compile(r'[\w-]{22}', re.ASCII)


@dataclass(frozen=True, slots=True)
class _Held:
    data: bytes
    until: float


class FaceFiles:
    """One per process: a thousand people who open a page do not queue for the database.

    Invariant: nothing is held, nor taken for unknown, that was read before the last `forget`.
    """

    def __init__(self, store: PictureStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._held: OrderedDict[tuple[str, FaceFile], _Held] = OrderedDict()
        self._unknown: OrderedDict[tuple[str, FaceFile], float] = OrderedDict()
        """Until when."""
        self._bytes = 0
        self._turn = 0

    async def get(self, token: str, file: FaceFile) -> bytes:
        """:raises NotFound:"""
        held = self._held.get((token, file))
        if held is not None and held.until > self._clock.monotonic():
            self._held.move_to_end((token, file))
            return held.data
        turn = self._turn
        data = await self._store.get(token, file) if self._may_be_there(token, file) else None
        if data is None:
            if turn == self._turn:
                self._remember_unknown(token, file)
            raise NotFound('There is no such picture.')
        if turn == self._turn:
            self._hold(token, file, data)
        return data

    def forget(self, old: str, new: Face | None = None) -> None:
        """One was replaced or removed: whoever has its address gets it no more. The new one will be asked for at once."""
        self._turn += 1
        for file in FaceFile:
            if (held := self._held.pop((old, file), None)) is not None:
                self._bytes -= len(held.data)
        if new is not None:
            for file in FaceFile:
                self._unknown.pop((new.token, file), None)
            self._hold(new.token, FaceFile.SMALL, new.webp_64)
            self._hold(new.token, FaceFile.LARGE, new.webp_256)

    def _may_be_there(self, token: str, file: FaceFile) -> bool:
        return _TOKEN.fullmatch(token) is not None and self._unknown.get((token, file), 0.0) <= self._clock.monotonic()

    def _remember_unknown(self, token: str, file: FaceFile) -> None:
        if _TOKEN.fullmatch(token) and self._may_be_there(token, file):
            self._unknown.pop((token, file), None)
            self._unknown[token, file] = self._clock.monotonic() + UNKNOWN_FOR_S
            if len(self._unknown) > MOST_UNKNOWN:
                self._unknown.popitem(last=False)

    def _hold(self, token: str, file: FaceFile, data: bytes) -> None:
        before = self._held.pop((token, file), None)
        self._held[token, file] = _Held(data, self._clock.monotonic() + KEPT_FOR_S)
        self._bytes += len(data) - (len(before.data) if before else 0)
        while self._bytes > MOST_BYTES:
            _, gone = self._held.popitem(last=False)
            self._bytes -= len(gone.data)
