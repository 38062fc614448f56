"""What an address, a button or a calendar says of a day: anything."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.domain.model import MessageNumber
from livechat.ui.day_address import DAY, day_command, day_of_command, day_path, parse_day, parse_month
from livechat.ui.pages.commands import Commands
from livechat.ui.weekdays import MONDAY, SATURDAY, SUNDAY, first_weekday


@given(st.dates())
def test_every_day_is_read_back_from_its_address_and_its_command(day: date) -> None:
    path = day_path('harbour', day, MessageNumber(7))
    assert path == f'/rooms/harbour?d={day.isoformat()}#m7'
    assert parse_day(day.isoformat()) == day

    heard: list[date | None] = []
    commands = Commands()
    commands.on(DAY, lambda number: heard.append(day_of_command(number)), numbers=1)
    commands.hear({'command': day_command(day)})
    assert heard == [day]


@pytest.mark.parametrize(
    'text',
    [
        '', 'foo', '0000-00-00', '9999-99-99', '2026-13-01', '2026-02-29', '2026-04-31',
        '20261120', '2026-11-2', '26-11-20', '2026-W47-5',
        '2026-11-20 ', '2026-11-20T00:00', '-2026-11-20', '٢٠٢٦-١١-٢٠', '２０２６-11-20', '2026-11-20\n', '2026-11-20' * 10_000,
        None, 3, ['2026-11-20'],
    ],
)  # fmt: skip
def test_what_is_no_day_is_none(text: object) -> None:
    assert parse_day(text) is None


@given(st.one_of(st.text(), st.from_regex(r'\d{4}-\d{2}-\d{2}', fullmatch=True)))
def test_any_text_is_a_day_or_none_and_a_day_only_as_it_is_written(text: str) -> None:
    day = parse_day(text)

    assert day is None or day.isoformat() == text


@given(st.integers(-1, 10**9))
def test_any_number_of_a_command_is_a_day_or_none(number: int) -> None:
    day = day_of_command(number)

    assert day is None or day_command(day) == f'{DAY}{number:08}'


@pytest.mark.parametrize(
    'event',
    [
        None, 3, [], {}, {'year': 2026}, {'month': 3}, {'year': '2026', 'month': 3}, {'year': 2026, 'month': 13},
        {'year': 2026, 'month': 0},
        {'year': 0, 'month': 1}, {'year': 10**30, 'month': 1}, {'year': 2026.0, 'month': 3}, {'year': True, 'month': True},
        {'year': -1, 'month': 1},
    ],
)  # fmt: skip
def test_what_is_no_month_is_none(event: object) -> None:
    assert parse_month(event) is None


def test_month_of_a_calendar_is_its_first_day() -> None:
    assert parse_month({'year': 2026, 'month': 11}) == date(2026, 11, 1)


@pytest.mark.parametrize(
    ('header', 'first'),
    [
        ('', MONDAY), ('*', MONDAY), ('en-GB,en;q=0.9', MONDAY), ('en-US,en;q=0.9', SUNDAY), ('en', SUNDAY), ('de-DE,en-US;q=0.5', MONDAY),
        ('de', MONDAY), ('fr-CA', SUNDAY), ('pt', SUNDAY), ('pt-PT', SUNDAY), ('zh-Hant-TW', SUNDAY), ('zh-CN', MONDAY), ('ja', SUNDAY),
        ('ar', SATURDAY), ('ar-SA', SUNDAY), ('fa-IR', SATURDAY), ('EN-us', SUNDAY), (' he', SUNDAY), ('sr-Latn', MONDAY),
        ('sr-Latn-RS', MONDAY),
        ('english', MONDAY), ('en_US', SUNDAY), ('x' * 100_000, MONDAY), ('12-34', MONDAY),
    ],
)  # fmt: skip
def test_week_begins_as_in_the_country_of_the_language(header: str, first: int) -> None:
    assert first_weekday(header) == first


@given(st.text())
def test_any_header_has_a_first_day_of_the_week(header: str) -> None:
    assert first_weekday(header) in {SUNDAY, MONDAY, SATURDAY}
