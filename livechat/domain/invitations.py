"""Invitations: who makes and sees them, who comes in by them. `guests.py` has the way in as a guest."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from livechat.domain.access import Grounds, access_room, must_be_active, must_be_server_admin
from livechat.domain.audit import Act
from livechat.domain.audit_log import AuditLog
from livechat.domain.departures import ENDED_AT_ONCE, Departures
from livechat.domain.errors import EmailInvalid, InvitationUnusable, NotAllowed, NotFound, TooFast
from livechat.domain.invitation import Invitation, InvitedAs, Unusable
from livechat.domain.invitation_codes import InvitationCodes
from livechat.domain.invitation_rights import InvitationRights, check_terms
from livechat.domain.model import InvitationId, Person, Room, RoomId, ServerRole, User, UserId
from livechat.domain.names import clean_email, clean_name
from livechat.domain.people_ports import InvitationStore
from livechat.domain.people_rooms import PeopleRooms
from livechat.domain.push import Mailer
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.reception import Arrival, Reception
from livechat.domain.supervisor import Supervisor

STANDING_LASTS = timedelta(days=7)
STANDING_SERVES = STANDING_LASTS / 2
"""So much of it must be left, or one click gives a new one: who passes it on is not told when it ends."""
MAX_OPEN = 100
"""Of one person: more than that nobody keeps track of, and a script would make them without end."""
UNKNOWN = InvitationId(-1)
"""Nobody's: asked for in place of a forged one, so that both take a query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvitation:
    """What whoever holds the code is shown."""

    invitation: Invitation
    room: Room | None
    """None: the server as a whole."""
    inviter: Person
    as_guest: bool


class Invitations:
    """One per process."""

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        store: InvitationStore,
        reception: Reception,
        *,
        rooms: PeopleRooms,
        grounds: Grounds,
        departures: Departures,
        supervisor: Supervisor,
        audit: AuditLog,
        codes: InvitationCodes,
        mailer: Mailer | None,
        public_url: str,
    ) -> None:
        self._store = store
        self._reception = reception
        self._rooms = rooms
        self._grounds = grounds
        self.rights = InvitationRights(reception.users, reception.policy, grounds)
        self._departures = departures
        self._supervisor = supervisor
        self._audit = audit
        self._codes = codes
        self._mailer = mailer
        self._public_url = public_url
        self._standing = asyncio.Lock()
        limits = reception.limits
        self._made: TokenBuckets[UserId] = TokenBuckets(limits.change_burst, limits.change_refill_per_s)
        self._mailed: TokenBuckets[UserId] = TokenBuckets(limits.push_test_burst, limits.push_test_refill_per_s)

    def code(self, invitation: Invitation) -> str:
        """The part of the link after `/join/`. For whoever may see the invitation."""
        return self._codes.code(invitation.id)

    # Making and taking back

    async def make(
        self, user: User, *, room_id: RoomId | None, invited_as: InvitedAs, lasts: timedelta | None, max_uses: int | None
    ) -> Invitation:
        """:raises NotAllowed: :raises RoomNotFound: :raises InvalidInput: :raises TooFast:"""
        check_terms(lasts, max_uses)
        user = await self._reception.as_now(user)
        await self.rights.must_invite(user, room_id, invited_as)
        now = self._reception.clock.now()
        if sum(each.problem(now) is None for each in await self._store.made_by(user.id)) >= MAX_OPEN:
            raise NotAllowed(f'You have {MAX_OPEN} invitations that still let people in. Revoke one first.')
        if wait_s := self._made.take(user.id, self._reception.clock.monotonic()):
            raise TooFast('That was a lot at once', retry_after_s=wait_s)
        invitation = await self._store.add(
            room_id=room_id,
            invited_as=invited_as,
            created_by=user.id,
            at=now,
            expires_at=None if lasts is None else now + lasts,
            max_uses=max_uses,
        )
        await self._audit.write(user, Act.INVITED, self._room_name(room_id), _terms(invited_as, lasts, max_uses))
        return invitation

    async def standing(self, user: User, room_id: RoomId | None) -> Invitation:
        """This person's own one with default terms, made if need be. :raises NotAllowed: and what `make` raises."""
        invited_as = InvitedAs.GUEST if self._reception.policy.current.guests else InvitedAs.MEMBER
        async with self._standing:  # a double click makes one
            user = await self._reception.as_now(user)
            await self.rights.must_invite(user, room_id, invited_as)
            now = self._reception.clock.now()
            for invitation in await self._store.made_by(user.id):
                if (invitation.room_id, invitation.invited_as) != (room_id, invited_as) or invitation.problem(now) is not None:
                    continue
                if _is_standing(invitation) and invitation.expires_at is not None and invitation.expires_at - now >= STANDING_SERVES:
                    return invitation
            return await self.make(user, room_id=room_id, invited_as=invited_as, lasts=STANDING_LASTS, max_uses=None)

    async def of_room(self, user: User, room_id: RoomId) -> Sequence[Invitation]:
        """All of them for admins of the room, their own for others; the newest first. :raises RoomNotFound:"""
        access = await access_room(user, room_id, self._grounds)
        found = await self._store.of_room(room_id)
        return found if access.is_room_admin else [invitation for invitation in found if invitation.created_by.id == user.id]

    async def mine(self, user: User) -> Sequence[Invitation]:
        """But those into rooms that exist for them no more. :raises Banned:"""
        must_be_active(user)
        return [invitation for invitation in await self._store.made_by(user.id) if await self.rights.knows_room(user, invitation)]

    async def all(self, user: User) -> Sequence[Invitation]:
        """:raises NotAllowed: for whoever is no admin of the server."""
        must_be_server_admin(user)
        return await self._store.all()

    async def revoke(self, user: User, invitation_id: InvitationId, *, remove_guests: bool = False) -> int:
        """For its maker, admins of its room and admins of the server; how many guests were removed. :raises NotFound:"""
        user = await self._reception.as_now(user)
        invitation = await self._visible(user, invitation_id)
        if await self._store.revoke(invitation.id, at=self._reception.clock.now()):
            await self._audit.write(user, Act.REVOKED, invitation.created_by.display_name, self._room_name(invitation.room_id))
        if not remove_guests:
            return 0
        return await self._supervisor.see_through(self._remove_guests(user, invitation), f'removes guests of invitation {invitation.id}')

    # Coming in

    async def look(self, code: str) -> OpenInvitation:
        """Changes nothing. :raises InvitationUnusable: after the same work for one that never was and one whose room is gone."""
        found = self._codes.id_of(code)
        invitation = await self._store.by_id(UNKNOWN if found is None else found)
        room = None if invitation is None or invitation.room_id is None else self._grounds.directory.get(invitation.room_id)
        if invitation is None or (invitation.room_id is not None and (room is None or room.is_archived or room.is_direct)):
            raise InvitationUnusable(Unusable.UNKNOWN)
        problem = invitation.problem(self._reception.clock.now())
        if problem is not None:
            raise InvitationUnusable(problem)
        if not await self.rights.still_stands(invitation):
            raise InvitationUnusable(Unusable.REVOKED)
        as_guest = invitation.invited_as is InvitedAs.GUEST
        return OpenInvitation(invitation=invitation, room=room, inviter=invitation.created_by, as_guest=as_guest)

    async def accept(self, user: User, code: str) -> Room | None:
        """For somebody who is signed in: the room they are a member of now. :raises InvitationUnusable:"""
        user = await self._reception.as_now(user)
        return await self._supervisor.see_through(self._accept(user, await self.look(code)), f'{user.id} accepts an invitation')

    async def register(self, code: str, *, name: str, password: str, email: str | None, address: str, user_agent: str) -> Arrival:
        """A new member. :raises InvitationUnusable: :raises NotAllowed: and what `Accounts.register` raises."""
        reception = self._reception
        reception.count_try(address)
        opened = await self.look(code)
        self.rights.must_take_members()
        if opened.as_guest:
            raise NotAllowed('This invitation is for guests. Come in with a name alone.')
        clean, mail = clean_name(name), clean_email(email or '')
        reception.passwords.check_new(password)
        await reception.must_be_free(clean)
        new = await reception.new_account(clean, password, email=mail, role=ServerRole.MEMBER)
        lobby = self._grounds.directory.oldest()
        user = await reception.add(new, join=lobby.id if lobby else None, invitation=opened.invitation.id)
        return await self.arrive(user, opened.room or lobby, opened.inviter, user_agent=user_agent, address=address)

    async def arrive(
        self, user: User, room: Room | None, inviter: Person, *, user_agent: str, address: str, guest_key: str | None = None
    ) -> Arrival:
        """Somebody new, who is stored."""
        await self._rooms.welcome(user, inviter)
        token, _ = await self._reception.sign_ins.start(user.id, user_agent=user_agent, address=address)
        return Arrival(user=user, token=token, room=room, guest_key=guest_key)

    # By mail

    @property
    def can_mail(self) -> bool:
        return self._mailer is not None

    async def mail(self, user: User, invitation_id: InvitationId, *, to: str, base_url: str) -> None:
        """:raises NotFound: :raises InvitationUnusable: :raises EmailInvalid: :raises TooFast: :raises MailFailed:"""
        user = await self._reception.as_now(user)
        invitation = await self._visible(user, invitation_id)
        opened = await self.look(self.code(invitation))
        recipient = clean_email(to)
        if recipient is None:
            raise EmailInvalid
        if self._mailer is None:
            raise NotAllowed('This server sends no mail. Copy the link instead.')
        if wait_s := self._mailed.take(user.id, self._reception.clock.monotonic()):
            raise TooFast('That was a lot of mail', retry_after_s=wait_s)
        where = f'“{opened.room.name}”' if opened.room else 'our chat'
        link = f'{self._public_url or base_url}/join/{self.code(invitation)}'
        await self._mailer.send(
            to=recipient,
            subject=f'{user.display_name} invites you to {where}',
            text=f'{user.display_name} invites you to {where}. Open this link to come in:\n\n{link}\n',
        )

    async def _visible(self, user: User, invitation_id: InvitationId) -> Invitation:
        invitation = await self._store.by_id(invitation_id)
        if invitation is None or not await self.rights.may_manage(user, invitation):
            raise NotFound('There is no such invitation any more.')
        return invitation

    async def _accept(self, user: User, opened: OpenInvitation) -> Room | None:
        lobby = self._grounds.directory.oldest()
        before = await self._rooms.memberships(user.id)
        room_id = await self._store.redeem(opened.invitation.id, user.id, join=lobby.id if lobby else None, at=self._reception.clock.now())
        if room_id is None:
            return None
        if room_id not in before:
            await self._rooms.joined(user, room_id, opened.inviter)
        return self._grounds.directory.get(room_id)

    async def _remove_guests(self, user: User, invitation: Invitation) -> int:
        removed = 0
        guests = await self._store.guests_of(invitation.id)
        try:
            for start in range(0, len(guests), ENDED_AT_ONCE):
                removed += await self._departures.end_guests(guests[start : start + ENDED_AT_ONCE])
        finally:  # those who are gone are gone, whatever became of the others
            if removed:
                await self._audit.write(user, Act.REMOVED_GUESTS, invitation.created_by.display_name, f'{removed} guests')
        return removed

    def _room_name(self, room_id: RoomId | None) -> str:
        room = None if room_id is None else self._grounds.directory.get(room_id)
        return room.name if room else ''


def _is_standing(invitation: Invitation) -> bool:
    return invitation.max_uses is None and invitation.expires_at == invitation.created_at + STANDING_LASTS


def _terms(invited_as: InvitedAs, lasts: timedelta | None, max_uses: int | None) -> str:
    """In the words of the audit log."""
    time = 'for ever' if lasts is None else f'for {lasts.total_seconds() / 3_600:,.0f} hours'
    return f'as a {invited_as.value}, {time}, {_people(max_uses)}'


def _people(max_uses: int | None) -> str:
    return 'for any number of people' if max_uses is None else 'for one person' if max_uses == 1 else f'for {max_uses:,} people'
