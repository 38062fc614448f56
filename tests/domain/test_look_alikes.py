"""When two names are one. Every claim is made for whole alphabets or for drawn names, not for a handful of letters."""

import string
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

import hypothesis.strategies as st
import pytest
from hypothesis import given

from livechat.domain.look_alikes import caseless_skeleton, fold, skeleton
from livechat.domain.names import misreadings, name_key, sort_key
from tests.domain.given_names import GIVEN_NAMES, WRITTEN_ALIKE

any_text = st.text(st.characters(codec=None), max_size=60)
english_text = st.text(string.ascii_letters + " '-.", max_size=40)

FORMS: tuple[Literal['NFC', 'NFD', 'NFKC', 'NFKD'], ...] = ('NFC', 'NFD', 'NFKC', 'NFKD')
COPIES = {
    'Cyrillic': str.maketrans('aceijopsxyhkABCEHIJKMOPSTXY', 'асеіјорѕхуһкАВСЕНІЈКМОРЅТХУ'),
    'Greek': str.maketrans('aiovkptABEHIKMOPTXZ', 'αιονκρτΑΒΕΗΙΚΜΟΡΤΧΖ'),
    'Armenian': str.maketrans('nouhgqfO', 'ոօսհցզքՕ'),
    'full width': {ord(letter): ord(letter) + 0xFEE0 for letter in string.ascii_letters + string.digits},
    **{
        f'mathematical {start:x}': {
            ord(letter): start + place for place, letter in enumerate(string.ascii_uppercase + string.ascii_lowercase)
        }
        for start in (0x1D400, 0x1D468, 0x1D4D0, 0x1D56C, 0x1D5A0, 0x1D5D4, 0x1D608, 0x1D63C, 0x1D670)
    },
}
ALPHABETS = {
    'Latin': (string.ascii_lowercase + string.digits + 'àáâãäåąæçćčďđèéêëęěğìíîïłñńňòóôõöőøœŕřśšßťùúûüůűýÿźżžðþ', {'l1', 'o0'}),
    'Greek': ('αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋ', {'οσ'}),
    'Cyrillic': ('абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўђјљњћџ', set()),
    'Georgian': ('აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ', set()),
    'Hebrew': ('אבגדהוזחטיכךלמםנןסעפףצץקרשת', {'ון'}),
    'Arabic': ('ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژکگی', {'ثپ', 'كک', 'ىيی'}),
    'Devanagari': ('अआइईउऊऋएऐओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहािीुूृेैोौ', set()),
    'Thai': ('กขคงจชซญฐดตถทธนบปผฝพฟภมยรลวศษสหอฮะาิีึืุูเแโใไ', {'คดต', 'ชซ'}),
    'Hiragana': (
        'あいうえおかきくけこがぎぐげごさしすせそざじずぜぞたちつてとだぢづでどなにぬねのはひふへほばびぶべぼぱぴぷぺぽまみむめもやゆよらりるれろわをん',
        set(),
    ),
    'Katakana': (
        'アイウエオカキクケコガギグゲゴサシスセソタチツテトナニヌネノハヒフヘホバビブベボマミムメモヤユヨラリルレロワヲンー',
        set(),
    ),
}


def in_common(names: Iterable[str]) -> set[str]:
    """Groups of those that have one key, each written as one text."""
    by_key = defaultdict(list)
    for name in names:
        by_key[name_key(name)].append(name)
    return {''.join(group) for group in by_key.values() if len(group) > 1}


class TestOneName:
    @pytest.mark.parametrize(
        'other',
        [
            'Admin ',
            'ADMIN',
            'аdmin',
            'ADMİN',
            'ａｄｍｉｎ',
            'αdmin',
            'ad\u200bmin',
            'admın',
            ' a\u00addmin',
            'аԁмin',
            'adrnin',
            '𝔞𝔡𝔪𝔦𝔫',
            'Аԁⅿіո',
        ],
    )
    def test_look_alikes_have_the_key_of_what_they_look_like(self, other: str) -> None:
        assert name_key(other) == name_key('admin')

    @pytest.mark.parametrize(
        ('one', 'other'),
        [
            ('Straße', 'STRASSE'),
            ('Amélie', 'Ame\u0301lie'),
            ('ﬁn', 'fin'),
            ('Ana  Lima', 'ana lima'),
            ('B0b', 'Bob'),
            ('A1an', 'Alan'),
            ('Martin', 'rnartin'),
            ('O’Brien', "O'Brien"),
            ('Νίκος', 'ΝΊΚΟΣ'),
            ('НАТА', 'HATA'),
            ('Вob', 'Bob'),
            ('👩\u200d👩\u200d👧', '👩👩👧'),
            ('❤\ufe0f', '❤'),
            ('👩\u200d💻 Ana', '👩💻\u00a0Ana'),
            ('İİ', 'i\u0307\u0307I'),
            ('ᾳ\u0316', 'Α\u0316Ι'),
            ('\ud800Ana', '\ud800ANA'),
        ],
    )
    def test_forms_of_one_name_have_one_key(self, one: str, other: str) -> None:
        assert name_key(one) == name_key(other)

    @pytest.mark.parametrize('copy', COPIES)
    @given(name=english_text)
    def test_name_copied_in_letters_that_look_the_same_has_the_same_key(self, copy: str, name: str) -> None:
        assert name_key(name.translate(COPIES[copy])) == name_key(name)

    @given(any_text)
    def test_case_and_form_do_not_count(self, name: str) -> None:
        forms = [unicodedata.normalize(form, name) for form in FORMS]
        cases = [forms[1].casefold(), forms[1].upper()]  # case is changed of what is decomposed, as Unicode has it

        assert {name_key(other) for other in forms + cases} == {name_key(name)}

    @pytest.mark.parametrize('script', GIVEN_NAMES)
    def test_case_of_a_given_name_does_not_count(self, script: str) -> None:
        for name in GIVEN_NAMES[script].split():
            assert name_key(name.upper()) == name_key(name.lower()) == name_key(name)

    @given(any_text)
    def test_key_of_a_key_is_the_key(self, name: str) -> None:
        assert name_key(name_key(name)) == name_key(name)

    def test_key_of_every_character_is_its_own_key_whatever_its_case(self) -> None:
        for character in map(chr, range(0x30000)):
            key = name_key(character)
            assert name_key(key) == key
            assert name_key(character.upper()) == key


class TestTwoNames:
    @pytest.mark.parametrize('other', ['adm1n', 'admins', 'administrator', 'ad min', '管理者'])
    def test_other_names_have_other_keys(self, other: str) -> None:
        assert name_key(other) != name_key('admin')

    @pytest.mark.parametrize(
        ('one', 'other'),
        [
            ('Neil', 'Nell'),
            ('Ian', 'Lan'),
            ('Ilan', 'Lian'),
            ('Vera', 'Nera'),
            ('Ute', 'Yte'),
            ('👍🏻', '👍🏿'),
            ('José', 'Jose'),
            ('が', 'か'),
        ],
    )
    def test_names_that_a_wider_reading_would_make_one_are_two(self, one: str, other: str) -> None:
        assert name_key(one) != name_key(other)

    def test_given_names_of_many_scripts_differ(self) -> None:
        names = [name for text in GIVEN_NAMES.values() for name in text.split()]

        assert len(names) == len(set(names)) > 800
        assert in_common(names) == set()

    @pytest.mark.parametrize('pair', WRITTEN_ALIKE)
    def test_given_names_that_are_written_alike_are_one(self, pair: tuple[str, str]) -> None:
        assert in_common(pair) == {''.join(pair)}

    @pytest.mark.parametrize('alphabet', ALPHABETS)
    def test_letters_of_one_alphabet_differ_but_for_those_that_unicode_holds_alike(self, alphabet: str) -> None:
        letters, alike = ALPHABETS[alphabet]

        assert in_common({f'{letter}' for letter in letters} - set(''.join(alike))) == set()
        assert {''.join(sorted(group)) for group in in_common(letters)} == {''.join(sorted(group)) for group in alike}

    def test_numbered_names_differ_in_every_script_of_digits(self) -> None:
        arabic, devanagari = str.maketrans(string.digits, '٠١٢٣٤٥٦٧٨٩'), str.maketrans(string.digits, '०१२३४५६७८९')
        numbered = ['Ana', *(f'Ana {number}' for number in range(200)), *(f'Ana{number}' for number in range(200))]

        for digits in ({}, arabic, devanagari):
            assert in_common(name.translate(digits) for name in numbered) == set()


class TestMisreadings:
    @pytest.mark.parametrize(
        ('name', 'taken'),
        [
            ('BiII', 'Bill'),
            ('BilI', 'Bill'),
            ('AIice', 'Alice'),
            ('lan', 'Ian'),
            ('1nes BeII', 'Ines Bell'),
            ('Νick', 'Nick'),
            ('ΝΙΝΑ', 'NINA'),
        ],
    )
    def test_key_of_what_is_seen_is_among_them(self, name: str, taken: str) -> None:
        seen, keys = misreadings(name)

        assert name_key(name) != name_key(taken)
        assert name_key(taken) in keys
        assert seen == misreadings(taken)[0]

    @pytest.mark.parametrize(('name', 'other'), [('Nell', 'Neil'), ('Lan', 'Ian'), ('Ian', 'Lan'), ('Lia', 'Ila'), ('Li', 'II')])
    def test_names_of_which_different_things_are_seen_are_not(self, name: str, other: str) -> None:
        assert misreadings(name)[0] != misreadings(other)[0]

    @given(any_text)
    def test_own_key_is_never_among_them(self, name: str) -> None:
        assert name_key(name) not in misreadings(name)[1]


class TestSkeleton:
    @pytest.mark.parametrize(
        ('text', 'prototypes'),
        [
            ('paypal', 'paypal'),
            ('pаypаl', 'paypal'),
            ('Illll', 'lllll'),
            ('m', 'rn'),
            ('0', 'O'),
            ('ø', 'o\u0338'),
            ('é', 'e\u0301'),
            ('א', 'א'),
        ],
    )
    def test_skeleton_is_that_of_unicode(self, text: str, prototypes: str) -> None:
        assert skeleton(text) == prototypes

    def test_right_to_left_letters_are_found_in_the_table(self) -> None:
        """There they stand between two invisible marks."""
        assert skeleton('\u05df') == skeleton('\u05d5') == 'l'

    @given(any_text)
    def test_caseless_skeleton_stays_as_it_is(self, text: str) -> None:
        once = caseless_skeleton(fold(text))

        assert caseless_skeleton(fold(once)) == once


def test_names_are_sorted_as_they_are_written_not_as_they_look() -> None:
    rooms = ['Room 10', 'Random', 'marketing', 'Ｌobby', 'Room 2', 'Room 1', 'Sales']

    assert sorted(rooms, key=sort_key) == ['Ｌobby', 'marketing', 'Random', 'Room 1', 'Room 10', 'Room 2', 'Sales']
