"""Which word is being typed, found from what the box held and holds; what is offered for it; what a choice makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.ui.completion import Choice, Token, Trigger, completed, is_complete, token_at, typed_at
from livechat.ui.completion_choices import emoji_choices

BO = Choice(insert='@bo', html='', name='Bo Lind', begins=('bo', 'lind'))


@given(st.text(max_size=20), st.text(min_size=1, max_size=8), st.text(max_size=20))
def test_cursor_stands_behind_what_was_typed_wherever_that_was(before: str, typed: str, after: str) -> None:
    """Where the same letters go on behind it, the cursor may be taken for further on: within the same run of letters."""
    now = before + typed + after

    cursor = typed_at(before + after, now)

    assert cursor == len(before + typed) or after.startswith(now[len(before + typed) : cursor])


def test_cursor_stands_where_something_was_taken_away() -> None:
    assert typed_at('Ask @bob now', 'Ask @bo now') == len('Ask @bo')


@pytest.mark.parametrize(
    ('text', 'token'),
    [
        ('@', Token(Trigger.PERSON, 0, 1, '')),
        ('Ask @Bo', Token(Trigger.PERSON, 4, 7, 'bo')),
        ('(@bo.lind', Token(Trigger.PERSON, 1, 9, 'bo.lind')),
        ('one\n@b', Token(Trigger.PERSON, 4, 6, 'b')),
        ('Well :ta', Token(Trigger.EMOJI, 5, 8, 'ta')),
        ('/', Token(Trigger.COMMAND, 0, 1, '')),
        ('/Top', Token(Trigger.COMMAND, 0, 4, 'top')),
    ],
)
def test_word_that_can_be_completed_is_found(text: str, token: Token) -> None:
    assert token_at(text, len(text)) == token


@pytest.mark.parametrize(
    'text', ['', 'bo', 'ana@example', 'at 12:30', 'http://ho', ':t', ':tada:', '@bo ', '/topic ', ' /topic', '//me', '/etc/hosts', 'a :)']
)
def test_other_words_are_left_alone(text: str) -> None:
    assert token_at(text, len(text)) is None


def test_word_goes_on_behind_the_cursor() -> None:
    text = 'Ask @bob now'

    token = token_at(text, len('Ask @b'))

    assert token == Token(Trigger.PERSON, 4, 8, 'b')
    assert token is not None
    assert completed(text, token, BO) == 'Ask @bo now'


def test_choice_takes_the_place_of_the_word_with_one_space_or_mark_behind_it() -> None:
    token = Token(Trigger.PERSON, 4, 6, 'b')

    assert completed('Ask @b', token, BO) == 'Ask @bo '
    assert completed('Ask @b, then', token, BO) == 'Ask @bo, then'


def test_choice_is_complete_when_it_would_add_nothing() -> None:
    assert is_complete('Ask @Bo', Token(Trigger.PERSON, 4, 7, 'bo'), BO)
    assert not is_complete('Ask @b', Token(Trigger.PERSON, 4, 6, 'b'), BO)


@pytest.mark.parametrize(('words', 'first'), [('tada', '🎉'), ('thumbsu', '👍'), ('+1', '👍'), ('heart', '❤️'), ('fire', '🔥')])
def test_common_emoji_come_first(words: str, first: str) -> None:
    assert emoji_choices(words)[0].insert == first


def test_emoji_are_found_by_a_later_word_too_and_each_is_offered_once() -> None:
    found = [choice.insert for choice in emoji_choices('joy')]

    assert '😂' in found
    assert len(set(found)) == len(found)
    assert not emoji_choices('no such emoji')


def test_emoji_come_without_skin_tones() -> None:
    tones = {chr(code) for code in range(0x1F3FB, 0x1F400)}

    assert not [choice for choice in emoji_choices('wav') if tones & set(choice.insert)]


def test_long_text_without_end_is_no_slow_path() -> None:
    for text in ('@' * 16_000, ':' * 16_000, 'a' * 16_000, '/' * 16_000, '@' + 'a' * 16_000):
        token_at(text, len(text))
        typed_at(text, text + 'x')
