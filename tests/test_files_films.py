"""Films that people send: where they were taken is overwritten, and nothing moves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat import bare_film as films
from livechat.bare_film import bare_film
from livechat.domain.file_errors import FileRefused
from livechat.files import MediaInspector

PLACE = b'+52.5200+013.4050/'
BRANDS = {'mp4': b'mp42\0\0\0\0isom', 'mov': b'qt  \0\0\0\0qt  ', 'm4a': b'M4A \0\0\0\0isom'}


def box(name: bytes, *inside: bytes, wide: bool = False) -> bytes:
    body = b''.join(inside)
    if wide:
        return (1).to_bytes(4, 'big') + name + (len(body) + 16).to_bytes(8, 'big') + body
    return (len(body) + 8).to_bytes(4, 'big') + name + body


def told() -> bytes:
    return box(b'udta', box(b'\xa9xyz', PLACE))


def film(brand: str = 'mp4', *, samples: bytes = b'samples ' * 1_000, wide: bool = False) -> bytes:
    """As phones make them, told in every way."""
    track = box(b'trak', box(b'tkhd', b'head'), told(), box(b'meta', PLACE), box(b'mdia', box(b'mdhd', b'media'), box(b'udta', PLACE)))
    moov = box(b'moov', box(b'mvhd', b'movie'), track, told(), box(b'meta', bytes(4), box(b'ilst', PLACE)), wide=wide)
    fragment = box(b'moof', box(b'traf', told(), box(b'trun', b'run')))
    return box(b'ftyp', BRANDS[brand]) + box(b'mdat', samples, wide=wide) + moov + fragment + box(b'uuid', PLACE) + box(b'meta', PLACE)


@pytest.mark.parametrize('wide', [False, True])
@pytest.mark.parametrize('brand', BRANDS)
async def test_film_does_not_say_where_it_was_taken(tmp_path: Path, brand: str, wide: bool):
    path, before = tmp_path / 'film', film(brand, wide=wide)
    path.write_bytes(before)

    await MediaInspector().inspect(path, 'film')

    after = path.read_bytes()
    assert PLACE in before
    assert PLACE not in after
    assert len(after) == len(before)
    for kept in (b'samples ' * 1_000, b'mvhdmovie', b'tkhdhead', b'mdhdmedia', b'trunrun'):
        assert after.index(kept) == before.index(kept)


def test_what_only_looks_telling_within_the_samples_stays(tmp_path: Path):
    samples = b'moov' + told() + b'meta' + PLACE
    (tmp_path / 'film').write_bytes(film(samples=samples))

    bare_film(tmp_path / 'film')

    assert samples in (tmp_path / 'film').read_bytes()


@pytest.mark.parametrize('length', [0, 2**32 - 1])
def test_last_box_that_has_no_end_is_emptied_up_to_the_end(tmp_path: Path, length: int):
    (tmp_path / 'film').write_bytes(film() + length.to_bytes(4, 'big') + b'udta' + 100_000 * PLACE)

    bare_film(tmp_path / 'film')

    assert PLACE not in (tmp_path / 'film').read_bytes()


async def test_film_of_too_many_boxes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / 'film').write_bytes(film() + 50 * box(b'free'))
    await MediaInspector().inspect(tmp_path / 'film', 'film')
    monkeypatch.setattr(films, 'MAX_BOXES', 50)

    with pytest.raises(FileRefused, match='too many pieces'):
        await MediaInspector().inspect(tmp_path / 'film', 'film')


WHOLE = film()


@given(at=st.integers(0, len(WHOLE)), junk=st.binary(min_size=1, max_size=20))
def test_no_bytes_break_it_and_their_number_stays(tmp_path_factory: pytest.TempPathFactory, at: int, junk: bytes):
    path = tmp_path_factory.getbasetemp() / 'broken film'
    for data in (junk, WHOLE[:at] + junk, WHOLE[:at] + junk + WHOLE[at + len(junk) :]):
        path.write_bytes(data)
        bare_film(path)
        assert path.stat().st_size == len(data)
