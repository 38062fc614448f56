from collections.abc import AsyncIterator

import pytest

from livechat.domain.limits import Limits
from livechat.domain.model import Room, User
from tests.domain.house import other_tasks
from tests.domain.unread_stand import UnreadStand


@pytest.fixture
async def stand(limits: Limits) -> AsyncIterator[UnreadStand]:
    before = other_tasks()
    stand = UnreadStand(limits)
    await stand.start()
    yield stand
    stand.store.gate.set()
    stand.sender.gate.set()
    await stand.supervisor.close()
    assert other_tasks() <= before


@pytest.fixture
async def ana(stand: UnreadStand) -> User:
    return await stand.person('Ana')


@pytest.fixture
async def room(stand: UnreadStand, ana: User) -> Room:
    return await stand.room(ana, 'Garden')


@pytest.fixture
async def bo(stand: UnreadStand, room: Room) -> User:
    return await stand.person('Bo', room)
