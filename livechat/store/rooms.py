"""Rooms, their slugs and memberships."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from livechat.domain.face import Face
from livechat.domain.model import Involvement, Member, Membership, Room, RoomId, RoomKind, RoomRole, RoomSummary, UserId
from livechat.store.database import SqlStore, reads, writes
from livechat.store.eraser import erase_some
from livechat.store.inputs import can_be_stored
from livechat.store.message_rows import MEMBERSHIPS
from livechat.store.pictures import exchange_picture
from livechat.store.room_rows import (
    NO_KEY,
    existing_membership,
    existing_room,
    join_room,
    move_room,
    seen_members,
    store_room,
    summaries,
)
from livechat.store.tables import MembershipRow, RoomRow, RoomSlugRow, UserRow
from livechat.store.user_rows import existing_active


class SqlRooms(SqlStore):
    """See `livechat.domain.room_ports.RoomStore`."""

    @writes
    def add(  # noqa: PLR0913 - the port's
        self,
        session: Session,
        *,
        name: str,
        name_key: str | None,
        slug: str,
        description: str,
        creator: UserId,
        at: datetime,
        kind: RoomKind = RoomKind.OPEN,
        announcements: bool = False,
    ) -> Room:
        existing_active(session, creator)
        key = NO_KEY if name_key is None else name_key
        row = RoomRow(
            name=name, name_key=key, slug=slug, description=description, created_at=at, kind=kind.value, announcements=announcements
        )
        return add_room(session, row, creator=creator)

    @writes
    def add_direct(
        self, session: Session, people: Collection[UserId], *, key: str, slug: str, creator: UserId, at: datetime
    ) -> tuple[RoomSummary, bool]:
        existing_active(session, creator)
        has_key = col(RoomRow.direct_key) == key
        if there := summaries(session, has_key):
            return there[0], False
        row = RoomRow(name='', name_key=NO_KEY, slug=slug, description='', created_by=creator, created_at=at, direct_key=key)
        row.kind = RoomKind.DIRECT.value
        store_room(session, row)
        for user_id in people:
            join_room(session, row, user_id, role=RoomRole.MEMBER, at=at)
        return summaries(session, has_key)[0], True

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
    def rename(self, session: Session, room_id: RoomId, *, name: str, name_key: str | None, slug: str) -> Room:
        row = existing_room(session, room_id)
        move_room(session, row, name_key=name_key, slug=slug)
        row.name = name
        return row.to_domain()

    @writes
    def describe(self, session: Session, room_id: RoomId, description: str) -> Room:
        row = existing_room(session, room_id)
        row.description = description
        return row.to_domain()

    @writes
    def set_picture(self, session: Session, room_id: RoomId, face: Face | None) -> Room:
        row = existing_room(session, room_id)
        exchange_picture(session, row, face)
        return row.to_domain()

    @writes
    def convert(self, session: Session, room_id: RoomId, *, kind: RoomKind, name_key: str | None, slug: str) -> Room:
        row = existing_room(session, room_id)
        move_room(session, row, name_key=name_key, slug=slug)
        row.kind = kind.value
        return row.to_domain()

    @writes
    def set_rules(self, session: Session, room_id: RoomId, *, announcements: bool, slow_mode_s: int) -> Room:
        row = existing_room(session, room_id)
        row.announcements, row.slow_mode_s = announcements, slow_mode_s
        return row.to_domain()

    @writes
    def set_archived(self, session: Session, room_id: RoomId, at: datetime | None) -> Room:
        row = existing_room(session, room_id)
        row.archived_at = at
        return row.to_domain()

    async def delete(self, room_id: RoomId) -> None:
        """At once for whoever reads; a large room's messages are erased from the file in the time after."""
        await self._delete(room_id)
        self.database.eraser.wake()

    @writes
    def _delete(self, session: Session, room_id: RoomId) -> None:
        row = existing_room(session, room_id)
        exchange_picture(session, row, None)
        session.delete(row)
        session.flush()
        erase_some(session, room_id)

    @reads
    def all(self, session: Session) -> Sequence[RoomSummary]:
        return summaries(session)

    @reads
    def members(self, session: Session, room_id: RoomId) -> Sequence[Member]:
        return seen_members(session, MEMBERSHIPS.c.room_id == room_id)

    @reads
    def member(self, session: Session, room_id: RoomId, user_id: UserId) -> Member | None:
        return next(iter(seen_members(session, MEMBERSHIPS.c.room_id == room_id, MEMBERSHIPS.c.user_id == user_id)), None)

    @reads
    def memberships_of(self, session: Session, user_id: UserId) -> Sequence[Membership]:
        memberships = (
            select(MembershipRow).where(MembershipRow.user_id == user_id).order_by(col(MembershipRow.joined_at), col(MembershipRow.room_id))
        )
        return [row.to_domain() for row in session.exec(memberships)]

    @writes
    def join(self, session: Session, room_id: RoomId, user_id: UserId, *, role: RoomRole, at: datetime) -> Member:
        existing_active(session, user_id)
        return _member(session, join_room(session, existing_room(session, room_id), user_id, role=role, at=at))

    @writes
    def leave(self, session: Session, room_id: RoomId, user_id: UserId) -> bool:
        row = session.get(MembershipRow, (room_id, user_id))
        if row is None:
            return False
        session.delete(row)
        return True

    @writes
    def set_role(self, session: Session, room_id: RoomId, user_id: UserId, role: RoomRole) -> Member:
        row = existing_membership(session, room_id, user_id)
        row.role = role.value
        return _member(session, row)

    @writes
    def set_time_out(self, session: Session, room_id: RoomId, user_id: UserId, until: datetime | None) -> Member:
        row = existing_membership(session, room_id, user_id)
        row.timed_out_until = until
        return _member(session, row)

    @writes
    def set_wishes(self, session: Session, room_id: RoomId, user_id: UserId, *, involvement: Involvement, favourite: bool) -> Membership:
        row = existing_membership(session, room_id, user_id)
        row.involvement, row.favourite = involvement.value, favourite
        return row.to_domain()

    @reads
    def wanting_everything(self, session: Session) -> Sequence[tuple[RoomId, UserId]]:
        everything = col(MembershipRow.involvement) == Involvement.EVERYTHING.value
        wanting = session.exec(select(MembershipRow.room_id, MembershipRow.user_id).where(everything))
        return [(RoomId(room_id), UserId(user_id)) for room_id, user_id in wanting]


def add_room(session: Session, row: RoomRow, *, creator: UserId) -> Room:
    """Store an open or private room with its creator as member and admin.

    :raises RoomNameTaken:
    """
    row.created_by = creator
    store_room(session, row)
    join_room(session, row, creator, role=RoomRole.ADMIN, at=row.created_at)
    return row.to_domain()


def _member(session: Session, row: MembershipRow) -> Member:
    return row.to_member(session.get_one(UserRow, row.user_id).to_person())
