"""Fixtures and settings that every part of the tests may use.

Properties and state machines are quick by default; `--hypothesis-profile=deep` looks longer.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from tests.fakes import FakeClock

TAKES_ITS_TIME = {'deadline': None, 'database': None, 'suppress_health_check': [HealthCheck.too_slow]}
"""What a busy machine takes long for is no fault."""
OF_MANY_PROCESSES = ('browser', 'faults')
"""Markers of tests in which a busy machine may hold up any of several processes: they have a second try, and pytest tells of it."""
SHARING = ('browser', 'faults')
"""Folders whose tests share a browser and a server."""

settings.register_profile('quick', max_examples=20, stateful_step_count=30, **TAKES_ITS_TIME)
settings.register_profile('deep', max_examples=3_000, stateful_step_count=50, **TAKES_ITS_TIME)
settings.load_profile('quick')


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser's tests first, which take as long as all others; what kills servers last, when a core has nothing else to do."""
    items.sort(key=lambda item: {'browser': 0, 'faults': 2}.get(_folder(item.nodeid), 1))
    for item in items:
        if any(item.get_closest_marker(name) for name in OF_MANY_PROCESSES):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return OneBrowserAtATime(config, log)


class OneBrowserAtATime(LoadScopeScheduling):
    """Each process takes whole modules; one of them all that share a browser and a server: a second pair only makes both late."""

    def _split_scope(self, nodeid: str) -> str:
        folder = _folder(nodeid)
        return folder if folder in SHARING else nodeid.split('::', maxsplit=1)[0]


def _folder(nodeid: str) -> str:
    return nodeid.split('/')[1]
