"""Messages as HTML: one string per message, the same for all readers of an audience.

Nothing here depends on who reads: what differs by person (own messages, what one may do) is a rule of the tab's own style
sheet on `data-author`. Relative times ("4 min", "Today") are rules of a sheet that all tabs get once a minute.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from livechat.domain.message import Message, MessageKind
from livechat.ui.day_address import day_command
from livechat.ui.file_html import files_html
from livechat.ui.html import avatar, escape, room_path
from livechat.ui.message_body import body_html, is_action, quote_html
from livechat.ui.message_parts import cards_html, pin_html, reactions_html, speaks_to, tools_html
from livechat.ui.shell import COMMANDS_DOM_ID

GROUP_WITHIN = timedelta(minutes=5)
RELATIVE_MINUTES = 60
_FIRST = "'msg first'"
_MONTHS = (
    'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
)  # fmt: skip
_WEEKDAYS = ('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday')


@dataclass(frozen=True, slots=True)
class Setting:
    """What the HTML of messages depends on besides them."""

    slug: str
    """Of their room."""
    utc_offset_min: int = 0
    base_url: str = ''
    """Of this server as its readers reach it."""


def local(at: datetime, utc_offset_min: int) -> datetime:
    """The wall clock of a reader that many minutes east of UTC."""
    return at + timedelta(minutes=utc_offset_min)


def starts_group(message: Message, previous: Message | None) -> bool:
    """Whether name and picture are shown again: another author, a pause, an answer, or nothing to go on from before it."""
    return (
        previous is None
        or previous.deleted
        or previous.kind is MessageKind.SYSTEM
        or previous.author.id != message.author.id
        or message.created_at - previous.created_at > GROUP_WITHIN
        or message.quote is not None
        or is_action(previous)
    )


def entries_html(messages: Iterable[Message], previous: Message | None, setting: Setting) -> str:
    """A run of messages, oldest first; `previous` is the one before the first, if it is known."""
    parts: list[str] = []
    for message in messages:
        parts.append(entry_html(message, previous, setting))
        previous = message
    return ''.join(parts)


def entry_html(message: Message, previous: Message | None, setting: Setting) -> str:
    """One message, with the line of its day if it is the first of that day."""
    at = local(message.created_at, setting.utc_offset_min)
    new_day = previous is None or local(previous.created_at, setting.utc_offset_min).date() != at.date()
    day = _day_line(at.date()) if new_day else ''
    if message.deleted:
        return f"{day}<article class='msg gone' id=m{message.number}><span></span><div><p>This message was deleted.</p></div></article>"
    if message.kind is MessageKind.SYSTEM:
        return day + _system_line(message, at, setting.slug)
    return day + _article(message, at, setting, first=new_day or starts_group(message, previous))


def _system_line(message: Message, at: datetime, slug: str) -> str:
    name, link = escape(message.author.display_name), _permalink(message, at, slug, stop=False)
    return f"<div class='msg sys' id=m{message.number}><p><b><bdi>{name}</bdi></b> {escape(message.body)}{link}</p></div>"


def _article(message: Message, at: datetime, setting: Setting, *, first: bool) -> str:
    """It can have the focus, so that a tap on it brings its tools. By keyboard one stop at its time per group is enough."""
    author, action = message.author, is_action(message)
    first = first and not action
    name, link = escape(author.display_name), _permalink(message, at, setting.slug, stop=first)
    if first:
        tag = '' if author.kind == 'account' else f'<span class=tag>{author.kind}</span>'
        face, head = avatar(author), f'<span class=who dir=auto>{name}</span>{tag}{link}'
    else:
        face, head = f'<i class=g>{link}</i>', '' if action else f'<i class=sr>{name}</i>'
    return (
        f'<article class={_FIRST if first else "msg"} id=m{message.number} tabindex=-1 data-author={author.id}{speaks_to(message)}>'
        f'{face}<div>{quote_html(message.quote, setting.slug)}{head}{pin_html(message)}{body_html(message, setting.base_url)}'
        f'{files_html(message)}{cards_html(message)}{reactions_html(message)}</div>{tools_html(message.number)}</article>'
    )


def _permalink(message: Message, at: datetime, slug: str, *, stop: bool) -> str:
    """The time of day; the full date on hover; `data-m` is what the minute's sheet of relative times hooks on."""
    minute, clock = int(message.created_at.timestamp() // 60), f'{at.hour:02}:{at.minute:02}'
    time = f"<time data-m={minute} title='{long_date(at.date())}, {clock}'><span>{clock}</span></time>"
    return f"<a class=when{'' if stop else ' tabindex=-1'} href='{room_path(slug, message.number)}'>{time}</a>"


@lru_cache(maxsize=366)
def long_date(day: date) -> str:
    return f'{_WEEKDAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}'


def short_date(day: date) -> str:
    return f'{day.day} {_MONTHS[day.month - 1][:3]} {day.year}'


@lru_cache(maxsize=366)
def _day_line(day: date) -> str:
    """Its name is the date, or the word for it, as it is seen."""
    name = f'<span data-day={day.isoformat()}><span>{long_date(day)}</span></span><i>: jump to another day</i>'
    return f'<div class=day><button type=button commandfor={COMMANDS_DOM_ID} command={day_command(day)}>{name}</button></div>'


def relative_times_css(now: datetime, utc_offset_min: int) -> str:
    """Rules that show the last hour's times as "4 min" and the last two days as Today and Yesterday, wherever they stand."""
    this_minute = int(now.timestamp() // 60)
    rules = [
        f'time[data-m="{this_minute - ago}"]::after{{content:"{_ago(ago)}"}}time[data-m="{this_minute - ago}"]>span{{display:none}}'
        for ago in range(-1, RELATIVE_MINUTES)
    ]
    today = local(now, utc_offset_min).date()
    for day, word in ((today, 'Today'), (today - timedelta(days=1), 'Yesterday')):
        rules.append(f'[data-day="{day.isoformat()}"]::after{{content:"{word}"}}[data-day="{day.isoformat()}"]>span{{display:none}}')
    return ''.join(rules)


def _ago(minutes: int) -> str:
    return 'now' if minutes < 1 else f'{minutes} min'


def typing_html(names: Sequence[str]) -> str:
    """Who is writing, in words; empty when nobody is."""
    if not names:
        return ''
    dots = '<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>'
    bold = [f'<b dir="auto">{escape(name)}</b>' for name in names]
    if len(bold) == 1:
        return f'{dots}<span>{bold[0]} is typing</span>'
    if len(bold) == 2:
        return f'{dots}<span>{bold[0]} and {bold[1]} are typing</span>'
    return f'{dots}<span>Several people are typing</span>'
