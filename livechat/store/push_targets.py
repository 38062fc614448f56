"""Where people are told of things while they are away."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, update
from sqlmodel import Session, col, select

from livechat.domain.model import UserId
from livechat.domain.push import FAILURES_UNTIL_OFF, PushTarget, PushTargetId
from livechat.store.database import SqlStore, reads, writes
from livechat.store.people_tables import PushTargetRow
from livechat.store.tables import UserRow
from livechat.store.user_rows import existing, is_active

_AS_NEW = {'failures': 0, 'last_error': '', 'enabled': True}


class SqlPushTargets(SqlStore):
    """See `livechat.domain.people_ports.PushTargetStore`."""

    @reads
    def of(self, session: Session, user_id: UserId) -> Sequence[PushTarget]:
        targets = select(PushTargetRow).where(PushTargetRow.user_id == user_id).order_by(col(PushTargetRow.id))
        return [row.to_domain() for row in session.exec(targets)]

    @reads
    def owners(self, session: Session) -> frozenset[UserId]:
        enabled = exists().where(col(PushTargetRow.user_id) == UserRow.id, col(PushTargetRow.enabled))
        owners = session.exec(select(UserRow.id).where(is_active(), enabled))
        return frozenset(UserId(user_id) for user_id in owners if user_id is not None)

    @writes
    def add(self, session: Session, user_id: UserId, url: str, *, at: datetime) -> PushTarget:
        """:raises NotFound:"""
        existing(session, user_id)
        row = session.exec(select(PushTargetRow).where(PushTargetRow.user_id == user_id, PushTargetRow.url == url)).first()
        if row is None:
            row = PushTargetRow(user_id=user_id, url=url, created_at=at)
            session.add(row)
        else:
            row.sqlmodel_update(_AS_NEW)
        session.flush()
        return row.to_domain()

    @writes
    def remove(self, session: Session, user_id: UserId, target_id: PushTargetId) -> bool:
        theirs = delete(PushTargetRow).where(col(PushTargetRow.id) == target_id, col(PushTargetRow.user_id) == user_id)
        return session.connection().execute(theirs).rowcount > 0

    @writes
    def succeeded(self, session: Session, target_id: PushTargetId) -> None:
        session.execute(update(PushTargetRow).where(col(PushTargetRow.id) == target_id).values(**_AS_NEW))

    @writes
    def failed(self, session: Session, target_id: PushTargetId, error: str) -> PushTarget | None:
        row = session.get(PushTargetRow, target_id)
        if row is None:
            return None
        row.failures, row.last_error = row.failures + 1, error
        row.enabled = row.enabled and row.failures < FAILURES_UNTIL_OFF
        return row.to_domain()
