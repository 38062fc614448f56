"""The containers of AVIF pictures, made by hand."""

import pytest

from livechat.pictures.bare_avif import is_bare_avif
from livechat.pictures.blocks import Malformed
from livechat.pictures.cleaning import BARE
from tests.picture_files import MIME, PLACE


def box(name: bytes, inside: bytes = b'') -> bytes:
    return (len(inside) + 8).to_bytes(4, 'big') + name + inside


def avif_of(*inner: bytes, head: bytes = b'avif\0\0\0\0avif') -> bytes:
    """Its containers alone."""
    return box(b'ftyp', head) + box(b'meta', bytes(4) + b''.join(inner)) + box(b'mdat', bytes(1_000))


IINF, ILOC = box(b'iinf', bytes(6)), box(b'iloc', bytes(4) + b'\x44\0\0\0')


@pytest.mark.parametrize('twice', [IINF, ILOC])
def test_avif_whose_metadata_stands_twice_is_refused(twice: bytes):
    BARE[MIME['AVIF']](avif_of(IINF, ILOC))

    with pytest.raises(Malformed):
        BARE[MIME['AVIF']](avif_of(IINF, ILOC, twice))


def test_unknown_box_in_the_metadata_of_an_avif_is_emptied():
    data = avif_of(IINF, box(b'xxxx', PLACE.encode()), ILOC)

    bare = BARE[MIME['AVIF']](data).data

    assert len(bare) == len(data)
    assert PLACE.encode() not in bare


def test_description_that_a_user_gave_an_avif_has_it_drawn_anew():
    assert is_bare_avif(avif_of(IINF, ILOC, box(b'iprp', box(b'ipco'))))

    assert not is_bare_avif(avif_of(IINF, ILOC, box(b'iprp', box(b'ipco', box(b'udes', PLACE.encode())))))


class CountedBytes(bytes):
    """How many of them were copied."""

    copied = 0

    def __getitem__(self, key: object) -> object:
        found = super().__getitem__(key)
        self.copied += len(found) if isinstance(found, bytes) else 0
        return found


def test_avif_of_many_items_is_walked_without_copying_it_for_each():
    items = 5_000
    entry = box(b'infe', b'\2\0\0\0\0\1\0\0av01\0')
    data = CountedBytes(avif_of(box(b'iinf', bytes(4) + items.to_bytes(2, 'big') + items * entry), box(b'iloc', bytes(4) + b'\x44\0\0\0')))

    BARE[MIME['AVIF']](data)

    assert data.copied < 10 * len(data)
