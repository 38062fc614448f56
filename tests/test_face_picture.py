"""Pictures that people choose: made small, upright and bare in a process of their own, cut out there, or refused."""

import io
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from livechat import preview_picture
from livechat.domain.errors import InvalidInput
from livechat.domain.face import CutOut, Original
from livechat.face_picture import MAX_SIDE, FacePictureMaker, cut_faces, open_picture
from livechat.preview_picture import MAX_LENGTH
from tests.pictures import BLUE, GREEN, RED, YELLOW, alike, colours, png_of_size, quarters

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def maker() -> FacePictureMaker:
    return FacePictureMaker()


def opened(data: bytes, kind: str, side: int) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.size) == (kind, (side, side))
    return picture


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP', 'GIF', 'AVIF', 'HEIF'])
async def test_picture_is_opened_and_cut_in_all_sizes(maker: FacePictureMaker, kind: str) -> None:
    original = await maker.open(quarters(kind, (3_000, 1_500)))
    face = await maker.cut(original, CutOut(), token='t')

    assert (original.width, original.height) == (MAX_SIDE, MAX_SIDE // 2)
    assert alike(colours(original.webp), [RED, GREEN, BLUE, YELLOW])
    assert face.token == 't'
    for data, format_, side in ((face.webp_64, 'WEBP', 64), (face.webp_256, 'WEBP', 256), (face.png_256, 'PNG', 256)):
        opened(data, format_, side)
        assert alike(colours(data), [RED, GREEN, BLUE, YELLOW])
    assert len(face.webp_64) < 3_000


@pytest.mark.parametrize(
    ('cut_out', 'colour'),
    [
        (CutOut(zoom=2.0, across=0.0, down=0.0), RED),
        (CutOut(zoom=2.0, across=1.0, down=0.0), GREEN),
        (CutOut(zoom=4.0, across=0.0, down=1.0), BLUE),
        (CutOut(zoom=3.0, across=1.0, down=1.0), YELLOW),
    ],
)
def test_square_is_the_one_that_was_chosen(cut_out: CutOut, colour: tuple[int, int, int]) -> None:
    faces = cut_faces(quarters('WEBP'), *cut_out.square(400, 200))

    assert all(alike(colours(face), [colour] * 4) for face in faces)


def test_small_picture_is_made_larger() -> None:
    original = open_picture(quarters('PNG', (16, 9)))

    assert (original.width, original.height) == (16, 9)
    small, large, _ = cut_faces(original.webp, *CutOut().square(16, 9))
    assert opened(small, 'WEBP', 64)
    assert opened(large, 'WEBP', 256)


@pytest.mark.parametrize('kind', ['JPEG', 'AVIF'])
def test_picture_is_turned_as_its_metadata_said(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: what is left in the file is above

    turned = open_picture(quarters(kind, exif=exif))

    assert (turned.width, turned.height) == (200, 400)
    assert alike(colours(turned.webp), [BLUE, RED, YELLOW, GREEN])


def test_what_is_transparent_is_white_in_the_tile_and_stays_so_in_the_icon() -> None:
    out = io.BytesIO()
    Image.new('RGBA', (100, 100), (0, 0, 0, 0)).save(out, 'PNG')
    original = open_picture(out.getvalue())

    small, large, icon = cut_faces(original.webp, *CutOut().square(100, 100))

    assert all(alike(colours(face), [(255, 255, 255)] * 4) for face in (small, large))
    assert Image.open(io.BytesIO(icon)).convert('RGBA').getpixel((9, 9)) == (0, 0, 0, 0)


@pytest.mark.parametrize('mode', ['L', 'LA', 'P', '1', 'RGBA', 'I;16', 'CMYK'])
def test_every_kind_of_colours_is_drawn(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (60, 40)).save(out, 'JPEG' if mode == 'CMYK' else 'PNG')
    original = open_picture(out.getvalue())

    assert all(cut_faces(original.webp, *CutOut().square(60, 40)))


def test_animation_becomes_its_first_picture() -> None:
    frames = [Image.new('RGB', (20, 20), colour) for colour in (RED, BLUE)]
    out = io.BytesIO()
    frames[0].save(out, 'GIF', save_all=True, append_images=frames[1:])

    original = open_picture(out.getvalue())

    assert getattr(Image.open(io.BytesIO(original.webp)), 'n_frames', 1) == 1
    assert alike(colours(original.webp), [RED] * 4)


def test_nothing_is_left_of_the_file_but_how_it_looks() -> None:
    secret = b'52.520008, 13.404954'
    exif = Image.Exif()
    exif[0x010E] = secret.decode()
    exif[0x0112] = 1
    text = PngImagePlugin.PngInfo()
    text.add_text('Comment', secret.decode())
    files = [quarters(exif=exif, comment=secret), quarters('PNG', pnginfo=text), quarters('WEBP', exif=exif, xmp=secret)]
    files += [quarters('PNG', icc_profile=secret) + secret, quarters('PNG') + b'<script>alert(1)</script>' + secret]

    for file in files:
        assert secret in file or zlib.compress(secret)[2:10] in file
        original = open_picture(file)
        for made in (original.webp, *cut_faces(original.webp, *CutOut().square(original.width, original.height))):
            assert secret not in made
            assert b'script' not in made
            assert not {'exif', 'xmp', 'icc_profile', 'comment', 'Comment'} & set(Image.open(io.BytesIO(made)).info)


@pytest.mark.parametrize('data', [b'', b'GIF', SVG, b'<?xml version="1.0"?>' + SVG, b'%PDF-1.7', b'PK\3\4', b'\0\0\0 ftypisom' + bytes(50)])
async def test_what_is_no_picture_by_its_bytes_is_refused(maker: FacePictureMaker, data: bytes) -> None:
    with pytest.raises(InvalidInput, match='Choose a picture'):
        await maker.open(data)


@pytest.mark.parametrize(('width', 'height'), [(30_000, 30_000), (MAX_LENGTH + 1, 10), (10, MAX_LENGTH + 1), (8_000, 4_000)])
async def test_picture_bomb_is_refused_before_it_is_unpacked(maker: FacePictureMaker, width: int, height: int) -> None:
    bomb = png_of_size(width, height)
    assert len(bomb) < 2 * 2**20

    with pytest.raises(InvalidInput, match='is damaged, or larger than 20 megapixels'):
        await maker.open(bomb)


async def test_largest_pictures_are_drawn(maker: FacePictureMaker) -> None:
    for data in (png_of_size(5_000, 5_000), quarters('JPEG', (8_000, 6_000))):
        assert (await maker.open(data)).width == MAX_SIDE


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP', 'GIF', 'AVIF', 'HEIF'])
async def test_broken_picture_is_refused_with_a_sentence(maker: FacePictureMaker, kind: str) -> None:
    whole = quarters(kind, (300, 300))

    with pytest.raises(InvalidInput, match=r'^This picture cannot be used: .*\.$'):
        await maker.open(whole[: len(whole) // 2])


@pytest.mark.parametrize('original', [Original(webp=b'RIFF....WEBPVP8 ', width=10, height=10), Original(webp=SVG, width=9, height=9)])
async def test_original_that_is_none_is_not_cut(maker: FacePictureMaker, original: Original) -> None:
    with pytest.raises(InvalidInput):
        await maker.cut(original, CutOut(), token='t')


async def test_picture_that_takes_too_long_ends_with_its_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / 'livechat').mkdir()
    (tmp_path / 'livechat' / '__init__.py').touch()
    (tmp_path / 'livechat' / 'face_picture.py').write_text('import time\ntime.sleep(60)\n')
    monkeypatch.setattr(preview_picture, '_environment', lambda: {'PYTHONPATH': str(tmp_path)})

    with pytest.raises(InvalidInput, match='it took too long'):
        await FacePictureMaker(limit_s=0.3).open(quarters())
