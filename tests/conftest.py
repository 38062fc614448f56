"""Fixtures that every part of the tests may use."""

import pytest

from tests.fakes import FakeClock

ONE_AT_A_TIME = ('tests/browser/', 'tests/faults/', 'tests/test_wheel.py')
"""What starts browsers and servers has the machine to itself but for one other worker: `make test` runs with two."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Other files stay whole: what a file's tests share is made once."""
    for item in items:
        file = item.nodeid.partition('::')[0]
        item.add_marker(pytest.mark.xdist_group('browsers and servers' if file.startswith(ONE_AT_A_TIME) else file))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
