"""What admins of the server do about people. Each act is written down."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal

from livechat.domain.access import must_be_server_admin, must_not_outrank
from livechat.domain.address_bans import AddressBans, household, is_public
from livechat.domain.audit import Act, AuditEntry, AuditId
from livechat.domain.audit_log import AuditLog
from livechat.domain.departures import Departures
from livechat.domain.errors import NotAllowed, NotFound
from livechat.domain.model import MAX_NAME_CHARS, RoomSummary, ServerRole, User, UserId, UserStatus
from livechat.domain.names import sort_key
from livechat.domain.people_rooms import PeopleRooms
from livechat.domain.reception import Reception
from livechat.domain.room_ports import RoomStore
from livechat.domain.supervisor import Supervisor

MAX_PEOPLE = 100
"""Of one answer."""


class Moderation:
    """One per process. Acts come one after the other, each decided by what the two people are at that moment.

    So of two owners who demote each other one stays, and whoever was just demoted does no more. The store has the last word
    on the last owner.
    """

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        reception: Reception,
        *,
        room_store: RoomStore,
        rooms: PeopleRooms,
        departures: Departures,
        address_bans: AddressBans,
        supervisor: Supervisor,
        audit: AuditLog,
    ) -> None:
        self._reception = reception
        self._users = reception.users
        self._room_store = room_store
        self._rooms = rooms
        self._departures = departures
        self._address_bans = address_bans
        self._supervisor = supervisor
        self._audit = audit
        self._acting = asyncio.Lock()

    # Looking

    async def people(self, user: User, *, words: str = '', offset: int = 0, limit: int = 50) -> Sequence[User]:
        """Whatever their status; owners, admins, then the others, each by name. :raises NotAllowed:"""
        must_be_server_admin(user)
        return await self._users.people(words=words[:MAX_NAME_CHARS], limit=max(1, min(limit, MAX_PEOPLE)), offset=max(0, offset))

    async def rooms(self, user: User) -> Sequence[RoomSummary]:
        """Open and private ones, by name; nothing is said of direct ones. :raises NotAllowed:"""
        must_be_server_admin(user)
        found = [summary for summary in await self._room_store.all() if not summary.room.is_direct]
        return sorted(found, key=lambda summary: (sort_key(summary.room.name), summary.room.id))

    async def log(self, user: User, *, before: AuditId | None = None) -> Sequence[AuditEntry]:
        """The newest first, from the newest or from before that entry on. :raises NotAllowed:"""
        must_be_server_admin(user)
        return await self._audit.before(before)

    def is_banned_address(self, address: str) -> bool:
        """For the door, at every request."""
        return self._address_bans.has(address)

    # Acting

    async def set_role(self, user: User, who: UserId, role: ServerRole) -> User:
        """Admins make admins, owners make owners. :raises NotAllowed: :raises NotFound:"""
        return await self._supervisor.see_through(self._set_role(user, who, role), f'changes the role of {who}')

    async def deactivate(self, user: User, who: UserId) -> User:
        """Their messages stay. :raises NotAllowed: :raises NotFound:"""
        return await self._supervisor.see_through(self._deactivate(user, who), f'deactivates {who}')

    async def reactivate(self, user: User, who: UserId) -> User:
        """:raises NotAllowed: :raises NotFound:"""
        return await self._supervisor.see_through(self._let_back(user, who, UserStatus.DEACTIVATED), f'reactivates {who}')

    async def ban(
        self, user: User, who: UserId, *, addresses: bool = False, private_addresses_too: bool = False, delete_messages: bool = False
    ) -> User:
        """Out at once; the answer comes when their messages, if asked, are all deleted.

        `addresses`: also whoever comes from where they were signed in, but for private networks and for where the acting admin is.

        :raises NotAllowed: :raises NotFound:
        """
        banning: Literal['none', 'public', 'all'] = 'none' if not addresses else 'all' if private_addresses_too else 'public'
        return await self._supervisor.see_through(self._ban(user, who, banning, delete_messages=delete_messages), f'bans {who}')

    async def unban(self, user: User, who: UserId) -> User:
        """Their addresses too. :raises NotAllowed: :raises NotFound:"""
        return await self._supervisor.see_through(self._let_back(user, who, UserStatus.BANNED), f'lifts the ban of {who}')

    async def _set_role(self, user: User, who: UserId, role: ServerRole) -> User:
        async with self._acting:
            actor, other = await self._both(user, who)
            if other.is_guest or other.status is not UserStatus.ACTIVE:
                raise NotAllowed('Only people with an active account can have a role.')
            if role is ServerRole.OWNER and actor.role is not ServerRole.OWNER:
                raise NotAllowed('Only owners make somebody an owner.')
            if other.role is role:
                return other
            stored = await self._users.set_role(who, role)
            user = self._reception.changed(stored, lambda kept: replace(kept, role=role))
        await self._audit.write(actor, Act.ROLE, other.display_name, f'{other.role.value} → {role.value}')
        return user

    async def _deactivate(self, user: User, who: UserId) -> User:
        async with self._acting:
            actor, other = await self._both(user, who)
            if other.status is not UserStatus.ACTIVE:
                raise NotAllowed(f'{other.display_name} is not active.')
            stored = await self._departures.deactivate(who)
        await self._audit.write(actor, Act.DEACTIVATED, other.display_name)
        return stored

    async def _ban(self, user: User, who: UserId, banning: Literal['none', 'public', 'all'], *, delete_messages: bool) -> User:
        async with self._acting:
            actor, other = await self._both(user, who)
            stored, used = await self._departures.ban(who)
            places = await self._places(used, actor, banning)
            if places:
                await self._address_bans.add(places, user_id=who, at=self._reception.clock.now())
        await self._audit.write(actor, Act.BANNED, other.display_name, 'and deleted their messages' if delete_messages else '')
        if places:
            await self._audit.write(actor, Act.ADDRESSES, other.display_name, ', '.join(sorted(places)))
        if delete_messages:
            await self._rooms.delete_messages_of(who)
        return stored

    async def _let_back(self, user: User, who: UserId, was: UserStatus) -> User:
        async with self._acting:
            actor, other = await self._both(user, who)
            if other.status is not was:
                raise NotAllowed(f'{other.display_name} is not {was.value}.')
            stored = await self._users.set_status(who, UserStatus.ACTIVE)
            if was is UserStatus.BANNED:
                await self._address_bans.remove_of(who)
            await self._rooms.person_returned(stored)
        await self._audit.write(actor, Act.UNBANNED if was is UserStatus.BANNED else Act.REACTIVATED, other.display_name)
        return stored

    async def _both(self, user: User, who: UserId) -> tuple[User, User]:
        """As they are now; what the caller brought may be from before another act."""
        actor, other = await self._reception.as_now(user), await self._users.by_id(who)
        must_be_server_admin(actor)
        if other is None or other.status is UserStatus.GONE:
            raise NotFound('There is no such person any more.')
        if other.id == actor.id:
            raise NotAllowed('You cannot do that to yourself. Ask another admin.')
        must_not_outrank(actor, other.person)
        return actor, other

    async def _places(self, used: Sequence[str], actor: User, banning: Literal['none', 'public', 'all']) -> Collection[str]:
        if banning == 'none':
            return ()
        own = {household(sign_in.address) for sign_in in await self._reception.sign_ins.of(actor.id)}
        places = {household(address) for address in used} - own - {''}
        return {place for place in places if banning == 'all' or is_public(place)}
