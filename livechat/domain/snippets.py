"""The line of a text that shows why it was found. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from livechat.domain.folding import places
from livechat.domain.search_query import Term

_BLANK, _BLANKS = re.compile(r'\s'), re.compile(r'\s+')
SNIPPET_CHARS = 180
BEFORE_CHARS = 50
"""Of what comes before the first match."""
LOOKED_AT_CHARS = 100_000


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_match: bool = False


def snippet_of(text: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    """A part of the text in one line, around the first place where a term stands; its beginning when none does."""
    needles = [term.needle for term in terms if not term.is_excluded]
    found = list(places(text[:LOOKED_AT_CHARS], needles)) if needles else []
    start, end = _window(text, found[0][0] if found else 0)
    pieces = [Piece('…')] if start else []
    at = start
    for first, last in found:
        if first >= end:
            break
        pieces += [Piece(text[at:first]), Piece(text[first : min(last, end)], is_match=True)]
        at = min(last, end)
    pieces += [Piece(text[at:end]), Piece('…' if end < len(text) else '')]
    return tuple(_in_one_line(pieces))


def _window(text: str, first: int) -> tuple[int, int]:
    """From where a word begins, not far before the first match."""
    start = max(0, first - BEFORE_CHARS)
    if start:
        blank = _BLANK.search(text, start, first)
        start = blank.end() if blank is not None else start
    return start, min(len(text), start + SNIPPET_CHARS)


def _in_one_line(pieces: Sequence[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        if piece.text:
            yield Piece(_BLANKS.sub(' ', piece.text), piece.is_match)
