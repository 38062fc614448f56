"""People as lists show them.

What is typed to find somebody is compared in Python: SQLite knows the case of ASCII letters alone. Of 2,000 people that takes
some milliseconds; without words the database stops at the limit.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Row, case, func, text
from sqlmodel import Session, col, select

from livechat.domain.model import Person, RoomKind, ServerRole, User, UserId, UserStatus
from livechat.domain.names import sort_key
from livechat.store.database import SqlStore, reads
from livechat.store.message_rows import to_person
from livechat.store.tables import UserRow
from livechat.store.user_rows import is_account, is_active, is_not_gone

_RANK = case({role.value: rank for rank, role in enumerate(ServerRole)}, value=col(UserRow.role))
"""Owners, admins, members."""
_BY_NAME = (func.lower(UserRow.display_name), col(UserRow.id))

_ACQUAINTANCES = text(
    """
    WITH mine (room_id) AS (SELECT room_id FROM memberships WHERE user_id = :user_id),
    direct (user_id, latest) AS (
        SELECT others.user_id, max(coalesce(newest.created_at, rooms.created_at))
        FROM mine
        JOIN rooms ON rooms.id = mine.room_id AND rooms.kind = :direct
        JOIN memberships AS others ON others.room_id = rooms.id
        LEFT JOIN messages AS newest ON newest.room_id = rooms.id AND newest.number = rooms.last_number
        GROUP BY others.user_id
    )
    SELECT id, kind, role, username, display_name, picture FROM (
        SELECT users.*, direct.latest, EXISTS (
            SELECT 1 FROM mine CROSS JOIN memberships AS theirs
            WHERE theirs.room_id = mine.room_id AND theirs.user_id = users.id
        ) AS together
        FROM users LEFT JOIN direct ON direct.user_id = users.id
        WHERE users.id != :user_id AND users.status = :active
    )
    WHERE together OR :everybody
    ORDER BY latest DESC NULLS LAST, together DESC, lower(display_name), id
    LIMIT :limit
    """
)
"""CROSS JOIN: SQLite keeps to that order. Who is asked for has few rooms, and most people are in the first of them; the other
way round every room of 2,000 people is looked through (137 ms instead of 3).
"""
_NO_LIMIT = -1


class SqlPeople(SqlStore):
    """The part of `livechat.domain.people_ports.UserStore` that lists."""

    @reads
    def people(self, session: Session, *, words: str = '', limit: int, offset: int = 0) -> Sequence[User]:
        everybody = select(UserRow).where(is_not_gone()).order_by(_RANK, *_BY_NAME)
        if not sort_key(words):
            return [row.to_domain() for row in session.exec(everybody.limit(limit).offset(offset))]
        names = everybody.with_only_columns(col(UserRow.id), col(UserRow.username), col(UserRow.display_name))
        ids = [row.id for row in islice(_called(words, session.execute(names)), offset, offset + limit)]
        rows = session.exec(select(UserRow).where(col(UserRow.id).in_(ids)).order_by(_RANK, *_BY_NAME))
        return [row.to_domain() for row in rows]

    @reads
    def acquaintances(self, session: Session, user_id: UserId, *, words: str = '', everybody: bool, limit: int) -> Sequence[Person]:
        parameters = {
            'user_id': user_id,
            'everybody': everybody,
            'limit': _NO_LIMIT if sort_key(words) else limit,
            'direct': RoomKind.DIRECT.value,
            'active': UserStatus.ACTIVE.value,
        }
        found = session.connection().execute(_ACQUAINTANCES, parameters)
        return [to_person(row) for row in islice(_called(words, found), limit)]

    @reads
    def admins(self, session: Session) -> Sequence[Person]:
        admins = select(UserRow).where(is_active(), col(UserRow.role) != ServerRole.MEMBER.value).order_by(_RANK, *_BY_NAME)
        return [row.to_person() for row in session.exec(admins)]

    @reads
    def by_email(self, session: Session, email: str) -> Sequence[User]:
        """Two accounts may have the same one; whoever asks knows which they mean."""
        addresses = session.exec(select(UserRow.id, UserRow.email).where(is_active(), is_account(), col(UserRow.email).is_not(None)))
        ids = [user_id for user_id, address in addresses if address is not None and address.casefold() == email.casefold()]
        return [row.to_domain() for row in session.exec(select(UserRow).where(col(UserRow.id).in_(ids)).order_by(col(UserRow.id)))]


def _called(words: str, rows: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
    """Those of whose display name or user name the words are a part."""
    key = sort_key(words)
    return (row for row in rows if key in sort_key(row.display_name) or key in row.username)
