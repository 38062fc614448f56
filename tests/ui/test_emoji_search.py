"""Emoji found by what they are called."""

import pytest

from livechat.domain.message import ONE_CLICK_REACTIONS
from livechat.ui.emoji_search import EmojiSearch, emoji_search
from tests.effort import counted

MOST_STEPS = 60
"""For each emoji; the most that any words take is 41."""


@pytest.mark.parametrize(
    ('words', 'nearest'),
    [
        ('heart', '❤️'), ('thumbs up', '👍'), ('thumbs', '👍'), (':+1:', '👍'), ('+1', '👍'), ('-1', '👎'), ('tada', '🎉'), (':tada:', '🎉'),
        ('PARTY popper', '🎉'), ('cat f', '🐱'), ('rocke', '🚀'), ('germany', '🇩🇪'), ('red_heart', '❤️'), ('ocket', '🚀'), ('fire', '🔥'),
    ],
)  # fmt: skip
def test_nearest_name_comes_first(words: str, nearest: str) -> None:
    assert emoji_search().find(words, 5)[0].text == nearest


def test_every_term_has_to_fit() -> None:
    assert all('cat' in each.words for each in emoji_search().find('cat eyes', 20))
    assert emoji_search().find('cat zzzz', 5) == []


def test_without_words_the_faces_come() -> None:
    assert [each.text for each in emoji_search().find('  ', 2)] == ['😀', '😁']


def test_tones_of_skin_are_left_out() -> None:
    assert not [each for each in emoji_search().find('waving hand', 50) if '\U0001f3fb' <= each.text[-1] <= '\U0001f3ff']


def test_the_eight_have_names() -> None:
    assert all(emoji_search().name(text).isascii() for text in ONE_CLICK_REACTIONS)


def test_own_text_is_its_own_name() -> None:
    assert emoji_search().name('thanks') == 'thanks'


@pytest.mark.parametrize('words', ['e', 'a e i o u', 'x' * 10_000, '((((', '\\', '\0', ':' * 500, '\ud800', 'e ' * 5_000])
def test_search_looks_at_each_emoji_a_few_times_whatever_is_typed(words: str) -> None:
    search = EmojiSearch()
    assert len(search) > 1_800

    with counted() as effort:
        search.find(words, 72)

    assert effort.steps < MOST_STEPS * len(search)
