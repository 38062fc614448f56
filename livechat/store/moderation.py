"""Who people are on the server, and how they end: roles, bans, deactivated accounts, guests who stay away."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, exists, func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from livechat.domain.errors import NotAllowed
from livechat.domain.model import RoomKind, ServerRole, User, UserId, UserStatus
from livechat.store.database import SqlStore, reads, writes
from livechat.store.message_tables import DraftRow
from livechat.store.password_links import forget_password_links
from livechat.store.people_tables import PushTargetRow
from livechat.store.pictures import exchange_picture
from livechat.store.search_tables import RecentSearchRow
from livechat.store.tables import MembershipRow, RoomRow, SignInRow, UserRow
from livechat.store.user_rows import existing, is_active, is_guest, is_not_gone


class SqlModeration(SqlStore):
    """The part of `livechat.domain.people_ports.UserStore` that changes what somebody is."""

    @writes
    def set_role(self, session: Session, user_id: UserId, role: ServerRole) -> User:
        return _changed(session, user_id, role=role.value).to_domain()

    @writes
    def set_status(self, session: Session, user_id: UserId, status: UserStatus) -> User:
        return _changed(session, user_id, status=status.value).to_domain()

    @writes
    def deactivate(self, session: Session, user_id: UserId) -> User:
        row = _changed(session, user_id, status=UserStatus.DEACTIVATED.value, email=None)
        direct = exists().where(col(RoomRow.id) == MembershipRow.room_id, col(RoomRow.kind) == RoomKind.DIRECT.value)
        for gone in (
            delete(MembershipRow).where(col(MembershipRow.user_id) == user_id, ~direct),
            delete(PushTargetRow).where(col(PushTargetRow.user_id) == user_id),
            delete(RecentSearchRow).where(col(RecentSearchRow.user_id) == user_id),
        ):
            session.execute(gone)
        forget_password_links(session, user_id)
        return row.to_domain()

    @writes
    def end_guests(self, session: Session, user_ids: Collection[UserId]) -> Sequence[User]:
        rows = session.exec(select(UserRow).where(col(UserRow.id).in_(_values(user_ids)), is_guest(), is_not_gone())).all()
        ended = [row.to_domain() for row in rows]
        gone = _values([user.id for user in ended])
        for theirs in (SignInRow, MembershipRow, DraftRow, PushTargetRow, RecentSearchRow):
            session.execute(delete(theirs).where(col(theirs.user_id).in_(gone)))
        for row in rows:
            row.status = UserStatus.GONE.value
            # No name has a unit separator in its key, and no user name begins so.
            row.name_key, row.username = f'\x1fgone{row.id}', f'~{row.id}'
            row.guest_key_hash, row.email, row.bio = None, None, ''
            exchange_picture(session, row, None)
        return ended

    @reads
    def guests_unseen_since(self, session: Session, before: datetime) -> Sequence[UserId]:
        seen = exists().where(col(SignInRow.user_id) == UserRow.id, col(SignInRow.last_seen_at) >= before)
        came = func.coalesce(UserRow.last_seen_at, UserRow.created_at)
        unseen = select(UserRow.id).where(is_guest(), is_not_gone(), came < before, ~seen).order_by(col(UserRow.id))
        return [UserId(user_id) for user_id in session.exec(unseen) if user_id is not None]


def _changed(session: Session, user_id: UserId, **values: str | None) -> UserRow:
    """Look after the change, and undo it by raising: of two owners who demote each other one stays.

    :raises NotFound: :raises NotAllowed: nobody active would be owner.
    """
    row = existing(session, user_id)
    was_owner = (row.role, row.status) == (ServerRole.OWNER.value, UserStatus.ACTIVE.value)
    row.sqlmodel_update(values)
    session.flush()
    owners = select(func.count()).select_from(UserRow).where(UserRow.role == ServerRole.OWNER.value, is_active())
    if was_owner and session.exec(owners).one() == 0:
        raise NotAllowed('This is the last owner of the server. Make somebody else an owner first.')
    return row


def _values(ids: Collection[UserId]) -> Select[tuple[int]]:
    """From JSON, because SQLite takes 32,766 parameters."""
    return sql_select(func.json_each(json.dumps(list(ids))).table_valued('value').c.value)
