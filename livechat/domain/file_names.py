"""What a file may be called."""

import re
import unicodedata

from livechat.domain.names import CONTROL, IGNORABLE, MAX_TYPED_CHARS, NONCHARACTER, SURROGATE, is_visible

MAX_FILE_NAME_CHARS = 120
MAX_FILE_NAME_BYTES = 200
"""In UTF-8: with what others put before or behind it, it still fits into the 255 of a file system."""
MAX_EXTENSION_CHARS = 16
NAMELESS = 'file'


def clean_file_name(name: str) -> str:
    """The name as it may be shown, stored and put into a header: one line, no path, nothing unseen; never empty.

    Quotes and letters of any script stay: who writes a header encodes them (RFC 6266).
    """
    last = re.split(r'[/\\]', name)[-1]
    seen = CONTROL.sub('', ' '.join(IGNORABLE.sub('', NONCHARACTER.sub('', SURROGATE.sub('', last))).split()))
    if len(seen) > MAX_TYPED_CHARS:  # bringing marks into order takes the square of their number
        seen = seen[: MAX_TYPED_CHARS // 2] + seen[-MAX_TYPED_CHARS // 2 :]
    cleaned = ' '.join(unicodedata.normalize('NFC', seen).split()).strip('. ')
    return _shortened(cleaned) if is_visible(cleaned) else NAMELESS


def extension_of(name: str) -> str:
    """In lower case, with its dot; empty when there is none."""
    stem, dot, extension = clean_file_name(name).rpartition('.')
    return dot + extension.lower() if stem else ''


def _shortened(name: str) -> str:
    """Of a long name the beginning and the extension."""
    if len(name) <= MAX_FILE_NAME_CHARS and len(name.encode()) <= MAX_FILE_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition('.')
    if not dot:
        stem, extension = name, ''
    end = (dot + extension[:MAX_EXTENSION_CHARS]).rstrip('. ')
    beginning = stem[: MAX_FILE_NAME_CHARS - len(end)].encode()[: MAX_FILE_NAME_BYTES - len(end.encode())]
    return beginning.decode(errors='ignore').rstrip('. ') + end
