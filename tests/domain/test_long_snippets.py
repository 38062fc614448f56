"""The line that shows why a long text was found: as of a short one, wherever in it that stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.domain.search_query import Term
from livechat.domain.snippets import LONG_CHARS, PART_CHARS, SNIPPET_CHARS, snippet_of

FILLER = {'words': 'some words, ', 'one word': 'x', 'unspaced': '東京都に'}


@given(filler=st.sampled_from(sorted(FILLER)), before=st.integers(LONG_CHARS, 4 * LONG_CHARS), after=st.integers(0, 3 * PART_CHARS))
def test_match_is_shown_wherever_it_stands(filler: str, before: int, after: int) -> None:
    times = 1 + 4 * LONG_CHARS // len(FILLER[filler])
    text = f'{(FILLER[filler] * times)[:before]} a Zébra, crossing {(FILLER[filler] * times)[:after]}'

    pieces = snippet_of(text, [Term(text='zebra')])

    assert [piece.text for piece in pieces if piece.is_match] == ['Zébra']
    shown = ''.join(piece.text for piece in pieces)
    assert len(shown) <= SNIPPET_CHARS + 2
    assert shown.startswith('…')
    assert shown.strip('…') in ' '.join([*filter(None, text.split(' ')), ''])
    assert ('Zébra, crossing ' + FILLER[filler] * 20)[: min(after + 16, 60)].rstrip() in shown


def test_first_of_several_matches_is_shown() -> None:
    text = f'{"word " * PART_CHARS}early {"word " * PART_CHARS}late'

    pieces = snippet_of(text, [Term(text='late'), Term(text='early')])

    assert [piece.text for piece in pieces if piece.is_match] == ['early']


def test_long_text_without_a_match_begins_with_its_beginning() -> None:
    pieces = snippet_of('word ' * LONG_CHARS, [Term(text='zebra')])

    assert [piece.is_match for piece in pieces] == [False, False]
    assert pieces[0].text.startswith('word word')
    assert pieces[1].text == '…'


@pytest.mark.parametrize('word', ['x', 'or'])
def test_part_of_a_word_is_not_taken_for_a_word_where_a_long_text_is_cut(word: str) -> None:
    pieces = snippet_of('wor' + 'xorx ' * LONG_CHARS, [Term(text=word)])

    assert not any(piece.is_match for piece in pieces)
