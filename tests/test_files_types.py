"""What a file is, whatever it calls itself."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from livechat.domain.file import EXCERPT_CHARS, FileKind, Inspected
from livechat.domain.file_errors import FileRefused
from livechat.file_types import HEAD_BYTES, OCTETS, excerpt, sniff
from livechat.files import MediaInspector
from tests.picture_files import MIME, animated, drawn

IMAGE, VIDEO, AUDIO, PDF, TEXT, OTHER = FileKind
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b'<!DOCTYPE html><script>alert(1)</script>'
PDF_WITH_SCRIPT = b'%PDF-1.7\n1 0 obj <</Type /Action /S /JavaScript /JS (app.alert(1))>> endobj'


def iso(brand: bytes, *others: bytes) -> bytes:
    brands = brand + bytes(4) + b''.join(others)
    return (8 + len(brands)).to_bytes(4, 'big') + b'ftyp' + brands + bytes(100)


def ogg(codec: bytes) -> bytes:
    return b'OggS\0\2' + bytes(22) + b'\1\x1e' + codec + bytes(100)


def ebml(kind: bytes) -> bytes:
    return b'\x1aE\xdf\xa3\x9fB\x86\x81\1B\xf7\x81\1B\xf2\x81\4B\xf3\x81\x08B\x82' + bytes([0x80 + len(kind)]) + kind + bytes(50)


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as archive:
        for name in names:
            archive.writestr(name, 'x')
    return out.getvalue()


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'GIF', 'WEBP', 'AVIF', 'HEIF'])
@pytest.mark.parametrize('name', ['x', 'x.html', 'x.svg', 'x.txt'])
def test_picture_is_one_whatever_it_is_called(kind: str, name: str):
    assert sniff(drawn(kind), name) == (IMAGE, MIME[kind])
    assert sniff(drawn(kind) + PAGE, name) == (IMAGE, MIME[kind])


@pytest.mark.parametrize('kind', ['GIF', 'PNG', 'WEBP', 'AVIF'])
def test_animation_is_a_picture(kind: str):
    assert sniff(animated(kind), 'x') == (IMAGE, MIME[kind])


@pytest.mark.parametrize(
    ('data', 'kind', 'media_type'),
    [
        (iso(b'mp42', b'isom'), VIDEO, 'video/mp4'),
        (iso(b'iso5', b'dash'), VIDEO, 'video/mp4'),
        (iso(b'M4V '), VIDEO, 'video/mp4'),
        (iso(b'qt  ', b'qt  '), VIDEO, 'video/quicktime'),
        (ebml(b'webm'), VIDEO, 'video/webm'),
        (ogg(b'\x80theora'), VIDEO, 'video/ogg'),
        (ogg(b'OpusHead'), AUDIO, 'audio/ogg'),
        (iso(b'M4A ', b'isom'), AUDIO, 'audio/mp4'),
        (b'ID3\3' + bytes(50), AUDIO, 'audio/mpeg'),
        (b'\xff\xfb\x90d' + bytes(50), AUDIO, 'audio/mpeg'),
        (b'RIFF\x24\0\0\0WAVEfmt ' + bytes(20), AUDIO, 'audio/wav'),
        (b'fLaC' + bytes(50), AUDIO, 'audio/flac'),
        (b'\xff\xf1P\x80\2\x1f\xfc' + bytes(50), AUDIO, 'audio/aac'),
        (iso(b'heix', b'mif1'), IMAGE, 'image/heic'),
        (PDF_WITH_SCRIPT, PDF, 'application/pdf'),
        (b'#!/bin/sh\nrm -rf /\n', TEXT, 'text/plain'),
        (b'GIF89a is a format', TEXT, 'text/plain'),
        (b'BM, said ID3', TEXT, 'text/plain'),
        (b'<3 you', TEXT, 'text/plain'),
        ('Grüße, 你好'.encode(), TEXT, 'text/plain'),
        (b'\xef\xbb\xbfhello', TEXT, 'text/plain'),
        (b'\xff\xfeh\0i\0', TEXT, 'text/plain; charset=utf-16le'),
        ('Grüße aus Köln, liebe Leute dort drüben!'.encode('cp1252'), TEXT, 'text/plain; charset=windows-1252'),
    ],
)
def test_files_that_are_shown(data: bytes, kind: FileKind, media_type: str):
    assert sniff(data, 'x.jpg') == (kind, media_type)


@pytest.mark.parametrize(
    ('data', 'name'),
    [
        (SVG, 'x.png'),
        (b'<?xml version="1.0"?>' + SVG, 'x'),
        (b'\xef\xbb\xbf \n' + SVG, 'x.txt'),
        (b'<!-- a --><html>', 'x'),
        (PAGE, 'x.png'),
        (b'<!DOCTYPE x [<!ENTITY e "e">]>', 'x'),
        (b'no markup at first sight', 'x.HTML'),
        (b'no markup at first sight', 'x.svg '),
        (b'hello', 'x.xhtml\u202e'),
        ('hello'.encode('utf-16-le'), 'x.txt'),
        ('<!DOCTYPE html><p>hello'.encode('utf-16'), 'x.txt'),
        ('<html lang=de><p>Grüße aus Köln, liebe Leute!'.encode('cp1252'), 'x.txt'),
        ('<p>東京都に住んでいます。日本語の文章です。'.encode('cp932'), 'x'),
        ('Grüße aus Köln, liebe Leute dort drüben!'.encode('cp1252'), 'x.html'),
        (b'\xff\xfe' + bytes(40), 'x.txt'),
        ('Grüße'.encode('latin-1'), 'x.txt'),
        (b'a\0b', 'x.txt'),
        (drawn('TIFF'), 'x.jpg'),
        (drawn('BMP'), 'x.jpg'),
        (drawn('ICO'), 'x.jpg'),
        (b'8BPS\0\1' + bytes(50), 'x.psd'),
        (b'SIMPLE  =                    T' + b'\xff' * 50, 'x.fits'),
        (ebml(b'matroska'), 'x.webm'),
        (zipped('a'), 'x.png'),
        (zipped('[Content_Types].xml', 'word/document.xml', '_rels/.rels'), 'x.docx'),
        (b'MZ' + bytes(200), 'x.jpg'),
        (b'%!PS-Adobe-3.0 \xff', 'x.eps'),
        (iso(b'3gp5'), 'x.mp4'),
    ],
)
def test_files_that_are_downloads_only(data: bytes, name: str):
    assert sniff(data, name) == (OTHER, OCTETS)


@given(st.binary(max_size=300), st.sampled_from([drawn(), animated('PNG'), drawn('AVIF'), ebml(b'webm'), zipped('a'), iso(b'mp42')]))
@example(b'\xff\xff\xff\xffftypmp42', b'')
def test_no_bytes_break_it(data: bytes, beginning: bytes):
    for head in (data, beginning[:40] + data, data[:4] + beginning):
        kind, media_type = sniff(head, 'x')
        assert media_type != OCTETS or kind is OTHER


def test_text_that_is_cut_within_a_letter_is_one():
    head = ('a' * (HEAD_BYTES - 1) + 'é').encode()

    assert sniff(head[:HEAD_BYTES], 'x')[0] is TEXT
    assert sniff(head[HEAD_BYTES - 9 : HEAD_BYTES], 'x')[0] is OTHER


def test_excerpt_has_first_lines_without_what_is_not_seen():
    assert excerpt('\ufeff\n\none\u202e\r\n\ttwo\x1b[0m \n' + 'three\n' * 20) == 'one\n    two[0m\n' + '\n'.join(['three'] * 6)
    assert len(excerpt('x' * 5_000)) == EXCERPT_CHARS
    assert excerpt('') == ''


async def test_text_is_shown_with_its_first_lines(tmp_path: Path):
    (tmp_path / 'x').write_bytes(b'#!/bin/sh\necho\n')

    inspected = await MediaInspector().inspect(tmp_path / 'x', 'photo.jpg')

    assert inspected == Inspected(kind=TEXT, media_type='text/plain', excerpt='#!/bin/sh\necho')


@pytest.mark.parametrize('data', [SVG, PDF_WITH_SCRIPT, zipped('a')])
async def test_what_is_no_picture_stays_as_it_is(tmp_path: Path, data: bytes):
    (tmp_path / 'x').write_bytes(data)

    inspected = await MediaInspector().inspect(tmp_path / 'x', 'x.png')

    assert (inspected.excerpt, inspected.width) == ('', 0)
    assert (tmp_path / 'x').read_bytes() == data


async def test_empty_file_is_refused(tmp_path: Path):
    (tmp_path / 'x').touch()

    with pytest.raises(FileRefused, match=r'“a\.png” is empty'):
        await MediaInspector().inspect(tmp_path / 'x', '../a\0.png')
