"""Fixtures and settings that every part of the tests may use.

Properties and state machines are quick by default; `--hypothesis-profile=deep` looks longer.
"""

import pytest
from hypothesis import HealthCheck, settings

from tests.fakes import FakeClock

TAKES_ITS_TIME = {'deadline': None, 'database': None, 'suppress_health_check': [HealthCheck.too_slow]}
"""What a busy machine takes long for is no fault."""

settings.register_profile('quick', max_examples=20, stateful_step_count=30, **TAKES_ITS_TIME)
settings.register_profile('deep', max_examples=3_000, stateful_step_count=50, **TAKES_ITS_TIME)
settings.load_profile('quick')


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no core is idle at the end while another has a browser's tests left."""
    items.sort(key=lambda item: not {'browser', 'faults'}.isdisjoint(mark.name for mark in item.iter_markers()), reverse=True)
