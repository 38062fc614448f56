"""The days of a room, compared with what one finds by looking at every message; and when days begin."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livechat.domain.limits import Limits
from livechat.domain.message import MessageKind
from livechat.domain.model import Room, User
from livechat.domain.room_days import RoomDays, begin_of
from livechat.domain.room_desk import RoomDesk
from livechat.domain.writes import DeleteMessage, PostMessage
from tests.domain.house import House

OFFSETS = st.integers(-56, 56).map(lambda quarters: quarters * 15)
TIMES = st.datetimes(datetime(2023, 12, 30), datetime(2024, 3, 2), timezones=st.just(UTC))  # noqa: DTZ001 - as hypothesis wants it
DAYS = st.dates(date(2023, 12, 28), date(2024, 3, 4))


@pytest.fixture
def limits() -> Limits:
    """A room for each example."""
    return Limits(change_burst=100_000, subscription_events=10_000)


@given(st.dates(date(1, 1, 3), date(9999, 12, 29)), OFFSETS)
def test_day_begins_at_midnight_of_that_zone_and_ends_where_the_next_begins(day: date, offset: int) -> None:
    begin = begin_of(day, offset)

    there = begin.astimezone(timezone(timedelta(minutes=offset)))
    assert (there.date(), there.time()) == (day, datetime.min.time())
    assert begin.tzinfo is UTC
    assert begin_of(day + timedelta(days=1), offset) - begin == timedelta(days=1)


@given(st.dates(), OFFSETS)
def test_every_day_there_is_has_a_beginning(day: date, offset: int) -> None:
    assert begin_of(date.min, offset) <= begin_of(day, offset) <= begin_of(date.max, offset)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posted=st.lists(st.tuples(TIMES, st.sampled_from(['said', 'line', 'deleted'])), max_size=12), day=DAYS, offset=OFFSETS)
async def test_days_are_those_one_finds_by_looking_at_every_message(
    house: House, ana: User, posted: Sequence[tuple[datetime, str]], day: date, offset: int
) -> None:
    room = await _filled(house, ana, posted)
    days = RoomDays(RoomDesk(house.around, house.grounds, house.supervisor, house.stores.users), house.stores.search)
    zone = timezone(timedelta(minutes=offset))
    said = sorted(
        (message.created_at, message.number)
        for message in house.stores.memory.rooms[room.id].messages.values()
        if message.kind is MessageKind.TEXT and not message.deleted
    )
    on = [(at.astimezone(zone).date(), number) for at, number in said]

    found = await days.with_messages(ana, room.id, day, utc_offset_min=offset)

    assert found == sorted({each for each, _ in on if (each.year, each.month) == (day.year, day.month)})
    assert await days.bounds(ana, room.id, utc_offset_min=offset) == ((on[0][0], on[-1][0]) if on else None)
    later = [number for each, number in on if each >= day]
    expected = later[0] if later else on[-1][1] if on else None
    assert await days.first_of(ana, room.id, day, utc_offset_min=offset) == expected


async def _filled(house: House, author: User, posted: Sequence[tuple[datetime, str]]) -> Room:
    count = len(house.stores.memory.rooms)
    room = await house.rooms.create(author, f'Room {count}')
    for place, (at, what) in enumerate(posted):
        kind = MessageKind.SYSTEM if what == 'line' else MessageKind.TEXT
        post = PostMessage(room_id=room.id, author_id=author.id, body='x', client_key=f'{count}-{place}', at=at, kind=kind)
        stored = await house.stores.messages.commit([post])
        assert not isinstance(stored[0], Exception)
        if what == 'deleted':
            await house.stores.messages.commit([DeleteMessage(room_id=room.id, number=stored[0].message.number, at=at)])
    return room
