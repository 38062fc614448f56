"""The language of searches: every text is a query, and each part of it means what the grammar says."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livechat.domain.search_query import MAX_QUERY_CHARS, MAX_TERMS, Has, Query, Term, TermKind, parse
from tests.corpus.searched import HOSTILE_QUERIES, queries

TODAY = date(2026, 5, 4)


def words(*said: str, kind: TermKind = TermKind.WORD, is_excluded: bool = False) -> tuple[Term, ...]:
    return tuple(Term(text=each, kind=kind, is_excluded=is_excluded) for each in said)


@settings(max_examples=2_000)
@given(text=queries, today=st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_any_text_is_a_query(text: str, today: date) -> None:
    query = parse(text, today=today)

    said = (*(term.text for term in query.terms), *query.authors.wanted, *query.rooms.wanted, *query.notes)
    assert len(query.terms) <= MAX_TERMS
    assert all(term.needle.strip() for term in query.terms)
    assert all(len(term.text) <= MAX_QUERY_CHARS for term in query.terms)
    assert all(each.encode() for each in said)
    assert '\0' not in ''.join(said)
    assert all(note.endswith('.') for note in query.notes)
    assert parse(text, today=today) == query


def test_hostile_queries_are_more_than_the_known_ones() -> None:
    assert len(set(HOSTILE_QUERIES)) >= 35


@pytest.mark.parametrize(
    ('text', 'terms'),
    [
        ('two words', words('two', 'words')),
        ('word word WORD', words('word', 'WORD')),
        ('"a phrase"', words('a phrase', kind=TermKind.PHRASE)),
        ('"open end', words('open end', kind=TermKind.PHRASE)),
        ('hel* x**', words('hel', 'x', kind=TermKind.PREFIX)),
        ('-no', words('no', is_excluded=True)),
        ('-"no way"', words('no way', kind=TermKind.PHRASE, is_excluded=True)),
        ('-hel*', words('hel', kind=TermKind.PREFIX, is_excluded=True)),
        ('--', ()),
        ('a-b', words('a-b')),
        ('http://a.b x:y', words('http://a.b', 'x:y')),
        ('AND NOT OR', words('AND', 'NOT', 'OR')),
        ('- * @ # ( [ . , "', ()),
        ('a\0b', words('a', 'b')),
        ('a\udc80b', words('a', 'b')),
        ('\ufe0f' * 70 + 'late', ()),
    ],
)
def test_words_phrases_and_beginnings(text: str, terms: tuple[Term, ...]) -> None:
    assert parse(text, today=TODAY) == Query(terms=terms)


@pytest.mark.parametrize(
    ('text', 'first', 'end'),
    [
        ('on:2026-11-20', date(2026, 11, 20), date(2026, 11, 21)),
        ('on:2026-12', date(2026, 12, 1), date(2027, 1, 1)),
        ('ON:2026', date(2026, 1, 1), date(2027, 1, 1)),
        ('on:today', date(2026, 5, 4), date(2026, 5, 5)),
        ('on:Yesterday', date(2026, 5, 3), date(2026, 5, 4)),
        ('after:2026-11', date(2026, 12, 1), None),
        ('before:2026-11', None, date(2026, 11, 1)),
        ('after:2026-01-01 after:2026-02-01 before:2026-06-01 before:"2026-05-01"', date(2026, 2, 2), date(2026, 5, 1)),
    ],
)
def test_days(text: str, first: date | None, end: date | None) -> None:
    query = parse(text, today=TODAY)

    assert (query.first_day, query.end_day, query.notes) == (first, end, ())


def test_filters() -> None:
    query = parse('from:@ana -from:"Ben B" in:#lobby -in:"The Den" has:files has:picture -has:link is:pinned mentions:@me', today=TODAY)

    assert (query.authors.wanted, query.authors.excluded) == (('ana',), ('Ben B',))
    assert (query.rooms.wanted, query.rooms.excluded) == (('lobby',), ('The Den',))
    assert (query.has, query.has_not) == ({Has.FILE, Has.IMAGE}, {Has.LINK})
    assert (query.is_pinned, query.mentions_me, query.terms, query.notes) == (True, True, (), ())


@pytest.mark.parametrize(
    'text',
    ['has:x', 'is:x', '-is:pinned', 'mentions:ana', '-mentions:me', 'on:x', '-on:today', 'on:2026-02-31', 'on:9999-12-31', 'on:0000'],
)
def test_filter_without_sense_is_left_out_with_a_note(text: str) -> None:
    query = parse(f'word {text} {text}', today=TODAY)

    assert len(query.notes) == 1
    assert query == Query(terms=words('word'), notes=query.notes)


def test_too_much_is_cut_with_a_note() -> None:
    assert len(parse(' '.join(f'w{number}' for number in range(20)), today=TODAY).terms) == MAX_TERMS
    assert parse(' '.join(f'w{number}' for number in range(20)), today=TODAY).notes == ('Only the first 16 words were searched for.',)
    assert parse('x' + ' ' * MAX_QUERY_CHARS, today=TODAY).notes == ('Only the first 400 characters were searched for.',)
    assert parse(' '.join(['x'] * 100), today=TODAY) == Query(terms=words('x'))
