"""One-time links to set a password by."""

from datetime import datetime

from sqlalchemy import delete, or_
from sqlmodel import Session, col, select

from livechat.domain.model import User, UserId, UserStatus
from livechat.store.database import SqlStore, reads, writes
from livechat.store.people_tables import PasswordLinkRow
from livechat.store.tables import UserRow
from livechat.store.user_rows import existing, is_account, is_active


class SqlPasswordLinks(SqlStore):
    """See `livechat.domain.people_ports.PasswordLinkStore`."""

    @writes
    def add(self, session: Session, token_hash: bytes, user_id: UserId, *, created_by: UserId | None, expires_at: datetime) -> None:
        """:raises NotFound:"""
        existing(session, user_id)
        session.add(PasswordLinkRow(token_hash=token_hash, user_id=user_id, created_by=created_by, expires_at=expires_at))

    @reads
    def user_of(self, session: Session, token_hash: bytes, *, at: datetime) -> User | None:
        row = _owner(session, token_hash, at)
        return None if row is None else row.to_domain()

    @writes
    def redeem(self, session: Session, token_hash: bytes, password_hash: str, *, at: datetime) -> User | None:
        row = _owner(session, token_hash, at)
        if row is None:
            return None
        row.password_hash = password_hash
        # Nobody else looks after those that expired unused.
        spent = or_(col(PasswordLinkRow.user_id) == row.id, col(PasswordLinkRow.expires_at) <= at)
        session.execute(delete(PasswordLinkRow).where(spent))
        return row.to_domain()


def forget_password_links(session: Session, user_id: UserId) -> None:
    """They were for a password that is another one now, or for nobody."""
    session.execute(delete(PasswordLinkRow).where(col(PasswordLinkRow.user_id) == user_id))


def _owner(session: Session, token_hash: bytes, at: datetime) -> UserRow | None:
    usable = (
        select(UserRow, PasswordLinkRow.created_by)
        .join(PasswordLinkRow, col(PasswordLinkRow.user_id) == UserRow.id)
        .where(PasswordLinkRow.token_hash == token_hash, PasswordLinkRow.expires_at > at)
        .where(is_active(), is_account())
    )
    found = session.exec(usable).first()
    return found[0] if found is not None and _could_make_it_now(session, *found) else None


def _could_make_it_now(session: Session, owner: UserRow, created_by: int | None) -> bool:
    """A link outlives neither its maker's right, nor its owner's rise above them. Nobody: the command line, or a mail."""
    if created_by is None:
        return True
    maker = session.get_one(UserRow, created_by).to_domain()
    return maker.status is UserStatus.ACTIVE and maker.is_server_admin and maker.person.rank >= owner.to_person().rank
