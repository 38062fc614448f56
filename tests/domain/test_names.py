"""Names and texts, with the bad inputs that other chats met."""

import unicodedata
from collections.abc import Callable

import hypothesis.strategies as st
import pytest
from emoji import EMOJI_DATA
from hypothesis import given

from livechat.domain.errors import BodyEmpty, BodyTooLong, DescriptionTooLong, EmailInvalid, InvalidInput, NameInvalid, ReactionInvalid
from livechat.domain.limits import Limits
from livechat.domain.message import MAX_REACTION_CHARS, ONE_CLICK_REACTIONS
from livechat.domain.model import MAX_BODY_CHARS, MAX_NAME_CHARS
from livechat.domain.names import (
    BIDI,
    CONTROL,
    IGNORABLE,
    MAX_DRAFT_CHARS,
    MAX_TYPED_CHARS,
    RESERVED_SLUGS,
    clean_bio,
    clean_body,
    clean_client_key,
    clean_description,
    clean_draft,
    clean_email,
    clean_name,
    clean_reaction,
    clean_username,
    is_visible,
    name_key,
    slug_from,
    sort_key,
    username_from,
)
from livechat.domain.password_errors import PasswordTooLong
from livechat.domain.passwords import Passwords

INVISIBLE = [
    '',
    ' ',
    ' \t\n',
    '\u200b',
    '\u2060',
    '\ufeff',
    '\u3164',
    '\u200b \u2060\ufeff',
    '\u00a0',
    '\u2800',
    '\u115f',
    '\u00ad',
    '\ufe0f',
]
MISLEADING = ['ana\u202egpj.exe', '\u2066ana', 'a\0b', 'ana\x1b[31m', 'ana\x7f', 'ana\x9b', 'ana\ud800', 'ana\ufffe', 'ana\U0001ffff']
MARKS = '\u0301\u0316' * 100_000
"""In the wrong order: Unicode's normal forms would take half a minute to mend that."""
any_text = st.text(st.characters(codec=None), max_size=60)


class TestCleanName:
    @pytest.mark.parametrize(
        ('raw', 'clean'),
        [
            ('  Ana \t Lima\n', 'Ana Lima'),
            ('Ame\u0301lie', 'Amélie'),
            ('a', 'a'),
            ('山田 太郎', '山田 太郎'),
            ('👩‍👩‍👧', '👩‍👩‍👧'),
            ('<b>x', '<b>x'),
            ('../../x', '../../x'),
            ('ana\r\nSet-Cookie: x', 'ana Set-Cookie: x'),
            ('x' * MAX_NAME_CHARS, 'x' * MAX_NAME_CHARS),
            ('\u05d3\u05b8\u05bc\u05d5\u05b4\u05d3', unicodedata.normalize('NFC', '\u05d3\u05b8\u05bc\u05d5\u05b4\u05d3')),
        ],
    )
    def test_name_keeps_what_is_seen_of_it(self, raw: str, clean: str) -> None:
        assert clean_name(raw) == clean

    @pytest.mark.parametrize('raw', [*INVISIBLE, '\u0301', *MISLEADING, 'x' * (MAX_NAME_CHARS + 1), 'Z' + '\u0335' * 40])
    def test_name_that_misleads_or_is_not_seen_is_refused_for_its_field(self, raw: str) -> None:
        with pytest.raises(NameInvalid) as refused:
            clean_name(raw, 'server_name')

        assert refused.value.field == 'server_name'
        assert str(refused.value).endswith('.')

    @given(any_text)
    def test_clean_name_is_printable_and_stays_as_it_is(self, raw: str) -> None:
        try:
            name = clean_name(raw)
        except NameInvalid:
            return

        assert clean_name(name) == name
        assert name.encode()
        assert not CONTROL.search(name)
        assert not BIDI.search(name)
        assert 0 < len(name) <= MAX_NAME_CHARS


class TestUsername:
    @pytest.mark.parametrize(
        ('name', 'username'),
        [
            ('Ana Lima', 'ana.lima'),
            ('山田 太郎', '山田.太郎'),
            ('हिन्दी', 'हिन्दी'),
            ('  O’Brien-Smith_3 ', 'obrien-smith_3'),
            ('...', 'user'),
            ('🎉', 'user'),
            ('a..--__b', 'a.b'),
            ('../../etc/passwd', 'etcpasswd'),
            ('<b>x', 'bx'),
        ],
    )
    def test_username_is_made_of_letters_digits_and_few_signs(self, name: str, username: str) -> None:
        assert username_from(name) == username

    @given(any_text)
    def test_username_made_from_any_name_is_one_its_owner_could_type(self, raw: str) -> None:
        username = username_from(raw)

        assert username
        assert clean_username(username) == username

    @pytest.mark.parametrize(('typed', 'username'), [('@Ana.Lima ', 'ana.lima'), ('ANA', 'ana'), ('ａｎａ', 'ana')])
    def test_typed_username_is_lowered(self, typed: str, username: str) -> None:
        assert clean_username(typed) == username

    @pytest.mark.parametrize(
        'typed', ['', '.', 'ana lima', 'ana/lima', 'ana..lima', '.ana', 'x' * (MAX_NAME_CHARS + 1), 'ana\u202e', 'ana\0', 'ana\ud800']
    )
    def test_typed_username_with_anything_else_is_refused(self, typed: str) -> None:
        with pytest.raises(NameInvalid) as refused:
            clean_username(typed)

        assert refused.value.field == 'username'


class TestSlug:
    @pytest.mark.parametrize(
        ('name', 'slug'),
        [
            ('Lobby', 'lobby'),
            ('C++ & friends', 'c-friends'),
            ('日本語 の部屋', '日本語-の部屋'),
            ('🎉 Party 👩‍👩‍👧 time ❤️', '🎉-party-👩‍👩‍👧-time-❤️'),
            ('Ünïcode Straße', 'ünïcode-straße'),
            ('हिन्दी कमरा', 'हिन्दी-कमरा'),
            ('../../x', 'x'),
            ('..\\x', 'x'),
            ('%2e%2e%2f', '2e-2e-2f'),
            ('a?b#c/d', 'a-b-c-d'),
            ('ad\u200bmin space', 'admin-space'),
            ('...', 'room'),
            ('"; filename="b.html', 'filename-b-html'),
            ('new', 'new-room'),
            ('New!', 'new-room'),
        ],
    )
    def test_slug_keeps_letters_of_any_script_and_emoji(self, name: str, slug: str) -> None:
        assert slug_from(name) == slug

    @given(any_text)
    def test_slug_of_any_name_is_one_part_of_an_address(self, raw: str) -> None:
        slug = slug_from(raw)

        assert is_visible(slug)
        assert slug not in RESERVED_SLUGS
        assert not set(slug) & set('/\\?#%&.:;"\'<> \t\n')
        assert slug.encode()
        assert slug_from(slug) == slug


class TestBody:
    @pytest.mark.parametrize('raw', [*INVISIBLE, '\0\0', '\n' * 10_000, '\x01\x02', '\u202e'])
    def test_body_of_which_nothing_is_seen_is_refused(self, raw: str) -> None:
        with pytest.raises(BodyEmpty):
            clean_body(raw)

    @pytest.mark.parametrize(
        ('raw', 'body'),
        [
            ('hello \n\n', 'hello'),
            ('  indented', '  indented'),
            ('a\r\nb\rc', 'a\nb\nc'),
            ('a\tb', 'a\tb'),
            ('a\0b\x1bc\x85d', 'abcd'),
            ('lone \ud800 surrogate', 'lone \ufffd surrogate'),
            ('non\ufffecharacter', 'noncharacter'),
            ('<script>alert(1)</script>', '<script>alert(1)</script>'),
            ('👩‍👩‍👧 🏳️‍🌈', '👩‍👩‍👧 🏳️‍🌈'),
            ('\u202egpj.exe', '\u202egpj.exe'),
            ('x' * MAX_BODY_CHARS + ' \n', 'x' * MAX_BODY_CHARS),
        ],
    )
    def test_body_keeps_everything_but_controls_and_its_white_end(self, raw: str, body: str) -> None:
        assert clean_body(raw) == body

    def test_body_above_the_limit_tells_both_lengths(self) -> None:
        with pytest.raises(BodyTooLong) as refused:
            clean_body('x' * (MAX_BODY_CHARS + 1))

        assert (refused.value.length, refused.value.limit) == (MAX_BODY_CHARS + 1, MAX_BODY_CHARS)

    @given(any_text)
    def test_clean_body_stays_as_it_is(self, raw: str) -> None:
        try:
            body = clean_body(raw)
        except BodyEmpty:
            return

        assert clean_body(body) == body
        assert body.encode()

    def test_draft_may_be_too_long_to_send_but_not_endless(self) -> None:
        assert clean_draft('x' * 5_000) == 'x' * 5_000
        assert len(clean_draft('x' * 1_000_000)) == MAX_DRAFT_CHARS
        assert clean_draft(' \u200b ') == ''
        assert clean_draft('a\0b ') == 'ab '


@pytest.mark.parametrize(('raw', 'email'), [('', None), ('  ', None), (' ana@example.org ', 'ana@example.org'), ('ana@nas', 'ana@nas')])
def test_email_is_optional(raw: str, email: str | None) -> None:
    assert clean_email(raw) == email


@pytest.mark.parametrize('raw', ['ana', '@x', 'a@b@c', 'a b@c', 'a@b\nBcc: c@d', 'a\0@b', 'a\u202e@b', 'a\ud800@b', 'x' * 250 + '@b.de'])
def test_email_that_is_none_is_refused(raw: str) -> None:
    with pytest.raises(EmailInvalid):
        clean_email(raw)


def test_description_is_one_line_without_tricks() -> None:
    assert clean_description('  All\nabout \u202e flowers\0 ') == 'All about flowers'
    assert clean_description(' \u200b ') == ''
    with pytest.raises(DescriptionTooLong):
        clean_description('x' * 251)


@pytest.mark.parametrize('key', ['', 'x' * 65, 'a b', 'a\0', 'ä', 'a\n'])
def test_client_key_that_is_not_plain_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput):
        clean_client_key(key)


def test_plain_client_key_passes() -> None:
    assert clean_client_key('x' * 64) == 'x' * 64


def test_invisible_characters_are_those_of_unicode() -> None:
    """Every format character (Cf) that is ignorable by default is known; the few that are seen (Arabic number signs) are not."""
    seen = [chr(point) for point in range(0x110000) if unicodedata.category(chr(point)) == 'Cf' and not IGNORABLE.match(chr(point))]

    assert all(
        'ARABIC' in unicodedata.name(each) or unicodedata.name(each).split()[0] in {'SYRIAC', 'KAITHI', 'EGYPTIAN', 'SHORTHAND'}
        for each in seen
    )


@pytest.mark.parametrize('clean', [clean_name, clean_username, clean_body, clean_description, clean_bio])
def test_overlong_text_is_refused_before_any_work(clean: Callable[[str], object]) -> None:
    with pytest.raises(InvalidInput):
        clean('a' + MARKS)


def test_keys_of_overlong_text_are_of_its_beginning() -> None:
    assert sort_key('a' + MARKS) == sort_key('a' + MARKS[: MAX_TYPED_CHARS - 1])
    assert name_key('a' + MARKS) == name_key('a' + MARKS[: MAX_TYPED_CHARS - 1])


def test_overlong_password_is_refused_before_any_work() -> None:
    with pytest.raises(PasswordTooLong):
        Passwords(Limits()).check_new('a' + MARKS)


def test_every_emoji_is_a_reaction_as_it_is() -> None:
    """Families, flags and skin tones too, of many characters each."""
    assert [text for text in (*EMOJI_DATA, *ONE_CLICK_REACTIONS) if clean_reaction(text) != text] == []


@pytest.mark.parametrize(('raw', 'text'), [(' well\n done ', 'well done'), ('cafe\u0301', 'café'), ('x' * MAX_REACTION_CHARS, 'x' * 16)])
def test_reaction_in_words_is_cleaned_as_names_are(raw: str, text: str) -> None:
    assert clean_reaction(raw) == text


@pytest.mark.parametrize('raw', [*INVISIBLE, 'x' * (MAX_REACTION_CHARS + 1), 'a\x00b', 'gpj\u202eexe', '\ud800', '👍' * 17])
def test_what_is_seen_by_nobody_or_too_long_is_no_reaction(raw: str) -> None:
    with pytest.raises(ReactionInvalid):
        clean_reaction(raw)
