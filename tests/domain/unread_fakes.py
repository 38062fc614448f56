"""A store that answers late, and a way out of the house that fails when told to."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

from livechat.domain.errors import PushFailed, PushTargetInvalid
from livechat.domain.model import (
    MessageNumber,
    RoomId,
    Seq,
    Unread,
    UserId,
)
from livechat.domain.push_wording import PushText
from tests.memory import Memory
from tests.memory_messages import MemoryReads


class LateReads(MemoryReads):
    """Answers with what was true when it was asked, once `gate` is open; counts what it is asked."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: Counter[str] = Counter()
        self.failures: list[Exception] = []
        self.waiting = 0

    async def of(self, user_id: UserId) -> Mapping[RoomId, tuple[Seq, Unread]]:
        self.asked['of'] += 1
        answer = await super().of(user_id)
        await self._late()
        return answer

    async def count(self, room_id: RoomId, last_read: Mapping[UserId, MessageNumber]) -> tuple[Seq, Mapping[UserId, Unread]]:
        self.asked['count'] += 1
        if self.failures:
            raise self.failures.pop()
        answer = await super().count(room_id, last_read)
        await self._late()
        return answer

    async def mark(self, marks: Sequence[tuple[RoomId, UserId, MessageNumber]]) -> None:
        self.asked['mark'] += 1
        await super().mark(marks)

    async def _late(self) -> None:
        self.waiting += 1
        try:
            await self.gate.wait()
        finally:
            self.waiting -= 1


class FakeSender:
    """Takes everything, but what `failing` names; holds what is being sent while `gate` is closed."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, PushText]] = []
        self.failing: set[str] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self.sending = 0

    def check(self, url: str) -> str:
        if '://' not in url:
            raise PushTargetInvalid('A target begins with ntfy://')
        return url.strip()

    async def send(self, url: str, *, title: str, body: str, link: str) -> None:
        self.sending += 1
        try:
            await self.gate.wait()
        finally:
            self.sending -= 1
        if url in self.failing:
            raise PushFailed('It is not there.')
        self.sent.append((url, PushText(title=title, body=body, link=link)))
