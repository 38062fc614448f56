"""The line that shows why a text was found: it is a part of the text, and what is marked in it is what was looked for."""

import re
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livechat.domain.folding import folded, searchable
from livechat.domain.search_query import Term, TermKind
from livechat.domain.snippets import BEFORE_CHARS, SNIPPET_CHARS, Piece, snippet_of
from tests.corpus.searched import texts

LONG = 'one two three four five six seven eight nine ten ' * 20
bodies = texts | st.lists(texts, min_size=4, max_size=12).map(' '.join)


def said(pieces: tuple[Piece, ...]) -> str:
    return ''.join(piece.text for piece in pieces)


def unblanked(text: str) -> str:
    return re.sub(r'\s+', '', text)


@st.composite
def searches(draw: st.DrawFn) -> tuple[str, list[Term]]:
    """A text, and terms of which some are pieces of it."""
    body = draw(bodies)
    parts = st.sampled_from(body.split() or ['x']) | texts
    term = st.builds(Term, text=parts.filter(lambda part: folded(part).strip()), kind=st.sampled_from(TermKind), is_excluded=st.booleans())
    return body, draw(st.lists(term, max_size=4)) if body.strip() else []


@settings(max_examples=400)
@given(search=searches())
def test_snippet_is_one_line_of_the_text_and_marks_what_was_looked_for(search: tuple[str, list[Term]]) -> None:
    body, terms = search
    needles = [term.needle for term in terms if not term.is_excluded]

    pieces = snippet_of(body, terms)

    shown = list(pieces)
    if shown and shown[0].text == '…' and not body.startswith('…'):
        del shown[0]
    if shown and shown[-1].text == '…':
        del shown[-1]
    assert unblanked(''.join(piece.text for piece in shown)) in unblanked(body)
    assert len(said(pieces)) <= SNIPPET_CHARS + 2
    assert not re.search(r'[^\S ]', said(pieces))
    assert all(piece.text for piece in pieces)
    assert any(piece.is_match for piece in pieces) == any(needle in searchable(body) for needle in needles)
    matches = [''.join(each.text for each in group) for is_match, group in groupby(pieces, key=lambda piece: piece.is_match) if is_match]
    if len(body) <= SNIPPET_CHARS:
        assert all(any(needle.strip() in folded(match) for needle in needles) for match in matches)


@pytest.mark.parametrize(
    ('body', 'words', 'marked'),
    [
        ('The CAFÉ at noon', ['cafe'], ['CAFÉ']),
        ('a cat, a concat', ['cat'], ['cat', 'cat']),
        ('東京都と京都', ['京都'], ['京都', '京都']),
        ('ok👍🏽done', ['👍🏽'], ['👍🏽']),
        ('nothing here', ['else'], []),
        ('nothing here', [], []),
    ],
)
def test_matches_are_marked(body: str, words: list[str], marked: list[str]) -> None:
    pieces = snippet_of(body, [Term(text=word) for word in words])

    assert [piece.text for piece in pieces if piece.is_match] == marked
    assert said(pieces) == body


def test_excluded_term_is_not_marked() -> None:
    assert snippet_of('a word', [Term(text='word', is_excluded=True)]) == (Piece('a word'),)


def test_late_match_is_shown_with_what_stands_before_it() -> None:
    pieces = snippet_of(f'{LONG}needle {LONG}', [Term(text='needle')])

    assert (pieces[0].text, pieces[-1].text) == ('…', '…')
    assert 0 < len(pieces[1].text) <= BEFORE_CHARS
    assert [piece.text for piece in pieces if piece.is_match] == ['needle']
    assert len(said(pieces)) <= SNIPPET_CHARS + 2


@pytest.mark.parametrize(
    ('body', 'shown'),
    [
        ('the **open** door', 'the open door'),
        ('***very*** ~~old~~ *new* _and_ __so on__', 'very old new and so on'),
        ('snake_case_name and 2 * 3 * 4', 'snake_case_name and 2 * 3 * 4'),
        ('half **a mark', 'half **a mark'),
        ('a! *b !*c', 'a! *b !*c'),
        ('`a*b*c` and ``x ` y``', 'a*b*c and x ` y'),
        ('one ` tick *two*', 'one ` tick two'),
        ('```python\na **b**\n```\n*after*', 'a **b** after'),
        ('```\nnever *closed*', 'never *closed*'),
        ('see [the *list*](https://example.com/a_b) now', 'see the list now'),
        ('see https://example.com/a_b_/c_ now', 'see https://example.com/a_b_/c_ now'),
        ('**https://example.com**', 'https://example.com'),
        (r'a \*star\*', 'a *star*'),
        ('*no\n\nmark*', '*no mark*'),
        ('**a *b** c*', 'a *b c*'),
    ],
)
def test_marks_of_markup_are_left_out_of_what_people_wrote(body: str, shown: str) -> None:
    assert said(snippet_of(body, [], has_marks=True)) == shown


@pytest.mark.parametrize(
    ('body', 'word', 'shown'),
    [
        ('the **open** door', 'open', 'the [open] door'),
        ('so **really** hidden', '"', 'so really hidden'),
        ('see [the list](https://example.com/tides)', 'tides', 'see [the list](https://example.com/[tides])'),
        ('see [the list](https://example.com/tides) *now*', 'list', 'see the [list] now'),
    ],
)
def test_marks_that_were_looked_for_stay(body: str, word: str, shown: str) -> None:
    pieces = snippet_of(body, [Term(text=word)], has_marks=True)

    assert ''.join(f'[{piece.text}]' if piece.is_match else piece.text for piece in pieces) == shown


@settings(max_examples=400)
@given(
    body=st.text('a b*_~`[](\\\n1>', max_size=80) | bodies, words=st.lists(st.sampled_from(['a', 'b', '**', 'a b', '1', '`']), max_size=3)
)
def test_what_is_left_out_takes_no_match_with_it(body: str, words: list[str]) -> None:
    terms = [Term(text=word) for word in words]

    bare, whole = snippet_of(body, terms, has_marks=True), snippet_of(body, terms)

    assert [piece for piece in bare if piece.is_match] == [piece for piece in whole if piece.is_match]
    assert len(said(bare)) <= len(said(whole))
    left = iter(said(whole))
    assert all(character in left for character in said(bare))
