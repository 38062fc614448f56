"""What is compared in a search, and where in a text it was found: laws over any texts, and the cases that broke them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livechat.domain.folding import folded, needle_of_phrase, needle_of_word, places, searchable
from livechat.domain.search_query import Term, TermKind
from tests.corpus.searched import SCRIPTS, texts

CASES = 500


def found_in(text: str, *needles: str) -> list[str]:
    return [text[first:last] for first, last in places(text, list(needles))]


def joined(text: str, needle: str) -> list[str]:
    """Those that touch are one: two of them may be in one character, as in a ligature."""
    bounds: list[int] = []
    for first, last in places(text, [needle]):
        bounds = [*bounds[:-1], last] if bounds and bounds[-1] == first else [*bounds, first, last]
    return [text[first:last] for first, last in zip(bounds[::2], bounds[1::2], strict=True)]


def is_something(text: str) -> bool:
    return bool(folded(text).strip())


def needle_of(text: str, kind: TermKind) -> str:
    return Term(text=text, kind=kind).needle


@settings(max_examples=CASES)
@given(text=texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert searchable(searchable(text)) == searchable(text)


@settings(max_examples=CASES)
@given(before=texts, text=texts, after=texts, blank=st.sampled_from(' \n\t\u00a0\u3000'))
def test_what_stands_between_blanks_is_found_whatever_stands_around_it(before: str, text: str, after: str, blank: str) -> None:
    whole = searchable(f'{before}{blank}{text}{blank}{after}')

    assert searchable(text).rstrip() in whole
    for word in filter(is_something, text.split()):
        for kind in TermKind:
            assert needle_of(word, kind) in whole


@settings(max_examples=CASES)
@given(text=texts, data=st.data())
def test_part_of_a_word_is_found_from_three_letters_on(text: str, data: st.DataObject) -> None:
    plain = folded(text).strip()
    first = data.draw(st.integers(0, len(plain)))
    part = plain[first : data.draw(st.integers(first, len(plain)))]

    if len(folded(part).strip()) >= 3:
        assert needle_of_word(part).strip() in searchable(text)


@settings(max_examples=CASES)
@given(text=texts, data=st.data())
def test_what_is_found_is_found_at_a_place(text: str, data: st.DataObject) -> None:
    words = [*text.split(), text[data.draw(st.integers(0, len(text))) :]]
    kind = data.draw(st.sampled_from(TermKind))
    needles = {needle_of(word, kind) for word in words if is_something(word)}

    for needle in needles:
        pieces = joined(text, needle)
        assert bool(pieces) == (needle in searchable(text))
        assert all(needle.strip() in folded(piece) for piece in pieces)


@settings(max_examples=CASES)
@given(text=texts, needles=st.lists(texts.map(needle_of_word).filter(str.strip), max_size=4))
def test_places_ascend_and_none_is_within_another(text: str, needles: list[str]) -> None:
    bounds = [bound for place in places(text, needles) for bound in place]

    assert bounds == sorted(bounds)
    assert all(first < last for first, last in places(text, needles))


@pytest.mark.parametrize('text', SCRIPTS)
def test_every_script_is_found_by_itself(text: str) -> None:
    assert found_in(text, needle_of_phrase(text))


@pytest.mark.parametrize(
    ('word', 'text', 'piece'),
    [
        ('cafe', 'A CAFÉ there', 'CAFÉ'),
        ('café', 'a cafe there', 'cafe'),
        ('koln', 'in Ko\u0308ln', 'Ko\u0308ln'),
        ('ras', 'das Graß', 'raß'),
        ('株式', '㍿です', '㍿'),
        ('한국', '한국어'.encode().decode(), '한국'),
        ('한국', '\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165', '\u1112\u1161\u11ab\u1100\u116e\u11a8'),
        ('ガギ', 'ｶﾞｷﾞの', 'ｶﾞｷﾞ'),
        ('ㅠㅠ', '안녕ㅋㅋㅠㅠ', 'ㅠㅠ'),
        ('ㅋㅋ', '안녕ㅋㅋㅠㅠ', 'ㅋㅋ'),
        ('a', 'a👍', 'a'),
        ('👍', 'a👍b', '👍'),
        ('👍🏽', 'ok👍🏽👍', '👍🏽'),
        ('👨‍👩‍👧', 'us👨‍👩‍👧!', '👨‍👩‍👧'),
        ('🇩🇪', '🇫🇷🇩🇪', '🇩🇪'),
        ('❤️', 'I❤you', '❤'),
        ('ที่', 'คนที่นี่', 'ที่'),
        ('京', '東京都', '京'),
        ('a-b', 'x a-b.', 'a-b'),
    ],
)
def test_word_is_found_where_it_stands(word: str, text: str, piece: str) -> None:
    assert found_in(text, needle_of_word(word)) == [piece]


@pytest.mark.parametrize(('word', 'text'), [('ab', 'cab'), ('a', 'ab'), ('é', 'été'), ('👍🏽', '👍'), ('🇩🇪', '🇩🇰🇪🇸'), ('京都', '東京')])
def test_what_is_something_else_is_not_found(word: str, text: str) -> None:
    assert found_in(f'{text} {word}', needle_of_word(word)) == [word]
    assert found_in(text, needle_of_word(word)) == []


@pytest.mark.parametrize(('phrase', 'text', 'is_there'), [('a b', 'x a b!', True), ('a b', 'a bc', False), ('ｶﾞ', 'アガキ', True)])
def test_phrase_is_of_whole_words_where_there_are_words(phrase: str, text: str, is_there: bool) -> None:
    assert (needle_of_phrase(phrase) in searchable(text)) is is_there
