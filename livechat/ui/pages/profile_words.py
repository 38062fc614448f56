"""What a profile says in words: browsers, time zones, how long ago. Pure."""

import re
from datetime import datetime

from livechat.ui.message_html import local

MAX_AGENT_CHARS = 60
_BROWSERS = (  # the first that is found: most of them call themselves Chrome and Safari too
    ('Edge', ('Edg/', 'EdgA/', 'EdgiOS/')),
    ('Opera', ('OPR/', 'OPT/')),
    ('Samsung Internet', ('SamsungBrowser/',)),
    ('Vivaldi', ('Vivaldi/',)),
    ('Firefox', ('Firefox/', 'FxiOS/')),
    ('Chrome', ('Chrome/', 'CriOS/', 'Chromium/')),
    ('Safari', ('Safari/',)),
)
_SYSTEMS = (
    ('Android', ('Android',)),
    ('iPhone', ('iPhone', 'iPod')),
    ('iPad', ('iPad',)),
    ('Windows', ('Windows',)),
    ('ChromeOS', ('CrOS',)),
    ('macOS', ('Macintosh', 'Mac OS X')),
    ('Linux', ('Linux', 'X11')),
)
_MONTHS = ('January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December')
_SECRET = re.compile(r'(://[^:/@]*:)[^@/]+(?=@)')


def browser_in_words(user_agent: str) -> str:
    """Like "Firefox on Linux"; what a program that is no browser calls itself, cut; "Unknown browser" for nothing."""
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    if browser:
        return f'{browser} on {system}' if system else browser
    text = ' '.join(user_agent.split())
    if not text:
        return 'Unknown browser'
    return text if len(text) <= MAX_AGENT_CHARS else f'{text[: MAX_AGENT_CHARS - 1]}…'


def _first(names: tuple[tuple[str, tuple[str, ...]], ...], user_agent: str) -> str:
    return next((name for name, marks in names if any(mark in user_agent for mark in marks)), '')


def zone_in_words(utc_offset_min: int) -> str:
    """Like "UTC+5:30"."""
    if not utc_offset_min:
        return 'UTC'
    hours, minutes = divmod(abs(utc_offset_min), 60)
    sign = '+' if utc_offset_min > 0 else '−'
    return f'UTC{sign}{hours}' + (f':{minutes:02}' if minutes else '')


def seen_in_words(at: datetime, now: datetime, utc_offset_min: int) -> str:
    """How long ago, as coarse as it is known: a sign-in in use is noted once an hour."""
    hours = (now - at).total_seconds() / 3_600
    if hours < 1:
        return 'within the last hour'
    if hours < 24:
        return f'{_count(int(hours), "hour")} ago'
    if hours < 24 * 14:
        return f'{_count(int(hours // 24), "day")} ago'
    return f'on {date_in_words(at, utc_offset_min)}'


def date_in_words(at: datetime, utc_offset_min: int) -> str:
    """Like "12 March 2026", on the reader's calendar."""
    day = local(at, utc_offset_min).date()
    return f'{day.day} {_MONTHS[day.month - 1]} {day.year}'


def moment_in_words(at: datetime, utc_offset_min: int) -> str:
    """Like "12 March 2026, 14:05", on the reader's clock."""
    return f'{date_in_words(at, utc_offset_min)}, {local(at, utc_offset_min):%H:%M}'


def _count(number: int, thing: str) -> str:
    return f'1 {thing}' if number == 1 else f'{number} {thing}s'


def without_secret(url: str) -> str:
    """An address with a password in it, as it may be shown on a screen that others see."""
    return _SECRET.sub(r'\1•••', url)
