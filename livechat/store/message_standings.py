"""What a group of writes rests on: how far its rooms have counted, who is what in them, how much is pinned."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import BindParameter, and_, bindparam, func, select
from sqlalchemy.engine import Connection

from livechat.domain.model import Person, RoomId, UserId, UserStatus
from livechat.store.message_rows import MEMBERSHIPS, MESSAGES, PERSON_COLUMNS, ROOMS, USERS, to_person
from livechat.store.pairs_sqlite import FIRST, SECOND, joined_to_pairs, pairs_parameter

_ROOMS: BindParameter[int] = bindparam('rooms', expanding=True)
_COUNTERS = select(ROOMS.c.id, ROOMS.c.last_number, ROOMS.c.last_seq).where(ROOMS.c.id.in_(_ROOMS))
_STANDINGS = select(FIRST, USERS.c.status, MEMBERSHIPS.c.user_id, *PERSON_COLUMNS).select_from(
    joined_to_pairs(USERS, USERS.c.id == SECOND).outerjoin(
        MEMBERSHIPS, and_(MEMBERSHIPS.c.room_id == FIRST, MEMBERSHIPS.c.user_id == SECOND)
    )
)
PINS = (
    select(MESSAGES.c.room_id, func.count())
    .where(MESSAGES.c.room_id.in_(_ROOMS), MESSAGES.c.pinned_at.is_not(None))
    .group_by(MESSAGES.c.room_id)
)


@dataclass(slots=True)
class Counters:
    """Of a room: the number and the seq that were given last."""

    number: int
    seq: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is in one room."""

    person: Person
    status: UserStatus
    is_member: bool


def read_counters(connection: Connection, rooms: Iterable[RoomId]) -> dict[RoomId, Counters]:
    """Of those that are there."""
    rows = connection.execute(_COUNTERS, {'rooms': list(rooms)})
    return {RoomId(room_id): Counters(number, seq) for room_id, number, seq in rows}


def read_standings(connection: Connection, pairs: Iterable[tuple[RoomId, UserId]]) -> dict[tuple[RoomId, UserId], Standing]:
    """Of people who are there, members or not."""
    rows = connection.execute(_STANDINGS, pairs_parameter(set(pairs)))
    return {
        (RoomId(room_id), UserId(person[0])): Standing(to_person(person), UserStatus(status), is_member=member_id is not None)
        for room_id, status, member_id, *person in rows
    }


def count_pins(connection: Connection, rooms: Iterable[RoomId]) -> dict[RoomId, int]:
    """Of rooms that have any."""
    wanted = list(rooms)
    found = connection.execute(PINS, {'rooms': wanted}) if wanted else ()
    return {RoomId(room_id): count for room_id, count in found}
