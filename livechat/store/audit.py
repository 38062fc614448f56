"""What admins did."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from livechat.domain.audit import Act, AuditEntry, AuditId
from livechat.domain.model import UserId
from livechat.store.database import SqlStore, reads, writes
from livechat.store.people_tables import AuditRow
from livechat.store.tables import UserRow


class SqlAudit(SqlStore):
    """See `livechat.domain.people_ports.AuditStore`."""

    @writes
    def add(self, session: Session, *, at: datetime, actor: UserId | None, act: Act, subject: str, detail: str) -> None:
        session.add(AuditRow(at=at, actor_id=actor, act=act.name, subject=subject, detail=detail))

    @reads
    def before(self, session: Session, entry: AuditId | None, *, limit: int) -> Sequence[AuditEntry]:
        entries = (
            select(AuditRow, UserRow)
            .outerjoin(UserRow, col(UserRow.id) == AuditRow.actor_id)
            .order_by(col(AuditRow.id).desc())
            .limit(limit)
        )
        if entry is not None:
            entries = entries.where(col(AuditRow.id) < entry)
        return [row.to_domain(None if actor is None else actor.to_person()) for row, actor in session.exec(entries)]
