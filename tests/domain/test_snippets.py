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
