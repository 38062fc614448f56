"""An invitation: a link that lets somebody in. Pure; `invitations.py` makes, keeps and redeems them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from livechat.domain.model import InvitationId, Person, RoomId


class InvitedAs(StrEnum):
    GUEST = 'guest'
    MEMBER = 'member'


class Unusable(StrEnum):
    """Why an invitation lets nobody in."""

    UNKNOWN = 'unknown'
    """Mistyped, forged, or so old that it was forgotten; also one whose room is gone, which is nobody's business."""
    EXPIRED = 'expired'
    USED_UP = 'used up'
    REVOKED = 'revoked'


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """The code itself is nowhere: it follows from the id and the server's secret, and is shown to whoever may see the invitation."""

    id: InvitationId
    room_id: RoomId | None
    """None: the server as a whole; one lands in its oldest open room."""
    invited_as: InvitedAs
    created_by: Person
    created_at: datetime
    expires_at: datetime | None
    max_uses: int | None
    uses: int
    revoked_at: datetime | None

    def problem(self, now: datetime) -> Unusable | None:
        """None while it lets people in."""
        if self.revoked_at is not None:
            return Unusable.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return Unusable.EXPIRED
        if self.max_uses is not None and self.uses >= self.max_uses:
            return Unusable.USED_UP
        return None
