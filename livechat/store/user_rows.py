"""What several stores ask of the rows of users."""

from sqlalchemy import ColumnElement
from sqlmodel import Session, col

from livechat.domain.errors import NotFound
from livechat.domain.model import UserId, UserKind, UserStatus
from livechat.store.tables import UserRow


def existing(session: Session, user_id: UserId) -> UserRow:
    """Whatever their status, but not a guest who is gone: nothing about them changes any more.

    :raises NotFound:
    """
    row = session.get(UserRow, user_id)
    if row is None or row.status == UserStatus.GONE.value:
        raise NotFound('There is no such person any more.')
    return row


def existing_active(session: Session, user_id: UserId) -> UserRow:
    """Nobody comes into a room, or makes anything, who was banned while that waited.

    :raises NotFound:
    """
    row = existing(session, user_id)
    if row.status != UserStatus.ACTIVE.value:
        raise NotFound('There is nobody like that here.')
    return row


def is_active() -> ColumnElement[bool]:
    return col(UserRow.status) == UserStatus.ACTIVE.value


def is_not_gone() -> ColumnElement[bool]:
    return col(UserRow.status) != UserStatus.GONE.value


def is_guest() -> ColumnElement[bool]:
    return col(UserRow.kind) == UserKind.GUEST.value


def is_account() -> ColumnElement[bool]:
    return col(UserRow.kind) == UserKind.ACCOUNT.value
