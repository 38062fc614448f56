"""Where the reader's clock stands, in pure Python: a hidden date and time picker that are told to show now."""

from collections.abc import Callable
from datetime import UTC, datetime

from livechat.ui.session import Session
from livechat.ui.shell import Part, part, probe_elements, without_probe
from livechat.ui.stream import run_method

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
    """Asks the browser once, then takes its pickers away. `found` gets the offset in minutes."""

    def __init__(self, session: Session, found: Callable[[int], None]) -> None:
        self._session = session
        self._found = found
        self._heard: dict[Part, str] = {}

    def ask(self) -> None:
        self._session.show(probe_elements())
        run_method(self._session.client, part(Part.PROBE_DATE), 'setToday')
        run_method(self._session.client, part(Part.PROBE_TIME), 'setNow')

    def hear(self, which: Part, value: object) -> None:
        """A picker shows something."""
        self._heard[which] = value if isinstance(value, str) else ''
        if len(self._heard) < 2:
            return
        offset = utc_offset_min(self._heard[Part.PROBE_DATE], self._heard[Part.PROBE_TIME], self._session.chat.clock.now())
        self._heard.clear()
        self._session.show(without_probe())
        if offset is not None:
            self._found(offset)
