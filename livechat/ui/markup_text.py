"""What of a text is shown: without what only serves to mislead or to spill over its neighbours."""

import re

from livechat.domain.names import MAX_MARKS

NUMBER = '\ue000'
"""Stands in the HTML where commands need the number of the message; no text contains it."""
_UNSEEN = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000\u202a-\u202e\u2066-\u2069]')
"""Controls, halves of characters, and what turns the direction of others: marks of direction (U+200E, U+200F) may stay."""
_MARK = '[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]'
_HEAPED = re.compile(f'({_MARK}{{{MAX_MARKS}}}){_MARK}+')


def visible(body: str) -> str:
    """The text without control characters, turned directions, and more marks on a letter than any script puts there."""
    if body.isascii():
        return _UNSEEN.sub('', body) if not body.isprintable() else body
    return _HEAPED.sub(r'\1', _UNSEEN.sub('', body))
