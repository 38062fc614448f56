"""What a file says, as searches and their results have it: one line, and nothing in it that is not seen."""

import re
from typing import Final

from livechat.domain.file import MAX_TEXT_BYTES
from livechat.domain.names import BIDI, CONTROL, NONCHARACTER, SURROGATE

RAW_BYTES: Final = 4 * MAX_TEXT_BYTES
"""Are read of a text: some of it is white space, and goes."""
_HYPHENATED: Final = re.compile(r'(?<=[^\W\d_])[-\u2010][^\S\n]*+\n\s*+(?=([^\W\d_]))')
"""A word that goes on in the next line. Possessive: no run of blanks is looked at twice."""
_HIDDEN: Final = re.compile(
    f'{BIDI.pattern}|{NONCHARACTER.pattern}|{SURROGATE.pattern}|[\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff\ue000-\uf8ff\U000f0000-\U0010fffd]'
)


def cleaned(raw: bytes, encoding: str = 'utf-8') -> str:
    """Of what is written so, or should be: at most MAX_TEXT_BYTES of it, as UTF-8."""
    seen = _HIDDEN.sub('', raw[:RAW_BYTES].decode(encoding, errors='ignore').replace('\r\n', '\n').replace('\r', '\n'))
    joined = _HYPHENATED.sub(lambda end: '' if end[1].islower() else end[0], seen)
    text = ' '.join(CONTROL.sub(' ', joined).split())
    return text.encode()[:MAX_TEXT_BYTES].decode(errors='ignore').rstrip()
