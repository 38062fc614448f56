"""The days of a room: on which something was said, and where each begins. Each right is checked each time, here."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

from livechat.domain.access import Right
from livechat.domain.model import MessageNumber, RoomId, User
from livechat.domain.room_desk import RoomDesk
from livechat.domain.search_ports import SearchStore


class RoomDays:
    """One per process. Days are those of whoever asks: `utc_offset_min` is theirs."""

    def __init__(self, desk: RoomDesk, store: SearchStore) -> None:
        self._desk = desk
        self._store = store

    async def with_messages(self, user: User, room_id: RoomId, month: date, *, utc_offset_min: int) -> Sequence[date]:
        """Of that month. :raises RoomNotFound: :raises NotAMember:"""
        (await self._desk.access(user, room_id)).must(Right.READ)
        count = monthrange(month.year, month.month)[1]
        days = [month.replace(day=day) for day in range(1, count + 1)]
        bounds = [begin_of(day, utc_offset_min) for day in days]
        posted = await self._store.days(room_id, [*bounds, bounds[-1] + timedelta(days=1)])
        return [day for day, is_there in zip(days, posted, strict=True) if is_there]

    async def bounds(self, user: User, room_id: RoomId, *, utc_offset_min: int) -> tuple[date, date] | None:
        """The first and the last day; None in a room where nothing was said. :raises RoomNotFound: :raises NotAMember:"""
        (await self._desk.access(user, room_id)).must(Right.READ)
        found = await self._store.bounds(room_id)
        zone = timezone(timedelta(minutes=utc_offset_min))
        return None if found is None else (found[0].astimezone(zone).date(), found[1].astimezone(zone).date())

    async def first_of(self, user: User, room_id: RoomId, day: date, *, utc_offset_min: int) -> MessageNumber | None:
        """The first message of that day, or of the next one that has any, or else the newest; None where nothing was said.

        :raises RoomNotFound: :raises NotAMember:
        """
        (await self._desk.access(user, room_id)).must(Right.READ)
        return await self._store.first_since(room_id, begin_of(day, utc_offset_min))


def begin_of(day: date, utc_offset_min: int) -> datetime:
    """When it begins there, in UTC. Of the first and last days that there are one more is left out."""
    day = min(max(day, date(1, 1, 3)), date(9999, 12, 29))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(minutes=utc_offset_min)
