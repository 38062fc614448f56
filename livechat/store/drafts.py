"""What people began to write, per person and room."""

from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import Session, col, select

from livechat.domain.model import Draft, RoomId, UserId
from livechat.store.database import SqlStore, reads, writes
from livechat.store.message_tables import DraftRow
from livechat.store.tables import RoomRow


class SqlDrafts(SqlStore):
    """See `livechat.domain.ports.DraftStore`."""

    @reads
    def get(self, session: Session, user_id: UserId, room_id: RoomId) -> Draft:
        row = session.get(DraftRow, (user_id, room_id))
        return Draft() if row is None else row.to_domain()

    @writes
    def put(self, session: Session, user_id: UserId, room_id: RoomId, draft: Draft) -> None:
        """Drafts arrive late: one for a room that is gone by now is forgotten."""
        if draft == Draft():
            session.execute(delete(DraftRow).where(col(DraftRow.user_id) == user_id, col(DraftRow.room_id) == room_id))
        elif session.get(RoomRow, room_id) is not None:
            session.merge(
                DraftRow(
                    user_id=user_id,
                    room_id=room_id,
                    body=draft.body,
                    reply_to=draft.reply_to,
                    editing=draft.editing,
                    edit_body=draft.edit_body,
                )
            )

    @reads
    def rooms(self, session: Session, user_id: UserId) -> Collection[RoomId]:
        rows = session.exec(select(DraftRow).where(DraftRow.user_id == user_id))
        return [RoomId(row.room_id) for row in rows if not row.to_domain().is_empty]
