"""The line of a text that shows why it was found. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from livechat.domain.folding import places, searchable
from livechat.domain.marks import Span, marks
from livechat.domain.search_query import Term

_BLANK, _BLANKS = re.compile(r'\s'), re.compile(r'\s+')
SNIPPET_CHARS = 180
BEFORE_CHARS = 50
"""Of what comes before the first match."""
LONG_CHARS = 8_000
"""Longer than any message: what a file says. To find where in the text each folded character came from takes 1 ms for 1,000; so
that is asked only of the part where something is found, which takes 0.05."""
PART_CHARS = 1_500
OVERLAP_CHARS = 500
"""More than a query has."""
LONGEST_WORD_CHARS = 64
"""Of longer ones a part may begin or end in the middle."""


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_match: bool = False


def snippet_of(text: str, terms: Sequence[Term], *, has_marks: bool = False) -> tuple[Piece, ...]:
    """A part of the text in one line, around the first place where a term stands; its beginning when none does.

    `has_marks`: it is what people write, of which the marks are left out, but for those that were looked for.
    """
    needles = [term.needle for term in terms if not term.is_excluded]
    first_looked_at, last_looked_at = _looked_at(text, needles)
    is_end = last_looked_at == len(text)
    text = text[first_looked_at:last_looked_at]
    found = list(places(text, needles)) if needles else []
    start, end = _window(text, found[0][0] if found else 0)
    hidden = sorted(span for span in _unsought(text, found) if start < span[1] and span[0] < end) if has_marks else []
    pieces = [Piece('…')] if first_looked_at or start else []
    at = start
    for first, last in found:
        if first >= end:
            break
        pieces += [Piece(_without(text, at, first, hidden)), Piece(text[first : min(last, end)], is_match=True)]
        at = min(last, end)
    pieces += [Piece(_without(text, at, end, hidden)), Piece('' if is_end and end == len(text) else '…')]
    return tuple(_in_one_line(pieces))


def _unsought(text: str, found: Sequence[Span]) -> Iterator[Span]:
    """Marks that no match touches, nor their other half. `found`: ascending."""
    for mark in marks(text):
        if not any(_is_touched(span, found) for span in mark):
            yield from mark


def _is_touched(span: Span, found: Sequence[Span]) -> bool:
    before = bisect_left(found, (span[1], 0))
    return before > 0 and found[before - 1][1] > span[0]


def _without(text: str, start: int, end: int, hidden: Sequence[Span]) -> str:
    """That part of the text."""
    shown: list[str] = []
    for first, last in hidden:
        if start < last and first < end:
            shown.append(text[start : max(first, start)])
            start = min(last, end)
    return ''.join(shown) + text[start:end]


def _looked_at(text: str, needles: Sequence[str]) -> tuple[int, int]:
    """The part around the first match, from blank to blank; the beginning when there is none."""
    if len(text) <= LONG_CHARS:
        return 0, len(text)
    for start in range(0, len(text), PART_CHARS):
        first, last = _blank_before(text, start), _blank_after(text, start + PART_CHARS + OVERLAP_CHARS)
        said = searchable(text[first:last])
        if any(needle in said for needle in needles):
            return _blank_before(text, first - BEFORE_CHARS), _blank_after(text, last + SNIPPET_CHARS)
    return 0, PART_CHARS


def _blank_before(text: str, at: int) -> int:
    """Where the word begins that stands there."""
    blank = text.rfind(' ', max(0, at - LONGEST_WORD_CHARS), max(0, at))
    return blank + 1 if blank >= 0 else max(0, at)


def _blank_after(text: str, at: int) -> int:
    blank = text.find(' ', at, at + LONGEST_WORD_CHARS)
    return blank if blank >= 0 else min(at, len(text))


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
