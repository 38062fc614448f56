"""A search over stores, as the chat has it, without the limits."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from livechat.domain.access import Grounds
from livechat.domain.audit_log import AuditLog
from livechat.domain.backplane import LocalBackplane
from livechat.domain.limits import Limits
from livechat.domain.memberships import Memberships
from livechat.domain.model import RoomId, User, UserId
from livechat.domain.policy import Policy
from livechat.domain.ports import Stores
from livechat.domain.rate_limit import TokenBuckets
from livechat.domain.room_changes import Surroundings
from livechat.domain.room_desk import RoomDesk
from livechat.domain.room_directory import RoomDirectory
from livechat.domain.room_lists import RoomLists
from livechat.domain.search import Hit, Results, Search
from livechat.domain.search_ports import Order
from livechat.domain.supervisor import Supervisor
from tests.fakes import FakeClock


@dataclass(frozen=True)
class SearchStand:
    search: Search
    rooms: RoomLists
    clock: FakeClock

    async def pages(
        self, user: User, text: str, *, room_id: RoomId | None = None, order: Order = Order.BEST, limit: int = 50
    ) -> AsyncIterator[Results]:
        """One after the other, until there are no more."""
        results = await self.search.find(user, text, room_id=room_id, order=order, limit=limit)
        yield results
        while results.has_more:
            results = await self.search.more(user, results, limit=limit)
            yield results

    async def hits(self, user: User, text: str, *, order: Order = Order.BEST) -> Sequence[Hit]:
        return [hit async for page in self.pages(user, text, order=order) for hit in page.hits]


async def search_stand(stores: Stores, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> SearchStand:
    """With the rooms that there are by now."""
    clock, limits = FakeClock(), Limits()
    memberships = Memberships(stores.rooms)
    around = Surroundings(
        rooms=stores.rooms,
        messages=stores.messages,
        directory=RoomDirectory(),
        memberships=memberships,
        backplane=LocalBackplane(limits.subscription_events),
        audit=AuditLog(stores.audit, clock),
        clock=clock,
        limits=limits,
    )
    grounds = Grounds(directory=around.directory, memberships=memberships, policy=Policy)
    rooms = RoomLists(RoomDesk(around, grounds, Supervisor(around, sleep=asyncio.sleep), stores.users))
    await rooms.load()
    unlimited = TokenBuckets[UserId](1_000_000, 1_000.0)
    search = Search(rooms, stores.search, now=clock.now, monotonic=clock.monotonic, sleep=sleep, buckets=unlimited)
    return SearchStand(search, rooms, clock)
