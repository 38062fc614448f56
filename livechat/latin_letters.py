"""Which letters the languages of Europe write besides a to z: they tell the encodings of the Latin script from each other.

The same byte is a letter in each of these encodings: å in one of Western Europe, ĺ in one of the east. No language has both.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

LANGUAGES: Final[Mapping[str, str]] = {
    'German': 'äöüß',
    'French': 'àâæçéèêëîïôœùûüÿ',
    'Spanish': 'áéíñóúüºª¿¡',
    'Portuguese': 'àáâãçéêíóôõúüºª',
    'Italian': 'àèéìîòóù',
    'Swedish and Finnish': 'åäöé',
    'Danish and Norwegian': 'æøåéó',
    'Icelandic': 'áæðéíóöúýþ',
    'Dutch': 'áéèëïóöü',
    'Catalan': 'àçéèíïóòúü·',
    'Polish': 'ąćęłńóśźż',
    'Czech and Slovak': 'áäčďéěíĺľňóôŕřšťúůýž',
    'Hungarian': 'áéíóöőúüű',
    'Romanian': 'ăâîşţ',
    'Croatian and Slovene': 'čćđšž',
    'Turkish': 'çğıöşüâî',
    'Lithuanian': 'ąčęėįšųūž',
    'Latvian': 'āčēģīķļņšūž',
    'Estonian': 'äõöüšž',
}
_SIGNS: Final = frozenset('\xa0«»‹›„“”‚‘’–—…•·€£§©®°')
"""In a text of any language."""
_LETTERS: Final = [frozenset(letters + letters.upper() + 'İ' * ('ı' in letters)) for letters in LANGUAGES.values()]
_CERTAIN_SHARE: Final = 0.9
_CERTAIN_PLAIN: Final = 2
"""Times as many letters from a to z as others: less than any of them has."""


@dataclass(frozen=True, slots=True)
class Latin:
    encoding: str
    is_certain: bool
    """No other script is likely to look like this: nearly all of it is of one language, between many letters from a to z."""


def latin_of(text: bytes, encodings: Iterable[str]) -> Latin | None:
    """With the one, of these of one byte for a letter, that makes the most of it letters of one language; the first of equals.

    None when each would show what no text has, or there are more of its letters than of those from a to z.
    """
    counts = Counter(text)
    plain = sum(count for byte, count in counts.items() if chr(byte).isascii() and chr(byte).isalpha())
    others = {byte: count for byte, count in counts.items() if byte > 0x7F}
    total = sum(others.values())
    if total > plain:
        return None
    shares = {encoding: share for encoding in encodings if (share := _share(others, encoding)) is not None}
    best = max(shares, key=lambda encoding: shares[encoding], default=None)
    if best is None:
        return None
    return Latin(best, is_certain=shares[best] >= total * _CERTAIN_SHARE and total * _CERTAIN_PLAIN <= plain)


def _share(counts: Mapping[int, int], encoding: str) -> int | None:
    """How many of them a language has. None when one of them is no character."""
    try:
        characters = {bytes([byte]).decode(encoding): count for byte, count in counts.items()}
    except UnicodeDecodeError:
        return None
    if any('\x80' <= character < '\xa0' for character in characters):
        return None
    signs = sum(count for character, count in characters.items() if character in _SIGNS)
    return signs + max(sum(count for character, count in characters.items() if character in letters) for letters in _LETTERS)
