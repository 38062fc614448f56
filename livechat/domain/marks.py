"""The marks in what people write that are not to be read: of bold, code, links. Pure, and takes time in proportion to the text."""

import re
from collections.abc import Iterator

Span = tuple[int, int]
MAX_MARK_CHARS = 3
"""Of bold and italic at once."""
_TOKEN = re.compile(
    r'(?P<fence>^[ \t]*(?P<ticks>`{3,}|~{3,})[^\n`]*$\n?)'
    r'|(?P<end>\n[ \t]*(?=\n))'
    r'|(?P<escape>\\[!-/:-@\[-`{-~])'
    r'|(?P<link>\[(?=[^\[\]\n]{0,300}\]\(https?://[^\s()]{1,2000}\)))'
    r'|(?P<target>\]\(https?://[^\s()]{1,2000}\))'
    r'|(?P<url>https?://[^\s()*~`]+)'
    r'|(?P<code>`+)'
    r'|(?P<pair>\*+|_+|~~)',
    re.MULTILINE,
)


def marks(text: str) -> Iterator[tuple[Span, ...]]:
    """Where they stand, each with its other half, none within another. What looks like a mark and has no other half is none."""
    opened: dict[str, Span] = {}
    endless: set[str] = set()
    at = 0
    while (found := _TOKEN.search(text, at)) is not None:
        at = found.end()
        if not (found['fence'] or found['code']):
            yield from _of_words(text, found, opened)
        elif (end := _end_of_code(text, found, endless)) is not None:
            yield found.span(), end
            at = end[1]


def _end_of_code(text: str, found: re.Match[str], endless: set[str]) -> Span | None:
    """In code nothing else is a mark. A block without an end goes on to that of the text. `endless`: what was looked for in vain."""
    if found['fence']:
        pattern = rf'^[ \t]*{found["ticks"]}[ \t]*$|\Z'
    elif found[0] in endless:
        return None
    else:
        pattern = rf'(?<!`){found[0]}(?!`)'
    end = re.compile(pattern, re.MULTILINE).search(text, found.end())
    if end is None:
        endless.add(found[0])
        return None
    return end.span()


def _of_words(text: str, found: re.Match[str], opened: dict[str, Span]) -> Iterator[tuple[Span, ...]]:
    match found.lastgroup:
        case 'end':
            opened.clear()
        case 'escape':
            yield ((found.start(), found.start() + 1),)
        case 'link':
            opened['['] = found.span()
        case 'target' if '[' in opened:
            yield opened.pop('['), found.span()
        case 'pair':
            yield from _paired(text, found[0], found.span(), opened)


def _paired(text: str, mark: str, span: Span, opened: dict[str, Span]) -> Iterator[tuple[Span, ...]]:
    """Both halves, once the second is there. Which can be one goes by the flanking rules of CommonMark, section 6.2."""
    before, after = text[span[0] - 1 : span[0]], text[span[1] : span[1] + 1]
    is_left = bool(after.strip()) and (after.isalnum() or not before.isalnum())
    is_right = bool(before.strip()) and (before.isalnum() or not after.isalnum())
    if mark[0] == '_':
        is_left, is_right = is_left and not before.isalnum(), is_right and not after.isalnum()
    if mark in opened and is_right:
        first = opened.pop(mark)
        for other in [each for each, (start, _) in opened.items() if start > first[0]]:
            del opened[other]
        yield first, span
    elif is_left and len(mark) <= MAX_MARK_CHARS:
        opened[mark] = span
