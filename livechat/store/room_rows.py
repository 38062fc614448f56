"""What the rows of rooms, of their slugs and of memberships have to do with one another."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain, count, groupby
from operator import itemgetter

from sqlalchemy import ColumnElement, delete, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from livechat.domain.errors import NotAMember, RoomNameTaken, RoomNotFound
from livechat.domain.model import Involvement, Member, Person, RoomId, RoomKind, RoomRole, RoomSummary, UserId
from livechat.store.message_rows import MEMBERSHIPS, PERSON_COLUMNS, ROOMS, USERS, to_person
from livechat.store.message_tables import MessageRow
from livechat.store.tables import MembershipRow, RoomRow, RoomSlugRow, UserRow
from livechat.store.user_rows import is_active

NO_KEY = '\x1f'
"""Of a room that is to be stored and whose name need not be unique. No name has this character in its key."""


def existing_room(session: Session, room_id: RoomId) -> RoomRow:
    """:raises RoomNotFound:"""
    row = session.get(RoomRow, room_id)
    if row is None:
        raise RoomNotFound
    return row


def existing_membership(session: Session, room_id: RoomId, user_id: UserId) -> MembershipRow:
    """:raises NotAMember:"""
    row = session.get(MembershipRow, (room_id, user_id))
    if row is None:
        raise NotAMember
    return row


def store_room(session: Session, row: RoomRow) -> None:
    """Store a new room under the first free slug from its own on; `NO_KEY` becomes a key that no other room has.

    :raises RoomNameTaken:
    """
    _refuse_taken(session, row.name_key, but=None)
    row.slug = _take_slug(session, row.slug, but=None)
    session.add(row)
    session.flush()
    if row.name_key == NO_KEY:
        row.name_key = _own_key(row)


def move_room(session: Session, row: RoomRow, *, name_key: str | None, slug: str) -> None:
    """Give it another key and slug; the slug it had goes on leading to it.

    :raises RoomNameTaken:
    """
    assert row.id is not None
    room_id = RoomId(row.id)
    key = _own_key(row) if name_key is None else name_key
    _refuse_taken(session, key, but=room_id)
    old_slug, row.slug = row.slug, _take_slug(session, slug, but=room_id)
    row.name_key = key
    if old_slug != row.slug:
        session.add(RoomSlugRow(slug=old_slug, room_id=room_id))


def join_room(session: Session, room: RoomRow, user_id: UserId, *, role: RoomRole, at: datetime) -> MembershipRow:
    """A membership that begins with everything read: the one there is, or a new one."""
    row = session.get(MembershipRow, (room.id, user_id))
    if row is None:
        assert room.id is not None
        wish = Involvement.EVERYTHING if room.kind == RoomKind.DIRECT.value else Involvement.MENTIONS
        row = MembershipRow(
            room_id=room.id, user_id=user_id, role=role.value, joined_at=at, involvement=wish.value, last_read=room.last_number
        )
        session.add(row)
        session.flush()
    return row


def is_seen_in_room() -> ColumnElement[bool]:
    """Whether a user is shown among the members of a room: in a direct one everybody is."""
    return or_(is_active(), col(RoomRow.kind) == RoomKind.DIRECT.value)


def seen_members(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Member]:
    """By when they joined. Without the ORM, which takes 85 ms for 2,000 of them instead of 18: a room begins with this."""
    columns = (MEMBERSHIPS.c.role, MEMBERSHIPS.c.joined_at, MEMBERSHIPS.c.timed_out_until)
    found = session.connection().execute(
        sql_select(*columns, *PERSON_COLUMNS)
        .join_from(MEMBERSHIPS, USERS, USERS.c.id == MEMBERSHIPS.c.user_id)
        .join(ROOMS, ROOMS.c.id == MEMBERSHIPS.c.room_id)
        .where(is_seen_in_room(), *conditions)
        .order_by(MEMBERSHIPS.c.joined_at, MEMBERSHIPS.c.user_id)
    )
    return [
        Member(person=to_person(person), role=RoomRole(role), joined_at=joined_at, timed_out_until=timed_out_until)
        for role, joined_at, timed_out_until, *person in found
    ]


def summaries(session: Session, *conditions: ColumnElement[bool]) -> Sequence[RoomSummary]:
    """Of the rooms that fulfil the conditions, by name, in two queries."""
    members = (
        select(func.count())
        .select_from(MembershipRow)
        .join(UserRow, col(UserRow.id) == MembershipRow.user_id)
        .where(MembershipRow.room_id == RoomRow.id, is_seen_in_room())
        .scalar_subquery()
    )
    found = session.exec(select(RoomRow, members, _LATEST_AT).where(*conditions))
    people = _people_of_direct_rooms(session, *conditions)
    made = [
        RoomSummary(
            room=room.to_domain(),
            member_count=member_count,
            people=people.get(room.id, ()),
            latest_at=latest_at if room.kind == RoomKind.DIRECT.value else None,
        )
        for room, member_count, latest_at in found
    ]
    return sorted(made, key=lambda summary: (summary.room.name.casefold(), summary.room.id))


_LATEST_AT = (
    select(MessageRow.created_at)
    .where(MessageRow.room_id == RoomRow.id, col(RoomRow.kind) == RoomKind.DIRECT.value, col(MessageRow.deleted).is_(False))
    .order_by(col(MessageRow.number).desc())
    .limit(1)
    .correlate(RoomRow)
    .scalar_subquery()
)


def _people_of_direct_rooms(session: Session, *conditions: ColumnElement[bool]) -> dict[int | None, tuple[Person, ...]]:
    found = session.exec(
        select(RoomRow.id, UserRow)
        .join(MembershipRow, col(MembershipRow.room_id) == RoomRow.id)
        .join(UserRow, col(UserRow.id) == MembershipRow.user_id)
        .where(col(RoomRow.kind) == RoomKind.DIRECT.value, *conditions)
        .order_by(col(RoomRow.id))
    )
    people = [(room_id, row.to_person()) for room_id, row in found]
    return {
        room_id: tuple(sorted((person for _, person in group), key=lambda person: (person.display_name.casefold(), person.id)))
        for room_id, group in groupby(people, key=itemgetter(0))
    }


def _own_key(row: RoomRow) -> str:
    return f'{NO_KEY}{row.id}'


def _refuse_taken(session: Session, name_key: str, *, but: RoomId | None) -> None:
    """No race: this runs in the one transaction that writes."""
    if session.exec(select(RoomRow.id).where(RoomRow.name_key == name_key, RoomRow.id != but)).first() is not None:
        raise RoomNameTaken


def _take_slug(session: Session, wanted: str, *, but: RoomId | None) -> str:
    """`wanted`, or with `-2`, `-3` ... when another room has it now. A slug that a room had before is free, and leads there no more."""
    similar = select(RoomRow.slug).where(
        or_(col(RoomRow.slug) == wanted, col(RoomRow.slug).startswith(f'{wanted}-', autoescape=True)), RoomRow.id != but
    )
    taken = set(session.exec(similar))
    candidates = chain([wanted], (f'{wanted}-{number}' for number in count(2)))
    slug = next(slug for slug in candidates if slug not in taken)
    session.execute(delete(RoomSlugRow).where(col(RoomSlugRow.slug) == slug))
    return slug
