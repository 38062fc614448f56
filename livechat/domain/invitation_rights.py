"""Who may make, see and take back an invitation. An invitation is worth no more than its maker's right to make it is now."""

from datetime import timedelta

from livechat.domain.access import Grounds, Right, access_room
from livechat.domain.errors import InvalidInput, NotAllowed, NotFound
from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.model import RoomId, User, UserStatus
from livechat.domain.people_ports import UserStore
from livechat.domain.policy import Registration
from livechat.domain.policy_desk import PolicyDesk

MAX_LASTS = timedelta(days=366)
MAX_USES = 10_000


class InvitationRights:
    """Asked anew at each act."""

    def __init__(self, users: UserStore, policy: PolicyDesk, grounds: Grounds) -> None:
        self._users = users
        self._policy = policy
        self._grounds = grounds

    async def must_invite(self, user: User, room_id: RoomId | None, invited_as: InvitedAs) -> None:
        """:raises RoomNotFound: :raises NotAllowed:"""
        policy = self._policy.current
        if room_id is not None:
            (await access_room(user, room_id, self._grounds)).must(Right.INVITE)
        policy.must_invite(user)
        if not _is_for(user, room_id, invited_as):
            raise NotAllowed('Guests can invite guests into their rooms, and nobody else.')
        if invited_as is InvitedAs.GUEST and not policy.guests:
            raise NotAllowed('This server takes no guests at the moment. Invite as a member.')
        if invited_as is InvitedAs.MEMBER:
            self.must_take_members()

    def must_take_members(self) -> None:
        """:raises NotAllowed:"""
        if self._policy.current.registration is Registration.CLOSED:
            raise NotAllowed('Nobody can make an account here at the moment.')

    def must_take_guests(self) -> None:
        """:raises NotAllowed:"""
        if not self._policy.current.guests:
            raise NotAllowed('This server takes no guests at the moment.')

    async def still_stands(self, invitation: Invitation) -> bool:
        """Whether its maker could still invite there."""
        maker = await self._users.by_id(invitation.created_by.id)
        if maker is None or maker.status is not UserStatus.ACTIVE or not self._policy.current.invite.has(maker):
            return False
        if invitation.room_id is None:
            return True
        try:
            return (await access_room(maker, invitation.room_id, self._grounds)).may(Right.INVITE)
        except NotFound:
            return False

    async def knows_room(self, user: User, invitation: Invitation) -> bool:
        """Whether the room that it leads to, if to one, exists for them: who was removed from a private one learns no more of it."""
        try:
            return invitation.room_id is None or bool(await access_room(user, invitation.room_id, self._grounds))
        except NotFound:
            return False

    async def may_manage(self, user: User, invitation: Invitation) -> bool:
        """See it with its code, and take it back."""
        if user.is_server_admin or invitation.created_by.id == user.id:
            return True
        if invitation.room_id is None:
            return False
        try:
            return (await access_room(user, invitation.room_id, self._grounds)).is_room_admin
        except NotFound:
            return False


def check_terms(lasts: timedelta | None, max_uses: int | None) -> None:
    """:raises InvalidInput:"""
    if lasts is not None and not timedelta(0) < lasts <= MAX_LASTS:
        raise InvalidInput(f'An invitation lasts up to {MAX_LASTS.days} days, or for ever.')
    if max_uses is not None and not 1 <= max_uses <= MAX_USES:
        raise InvalidInput(f'An invitation is for 1 to {MAX_USES:,} people, or for as many as come.')


def _is_for(maker: User, room_id: RoomId | None, invited_as: InvitedAs) -> bool:
    """A guest makes nobody more than they are themselves."""
    return not maker.is_guest or (room_id is not None and invited_as is InvitedAs.GUEST)
