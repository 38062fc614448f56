"""Emoji found by what they are called: any word of a name or short code, its beginning or a part of it, the nearest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import emoji

FULLY_QUALIFIED = 2
SKIN_TONES = frozenset('🏻🏼🏽🏾🏿')
FACES = frozenset(map(chr, range(0x1F600, 0x1F650)))
"""Shown first, and to whom has looked for nothing yet."""
MAX_TERMS = 5
_EXACT, _BEGINS_SO, _WHOLE_WORDS, _BEGINNINGS, _PARTS = range(5)


@dataclass(frozen=True, slots=True)
class Emoji:
    text: str
    name: str
    """Its short code without colons and underscores: "red heart"."""
    codes: tuple[str, ...]
    """All it is called, in lower case, words apart."""
    words: str
    """All of that in one text, a space around each word."""


class EmojiSearch:
    """Immutable once built; 5 ms for some 1,900. Without those that differ in the tone of the skin alone."""

    def __init__(self) -> None:
        found = [_emoji(text, about) for text, about in emoji.EMOJI_DATA.items() if _is_wanted(text, about)]
        self._all = sorted(found, key=lambda each: (each.text[0] not in FACES, each.text))
        self._by_text = {each.text: each for each in self._all}

    def __len__(self) -> int:
        return len(self._all)

    def name(self, text: str) -> str:
        """What it is called; the text itself when it is no emoji of ours."""
        found = self._by_text.get(text)
        return found.name if found else text

    def find(self, words: str, limit: int) -> Sequence[Emoji]:
        """Those that every term fits; the first faces without any."""
        terms = _spaced(words).split()[:MAX_TERMS]
        if not terms:
            return self._all[:limit]
        phrase = ' '.join(terms)
        ranked = [(rank, len(each.name), place) for place, each in enumerate(self._all) if (rank := _rank(each, terms, phrase)) is not None]
        return [self._all[place] for *_, place in sorted(ranked)[:limit]]


@cache
def emoji_search() -> EmojiSearch:
    """Built when somebody first looks for one, once per process."""
    return EmojiSearch()


def _is_wanted(text: str, about: dict[str, object]) -> bool:
    return about['status'] == FULLY_QUALIFIED and SKIN_TONES.isdisjoint(text)


def _emoji(text: str, about: dict[str, object]) -> Emoji:
    aliases = about.get('alias', ())
    assert isinstance(aliases, list | tuple)
    codes = tuple(_spaced(str(code)) for code in (about['en'], *aliases))
    return Emoji(text=text, name=codes[0], codes=codes, words=f' {" ".join(codes)} ')


def _spaced(code: str) -> str:
    """A short code, or what somebody typed, as words; thumbs are called +1 and -1."""
    bare = code.casefold().strip().strip(':').replace('_', ' ')
    return bare if bare == '-1' else bare.replace('-', ' ')


def _rank(each: Emoji, terms: Sequence[str], phrase: str) -> int | None:
    """How far the name is from what was looked for; None where a term is no part of it."""
    if any(term not in each.words for term in terms):
        return None
    if phrase in each.codes:
        return _EXACT
    if any(code.startswith(phrase) for code in each.codes):
        return _BEGINS_SO
    if all(f' {term} ' in each.words for term in terms):
        return _WHOLE_WORDS
    return _BEGINNINGS if all(f' {term}' in each.words for term in terms) else _PARTS
