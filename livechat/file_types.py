"""What a file is, by its first bytes. What its sender declared counts for nothing, its name only against it.

| what the bytes say                                        | kind    | media type                          |
|-----------------------------------------------------------|---------|-------------------------------------|
| jpeg, png, gif, webp, avif, heic, heif                    | IMAGE   | its own, whatever the extension     |
| mp4, m4v, webm, quicktime, ogg with Theora                | VIDEO   | its own                             |
| mp3, ogg, wav, flac, m4a, aac                             | AUDIO   | its own                             |
| %PDF-                                                     | PDF     | application/pdf                     |
| UTF-8 without NUL, in the first HEAD_BYTES                | TEXT    | text/plain: a script named .jpg too |
| the same, but markup by its beginning or by its extension | OTHER   | application/octet-stream            |
| anything else: svg, html, zip, docx, tiff, psd, exe ...   | OTHER   | application/octet-stream            |

What reads as a text is none of the others, even when it begins like one ("GIF89a is a format"): their bytes are no UTF-8. What is
a picture and a page at once is a picture: it is served as one, `nosniff`, and its tail is cut off (`livechat.pictures`).
"""

import codecs
import re
from collections.abc import Mapping
from typing import Final

import filetype

from livechat.domain.file import EXCERPT_CHARS, EXCERPT_LINES, FileKind
from livechat.domain.file_names import extension_of
from livechat.domain.names import CONTROL, IGNORABLE, NONCHARACTER
from livechat.pictures.formats import AVIF, HEIC, PICTURES, PNG

HEAD_BYTES: Final = 64 * 1024
OCTETS: Final = 'application/octet-stream'
SHOWN: Final[Mapping[str, tuple[FileKind, str]]] = {
    **{kind: (FileKind.IMAGE, kind) for kind in PICTURES},
    'image/apng': (FileKind.IMAGE, PNG),
    'video/mp4': (FileKind.VIDEO, 'video/mp4'),
    'video/x-m4v': (FileKind.VIDEO, 'video/mp4'),
    'video/webm': (FileKind.VIDEO, 'video/webm'),
    'video/quicktime': (FileKind.VIDEO, 'video/quicktime'),
    'audio/mpeg': (FileKind.AUDIO, 'audio/mpeg'),
    'audio/ogg': (FileKind.AUDIO, 'audio/ogg'),
    'audio/x-wav': (FileKind.AUDIO, 'audio/wav'),
    'audio/x-flac': (FileKind.AUDIO, 'audio/flac'),
    'audio/mp4': (FileKind.AUDIO, 'audio/mp4'),
    'audio/aac': (FileKind.AUDIO, 'audio/aac'),
}
BRANDS: Final[Mapping[bytes, tuple[FileKind, str]]] = {
    b'avis': (FileKind.IMAGE, AVIF),
    **dict.fromkeys((b'heix', b'heim', b'heis', b'hevc', b'hevx'), (FileKind.IMAGE, HEIC)),
    **dict.fromkeys((b'M4V ', b'iso2', b'iso4', b'iso5', b'iso6', b'avc1', b'dash', b'cmfc'), (FileKind.VIDEO, 'video/mp4')),
}
"""Of ISO files, which the library does not know: animations, pictures with more colours, films made in fragments."""
THEORA: Final = b'\x80theora'
MARKUP: Final = re.compile(r'[\s\ufeff]*<[a-z!?/]', re.IGNORECASE)
MARKUP_EXTENSIONS: Final = frozenset(
    ('.atom', '.hta', '.htm', '.html', '.mht', '.mhtml', '.rss', '.shtml', '.svg', '.svgz', '.xht', '.xhtml', '.xml', '.xsl', '.xslt')
)


def sniff(head: bytes, name: str) -> tuple[FileKind, str]:
    """Kind and media type of a file that begins so: with its first HEAD_BYTES, or all of it."""
    if head.startswith(b'%PDF-'):
        return FileKind.PDF, 'application/pdf'
    text = as_text(head)
    if text is not None:
        is_markup = MARKUP.match(text) or extension_of(name) in MARKUP_EXTENSIONS
        return (FileKind.OTHER, OCTETS) if is_markup else (FileKind.TEXT, 'text/plain')
    found = filetype.guess(head)
    guessed = str(found.mime) if found else ''
    if guessed == 'audio/ogg' and THEORA in head[:512]:
        return FileKind.VIDEO, 'video/ogg'
    if not guessed and head[4:8] == b'ftyp':
        return BRANDS.get(head[8:12], (FileKind.OTHER, OCTETS))
    return SHOWN.get(guessed, (FileKind.OTHER, OCTETS))


def as_text(head: bytes) -> str | None:
    """None for what is none. The last character may be cut."""
    if b'\0' in head:
        return None
    try:
        return codecs.getincrementaldecoder('utf-8')().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return None


def excerpt(text: str) -> str:
    """Its first lines, and nothing in them that is not seen."""
    lines = text.removeprefix('\ufeff').lstrip()[: 4 * EXCERPT_CHARS].splitlines()[:EXCERPT_LINES]
    seen = '\n'.join(NONCHARACTER.sub('', IGNORABLE.sub('', CONTROL.sub('', line.expandtabs(4)))).rstrip() for line in lines)
    return seen[:EXCERPT_CHARS].rstrip()
