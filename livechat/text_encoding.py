"""In which encoding a text is written, by its bytes: most say it by none, so that it has to be guessed.

| its beginning                                      | it is read as                                                            |
|----------------------------------------------------|--------------------------------------------------------------------------|
| has the mark of UTF-16                             | that                                                                     |
| is UTF-8 without NUL, with or without a mark       | that                                                                     |
| anything else of LEAST_BYTES or more               | what charset-normalizer finds, of ENCODINGS: with NUL UTF-16, or others  |

A guess that shows what no text has (controls, characters that nobody has assigned) is none, and the file no text. To guess takes
1 to 5 ms of processor time for SAMPLE_BYTES, and 10 ms for the worst of 250 that were made to take long: so a thread will do.
"""

import codecs
import re
from collections.abc import Mapping
from typing import Final

from livechat.latin_letters import latin_of

SAMPLE_BYTES: Final = 64 * 1024
"""Is looked at: enough to tell, and little enough that nothing in it takes long."""
LEAST_BYTES: Final = 32
LEAST_DIFFERENT_BYTES: Final = 10
"""Fewer are too few to guess by."""
UTF_8: Final = 'utf-8'
LATIN: Final[Mapping[str, str]] = {
    'cp1252': 'windows-1252',
    'iso8859_15': 'iso-8859-15',
    'cp1250': 'windows-1250',
    'iso8859_2': 'iso-8859-2',
    'cp1254': 'windows-1254',
    'cp1257': 'windows-1257',
}
"""The most usual first. The library tells them from others, but hardly from each other."""
UTF_16: Final[Mapping[str, str]] = {'utf_16_le': 'utf-16le', 'utf_16_be': 'utf-16be'}
ENCODINGS: Final[Mapping[str, str]] = {
    **LATIN,
    'cp1251': 'windows-1251',
    'iso8859_5': 'iso-8859-5',
    'koi8_r': 'koi8-r',
    'cp866': 'ibm866',
    'cp1253': 'windows-1253',
    'cp1255': 'windows-1255',
    'cp1256': 'windows-1256',
    'cp874': 'windows-874',
    'cp932': 'shift_jis',
    'euc_jp': 'euc-jp',
    'gb18030': 'gb18030',
    'cp950': 'big5',
    'cp949': 'euc-kr',
    **UTF_16,
    UTF_8: 'utf-8',
}
"""Python's names of those that are read, and the web's: a browser knows each. The small ones lie within these: ASCII, Latin-1, GBK."""
_MARKS: Final = {codecs.BOM_UTF16_LE: 'utf_16_le', codecs.BOM_UTF16_BE: 'utf_16_be'}
_NO_TEXT: Final = re.compile(r'[\0-\x08\x0e-\x19\x1c-\x1f\x7f-\x9f\ufffd\ufffe\uffff\ue000-\uf8ff]')
"""Kept: white space, DOS's end of a file, and the colours of terminals."""
_NEVER_WITHIN_A_LETTER: Final = re.compile(rb'[\n -/]')


def told_encoding(head: bytes) -> str | None:
    """Of a text that begins so, with its first SAMPLE_BYTES or all of it; None where its bytes leave it open."""
    marked = _MARKS.get(head[:2])
    if marked:
        return marked if _is_text(head, marked) else None
    return UTF_8 if b'\0' not in head and decoded(head, UTF_8) is not None else None


def guessed_encoding(head: bytes) -> str | None:
    """The same for all others. None for what is no text, or too short to tell. Not for the event loop."""
    if len(head) < LEAST_BYTES or len(set(head)) < LEAST_DIFFERENT_BYTES or head[:2] in _MARKS or _is_damaged_utf_8(head):
        return None
    found = _guessed(head)
    return found if found and _is_text(head, found) else None


def _guessed(head: bytes) -> str | None:
    latin = None if b'\0' in head else latin_of(head, LATIN)
    if latin and latin.is_certain:
        return latin.encoding
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 6 MB that few files need

    among = list(UTF_16) if b'\0' in head else [name for name in ENCODINGS if name not in UTF_16 and name != UTF_8]
    best = from_bytes(_whole_letters(head), cp_isolation=among, preemptive_behaviour=False).best()
    found = best.encoding if best else None
    if found in LATIN:
        return latin.encoding if latin else None
    return found if found in among else None


def encoding_of(head: bytes) -> str | None:
    """Python's name of it, one of ENCODINGS; None for what is no text. Not for the event loop."""
    return told_encoding(head) or guessed_encoding(head)


def decoded(head: bytes, encoding: str) -> str | None:
    """None for what is not written so. With SAMPLE_BYTES of it the last character may be cut."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < SAMPLE_BYTES)
    except UnicodeDecodeError:
        return None


def _is_text(head: bytes, encoding: str) -> bool:
    text = decoded(head, encoding)
    return text is not None and not _NO_TEXT.search(text)


def _is_damaged_utf_8(head: bytes) -> bool:
    """More of it than not: as anything else it would be read wrongly."""
    readable = head.decode(errors='ignore')
    damaged = len(head) - len(readable.encode())
    return len(re.findall('[^\0-\x7f]', readable)) > damaged


def _whole_letters(head: bytes) -> bytes:
    """The library takes no letter that is cut for one."""
    if len(head) < SAMPLE_BYTES or b'\0' in head:
        return head
    *_, last = [0, *(found.end() for found in _NEVER_WITHIN_A_LETTER.finditer(head))]
    return head[:last] or head
