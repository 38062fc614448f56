"""Pictures of strangers: made small and drawn anew in a process of their own, or refused."""

import io
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from livechat import preview_picture
from livechat.preview_picture import MAX_LENGTH, MAX_PIXELS, MAX_SIDE, PictureMaker, PictureRefused, SmallPicture, is_picture, shrink
from tests.pictures import png_of_size


def drawn(kind: str = 'PNG', size: tuple[int, int] = (1_200, 630), mode: str = 'RGB', **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 'red' if mode == 'RGB' else 0).save(out, kind, **options)
    return out.getvalue()


@pytest.fixture
def maker() -> PictureMaker:
    return PictureMaker()


async def refusal(maker: PictureMaker, data: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        await maker.shrink(data)
    return str(refused.value)


def opened(small: SmallPicture) -> Image.Image:
    picture = Image.open(io.BytesIO(small.webp))
    assert (picture.format, picture.size) == ('WEBP', (small.width, small.height))
    return picture


@pytest.mark.parametrize('kind', ['PNG', 'JPEG', 'WEBP', 'GIF'])
async def test_picture_becomes_a_small_webp(maker: PictureMaker, kind: str):
    small = await maker.shrink(drawn(kind))

    assert (small.width, small.height) == (MAX_SIDE, 252)
    pixel = opened(small).convert('RGB').getpixel((10, 10))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200
    assert pixel[1] < 60


async def test_small_picture_stays_as_large_as_it_is(maker: PictureMaker):
    assert (await maker.shrink(drawn(size=(16, 9)))).width == 16


@pytest.mark.parametrize('mode', ['L', 'LA', 'P', '1', 'RGBA', 'I;16', 'CMYK'])
def test_every_kind_of_colours_is_drawn(mode: str):
    assert opened(shrink(drawn('JPEG' if mode == 'CMYK' else 'PNG', mode=mode)))


def test_transparent_picture_stays_transparent():
    assert opened(shrink(drawn(mode='RGBA'))).mode == 'RGBA'


def test_animation_becomes_its_first_picture():
    frames = [Image.new('RGB', (20, 20), colour) for colour in ('red', 'blue')]
    out = io.BytesIO()
    frames[0].save(out, 'GIF', save_all=True, append_images=frames[1:])

    assert getattr(opened(shrink(out.getvalue())), 'n_frames', 1) == 1


def test_nothing_is_left_of_the_file_but_how_it_looks():
    secret = b'52.520008, 13.404954'
    exif = Image.Exif()
    exif[0x010E] = secret.decode()
    text = PngImagePlugin.PngInfo()
    text.add_text('Comment', secret.decode())
    originals = [drawn('JPEG', exif=exif, comment=secret), drawn('PNG', pnginfo=text), drawn('WEBP', exif=exif, xmp=secret)]
    originals += [drawn('PNG', icc_profile=secret) + secret]

    for original in originals:
        small = shrink(original)
        assert secret in original or zlib.compress(secret)[2:10] in original
        assert secret not in small.webp
        assert not {'exif', 'xmp', 'icc_profile', 'comment'} & set(opened(small).info)


def test_picture_is_turned_as_its_metadata_said():
    exif = Image.Exif()
    exif[0x0112] = 6

    assert (shrink(drawn('JPEG', (400, 200), exif=exif)).width, shrink(drawn('JPEG', (400, 200))).width) == (200, 400)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    'data',
    [
        b'',
        b'GIF',
        SVG,
        b'<?xml version="1.0"?>' + SVG,
        b'\xef\xbb\xbf' + SVG,
        b'<html>',
        b'%PDF-1.7',
        b'BM' + bytes(100),
        b'II*\0' + bytes(100),
        b'RIFF\0\0\0\0WAVE',
        b'\0\0\1\0' + bytes(50),
        b'8BPS' + bytes(50),
        b'%!PS-Adobe-3.0 EPSF-3.0',
        b'\0\0\0 ftypavif' + bytes(50),
    ],
)
async def test_what_is_no_picture_by_its_bytes_is_refused(maker: PictureMaker, data: bytes):
    assert not is_picture(data)
    assert await refusal(maker, data) == 'it is no picture that browsers and we know'


@pytest.mark.parametrize(
    ('width', 'height'), [(30_000, 30_000), (MAX_LENGTH + 1, 10), (10, MAX_LENGTH + 1), (MAX_PIXELS // 4_000 + 1, 4_000)]
)
async def test_picture_bomb_is_refused_before_it_is_unpacked(maker: PictureMaker, width: int, height: int):
    bomb = png_of_size(width, height)
    assert len(bomb) < 2 * 2**20  # so it would be fetched

    with pytest.raises((PictureRefused, Image.DecompressionBombError)):
        shrink(bomb)
    assert await refusal(maker, bomb) == 'it is damaged, or larger than 20 megapixels'


async def test_largest_picture_is_drawn(maker: PictureMaker):
    assert (await maker.shrink(png_of_size(5_000, 4_000))).width == MAX_SIDE


@pytest.mark.parametrize('kind', ['PNG', 'JPEG', 'WEBP', 'GIF'])
async def test_broken_picture_is_refused(maker: PictureMaker, kind: str):
    whole = drawn(kind, (300, 300))

    assert await refusal(maker, whole[: len(whole) // 2]) == 'it is damaged, or larger than 20 megapixels'


async def test_picture_that_takes_too_long_ends_with_its_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / 'livechat').mkdir()
    (tmp_path / 'livechat' / '__init__.py').touch()
    (tmp_path / 'livechat' / 'preview_picture.py').write_text('import time\ntime.sleep(60)\n')
    monkeypatch.setattr(preview_picture, '_environment', lambda: {'PYTHONPATH': str(tmp_path)})

    assert await refusal(PictureMaker(limit_s=0.3), drawn()) == 'it took too long'
