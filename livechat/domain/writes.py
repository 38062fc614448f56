"""What a room has stored about its messages, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from livechat.domain.attachment import Making
from livechat.domain.file import FileId
from livechat.domain.message import Card, Mention, MentionGroup, Message, MessageKind, Revision
from livechat.domain.model import MessageNumber, RoomId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMessage:
    room_id: RoomId
    author_id: UserId
    """Has to be a member when it is stored, but for a system line, which may say that they left."""
    body: str
    client_key: str
    at: datetime
    kind: MessageKind = MessageKind.TEXT
    mentions: tuple[UserId, ...] = ()
    """Everybody it speaks to. Kept are those who are members when it is stored, here and in `named`."""
    named: tuple[Mention, ...] = ()
    group: MentionGroup | None = None
    reply_to: MessageNumber | None = None
    """Of the same room; one that is not there makes it a message that answers nothing."""
    files: tuple[FileId, ...] = ()
    """Its author's, of this room, and in no message yet; else `FileGone`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditMessage:
    """Its author has to be a member. An old wording becomes a revision; cards of addresses no longer in the text go."""

    room_id: RoomId
    number: MessageNumber
    body: str
    at: datetime
    mentions: tuple[UserId, ...] | None = None
    """None: these and `named` are the same as before."""
    named: tuple[Mention, ...] = ()
    files: tuple[FileId, ...] | None = None
    """Which of its files it keeps; None: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMessage:
    """Nothing of it is left: text, mentions, reactions, pin, cards with their pictures, files, revisions, its author's edit in progress.

    The bytes of its files are kept until it cannot be taken back any more; nobody gets them.
    """

    room_id: RoomId
    number: MessageNumber
    at: datetime
    member_id: UserId | None = None
    """Whose right to delete it rests on their membership; None: nobody's does, a server admin deletes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreMessage:
    """Take a deletion back. One that is not deleted stays as it is, not fresh.

    Reactions of people who are gone do not come back, nor does its pin when there are MAX_PINS others by now, nor files whose
    bytes are gone.
    """

    message: Message
    """As it was before; pictures of its cards are gone, so the cards come back without."""
    revisions: tuple[Revision, ...] = ()
    member_id: UserId | None = None
    """As in `DeleteMessage`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactToMessage:
    """`user_id` has to be a member. Not fresh when it is so already; beyond MAX_REACTIONS different texts `TooMany`."""

    room_id: RoomId
    number: MessageNumber
    user_id: UserId
    text: str
    on: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PinMessage:
    """`user_id` has to be a member. Not fresh when it is so already; beyond MAX_PINS in a room `TooMany`."""

    room_id: RoomId
    number: MessageNumber
    user_id: UserId
    on: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCards:
    """Instead of the cards it has. Kept are those whose address is in the text still and was not removed by the author."""

    room_id: RoomId
    number: MessageNumber
    cards: tuple[Card, ...]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """By the tokens of the cards' pictures: webp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveCard:
    """For good. `user_id` has to be a member."""

    room_id: RoomId
    number: MessageNumber
    user_id: UserId
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishFile:
    """How the making of its smaller pictures ended, whatever became of its message meanwhile."""

    room_id: RoomId
    number: MessageNumber
    file_id: FileId
    making: Making


MessageWrite = (
    PostMessage | EditMessage | DeleteMessage | RestoreMessage | ReactToMessage | PinMessage | ShowCards | RemoveCard | FinishFile
)


class Change(StrEnum):
    """Which event tells of a write."""

    POSTED = 'posted'
    EDITED = 'edited'
    AMENDED = 'amended'
    """Reactions, pin, cards, or how its files look."""
    DELETED = 'deleted'
    RESTORED = 'restored'


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of one write. `fresh` is False when nothing changed: a post sent twice, a message deleted before."""

    message: Message
    fresh: bool
    change: Change
    before: Message | None = None
    """Of a deletion that is fresh: what it deleted, with whatever was done to it until then."""
