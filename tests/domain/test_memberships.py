import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from livechat.domain.memberships import Memberships
from livechat.domain.model import Membership, RoomId, RoomRole, UserId
from tests.domain.house import started
from tests.memory import Memory
from tests.memory_rooms import MemoryRooms

ANA = UserId(1)


def membership(room: int, user: UserId = ANA) -> Membership:
    return Membership(room_id=RoomId(room), user_id=user, role=RoomRole.MEMBER, joined_at=datetime(2026, 5, 4, tzinfo=UTC))


class CountingRooms(MemoryRooms):
    def __init__(self) -> None:
        super().__init__(Memory())
        self.rows: list[Membership] = [membership(7)]
        self.asked: list[UserId] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def memberships_of(self, user_id: UserId) -> Sequence[Membership]:
        self.asked.append(user_id)
        rows = [each for each in self.rows if each.user_id == user_id]
        await self.gate.wait()
        return rows


async def test_memberships_are_asked_for_once() -> None:
    rooms = CountingRooms()
    memberships = Memberships(rooms)

    assert await memberships.of(ANA) == await memberships.of(ANA) == {7: membership(7)}

    assert rooms.asked == [ANA]


async def test_changes_are_known_at_once_and_mappings_given_out_stay() -> None:
    memberships = Memberships(CountingRooms())
    before = await memberships.of(ANA)

    memberships.put(membership(8))
    memberships.remove(ANA, RoomId(7))

    assert await memberships.of(ANA) == {8: membership(8)}
    assert before == {7: membership(7)}


async def test_load_that_a_change_overtook_is_not_kept() -> None:
    rooms = CountingRooms()
    memberships = Memberships(rooms)
    rooms.gate.clear()
    loading = started(memberships.of(ANA))
    await asyncio.sleep(0)

    rooms.rows.append(membership(8))
    memberships.put(membership(8))
    rooms.gate.set()
    await loading

    assert await memberships.of(ANA) == {7: membership(7), 8: membership(8)}


async def test_load_that_failed_is_tried_again() -> None:
    rooms = CountingRooms()
    memberships = Memberships(rooms)
    rooms.gate.clear()
    loading = started(memberships.of(ANA))
    await asyncio.sleep(0)
    loading.cancel()
    await asyncio.gather(loading, return_exceptions=True)
    rooms.gate.set()

    assert await memberships.of(ANA) == {7: membership(7)}
    assert await memberships.of(ANA) == {7: membership(7)}
    assert rooms.asked == [ANA, ANA]


async def test_deleted_room_is_nobodys() -> None:
    rooms = CountingRooms()
    memberships = Memberships(rooms)
    rooms.rows.append(membership(7, UserId(2)))
    await memberships.of(ANA)
    await memberships.of(UserId(2))

    memberships.remove_room(RoomId(7))

    assert await memberships.of(ANA) == await memberships.of(UserId(2)) == {}


async def test_who_was_not_asked_for_longest_is_forgotten_first() -> None:
    rooms = CountingRooms()
    memberships = Memberships(rooms, capacity=2)
    for user in (1, 2, 1, 3):
        await memberships.of(UserId(user))
    rooms.asked.clear()

    for user in (1, 3, 2):
        await memberships.of(UserId(user))

    assert rooms.asked == [2]
