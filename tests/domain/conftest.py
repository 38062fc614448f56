"""A house of fakes."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.limits import Limits
from livechat.domain.model import Room, ServerRole, User
from tests.domain.house import House, other_tasks


@pytest.fixture
def limits() -> Limits:
    """Overridden where a test needs others."""
    return Limits(message_burst=100_000, subscription_events=10_000)


@pytest.fixture
async def house(limits: Limits) -> AsyncIterator[House]:
    """Rooms, supervisor and presence over stores in memory; every task it had is gone afterwards."""
    before = other_tasks()
    house = House(limits)
    await house.rooms.load()
    yield house
    house.stores.memory.gate.set()
    await house.supervisor.close()
    assert other_tasks() <= before
    assert len(house.registry) == 0


@pytest.fixture
async def owner(house: House) -> User:
    return await house.person('Olga', ServerRole.OWNER)


@pytest.fixture
async def lobby(house: House, owner: User) -> Room:
    """A running room whose admin is the owner."""
    room = await house.rooms.create(owner, 'Lobby')
    await house.rooms.snapshot(room.id)
    return room


@pytest.fixture
async def ana(house: House, lobby: Room) -> User:
    """A member of the lobby."""
    return await house.person('Ana', ServerRole.MEMBER, lobby)
