"""Rooms, their slugs and memberships."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain, count

from sqlalchemy import delete, func, or_
from sqlmodel import Session, col, select

from livechat.domain.errors import RoomNameTaken, RoomNotFound
from livechat.domain.model import Member, Membership, Room, RoomId, RoomRole, RoomSummary, UserId
from livechat.store.database import SqlStore, reads, writes
from livechat.store.eraser import erase_some
from livechat.store.inputs import can_be_stored
from livechat.store.tables import MembershipRow, RoomRow, RoomSlugRow, UserRow


class SqlRooms(SqlStore):
    """See `livechat.domain.ports.RoomStore`."""

    @writes
    def add(self, session: Session, *, name: str, name_key: str, slug: str, description: str, creator: UserId, at: datetime) -> Room:  # noqa: PLR0913 - the port's
        row = RoomRow(name=name, name_key=name_key, slug=slug, description=description, created_at=at)
        return add_room(session, row, creator=creator)

    @reads
    def by_id(self, session: Session, room_id: RoomId) -> Room | None:
        row = session.get(RoomRow, room_id)
        return None if row is None else row.to_domain()

    @reads
    def by_slug(self, session: Session, slug: str) -> Room | None:
        if not can_be_stored(slug):
            return None
        row = session.exec(select(RoomRow).where(RoomRow.slug == slug)).first()
        if row is None:
            old = select(RoomRow).join(RoomSlugRow, col(RoomSlugRow.room_id) == RoomRow.id).where(RoomSlugRow.slug == slug)
            row = session.exec(old).first()
        return None if row is None else row.to_domain()

    @writes
    def rename(self, session: Session, room_id: RoomId, *, name: str, name_key: str, slug: str) -> Room:
        row = _existing(session, room_id)
        _refuse_taken(session, name_key, but=room_id)
        old_slug, row.slug = row.slug, _free_slug(session, slug, but=room_id)
        row.name, row.name_key = name, name_key
        session.execute(delete(RoomSlugRow).where(col(RoomSlugRow.slug) == row.slug))
        if old_slug != row.slug:
            session.add(RoomSlugRow(slug=old_slug, room_id=room_id))
        return row.to_domain()

    @writes
    def describe(self, session: Session, room_id: RoomId, description: str) -> Room:
        row = _existing(session, room_id)
        row.description = description
        return row.to_domain()

    async def delete(self, room_id: RoomId) -> None:
        """At once for whoever reads; a large room's messages are erased from the file in the time after."""
        await self._delete(room_id)
        self.database.eraser.wake()

    @writes
    def _delete(self, session: Session, room_id: RoomId) -> None:
        session.delete(_existing(session, room_id))
        session.flush()
        erase_some(session, room_id)

    @reads
    def all(self, session: Session) -> Sequence[RoomSummary]:
        members = select(col(MembershipRow.room_id), func.count().label('members')).group_by(col(MembershipRow.room_id)).subquery()
        rooms = (
            select(RoomRow, func.coalesce(members.c.members, 0))
            .outerjoin(members, members.c.room_id == RoomRow.id)
            .order_by(col(RoomRow.name_key))
        )
        return [RoomSummary(room=room.to_domain(), member_count=member_count) for room, member_count in session.exec(rooms)]

    @reads
    def members(self, session: Session, room_id: RoomId) -> Sequence[Member]:
        members = (
            select(MembershipRow, UserRow)
            .join(UserRow, col(UserRow.id) == MembershipRow.user_id)
            .where(MembershipRow.room_id == room_id)
            .order_by(col(MembershipRow.joined_at), col(MembershipRow.user_id))
        )
        return [membership.to_member(user.to_person()) for membership, user in session.exec(members)]

    @reads
    def memberships_of(self, session: Session, user_id: UserId) -> Sequence[Membership]:
        memberships = (
            select(MembershipRow).where(MembershipRow.user_id == user_id).order_by(col(MembershipRow.joined_at), col(MembershipRow.room_id))
        )
        return [row.to_domain() for row in session.exec(memberships)]

    @writes
    def join(self, session: Session, room_id: RoomId, user_id: UserId, *, role: RoomRole, at: datetime) -> Member:
        _existing(session, room_id)
        row = session.get(MembershipRow, (room_id, user_id))
        if row is None:
            row = MembershipRow(room_id=room_id, user_id=user_id, role=role.value, joined_at=at)
            session.add(row)
            session.flush()
        return row.to_member(session.get_one(UserRow, user_id).to_person())

    @writes
    def leave(self, session: Session, room_id: RoomId, user_id: UserId) -> bool:
        row = session.get(MembershipRow, (room_id, user_id))
        if row is None:
            return False
        session.delete(row)
        return True


def add_room(session: Session, row: RoomRow, *, creator: UserId) -> Room:
    """Store the room under the first free slug from its own on, with its creator as member and admin.

    :raises RoomNameTaken:
    """
    _refuse_taken(session, row.name_key, but=None)
    row.slug = _free_slug(session, row.slug, but=None)
    row.created_by = creator
    session.execute(delete(RoomSlugRow).where(col(RoomSlugRow.slug) == row.slug))
    session.add(row)
    session.flush()
    assert row.id is not None
    session.add(MembershipRow(room_id=row.id, user_id=creator, role=RoomRole.ADMIN.value, joined_at=row.created_at))
    return row.to_domain()


def _refuse_taken(session: Session, name_key: str, *, but: RoomId | None) -> None:
    """No race: this runs in the one transaction that writes."""
    if session.exec(select(RoomRow.id).where(RoomRow.name_key == name_key, RoomRow.id != but)).first() is not None:
        raise RoomNameTaken


def _free_slug(session: Session, wanted: str, *, but: RoomId | None) -> str:
    """`wanted`, or with `-2`, `-3` ... when another room has it now. A slug that a room had before is free."""
    similar = select(RoomRow.slug).where(
        or_(col(RoomRow.slug) == wanted, col(RoomRow.slug).startswith(f'{wanted}-', autoescape=True)), RoomRow.id != but
    )
    taken = set(session.exec(similar))
    candidates = chain([wanted], (f'{wanted}-{number}' for number in count(2)))
    return next(slug for slug in candidates if slug not in taken)


def _existing(session: Session, room_id: RoomId) -> RoomRow:
    row = session.get(RoomRow, room_id)
    if row is None:
        raise RoomNotFound
    return row
