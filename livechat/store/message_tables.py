"""The rows of messages and of what belongs to them, and of drafts; see `tables.py`.

A room goes first, its messages and all that is theirs after it: `room_id` is no foreign key in them, and `eraser.py` finds
them by their room's absence.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field

from livechat.domain.attachment import Attachment, FileRecord, Making
from livechat.domain.file import FileKind
from livechat.domain.message import MessageKind
from livechat.domain.model import Draft, MessageNumber, RoomId, UserId
from livechat.store.tables import TableRow, UtcDateTime


def known(values: type[Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Of what was stored for one of these what this version knows: a newer one that was tried may have stored more."""
    return {field.name: stored[field.name] for field in fields(values) if field.name in stored}


def to_attachment(stored: Mapping[str, Any]) -> Attachment:
    """Its fields are columns of `FileRow`, and keys in the JSON of `MessageRow.files`."""
    found = known(Attachment, stored)
    return Attachment(**{**found, 'kind': FileKind(found['kind']), 'making': Making(found['making'])})


class MessageRow(TableRow, table=True):
    """`folded` is what part-words are searched in, see `search_sqlite.py`; it and the body are empty once the message is deleted.

    `message_reads.py` and `message_changes.py` read and write it without the ORM, which costs a third of the speed.
    """

    __tablename__ = 'messages'
    __table_args__ = (
        UniqueConstraint('room_id', 'number', name='uq_messages_place'),
        UniqueConstraint('client_key', 'author_id', name='uq_messages_client_key'),
        Index('ix_messages_changed', 'room_id', 'changed_seq'),
        # Days lead to messages by it.
        Index('ix_messages_posted', 'room_id', 'created_at', 'number', sqlite_where=text("deleted = 0 AND kind = 'text'")),
        # Read alone, without the rows, when matches of a search are looked through for those in a person's rooms.
        Index('ix_messages_rooms', 'id', 'room_id'),
        # Read alone, without the rows, when what somebody has not read is counted, and when all that somebody wrote is deleted.
        Index('ix_messages_unread', 'room_id', 'number', 'author_id', sqlite_where=text("deleted = 0 AND kind = 'text'")),
        # Of few messages, so that it costs the others nothing.
        Index('ix_messages_pinned', 'room_id', 'pinned_at', 'number', sqlite_where=text('pinned_at IS NOT NULL')),
    )

    id: int | None = Field(default=None, primary_key=True)
    room_id: int
    number: int
    changed_seq: int
    author_id: int = Field(foreign_key='users.id')
    client_key: str
    body: str = Field(sa_type=Text)
    folded: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted: bool = False
    kind: str = MessageKind.TEXT.value
    mentions: str = ''
    """User ids, separated by spaces: what a reader of the message needs. `MentionRow` is the same for counting."""
    named: str = Field(default='', sa_type=Text)
    """JSON of `Message.named`; empty when nobody is."""
    mention_group: str = ''
    reply_to: int | None = None
    pinned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    pinned_by: int | None = None
    """None too when a deletion was taken back that had taken the pin."""
    cards: str = Field(default='', sa_type=Text)
    """JSON of `Message.cards` and `cards_removed`; empty without both."""
    files: str = Field(default='', sa_type=Text)
    """JSON of `Message.files`: what a reader of the message needs. `FileRow` decides who gets one."""


class MentionRow(TableRow, table=True):
    """A member who is spoken to in a message that is not deleted."""

    __tablename__ = 'mentions'
    __table_args__ = (Index('ix_mentions_place', 'room_id', 'number'),)

    user_id: int = Field(primary_key=True, foreign_key='users.id', ondelete='CASCADE')
    room_id: int = Field(primary_key=True)
    number: int = Field(primary_key=True)


class ReactionRow(TableRow, table=True):
    """One person's reaction. Ordered by the room's seqs: times may be equal, and clocks are set back."""

    __tablename__ = 'reactions'

    room_id: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    user_id: int = Field(primary_key=True, foreign_key='users.id', ondelete='CASCADE', index=True)
    text: str = Field(primary_key=True)
    seq: int
    """Where it stands among those with the same text."""
    text_seq: int
    """Where its text stands among the others: the seq of the first one, for as long as anybody has it."""


class RevisionRow(TableRow, table=True):
    """How a message read before. `position` grows with each: it is the seq of the edit that ended it."""

    __tablename__ = 'revisions'

    room_id: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    until: datetime = Field(sa_type=UtcDateTime)


class CardPictureRow(TableRow, table=True):
    """An image that a card of a message shows."""

    __tablename__ = 'card_pictures'
    __table_args__ = (Index('ix_card_pictures_place', 'room_id', 'number'),)

    token: str = Field(primary_key=True)
    room_id: int
    number: int
    webp: bytes


class FileRow(TableRow, table=True):
    """A file that waits to be sent, is shown by a message, or is on its way out: `gone_at` says since when nobody gets it."""

    __tablename__ = 'files'
    __table_args__ = (
        Index('ix_files_place', 'room_id', 'number', 'position', sqlite_where=text('number IS NOT NULL AND gone_at IS NULL')),
        Index('ix_files_waiting', 'user_id', 'room_id', sqlite_where=text('number IS NULL')),
        Index('ix_files_gone', 'gone_at', sqlite_where=text('gone_at IS NOT NULL')),
        Index('ix_files_making', 'making', sqlite_where=text("making = 'under way'")),
    )

    id: str = Field(primary_key=True)
    room_id: int
    user_id: int = Field(foreign_key='users.id', index=True)
    number: int | None = None
    """Of the message; None while it waits."""
    position: int = 0
    """In the message."""
    key: str = Field(index=True)
    name: str
    kind: str
    media_type: str
    size: int
    width: int = 0
    height: int = 0
    animated: bool = False
    excerpt: str = Field(default='', sa_type=Text)
    making: str = Making.DONE.value
    text: str | None = Field(default=None, sa_type=Text)
    """What it says, as far as it is searched; empty when that cannot be read, None before it was tried."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def to_domain(self) -> FileRecord:
        return FileRecord(
            file=to_attachment(self.model_dump()),
            key=self.key,
            room_id=RoomId(self.room_id),
            user_id=UserId(self.user_id),
            created_at=self.created_at,
            number=None if self.number is None else MessageNumber(self.number),
        )


class DraftRow(TableRow, table=True):
    __tablename__ = 'drafts'

    user_id: int = Field(primary_key=True, foreign_key='users.id', ondelete='CASCADE')
    room_id: int = Field(primary_key=True, foreign_key='rooms.id', ondelete='CASCADE', index=True)
    body: str = Field(sa_type=Text)
    reply_to: int | None = None
    editing: int | None = None
    edit_body: str = Field(default='', sa_type=Text)

    def to_domain(self) -> Draft:
        return Draft(
            body=self.body,
            reply_to=None if self.reply_to is None else MessageNumber(self.reply_to),
            editing=None if self.editing is None else MessageNumber(self.editing),
            edit_body=self.edit_body,
        )
