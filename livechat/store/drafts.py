"""What people began to write, per person and room."""

from sqlalchemy import delete
from sqlmodel import Session, col

from livechat.domain.model import RoomId, UserId
from livechat.store.database import SqlStore, reads, writes
from livechat.store.tables import DraftRow, RoomRow


class SqlDrafts(SqlStore):
    """See `livechat.domain.ports.DraftStore`."""

    @reads
    def get(self, session: Session, user_id: UserId, room_id: RoomId) -> str:
        row = session.get(DraftRow, (user_id, room_id))
        return '' if row is None else row.body

    @writes
    def put(self, session: Session, user_id: UserId, room_id: RoomId, body: str) -> None:
        """Drafts arrive late: one for a room that is gone by now is forgotten."""
        if not body:
            session.execute(delete(DraftRow).where(col(DraftRow.user_id) == user_id, col(DraftRow.room_id) == room_id))
        elif session.get(RoomRow, room_id) is not None:
            session.merge(DraftRow(user_id=user_id, room_id=room_id, body=body))
