"""The process that reads the PDFs of strangers: `python -m livechat.pdf_text PATH`, asked by `livechat.files`.

It answers with what stands on their pages, as UTF-8, until that is enough or the time is up; with nothing for an encrypted one. It
dies of what is broken beyond its pages.
"""

import logging
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


def main(path: str) -> None:
    """One file."""
    limit(memory_bytes=MEMORY_BYTES, cpu_s=WORKS_AT_MOST_S)
    logging.disable()  # a warning for each object of a broken file
    from pypdf import PdfReader  # noqa: PLC0415 - it comes after the limits

    with open(path, 'rb') as file:
        reader = PdfReader(file)
        if not reader.is_encrypted:
            _write(_pages(reader), sys.stdout.buffer)


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
