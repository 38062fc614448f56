"""Names that fit a few letters: their beginning, the beginnings of their words, a part, or some of their letters in order. Pure.

Case, width and accents do not count, in any script. Several words fit in any order, each by itself.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar

from livechat.domain.folding import folded, mapped, searchable

Candidate = TypeVar('Candidate')

MAX_WORDS_CHARS = 100
MAX_TERMS = 6
WHOLE, BEGINNING, WORD, BEGINNINGS, PART, SCATTERED = 100, 80, 70, 60, 50, 30
"""How well a name fits: it is so called, begins so, has a word that begins so, has words whose beginnings are so, has it inside,
or has its letters in that order, not too far apart."""
IN_TERMS = 5
"""What a name that only fits word by word fits less."""
MIN_SCATTERED_CHARS = 3
"""Two letters with others between them are in too many names."""
MOST_INITIALS = 20
"""Letters, and words of whose beginnings they may be: names can be made in which there are very many ways."""
_MARK = re.compile(r'[!-/:-@\[-`{-~]+')
Spans = tuple[tuple[int, int], ...]
"""Where the letters stand: beginnings and ends, ascending, apart."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody typed, made ready to be compared with many names."""

    phrase: str
    terms: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> 'Words':
        phrase = folded(text[:MAX_WORDS_CHARS]).strip()
        parts = phrase.split()
        terms = [part for part in parts if not _MARK.fullmatch(part)] or parts
        return cls(phrase if len(terms) == len(parts) else ' '.join(terms), tuple(terms[:MAX_TERMS]))

    def __bool__(self) -> bool:
        return bool(self.terms)


def score(words: Words, name: str) -> int:
    """0 when the name does not fit; else the greater, the better."""
    if not words:
        return 0
    text = _searchable(name)
    whole = _score_of(words.phrase, text)
    if whole or len(words.terms) == 1:
        return whole
    found = [_score_of(term, text) for term in words.terms]
    return max(1, min(found) - IN_TERMS) if all(found) else 0


def best(words: Words, candidates: Sequence[Candidate], limit: int, *, names: Callable[[Candidate], Sequence[str]]) -> list[Candidate]:
    """Those of which one of the names fits, the best first, the earlier first among equals."""
    ranked = []
    for each in candidates:
        value = max((score(words, name) for name in names(each)), default=0)
        if value:
            ranked.append((value, each))
    ranked.sort(key=itemgetter(0), reverse=True)
    return [each for _, each in ranked[:limit]]


def spans(words: Words, name: str) -> Spans:
    """Where what was typed stands in a name; nowhere when it does not fit."""
    if not score(words, name):
        return ()
    text, origin = mapped(name)
    found = _places(words.phrase, text)
    if found is None:
        found = [place for term in words.terms for place in _places(term, text) or ()]
    return tuple(_joined(sorted({(origin[place], _end(origin, place)) for place in found})))


@lru_cache(maxsize=16_384)
def _searchable(name: str) -> str:
    words = name.split()
    if name.isascii() and ''.join(words).isalnum():  # as most are: a tenth of the time
        return f' {" ".join(words).lower()} '
    return searchable(name)


def _score_of(term: str, text: str) -> int:
    """Of a term in a text with a space at both ends."""
    at = text.find(f' {term}')
    if at >= 0:
        return WORD if at else WHOLE if len(text) == len(term) + 2 else BEGINNING
    may_be_apart = f' {term[0]}' in text and _has_letters(term, text)
    if may_be_apart and _beginnings(term, text) is not None:
        return BEGINNINGS
    if term in text:
        return PART
    return SCATTERED if may_be_apart and _scattered(term, text) is not None else 0


def _places(term: str, text: str) -> Sequence[int] | None:
    """Of the letters of a term in a text, as the score counts them."""
    at = text.find(f' {term}') + 1
    if at == 0 and (beginnings := _beginnings(term, text)) is not None:
        return beginnings
    if at == 0:
        at = text.find(term)
    if at < 0:
        return _scattered(term, text)
    return [place for place in range(at, at + len(term)) if text[place] != ' ']


def _has_letters(term: str, text: str) -> bool:
    """In that order: asked of every name, and false for most."""
    at = 0
    for letter in term:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return True


def _beginnings(term: str, text: str) -> list[int] | None:
    """The term as beginnings of words in a row or with others between them: "bl" and "boli" in "bo von lind"."""
    if len(term) > MOST_INITIALS:
        return None
    starts = [at + 1 for at, letter in enumerate(text[:-1]) if letter == ' ' and text[at + 1] != ' '][:MOST_INITIALS]
    dead: set[tuple[int, int]] = set()

    def fit(done: int, word: int) -> list[int] | None:
        """What is left of the term, from that word on: the longest beginning of the first word that has one, if the rest fits then."""
        if done == len(term):
            return []
        if word == len(starts) or (done, word) in dead:
            return None
        at = starts[word]
        for length in range(_in_common(term, done, text, at), -1, -1):
            rest = fit(done + length, word + 1)
            if rest is not None:
                return [*range(at, at + length), *rest]
        dead.add((done, word))
        return None

    return fit(0, 0)


def _in_common(term: str, done: int, text: str, at: int) -> int:
    """How many letters of one word."""
    same = 0
    while done + same < len(term) and text[at + same] == term[done + same] != ' ':
        same += 1
    return same


def _scattered(term: str, text: str) -> list[int] | None:
    """Three letters or more from the beginning of a word on, within not much more than twice their number."""
    if len(term) < MIN_SCATTERED_CHARS:
        return None
    begin = text.find(f' {term[0]}') + 1
    while begin:
        places, at = [begin], begin
        for letter in term[1:]:
            at = text.find(letter, at + 1)
            if at < 0:
                return None
            places.append(at)
        if at - begin < 2 * len(term) + 2:
            return places
        begin = text.find(f' {term[0]}', begin) + 1
    return None


def _end(origin: Sequence[int], place: int) -> int:
    """Of the letter that the place belongs to: several may come from one."""
    return next((end for end in origin[place + 1 :] if end > origin[place]), origin[-1])


def _joined(found: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if not found:
        return
    start, stop = found[0]
    for first, last in found[1:]:
        if first > stop:
            yield start, stop
            start = first
        stop = max(stop, last)
    yield start, stop
