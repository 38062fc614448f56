"""Messages as HTML: one string per message, the same for all readers of an audience.

Nothing here depends on who reads: what differs by person (own messages, what one may do) is a rule of the tab's own style
sheet on `data-author`. Relative times ("4 min", "Today") are rules of a sheet that all tabs get once a minute.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from livechat.domain.message import Message, MessageKind
from livechat.ui.html import avatar, escape, linkify, room_path
from livechat.ui.shell import COMMANDS_DOM_ID

GROUP_WITHIN = timedelta(minutes=5)
RELATIVE_MINUTES = 60
UNREAD_FROM = '--unread-'
"""The command of the button at a message that makes it the first unread one; its number follows."""
_MONTHS = (
    'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December',
)  # fmt: skip
_WEEKDAYS = ('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday')


def local(at: datetime, utc_offset_min: int) -> datetime:
    """The wall clock of a reader that many minutes east of UTC."""
    return at + timedelta(minutes=utc_offset_min)


def starts_group(message: Message, previous: Message | None) -> bool:
    """Whether name and picture are shown again: another author, a pause, or nothing before it on its page."""
    return (
        previous is None
        or previous.deleted
        or previous.kind is MessageKind.SYSTEM
        or previous.author.id != message.author.id
        or message.created_at - previous.created_at > GROUP_WITHIN
    )


def entries_html(messages: Iterable[Message], previous: Message | None, *, slug: str, utc_offset_min: int) -> str:
    """A run of messages, oldest first; `previous` is the one before the first, if it is known."""
    parts: list[str] = []
    for message in messages:
        parts.append(entry_html(message, previous, slug=slug, utc_offset_min=utc_offset_min))
        previous = message
    return ''.join(parts)


def entry_html(message: Message, previous: Message | None, *, slug: str, utc_offset_min: int) -> str:
    """One message, with the line of its day if it is the first of that day."""
    at = local(message.created_at, utc_offset_min)
    new_day = previous is None or local(previous.created_at, utc_offset_min).date() != at.date()
    day = f'<div class="day"><span data-day="{at.date().isoformat()}">{_day_name(at.date())}</span></div>' if new_day else ''
    return day + _article(message, at, slug=slug, first=new_day or starts_group(message, previous))


def _article(message: Message, at: datetime, *, slug: str, first: bool) -> str:
    if message.deleted:
        return f'<article class="msg gone" id="m{message.number}"><span></span><div><p>This message was deleted.</p></div></article>'
    author = message.author
    name = escape(author.display_name)
    if message.kind is MessageKind.SYSTEM:
        link = f'<a class="when" tabindex="-1" href="{room_path(slug, message.number)}">{_time(message, at)}</a>'
        return f'<div class="msg sys" id="m{message.number}"><p dir="auto"><b>{name}</b> {escape(message.body)}{link}</p></div>'
    stop = '' if first else ' tabindex="-1"'  # by keyboard one stop per group is enough
    link = f'<a class="when"{stop} href="{room_path(slug, message.number)}">{_time(message, at)}</a>'
    edited = '<span class="edited">(edited)</span>' if message.edited_at else ''
    command = f'commandfor="{COMMANDS_DOM_ID}" command="{UNREAD_FROM}{message.number}"'
    tools = f'<button class="tool unread-from"{stop} {command} title="Mark unread from here"></button>'
    body = f'<p class="body" dir="auto">{linkify(message.body)}{edited}</p>'
    if first:
        tag = '' if author.kind == 'account' else f'<span class="tag">{author.kind}</span>'
        face, head = avatar(author.id, author.display_name), f'<span class="who" dir="auto">{name}</span>{tag}{link}'
    else:
        face, head = f'<span class="g">{link}</span>', f'<span class="sr">{name}</span>'
    classes = 'msg first' if first else 'msg'
    return f'<article class="{classes}" id="m{message.number}" data-author="{author.id}">{face}<div>{head}{body}</div>{tools}</article>'


def _time(message: Message, at: datetime) -> str:
    """The time of day; the full date on hover; `data-m` is what the minute's sheet of relative times hooks on."""
    minute = int(message.created_at.timestamp() // 60)
    full = f'{long_date(at.date())}, {at:%H:%M}'
    return f'<time datetime="{message.created_at.isoformat()}" title="{full}" data-m="{minute}"><span>{at:%H:%M}</span></time>'


def long_date(day: date) -> str:
    return f'{_WEEKDAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}'


def _day_name(day: date) -> str:
    return f'<span>{long_date(day)}</span>'


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
