"""Sign-ins."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, func, text, update
from sqlmodel import Session, col, select

from livechat.domain.model import SignIn, SignInId, User, UserId, UserKind
from livechat.domain.password_errors import SignInFailed
from livechat.store.database import SqlStore, reads, writes
from livechat.store.tables import SignInRow, UserRow
from livechat.store.user_rows import is_active

_GONE = text('SELECT value FROM json_each(:ids) WHERE value NOT IN (SELECT id FROM sign_ins) ORDER BY value')
"""Answers with the few that are gone; from JSON, because SQLite takes 32,766 parameters."""


class SqlSignIns(SqlStore):
    """See `livechat.domain.ports.SignInStore`."""

    @writes
    def add(  # noqa: PLR0913 - one column each
        self,
        session: Session,
        user_id: UserId,
        token_hash: bytes,
        *,
        user_agent: str,
        at: datetime,
        password_hash: str | None = None,
        as_guest: bool = False,
        address: str = '',
    ) -> SignIn:
        user = session.exec(select(UserRow).where(UserRow.id == user_id, is_active())).first()
        if user is None or (password_hash is not None and user.password_hash != password_hash):
            raise SignInFailed
        if as_guest and user.kind != UserKind.GUEST.value:
            raise SignInFailed
        row = SignInRow(user_id=user_id, token_hash=token_hash, created_at=at, last_seen_at=at, user_agent=user_agent, address=address)
        session.add(row)
        session.flush()
        return row.to_domain()

    @reads
    def by_token_hash(self, session: Session, token_hash: bytes) -> tuple[SignIn, User] | None:
        """None too for somebody who is not active: a ban need not wait until their sign-ins have ended."""
        found = session.exec(
            select(SignInRow, UserRow)
            .join(UserRow, col(UserRow.id) == SignInRow.user_id)
            .where(SignInRow.token_hash == token_hash, is_active())
        ).first()
        return None if found is None else (found[0].to_domain(), found[1].to_domain())

    @reads
    def of(self, session: Session, user_id: UserId) -> Sequence[SignIn]:
        theirs = select(SignInRow).where(SignInRow.user_id == user_id)
        last_seen_first = theirs.order_by(col(SignInRow.last_seen_at).desc(), col(SignInRow.id).desc())
        return [row.to_domain() for row in session.exec(last_seen_first)]

    @writes
    def touch(self, session: Session, sign_in_id: SignInId, *, at: datetime, address: str | None = None) -> None:
        values = {'last_seen_at': at} if address is None else {'last_seen_at': at, 'address': address}
        session.execute(update(SignInRow).where(col(SignInRow.id) == sign_in_id).values(values))

    @writes
    def set_utc_offset(self, session: Session, sign_in_id: SignInId, utc_offset_min: int) -> None:
        session.execute(update(SignInRow).where(col(SignInRow.id) == sign_in_id).values(utc_offset_min=utc_offset_min))

    @writes
    def end(self, session: Session, sign_in_id: SignInId) -> None:
        _end(session, col(SignInRow.id) == sign_in_id)

    @writes
    def end_others(self, session: Session, user_id: UserId, *, keep: SignInId | None) -> Sequence[SignInId]:
        of_user = select(SignInRow.id).where(SignInRow.user_id == user_id).order_by(col(SignInRow.id))
        ended = [SignInId(number) for number in session.exec(of_user) if number is not None and number != keep]
        _end(session, col(SignInRow.id).in_(ended))
        return ended

    @reads
    def gone_among(self, session: Session, sign_in_ids: Iterable[SignInId]) -> Sequence[SignInId]:
        return [SignInId(number) for (number,) in session.connection().execute(_GONE, {'ids': json.dumps(list(sign_in_ids))})]

    @writes
    def end_unused_since(self, session: Session, before: datetime) -> int:
        unused = col(SignInRow.last_seen_at) < before
        count = session.exec(select(func.count()).select_from(SignInRow).where(unused)).one()
        _end(session, unused)
        return count


def _end(session: Session, which: ColumnElement[bool]) -> None:
    """Until when they were seen is kept with their people: a guest who signs out is not forgotten the next day."""
    seen = select(func.max(SignInRow.last_seen_at)).where(SignInRow.user_id == UserRow.id, which).correlate(UserRow).scalar_subquery()
    known = func.coalesce(UserRow.last_seen_at, seen)
    theirs = update(UserRow).where(col(UserRow.id).in_(select(SignInRow.user_id).where(which)))
    session.execute(theirs.values(last_seen_at=case((known > seen, known), else_=seen)))
    session.execute(delete(SignInRow).where(which))
