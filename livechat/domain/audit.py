"""What admins did, as it is written down: who, when, what, to whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from livechat.domain.model import Person

AuditId = NewType('AuditId', int)


class Act(StrEnum):
    """In the words of the log."""

    ROLE = 'changed the role of'
    DEACTIVATED = 'deactivated'
    REACTIVATED = 'reactivated'
    BANNED = 'banned'
    UNBANNED = 'lifted the ban of'
    REMOVED_GUESTS = 'removed the guests of an invitation by'
    LINK = 'made a password link for'
    INVITED = 'made an invitation'
    REVOKED = 'revoked an invitation by'
    POLICY = 'changed the policy'
    ROOM_CREATED = 'created the room'
    ROOM_CONVERTED = 'converted the room'
    ROOM_ARCHIVED = 'archived the room'
    ROOM_UNARCHIVED = 'unarchived the room'
    ROOM_DELETED = 'deleted the room'
    ROOM_PICTURE = 'changed the picture of the room'
    SERVER_NAME = 'renamed the server'
    SERVER_PICTURE = 'changed the picture of the server'
    ROOM_ROLE = 'changed the role in a room of'
    REMOVED = 'removed from a room'
    TIMED_OUT = 'timed out in a room'
    ADDRESSES = 'banned the addresses of'


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    id: AuditId
    at: datetime
    actor: Person | None
    """None: the command line."""
    act: Act
    subject: str
    """Whom or what it was done to, as it was called then; empty for the server."""
    detail: str
    """What else is worth knowing, in words; may be empty. Never anything of a direct room, nor a private room's messages."""
