"""What passes for what: the skeleton of Unicode's confusables (UTS #39, section 4).

The table is the one of `confusable-homoglyphs`; its functions answer another question (does a text mix scripts). Keys made
with it are stored, so its version is pinned: another table needs a migration that makes the keys anew.
"""

import json
import unicodedata
from functools import cache
from importlib.resources import files


def skeleton(text: str) -> str:
    """What is left of a text when all that looks alike is one; case counts. To be compared, never shown."""
    return _mapped(text, _prototypes())


def caseless_skeleton(folded: str) -> str:
    """The skeleton of a text of which case is gone (NFKC and casefold), whichever case its letters had.

    A small letter stands for what it looks like, or else for what its capital looks like: Cyrillic ve is no b, but its capital
    is a B. A table that said both would make n and v one letter, by the Greek nu.
    """
    return _mapped(folded, _caseless_prototypes())


def fold(text: str) -> str:
    """Case and compatibility forms gone: compatibility caseless matching of Unicode (D146). Decomposed."""
    folded = unicodedata.normalize('NFD', text).casefold()  # before: of a Greek letter with marks one mark folds to a letter
    return unicodedata.normalize('NFKD', unicodedata.normalize('NFKD', folded).casefold())


def _mapped(text: str, prototypes: dict[int, str]) -> str:
    return unicodedata.normalize('NFD', unicodedata.normalize('NFD', text).translate(prototypes))


@cache
def _prototypes() -> dict[int, str]:
    """Code point -> prototype, for `str.translate`.

    The library lists each pair under both its sides. A prototype is the side with several partners; of a lonely pair it is the
    one written second, as in Unicode's file. Right-to-left characters stand between two marks there.
    """
    pairs: dict[str, list[dict[str, str]]] = json.loads((files('confusable_homoglyphs') / 'confusables.json').read_text('ascii'))
    place = {text: number for number, text in enumerate(pairs)}
    prototypes = {}
    for source, partners in pairs.items():
        prototype = partners[0]['c']
        if len(partners) == 1 and (len(pairs[prototype]) > 1 or place[source] < place[prototype]):
            prototypes[ord(source.strip('\u200e'))] = prototype.strip('\u200e')
    return prototypes


@cache
def _caseless_prototypes() -> dict[int, str]:
    sources = {chr(point) for point in _prototypes()}
    sources |= {folded for source in sources if len(folded := source.casefold()) == 1}
    return {ord(source): prototype for source in sources if (prototype := _caseless_prototype(source)) != source}


def _caseless_prototype(letter: str) -> str:
    """Mapped until nothing changes: Cyrillic em, by its capital, is an m, and that is an r and an n."""
    text, before = letter, ''
    while text != before:
        text, before = fold(''.join(map(_seen_as, text))), text
        text = unicodedata.normalize('NFD', text)
    return text


def _seen_as(letter: str) -> str:
    small = skeleton(letter)
    if small.isascii():
        return small
    big = skeleton(letter.upper())
    return big if big.isascii() and not big.islower() else small
