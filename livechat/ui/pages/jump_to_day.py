"""A calendar of the days on which something was said in the open room, and the way to one of them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from nicegui import ui
from nicegui.events import GenericEventArguments, ValueChangeEventArguments

from livechat.domain.errors import LivechatError
from livechat.domain.model import Room
from livechat.ui.components.dialogs import Form, worded
from livechat.ui.conversation import Conversation
from livechat.ui.day_address import DAY, day_of_command, day_path, parse_day, parse_month
from livechat.ui.message_html import local
from livechat.ui.pages.commands import Commands
from livechat.ui.session import Session
from livechat.ui.weekdays import first_weekday

logger = logging.getLogger(__name__)
TITLE = 'Jump to a day'
NOTHING = 'Nothing was said here yet.'
NOT_LOADED = 'The days of this month could not be looked up. Turn to it once more to try again.'
SAID_FOR_S = 5.0
_MONTH = '%Y/%m'
_DAY = '%Y/%m/%d'
"""As the calendar wants them, whatever its model is written as."""


@dataclass(slots=True, eq=False)
class _Open:
    """The dialog while it is open: of this room, whose first and last days are known."""

    room: Room
    first: date
    last: date
    months: set[date] = field(default_factory=set)
    """Those whose days are known."""
    days: list[str] = field(default_factory=list)
    """That can be chosen."""
    form: Form | None = None
    calendar: ui.date | None = None
    turned_to: date | None = None
    """The month that the person looks at; None: the one it was opened with."""


class JumpToDay:
    """Of one tab."""

    def __init__(self, session: Session, conversation: Conversation, commands: Commands, go: Callable[[str], None]) -> None:
        """`go` opens another address in this tab."""
        self._session = session
        self._days = session.chat.days
        self._conversation = conversation
        self._go = go
        self._open: _Open | None = None
        commands.on(DAY, lambda number: self.ask(day_of_command(number)), numbers=1)

    def ask(self, day: date | None = None) -> None:
        """In a calendar that shows the month of that day; by default of the last one."""
        self._session.do(lambda: self._ask(day))

    async def _ask(self, day: date | None) -> None:
        """:raises RoomNotFound: :raises NotAMember:"""
        self.close()
        room = self._conversation.room
        if room is None or self._conversation.view is None:
            return
        bounds = await self._days.bounds(self._session.user, room.id, utc_offset_min=self._offset)
        if self._is_left(room):
            return
        if bounds is None:
            self._session.say(NOTHING, for_s=SAID_FOR_S)
            return
        opened = _Open(room, *bounds)
        month = min(max(day or opened.last, opened.first), opened.last)
        await self._load(opened, month)
        if not self._is_left(room):
            self._show(opened, month, chosen=day)

    def close(self) -> None:
        opened = self._open
        if opened is not None:
            self._closed(opened)
            if opened.form is not None:
                opened.form.close()

    def _closed(self, opened: _Open) -> None:
        if self._open is opened:
            self._open = None

    @property
    def _offset(self) -> int:
        return self._session.reader.audience.utc_offset_min

    def _is_left(self, room: Room) -> bool:
        """Shown out meanwhile, or elsewhere, or the tab is gone."""
        return self._conversation.room_id != room.id or self._session.reader.group is None

    # What is in it

    def _show(self, opened: _Open, month: date, *, chosen: date | None) -> None:
        with self._session.client:
            form = opened.form = Form(TITLE)
            with form.body, ui.element('div').classes('days'):
                self._ways(opened)
                self._calendar(opened, month, chosen.isoformat() if chosen is not None and chosen.strftime(_DAY) in opened.days else None)
            form.button('Close', form.dialog.close, kind='quiet')
            form.dialog.on_forget = lambda: self._closed(opened)
            self._open = opened
            form.open()

    def _calendar(self, opened: _Open, month: date, value: str | None) -> None:
        calendar = opened.calendar = ui.date(value, on_change=lambda event: self._chosen(opened, event, value))
        calendar.props['aria-label'] = 'Days with messages'
        calendar.props['role'] = 'group'
        calendar.props['minimal'] = True
        calendar.props['color'] = calendar.props['text-color'] = 'chosen'  # in our style sheet: Quasar's own colours cannot be overruled
        calendar.props['default-year-month'] = month.strftime(_MONTH)
        calendar.props['first-day-of-week'] = str(first_weekday(self._session.client.request.headers.get('accept-language', '')))
        calendar.props['navigation-min-year-month'] = opened.first.strftime(_MONTH)
        calendar.props['navigation-max-year-month'] = opened.last.strftime(_MONTH)
        calendar.props['options'] = opened.days
        calendar.on('navigation', lambda event: self._turned(opened, event))

    def _ways(self, opened: _Open) -> None:
        today = local(self._session.chat.clock.now(), self._offset).date()
        ways = {
            'Today': today,
            'Yesterday': today - timedelta(days=1),
            'Last week': today - timedelta(days=7),
            'Beginning': opened.first,
        }
        with ui.element('div').classes('chips'):
            for word, day in ways.items():
                self._way(opened, word, day)

    def _way(self, opened: _Open, word: str, day: date) -> None:
        worded('button', word).props('type=button').on('click', lambda: self._session.do(lambda: self._jump(opened, day)), [])

    async def _load(self, opened: _Open, day: date) -> None:
        """The days of its month, once. :raises RoomNotFound: :raises NotAMember:"""
        month = day.replace(day=1)
        if month in opened.months:
            return
        days = await self._days.with_messages(self._session.user, opened.room.id, month, utc_offset_min=self._offset)
        opened.months.add(month)
        opened.days += [day.strftime(_DAY) for day in days]

    # What the person does there

    def _turned(self, opened: _Open, event: GenericEventArguments) -> None:
        month = parse_month(event.args)
        if month is None or not opened.first.replace(day=1) <= month <= opened.last:
            return
        opened.turned_to = month
        if opened.form is not None:
            opened.form.error.visible = False  # of another month
        if month not in opened.months:
            self._session.do(lambda: self._show_month(opened, month))

    async def _show_month(self, opened: _Open, month: date) -> None:
        if self._open is not opened:
            return
        try:
            await self._load(opened, month)
        except LivechatError as error:
            self._refuse(opened, month, str(error))
        except Exception:
            logger.exception('the days of a month, for session %s', self._session.tab_id)
            self._refuse(opened, month, NOT_LOADED)
        if self._open is opened and opened.calendar is not None and not opened.calendar.is_deleted:
            opened.calendar.props['options'] = opened.days
            opened.calendar.update()

    def _refuse(self, opened: _Open, month: date, text: str) -> None:
        if self._open is opened and opened.form is not None and opened.turned_to == month:
            opened.form.refuse(text)

    def _chosen(self, opened: _Open, event: ValueChangeEventArguments[str | None], value: str | None) -> None:
        """The calendar takes a click on the day that is chosen for a wish to choose none."""
        day = parse_day(value if event.value is None else event.value)
        if day is not None:
            self._session.do(lambda: self._jump(opened, day))

    async def _jump(self, opened: _Open, day: date) -> None:
        if self._open is not opened:
            return
        self.close()
        number = await self._days.first_of(self._session.user, opened.room.id, day, utc_offset_min=self._offset)
        if number is None or self._is_left(opened.room):
            return
        path = day_path(opened.room.slug, day, number)
        if self._session.client.sub_pages_router.current_path == path:
            await self._conversation.go_to(number, is_marked=False)
        else:
            self._go(path)
