"""Texts as they are compared when something is searched: case, width and accents do not count. Pure."""

import re
import unicodedata
from collections.abc import Iterator

_DIACRITICS = re.compile('[\u0300-\u036f]')
"""Of Latin, Greek and Cyrillic letters. Marks of other scripts tell words apart and stay."""
_LEFT_OUT = re.compile('[\ufe0e\ufe0f\ud800-\udfff\ue000-\uf8ff]')
"""How an emoji is to be drawn; what cannot be stored; and the private characters, of which the index makes its own use."""
_SYMBOL = re.compile('[\u2190-\u2bff\u3030\u303d\U0001f000-\U0001f3fa\U0001f400-\U0001faff]')
"""Arrows, signs and emoji: each is a word of its own, however close it stands to others."""
_JAMO = re.compile('([\u3130-\u318f]+)')
"""Korean letters that stand alone, as in laughter: NFKC would make syllables of them."""
_VOWEL_JAMO = re.compile('[\u1160-\u11ff\ud7b0-\ud7ff]')
"""Korean letters that go on with a syllable."""
_UNSPACED = re.compile(
    '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003134f]'
)
"""Letters of scripts that put no space between words, or much into one word: Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean."""
_SPACE = re.compile(r'\s+')
_EDGE = re.compile(r'(?<=\w)(?=[^\w\s])|(?<=[^\w\s])(?=\w)')
"""Between a word and what is none, as before the dot that ends a sentence."""
MIN_PART_CHARS = 3
"""A shorter part has no place in the index of parts."""


def folded(text: str) -> str:
    """Without case, width and accents; between words, signs and emoji stands one space."""
    if text.isascii():
        return _SPACE.sub(' ', _EDGE.sub(' ', text.lower()))
    plain = ''.join(part if _JAMO.match(part) else _plain(part) for part in _JAMO.split(text))
    return _SPACE.sub(' ', _EDGE.sub(' ', _SYMBOL.sub(r' \g<0> ', plain)))


def _plain(text: str) -> str:
    plain = _DIACRITICS.sub('', unicodedata.normalize('NFKD', text))
    return _LEFT_OUT.sub('', unicodedata.normalize('NFKC', plain).casefold())


def searchable(text: str) -> str:
    """A text in which needles are looked for: folded, with a space at both ends."""
    return f' {folded(text).strip()} '


def needle_of_word(word: str) -> str:
    """What has to stand in a searchable text that has the word.

    Wherever it stands in there; but one or two letters, which are in half of all texts, only as a whole word and as the
    beginning of one, except in scripts that put no spaces between words.
    """
    plain = folded(word)
    bare = plain.strip()
    if len(plain) >= MIN_PART_CHARS or is_unspaced(bare):
        return plain
    return f' {bare} ' if len(bare) == 1 else f' {bare}'


def needle_of_phrase(phrase: str) -> str:
    """As whole words, where there are words."""
    plain = searchable(phrase)
    return plain.strip() if is_unspaced(plain) else plain


def is_unspaced(text: str) -> bool:
    """Whether it has letters of a script without spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def places(text: str, needles: list[str]) -> Iterator[tuple[int, int]]:
    """Where the needles stand in a text, as its own positions: ascending, none within another."""
    haystack, origin = mapped(text)
    found = sorted(_trimmed(haystack, at, at + len(needle)) for needle in needles for at in _all(haystack, needle))
    end = 0
    for first, last in found:
        start, stop = max(origin[first], end), _end_of_cluster(origin, last)
        if start < stop:
            yield start, stop
            end = stop


def _trimmed(text: str, first: int, last: int) -> tuple[int, int]:
    """Without the spaces at both ends."""
    part = text[first:last]
    return first + len(part) - len(part.lstrip(' ')), last - len(part) + len(part.rstrip(' '))


def _end_of_cluster(origin: list[int], last: int) -> int:
    """A character of which a part was found, as of a ligature, is found as a whole."""
    while origin[last] == origin[last - 1] and last + 1 < len(origin):
        last += 1
    return origin[last]


def mapped(text: str) -> tuple[str, list[int]]:
    """The searchable text, and for each of its characters, and its end, where in the text that begins."""
    haystack, origin = [' '], [0]
    for start, cluster in _clusters(text):
        plain = folded(cluster)
        for at, character in enumerate(plain):
            if character == ' ' and haystack[-1] == ' ':
                continue
            if _EDGE.search(haystack[-1] + character):
                haystack.append(' ')
                origin.append(start)
            haystack.append(character)
            origin.append(start + len(cluster) if character == ' ' and 0 < at == len(plain) - 1 else start)
    if haystack[-1] != ' ':
        haystack.append(' ')
        origin.append(len(text))
    origin.append(len(text))
    return ''.join(haystack), origin


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Each character with whatever may become one with it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _goes_on(text[at]):
            yield start, text[start:at]
            start = at


def _goes_on(character: str) -> bool:
    """Marks, vowel signs, the second letter of a Korean syllable and those after it."""
    if character.isascii() or _JAMO.match(character):
        return False
    first = unicodedata.normalize('NFKD', character)[0]
    return unicodedata.category(first) in {'Mn', 'Mc'} or _VOWEL_JAMO.match(first) is not None


def _all(haystack: str, needle: str) -> Iterator[int]:
    """None within another, but one space may end one and begin the next."""
    at = haystack.find(needle) if needle.strip() else -1
    while at >= 0:
        yield at
        at = haystack.find(needle, at + len(needle) - needle.endswith(' '))
