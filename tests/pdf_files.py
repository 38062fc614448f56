"""PDFs made by hand: as programs write them, and as nobody should."""

import io
import zlib
from collections.abc import Sequence

FONT = b'<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>'


def pdf_of(*pages: str, compressed: bool = False) -> bytes:
    """Whose pages say that."""
    return pdf_with([_stream(_shown(page), compressed=compressed) for page in pages])


def pdf_with(contents: Sequence[bytes], font: Sequence[bytes] = (FONT,)) -> bytes:
    """With a page for each of these streams; the first object of `font` is the font, the others follow it from number 4 on."""
    kids = [len(font) + 4 + 2 * index for index in range(len(contents))]
    objects = [b'<</Type/Catalog/Pages 2 0 R>>', b'<</Type/Pages/Count %d/Kids[%s]>>' % (len(kids), _references(kids)), *font]
    for content in contents:
        page = b'<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>'
        objects += [content, page % (len(objects) + 1)]
    return pdf_file(objects)


def pdf_in_another_script(text: str) -> bytes:
    """With glyphs whose characters only a table tells."""
    codes = {character: number for number, character in enumerate(dict.fromkeys(text), 1)}
    table = '\n'.join(f'<{number:04x}> <{character.encode("utf-16-be").hex()}>' for character, number in codes.items())
    cmap = (
        f'/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(codes)} beginbfchar\n'
    )
    font = b'<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>'
    glyphs = '<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>'
    shown = ''.join(f'{codes[character]:04x}' for character in text)
    return pdf_with(
        [_stream(f'BT /F1 12 Tf 72 700 Td <{shown}> Tj ET'.encode())],
        [font, glyphs.encode(), _stream(f'{cmap}{table}\nendbfchar endcmap'.encode())],
    )


def packed(content: bytes, times: int = 1) -> bytes:
    """A stream that unpacks to it."""
    for _ in range(times):
        content = zlib.compress(content, 9)
    return b'<</Length %d/Filter[%s]>>stream\n%s\nendstream' % (len(content), b'/FlateDecode' * times, content)


def pdf_file(objects: Sequence[bytes], trailer: bytes = b'') -> bytes:
    out = io.BytesIO()
    out.write(b'%PDF-1.7\n')
    places = []
    for number, written in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b'%d 0 obj\n%s\nendobj\n' % (number, written))
    table = out.tell()
    out.write(b'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1))
    out.writelines(b'%010d 00000 n \n' % place for place in places)
    out.write(b'trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n' % (len(objects) + 1, trailer, table))
    return out.getvalue()


def _stream(content: bytes, *, compressed: bool = False) -> bytes:
    return packed(content) if compressed else b'<</Length %d>>stream\n%s\nendstream' % (len(content), content)


def _shown(text: str) -> bytes:
    lines = [line.encode('cp1252').replace(b'\\', rb'\\').replace(b'(', rb'\(').replace(b')', rb'\)') for line in text.split('\n')]
    return b'BT /F1 12 Tf 14 TL 72 700 Td ' + b' T* '.join(b'(%s) Tj' % line for line in lines) + b' ET'


def _references(numbers: Sequence[int]) -> bytes:
    return b' '.join(b'%d 0 R' % number for number in numbers)
