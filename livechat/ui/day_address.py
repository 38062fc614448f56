"""The address of a day in a room, and what a browser may say of one: anything."""

import re
from datetime import date

from livechat.domain.model import MessageNumber
from livechat.ui.html import room_path

DAY = '--day-'
"""The command of the buttons between two days; year, month and day follow as one number: `--day-20261120`."""
_WRITTEN = re.compile(r'(\d{4})-(\d{2})-(\d{2})', re.ASCII)


def day_path(slug: str, day: date, number: MessageNumber) -> str:
    """Of that day, scrolled to the message: with it the browser makes no second entry in its history for the way there."""
    return f'{room_path(slug)}?d={day.isoformat()}#m{number}'


def day_command(day: date) -> str:
    return f'{DAY}{day.isoformat().replace("-", "")}'


def parse_day(text: object) -> date | None:
    """What is written as 2026-11-20; None for what is no day."""
    found = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else _day(*map(int, found.groups()))


def day_of_command(number: int) -> date | None:
    return _day(number // 10_000, number // 100 % 100, number % 100)


def parse_month(event: object) -> date | None:
    """The first of the month that a calendar says it shows: {"year": 2026, "month": 11}."""
    year, month = (event.get('year'), event.get('month')) if isinstance(event, dict) else (None, None)
    return _day(year, month, 1) if type(year) is int and type(month) is int else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
