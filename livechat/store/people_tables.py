"""The rows about how people come in, what admins did, and where people are told of things; see `tables.py`."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from livechat.domain.audit import Act, AuditEntry, AuditId
from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.model import InvitationId, Person, RoomId, UserId
from livechat.domain.push import PushTarget, PushTargetId
from livechat.store.tables import TableRow, UtcDateTime

_NEVER_REUSED = {'sqlite_autoincrement': True}


class InvitationRow(TableRow, table=True):
    """Without its code, which follows from the id and the server's secret."""

    __tablename__ = 'invitations'
    __table_args__ = (_NEVER_REUSED,)

    id: int | None = Field(default=None, primary_key=True)
    room_id: int | None = Field(default=None, foreign_key='rooms.id', ondelete='CASCADE', index=True)
    invited_as: str
    created_by: int = Field(foreign_key='users.id', ondelete='CASCADE', index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    max_uses: int | None = None
    uses: int = 0
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def to_domain(self, created_by: Person) -> Invitation:
        assert self.id is not None
        return Invitation(
            id=InvitationId(self.id),
            room_id=None if self.room_id is None else RoomId(self.room_id),
            invited_as=InvitedAs(self.invited_as),
            created_by=created_by,
            created_at=self.created_at,
            expires_at=self.expires_at,
            max_uses=self.max_uses,
            uses=self.uses,
            revoked_at=self.revoked_at,
        )


class PasswordLinkRow(TableRow, table=True):
    __tablename__ = 'password_links'

    token_hash: bytes = Field(primary_key=True)
    user_id: int = Field(foreign_key='users.id', ondelete='CASCADE', index=True)
    created_by: int | None = Field(default=None, foreign_key='users.id', ondelete='SET NULL')
    expires_at: datetime = Field(sa_type=UtcDateTime)


class AuditRow(TableRow, table=True):
    __tablename__ = 'audit'
    __table_args__ = (_NEVER_REUSED,)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: int | None = Field(default=None, foreign_key='users.id', ondelete='SET NULL')
    act: str
    """The name of an `Act`."""
    subject: str
    detail: str

    def to_domain(self, actor: Person | None) -> AuditEntry:
        assert self.id is not None
        return AuditEntry(id=AuditId(self.id), at=self.at, actor=actor, act=Act[self.act], subject=self.subject, detail=self.detail)


class AddressBanRow(TableRow, table=True):
    __tablename__ = 'address_bans'

    address: str = Field(primary_key=True)
    user_id: int = Field(primary_key=True, foreign_key='users.id', ondelete='CASCADE', index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class PushTargetRow(TableRow, table=True):
    __tablename__ = 'push_targets'
    __table_args__ = (UniqueConstraint('user_id', 'url', name='uq_push_targets_url'), _NEVER_REUSED)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key='users.id', ondelete='CASCADE')
    url: str
    failures: int = 0
    last_error: str = ''
    enabled: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)

    def to_domain(self) -> PushTarget:
        assert self.id is not None
        return PushTarget(
            id=PushTargetId(self.id),
            user_id=UserId(self.user_id),
            url=self.url,
            failures=self.failures,
            last_error=self.last_error,
            enabled=self.enabled,
        )
