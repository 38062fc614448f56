"""Messages as HTML: groups, days, times of the reader's clock, tombstones, and nobody's words as markup."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.domain.message import Message, MessageKind
from livechat.domain.model import MessageNumber, Person, RoomId, Seq, ServerRole, UserId, UserKind
from livechat.ui.message_html import Setting, entries_html, entry_html, relative_times_css, starts_group, typing_html

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
EVIL = '<img src=x onerror=alert(1)>'


def person(user_id: int = 1, name: str = 'Ana', kind: UserKind = UserKind.ACCOUNT) -> Person:
    return Person(id=UserId(user_id), kind=kind, role=ServerRole.MEMBER, username='ana', display_name=name)


def message(number: int = 1, body: str = 'hello', author: Person | None = None, at: datetime = NOON) -> Message:
    return Message(
        room_id=RoomId(1),
        number=MessageNumber(number),
        changed_seq=Seq(number),
        author=author or person(),
        body=body,
        client_key=f'k{number}',
        created_at=at,
    )


def html_of(shown: Message, previous: Message | None = None, utc_offset_min: int = 0) -> str:
    return entry_html(shown, previous, Setting('lobby', utc_offset_min))


def test_author_is_named_once_within_five_minutes() -> None:
    first = message(1)

    assert not starts_group(message(2, at=NOON + timedelta(minutes=5)), first)
    assert starts_group(message(2, at=NOON + timedelta(minutes=5, seconds=1)), first)
    assert starts_group(message(2, author=person(2)), first)
    assert starts_group(message(2), None)


def test_message_after_a_tombstone_names_its_author() -> None:
    assert starts_group(message(2), replace(message(1), deleted=True, body=''))


def test_continued_message_names_its_author_to_screen_readers_alone() -> None:
    html = html_of(message(2), message(1))

    assert '<i class=sr>Ana</i>' in html
    assert 'class=who' not in html
    assert 'class="av' not in html


def test_deleted_message_leaves_a_tombstone_without_author_and_words() -> None:
    html = html_of(replace(message(body='secret'), deleted=True, body=''), message(0))

    assert 'This message was deleted.' in html
    assert 'id=m1>' in html
    assert 'Ana' not in html
    assert 'data-author' not in html


def test_system_line_is_a_sentence_of_its_own_and_the_next_message_names_its_author() -> None:
    line = replace(message(body='joined by an invitation from <b>Bo</b>'), kind=MessageKind.SYSTEM)

    html = html_of(line, message())

    assert '<b><bdi>Ana</bdi></b> joined by an invitation from &lt;b&gt;Bo&lt;/b&gt;' in html
    assert 'article' not in html
    assert 'id=m1>' in html
    assert 'class=who' in html_of(message(number=2), line)


def test_edited_message_says_so() -> None:
    assert '(edited)' in html_of(replace(message(), edited_at=NOON))
    assert '(edited)' not in html_of(message())


def test_machine_is_told_from_a_person() -> None:
    assert '<span class=tag>bot</span>' in html_of(message(author=person(kind=UserKind.BOT)))
    assert 'class=tag' not in html_of(message())


@pytest.mark.parametrize(
    ('offset', 'clock', 'day'), [(0, '12:00', '2026-05-04'), (330, '17:30', '2026-05-04'), (840, '02:00', '2026-05-05')]
)
def test_times_are_those_of_the_readers_clock(offset: int, clock: str, day: str) -> None:
    html = html_of(message(), utc_offset_min=offset)

    assert f'<span>{clock}</span></time>' in html
    assert f'data-day={day}>' in html


def test_day_line_stands_where_the_readers_day_begins() -> None:
    evening = message(1, at=datetime(2026, 5, 4, 21, 58, tzinfo=UTC))
    later = message(2, at=datetime(2026, 5, 4, 22, 1, tzinfo=UTC))

    assert 'data-day' not in html_of(later, evening, utc_offset_min=0)
    assert 'data-day=2026-05-05>' in html_of(later, evening, utc_offset_min=120)
    assert 'class=who' in html_of(later, evening, utc_offset_min=120)


def test_full_date_is_in_the_title_and_the_time_is_a_permalink() -> None:
    html = html_of(message(7))

    assert "title='Monday, 4 May 2026, 12:00'" in html
    assert "href='/rooms/lobby?m=7'" in html


@pytest.mark.parametrize('shown', [message(body=EVIL), message(author=person(name=EVIL))], ids=['body', 'name'])
@pytest.mark.parametrize('previous', [None, message(0)], ids=['first', 'continued'])
def test_words_and_names_are_never_markup(shown: Message, previous: Message | None) -> None:
    html = html_of(shown, previous)

    assert '<img' not in html
    assert '&lt;img' in html


def test_names_of_those_who_type_are_never_markup() -> None:
    assert '<img' not in typing_html([EVIL])
    assert '<img' not in typing_html([EVIL, EVIL])


def test_typing_is_said_of_one_of_two_and_of_several() -> None:
    assert typing_html([]) == ''
    assert 'Ana</b> is typing' in typing_html(['Ana'])
    assert 'Ana</b> and <b dir="auto">Ben</b> are typing' in typing_html(['Ana', 'Ben'])
    assert 'Several people are typing' in typing_html(['Ana', 'Ben', 'Cem'])
    assert 'Ana' not in typing_html(['Ana', 'Ben', 'Cem'])


@given(
    st.lists(st.tuples(st.integers(1, 2), st.integers(0, 400), st.booleans()), max_size=12),
    st.sampled_from([-720, 0, 330, 840]),
    st.integers(0, 12),
)
def test_run_of_messages_reads_the_same_in_one_piece_or_two(steps: list[tuple[int, int, bool]], utc_offset_min: int, cut: int) -> None:
    at, messages = NOON, []
    for number, (author, pause_s, deleted) in enumerate(steps, 1):
        at += timedelta(seconds=pause_s)
        messages.append(replace(message(number, author=person(author), at=at), deleted=deleted))
    above = messages[cut - 1] if 0 < cut <= len(messages) else None

    whole = entries_html(messages, None, Setting('lobby', utc_offset_min))
    top = entries_html(messages[:cut], None, Setting('lobby', utc_offset_min))
    rest = entries_html(messages[cut:], above, Setting('lobby', utc_offset_min))

    assert whole == top + rest


def test_last_hours_times_are_relative_and_older_ones_are_not() -> None:
    css = relative_times_css(NOON, 0)
    minute = int(NOON.timestamp() // 60)

    assert f'time[data-m="{minute}"]::after{{content:"now"}}' in css
    assert f'time[data-m="{minute - 4}"]::after{{content:"4 min"}}' in css
    assert f'time[data-m="{minute - 59}"]::after{{content:"59 min"}}' in css
    assert f'data-m="{minute - 60}"' not in css


def test_clock_that_is_a_minute_behind_still_says_now() -> None:
    minute = int(NOON.timestamp() // 60)

    assert f'time[data-m="{minute + 1}"]::after{{content:"now"}}' in relative_times_css(NOON, 0)


def test_today_and_yesterday_are_the_readers() -> None:
    assert '[data-day="2026-05-04"]::after{content:"Today"}' in relative_times_css(NOON, 0)
    assert '[data-day="2026-05-05"]::after{content:"Today"}' in relative_times_css(NOON, 840)
    assert '[data-day="2026-05-03"]::after{content:"Yesterday"}' in relative_times_css(NOON, 0)
