"""Network addresses that are kept out, each with the person on whose account."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from livechat.domain.model import UserId
from livechat.store.database import SqlStore, reads, writes
from livechat.store.people_tables import AddressBanRow
from livechat.store.user_rows import existing


class SqlAddressBans(SqlStore):
    """See `livechat.domain.people_ports.AddressBanStore`."""

    @writes
    def add(self, session: Session, addresses: Collection[str], *, user_id: UserId, at: datetime) -> None:
        """:raises NotFound:"""
        existing(session, user_id)
        banned = set(session.exec(select(AddressBanRow.address).where(AddressBanRow.user_id == user_id)))
        session.add_all(AddressBanRow(address=address, user_id=user_id, created_at=at) for address in set(addresses) - banned)

    @writes
    def remove_of(self, session: Session, user_id: UserId) -> None:
        session.execute(delete(AddressBanRow).where(col(AddressBanRow.user_id) == user_id))

    @reads
    def all(self, session: Session) -> frozenset[str]:
        return frozenset(session.exec(select(AddressBanRow.address).distinct()))
