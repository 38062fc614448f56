"""Who may do what on the server as a whole: decided by its admins, asked before each such act. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from livechat.domain.errors import NotAllowed
from livechat.domain.model import User


class Registration(StrEnum):
    """Who may make an account."""

    OPEN = 'open'
    """Whoever reaches the server."""
    INVITED = 'invited'
    """Whoever has an invitation as a member."""
    CLOSED = 'closed'
    """Nobody; guests keep no names either."""


class Circle(StrEnum):
    """Who may do something, each circle within the one before."""

    EVERYBODY = 'everybody'
    """Guests too."""
    MEMBERS = 'members'
    ADMINS = 'admins'

    def has(self, user: User) -> bool:
        match self:
            case Circle.EVERYBODY:
                return True
            case Circle.MEMBERS:
                return not user.is_guest
            case Circle.ADMINS:
                return user.is_server_admin


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the admins of the server have decided."""

    registration: Registration = Registration.OPEN
    guests: bool = True
    """Whether guests are let in: by invitation, or by name alone where the server trusts everybody."""
    create_rooms: Circle = Circle.MEMBERS
    invite: Circle = Circle.MEMBERS

    def must_create_rooms(self, user: User) -> None:
        """:raises NotAllowed:"""
        if not self.create_rooms.has(user):
            raise NotAllowed('On this server you cannot create rooms. Ask an admin.')

    def must_invite(self, user: User) -> None:
        """:raises NotAllowed:"""
        if not self.invite.has(user):
            raise NotAllowed('On this server you cannot invite others. Ask an admin.')
