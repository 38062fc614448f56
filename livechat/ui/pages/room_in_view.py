"""What the sections of a room's settings share: the room as this person sees it now, and how the page follows what they do."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from livechat.domain.access import Right, RoomAccess
from livechat.domain.model import Member, Room, RoomId, RoomRole, RoomSummary, User
from livechat.ui.pages.places import Places
from livechat.ui.session import Session


@dataclass(slots=True, kw_only=True)
class RoomInView:
    """Invariant: `access` and `members` are as of the last time the page was drawn; the domain decides by what is true then."""

    session: Session
    places: Places
    access: RoomAccess
    summary: RoomSummary
    members: Sequence[Member]
    """By when they joined."""
    redraw: Callable[[], Awaitable[None]]
    """Draw the page anew: the person's rights, or the room, are others now."""

    @property
    def room(self) -> Room:
        return self.access.room

    @property
    def room_id(self) -> RoomId:
        return self.access.room.id

    @property
    def user(self) -> User:
        return self.session.user

    @property
    def title(self) -> str:
        return self.summary.title(self.user.id)

    def may(self, right: Right) -> bool:
        return self.access.may(right)

    def member(self, user: User) -> Member | None:
        return next((member for member in self.members if member.person.id == user.id), None)

    @property
    def heir(self) -> Member | None:
        """Who becomes its admin when this person, its last one, leaves: the longest-standing account. None: nobody, or no need."""
        own = self.member(self.user)
        if own is None or own.role is not RoomRole.ADMIN:
            return None
        others = [member for member in self.members if member.person.id != self.user.id]
        if any(member.role is RoomRole.ADMIN for member in others):
            return None
        return next((member for member in others if not member.person.is_guest), None)
