"""What is stored about the server itself."""

import asyncio

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from livechat.domain.errors import NotStored
from livechat.domain.face import Face
from livechat.domain.model import Server
from livechat.domain.policy import Policy
from livechat.store.database import SqlStore, reads, writes
from livechat.store.pictures import exchange_picture
from livechat.store.tables import ServerRow

ANSWER_WITHIN_S = 1.0


class SqlServer(SqlStore):
    """See `livechat.domain.ports.ServerStore`. The first migration puts the one row there."""

    @reads
    def profile(self, session: Session) -> Server:
        return session.get_one(ServerRow, 1).to_domain()

    @writes
    def rename(self, session: Session, name: str) -> Server:
        row = session.get_one(ServerRow, 1)
        row.name = name
        return row.to_domain()

    @writes
    def set_picture(self, session: Session, face: Face | None) -> Server:
        row = session.get_one(ServerRow, 1)
        exchange_picture(session, row, face, with_icon=True)
        return row.to_domain()

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
                await self.profile()
                await self._write_nothing_new()
        except (TimeoutError, NotStored, DBAPIError):
            return False
        return True

    @writes
    def _write_nothing_new(self, session: Session) -> None:
        session.execute(update(ServerRow).values(name=ServerRow.name))
