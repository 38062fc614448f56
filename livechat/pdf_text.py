"""The process that reads the PDFs of strangers: `python -m livechat.pdf_text PATH`, asked by `livechat.files`.

It answers with what stands on their pages, as UTF-8, until that is enough or the time is up. Of one that is encrypted, for example
so that nobody prints it, when it opens without a password and with RC4: for AES the library wants `cryptography`, 10 MB that nothing
else here needs. Of one whose end is missing, as far as it tells where its pages are. It dies of what is broken beyond its pages.
"""

import io
import logging
import re
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final

from livechat.domain.file import MAX_TEXT_BYTES
from livechat.sandbox import limit

if TYPE_CHECKING:
    from pypdf import PdfReader

ENOUGH_BYTES: Final = 4 * MAX_TEXT_BYTES
"""Some of it is white space, and goes."""
BEGINS_NO_OTHER_PAGE_AFTER_S: Final = 5.0
WORKS_AT_MOST_S: Final = 10
"""Both of processor time: it is not the file's fault when the machine is busy. After a page that takes longer the file says nothing."""
LIMIT_S: Final = 60.0
MEMORY_BYTES: Final = 2**29
"""Of address space, with Python's own 150 MB. The library unpacks no stream to more than 75 MB."""
_CATALOG: Final = re.compile(rb'\b(\d{1,9})\s{1,9}(\d{1,5})\s{1,9}obj\s{0,9}<<[^>]{0,999}?/Type\s{0,9}/Catalog\b')
"""Bounded: a file may be made of beginnings of it."""


def main(path: str) -> None:
    """One file."""
    limit(memory_bytes=MEMORY_BYTES, cpu_s=WORKS_AT_MOST_S)
    logging.disable()  # a warning for each object of a broken file
    with open(path, 'rb') as file:
        reader = _reader(file)
        if not reader.is_encrypted or reader.decrypt(''):
            _write(_pages(reader), sys.stdout.buffer)


def _reader(file: BinaryIO) -> 'PdfReader':
    from pypdf import PdfReader  # noqa: PLC0415 - it comes after the limits
    from pypdf.errors import PdfReadError  # noqa: PLC0415

    try:
        return PdfReader(file)
    except PdfReadError:
        file.seek(0)
        return PdfReader(io.BytesIO(_ended(file.read())))


def _ended(cut: bytes) -> bytes:
    """With another end, that says nothing of where things are: then the library looks for them in all of it."""
    root = b''
    for found in _CATALOG.finditer(cut):
        root = b'trailer<</Root %s %s R>>' % found.groups()
    return b'%s\n%s\nstartxref\n0\n%%%%EOF\n' % (cut, root)


def _write(pages: Iterator[str], out: BinaryIO) -> None:
    left = ENOUGH_BYTES
    for page in pages:
        left -= out.write(page[:left].encode(errors='ignore')[:left] + b'\n')
        if left <= 0:
            break


def _pages(reader: 'PdfReader') -> Iterator[str]:
    """What those say that can be read."""
    for page in reader.pages:
        with suppress(Exception):  # whatever the library meets in one of them
            yield page.extract_text()
        if time.process_time() > BEGINS_NO_OTHER_PAGE_AFTER_S:
            break


if __name__ == '__main__':
    main(*sys.argv[1:])
