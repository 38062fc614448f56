"""What people write and what is drawn of it."""

import asyncio
from threading import get_ident

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.domain.message import Mention, MentionGroup
from livechat.domain.model import UserId
from livechat.ui import markup, markup_clean, people_view
from livechat.ui.markup import NUMBER, code_blocks, render
from livechat.ui.markup_text import visible
from livechat.ui.markup_tree import draw

ANA = Mention(user_id=UserId(42), word='ana', name='Ana Torres')
ANA_BUTTON = '<button class="mention" data-user="42" commandfor="do" command="--person-42">@{}</button>'
TABLE = (
    '<div class="table"><table><thead><tr><th>a</th><th class="right">b</th></tr></thead>'
    '<tbody><tr><td>1</td><td class="right">2</td></tr></tbody></table></div>'
)
REL = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ('body', 'html'),
    [
        ('plain', '<p>plain</p>'),
        ('one\n  two\n\nthree', '<p>one<br>  two</p><p>three</p>'),
        ('**b** _i_ ~~s~~ `c*d*`', '<p><strong>b</strong> <em>i</em> <s>s</s> <code>c*d*</code></p>'),
        ('snake_case_word 2 * 3 * 4', '<p>snake_case_word 2 * 3 * 4</p>'),
        ('\\*stars\\*', '<p>*stars*</p>'),
        ('- a\n- b\n  1. c', '<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>'),
        ('7. seven\n8. eight', '<ol start="7"><li>seven</li><li>eight</li></ol>'),
        ('> said\n> she\n\nyes', '<blockquote><p>said<br>she</p></blockquote><p>yes</p>'),
        ('|a|b|\n|-|-:|\n|1|2|', TABLE),
        ('<b>&amp;</b> "q"', '<p>&lt;b&gt;&amp;amp;&lt;/b&gt; "q"</p>'),
    ],
)
def test_markdown_is_drawn(body: str, html: str):
    assert render(body).html == html


@pytest.mark.parametrize(
    'body',
    [
        '# 1 fan', 'title\n---', '---', '- - -', '***', '-', '1.', '&nbsp; &lt;', '[a]: b', '[note]: that', '>_<', '>:(', '    indented',
        '¯\\_(ツ)_/¯', '[x](/rooms/general)', '[x](//example.org)', '[x](javascript:alert(1))', 'setup.py e.g. v1.2.3',
        '@nobody', ':nosuchcode:', 'at 10:30:45', 'http://', 'ftp://example.org/x', '<b>bold</b>',
    ],
)  # fmt: skip
def test_what_people_say_without_meaning_markdown_stays_as_it_is(body: str):
    escaped = body.strip().replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace('\n', '<br>')

    assert render(body).html == f'<p>{escaped}</p>'


@pytest.mark.parametrize(
    ('body', 'href', 'text', 'behind'),
    [
        ('https://a.example/b_c_d?e=1&f=2', 'https://a.example/b_c_d?e=1&amp;f=2', 'https://a.example/b_c_d?e=1&amp;f=2', ''),
        ('www.example.org', 'https://www.example.org', 'www.example.org', ''),
        ('ana@example.org', 'mailto:ana@example.org', 'ana@example.org', ''),
        ('<https://example.org>', 'https://example.org', 'https://example.org', ''),
        ('[text](https://example.org)', 'https://example.org', 'text', ''),
        ('[www.example.org](https://example.org/)', 'https://example.org/', 'www.example.org', ''),
        ('![cat](https://example.org/cat.png)', 'https://example.org/cat.png', 'cat', ''),
        ('![](https://example.org/cat.png)', 'https://example.org/cat.png', 'https://example.org/cat.png', ''),
        ('[bank.example](https://evil.example)', 'https://evil.example', 'bank.example', 'evil.example'),
        ('[https://bank.example/a](https://evil.example)', 'https://evil.example', 'https://bank.example/a', 'evil.example'),
        ('[**bank**.example](https://evil.example)', 'https://evil.example', '<strong>bank</strong>.example', 'evil.example'),
        ('[bank。example](https://evil.example)', 'https://evil.example', 'bank。example', 'evil.example'),
        ('[ba\u200bnk.example](https://evil.example)', 'https://evil.example', 'ba\u200bnk.example', 'evil.example'),
        ('https://bank.example@evil.example', 'https://bank.example@evil.example', 'https://bank.example@evil.example', 'evil.example'),
        ('https://аррӏе.com', 'https://xn--80ak6aa92e.com', 'https://аррӏе.com', 'xn--80ak6aa92e.com'),
        ('https://münchen.example', 'https://xn--mnchen-3ya.example', 'https://münchen.example', ''),
    ],
)
def test_link_leads_away_in_a_new_tab_and_does_not_lie(body: str, href: str, text: str, behind: str):
    host = f'<span class="host"> ({behind})</span>' if behind else ''

    assert render(body).html == f'<p><a href="{href}" {REL}>{text}</a>{host}</p>'


def test_addresses_are_told_once_each_without_mail():
    body = 'https://a.example/ä and [b](https://b.example), https://a.example/ä again, ana@example.org'

    assert render(body).urls == ('https://a.example/%C3%A4', 'https://b.example')


@pytest.mark.parametrize(
    ('body', 'lone'),
    [
        ('https://a.example/ä', 'https://a.example/ä'),
        ('see https://a.example', None),
        ('[a](https://a.example)', None),
        ('**https://a.example**', None),
        ('https://a.example\n\nhttps://b.example', None),
        ('ana@example.org', None),
    ],
)
def test_lone_link_is_told_as_it_was_written(body: str, lone: str | None):
    assert render(body).lone_link == lone


def test_mentions_of_those_named_show_their_names_can_be_pressed_and_nothing_else_is_one():
    body = '@ana, @Ana. @bo `@ana` me@ana x/@ana @ana@example.org [@ana](https://a.example) @anaïs'
    link = f'<a href="https://a.example" {REL}>@ana</a>'

    button = ANA_BUTTON.format('Ana Torres')
    assert render(body, [ANA]).html == (f'<p>{button}, {button}. @bo <code>@ana</code> me@ana x/@ana @ana@example.org {link} @anaïs</p>')


def test_name_with_marks_is_a_mention():
    hindi = Mention(user_id=UserId(42), word='हिन्दी', name='हिन्दी')

    assert render('@हिन्दी!', [hindi]).html == f'<p>{ANA_BUTTON.format("हिन्दी")}!</p>'


def test_group_is_a_mention_when_it_was_called():
    assert render('@room', group=MentionGroup.ROOM).html == '<p><span class="mention">@room</span></p>'
    assert render('@room').html == '<p>@room</p>'


def test_mention_opens_the_card_that_the_people_list_opens():
    assert markup_clean.PERSON == people_view.PERSON


def test_code_is_coloured_by_classes_and_can_be_copied():
    body = '```python\ndef f(): return "<b>"  # why\n```\n\n~~~\nplain\n~~~'
    html = render(body).html

    assert '<span class="lang">python</span>' in html
    assert '<span class="k">def</span> <span class="n">f</span>(): <span class="k">return</span> <span class="s">"&lt;b&gt;"</span>' in html
    assert f'<button class="copy" commandfor="do" command="--copy-{NUMBER}-0">Copy</button>' in html
    assert f'command="--copy-{NUMBER}-1">Copy</button><pre><code>plain</code></pre>' in html
    assert code_blocks(body) == ['def f(): return "<b>"  # why', 'plain']


@pytest.mark.parametrize('language', ['nosuch', '"><script>', 'php' * 500])
def test_code_in_a_language_that_is_not_known_is_plain(language: str):
    assert '<pre><code>a = 1</code></pre>' in render(f'~~~{language}\na = 1\n~~~').html


def test_number_placeholder_cannot_be_written():
    assert NUMBER not in render(f'a {NUMBER} **b** {NUMBER}').html


@pytest.mark.parametrize(
    ('body', 'html', 'is_large'),
    [
        (':smile:', '😄', True),
        ('👍', '👍', True),
        ('👍🏽 ❤️\n👨‍👩‍👧', '👍🏽 ❤️<br>👨‍👩‍👧', False),
        ('👍🏽 ❤️ 👨‍👩‍👧', '👍🏽 ❤️ 👨‍👩‍👧', True),
        ('👍👍👍👍', '👍👍👍👍', False),
        (':+1: yes', '👍 yes', False),
        ('`:smile:`', '<code>:smile:</code>', False),
        ('👍.', '👍.', False),
    ],
)
def test_emoji_codes_are_emoji_and_few_alone_are_large(body: str, html: str, is_large: bool):
    if '\n' in body:
        is_large = True  # white space between them does not count

    assert (render(body).html, render(body).is_large) == (f'<p>{html}</p>', is_large)


def test_quotes_nested_too_deep_are_text_and_nothing_is_lost():
    html = render('> ' * 100 + 'the end').html

    assert html.count('<blockquote>') == 8
    assert html.count('&gt;') == 92
    assert 'the end' in html


def test_table_too_large_is_text_and_nothing_is_lost():
    body = '\n'.join(['|a' * 300, '|-' * 300, '|b' * 300])

    assert '<table' not in render(body).html
    assert render(body).html.count('|') == 900


@given(st.text(alphabet='ab \n\t-+>1.)#:w/😄é&"\'<', max_size=30))
def test_text_that_skips_the_parser_reads_as_if_it_had_not(body: str):
    text = visible(body)

    if markup.is_plain(text) and text.strip():
        assert render(body).html.replace('&quot;', '"').replace('&#x27;', "'") == draw(text, {}, None).html


async def test_large_text_is_rendered_beside_the_loop(monkeypatch: pytest.MonkeyPatch):
    threads: list[int] = []
    drawn = markup.draw

    def noted(*arguments: object) -> object:
        threads.append(get_ident())
        return drawn(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(markup, 'draw', noted)
    body = '**large** ' * 60

    await markup.prepare([('**small**', (), None), ('plain ' * 200, (), None)])
    assert threads == []
    await markup.prepare([(body, (), None), ('```c\nsmall\n```', (), None)])
    html = render(body).html

    assert html.startswith('<p><strong>large</strong>')
    assert len(threads) == 2
    assert get_ident() not in threads


async def test_threads_render_at_once_what_one_would():
    bodies = [f'**{n}** https://a{n}.example/ `code` @ana :smile:\n' * 20 for n in range(8)]
    expected = [draw(body, {'ana': ANA}, None).html for body in bodies]

    drawn = await asyncio.gather(*(asyncio.to_thread(draw, body, {'ana': ANA}, None) for body in bodies * 3))

    assert [each.html for each in drawn] == expected * 3


def test_text_that_breaks_the_parser_is_shown_as_it_was_written(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    def broken(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(markup, 'draw', broken)

    assert render('**<breaks>** the parser').html == '<p>**&lt;breaks&gt;** the parser</p>'
    assert 'could not be drawn' in caplog.text
    assert 'breaks' not in caplog.messages[0]


def test_same_text_that_speaks_to_others_is_rendered_anew():
    assert 'data-user="42"' in render('@ana *x*', [ANA]).html
    assert 'data-user' not in render('@ana *x*').html


def test_cache_forgets_the_oldest_when_it_is_full():
    cache = markup._Cache(1_000)
    sources: list[markup.Source] = [(str(number) * 100, (), None) for number in range(5)]
    for source in sources:
        cache.put(source, markup.Markup('h' * 50))

    kept = [cache.get(source) is not None for source in sources]

    assert kept == [False, False, False, True, True]
