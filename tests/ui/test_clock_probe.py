"""Where a reader's clock stands, from the date and time it shows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.ui.clock_probe import MAX_OFFSET_MIN, STEP_MIN, utc_offset_min

NEW_YEAR = datetime(2026, 12, 31, 23, 59, 40, tzinfo=UTC)
ZONES = [-720, -570, -300, -210, 0, 60, 120, 330, 345, 525, 570, 720, 765, 840]


@given(st.integers(0, 4_000_000_000), st.sampled_from(ZONES), st.integers(-180, 180))
def test_every_zone_is_found_though_the_clock_is_some_minutes_off(at_s: int, offset: int, wrong_by_s: int) -> None:
    at = datetime.fromtimestamp(at_s, UTC)
    shown = at + timedelta(minutes=offset, seconds=wrong_by_s)

    assert utc_offset_min(f'{shown:%Y-%m-%d}', f'{shown:%H:%M}', at) == offset


def test_another_day_there_is_no_day_of_difference() -> None:
    assert utc_offset_min('2027-01-01', '05:29', NEW_YEAR) == 330
    assert utc_offset_min('2026-12-31', '18:59', NEW_YEAR) == -300


@pytest.mark.parametrize(
    ('date', 'time'),
    [('', ''), ('2026-02-30', '10:00'), ('2026-12-31', '25:00'), ('31.12.2026', '10:00'), ('2026-12-31', '10:00:00'), ('<b>', '10:00')],
)
def test_nonsense_is_no_offset(date: str, time: str) -> None:
    assert utc_offset_min(date, time, NEW_YEAR) is None


def test_clock_that_is_days_off_is_no_offset() -> None:
    assert utc_offset_min('2026-12-30', '00:00', NEW_YEAR) is None
    assert MAX_OFFSET_MIN % STEP_MIN == 0
