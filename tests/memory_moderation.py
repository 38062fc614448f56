"""What admins did, banned addresses and push targets in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from livechat.domain.audit import Act, AuditEntry, AuditId
from livechat.domain.model import UserId, UserStatus
from livechat.domain.push import FAILURES_UNTIL_OFF, PushTarget, PushTargetId
from tests.memory import Memory
from tests.memory_invitations import existing


class MemoryAudit:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._entries: list[AuditEntry] = []

    async def add(self, *, at: datetime, actor: UserId | None, act: Act, subject: str, detail: str) -> None:
        await self._memory.writing(subject, detail)
        person = None if actor is None else self._memory.accounts[actor].user.person
        self._entries.append(AuditEntry(id=AuditId(next(self._memory.ids)), at=at, actor=person, act=act, subject=subject, detail=detail))

    async def before(self, entry: AuditId | None, *, limit: int) -> Sequence[AuditEntry]:
        await self._memory.reading()
        earlier = [each for each in reversed(self._entries) if entry is None or each.id < entry][:limit]
        return [each if each.actor is None else replace(each, actor=self._memory.accounts[each.actor.id].user.person) for each in earlier]


class MemoryAddressBans:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._bans: set[tuple[UserId, str]] = set()

    async def add(self, addresses: Collection[str], *, user_id: UserId, at: datetime) -> None:
        await self._memory.writing(*addresses)
        existing(self._memory, user_id)
        self._bans |= {(user_id, address) for address in addresses}

    async def remove_of(self, user_id: UserId) -> None:
        await self._memory.writing()
        self._bans = {ban for ban in self._bans if ban[0] != user_id}

    async def all(self) -> frozenset[str]:
        await self._memory.reading()
        return frozenset(address for _, address in self._bans)


class MemoryPushTargets:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._targets = memory.push_targets

    async def of(self, user_id: UserId) -> Sequence[PushTarget]:
        await self._memory.reading()
        return [each for each in self._targets.values() if each.user_id == user_id]

    async def owners(self) -> frozenset[UserId]:
        await self._memory.reading()
        owners = {each.user_id for each in self._targets.values() if each.enabled}
        return frozenset(each for each in owners if self._memory.accounts[each].user.status is UserStatus.ACTIVE)

    async def add(self, user_id: UserId, url: str, *, at: datetime) -> PushTarget:
        await self._memory.writing(url)
        existing(self._memory, user_id)
        known = [each for each in self._targets.values() if (each.user_id, each.url) == (user_id, url)]
        target_id = known[0].id if known else PushTargetId(next(self._memory.ids))
        target = PushTarget(id=target_id, user_id=user_id, url=url, failures=0, last_error='', enabled=True)
        self._targets[target_id] = target
        return target

    async def remove(self, user_id: UserId, target_id: PushTargetId) -> bool:
        await self._memory.writing()
        if target_id not in self._targets or self._targets[target_id].user_id != user_id:
            return False
        del self._targets[target_id]
        return True

    async def succeeded(self, target_id: PushTargetId) -> None:
        await self._memory.writing()
        if target_id in self._targets:
            self._targets[target_id] = replace(self._targets[target_id], failures=0, last_error='', enabled=True)

    async def failed(self, target_id: PushTargetId, error: str) -> PushTarget | None:
        await self._memory.writing(error)
        if target_id not in self._targets:
            return None
        target = self._targets[target_id]
        failures = target.failures + 1
        enabled = target.enabled and failures < FAILURES_UNTIL_OFF
        self._targets[target_id] = replace(target, failures=failures, last_error=error, enabled=enabled)
        return self._targets[target_id]
