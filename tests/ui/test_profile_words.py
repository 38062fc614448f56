"""Browsers, time zones and times, as people say them."""

from datetime import UTC, datetime, timedelta

import pytest

from livechat.ui.pages.profile_words import (
    MAX_AGENT_CHARS,
    browser_in_words,
    date_in_words,
    moment_in_words,
    seen_in_words,
    without_secret,
    zone_in_words,
)

NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)
CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0'


@pytest.mark.parametrize(
    ('agent', 'words'),
    [
        ('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox on Linux'),
        (f'Mozilla/5.0 (Linux; Android 14; Pixel 8) {CHROME} Mobile Safari/537.36', 'Chrome on Android'),
        (f'Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/126.0', 'Edge on Windows'),
        (f'Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 OPR/111.0', 'Opera on Windows'),
        (f'Mozilla/5.0 (Linux; Android 14) {CHROME} SamsungBrowser/25.0 Mobile Safari/537.36', 'Samsung Internet on Android'),
        (f'Mozilla/5.0 (X11; CrOS x86_64 14541.0) {CHROME} Safari/537.36', 'Chrome on ChromeOS'),
        ('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Mobile Safari/604.1', 'Safari on iPhone'),
        ('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 CriOS/126.0 Mobile Safari/604.1', 'Chrome on iPhone'),
        ('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15', 'Safari on macOS'),
        ('Firefox/1', 'Firefox'),
        ('curl/8.5.0', 'curl/8.5.0'),
        (' \t ', 'Unknown browser'),
        ('', 'Unknown browser'),
    ],
)
def test_browser_is_called_by_its_name_and_its_system(agent: str, words: str):
    assert browser_in_words(agent) == words


def test_unknown_program_with_a_long_name_is_cut():
    words = browser_in_words('robot ' * 50)

    assert len(words) == MAX_AGENT_CHARS
    assert words.startswith('robot robot')
    assert words.endswith('…')


@pytest.mark.parametrize(
    ('minutes', 'words'), [(0, 'UTC'), (120, 'UTC+2'), (-300, 'UTC−5'), (330, 'UTC+5:30'), (-210, 'UTC−3:30'), (845, 'UTC+14:05')]
)
def test_time_zone_is_its_distance_from_utc(minutes: int, words: str):
    assert zone_in_words(minutes) == words


@pytest.mark.parametrize(
    ('ago', 'words'),
    [
        (timedelta(0), 'within the last hour'),
        (timedelta(minutes=59, seconds=59), 'within the last hour'),
        (timedelta(hours=1), '1 hour ago'),
        (timedelta(hours=23, minutes=59), '23 hours ago'),
        (timedelta(days=1), '1 day ago'),
        (timedelta(days=13, hours=23), '13 days ago'),
        (timedelta(days=14), 'on 26 February 2026'),
    ],
)
def test_last_use_is_as_coarse_as_it_is_known(ago: timedelta, words: str):
    assert seen_in_words(NOW - ago, NOW, 0) == words


def test_dates_and_times_are_those_of_the_reader():
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert date_in_words(late, 0) == '31 December 2026'
    assert date_in_words(late, 60) == '1 January 2027'
    assert moment_in_words(late, 95) == '1 January 2027, 01:05'


@pytest.mark.parametrize(
    ('url', 'shown'),
    [
        ('mailto://ana:secret@example.org', 'mailto://ana:•••@example.org'),
        ('mailto://ana:se:cret@example.org?to=a@b.c', 'mailto://ana:•••@example.org?to=a@b.c'),
        ('ntfys://:token@ntfy.example/topic', 'ntfys://:•••@ntfy.example/topic'),
        ('ntfy://ntfy.sh/my-topic', 'ntfy://ntfy.sh/my-topic'),
        ('mailto://ana@example.org', 'mailto://ana@example.org'),
    ],
)
def test_password_in_an_address_is_not_shown(url: str, shown: str):
    assert without_secret(url) == shown
