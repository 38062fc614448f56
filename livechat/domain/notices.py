"""What people are notified of, wherever they are looking; part of the events in `events.py`."""

from dataclasses import dataclass
from enum import StrEnum

from livechat.domain.model import MessageNumber, Person, Room, UserId


class Occasion(StrEnum):
    """Why somebody is told of something elsewhere."""

    MENTIONED = 'mentioned you'
    WROTE = 'wrote'
    """In a direct room, or in one whose every message they want."""
    ADDED = 'added you'


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """Something the person wants to hear of, wherever they are looking; their involvement was asked."""

    user_id: UserId
    occasion: Occasion
    room: Room
    title: str
    """What this person calls the room."""
    by: Person
    text: str
    """The message's body; empty when they were added."""
    number: MessageNumber
    """Of the message; 0 when they were added."""
