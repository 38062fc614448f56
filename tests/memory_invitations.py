"""Invitations and password links in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from livechat.domain.errors import InvitationUnusable, NotFound
from livechat.domain.invitation import Invitation, InvitedAs, Unusable
from livechat.domain.model import InvitationId, RoomId, RoomRole, User, UserId, UserKind, UserStatus
from tests.memory import Memory


class MemoryInvitations:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def add(
        self,
        *,
        room_id: RoomId | None,
        invited_as: InvitedAs,
        created_by: UserId,
        at: datetime,
        expires_at: datetime | None,
        max_uses: int | None,
    ) -> Invitation:
        await self._memory.writing()
        if room_id is not None:
            self._memory.room(room_id)
        invitation = Invitation(
            id=InvitationId(next(self._memory.ids)),
            room_id=room_id,
            invited_as=invited_as,
            created_by=existing_active(self._memory, created_by).person,
            created_at=at,
            expires_at=expires_at,
            max_uses=max_uses,
            uses=0,
            revoked_at=None,
        )
        self._memory.invitations[invitation.id] = invitation
        return invitation

    async def by_id(self, invitation_id: InvitationId) -> Invitation | None:
        return next((each for each in await self.all() if each.id == invitation_id), None)

    async def all(self) -> Sequence[Invitation]:
        await self._memory.reading()
        newest_first = sorted(_invitations(self._memory), reverse=True)
        return [_with_current_name(self._memory, self._memory.invitations[each]) for each in newest_first]

    async def of_room(self, room_id: RoomId) -> Sequence[Invitation]:
        return [each for each in await self.all() if each.room_id == room_id]

    async def made_by(self, user_id: UserId) -> Sequence[Invitation]:
        return [each for each in await self.all() if each.created_by.id == user_id]

    async def revoke(self, invitation_id: InvitationId, *, at: datetime) -> bool:
        await self._memory.writing()
        if invitation_id not in _invitations(self._memory) or self._memory.invitations[invitation_id].revoked_at is not None:
            return False
        self._memory.invitations[invitation_id] = replace(self._memory.invitations[invitation_id], revoked_at=at)
        return True

    async def redeem(self, invitation_id: InvitationId, user_id: UserId, *, join: RoomId | None, at: datetime) -> RoomId | None:
        await self._memory.writing()
        existing_active(self._memory, user_id)
        if invitation_id not in _invitations(self._memory):
            raise InvitationUnusable(Unusable.UNKNOWN)
        invitation = self._memory.invitations[invitation_id]
        room_id = join if invitation.room_id is None else invitation.room_id
        if room_id is None or room_id not in self._memory.rooms:
            refuse_unusable(self._memory, invitation_id, at)
            return None
        if user_id not in self._memory.rooms[room_id].members:
            use_up(self._memory, invitation_id, at)
            self._memory.join(room_id, user_id, role=RoomRole.MEMBER, at=at)
        return room_id

    async def guests_of(self, invitation_id: InvitationId) -> Sequence[UserId]:
        await self._memory.reading()
        users = (account.user for account in self._memory.accounts.values())
        return sorted(
            each.id for each in users if each.invitation_id == invitation_id and each.is_guest and each.status is not UserStatus.GONE
        )


class MemoryPasswordLinks:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def add(self, token_hash: bytes, user_id: UserId, *, created_by: UserId | None, expires_at: datetime) -> None:
        await self._memory.writing()
        existing(self._memory, user_id)
        self._memory.password_links[token_hash] = (user_id, created_by, expires_at)

    async def user_of(self, token_hash: bytes, *, at: datetime) -> User | None:
        await self._memory.reading()
        return self._user_of(token_hash, at)

    async def redeem(self, token_hash: bytes, password_hash: str, *, at: datetime) -> User | None:
        await self._memory.writing()
        user = self._user_of(token_hash, at)
        if user is not None:
            self._memory.accounts[user.id] = replace(self._memory.accounts[user.id], password_hash=password_hash)
            forget_password_links(self._memory, user.id)
        return user

    def _user_of(self, token_hash: bytes, at: datetime) -> User | None:
        if token_hash not in self._memory.password_links:
            return None
        user_id, created_by, expires_at = self._memory.password_links[token_hash]
        user = self._memory.accounts[user_id].user
        maker = user if created_by is None else self._memory.accounts[created_by].user
        could_make_it = created_by is None or (maker.is_server_admin and maker.person.rank >= user.person.rank)
        usable = expires_at > at and UserStatus.ACTIVE is user.status is maker.status and user.kind is UserKind.ACCOUNT
        return user if usable and could_make_it else None


def forget_password_links(memory: Memory, user_id: UserId) -> None:
    for token_hash in [each for each, (owner, *_) in memory.password_links.items() if owner == user_id]:
        del memory.password_links[token_hash]


def existing(memory: Memory, user_id: UserId) -> User:
    if user_id not in memory.accounts or memory.accounts[user_id].user.status is UserStatus.GONE:
        raise NotFound('There is no such person any more.')
    return memory.accounts[user_id].user


def existing_active(memory: Memory, user_id: UserId) -> User:
    user = existing(memory, user_id)
    if user.status is not UserStatus.ACTIVE:
        raise NotFound('There is nobody like that here.')
    return user


def refuse_unusable(memory: Memory, invitation_id: InvitationId, at: datetime) -> None:
    found = invitation_id in _invitations(memory)
    problem = memory.invitations[invitation_id].problem(at) if found else Unusable.UNKNOWN
    if problem is not None:
        raise InvitationUnusable(problem)


def use_up(memory: Memory, invitation_id: InvitationId, at: datetime) -> RoomId | None:
    """Take one of its places; return its room."""
    refuse_unusable(memory, invitation_id, at)
    invitation = memory.invitations[invitation_id]
    memory.invitations[invitation_id] = replace(invitation, uses=invitation.uses + 1)
    return invitation.room_id


def _invitations(memory: Memory) -> list[InvitationId]:
    """Those whose room is not gone."""
    return [each.id for each in memory.invitations.values() if each.room_id is None or each.room_id in memory.rooms]


def _with_current_name(memory: Memory, invitation: Invitation) -> Invitation:
    return replace(invitation, created_by=memory.accounts[invitation.created_by.id].user.person)
