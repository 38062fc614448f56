import unicodedata
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from livechat.domain import fuzzy
from livechat.domain.folding import folded, searchable
from livechat.domain.fuzzy import BEGINNING, BEGINNINGS, PART, SCATTERED, WHOLE, WORD, Words, best, score, spans

ANY = st.text(max_size=40)
LETTERS = st.text(st.sampled_from('abcdeABCéßñ中日本部屋한국ΑΒγжЯ😀👍🏽-_.,# \u0301\u200d'), max_size=24)
NAMES = st.one_of(ANY, LETTERS)


def lines(words: str, *names: str) -> list[str]:
    return best(Words.of(words), names, 8, names=lambda name: (name,))


def shown(words: str, name: str) -> str:
    """The name with what is marked in brackets."""
    result, end = '', 0
    for start, stop in spans(Words.of(words), name):
        result += f'{name[end:start]}[{name[start:stop]}]'
        end = stop
    return result + name[end:]


@pytest.mark.parametrize(
    ('words', 'name', 'value', 'marked'),
    [
        ('lobby', 'Lobby', WHOLE, '[Lobby]'),
        ('lob', 'lobby', BEGINNING, '[lob]by'),
        ('rep', 'boat repair', WORD, 'boat [rep]air'),
        ('bl', 'Bo Lind', BEGINNINGS, '[B]o [L]ind'),
        ('boli', 'Bo von Lind', BEGINNINGS, '[Bo] von [Li]nd'),
        ('pair', 'boat repair', PART, 'boat re[pair]'),
        ('wknd', 'weekend', SCATTERED, '[w]ee[k]e[nd]'),
        ('kovac', 'Ana Kovač', WORD, 'Ana [Kovač]'),
        ('STRASSE', 'straße', WHOLE, '[straße]'),
        ('ss', 'Straße', PART, 'Stra[ß]e'),
        ('部屋', '日本語の部屋', PART, '日本語の[部屋]'),
        ('한국', '한국어', BEGINNING, '[한국]어'),
        ('жур', 'Дежурство', PART, 'Де[жур]ство'),
        ('ωμ', 'Ώμος', BEGINNING, '[Ώμ]ος'),
        ('ｌｏｂ', 'lobby', BEGINNING, '[lob]by'),
        ('😀', 'party 😀', WORD, 'party [😀]'),
        ('#lobby', 'lobby', WHOLE, '[lobby]'),
        ('@bo', 'Bo', WHOLE, '[Bo]'),
        ('boat-r', 'boat repair', BEGINNING, '[boat] [r]epair'),
    ],
)
def test_names_fit_a_few_letters(words: str, name: str, value: int, marked: str) -> None:
    assert score(Words.of(words), name) == value
    assert shown(words, name) == marked


@pytest.mark.parametrize('words', ['lind bo', 'BO LI', 'li b', 'l b'])
def test_words_fit_in_any_order(words: str) -> None:
    assert score(Words.of(words), 'Bo Lind') > 0


@pytest.mark.parametrize(
    ('words', 'name'), [('xyz', 'lobby'), ('bol', 'lobby'), ('br', 'bookkeeper'), ('bo zed', 'Bo Lind'), ('wdxx', 'weekend'), ('', 'lobby')]
)
def test_other_names_do_not_fit(words: str, name: str) -> None:
    assert score(Words.of(words), name) == 0
    assert spans(Words.of(words), name) == ()


def test_letters_too_far_apart_are_no_name() -> None:
    assert score(Words.of('wnd'), 'weekend') > 0
    assert score(Words.of('wnd'), 'weeeeeeeekend') == 0


def test_best_come_first_and_equals_keep_their_order() -> None:
    names = ['blog', 'a lob', 'lobster', 'globe', 'lobby', 'lob', 'lo big']

    assert lines('lob', *names) == ['lob', 'lobster', 'lobby', 'a lob', 'lo big', 'globe']


def test_one_name_of_several_is_enough() -> None:
    people = [('Ana Torres', 'ana'), ('Bo Lind', 'skipper')]

    assert best(Words.of('skip'), people, 8, names=lambda person: person) == [('Bo Lind', 'skipper')]


def test_no_more_come_than_are_asked_for() -> None:
    assert len(best(Words.of('r'), [f'room {number}' for number in range(50)], 8, names=lambda name: (name,))) == 8


@given(NAMES)
def test_each_name_fits_itself_best(name: str) -> None:
    words = Words.of(name)

    assert score(words, name) == (WHOLE if words and words.phrase == folded(name).strip() else score(words, name))
    if words and not any(fuzzy._MARK.fullmatch(part) for part in folded(name).split()):
        assert score(words, name) == WHOLE


@given(NAMES, st.integers(1, 40))
def test_each_beginning_of_a_name_fits(name: str, length: int) -> None:
    part = folded(name).strip()[:length].strip()
    words = Words.of(part)

    if words and words.phrase == part:
        assert score(words, name) in {WHOLE, BEGINNING}


@settings(max_examples=300, deadline=None)  # 2,000 of each found nothing more
@given(NAMES, NAMES)
def test_anything_typed_gets_a_score_and_places_in_order(typed: str, name: str) -> None:
    words = Words.of(typed)
    value, found = score(words, name), spans(words, name)

    assert 0 <= value <= WHOLE
    assert all(0 <= start < stop <= len(name) for start, stop in found)
    assert all(first[1] < second[0] for first, second in pairwise(found))
    assert value or not found


@settings(max_examples=300, deadline=None)  # 2,000 of each found nothing more
@given(LETTERS, LETTERS)
def test_marked_letters_are_those_that_were_typed(typed: str, name: str) -> None:
    words = Words.of(typed)
    found = spans(words, name)
    if found and len(words.terms) == 1:
        marked = ''.join(folded(name[start:stop]) for start, stop in found).replace(' ', '')
        rest = iter(marked)

        assert all(letter in rest for letter in words.phrase.replace(' ', '')), (marked, words.phrase)


@given(st.text(st.sampled_from('abc xyzABC é中'), min_size=1, max_size=12), st.text(st.sampled_from('abc xyzABC é中'), max_size=20))
def test_case_accents_and_form_do_not_count(typed: str, name: str) -> None:
    plain = score(Words.of(typed), name)

    assert score(Words.of(typed.upper()), name) == plain
    assert score(Words.of(unicodedata.normalize('NFD', typed)), unicodedata.normalize('NFD', name)) == plain


@given(ANY)
def test_short_way_to_a_plain_name_leads_to_the_same(name: str) -> None:
    assert fuzzy._searchable(name).split() == searchable(name).split()


def test_names_made_to_be_slow_do_not_fit_and_take_no_time() -> None:
    for name in ('a ' * 300, 'a' * 600, 'aab ' * 150):
        for typed in ('a' * 19 + 'c', 'a' * 99 + 'c', 'ab' * 49 + 'c'):
            assert score(Words.of(typed), name) == 0
