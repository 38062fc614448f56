"""Accounts and sign-ins in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from livechat.domain.errors import AlreadySetUp, NameTaken, NotFound, SignInFailed, UsernameTaken
from livechat.domain.model import Preferences, Room, RoomId, RoomRole, ServerRole, SignIn, SignInId, User, UserId, UserKind
from livechat.domain.names import name_key
from livechat.domain.people_ports import NewUser
from tests.memory import Memory, MemoryAccount


class MemoryUsers:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def has_owner(self) -> bool:
        await self._memory.reading()
        return self._owner_exists()

    async def create_first_owner(
        self, user: NewUser, *, server_name: str, room_name: str, room_slug: str, room_description: str
    ) -> tuple[User, Room]:
        await self._memory.writing(user.display_name, user.username, server_name, room_name)
        if self._owner_exists():
            raise AlreadySetUp
        self._memory.refuse_taken_room(name_key(room_name), but=None)
        owner = self._add(user)
        self._memory.server_name = server_name
        room = Room(
            id=RoomId(0), name=room_name, slug=room_slug, description=room_description, created_by=owner.id, created_at=user.created_at
        )
        return owner, self._memory.add_room(room, name_key(room_name))

    async def add(self, user: NewUser, *, join: RoomId | None = None) -> User:
        await self._memory.writing(user.display_name, user.username, user.email)
        added = self._add(user)
        if join in self._memory.rooms:
            self._memory.join(join, added.id, role=RoomRole.MEMBER, at=user.created_at)
        return added

    async def by_id(self, user_id: UserId) -> User | None:
        await self._memory.reading()
        account = self._memory.accounts.get(user_id)
        return account.user if account else None

    async def by_login(self, *, name_key: str, username: str) -> tuple[User, str] | None:
        await self._memory.reading()
        accounts = self._memory.accounts.values()
        found = [each for each in accounts if each.user.username == username] or [each for each in accounts if each.name_key == name_key]
        return (found[0].user, found[0].password_hash) if found else None

    async def password_hash(self, user_id: UserId) -> str | None:
        await self._memory.reading()
        account = self._memory.accounts.get(user_id)
        return account.password_hash if account else None

    async def set_password_hash(self, user_id: UserId, password_hash: str, *, instead_of: str | None = None) -> bool:
        await self._memory.writing()
        account = self._memory.accounts.get(user_id)
        if account is None or (instead_of is not None and account.password_hash != instead_of):
            return False
        self._memory.accounts[user_id] = replace(account, password_hash=password_hash)
        return True

    async def update_profile(self, user_id: UserId, *, display_name: str, name_key: str, username: str, email: str | None) -> User:
        await self._memory.writing(display_name, username, email)
        account = self._account(user_id)
        self._refuse_taken(name_key, username, but=user_id)
        user = replace(account.user, display_name=display_name, username=username, email=email)
        self._memory.accounts[user_id] = replace(account, user=user, name_key=name_key)
        return user

    async def update_preferences(self, user_id: UserId, preferences: Preferences) -> User:
        await self._memory.writing()
        return self._change(user_id, preferences=preferences)

    async def set_last_room(self, user_id: UserId, room_id: RoomId) -> None:
        await self._memory.writing()
        if user_id in self._memory.accounts and room_id in self._memory.rooms:
            self._change(user_id, last_room_id=room_id)

    async def taken_usernames(self, prefix: str) -> frozenset[str]:
        await self._memory.reading()
        names = (account.user.username for account in self._memory.accounts.values())
        return frozenset(name for name in names if name.startswith(prefix))

    def _owner_exists(self) -> bool:
        return any(account.user.role is ServerRole.OWNER for account in self._memory.accounts.values())

    def _add(self, new: NewUser) -> User:
        self._refuse_taken(new.name_key, new.username, but=None)
        user = User(
            id=UserId(next(self._memory.ids)),
            kind=UserKind.ACCOUNT,
            role=new.role,
            username=new.username,
            display_name=new.display_name,
            email=new.email,
            created_at=new.created_at,
            preferences=Preferences(),
            last_room_id=None,
        )
        self._memory.accounts[user.id] = MemoryAccount(user, new.name_key, new.password_hash)
        return user

    def _refuse_taken(self, key: str, username: str, but: UserId | None) -> None:
        others = [account for account in self._memory.accounts.values() if account.user.id != but]
        if any(account.name_key == key for account in others):
            raise NameTaken
        if any(account.user.username == username for account in others):
            raise UsernameTaken

    def _account(self, user_id: UserId) -> MemoryAccount:
        if user_id not in self._memory.accounts:
            raise NotFound('There is no such person any more.')
        return self._memory.accounts[user_id]

    def _change(self, user_id: UserId, **values: Any) -> User:
        account = self._account(user_id)
        user = replace(account.user, **values)
        self._memory.accounts[user_id] = replace(account, user=user)
        return user


class MemorySignIns:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._by_id: dict[SignInId, tuple[bytes, SignIn]] = {}

    async def add(self, user_id: UserId, token_hash: bytes, *, user_agent: str, at: datetime, password_hash: str | None = None) -> SignIn:
        await self._memory.writing(user_agent)
        if password_hash is not None and self._memory.accounts[user_id].password_hash != password_hash:
            raise SignInFailed
        sign_in = SignIn(
            id=SignInId(next(self._memory.ids)),
            user_id=user_id,
            created_at=at,
            last_seen_at=at,
            user_agent=user_agent,
            utc_offset_min=None,
        )
        self._by_id[sign_in.id] = (token_hash, sign_in)
        return sign_in

    async def by_token_hash(self, token_hash: bytes) -> tuple[SignIn, User] | None:
        await self._memory.reading()
        found = [sign_in for known, sign_in in self._by_id.values() if known == token_hash]
        return (found[0], self._memory.accounts[found[0].user_id].user) if found else None

    async def touch(self, sign_in_id: SignInId, *, at: datetime) -> None:
        await self._memory.writing()
        self._change(sign_in_id, last_seen_at=at)

    async def set_utc_offset(self, sign_in_id: SignInId, utc_offset_min: int) -> None:
        await self._memory.writing()
        self._change(sign_in_id, utc_offset_min=utc_offset_min)

    async def end(self, sign_in_id: SignInId) -> None:
        await self._memory.writing()
        self._by_id.pop(sign_in_id, None)

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
        return [sign_in.id for sign_in in ended]

    def _change(self, sign_in_id: SignInId, **values: Any) -> None:
        if sign_in_id in self._by_id:
            token_hash, sign_in = self._by_id[sign_in_id]
            self._by_id[sign_in_id] = (token_hash, replace(sign_in, **values))
