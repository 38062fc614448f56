"""What somebody typed to find messages, understood. Pure; whatever is typed is a query.

    query    = { blank | ["-"] ( filter | phrase | word ) }
    filter   = field ":" ( phrase | value )        field, without regard to case: from in has before after on is mentions
    phrase   = '"' any text [ '"' ]                 as whole words, one after the other
    word     = any text without a blank [ "*" ]     with the star: what begins so; without: wherever it stands
    value    = of `from`: "me", a user name, a display name, with or without "@"; of `in`: a room's name or its address
               of `has`: file image link; of `is`: pinned; of `mentions`: me
               of `before` `after` `on`: 2026-11-20, 2026-11, 2026, today, yesterday

What looks like a filter and is none, as `http://a.b`, is a word. A filter whose value makes no sense is left out, and a note says so.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from livechat.domain.folding import folded, needle_of_phrase, needle_of_word

MAX_QUERY_CHARS = 400
MAX_TERMS = 16
MAX_TERM_CHARS = 64
_PART = re.compile(r'(?P<minus>-?)(?:(?P<field>[a-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))', re.IGNORECASE)
_UNFINISHED = re.compile(r'[-*@#"(\[.,]+|(?:from|in|has|before|after|on|is|mentions):', re.IGNORECASE)
"""What somebody is about to type more behind."""
_BROKEN = re.compile('[\0\ud800-\udfff]')
"""What no text that is stored has, and no database takes."""
_DAY = re.compile(r'([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?')


class TermKind(StrEnum):
    WORD = 'word'
    PREFIX = 'prefix'
    PHRASE = 'phrase'


class Has(StrEnum):
    FILE = 'file'
    IMAGE = 'image'
    LINK = 'link'


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Something that has to stand in a message, or must not."""

    text: str
    """As typed, without quotes and star."""
    kind: TermKind = TermKind.WORD
    is_excluded: bool = False

    @property
    def needle(self) -> str:
        """What has to stand in a text that was made ready by `folding.searchable`; never empty."""
        match self.kind:
            case TermKind.WORD:
                return needle_of_word(self.text)
            case TermKind.PREFIX:
                return f' {folded(self.text).strip()}'
            case TermKind.PHRASE:
                return needle_of_phrase(self.text)


@dataclass(frozen=True, slots=True)
class Days:
    """From the first of them to before the one after the last."""

    first: date
    end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names of people or rooms: one of them, and none of those."""

    wanted: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    terms: tuple[Term, ...] = ()
    authors: Names = Names()
    rooms: Names = Names()
    has: frozenset[Has] = frozenset()
    has_not: frozenset[Has] = frozenset()
    first_day: date | None = None
    end_day: date | None = None
    """The first day that is not meant any more."""
    is_pinned: bool = False
    mentions_me: bool = False
    notes: tuple[str, ...] = ()
    """What was not understood, each a sentence that says what to do."""

    @property
    def is_empty(self) -> bool:
        """Nothing is asked for."""
        return self == Query(notes=self.notes)


def parse(text: str, *, today: date) -> Query:
    """The query that somebody typed. `today`: where they are."""
    reading = _Reading(today)
    if len(text) > MAX_QUERY_CHARS:
        reading.note(f'Only the first {MAX_QUERY_CHARS} characters were searched for.')
    for part in _PART.finditer(looked_at(text)):
        reading.take(part)
    return reading.query()


def looked_at(text: str) -> str:
    """What of it is a query: not too much, and only what can be stored."""
    return _BROKEN.sub(' ', text[:MAX_QUERY_CHARS])


def days_of(value: str, today: date) -> Days | None:
    """The day, month or year that is meant."""
    named = {'today': today, 'yesterday': today - timedelta(days=1)}.get(value.casefold())
    if named is not None:
        return Days(named, named + timedelta(days=1))
    found = _DAY.fullmatch(value)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        first = date(year, month or 1, day or 1)
        if day is not None:
            end = first + timedelta(days=1)
        elif month is not None:
            end = date(year + month // 12, month % 12 + 1, 1)
        else:
            end = date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None
    return Days(first, end)


@dataclass(slots=True)
class _Reading:
    today: date
    terms: list[Term] = field(default_factory=list)
    authors: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    rooms: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))
    has: tuple[set[Has], set[Has]] = field(default_factory=lambda: (set(), set()))
    first_day: date | None = None
    end_day: date | None = None
    is_pinned: bool = False
    mentions_me: bool = False
    notes: list[str] = field(default_factory=list)

    def query(self) -> Query:
        return Query(
            terms=tuple(self.terms),
            authors=Names(wanted=tuple(self.authors[0]), excluded=tuple(self.authors[1])),
            rooms=Names(wanted=tuple(self.rooms[0]), excluded=tuple(self.rooms[1])),
            has=frozenset(self.has[0]),
            has_not=frozenset(self.has[1]),
            first_day=self.first_day,
            end_day=self.end_day,
            is_pinned=self.is_pinned,
            mentions_me=self.mentions_me,
            notes=tuple(self.notes),
        )

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def take(self, part: re.Match[str]) -> None:
        minus, name, phrase, word = part.group('minus', 'field', 'phrase', 'word')
        filters: Mapping[str, Callable[[str, bool], None]] = {
            'from': self._from,
            'in': self._in,
            'has': self._has,
            'is': self._is,
            'mentions': self._mentions,
            'before': self._before,
            'after': self._after,
            'on': self._on,
        }
        value = (phrase if phrase is not None else word).strip()
        known = filters.get(name.casefold()) if name else None
        if known is not None:
            if value:
                known(value, bool(minus))
        elif name and value:
            self._term(f'{name}:{value}', TermKind.WORD, is_excluded=bool(minus))
        elif phrase is not None:
            self._term(phrase, TermKind.PHRASE, is_excluded=bool(minus))
        elif word.endswith('*') and word.strip('*'):
            self._term(word.rstrip('*'), TermKind.PREFIX, is_excluded=bool(minus))
        elif not _UNFINISHED.fullmatch(word):
            self._term(word, TermKind.WORD, is_excluded=bool(minus))

    def _term(self, text: str, kind: TermKind, *, is_excluded: bool) -> None:
        limit = MAX_QUERY_CHARS if kind is TermKind.PHRASE else MAX_TERM_CHARS
        term = Term(text=text[:limit], kind=kind, is_excluded=is_excluded)
        if term in self.terms or not folded(term.text).strip():
            return
        if len(self.terms) == MAX_TERMS:
            self.note(f'Only the first {MAX_TERMS} words were searched for.')
            return
        self.terms.append(term)

    def _from(self, value: str, is_excluded: bool) -> None:
        self.authors[is_excluded].append(value.removeprefix('@') or value)

    def _in(self, value: str, is_excluded: bool) -> None:
        self.rooms[is_excluded].append(value.removeprefix('#') or value)

    def _has(self, value: str, is_excluded: bool) -> None:
        what = {'image': Has.IMAGE, 'picture': Has.IMAGE, 'file': Has.FILE, 'link': Has.LINK}.get(value.casefold().removesuffix('s'))
        if what is None:
            self.note('After “has:” comes file, image or link.')
        else:
            self.has[is_excluded].add(what)

    def _is(self, value: str, is_excluded: bool) -> None:
        if value.casefold() != 'pinned' or is_excluded:
            self.note('After “is:” comes pinned.')
        else:
            self.is_pinned = True

    def _mentions(self, value: str, is_excluded: bool) -> None:
        if value.casefold().removeprefix('@') != 'me' or is_excluded:
            self.note('After “mentions:” comes me.')
        else:
            self.mentions_me = True

    def _before(self, value: str, is_excluded: bool) -> None:
        if (days := self._days('before', value, is_excluded)) is not None:
            self._until(days.first)

    def _after(self, value: str, is_excluded: bool) -> None:
        if (days := self._days('after', value, is_excluded)) is not None:
            self._since(days.end)

    def _on(self, value: str, is_excluded: bool) -> None:
        if (days := self._days('on', value, is_excluded)) is not None:
            self._since(days.first)
            self._until(days.end)

    def _days(self, name: str, value: str, is_excluded: bool) -> Days | None:
        days = None if is_excluded else days_of(value, self.today)
        if days is None:
            self.note(f'After “{name}:” comes a day as 2026-11-20, a month as 2026-11, a year, today or yesterday.')
        return days

    def _since(self, day: date) -> None:
        self.first_day = day if self.first_day is None else max(day, self.first_day)

    def _until(self, day: date) -> None:
        self.end_day = day if self.end_day is None else min(day, self.end_day)


def needles(terms: Sequence[Term], *, excluded: bool) -> Sequence[str]:
    return [term.needle for term in terms if term.is_excluded is excluded]
