"""Small pictures of what people send."""

import io
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image, ImageCms

from livechat.domain.file_errors import FileRefused
from livechat.files import MediaInspector
from livechat.pictures import thumbnails as drawing
from livechat.pictures.thumbnails import ANIMATED_LIMIT_S, MAX_FRAMES, thumbnails
from tests.picture_files import MIME, XMP, animated, drawn, png_bomb, saved, told


def opened(webp: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(webp))
    assert picture.format == 'WEBP'
    assert not {'exif', 'xmp', 'icc_profile'} & set(picture.info)
    picture.load()
    return picture


def sizes(data: bytes, kind: str = 'PNG') -> dict[int, tuple[int, int]]:
    return {side: opened(webp).size for side, webp in thumbnails(data, MIME[kind]).items()}


@pytest.mark.parametrize(
    ('size', 'expected'),
    [
        ((3_000, 1_500), {480: (480, 240), 1200: (1_200, 600)}),
        ((1_500, 3_000), {480: (240, 480), 1200: (600, 1_200)}),
        ((800, 600), {480: (480, 360), 1200: (800, 600)}),
        ((480, 100), {480: (480, 100)}),
        ((481, 100), {480: (480, 100), 1200: (481, 100)}),
        ((16, 9), {480: (16, 9)}),
        ((1, 1), {480: (1, 1)}),
        ((19_000, 4), {480: (480, 1), 1200: (1_200, 1)}),
    ],
)
def test_picture_is_made_smaller_and_never_larger(size: tuple[int, int], expected: dict[int, tuple[int, int]]):
    assert sizes(drawn(size=size)) == expected


@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'GIF', 'WEBP', 'AVIF', 'HEIF'])
def test_every_kind_of_picture_is_drawn(kind: str):
    small = opened(thumbnails(drawn(kind, (960, 640), exif=told(), xmp=XMP), MIME[kind])[480]).convert('RGB')

    red, _, blue = small.getpixel((10, 10))
    assert blue > 200
    assert red < 60
    assert small.getpixel((400, 300))[0] > 200


@pytest.mark.parametrize('mode', ['1', 'L', 'LA', 'P', 'P+', 'RGBA', 'I;16', 'CMYK'])
@pytest.mark.parametrize('size', [(100, 60), (960, 640)])
def test_every_kind_of_colours_is_drawn(mode: str, size: tuple[int, int]):
    kind = 'JPEG' if mode == 'CMYK' else 'PNG'

    small = opened(thumbnails(drawn(kind, size, mode), MIME[kind])[480])

    assert (small.mode == 'RGBA') == (mode in {'LA', 'P+', 'RGBA'})
    if mode == 'I;16':
        assert abs(small.getpixel((5, 5))[0] - 40_000 // 256) < 3


def test_colour_that_stands_for_transparent_is_transparent():
    small = opened(thumbnails(saved(Image.new('RGB', (600, 20), (1, 2, 3)), 'PNG', transparency=(1, 2, 3)), MIME['PNG'])[480])

    assert small.getpixel((5, 5))[3] == 0


def test_colours_of_a_profile_become_those_of_screens():

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB')).tobytes()
    swapped = profile.replace(b'rXYZ', b'tmp0').replace(b'gXYZ', b'rXYZ').replace(b'tmp0', b'gXYZ')
    assert swapped != profile

    with_profile = opened(thumbnails(drawn(icc_profile=swapped), MIME['PNG'])[480]).convert('RGB').getpixel((100, 70))
    without = opened(thumbnails(drawn(), MIME['PNG'])[480]).convert('RGB').getpixel((100, 70))

    assert without[0] > 200 > without[1]  # red
    assert with_profile[1] > with_profile[0]  # green, so it was converted


@pytest.mark.parametrize('profile', [b'no profile', b'\0' * 200])
def test_broken_profile_is_ignored(profile: bytes):
    for kind in ('JPEG', 'PNG'):
        assert thumbnails(drawn(kind, icc_profile=profile), MIME[kind])


@pytest.mark.parametrize('kind', ['GIF', 'PNG', 'WEBP', 'AVIF'])
def test_animation_stays_one(kind: str):
    made = thumbnails(animated(kind, 4, (700, 500)), MIME[kind])

    for side, width in ((480, 480), (1200, 700)):
        small = opened(made[side])
        assert (small.n_frames, small.width, small.info['loop']) == (4, width, 0)
        small.seek(1)
        small.load()
        assert small.info['duration'] == 70


@pytest.mark.parametrize(('kind', 'loop', 'plays'), [('GIF', 0, 0), ('GIF', 2, 3), ('GIF', None, 1), ('WEBP', 3, 3), ('PNG', 3, 3)])
def test_animation_is_played_as_often(kind: str, loop: int | None, plays: int):
    small = opened(thumbnails(animated(kind, loop=loop), MIME[kind])[480])

    assert small.info['loop'] == plays


def test_frames_without_time_get_what_browsers_give_them():
    small = opened(thumbnails(animated('GIF', duration=0), MIME['GIF'])[480])
    small.seek(1)
    small.load()

    assert small.info['duration'] == 100


def test_picture_for_who_knows_no_animations_is_not_in_it():
    still, *frames = [Image.new('RGB', (20, 20), (80 * index, 0, 0)) for index in range(4)]
    data = saved(still, 'PNG', save_all=True, default_image=True, append_images=frames, duration=50)

    assert opened(thumbnails(data, MIME['PNG'])[480]).n_frames == 3


@pytest.mark.parametrize('number', [MAX_FRAMES, MAX_FRAMES + 1])
def test_animation_of_many_frames_becomes_its_first(number: int):
    small = opened(thumbnails(animated('GIF', number, (12, 8)), MIME['GIF'])[480])

    assert getattr(small, 'n_frames', 1) == (number if number == MAX_FRAMES else 1)


@pytest.mark.parametrize('limit', ['MAX_FRAME_PIXELS', 'MAX_UNPACKED_PIXELS', 'ANIMATED_LIMIT_S'])
def test_animation_of_many_pixels_becomes_its_first(monkeypatch: pytest.MonkeyPatch, limit: str):
    data = animated('GIF', 3, (60, 40))
    assert opened(thumbnails(data, MIME['GIF'])[480]).n_frames == 3

    monkeypatch.setattr(drawing, limit, 0)

    assert getattr(opened(thumbnails(data, MIME['GIF'])[480]), 'n_frames', 1) == 1


@pytest.mark.parametrize(('seconds_a_frame', 'frames'), [(0.1, 5), (ANIMATED_LIMIT_S / 8, 1)])
def test_animation_that_takes_long_to_unpack_becomes_its_first(monkeypatch: pytest.MonkeyPatch, seconds_a_frame: float, frames: int):
    seconds = count(step=seconds_a_frame)
    monkeypatch.setattr(drawing, 'time', SimpleNamespace(monotonic=lambda: next(seconds)))

    made = thumbnails(animated('GIF', 5, (600, 40)), MIME['GIF'])

    assert getattr(opened(made[480]), 'n_frames', 1) == frames


async def test_largest_pictures_are_drawn(tmp_path: Path):
    (tmp_path / 'large').write_bytes(png_bomb(8_000, 8_000))

    assert set(await MediaInspector().thumbnails(tmp_path / 'large')) == {480, 1200}


@pytest.mark.parametrize('make', [lambda: b'text', lambda: b'', lambda: drawn('BMP'), lambda: b'%PDF-1.7'])
async def test_what_is_no_picture_has_no_thumbnail(tmp_path: Path, make: Callable[[], bytes]):
    (tmp_path / 'x').write_bytes(make())

    with pytest.raises(FileRefused, match='Only pictures'):
        await MediaInspector().thumbnails(tmp_path / 'x')


async def test_broken_picture_has_no_thumbnail(tmp_path: Path):
    (tmp_path / 'x').write_bytes(drawn('PNG')[:60])

    with pytest.raises(FileRefused, match='broken'):
        await MediaInspector().thumbnails(tmp_path / 'x')
