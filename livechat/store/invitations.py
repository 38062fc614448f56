"""Invitations, and what is stored when somebody comes in by one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, update
from sqlmodel import Session, col, select

from livechat.domain.errors import InvitationUnusable, RoomNotFound
from livechat.domain.invitation import Invitation, InvitedAs, Unusable
from livechat.domain.model import InvitationId, RoomId, RoomRole, UserId
from livechat.store.database import SqlStore, reads, writes
from livechat.store.people_tables import InvitationRow
from livechat.store.room_rows import join_room
from livechat.store.tables import MembershipRow, RoomRow, UserRow
from livechat.store.user_rows import existing_active, is_guest, is_not_gone


class SqlInvitations(SqlStore):
    """See `livechat.domain.people_ports.InvitationStore`."""

    @writes
    def add(  # noqa: PLR0913 - one column each
        self,
        session: Session,
        *,
        room_id: RoomId | None,
        invited_as: InvitedAs,
        created_by: UserId,
        at: datetime,
        expires_at: datetime | None,
        max_uses: int | None,
    ) -> Invitation:
        """:raises NotFound: there is no such person."""
        maker = existing_active(session, created_by).to_person()
        if room_id is not None and session.get(RoomRow, room_id) is None:
            raise RoomNotFound
        row = InvitationRow(
            room_id=room_id, invited_as=invited_as.value, created_by=created_by, created_at=at, expires_at=expires_at, max_uses=max_uses
        )
        session.add(row)
        session.flush()
        return row.to_domain(maker)

    @reads
    def by_id(self, session: Session, invitation_id: InvitationId) -> Invitation | None:
        return next(iter(_invitations(session, col(InvitationRow.id) == invitation_id)), None)

    @reads
    def all(self, session: Session) -> Sequence[Invitation]:
        return _invitations(session)

    @reads
    def of_room(self, session: Session, room_id: RoomId) -> Sequence[Invitation]:
        return _invitations(session, col(InvitationRow.room_id) == room_id)

    @reads
    def made_by(self, session: Session, user_id: UserId) -> Sequence[Invitation]:
        return _invitations(session, col(InvitationRow.created_by) == user_id)

    @writes
    def revoke(self, session: Session, invitation_id: InvitationId, *, at: datetime) -> bool:
        valid = update(InvitationRow).where(col(InvitationRow.id) == invitation_id, col(InvitationRow.revoked_at).is_(None))
        return session.connection().execute(valid.values(revoked_at=at)).rowcount > 0

    @writes
    def redeem(self, session: Session, invitation_id: InvitationId, user_id: UserId, *, join: RoomId | None, at: datetime) -> RoomId | None:
        """:raises NotFound: there is no such person any more."""
        existing_active(session, user_id)
        invitation = _existing(session, invitation_id)
        room_id = join if invitation.room_id is None else invitation.room_id
        room = None if room_id is None else session.get(RoomRow, room_id)
        if room is None:  # who is on the server already has nowhere to go by it, and takes nobody's place
            _refuse_unusable(invitation, at)
            return None
        if session.get(MembershipRow, (room_id, user_id)) is None:
            use_up(session, invitation_id, at=at)
            join_room(session, room, user_id, role=RoomRole.MEMBER, at=at)
        return room_id

    @reads
    def guests_of(self, session: Session, invitation_id: InvitationId) -> Sequence[UserId]:
        guests = select(UserRow.id).where(UserRow.invitation_id == invitation_id, is_guest(), is_not_gone()).order_by(col(UserRow.id))
        return [UserId(user_id) for user_id in session.exec(guests) if user_id is not None]


def use_up(session: Session, invitation_id: InvitationId, *, at: datetime) -> RoomId | None:
    """Take one of its places; return its room. Looks and counts in one statement: the last place goes once.

    :raises InvitationUnusable:
    """
    place = update(InvitationRow).where(
        col(InvitationRow.id) == invitation_id,
        col(InvitationRow.revoked_at).is_(None),
        or_(col(InvitationRow.expires_at).is_(None), col(InvitationRow.expires_at) > at),
        or_(col(InvitationRow.max_uses).is_(None), col(InvitationRow.uses) < col(InvitationRow.max_uses)),
    )
    taken = session.connection().execute(place.values(uses=InvitationRow.uses + 1)).rowcount
    invitation = _existing(session, invitation_id)
    if not taken:
        _refuse_unusable(invitation, at)
    return invitation.room_id


def _existing(session: Session, invitation_id: InvitationId) -> Invitation:
    found = _invitations(session, col(InvitationRow.id) == invitation_id)
    if not found:
        raise InvitationUnusable(Unusable.UNKNOWN)
    return found[0]


def _refuse_unusable(invitation: Invitation, at: datetime) -> None:
    problem = invitation.problem(at)
    if problem is not None:
        raise InvitationUnusable(problem)


def _invitations(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Invitation]:
    found = (
        select(InvitationRow, UserRow)
        .join(UserRow, col(UserRow.id) == InvitationRow.created_by)
        .where(*conditions)
        .order_by(col(InvitationRow.id).desc())
        .execution_options(populate_existing=True)  # `use_up` changes rows behind the session's back
    )
    return [row.to_domain(maker.to_person()) for row, maker in session.exec(found)]
