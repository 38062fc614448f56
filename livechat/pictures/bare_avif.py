"""Whether an AVIF holds nothing but the picture. Source: ISO/IEC 14496-12 and 23008-12."""

from livechat.pictures.blocks import Malformed, Reader

EXPECTED = frozenset({b'ftyp', b'meta', b'mdat', b'moov'})
SIGNS = (b'Exif', b'mime', b'uuid', b'udta', b'xmpmeta', b'rdf+xml')
"""Names of boxes and items. Where one stands in a picture by chance, it is drawn anew for nothing."""


def is_bare_avif(data: bytes) -> bool:
    """:raises Malformed: when it ends too early."""
    reader = Reader(data)
    names: set[bytes] = set()
    while not reader.at_end:
        if len(data) - reader.at < 8:
            return False  # something stands behind its end
        length, name = reader.number(4), reader.take(4)
        if length == 0:  # up to the end of the file
            length = len(data) - reader.at + 8
        elif length == 1:
            length = reader.number(8) - 8
        names.add(name)
        if name not in EXPECTED:
            return False
        if length < 8:
            raise Malformed
        reader.take(length - 8)
    return not any(sign in data for sign in SIGNS)
