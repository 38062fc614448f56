"""What is stored about the server itself."""

import asyncio

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from livechat.domain.errors import NotStored
from livechat.domain.policy import Policy
from livechat.store.database import SqlStore, reads, writes
from livechat.store.tables import ServerRow

ANSWER_WITHIN_S = 1.0


class SqlServer(SqlStore):
    """See `livechat.domain.ports.ServerStore`. The first migration puts the one row there."""

    @reads
    def name(self, session: Session) -> str:
        return session.get_one(ServerRow, 1).name

    @reads
    def policy(self, session: Session) -> Policy:
        return session.get_one(ServerRow, 1).to_policy()

    @writes
    def set_policy(self, session: Session, policy: Policy) -> None:
        row = session.get_one(ServerRow, 1)
        row.registration, row.guests = policy.registration.value, policy.guests
        row.create_rooms, row.invite = policy.create_rooms.value, policy.invite.value

    async def answers(self, *, within_s: float = ANSWER_WITHIN_S) -> bool:
        try:
            async with asyncio.timeout(within_s):
                await self.name()
                await self._write_nothing_new()
        except (TimeoutError, NotStored, DBAPIError):
            return False
        return True

    @writes
    def _write_nothing_new(self, session: Session) -> None:
        session.execute(update(ServerRow).values(name=ServerRow.name))
