"""Nothing that people write becomes more than text, emphasis, lists, tables, code and links; and none of it is much work."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from livechat.domain.message import Mention, MentionGroup
from livechat.domain.model import MAX_BODY_CHARS, UserId
from livechat.ui import markup_clean
from livechat.ui.emoji_names import names
from livechat.ui.markup_text import visible
from livechat.ui.markup_tree import draw
from tests.corpus.hostile import LINEAR, MISLEADING
from tests.corpus.xss import MARKDOWN, XSS
from tests.effort import counted

TEXT = frozenset({'p', 'br', 'strong', 'em', 's', 'ul', 'li', 'blockquote', 'code', 'pre', 'table', 'thead', 'tbody', 'tr'})
ATTRIBUTES = {
    'a': {'href': r'(https?://|mailto:)[^\s"<>`]+', 'target': '_blank', 'rel': 'noopener noreferrer nofollow'},
    'ol': {'start': r'\d{1,9}'},
    'span': {'class': 'k|n|b|s|m|c|d|g|i|h|lang|host|mention'},
    'div': {'class': 'code|table'},
    'th': {'class': 'center|right'},
    'td': {'class': 'center|right'},
    'button': {'class': 'copy|mention', 'commandfor': 'do', 'command': '--copy-\ue000-\\d+|--person-\\d+', 'data-user': r'\d+'},
}
NAMED = {word: Mention(user_id=UserId(42), word=word, name=word) for word in ('a', 'ana')}


class Elements(HTMLParser):
    """Every element of an HTML text with its attributes, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ''
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.found.append(('!--', {}))

    def handle_decl(self, decl: str) -> None:
        self.found.append(('!', {}))

    def handle_pi(self, data: str) -> None:
        self.found.append(('?', {}))

    def strange(self) -> Iterator[str]:
        for tag, attributes in self.found:
            if tag not in TEXT and tag not in ATTRIBUTES:
                yield f'<{tag}>'
            for name, value in attributes.items():
                pattern = ATTRIBUTES.get(tag, {}).get(name)
                if pattern is None or not re.fullmatch(pattern, value or '', re.IGNORECASE):
                    yield f'<{tag} {name}={value!r}>'


def drawn(body: str) -> str:
    return draw(visible(body), NAMED, MentionGroup.ROOM).html


@pytest.mark.parametrize('body', XSS)
def test_attack_becomes_nothing_that_is_not_allowed(body: str):
    html = drawn(body)

    assert list(Elements(html).strange()) == []
    assert markup_clean.clean(html) == html  # a browser that reads it again reads the same


@pytest.mark.parametrize(
    'wrapped', ['> {}', '- {}', '**{}**', '[{}](https://a.example)', '|{}|\n|-|\n|{}|', '`{}`', '```html\n{}\n```', 'a\n{}\nb']
)
def test_attacks_within_other_marks_become_nothing_that_is_not_allowed(wrapped: str):
    strange = [(body, what) for body in XSS for what in Elements(drawn(wrapped.replace('{}', body))).strange()]

    assert strange == []


def test_all_attacks_in_one_text_become_nothing_that_is_not_allowed():
    assert list(Elements(drawn('\n\n'.join(XSS))).strange()) == []
    assert list(Elements(drawn(' '.join(XSS))).strange()) == []


def test_sanitiser_alone_lets_nothing_through_that_is_not_allowed():
    let_through = [
        (body, what) for body in XSS for what in Elements(markup_clean.clean(visible(body))).strange() if not what.endswith(" class=''>")
    ]

    assert let_through == []


def test_corpus_checks_see_what_is_not_allowed():
    assert len(set(XSS)) >= 120
    for html in (
        '<img src=x>',
        '<a href="javascript:alert(1)">',
        '<p onclick=x>',
        '<button command="--delete-1">',
        '<span class="app">',
        '<!--x-->',
    ):
        assert list(Elements(html).strange()), html


def test_no_markdown_link_leads_into_our_own_pages_or_runs():
    hrefs = [attributes['href'] or '' for body in MARKDOWN for tag, attributes in Elements(drawn(body)).found if tag == 'a']

    assert hrefs
    assert [href for href in hrefs if not href.startswith(('http://', 'https://', 'mailto:'))] == []


@pytest.mark.parametrize('what', MISLEADING)
def test_misleading_text_is_shown_without_what_misleads(what: str):
    parsed = Elements(drawn(MISLEADING[what]))

    assert list(parsed.strange()) == []
    assert parsed.text.strip()
    assert not re.search('[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ue000]', parsed.text)
    assert not re.search('[\u0300-\u036f\u0483-\u0489]{7}', parsed.text)


@pytest.mark.parametrize('what', LINEAR)
def test_hostile_text_is_drawn_whole_and_clean(what: str):
    body = LINEAR[what](MAX_BODY_CHARS)
    letters = re.compile(r'[^\W_\d]')

    parsed = Elements(drawn(body))

    assert list(parsed.strange()) == []
    if not any(mark in body for mark in ('`', '~', ':', '](')):  # what these begin is no longer text
        kept = sum(1 for _ in letters.finditer(parsed.text))
        assert kept >= sum(1 for _ in letters.finditer(body)), 'a part of the text was left out'


@pytest.mark.parametrize('what', LINEAR)
def test_work_grows_no_faster_than_the_text(what: str):
    names()
    drawn('```py\na\n```\n```c\na\n```\n```go\na\n```')  # what is loaded once

    with counted() as half:
        drawn(LINEAR[what](MAX_BODY_CHARS // 2))
    with counted() as whole:
        drawn(LINEAR[what](MAX_BODY_CHARS))

    assert whole.steps < 2.5 * half.steps
