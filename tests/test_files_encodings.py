"""Texts as programs wrote them before all of them wrote UTF-8, and as Windows still does: read, and shown with their first lines."""

import codecs
import random
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from livechat.domain.file import FileKind, Inspected
from livechat.file_types import OCTETS, sniff
from livechat.files import MediaInspector
from livechat.text_encoding import ENCODINGS, SAMPLE_BYTES, UTF_8, decoded, encoding_of
from tests.picture_files import drawn

GERMAN = 'Grüße aus Köln: die Straße führt über schöne Höhen,\nund der süße Käse kostet natürlich wenig.'
FRENCH = "L'été dernier, ma sœur a été très étonnée à la forêt;\noù êtes-vous passés, garçon? Chez Zoë, à Noël."
SPANISH = 'El niño comió una piña ayer por la mañana; ¿cómo está usted?\n¡Qué corazón tan grande tiene la señora!'
PORTUGUESE = 'A ação não é fácil; você já comeu o pão da avó?\nO coração da irmã bate à noite, e nós também.'
DANISH = 'Blåbærgrød på en søndag er dejligt; åh, så mange gæster\nkommer sejlende ud på øen i år.'
FINNISH = 'Hyvää päivää, tämä on tavallinen suomenkielinen teksti;\näiti lähtee tänään työhön.'
POLISH = 'Zażółć gęślą jaźń, proszę pana; święta są już za tydzień,\na na łące rośnie świeża trawa.'
CZECH = 'Příliš žluťoučký kůň úpěl ďábelské ódy, říkal děda večer,\na pak šel domů k rybníku.'
HUNGARIAN = 'Őszintén szólva nagyon szép idő van, és a tükörfúrógép is jó;\nhűvös este lesz a fűben.'
TURKISH = 'Türkçe güzel bir dildir; şimdi öğrenmek için çalışıyoruz,\nve akşam çay içeceğiz, değil mi?'
LITHUANIAN = 'Ąžuolas žaliuoja, šį rytą ėjau į mišką ir mačiau ūkininką;\nlabas, kaip čia gyvenate?'
RUSSIAN = 'Привет, это обычный русский текст, который написан давно,\nкогда компьютеры были большими.'
GREEK = 'Καλημέρα, αυτό είναι ένα κανονικό ελληνικό κείμενο,\nπου γράφτηκε πριν από πολλά χρόνια.'
HEBREW = 'שלום, זה טקסט רגיל בעברית שנכתב בקידוד ישן של המחשב,\nלפני שנים רבות מאוד.'
ARABIC = 'مرحبا، هذا نص عادي باللغة العربية كتب بترميز قديم للحاسوب،\nقبل سنوات كثيرة.'
THAI = 'สวัสดี นี่คือข้อความภาษาไทยธรรมดาที่เขียนด้วยการเข้ารหัสแบบเก่า\nเมื่อหลายปีก่อน'
JAPANESE = '東京都に住んでいます。これは古い文字コードで書かれた日本語の文章です。\nカタカナもあります。コンピュータは便利です。'
CHINESE = '你好，这是一个用旧编码写的普通中文文本，北京的天气今天很好，我们去公园。\n明天我们在家里看书，喝茶，休息。'
TAIWANESE = '你好，這是一個用舊編碼寫的普通中文文本，臺北的天氣今天很好，我們去公園。\n明天我們在家裡看書，喝茶，休息。'
KOREAN = '안녕하세요, 이것은 오래된 인코딩으로 작성된 일반적인 한국어 문장입니다.\n오늘은 날씨가 아주 좋습니다.'
WRITTEN = [
    *(('cp1252', text) for text in (GERMAN, FRENCH, SPANISH, PORTUGUESE, DANISH, FINNISH)),
    ('latin-1', GERMAN),
    ('latin-1', '“Quoted” – and dashed…'.translate({0x201C: '«', 0x201D: '»', 0x2013: '·', 0x2026: '.'}) + ' as it was then, in a café'),
    ('cp1252', 'It’s a “smart quoted” text – with dashes… as word processors write it'),
    ('iso8859_15', FRENCH),
    *((encoding, text) for encoding in ('cp1250', 'iso8859_2') for text in (POLISH, CZECH, HUNGARIAN)),
    ('cp1254', TURKISH),
    ('cp1257', LITHUANIAN),
    *((encoding, RUSSIAN) for encoding in ('cp1251', 'iso8859_5', 'koi8_r', 'cp866')),
    ('cp1253', GREEK),
    ('cp1255', HEBREW),
    ('cp1256', ARABIC),
    ('cp874', THAI),
    *((encoding, JAPANESE) for encoding in ('shift_jis', 'cp932', 'euc_jp')),
    *((encoding, CHINESE) for encoding in ('gb2312', 'gbk', 'gb18030')),
    *((encoding, TAIWANESE) for encoding in ('big5', 'cp950')),
    *((encoding, KOREAN) for encoding in ('euc_kr', 'cp949')),
    *(
        (encoding, text)
        for encoding in ('utf-16-le', 'utf-16-be')
        for text in (GERMAN, RUSSIAN, JAPANESE, 'Letters of ASCII, and nothing else.')
    ),
    ('utf-8', JAPANESE),
]
MARKS = {'utf-16-le': codecs.BOM_UTF16_LE, 'utf-16-be': codecs.BOM_UTF16_BE, 'utf-8': codecs.BOM_UTF8}
FILES = [
    *((encoding, text, text.encode(encoding)) for encoding, text in WRITTEN),
    *((f'{encoding} with its mark', text, MARKS[encoding] + text.encode(encoding)) for encoding, text in WRITTEN if encoding in MARKS),
    ('utf-16-le with its mark', 'ok', codecs.BOM_UTF16_LE + 'ok'.encode('utf-16-le')),
]


@pytest.mark.parametrize(('text', 'data'), [pytest.param(text, data, id=f'{name}: {text[:9]}') for name, text, data in FILES])
async def test_text_is_read_and_shown_in_its_encoding(tmp_path: Path, text: str, data: bytes):
    path = tmp_path / 'sent'
    path.write_bytes(data.replace(b'\n', b'\r\n') if b'\0' not in data else data)

    inspected = await MediaInspector().inspect(path, 'notes.txt')

    assert (inspected.kind, inspected.excerpt) == (FileKind.TEXT, text)
    assert await MediaInspector().text(path) == text.replace('\n', ' ')


@pytest.mark.parametrize(('encoding', 'text'), [each for each in WRITTEN if each[0] not in MARKS], ids=str)
def test_text_is_told_by_its_beginning_wherever_that_ends(encoding: str, text: str):
    line = f'{text}\n'.encode(encoding)
    found = encoding_of(line * 20)

    assert found is not None
    assert [encoding_of((b' ' * more + line * 2_000)[:SAMPLE_BYTES]) for more in range(4)] == [found] * 4


async def test_long_text_is_read_beyond_its_beginning(tmp_path: Path):
    (tmp_path / 'sent').write_bytes('東京都に住んでいます。 '.encode('cp932') * 3_500)

    text = await MediaInspector().text(tmp_path / 'sent')

    assert text.startswith('東京都に住んでいます。 東京都')
    assert len(text.encode()) > 50_000


RANDOM = random.Random(20)
BINARY = {
    'random': RANDOM.randbytes(SAMPLE_BYTES),
    'packed': zlib.compress(RANDOM.randbytes(5_000)),
    'zeros': bytes(SAMPLE_BYTES),
    **{f'nothing but {byte:x}': bytes([byte]) * SAMPLE_BYTES for byte in (0x80, 0xA0, 0xC3, 0xE9, 0xFF)},
    'two bytes': b'\xc3(' * 32_768,
    'every byte': bytes(range(256)) * 256,
    'every byte of two': b''.join(number.to_bytes(2, 'little') for number in range(32_768)),
    'numbers': b''.join(RANDOM.randrange(-900, 900).to_bytes(2, 'little', signed=True) for _ in range(32_768)),
    'scripts mixed': b''.join(data for *_, data in FILES),
    'UTF-8 that is damaged': (JAPANESE * 3).encode().replace('東'.encode(), b'\xe6\x9d'),
    'mark of UTF-16, and none': codecs.BOM_UTF16_LE + RANDOM.randbytes(2_000),
    'UTF-32': GERMAN.encode('utf-32'),
    'text with a control': GERMAN.encode('cp1252') + b'\1',
    'a few bytes': 'Grüße'.encode('cp1252'),
}


@pytest.mark.parametrize('what', BINARY)
async def test_what_is_no_text_says_nothing(tmp_path: Path, what: str):
    (tmp_path / 'sent').write_bytes(BINARY[what])

    assert await MediaInspector().inspect(tmp_path / 'sent', 'notes.txt') == Inspected(kind=FileKind.OTHER, media_type=OCTETS)
    assert await MediaInspector().text(tmp_path / 'sent') == ''


def test_picture_is_never_a_text():
    for kind in ('JPEG', 'PNG', 'GIF', 'WEBP', 'TIFF', 'BMP', 'ICO'):
        assert encoding_of(drawn(kind)) is None
        assert sniff(drawn(kind), 'x.txt')[0] is not FileKind.TEXT


@given(st.binary(max_size=400))
@example(b'\xff\xfe')
@example(b'\xff\xfe\x00\xd8')
@example(b'a\xe9' * 40_000)
def test_no_bytes_break_it(data: bytes):
    encoding = encoding_of(data)

    assert encoding is None or (encoding in ENCODINGS and decoded(data, encoding) is not None)
    assert encoding == UTF_8 or not data or sniff(data, 'x')[1] != 'text/plain'
