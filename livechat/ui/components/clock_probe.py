"""Where the reader's clock stands, in pure Python: a hidden date and time picker that are told to show now."""

from collections.abc import Callable
from datetime import UTC, datetime

from nicegui import ui

STEP_MIN = 15
"""All time zones in use are whole quarters of an hour from UTC."""
MAX_OFFSET_MIN = 15 * 60


def utc_offset_min(local_date: str, local_time: str, now: datetime) -> int | None:
    """Minutes east of UTC of a clock that shows this date (YYYY-MM-DD) and time (HH:MM) now; None if it shows nonsense."""
    try:
        local = datetime.strptime(f'{local_date} {local_time}', '%Y-%m-%d %H:%M').replace(tzinfo=UTC)
    except ValueError:
        return None
    offset = round((local - now).total_seconds() / 60 / STEP_MIN) * STEP_MIN
    return offset if abs(offset) <= MAX_OFFSET_MIN else None


class ClockProbe:
    """Asks once, then removes itself. `found` gets the offset in minutes."""

    def __init__(self, now: Callable[[], datetime], found: Callable[[int], None]) -> None:
        self._now = now
        self._found = found
        self._date = ''
        self._time = ''
        with ui.element('div').classes('probe').props('aria-hidden=true') as self._root:
            date = ui.date(on_change=lambda event: self._heard(date=event.value)).props('mask=YYYY-MM-DD')
            time = ui.time(on_change=lambda event: self._heard(time=event.value)).props('mask=HH:mm format24h')
        date.run_method('setToday')
        time.run_method('setNow')

    def _heard(self, *, date: object = None, time: object = None) -> None:
        self._date = date if isinstance(date, str) else self._date
        self._time = time if isinstance(time, str) else self._time
        if not (self._date and self._time):
            return
        offset = utc_offset_min(self._date, self._time, self._now())
        self._root.delete()
        if offset is not None:
            self._found(offset)
