"""The calendar of a room in one tab, and the addresses of days."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count

import pytest
from nicegui import ui

from livechat.domain.errors import TooFast
from livechat.domain.model import Room
from livechat.domain.writes import PostMessage
from livechat.ui.day_jump import NO_DAY
from livechat.ui.pages.jump_to_day import NOT_LOADED, NOTHING, SAID_FOR_S, TITLE
from livechat.ui.shell import Part
from tests.ui.message_hands import MessageHands
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import PageStand, PageTab, open_pages

OWNER, ANA, BO = range(3)
_keys = count(1)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def say(pages: PageStand, room: Room, *times: str) -> None:
    """As if the clock had stood there, in UTC; Ana has read it."""
    actor = pages.chat.supervisor.room(room.id)
    for time in times:
        at = datetime.fromisoformat(time).replace(tzinfo=UTC)
        await actor._write(
            PostMessage(room_id=room.id, author_id=pages.people[OWNER].id, body=f'at {time}', client_key=f'd{next(_keys)}', at=at)
        )
    await pages.settle()
    await pages.chat.unread.mark_all_read(pages.people[ANA])


async def harbour(pages: PageStand) -> Room:
    room = await pages.room('Harbour', ANA, BO)
    times = ('2026-01-30T08:00', '2026-02-03T08:00', '2026-02-03T23:30', '2026-02-28T12:00', '2026-04-01T12:00', '2026-04-20T12:00')
    await say(pages, room, *times)
    return room


def number_of(pages: PageStand, room: Room, time: str) -> int:
    messages = pages.house.stores.memory.rooms[room.id].messages.values()
    return next(message.number for message in messages if message.body == f'at {time}')


async def opened(pages: PageStand, command: str = '--day-20260203', **options: int) -> tuple[PageTab, OnScreen, Room]:
    room = await harbour(pages)
    hands = MessageHands(pages, await pages.tab(ANA, '/rooms/harbour', **options))
    await hands.command(command)
    return hands.tab, OnScreen(hands.tab), room


def calendar(screen: OnScreen) -> ui.date:
    assert screen.dialog is not None
    return next(each for each in screen.dialog.descendants() if isinstance(each, ui.date))


def shown(screen: OnScreen) -> list[str]:
    """The days that can be chosen."""
    return list(calendar(screen).props['options'])


async def turn(pages: PageStand, tab: PageTab, screen: OnScreen, args: object) -> None:
    tab.event(calendar(screen), 'navigation', args)
    await pages.settle()


async def choose(pages: PageStand, tab: PageTab, screen: OnScreen, value: object) -> None:
    tab.event(calendar(screen), 'update:modelValue', value)
    await pages.settle()


async def test_line_between_two_days_is_a_button_with_the_date(pages: PageStand) -> None:
    await harbour(pages)
    tab = await pages.tab(ANA, '/rooms/harbour')

    assert 'command=--day-20260203' in tab.log
    assert 'Tuesday, 3 February 2026</span></span><i>: jump to another day</i></button>' in tab.log


async def test_line_opens_its_month_with_the_days_that_have_messages(pages: PageStand) -> None:
    _, screen, _ = await opened(pages)

    props = calendar(screen).props
    assert screen.dialog is not None
    assert screen.dialog.props['aria-label'] == TITLE
    assert shown(screen) == ['2026/02/03', '2026/02/28']
    assert (props['model-value'], props['default-year-month']) == ('2026-02-03', '2026/02')
    assert (props['navigation-min-year-month'], props['navigation-max-year-month']) == ('2026/01', '2026/04')
    assert props['first-day-of-week'] == '1'
    assert screen.buttons == ['Today', 'Yesterday', 'Last week', 'Beginning', 'Close']


async def test_days_are_those_of_the_readers_clock(pages: PageStand) -> None:
    _, screen, _ = await opened(pages, offset=60)

    assert shown(screen) == ['2026/02/03', '2026/02/04', '2026/02/28']


@pytest.mark.parametrize(('day', 'month'), [(20250101, '2026/01'), (20301231, '2026/04'), (20260315, '2026/03')])
async def test_day_without_messages_shows_its_month_or_the_nearest_that_has_some(pages: PageStand, day: int, month: str) -> None:
    _, screen, _ = await opened(pages, f'--day-{day}')

    assert calendar(screen).props['default-year-month'] == month
    assert calendar(screen).props['model-value'] is None


@pytest.mark.parametrize('number', [0, 1, 20260230, 99999999, 999999999])
async def test_command_without_a_day_shows_the_last_month(pages: PageStand, number: int) -> None:
    _, screen, _ = await opened(pages, f'--day-{number}')

    assert calendar(screen).props['default-year-month'] == '2026/04'


async def test_month_that_is_turned_to_is_loaded_once(pages: PageStand, monkeypatch: pytest.MonkeyPatch) -> None:
    tab, screen, _ = await opened(pages)
    asked: list[object] = []
    days = type(pages.chat.days)
    load = days.with_messages

    async def note(self: object, user: object, room_id: object, month: object, **zone: int) -> object:
        asked.append(month)
        return await load(self, user, room_id, month, **zone)  # type: ignore[arg-type]

    monkeypatch.setattr(days, 'with_messages', note)

    for month in (3, 4, 3, 4):
        await turn(pages, tab, screen, {'year': 2026, 'month': month})

    assert shown(screen) == ['2026/02/03', '2026/02/28', '2026/04/01', '2026/04/20']
    assert len(asked) == 2


@pytest.mark.parametrize(
    ('trouble', 'told'), [(RuntimeError('the disk is gone'), NOT_LOADED), (TooFast(retry_after_s=2), str(TooFast(retry_after_s=2)))]
)
async def test_month_that_could_not_be_loaded_says_so_and_is_loaded_when_it_is_turned_to_again(
    pages: PageStand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, trouble: Exception, told: str
) -> None:
    tab, screen, _ = await opened(pages)

    async def fail(*_: object, **__: object) -> object:
        raise trouble

    with monkeypatch.context() as broken:
        broken.setattr(type(pages.chat.days), 'with_messages', fail)
        await turn(pages, tab, screen, {'year': 2026, 'month': 4})
    assert told in screen.text
    assert (shown(screen), tab.notice) == (['2026/02/03', '2026/02/28'], '')

    await turn(pages, tab, screen, {'year': 2026, 'month': 2})
    assert told not in screen.text
    await turn(pages, tab, screen, {'year': 2026, 'month': 4})

    assert shown(screen) == ['2026/02/03', '2026/02/28', '2026/04/01', '2026/04/20']
    assert told not in screen.text
    assert len(caplog.records) == (told == NOT_LOADED)


async def test_month_that_was_turned_away_from_says_nothing(pages: PageStand, monkeypatch: pytest.MonkeyPatch) -> None:
    tab, screen, _ = await opened(pages)
    gate = pages.hold(tab)

    async def fail(*_: object, **__: object) -> object:
        raise TooFast(retry_after_s=2)

    monkeypatch.setattr(type(pages.chat.days), 'with_messages', fail)
    for month in (4, 2):
        tab.event(calendar(screen), 'navigation', {'year': 2026, 'month': month})
    gate.set()
    await pages.settle()

    assert str(TooFast(retry_after_s=2)) not in screen.text
    assert shown(screen) == ['2026/02/03', '2026/02/28']


@pytest.mark.parametrize(
    'args',
    [None, 7, 'x', {}, {'year': 2025, 'month': 12}, {'year': 2026, 'month': 5}, {'year': 9999, 'month': 12}, {'year': 2026, 'month': 99}],
)
async def test_month_that_no_calendar_can_be_turned_to_is_not_looked_up(pages: PageStand, args: object) -> None:
    tab, screen, _ = await opened(pages)
    before = shown(screen)

    await turn(pages, tab, screen, args)

    assert shown(screen) == before
    assert tab.notice == ''


async def test_chosen_day_is_an_address_and_the_way_there(pages: PageStand) -> None:
    tab, screen, room = await opened(pages)

    await choose(pages, tab, screen, '2026-02-28')

    number = number_of(pages, room, '2026-02-28T12:00')
    assert tab.address == f'/rooms/harbour?d=2026-02-28#m{number}'
    assert tab.opened == [f'#m{number}']
    assert screen.dialog is None


async def test_day_that_is_chosen_already_leads_there_again(pages: PageStand) -> None:
    tab, screen, room = await opened(pages)
    number = number_of(pages, room, '2026-02-03T08:00')

    for _ in range(2):
        await choose(pages, tab, screen, None)
        await MessageHands(pages, tab).command('--day-20260203')

    assert tab.opened == [f'#m{number}'] * 2


@pytest.mark.parametrize('value', ['2026-02-30', '', 'x', 7, ['2026-02-28'], {'from': '2026-02-01', 'to': '2026-02-28'}])
async def test_what_is_no_day_is_not_gone_to(pages: PageStand, value: object) -> None:
    tab, screen, _ = await opened(pages)

    await choose(pages, tab, screen, value)

    assert tab.opened == []
    assert tab.address == '/rooms/harbour'
    assert tab.notice == ''


@pytest.mark.parametrize(
    ('word', 'day', 'time'),
    [
        ('Today', '2026-05-04', '2026-05-04T09:00'),
        ('Yesterday', '2026-05-03', '2026-05-03T09:00'),
        ('Last week', '2026-04-27', '2026-05-03T09:00'),
        ('Beginning', '2026-01-30', '2026-01-30T08:00'),
    ],
)
async def test_quick_ways_lead_there_or_to_the_next_message(pages: PageStand, word: str, day: str, time: str) -> None:
    assert f'{pages.house.clock.now():%Y-%m-%d}' == '2026-05-04'
    room = await harbour(pages)
    await say(pages, room, '2026-05-03T09:00', '2026-05-04T09:00')
    hands = MessageHands(pages, await pages.tab(ANA, '/rooms/harbour'))
    await hands.command('--day-20260203')

    OnScreen(hands.tab).press(word)
    await pages.settle()

    number = number_of(pages, room, time)
    assert hands.tab.address == f'/rooms/harbour?d={day}#m{number}'
    assert hands.tab.opened == [f'#m{number}']


async def test_room_where_nothing_was_said_says_so(pages: PageStand) -> None:
    await pages.room('Quiet', ANA)
    tab = await pages.tab(ANA, '/rooms/quiet')

    await MessageHands(pages, tab).command('--day-20260504')

    assert tab.notice == NOTHING
    assert OnScreen(tab).dialog is None
    await pages.pass_time(SAID_FOR_S)
    assert tab.notice == ''


@pytest.mark.parametrize('key', ['j', 'J', '∆'])
async def test_key_opens_the_last_month(pages: PageStand, key: str) -> None:
    await harbour(pages)
    hands = MessageHands(pages, await pages.tab(ANA, '/rooms/harbour'))

    await hands.alt(key)

    assert calendar(OnScreen(hands.tab)).props['default-year-month'] == '2026/04'


async def test_calendar_goes_with_its_room_and_what_it_still_says_is_not_heard(pages: PageStand) -> None:
    tab, screen, _ = await opened(pages)
    dialog, of_harbour = screen.dialog, calendar(screen)
    assert dialog is not None

    tab.go('/rooms/lobby')
    await pages.settle()
    assert screen.dialog is None
    if not of_harbour.is_deleted:
        tab.event(of_harbour, 'update:modelValue', '2026-02-28')
        await pages.settle()

    assert tab.address == '/rooms/lobby'
    assert tab.opened == []


async def test_member_who_is_shown_out_sees_no_calendar_any_more(pages: PageStand) -> None:
    tab, screen, room = await opened(pages)
    assert screen.dialog is not None

    await pages.chat.members.remove(pages.people[OWNER], room.id, pages.people[ANA].id)
    await pages.settle()
    assert screen.dialog is None
    await MessageHands(pages, tab).command('--day-20260203')

    assert screen.dialog is None


async def test_second_click_opens_no_second_calendar(pages: PageStand) -> None:
    tab, screen, _ = await opened(pages)

    await MessageHands(pages, tab).command('--day-20260420')

    dialogs = [each for each in tab.client.elements.values() if isinstance(each, ui.dialog) and each.value]
    assert len(dialogs) == 1
    assert calendar(screen).props['model-value'] == '2026-04-20'


# Addresses


@pytest.mark.parametrize(
    ('day', 'time'),
    [
        ('2026-02-03', '2026-02-03T08:00'),
        ('2026-02-04', '2026-02-28T12:00'),
        ('0001-01-01', '2026-01-30T08:00'),
        ('9999-12-31', '2026-04-20T12:00'),
    ],
)
async def test_address_of_a_day_opens_there_or_at_the_next_or_at_the_newest(pages: PageStand, day: str, time: str) -> None:
    room = await harbour(pages)

    tab = await pages.tab(ANA, f'/rooms/harbour?d={day}')

    assert tab.opened == [f'#m{number_of(pages, room, time)}']
    assert tab.notice == ''


async def test_address_of_a_day_is_by_the_readers_clock(pages: PageStand) -> None:
    room = await harbour(pages)

    tab = await pages.tab(ANA, '/rooms/harbour?d=2026-02-04', offset=60)

    assert tab.opened == [f'#m{number_of(pages, room, "2026-02-03T23:30")}']


async def test_day_is_looked_up_again_when_the_browser_tells_its_clock(pages: PageStand) -> None:
    room = await harbour(pages)
    tab = await pages.tab(ANA, '/rooms/harbour?d=2026-02-04', offset=None)
    assert tab.opened == [f'#m{number_of(pages, room, "2026-02-28T12:00")}']

    tab.page.session.do(lambda: tab.page._learn_offset(60))
    await pages.settle()

    assert tab.opened[1:] == [f'#m{number_of(pages, room, "2026-02-03T23:30")}']


async def test_room_without_a_day_in_its_address_stays_as_it_is_when_the_browser_tells_its_clock(pages: PageStand) -> None:
    await harbour(pages)
    tab = await pages.tab(ANA, '/rooms/harbour', offset=None)

    tab.page.session.do(lambda: tab.page._learn_offset(60))
    await pages.settle()

    assert tab.opened == []


@pytest.mark.parametrize(
    'day', ['foo', '0000-00-00', '9999-99-99', '2026-13-01', '2026-02-29', '2' * 5_000, '%F0%9F%98%80', '%00', '²', 'x&d=y']
)
async def test_what_is_no_day_is_said_calmly_in_the_room(pages: PageStand, day: str) -> None:
    await harbour(pages)

    tab = await pages.tab(ANA, f'/rooms/harbour?d={day}')

    assert tab.notice == NO_DAY
    assert tab.opened == []
    assert 'at 2026-04-20T12:00' in tab.log


@pytest.mark.parametrize('query', ['d=', 'd', ''])
async def test_empty_day_is_the_room(pages: PageStand, query: str) -> None:
    await harbour(pages)

    tab = await pages.tab(ANA, f'/rooms/harbour?{query}')

    assert tab.notice == ''
    assert tab.opened == []


async def test_day_of_a_room_where_nothing_was_said_is_the_room(pages: PageStand) -> None:
    await pages.room('Quiet', ANA)

    tab = await pages.tab(ANA, '/rooms/quiet?d=2026-05-04')

    assert tab.notice == ''
    assert tab.opened == []


async def test_stranger_to_a_room_sees_its_card_whatever_the_day(pages: PageStand) -> None:
    room = await pages.room('Harbour')
    await say(pages, room, '2026-02-03T08:00')

    tab = await pages.tab(ANA, '/rooms/harbour?d=2026-02-03')

    assert 'at-card' in tab.classes
    assert tab.opened == []


async def test_message_that_a_day_begins_with_is_not_marked_and_one_that_is_linked_is(pages: PageStand) -> None:
    room = await harbour(pages)
    number = number_of(pages, room, '2026-02-03T08:00')
    tab = await pages.tab(ANA, '/rooms/harbour?d=2026-02-03')
    assert f'#m{number}{{--found:transparent' in tab.html(Part.TAB_STYLE)
    assert '--unread' not in tab.html(Part.TAB_STYLE)

    tab.go(f'/rooms/harbour?m={number}')
    await pages.settle()

    assert tab.html(Part.TAB_STYLE) == ''
