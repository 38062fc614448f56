"""What a file is, by its first bytes. What its sender declared counts for nothing, its name only against it.

| what the bytes say                                        | kind    | media type                          |
|-----------------------------------------------------------|---------|-------------------------------------|
| jpeg, png, gif, webp, avif, heic, heif                    | IMAGE   | its own, whatever the extension     |
| mp4, m4v, webm, quicktime, ogg with Theora                | VIDEO   | its own                             |
| mp3, ogg, wav, flac, m4a, aac                             | AUDIO   | its own                             |
| %PDF-                                                     | PDF     | application/pdf                     |
| UTF-8 without NUL, UTF-16 with its mark, in HEAD_BYTES    | TEXT    | text/plain: a script named .jpg too |
| none of these, but a text in some other encoding          | TEXT    | text/plain, with its charset        |
| a text, but markup by its beginning or by its extension   | OTHER   | application/octet-stream            |
| anything else: svg, html, zip, docx, tiff, psd, exe ...   | OTHER   | application/octet-stream            |

What reads as a text is none of the others, even when it begins like one ("GIF89a is a format"): their bytes are no UTF-8. Other
encodings (`livechat.text_encoding`) are guessed only where nothing else is found, as nearly any bytes are something in them. What is
a picture and a page at once is a picture: it is served as one, `nosniff`, and its tail is cut off (`livechat.pictures`).
"""

import re
from collections.abc import Mapping
from typing import Final

import filetype

from livechat.domain.file import EXCERPT_CHARS, EXCERPT_LINES, FileKind
from livechat.domain.file_names import extension_of
from livechat.domain.names import CONTROL, IGNORABLE, NONCHARACTER
from livechat.pictures.formats import AVIF, HEIC, PICTURES, PNG
from livechat.text_encoding import ENCODINGS, SAMPLE_BYTES, UTF_8, decoded, encoding_of, guessed_encoding, told_encoding

HEAD_BYTES: Final = SAMPLE_BYTES
OCTETS: Final = 'application/octet-stream'
PLAIN: Final = 'text/plain'
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
    """Kind and media type of a file that begins so: with its first HEAD_BYTES, or all of it. Not for the event loop."""
    if head.startswith(b'%PDF-'):
        return FileKind.PDF, 'application/pdf'
    if encoding := told_encoding(head):
        return _text(head, encoding, name)
    found = filetype.guess(head)
    guessed = str(found.mime) if found else ''
    if guessed == 'audio/ogg' and THEORA in head[:512]:
        return FileKind.VIDEO, 'video/ogg'
    if not guessed and head[4:8] == b'ftyp':
        return BRANDS.get(head[8:12], (FileKind.OTHER, OCTETS))
    if not guessed and (encoding := guessed_encoding(head)):
        return _text(head, encoding, name)
    return SHOWN.get(guessed, (FileKind.OTHER, OCTETS))


def _text(head: bytes, encoding: str, name: str) -> tuple[FileKind, str]:
    if MARKUP.match(decoded(head, encoding) or '') or extension_of(name) in MARKUP_EXTENSIONS:
        return FileKind.OTHER, OCTETS
    return FileKind.TEXT, PLAIN if encoding == UTF_8 else f'{PLAIN}; charset={ENCODINGS[encoding]}'


def as_text(head: bytes) -> str:
    """Of a file that is one. The last character may be cut. Not for the event loop."""
    return decoded(head, encoding_of(head) or UTF_8) or ''


def excerpt(text: str) -> str:
    """Its first lines, and nothing in them that is not seen."""
    lines = text.removeprefix('\ufeff').lstrip()[: 4 * EXCERPT_CHARS].splitlines()[:EXCERPT_LINES]
    seen = '\n'.join(NONCHARACTER.sub('', IGNORABLE.sub('', CONTROL.sub('', line.expandtabs(4)))).rstrip() for line in lines)
    return seen[:EXCERPT_CHARS].rstrip()
