"""What a file may be called."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.domain.file_names import MAX_FILE_NAME_BYTES, MAX_FILE_NAME_CHARS, clean_file_name, extension_of


@pytest.mark.parametrize(
    ('raw', 'clean'),
    [
        ('', 'file'),
        ('x', 'x'),
        ('../../x', 'x'),
        ('..\\x', 'x'),
        ('/etc/passwd', 'passwd'),
        ('C:\\Users\\Ana\\cat.png', 'cat.png'),
        ('a/', 'file'),
        ('con.txt', 'con.txt'),
        ('.htaccess', 'htaccess'),
        ('a\0b.png', 'ab.png'),
        ('%2e%2e%2f', '%2e%2e%2f'),
        ('"; filename="b.html', '"; filename="b.html'),
        ('a\r\nSet-Cookie: x.png', 'a Set-Cookie: x.png'),
        ('<b>x', '<b>x'),
        ('gpj.\u202eexe', 'gpj.exe'),
        ('\u2066a\u2069\u200f.png\ufeff', 'a.png'),
        ('a\u200bb\ud800.png', 'ab.png'),
        ('🐈.png', '🐈.png'),
        ('.' * 300, 'file'),
        (' . a . ', 'a'),
        ('e\u0301.png', 'é.png'),
        ('x.png.html', 'x.png.html'),
        ('\u200b\u0301', 'file'),
        ('tab\tand\u2028line.txt', 'tab and line.txt'),
        ('x' * 5_000 + '.jpeg', 'x' * 115 + '.jpeg'),
        ('é' * 255 + '.jpeg', 'é' * 97 + '.jpeg'),
        ('x.' + 'y' * 5_000, 'x.' + 'y' * 16),
        ('x' * 5_000, 'x' * 120),
    ],
)
def test_name_of_a_file_is_one_line_without_a_path(raw: str, clean: str):
    assert clean_file_name(raw) == clean


@given(st.text(st.characters(categories=None), max_size=700) | st.text('ab./\\ é\u0301\u202e\u200d\0\n🐈', max_size=700))
def test_any_name_can_be_shown_stored_and_put_into_a_header(raw: str):
    name = clean_file_name(raw)

    assert 0 < len(name) <= MAX_FILE_NAME_CHARS
    assert len(name.encode()) <= MAX_FILE_NAME_BYTES
    assert name == clean_file_name(name) == unicodedata.normalize('NFC', name)
    assert name == name.strip('. ')
    assert not any(unicodedata.category(character) in {'Cc', 'Cf', 'Cs', 'Zl', 'Zp'} or character in '/\\' for character in name)


def test_long_name_with_many_marks_is_quickly_cleaned():
    assert clean_file_name('a' + '\u0301\u0316' * 100_000 + '.png').endswith('.png')


@pytest.mark.parametrize(
    ('name', 'extension'), [('a.PNG', '.png'), ('a', ''), ('.htaccess', ''), ('a.tar.gz', '.gz'), ('a.html\u202e ', '.html')]
)
def test_extension_is_what_people_see(name: str, extension: str):
    assert extension_of(name) == extension
