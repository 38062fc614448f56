"""How well texts fit what is looked for: BM25 over the texts that were found, where a word counts more than a part of one. Pure.

https://doi.org/10.1561/1500000019 has the formula. How rare a term is among all texts is an estimate of whoever asks.
"""

import math
from collections.abc import Mapping, Sequence

K1, B = 1.2, 0.75
WHOLE, BEGINNING, PART = 1.0, 0.6, 0.3
"""What one occurrence counts: as a word, at the beginning of a word, within one."""


RANKED_CHARS = 6_000
"""Of each text, which is any message with the names of its files; of what long files say the beginning. A word far behind counts next
to nothing in so long a text anyway, and a thousand long texts take memory."""


def scores(texts: Sequence[str], needles: Sequence[str], rarity: Mapping[str, float]) -> list[float]:
    """One for each searchable text (see `folding`), the higher the better; `rarity`: the inverse document frequency of each needle."""
    if not texts or not needles:
        return [0.0] * len(texts)
    texts = [text[:RANKED_CHARS] for text in texts]
    average = sum(map(len, texts)) / len(texts)
    norms = [K1 * (1 - B + B * len(text) / average) for text in texts]
    found = [0.0] * len(texts)
    for needle in needles:
        weight = rarity.get(needle, 1.0)
        found = [
            score + weight * often * (K1 + 1) / (often + norm)
            for score, often, norm in zip(found, _counts(texts, needle), norms, strict=True)
        ]
    return found


def rarity(documents: int, having: float) -> float:
    """The inverse document frequency: of a term that `having` of so many texts have."""
    return math.log(1 + (documents - having + 0.5) / (having + 0.5)) if documents > having else math.log(1 + 0.5 / (having + 0.5))


def _counts(texts: Sequence[str], needle: str) -> list[float]:
    """How often it is in each. A search has a thousand texts: a function called for each of them took longer than the counting."""
    bare = needle.strip()
    begins, whole = f' {bare}', f' {bare} '
    if needle == whole:
        return [WHOLE * text.count(whole) for text in texts]
    if needle == begins:
        return [BEGINNING * text.count(begins) + (WHOLE - BEGINNING) * text.count(whole) for text in texts]
    return [PART * text.count(bare) + (BEGINNING - PART) * text.count(begins) + (WHOLE - BEGINNING) * text.count(whole) for text in texts]
