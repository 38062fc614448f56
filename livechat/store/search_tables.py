"""What belongs to searching, besides the full-text indexes; see `tables.py`."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from livechat.store.tables import TableRow, UtcDateTime


class RecentSearchRow(TableRow, table=True):
    __tablename__ = 'recent_searches'

    user_id: int = Field(primary_key=True, foreign_key='users.id', ondelete='CASCADE')
    text: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)


class MessageSpanRow(TableRow, table=True):
    """When the messages with ids from `bucket` * SPAN on were posted: a trigger keeps it, and a search by date begins there.

    An index on the times would cost every post more. Clocks are set back: so it is the first and the last time, not one.
    """

    __tablename__ = 'message_spans'

    bucket: int = Field(primary_key=True)
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)


SPAN = 4_096
"""Ids of a bucket; the trigger has the same number."""
RECENT = SQLModel.metadata.tables['recent_searches']
SPANS = SQLModel.metadata.tables['message_spans']
