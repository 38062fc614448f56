"""What files of strangers say: read where it can be, and nothing where it cannot, whatever they do to whoever reads them."""

import asyncio
import io
import re
import sys
import tracemalloc
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from livechat import pdf_text
from livechat.domain.errors import TooBusy
from livechat.domain.file import MAX_TEXT_BYTES
from livechat.file_text import cleaned
from livechat.files import MediaInspector
from livechat.sandbox import ProcessFailed, ProcessLost, ask, environment
from tests.pdf_files import FONT, packed, pdf_file, pdf_in_another_script, pdf_of, pdf_with
from tests.picture_files import drawn

Sent = Callable[[bytes], Path]
FOUND = b'<</Length 27>>stream\nBT /F1 12 Tf (Found) Tj ET  \nendstream'
CATALOG = b'<</Type/Catalog/Pages 2 0 R>>'
ONE_PAGE = b'<</Type/Pages/Count 1/Kids[3 0 R]>>'


@pytest.fixture
def sent(tmp_path: Path) -> Sent:
    def write(data: bytes) -> Path:
        path = tmp_path / 'sent'
        path.write_bytes(data)
        return path

    return write


async def said(path: Path) -> str:
    return await MediaInspector().text(path)


def encrypted(password: str, algorithm: str = 'RC4-128') -> bytes:
    out = io.BytesIO()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of('Not to be printed', 'nor copied'))))
    writer.encrypt(password, 'owner', algorithm=algorithm)
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ('data', 'text'),
    [
        (b'One line\r\nand  another\n\n', 'One line and another'),
        ('\ufeffname;café\nAna;東京'.encode(), 'name;café Ana;東京'),
        (b'a\x1b[31mb\x07', 'a [31mb'),
        ('gpj\u202eexe soft\u00adly \ue000\uf8ff'.encode(), 'gpjexe softly'),
        (b'the hy-\nphenated word, A-\nB and 1-\n2', 'the hyphenated word, A- B and 1- 2'),
        (b'- one\n- two', '- one - two'),
        (b'# Title\n\n* item', '# Title * item'),
        (b' \n\t ', ''),
    ],
)
async def test_text_is_read_as_one_line(sent: Sent, data: bytes, text: str):
    assert await said(sent(data)) == text


@pytest.mark.parametrize(
    ('data', 'text'),
    [
        (pdf_of('Hello (world)\nof hy-\nphens, Café'), 'Hello (world) of hyphens, Café'),
        (pdf_of('Hello', 'second page', 'third', compressed=True), 'Hello second page third'),
        (pdf_in_another_script('東京都に住んでいます'), '東京都に住んでいます'),
        (pdf_of(), ''),
        (pdf_of(''), ''),
    ],
)
async def test_pages_of_a_pdf_are_read(sent: Sent, data: bytes, text: str):
    assert await said(sent(data)) == text


async def test_pdf_of_the_library_itself_is_read(sent: Sent):
    out = io.BytesIO()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of('one', 'two'))))
    writer.compress_identical_objects()
    writer.write(out)

    assert await said(sent(out.getvalue())) == 'one two'


async def test_page_that_is_broken_hides_no_other(sent: Sent):
    broken = b'<</Length 10/Filter/FlateDecode>>stream\n0123456789\nendstream'

    assert await said(sent(pdf_with([broken, FOUND]))) == 'Found'


@pytest.mark.parametrize('data', [drawn(), b'', b'PK\x03\x04' + bytes(100), b'<html>page'])
async def test_other_files_say_nothing(sent: Sent, data: bytes):
    assert await said(sent(data)) == ''


@pytest.mark.parametrize('algorithm', ['RC4-40', 'RC4-128'])
async def test_encrypted_pdf_that_opens_without_a_password_is_read(sent: Sent, algorithm: str):
    assert await said(sent(encrypted('', algorithm))) == 'Not to be printed nor copied'


async def test_encrypted_pdf_that_wants_a_password_says_nothing(sent: Sent):
    assert await said(sent(encrypted('secret'))) == ''


async def test_encrypted_pdf_without_an_end_is_read_as_far_as_it_can_be(sent: Sent):
    whole = encrypted('')

    assert await said(sent(whole[: whole.rindex(b'startxref')])) == 'Not to be printed nor copied'


@pytest.mark.parametrize('end', [5, 12, 200, -30])
async def test_truncated_pdf_is_survived(sent: Sent, end: int):
    whole = pdf_of('Hello')
    assert await said(sent(whole)) == 'Hello'

    assert await said(sent(whole[:end])) in {'', 'Hello'}


@pytest.mark.parametrize(
    ('end', 'text'),
    [
        (b'%%EOF', 'Hello second page third'),
        (b'startxref', 'Hello second page third'),
        (b'trailer', 'Hello second page third'),
        (b'xref\n0', 'Hello second page third'),
        (b'8 0 obj', 'Hello second page'),
        (b'6 0 obj', 'Hello'),
        (b'4 0 obj', ''),
    ],
)
async def test_pages_before_the_place_where_a_pdf_was_cut_are_read(sent: Sent, end: bytes, text: str):
    whole = pdf_of('Hello', 'second page', 'third', compressed=True)

    assert await said(sent(whole[: whole.rindex(end)])) == text


async def test_pdf_with_its_catalog_at_its_end_is_read_without_its_table(sent: Sent):
    page = b'<</Type/Page/Parent 4 0 R/Contents 2 0 R/Resources<</Font<</F1 1 0 R>>>>>>'
    whole = pdf_file([FONT, FOUND, page, ONE_PAGE, b'<</Pages 4 0 R/Lang(en)/Type /Catalog>>'])

    assert await said(sent(whole[: whole.rindex(b'xref\n0')])) == 'Found'


FORM = b'<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length 11>>stream\n/X Do /X Do\nendstream'
HOSTILE = {
    'zeros without end': lambda: pdf_with([packed(bytes(200_000_000))]),
    'zeros within zeros': lambda: pdf_with([packed(bytes(500_000_000), 2)]),
    'more brackets than a stack holds': lambda: pdf_with([packed(b'BT ' + b'[' * 200_000)]),
    'dictionaries in dictionaries': lambda: pdf_file([b'<</Type/Catalog/Pages ' + b'<</A' * 300_000]),
    'pages that are their own': lambda: pdf_file([CATALOG, b'<</Type/Pages/Count 1/Kids[2 0 R 2 0 R]>>']),
    'pages that double each time': lambda: pdf_file(
        [CATALOG, *(b'<</Type/Pages/Count 1/Kids[%d 0 R %d 0 R]>>' % (number, number) for number in range(3, 3_000))]
    ),
    'a page a million times': lambda: pdf_file([CATALOG, b'<</Type/Pages/Count 1/Kids[%s]>>' % (b'3 0 R ' * 10**6), b'<</Type/Page>>']),
    'a count that is a lie': lambda: pdf_file([CATALOG, b'<</Type/Pages/Count 999999999/Kids[]>>']),
    'a form that draws itself twice': lambda: pdf_file(
        [CATALOG, ONE_PAGE, b'<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>', FORM]
    ),
    'a table before itself': lambda: b'%PDF-1.7\nxref\n0 1\n0 65535 f \ntrailer<</Size 1/Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF',
    'catalogs that never end': lambda: b'%PDF-1.7\n' + b'1 0 obj<<' * 500_000,
    'catalogs without end': lambda: b'%PDF-1.7\n' + b'1 0 obj<</Type/Catalog>>endobj\n' * 50_000,
    'numbers and nothing else': lambda: b'%PDF-1.7\n' + b'1' * 2_000_000 + b' ' * 2_000_000,
    'no table': lambda: b'%PDF-1.7\n' + b'1 0 obj<</A 1>>endobj\n' * 100_000 + b'startxref\n0\n%%EOF',
}


@pytest.mark.timeout(90)
@pytest.mark.parametrize('what', HOSTILE)
async def test_hostile_pdf_says_nothing_and_hurts_nobody(sent: Sent, what: str):
    path = sent(HOSTILE[what]())

    assert await said(path) == ''


@pytest.mark.timeout(90)
async def test_page_that_takes_too_long_is_given_up(sent: Sent):
    long = packed(b'BT /F1 12 Tf 72 700 Td ' + b'(aaaa) Tj ' * 7_000_000)
    path = sent(pdf_with([long]))

    assert await said(path) == ''
    assert await MediaInspector(text_limit_s=0.001).text(path) == ''


@pytest.mark.timeout(90)
async def test_first_pages_of_very_many_are_read(sent: Sent):
    path = sent(pdf_of(*(f'page {number}' for number in range(10_000))))

    assert (await said(path)).startswith('page 0')


async def test_long_text_is_read_as_far_as_it_is_searched(sent: Sent):
    words = ' '.join(f'word{number}' for number in range(20_000))
    text = await said(sent(words.encode()))
    page = await said(sent(pdf_of(*['\n'.join(words.split()[at : at + 500]) for at in range(0, 20_000, 500)])))

    assert text == page == words[:MAX_TEXT_BYTES].rstrip()


async def test_huge_text_takes_no_memory(sent: Sent):
    path = sent(b'word ' * 20_000)
    with path.open('r+b') as file:
        file.truncate(2**30)
    await said(path)  # threads are started

    tracemalloc.start()
    try:
        assert (await said(path)).startswith('word word')
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**24


async def test_pdf_is_not_blamed_when_no_process_can_be_started(sent: Sent, monkeypatch: pytest.MonkeyPatch):
    path = sent(pdf_of('Hello'))
    monkeypatch.setattr(sys, 'executable', '/nowhere/python')

    with pytest.raises(TooBusy):
        await said(path)


async def test_pdf_is_not_blamed_when_somebody_ends_the_process(sent: Sent, monkeypatch: pytest.MonkeyPatch):
    async def lost(*_: object, **__: object) -> bytes:
        raise ProcessLost

    monkeypatch.setattr('livechat.files.ask', lost)

    with pytest.raises(TooBusy):
        await said(sent(pdf_of('Hello')))


async def test_process_that_was_taken_over_is_not_believed(sent: Sent, monkeypatch: pytest.MonkeyPatch):
    async def taken_over(*_: object, **__: object) -> bytes:
        return b'\xff\x00\xed\xa0\x80evil ' * MAX_TEXT_BYTES

    monkeypatch.setattr('livechat.files.ask', taken_over)
    text = await said(sent(pdf_of('Hello')))

    assert re.fullmatch(r'( ?evil)+( e?v?i?)?', text)
    assert len(text.encode()) <= MAX_TEXT_BYTES


async def test_pdfs_are_read_one_at_a_time(sent: Sent, monkeypatch: pytest.MonkeyPatch):
    running, most = 0, 0

    async def counted(*_: object, **__: object) -> bytes:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return b'said'

    monkeypatch.setattr('livechat.files.ask', counted)
    inspector, path = MediaInspector(), sent(pdf_of('Hello'))

    assert await asyncio.gather(*(inspector.text(path) for _ in range(5))) == ['said'] * 5
    assert most == 1


async def test_process_dies_of_what_is_no_pdf(sent: Sent):
    with pytest.raises(ProcessFailed):
        await ask(pdf_text.__name__, str(sent(b'%PDF-')), limit_s=30, environment=environment())


@given(raw=st.binary() | st.text().map(str.encode))
@example(raw=b'a-' + b' ' * 100_000 + b'\nb')
@example(raw=b'a-\n' * 50_000)
@example(raw='\U0001f600'.encode() * 60_000)
def test_cleaned_text_is_one_line_that_can_be_seen(raw: bytes):
    text = cleaned(raw)

    assert len(text.encode()) <= MAX_TEXT_BYTES
    assert text == ' '.join(text.split())
    assert not {unicodedata.category(character) for character in text} & {'Cc', 'Cs', 'Co', 'Zl', 'Zp'}
