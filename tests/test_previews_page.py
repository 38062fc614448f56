"""What a page says of itself: read as browsers read it, shown as plain text, for work that grows with its length and no faster."""

import codecs

import pytest

from livechat.domain.message import MAX_CARD_CHARS
from livechat.preview_page import PageFacts, plain, read_page
from tests.effort import counted

HTML = 'text/html; charset=utf-8'
SIZE = 256 * 1024


def read(page: str) -> PageFacts:
    return read_page(page.encode(), HTML)


def test_open_graph_is_read():
    facts = read(
        """<!doctype html><html prefix="og: https://ogp.me/ns#"><head><title>Title</title>
        <meta property="og:title" content="The &quot;Rock&quot; &amp; roll"/><meta content='Words &#x2014; more' property='og:description'>
        <META PROPERTY=og:site_name CONTENT=Films><meta property="og:image" content="/a.png?x=1&amp;y=2&copy=3">
        <meta name="description" content="other"></head>"""
    )

    assert facts == PageFacts(title='The "Rock" & roll', description='Words — more', site='Films', image='/a.png?x=1&y=2&copy=3')


def test_page_without_open_graph_has_its_title_and_description():
    facts = read('<title>\n  Plain\n  title </title><meta name="Description" content="Some words">')

    assert facts == PageFacts(title='Plain title', description='Some words', site='', image='')


@pytest.mark.parametrize('page', ['', 'text', '<title></title>', '<title> \u200b\u2800 </title>', '<meta property="og:title" content=" ">'])
def test_page_may_have_no_title(page: str):
    assert read(page).title == ''


@pytest.mark.parametrize(
    ('page', 'title'),
    [
        ('<title>a<b>c</b></title>', 'a<b>c</b>'),
        ('<title><script>alert(1)</script></title>', '<script>alert(1)</script>'),
        ('<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>', '<script>alert(1)</script>'),
        ('<title>&amp;lt;b&amp;gt;</title>', '&lt;b&gt;'),
        ('<title>a\x00b\x1b[31mc\x7f</title>', 'a b [31mc'),
        ('<title>invoice\u202egpj.exe\u2066x\u2069</title>', 'invoice gpj.exe x'),
        ('<title>&#x202e;&#8294;over</title>', 'over'),
        ('<title>&#0;&#xD800;&#x110000;x</title>', '\ufffd\ufffd\ufffdx'),
        ('<title>שלום\u200f ok</title>', 'שלום ok'),
        ('<title>👩\u200d👧 fine</title>', '👩\u200d👧 fine'),
        ('<title>one</title><title>two</title>', 'one'),
        ('<title>never closed', 'never closed'),
        ('<title>never <meta property="og:title" content="x">', 'never <meta property="og:title" content="x">'),
        ('<TITLE lang=en>upper</TITLE >', 'upper'),
        ('<title>a</titles>b</title>', 'a</titles>b'),
        ('<script>"<title>no</title>"</script><title>yes</title>', 'yes'),
        ('<style><title>no</title></style><title>yes</title>', 'yes'),
        ('<svg><title>no</title></svg><title>yes</title>', 'yes'),
        ('<noscript><title>no</title></noscript><title>yes</title>', 'yes'),
        ('<!-- <title>no</title> --><title>yes</title>', 'yes'),
        ('<!--><title>yes</title>', 'yes'),
        ('<![CDATA[<title>]]><title>yes</title>', 'yes'),
        ('<?xml version="1.0"?><title>yes</title>', 'yes'),
        ('<div data-x="<title>no</title>"><title>yes</title>', 'yes'),
        ('a < b <3 </ > <> <title>yes</title>', 'yes'),
        ('<p <title>yes</title>', ''),
        ('<p title="never closed><title>no</title>', ''),
    ],
)
def test_title_is_what_a_browser_would_take_and_only_text(page: str, title: str):
    assert read(page).title == title


@pytest.mark.parametrize(
    ('page', 'title'),
    [
        ('<meta property="og:title" content="first"><meta property="og:title" content="second">', 'first'),
        ('<meta property="og:title" property="og:image" content="a" content="b">', 'a'),
        ('<meta name="og:title" content="by name">', 'by name'),
        ('<meta name="twitter:title" content="elsewhere"><title>t</title>', 'elsewhere'),
        ('<meta property="og:title"><title>t</title>', 't'),
        ('<meta content="og:title"><title>t</title>', 't'),
        ('<meta/property="og:title"/content="slashes"/>', 'slashes'),
        ('<meta property = "og:title" content = "spaces">', 'spaces'),
        ('<meta property="og:title" content="a > b">', 'a > b'),
        ('<meta property="og:title" content="it\'s">', "it's"),
        ('<metadata property="og:title" content="no"><title>t</title>', 't'),
    ],
)
def test_metadata_are_read_as_browsers_read_attributes(page: str, title: str):
    assert read(page).title == title


def test_long_texts_are_cut():
    facts = read(f'<title>{"t" * 100_000}</title><meta name=description content="{"d " * 100_000}">')

    assert (len(facts.title), len(facts.description)) == (MAX_CARD_CHARS, MAX_CARD_CHARS)
    assert facts.title.endswith('t…')
    assert plain('x' * MAX_CARD_CHARS) == 'x' * MAX_CARD_CHARS


def test_image_address_is_cut():
    assert len(read(f'<meta property=og:image content="http://a.test/{"x" * 100_000}">').image) <= 2_000


# Charsets

GREETING = 'grüße'
STRANGE_CHARSETS = ['utf-7', 'base64', 'zip', 'bz2', 'rot13', 'hex', 'quopri', 'uu', 'idna', 'punycode', 'unicode_escape', 'mbcs', 'hz']
STRANGE_CHARSETS += ['raw_unicode_escape', 'undefined', 'nonsense', '../../os', 'os.path', '-', 'utf_8_sig', 'utf-32', 'cp037']


@pytest.mark.parametrize(
    ('content_type', 'body'),
    [
        ('text/html; charset=utf-8', f'<title>{GREETING}</title>'.encode()),
        ('text/html', f'<title>{GREETING}</title>'.encode()),
        ('text/html; charset="ISO-8859-1"', f'<title>{GREETING}</title>'.encode('latin-1')),
        ('text/html;charset=windows-1252', f'<title>{GREETING}</title>'.encode('cp1252')),
        ('text/html', f'<meta charset=iso-8859-15><title>{GREETING}</title>'.encode('iso-8859-15')),
        ('text/html', f'<meta http-equiv=Content-Type content="text/html; charset=latin1"><title>{GREETING}</title>'.encode('latin-1')),
        ('text/html; charset=utf-16', f'<title>{GREETING}</title>'.encode('utf-16')),
        ('text/html', codecs.BOM_UTF16_BE + f'<title>{GREETING}</title>'.encode('utf-16-be')),
        ('text/html; charset=latin1', codecs.BOM_UTF8 + f'<title>{GREETING}</title>'.encode()),
        ('text/html; charset=gb2312', f'<title>{GREETING}</title>'.encode('gb18030')),
        ('text/html', f'<meta charset="utf-16"><title>{GREETING}</title>'.encode()),
    ],
)
def test_charset_is_the_one_the_page_is_written_in(content_type: str, body: bytes):
    assert read_page(body, content_type).title == GREETING


@pytest.mark.parametrize(
    'charset',
    STRANGE_CHARSETS,
)
def test_charset_that_no_browser_knows_is_not_used(charset: str):
    body = b'<title>+ADw-plain\\x41</title>'

    assert read_page(body, f'text/html; charset={charset}').title == '+ADw-plain\\x41'
    assert read_page(f'<meta charset={charset}>'.encode() + body, 'text/html').title == '+ADw-plain\\x41'


@pytest.mark.parametrize(
    'content_type', ['text/html', 'text/html; charset=utf-8', 'text/html; charset=shift_jis', 'text/html; charset=utf-16']
)
def test_bytes_of_no_charset_are_no_error(content_type: str):
    body = b'<title>' + bytes(range(256)) * 10 + b'\xff\xfe\xd8\x00</title>'

    assert len(read_page(body, content_type).title) <= MAX_CARD_CHARS


# Time

UNITS = [
    '<',
    '<!',
    '<!--',
    '<!x',
    '<?',
    '<![CDATA[',
    '</',
    '</a',
    '<a',
    '<a ',
    '<a "',
    '<a \'"',
    '<a b=',
    '<b>',
    '<div>',
    '</div>',
    '&',
    '&#',
]
UNITS += [
    '<title>',
    '<title></titl ',
    '<script>',
    '<script></scrip',
    '<svg><',
    '<meta ',
    '<meta>',
    '<meta a=b ',
    '<meta name="og:title" content="',
]
UNITS += [
    '<meta property=og:title content=x>',
    '-->',
    '>',
    '"',
    "'",
    '=',
    'x=',
    ' ',
    '\x00',
    '\u202e',
    'é',
    '<a/',
    '<table><tr><td>',
    '<a href=',
]


def steps(page: bytes) -> int:
    with counted() as effort:
        read_page(page, HTML)
    return effort.steps


@pytest.mark.parametrize('beginning', ['', '<meta ', '<meta a="'])
@pytest.mark.parametrize('unit', UNITS)
def test_work_grows_with_the_length_and_no_faster(beginning: str, unit: str):
    """Of a quarter of a page the whole takes four times as many steps, with a square it were sixteen."""
    whole = (beginning + unit * SIZE).encode()[:SIZE]

    assert steps(whole) < 5 * steps(whole[: SIZE // 4])


def test_nesting_of_any_depth_is_walked_without_recursion():
    assert read('<div>' * 100_000 + '<title>deep</title>').title == 'deep'
