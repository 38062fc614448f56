"""From any day to any other: the calendar behind the line between two days, and the address of a day."""

import re
from datetime import date, timedelta

import pytest
from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person
from tests.control import Account, Room

pytestmark = BROWSER
FIRST, LAST = date(2026, 3, 2), date(2026, 6, 26)
PER_DAY = 4


def days() -> list[date]:
    """The working days of some months of a past year."""
    span = (FIRST + timedelta(days=each) for each in range((LAST - FIRST).days + 1))
    return [day for day in span if day.weekday() < 5]


async def long_talk(people: People, house: House, **options: object) -> tuple[Person, Room]:
    account, room = await talked(house)
    return await people.enter(room, account, **options), room  # type: ignore[arg-type]


async def talked(house: House) -> tuple[Account, Room]:
    """Four messages on each of those days, from noon on in UTC."""
    account = await house.control.person('Ana')
    room = await house.control.room(account, name='Harbour')
    posts = [(f'{day.isoformat()}T{12 + hour}:00:00+00:00', f'{words(day)} no {hour}') for day in days() for hour in range(PER_DAY)]
    await house.control.post_at(account, room, *posts)
    return account, room


def words(day: date) -> str:
    return f'{day:%A}, {day.day} {day:%B} {day.year}'


def line(person: Person, day: date) -> Locator:
    return person.log.get_by_role('button', name=f'{words(day)}: jump to another day', exact=True)


def dialog(person: Person) -> Locator:
    return person.page.get_by_role('dialog', name='Jump to a day')


def calendar(person: Person) -> Locator:
    return dialog(person).get_by_role('group', name='Days with messages')


async def day_in(person: Person, number: int) -> Locator:
    """A day that can be chosen, once the month before has slid away."""
    found = calendar(person).get_by_role('button', name=str(number), exact=True)
    await expect(found).to_have_count(1)
    return found


async def expect_at(person: Person, day: date) -> None:
    """Its first message in the upper half of what one reads, below the line of the day, and something before it."""
    first = person.message(f'{words(day)} no 0')
    await expect(first).to_be_in_viewport(ratio=1)
    await expect(line(person, day)).to_be_in_viewport(ratio=1)
    message, log = await first.bounding_box(), await person.page.locator('.log').bounding_box()
    assert message is not None
    assert log is not None
    assert log['y'] < message['y'] < log['y'] + log['height'] / 2


async def test_line_leads_by_the_calendar_to_a_day_of_another_month_and_back_to_the_newest(people: People, house: House):
    ana, room = await long_talk(people, house)
    await line(ana, LAST).click()
    await expect(calendar(ana).get_by_role('button', name='26', exact=True)).to_be_visible()
    await expect(calendar(ana).get_by_role('button', name='27', exact=True)).to_have_count(0)  # a Saturday
    await expect(calendar(ana).get_by_role('button', name='Next month')).to_be_disabled()

    for month in ('May', 'April'):
        await calendar(ana).get_by_role('button', name='Previous month').click()
        await expect(calendar(ana).get_by_role('button', name=month, exact=True)).to_be_visible()
    await expect(calendar(ana).get_by_role('button', name='11', exact=True)).to_have_count(0)
    await (await day_in(ana, 14)).click()

    await expect(dialog(ana)).to_have_count(0)
    await expect_at(ana, date(2026, 4, 14))
    await expect(ana.page).to_have_url(re.compile(rf'{re.escape(room.path)}\?d=2026-04-14#m\d+$'))
    await expect(ana.jump).to_be_visible()
    await ana.jump.click()
    await expect(ana.message(f'{words(LAST)} no {PER_DAY - 1}')).to_be_in_viewport()
    await expect(ana.jump).to_be_hidden()


async def test_view_stays_at_the_day_when_the_focus_is_given_back(people: People, house: House):
    ana, _ = await long_talk(people, house)
    await line(ana, LAST).focus()
    await ana.page.keyboard.press('Enter')
    await (await day_in(ana, 22)).click()
    await expect_at(ana, date(2026, 6, 22))

    await ana.page.wait_for_timeout(1_000)  # for whatever would still move it

    await expect_at(ana, date(2026, 6, 22))


async def test_back_leads_to_the_newest_in_one_step_and_forward_to_the_day(people: People, house: House):
    ana, room = await long_talk(people, house)
    newest = ana.message(f'{words(LAST)} no {PER_DAY - 1}')
    await line(ana, LAST).click()
    await dialog(ana).get_by_role('button', name='Beginning').click()
    await expect_at(ana, FIRST)

    await ana.page.go_back()
    await expect(ana.page).to_have_url(ana.address + room.path)
    await expect(newest).to_be_in_viewport()
    await expect(ana.jump).to_be_hidden()
    await ana.page.go_forward()

    await expect_at(ana, FIRST)


async def test_same_day_is_jumped_to_again_from_elsewhere(people: People, house: House):
    ana, _ = await long_talk(people, house)
    for _ in range(2):
        await line(ana, LAST).click()
        await dialog(ana).get_by_role('button', name='Beginning').click()
        await expect_at(ana, FIRST)
        await ana.jump.click()
        await expect(line(ana, LAST)).to_be_in_viewport()


@pytest.mark.parametrize(('asked', 'shown'), [('2026-04-14', date(2026, 4, 14)), ('2026-04-18', date(2026, 4, 20))])
async def test_address_opens_at_the_day_or_the_next_and_one_reads_on_both_ways(people: People, house: House, asked: str, shown: date):
    account, room = await talked(house)
    ana = await people.at(house.server.address, account)

    await ana.go(f'{room.path}?d={asked}')

    await expect_at(ana, shown)
    numbers = [number for number, _ in await ana.shown()]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    await ana.scroll_up()
    await ana.scroll_up()
    await expect(ana.log.locator(f'#m{numbers[0] - 1}')).to_be_attached()
    await ana.log.hover()
    while (bottom := (await ana.shown())[-1][0]) <= numbers[-1]:
        await ana.page.mouse.wheel(0, 30_000)
        await expect(ana.log.locator(f'#m{bottom + 1}')).to_be_attached()


async def test_address_of_a_late_day_opens_at_the_newest_and_of_an_early_one_at_the_first(people: People, house: House):
    account, room = await talked(house)
    ana = await people.at(house.server.address, account)

    await ana.go(f'{room.path}?d=2030-01-01')
    await expect(ana.message(f'{words(LAST)} no {PER_DAY - 1}')).to_be_in_viewport()
    await ana.go(f'{room.path}?d=1999-01-01')

    await expect_at(ana, FIRST)


@pytest.mark.parametrize('day', ['foo', '0000-00-00', '9999-99-99', '2026-13-01', '%3Cscript%3E'])
async def test_address_of_no_day_opens_the_room_with_a_calm_word(people: People, house: House, day: str):
    ana, room = await long_talk(people, house)

    await ana.go(f'{room.path}?d={day}')

    await expect(ana.notice).to_have_text('That is no day.')
    await expect(ana.message(f'{words(LAST)} no {PER_DAY - 1}')).to_be_in_viewport()


@pytest.mark.parametrize(('zone', 'day'), [('Pacific/Kiritimati', date(2026, 4, 15)), ('Pacific/Niue', date(2026, 4, 14))])
async def test_day_is_that_of_the_readers_clock_at_the_very_first_visit(people: People, house: House, zone: str, day: date):
    """Noon in UTC is the next day on Kiritimati, fourteen hours east, and the same day on Niue, eleven hours west."""
    account, room = await talked(house)
    ana = await people.at(house.server.address, account, timezone_id=zone)

    await ana.go(f'{room.path}?d={day.isoformat()}')

    await expect(line(ana, day)).to_be_in_viewport(ratio=1)
    await expect(ana.message('Tuesday, 14 April 2026 no 0')).to_be_in_viewport(ratio=1)
    await line(ana, day).click()
    await expect(calendar(ana).locator('.bg-chosen')).to_have_text(str(day.day))


async def test_calendar_is_worked_by_keyboard_and_gives_the_focus_back(people: People, house: House):
    ana, _ = await long_talk(people, house)
    await line(ana, LAST).focus()
    await ana.page.keyboard.press('Enter')
    await expect(calendar(ana)).to_be_visible()

    await ana.page.keyboard.press('Escape')
    await expect(dialog(ana)).to_have_count(0)
    await expect(line(ana, LAST)).to_be_focused()
    await ana.page.keyboard.press('Alt+j')
    await expect(calendar(ana)).to_be_visible()
    await calendar(ana).get_by_role('button', name='Previous month').focus()
    await ana.page.keyboard.press('Enter')
    await expect(calendar(ana).get_by_role('button', name='29', exact=True)).to_be_visible()
    await (await day_in(ana, 4)).focus()
    await ana.page.keyboard.press('Space')

    await expect_at(ana, date(2026, 5, 4))


async def test_day_and_month_with_the_focus_can_be_seen(people: People, house: House):
    ana, _ = await long_talk(people, house)
    await line(ana, LAST).focus()
    await ana.page.keyboard.press('Enter')
    await expect(calendar(ana)).to_be_visible()

    for place in ('Previous month', '26'):
        found = calendar(ana).get_by_role('button', name=place, exact=True)
        await found.focus()
        await expect(found).to_have_css('box-shadow', re.compile(r'0px 0px 0px 4px'))


async def test_key_works_in_the_box_and_types_nothing(people: People, house: House):
    ana, _ = await long_talk(people, house)
    await ana.box.focus()

    await ana.page.keyboard.press('Alt+j')

    await expect(calendar(ana)).to_be_visible()
    await ana.page.keyboard.press('Escape')
    await expect(ana.box).to_have_value('')


async def test_week_begins_as_the_language_of_the_browser_has_it(people: People, house: House):
    ana, room = await long_talk(people, house, locale='en-US')
    bo = await people.enter(room, ana.account, locale='de-DE')

    for person, first in ((ana, 'Sun'), (bo, 'Mon')):
        await line(person, LAST).click()
        await expect(calendar(person).locator('.q-date__calendar-weekdays > div').first).to_have_text(first)


@pytest.mark.parametrize('scheme', ['light', 'dark'])
async def test_calendar_fits_a_phone_and_is_large_enough_for_fingers(people: People, house: House, scheme: str):
    size = {'width': 390, 'height': 844}
    ana, _ = await long_talk(people, house, viewport=size, color_scheme=scheme, has_touch=True, is_mobile=True)
    await line(ana, LAST).tap()
    day = await day_in(ana, 15)
    await day.evaluate("day => Promise.all(day.closest('[role=dialog]').getAnimations({subtree: true}).map(each => each.finished))")
    await expect(day).to_be_in_viewport(ratio=1)

    button, sheet = await day.bounding_box(), await dialog(ana).locator('.sheet').bounding_box()
    assert button is not None
    assert sheet is not None
    assert min(button['width'], button['height']) >= 40
    assert sheet['x'] >= 0
    assert sheet['x'] + sheet['width'] <= 390
    assert await ana.page.evaluate('document.documentElement.scrollWidth') <= 390
    await day.tap()

    await expect_at(ana, date(2026, 6, 15))


async def test_conversation_is_as_wide_as_its_window_though_pages_of_it_are_out_of_view(people: People, house: House):
    ana, room = await long_talk(people, house)

    await ana.go(f'{room.path}?d=2026-04-14')
    await expect_at(ana, date(2026, 4, 14))

    log, page = await ana.page.locator('.log').bounding_box(), await ana.log.locator('.page').first.bounding_box()
    assert log is not None
    assert page is not None
    assert page['width'] <= log['width']


async def test_calendar_is_gone_with_its_room(people: People, house: House):
    ana, room = await long_talk(people, house)
    bo = await people.enter(room, await house.control.person('Bo'))
    await bo.page.get_by_role('button', name='Join').click()
    await line(bo, LAST).click()
    await expect(calendar(bo)).to_be_visible()

    await house.control.remove(ana.account, room, bo.account)

    await expect(dialog(bo)).to_have_count(0)
