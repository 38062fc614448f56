"""What is stored about the server itself."""

import asyncio

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from livechat.domain.errors import NotStored
from livechat.store.database import SqlStore, reads, writes
from livechat.store.tables import ServerRow

ANSWER_WITHIN_S = 1.0


class SqlServer(SqlStore):
    """See `livechat.domain.ports.ServerStore`. The first migration puts the one row there."""

    @reads
    def name(self, session: Session) -> str:
        return session.get_one(ServerRow, 1).name

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
