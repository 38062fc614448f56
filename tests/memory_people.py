"""Accounts and guests in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from livechat.domain.errors import AlreadySetUp, NameTaken, NotAllowed, NotFound, UsernameTaken
from livechat.domain.face import Face
from livechat.domain.model import (
    InvitationId,
    Person,
    Preferences,
    Room,
    RoomId,
    RoomRole,
    ServerRole,
    User,
    UserId,
    UserKind,
    UserStatus,
)
from livechat.domain.names import name_key, sort_key
from livechat.domain.people_ports import NewUser
from tests.memory import Memory, MemoryAccount, MemoryRoom
from tests.memory_invitations import existing, forget_password_links, use_up
from tests.memory_pictures import exchange_picture


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

    async def add(self, user: NewUser, *, join: RoomId | None = None, invitation: InvitationId | None = None) -> User:
        await self._memory.writing(user.display_name, user.username, user.email)
        self._refuse_taken(user.name_key, user.username, but=None)
        if invitation is not None:
            join = use_up(self._memory, invitation, user.created_at) or join
        added = self._add(user, invitation)
        if join is not None and join in self._memory.rooms:
            self._memory.join(join, added.id, role=RoomRole.MEMBER, at=user.created_at)
        return added

    async def by_id(self, user_id: UserId) -> User | None:
        await self._memory.reading()
        account = self._memory.accounts.get(user_id)
        return account.user if account else None

    async def by_login(self, *, name_key: str, username: str) -> tuple[User, str | None] | None:
        await self._memory.reading()
        accounts = self._not_gone()
        found = [each for each in accounts if each.user.username == username] or [each for each in accounts if each.name_key == name_key]
        return (found[0].user, found[0].password_hash) if found else None

    async def password_hash(self, user_id: UserId) -> str | None:
        await self._memory.reading()
        account = self._memory.accounts.get(user_id)
        return account.password_hash if account else None

    async def set_password_hash(self, user_id: UserId, password_hash: str, *, instead_of: str | None = None) -> bool:
        await self._memory.writing()
        account = self._memory.accounts.get(user_id)
        if account is None or account.user.is_guest or (instead_of is not None and account.password_hash != instead_of):
            return False
        self._memory.accounts[user_id] = replace(account, password_hash=password_hash)
        forget_password_links(self._memory, user_id)
        return True

    async def update_profile(
        self, user_id: UserId, *, display_name: str, name_key: str, username: str, email: str | None, bio: str = ''
    ) -> User:
        await self._memory.writing(display_name, username, email, bio)
        existing(self._memory, user_id)
        self._refuse_taken(name_key, username, but=user_id)
        self._memory.accounts[user_id] = replace(self._memory.accounts[user_id], name_key=name_key)
        return self._change(user_id, display_name=display_name, username=username, email=email, bio=bio)

    async def set_picture(self, user_id: UserId, face: Face | None) -> User:
        await self._memory.writing()
        user = existing(self._memory, user_id)
        return self._change(user_id, picture=exchange_picture(self._memory, user.picture, face))

    async def update_preferences(self, user_id: UserId, preferences: Preferences) -> User:
        await self._memory.writing()
        return self._change(user_id, preferences=preferences)

    async def set_last_room(self, user_id: UserId, room_id: RoomId) -> None:
        await self._memory.writing()
        if room_id in self._memory.rooms and any(account.user.id == user_id for account in self._not_gone()):
            self._change(user_id, last_room_id=room_id)

    async def taken_usernames(self, prefix: str) -> frozenset[str]:
        await self._memory.reading()
        names = (account.user.username for account in self._not_gone())
        return frozenset(name for name in names if name.startswith(prefix))

    async def by_email(self, email: str) -> Sequence[User]:
        await self._memory.reading()
        return [
            user
            for user in self._active()
            if user.kind is UserKind.ACCOUNT and user.email is not None and user.email.casefold() == email.casefold()
        ]

    async def by_guest_key(self, guest_key_hash: bytes) -> User | None:
        await self._memory.reading()
        return next((account.user for account in self._not_gone() if account.guest_key_hash == guest_key_hash), None)

    async def people(self, *, words: str = '', limit: int, offset: int = 0) -> Sequence[User]:
        await self._memory.reading()
        found = [account.user for account in self._not_gone() if _is_called(account.user.person, words)]
        return sorted(found, key=lambda user: _place(user.person))[offset : offset + limit]

    async def acquaintances(self, user_id: UserId, *, words: str = '', everybody: bool, limit: int) -> Sequence[Person]:
        await self._memory.reading()
        rooms = [stored for stored in self._memory.rooms.values() if user_id in stored.members]
        direct = [stored for stored in rooms if stored.room.is_direct]
        latest = {
            member: max(_latest(stored) for stored in direct if member in stored.members) for stored in direct for member in stored.members
        }

        def place(person: Person) -> tuple[object, ...]:
            since = -latest[person.id].timestamp() if person.id in latest else 0.0
            return (since, person.id not in together, person.display_name.lower(), person.id)

        together = {member for stored in rooms for member in stored.members}
        people = [user.person for user in self._active() if user.id != user_id and (everybody or user.id in together)]
        return sorted((person for person in people if _is_called(person, words)), key=place)[:limit]

    async def admins(self) -> Sequence[Person]:
        await self._memory.reading()
        return sorted((user.person for user in self._active() if user.role is not ServerRole.MEMBER), key=_place)

    async def set_role(self, user_id: UserId, role: ServerRole) -> User:
        await self._memory.writing()
        return self._moderate(user_id, role=role)

    async def set_status(self, user_id: UserId, status: UserStatus) -> User:
        await self._memory.writing()
        return self._moderate(user_id, status=status)

    async def deactivate(self, user_id: UserId) -> User:
        await self._memory.writing()
        user = self._moderate(user_id, status=UserStatus.DEACTIVATED, email=None)
        self._drop_memberships(user_id, direct_too=False)
        self._drop_what_is_theirs_alone(user_id)
        forget_password_links(self._memory, user_id)
        return user

    async def make_account(self, user_id: UserId, *, password_hash: str, email: str | None) -> User:
        await self._memory.writing(email)
        user = existing(self._memory, user_id)
        if not user.is_guest or user.status is not UserStatus.ACTIVE:
            raise NotFound('You are no guest any more. Load the page again.')
        account = self._memory.accounts[user_id]
        self._memory.accounts[user_id] = replace(account, password_hash=password_hash, guest_key_hash=None)
        return self._change(user_id, kind=UserKind.ACCOUNT, email=email)

    async def end_guests(self, user_ids: Collection[UserId]) -> Sequence[User]:
        await self._memory.writing()
        ended = [account.user for account in self._not_gone() if account.user.id in user_ids and account.user.is_guest]
        for user in ended:
            self._drop_memberships(user.id, direct_too=True)
            self._drop_what_is_theirs_alone(user.id)
            for sign_in_id in [each.id for _, each in self._memory.sign_ins.values() if each.user_id == user.id]:
                del self._memory.sign_ins[sign_in_id]
            for place in [each for each in self._memory.drafts if each[0] == user.id]:
                del self._memory.drafts[place]
            exchange_picture(self._memory, user.picture, None)
            gone = replace(user, status=UserStatus.GONE, username=f'~{user.id}', email=None, bio='', picture='')
            self._memory.accounts[user.id] = MemoryAccount(gone, f'\x1fgone{user.id}', None)
        return ended

    async def guests_unseen_since(self, before: datetime) -> Sequence[UserId]:
        await self._memory.reading()
        seen = {each.user_id for _, each in self._memory.sign_ins.values() if each.last_seen_at >= before}
        guests = (account.user for account in self._not_gone() if account.user.is_guest)
        came = self._memory.last_seen
        return sorted(user.id for user in guests if came.get(user.id, user.created_at) < before and user.id not in seen)

    def _owner_exists(self) -> bool:
        return any(account.user.role is ServerRole.OWNER for account in self._memory.accounts.values())

    def _not_gone(self) -> Sequence[MemoryAccount]:
        return [account for account in self._memory.accounts.values() if account.user.status is not UserStatus.GONE]

    def _active(self) -> Sequence[User]:
        return [account.user for account in self._memory.accounts.values() if account.user.status is UserStatus.ACTIVE]

    def _moderate(self, user_id: UserId, **values: Any) -> User:
        user = existing(self._memory, user_id)
        changed = replace(user, **values)
        owners = [each.id for each in self._active() if each.role is ServerRole.OWNER]
        stays = changed.role is ServerRole.OWNER and changed.status is UserStatus.ACTIVE
        if owners == [user_id] and not stays:
            raise NotAllowed('This is the last owner of the server. Make somebody else an owner first.')
        return self._change(user_id, **values)

    def _drop_memberships(self, user_id: UserId, *, direct_too: bool) -> None:
        for stored in self._memory.rooms.values():
            if direct_too or not stored.room.is_direct:
                stored.members.pop(user_id, None)
                stored.last_read.pop(user_id, None)

    def _drop_what_is_theirs_alone(self, user_id: UserId) -> None:
        self._memory.searches.pop(user_id, None)
        for target_id in [each.id for each in self._memory.push_targets.values() if each.user_id == user_id]:
            del self._memory.push_targets[target_id]

    def _add(self, new: NewUser, invitation: InvitationId | None = None) -> User:
        self._refuse_taken(new.name_key, new.username, but=None)
        user = User(
            id=UserId(next(self._memory.ids)),
            kind=new.kind,
            role=new.role,
            username=new.username,
            display_name=new.display_name,
            email=new.email,
            created_at=new.created_at,
            preferences=Preferences(),
            last_room_id=None,
            invitation_id=invitation,
        )
        self._memory.accounts[user.id] = MemoryAccount(user, new.name_key, new.password_hash, new.guest_key_hash)
        return user

    def _refuse_taken(self, key: str, username: str, but: UserId | None) -> None:
        others = [account for account in self._memory.accounts.values() if account.user.id != but]
        if any(account.name_key == key for account in others):
            raise NameTaken
        if any(account.user.username == username for account in others):
            raise UsernameTaken

    def _change(self, user_id: UserId, **values: Any) -> User:
        user = replace(existing(self._memory, user_id), **values)
        self._memory.accounts[user_id] = replace(self._memory.accounts[user_id], user=user)
        return user


def _place(person: Person) -> tuple[object, ...]:
    return (list(ServerRole).index(person.role), person.display_name.lower(), person.id)


def _is_called(person: Person, words: str) -> bool:
    key = sort_key(words)
    return key in sort_key(person.display_name) or key in person.username


def _latest(stored: MemoryRoom) -> datetime:
    return stored.messages[stored.last_number].created_at if stored.messages else stored.room.created_at
