"""People's words as HTML: whatever they write, it is text, and only web addresses become links."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.domain.model import Person, Server, ServerRole, UserId, UserKind
from livechat.ui.html import AVATAR_COLOURS, avatar, escape, initial, linkify, logo, picture
from tests.effort import counted

ATTACKS = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'https://x.example/"onmouseover="alert(1)',
    "https://x.example/'onmouseover='alert(1)",
    'https://x.example/<script>alert(1)</script>',
    'https://x.example/&quot;onclick=alert(1)',
    'https://x.example/`onclick=alert(1)`',
    'https://x.example/\x00\x1f" onclick="alert(1)',
    'https://user:pass@x.example/',
    'https://x.example/\u202emoc.live',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '<!--><script>alert(1)//-->',
    '</p></div><script>alert(1)</script>',
    '<a href="javascript:alert(1)">x</a>',
    '{{constructor.constructor("alert(1)")()}}',
    '<style>*{display:none}</style>',
    'HTTPS://X.EXAMPLE/<b>',
]


class Reader(HTMLParser):
    """The tags, attributes and text a browser finds."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ''
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def hrefs(text: str) -> list[str | None]:
    return [attributes['href'] for tag, attributes in Reader(linkify(text)).tags if tag == 'a']


def check_harmless(text: str) -> None:
    reader = Reader(linkify(text))
    assert reader.text == text
    for tag, attributes in reader.tags:
        assert tag == 'a'
        assert attributes.keys() == {'href', 'target', 'rel'}
        assert attributes['href'] in text
        assert re.match('https?://', attributes['href'] or '', re.IGNORECASE)


@pytest.mark.parametrize('attack', ATTACKS)
def test_attack_is_shown_as_its_own_text(attack: str) -> None:
    check_harmless(attack)


@given(
    st.lists(st.sampled_from([*ATTACKS, 'http://', 'https://a', ')', '(', '"', '<', '&amp;', ' ', '.', '\n', '💥']), max_size=8).map(
        ''.join
    )
)
def test_any_mixture_of_attacks_is_shown_as_its_own_text(text: str) -> None:
    check_harmless(text)


@given(st.text(st.characters(exclude_categories=['Cs'], exclude_characters='\r'), max_size=200))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    check_harmless(text)


@pytest.mark.parametrize(
    ('text', 'links'),
    [
        ('see https://a.example/b.', ['https://a.example/b']),
        ('(https://a.example/b)', ['https://a.example/b']),
        ('https://en.example/wiki/C_(language)', ['https://en.example/wiki/C_(language)']),
        ('<https://a.example>', ['https://a.example']),
        ('http://a.example, https://b.example!', ['http://a.example', 'https://b.example']),
        ('HTTPS://A.EXAMPLE', ['HTTPS://A.EXAMPLE']),
        ('https://a.example/?q=1&r=2#top', ['https://a.example/?q=1&r=2#top']),
        ('https://müller.example/straße/日本', ['https://müller.example/straße/日本']),
        ('ftp://a.example javascript:alert(1) awww.example www. www.example', []),
        ('see www.a.example.', ['https://www.a.example']),
        ('http:// https:///', ['https:///']),
        ('“https://a.example”', ['https://a.example']),
    ],
)
def test_addresses_become_links_without_the_sentence_around_them(text: str, links: list[str]) -> None:
    assert hrefs(text) == links


def test_links_open_elsewhere_and_tell_nobody_where_one_came_from() -> None:
    tag, attributes = Reader(linkify('https://a.example')).tags[0]

    assert (tag, attributes['target'], attributes['rel']) == ('a', '_blank', 'noopener noreferrer nofollow')


HOSTILE = [
    'https://' * 500,
    'https://a' + ')' * 3_990,
    'https://a' + '(' * 2_000 + ')' * 1_990,
    'http' * 1_000,
    'https://a/' + '.' * 3_990,
    '<' * 4_000,
]


@pytest.mark.parametrize('text', HOSTILE, ids=range(len(HOSTILE)))
def test_text_made_to_be_slow_takes_a_few_steps_for_each_character(text: str) -> None:
    with counted() as effort:
        linkify(text[:4_000])

    assert effort.steps < 5 * 4_000


def person(number: int, name: str, token: str = '') -> Person:
    return Person(id=UserId(number), kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username='x', display_name=name, picture=token)


def test_avatar_colour_follows_the_id_and_not_the_name() -> None:
    assert avatar(person(5, 'Ana')).replace('>A<', '><') == avatar(person(5, 'Zoe')).replace('>Z<', '><')
    assert len({avatar(person(number, 'Ana')) for number in range(100)}) == AVATAR_COLOURS


@pytest.mark.parametrize('size', ['', 'tiny', 'small', 'large'])
def test_picture_lies_over_the_initial_and_whoever_has_none_costs_nothing(size: str) -> None:
    plain, pictured = avatar(person(5, 'Ana'), size=size), avatar(person(5, 'Ana', 'T' * 22), size=size)

    start, end = plain.split('A<')
    image = pictured.removeprefix(f'{start}A').removesuffix(f'<{end}')
    side = 256 if size == 'large' else 64
    assert image == f"<img src='/avatars/{'T' * 22}-{side}.webp' alt='' width={side} height={side} loading=lazy decoding=async>"
    assert '"' not in pictured
    assert len(image) <= 111


def test_server_has_a_tile_as_people_have() -> None:
    assert logo(Server(name='<Harbour>')) == '<span class=logo aria-hidden=true>H</span>'
    assert picture('T' * 22) in logo(Server(name='Harbour', picture='T' * 22))


@pytest.mark.parametrize(
    ('name', 'letter'), [('ana', 'A'), (' .zoe', 'Z'), ('日本', '日'), ('...', '?'), ('', '?'), ('ß', 'S'), ('7up', '7')]
)
def test_initial_is_the_first_letter_or_digit(name: str, letter: str) -> None:
    assert initial(name) == letter


def test_initial_is_escaped_in_the_avatar() -> None:
    assert '<b' not in avatar(person(1, '＜b>'))
    assert escape('<"&\'>') == '&lt;&quot;&amp;&#x27;&gt;'
