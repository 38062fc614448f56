"""Pictures that people send: nothing is left of what they say of their owner, and all of how they look."""

import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms, PngImagePlugin

from livechat.domain.file import FileKind, Inspected
from livechat.domain.file_errors import FileRefused
from livechat.file_types import sniff
from livechat.files import MediaInspector
from livechat.pictures import exif
from livechat.pictures.blocks import Malformed
from livechat.pictures.cleaning import BARE, clean
from livechat.pictures.thumbnails import thumbnails
from tests.picture_files import (
    MIME,
    PLACE,
    XMP,
    animated,
    drawn,
    gif_of,
    gif_that_claims,
    jpeg_that_claims,
    png_bomb,
    png_chunk,
    png_of,
    saved,
    scene,
    told,
    webp_that_claims,
)

Sent = Callable[[bytes], Path]
SCRIPT = b'<html><script>alert(1)</script>'


@pytest.fixture
def inspector() -> MediaInspector:
    return MediaInspector()


@pytest.fixture
def sent(tmp_path: Path) -> Sent:
    def write(data: bytes) -> Path:
        path = tmp_path / 'sent'
        path.write_bytes(data)
        return path

    return write


def opened(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


def looks_the_same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one.convert('RGBA'), other.convert('RGBA')).getbbox(alpha_only=False) is None


def gps_bytes() -> bytes:
    """How the seconds of the latitude stand in the file, in either order of bytes."""
    whole = told().tobytes()
    return whole[-8:]


def says_nothing(path: Path) -> bool:
    data = path.read_bytes()
    with opened(path) as picture:
        picture.load()
        tags = dict(picture.getexif())
        info = set(picture.info)
    silent = not any(secret in data for secret in (b'Secret garden', b'52.520008', gps_bytes(), b'<x:xmpmeta', SCRIPT))
    bare = data.replace(b'\xff\xe1\x00\x22' + exif.only(tags.get(0x0112, 1)), b'')
    return silent and b'Exif' not in bare and set(tags) <= {0x0112} and not {'xmp', 'comment', 'Comment'} & info


async def refusal(inspector: MediaInspector, path: Path, name: str = 'bild.jpg') -> str:
    with pytest.raises(FileRefused) as refused:
        await inspector.inspect(path, name)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    return str(refused.value)


TELLING = {
    'JPEG': lambda: drawn('JPEG', exif=told(), xmp=XMP, comment=PLACE.encode()) + SCRIPT,
    'progressive': lambda: drawn('JPEG', progressive=True, exif=told()),
    'CMYK': lambda: drawn('JPEG', mode='CMYK', exif=told()),
    'PNG': lambda: drawn('PNG', exif=told(), pnginfo=text_of_png()) + SCRIPT,
    'APNG': lambda: animated('PNG', exif=told()),
    'WEBP': lambda: drawn('WEBP', exif=told(), xmp=XMP) + SCRIPT,
    'transparent WEBP': lambda: drawn('WEBP', mode='RGBA', lossless=True, exif=told(), xmp=XMP),
    'animated WEBP': lambda: animated('WEBP', exif=told(), xmp=XMP),
    'GIF': lambda: drawn('GIF', comment=PLACE.encode()) + SCRIPT,
    'animated GIF': lambda: animated('GIF', comment=PLACE.encode()),
    'AVIF': lambda: drawn('AVIF', exif=told(), xmp=XMP) + SCRIPT,
    'transparent AVIF': lambda: drawn('AVIF', mode='RGBA', exif=told(), xmp=XMP),
    'animated AVIF': lambda: animated('AVIF'),
}


def text_of_png() -> PngImagePlugin.PngInfo:
    text = PngImagePlugin.PngInfo()
    text.add_text('Comment', PLACE)
    text.add_itxt('XML:com.adobe.xmp', XMP.decode())
    return text


@pytest.mark.parametrize('kind', TELLING)
def test_picture_is_cleaned_without_changing_a_pixel(sent: Sent, kind: str):
    original = TELLING[kind]()

    cleaned = clean(original, sniff(original, 'x')[1])

    path = sent(cleaned.data)
    with opened(path) as now, Image.open(io.BytesIO(original)) as before:
        frames = getattr(before, 'n_frames', 1)
        assert getattr(now, 'n_frames', 1) == frames
        assert now.info.get('loop') == before.info.get('loop')
        for index in range(frames):
            now.seek(index)
            before.seek(index)
            assert looks_the_same(now, before)
    assert says_nothing(path)
    is_animated = 'animated' in kind or kind == 'APNG'
    assert (cleaned.media_type, cleaned.width, cleaned.height, cleaned.animated) == (MIME[before.format or ''], 120, 80, is_animated)


async def test_picture_is_rewritten_in_its_place(inspector: MediaInspector, sent: Sent):
    path = sent(TELLING['JPEG']())
    assert not says_nothing(path)

    inspected = await inspector.inspect(path, 'x')

    assert inspected == Inspected(kind=FileKind.IMAGE, media_type='image/jpeg', width=120, height=80)
    assert says_nothing(path)
    assert [file.name for file in path.parent.iterdir()] == ['sent']


async def test_heic_becomes_a_jpeg_that_says_nothing(inspector: MediaInspector, sent: Sent):
    original = drawn('HEIF', exif=told(), xmp=XMP)
    assert b'Secret garden' in original
    path = sent(original)

    inspected = await inspector.inspect(path, 'x.heic')

    assert inspected == Inspected(kind=FileKind.IMAGE, media_type='image/jpeg', width=120, height=80)
    assert says_nothing(path)
    assert opened(path).format == 'JPEG'


async def test_avif_in_which_something_telling_is_left_is_drawn_anew(inspector: MediaInspector, sent: Sent):
    nested = b'\0\0\0\x20moov\0\0\0\x18udta' + b'Secret garden\0\0\0'
    path = sent(drawn('AVIF') + nested)

    await inspector.inspect(path, 'x')

    assert says_nothing(path)
    assert opened(path).size == (120, 80)


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP', 'AVIF'])
@pytest.mark.parametrize('orientation', range(1, 9))
def test_turned_picture_is_upright(sent: Sent, kind: str, orientation: int):
    cleaned = clean(drawn(kind, exif=told(orientation)), MIME[kind])
    small = Image.open(io.BytesIO(thumbnails(cleaned.data, MIME[kind])[480])).convert('RGB')

    size = (80, 120) if orientation >= 5 else (120, 80)
    assert (cleaned.width, cleaned.height) == size == small.size
    corner = {1: (3, 3), 2: (-4, 3), 3: (-4, -4), 4: (3, -4), 5: (3, 3), 6: (-4, 3), 7: (-4, -4), 8: (3, -4)}[orientation]
    red, _, blue = small.getpixel((corner[0] % size[0], corner[1] % size[1]))
    assert blue > red
    assert says_nothing(sent(cleaned.data))


@pytest.mark.parametrize('telling', [{'exif': told()}, {'xmp': XMP}])
def test_animated_avif_in_which_something_telling_is_left_becomes_its_first_picture(telling: dict[str, object]):
    cleaned = clean(animated('AVIF', **telling), MIME['AVIF'])

    picture = Image.open(io.BytesIO(cleaned.data))
    assert (picture.size, cleaned.animated) == ((120, 80), False)
    assert PLACE.encode() not in cleaned.data
    assert b'Exif' not in cleaned.data


def test_jpeg_with_stray_bytes_is_drawn_anew_as_decoders_see_it():
    whole = drawn('JPEG', exif=told(6))
    at = whole.index(b'\xff\xdb')
    stray = whole[:at] + b'\0\0\1' + whole[at:]
    with pytest.raises(Malformed):
        BARE[MIME['JPEG']](stray)

    cleaned = clean(stray, MIME['JPEG'])

    picture = Image.open(io.BytesIO(cleaned.data))
    assert (cleaned.width, cleaned.height) == picture.size == (80, 120)
    assert picture.getpixel((75, 5))[2] > 200  # blue
    assert not picture.getexif()


async def test_turned_animation_is_kept_as_it_lies(inspector: MediaInspector, sent: Sent):
    inspected = await inspector.inspect(sent(animated('WEBP', exif=told(6))), 'x')

    assert (inspected.width, inspected.animated) == (120, True)


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP', 'AVIF'])
def test_colour_profile_stays(sent: Sent, kind: str):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile('LAB')).tobytes()

    cleaned = clean(drawn(kind, icc_profile=profile, exif=told(3)), MIME[kind])

    assert opened(sent(cleaned.data)).info['icc_profile'] == profile
    assert thumbnails(cleaned.data, MIME[kind])  # which ignores what it cannot use


async def test_thumbnail_that_a_jpeg_carries_is_left_out(inspector: MediaInspector, sent: Sent):
    plain = drawn('JPEG')
    inside = plain[:4] + (16 + 3).to_bytes(2, 'big') + plain[6:18] + b'\1\1SEC' + plain[20:]
    path = sent(inside)

    await inspector.inspect(path, 'x')

    assert path.read_bytes() == plain


async def test_page_behind_a_gif_is_cut_off(inspector: MediaInspector, sent: Sent):
    path = sent(drawn('GIF') + SCRIPT)

    assert (await inspector.inspect(path, 'innocent.html')).media_type == 'image/gif'

    assert path.read_bytes() == drawn('GIF')


async def test_page_hidden_in_the_comment_of_a_gif_is_left_out(inspector: MediaInspector, sent: Sent):
    path = sent(drawn('GIF', comment=SCRIPT))

    await inspector.inspect(path, 'x.gif')

    assert b'script' not in path.read_bytes()


@given(kind=st.sampled_from(sorted(BARE)), at=st.floats(0, 1), junk=st.binary(min_size=1, max_size=12))
def test_containers_are_cleaned_or_refused_whatever_is_in_them(kind: str, at: float, junk: bytes):
    original = WHOLE[kind]
    where = int(at * len(original))

    for data in (junk, original[:where] + junk, original[:where] + junk + original[where + len(junk) :]):
        with suppress(Malformed):
            bare = BARE[kind](data)
            assert BARE[kind](bare.data).data == bare.data


WHOLE = {MIME[kind]: drawn(kind, exif=told(6), xmp=XMP) for kind in ('JPEG', 'PNG', 'WEBP', 'AVIF')} | {MIME['GIF']: animated('GIF')}
BOMBS = {
    'png': (lambda: png_bomb(30_000, 30_000), '30,000 × 30,000'),
    'png of 60,000': (lambda: png_of(60_000, 60_000, b''), '60,000 × 60,000'),
    'thin png': (lambda: png_bomb(20_001, 3), '20,001 × 3'),
    'just too large': (lambda: png_bomb(8_000, 8_001), '8,000 × 8,001'),
    'jpeg': (lambda: jpeg_that_claims(30_000, 30_000), '30,000 × 30,000'),
    'gif': (lambda: gif_that_claims(65_535, 65_535), '65,535 × 65,535'),
    'webp': (lambda: webp_that_claims(16_383, 16_383), '16,383 × 16,383'),
}


@pytest.mark.parametrize('bomb', BOMBS)
async def test_bomb_is_refused_with_its_size_and_the_limit(inspector: MediaInspector, sent: Sent, bomb: str):
    make, size = BOMBS[bomb]
    path = sent(make())

    sentence = await refusal(inspector, path, 'bomb.png')

    limit = 40 if bomb == 'webp' else 64
    assert sentence == (
        f'“bomb.png” has {size} pixels. Pictures like it have at most {limit} megapixels here, and 20,000 pixels on a side:'
        ' make it smaller and send it again.'
    )


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'GIF', 'WEBP', 'AVIF', 'HEIF'])
async def test_cut_picture_is_refused(inspector: MediaInspector, sent: Sent, kind: str):
    whole = saved(Image.effect_noise((300, 300), 50).convert('RGB'), kind)

    assert 'broken' in await refusal(inspector, sent(whole[: len(whole) // 2]))


@pytest.mark.parametrize(
    'data',
    [
        b'\x89PNG\r\n\x1a\n' + bytes(range(256)) * 4,
        b'\xff\xd8\xff\xe0' + bytes(range(256)) * 4,
        b'\xff\xd8' + b'\xff' * 200_000,
        b'\xff\xd8\xff\xda\0\2' + b'\xff\0' * 200_000,
        b'GIF89a' + b'\xff' * 1_000,
        b'GIF89a' + bytes(7) + b'!\xfe' + b'\1a' * 100_000,
        b'RIFF\x10\0\0\0WEBPVP8 \x04\0\0\0\0\0\0\0',
        b'\0\0\0\x18ftypavif\0\0\0\0mif1avif' + bytes(100),
        b'\0\0\0\x18ftypheic\0\0\0\0mif1heic' + bytes(100),
        drawn('PNG').replace(b'IDAT', b'IDAX', 1),
        b'\x89PNG\r\n\x1a\n' + png_chunk(b'IEND', b''),
    ],
)
async def test_what_only_begins_like_a_picture_is_refused(inspector: MediaInspector, sent: Sent, data: bytes):
    assert 'broken' in await refusal(inspector, sent(data))


async def test_picture_of_five_thousand_frames_is_kept_and_its_thumbnail_is_still(inspector: MediaInspector, sent: Sent):
    path = sent(gif_of(5_000))
    assert opened(path).n_frames == 5_000

    assert (await inspector.inspect(path, 'x')).animated

    assert getattr(Image.open(io.BytesIO((await inspector.thumbnails(path))[480])), 'n_frames', 1) == 1


async def test_scene_is_what_the_tests_think_it_is():
    assert scene().getpixel((0, 0)) == (0, 0, 255)
    assert len(gps_bytes()) == 8
    assert gps_bytes() in told().tobytes()
