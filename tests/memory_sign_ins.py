"""Sign-ins in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from livechat.domain.model import SignIn, SignInId, User, UserId, UserStatus
from livechat.domain.password_errors import SignInFailed
from tests.memory import Memory


class MemorySignIns:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._by_id = memory.sign_ins

    async def add(
        self,
        user_id: UserId,
        token_hash: bytes,
        *,
        user_agent: str,
        at: datetime,
        password_hash: str | None = None,
        as_guest: bool = False,
        address: str = '',
    ) -> SignIn:
        await self._memory.writing(user_agent, address)
        account = self._memory.accounts.get(user_id)
        if account is None or account.user.status is not UserStatus.ACTIVE:
            raise SignInFailed
        if password_hash is not None and account.password_hash != password_hash:
            raise SignInFailed
        if as_guest and not account.user.is_guest:
            raise SignInFailed
        sign_in = SignIn(
            id=SignInId(next(self._memory.ids)),
            user_id=user_id,
            created_at=at,
            last_seen_at=at,
            user_agent=user_agent,
            utc_offset_min=None,
            address=address,
        )
        self._by_id[sign_in.id] = (token_hash, sign_in)
        return sign_in

    async def by_token_hash(self, token_hash: bytes) -> tuple[SignIn, User] | None:
        await self._memory.reading()
        found = [(sign_in, self._memory.accounts[sign_in.user_id].user) for known, sign_in in self._by_id.values() if known == token_hash]
        return found[0] if found and found[0][1].status is UserStatus.ACTIVE else None

    async def of(self, user_id: UserId) -> Sequence[SignIn]:
        await self._memory.reading()
        theirs = [sign_in for _, sign_in in self._by_id.values() if sign_in.user_id == user_id]
        return sorted(theirs, key=lambda sign_in: (sign_in.last_seen_at, sign_in.id), reverse=True)

    async def touch(self, sign_in_id: SignInId, *, at: datetime, address: str | None = None) -> None:
        await self._memory.writing(address)
        self._change(sign_in_id, last_seen_at=at)
        if address is not None:
            self._change(sign_in_id, address=address)

    async def set_utc_offset(self, sign_in_id: SignInId, utc_offset_min: int) -> None:
        await self._memory.writing()
        self._change(sign_in_id, utc_offset_min=utc_offset_min)

    async def end(self, sign_in_id: SignInId) -> None:
        await self._memory.writing()
        self._end([each for _, each in self._by_id.values() if each.id == sign_in_id])

    async def end_others(self, user_id: UserId, *, keep: SignInId | None) -> Sequence[SignInId]:
        await self._memory.writing()
        return self._end([each for _, each in self._by_id.values() if each.user_id == user_id and each.id != keep])

    async def gone_among(self, sign_in_ids: Iterable[SignInId]) -> Sequence[SignInId]:
        await self._memory.reading()
        return sorted(set(sign_in_ids) - self._by_id.keys())

    async def end_unused_since(self, before: datetime) -> int:
        await self._memory.writing()
        return len(self._end([each for _, each in self._by_id.values() if each.last_seen_at < before]))

    def _end(self, ended: Sequence[SignIn]) -> Sequence[SignInId]:
        for sign_in in ended:
            del self._by_id[sign_in.id]
            seen_at = self._memory.last_seen
            seen_at[sign_in.user_id] = max(sign_in.last_seen_at, seen_at.get(sign_in.user_id, sign_in.last_seen_at))
        return [sign_in.id for sign_in in ended]

    def _change(self, sign_in_id: SignInId, **values: Any) -> None:
        if sign_in_id in self._by_id:
            token_hash, sign_in = self._by_id[sign_in_id]
            self._by_id[sign_in_id] = (token_hash, replace(sign_in, **values))
