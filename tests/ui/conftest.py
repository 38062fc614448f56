"""A room in memory with its view and tabs in front of it."""

from collections.abc import AsyncIterator

import pytest

from tests.ui.room_stand import RoomStand


@pytest.fixture
async def stand() -> AsyncIterator[RoomStand]:
    """Opened by the test, with as much history as it needs."""
    stand = RoomStand()
    yield stand
    await stand.close()
