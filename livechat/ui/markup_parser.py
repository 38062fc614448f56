"""The Markdown that messages are written in: CommonMark without what surprises people who talk.

There are no headings and no rules: `# 1` and `---` are things people say, and one message should not shout at the others
(Slack has none either). There is no HTML, no indented code, no reference (`[a]: b` would vanish), no entity (`&lt;` is shown
as it was typed), no image (it becomes a link). Every line break is kept. A quote's mark is followed by white space, so that
`>_<` stays a face; a list's mark by something to list.

What is nested too deep, or a table that is too large, is text: nothing is left out, and time grows with the length alone.
"""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block, table
from markdown_it.rules_inline import StateInline, link

from livechat.ui.markup_links import is_link, linkifier

MAX_LEVEL = 8
"""Of quotes within lists within quotes: a list counts twice. About 4 deep, as far as anybody can follow."""
MAX_INLINE_LEVEL = 20
MAX_COLUMNS = 20
MAX_CELLS = 400
"""Of all tables of a message."""
SHRUG = '\\_(ツ)_/¯'
_BLOCKS = ('blockquote', 'fence', 'list', 'table', 'paragraph')
_INLINES = ('text', 'linkify', 'newline', 'escape', 'backticks', 'strikethrough', 'emphasis', 'link', 'image', 'autolink')
_PAIRS = ('balance_pairs', 'fragments_join')
_MARKS_ALONE = re.compile(r'[-+*\d.) \t]*')
_QUOTE = re.compile(r'>+(?:[ \t]|$)', re.MULTILINE)
_RULER = re.compile(r'[-:| \t]+')
_SCHEME = re.compile(r'(?<![a-z0-9.+-])(https?)$', re.IGNORECASE)
_CELLS = 'cells'
_TEXT_UNTIL = 'text until'
_BlockRule = Callable[[StateBlock, int, int, bool], bool]


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802
        return is_link(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """As it was written: Unicode made of what is in ASCII could only mislead."""
        return link


def parser() -> MarkdownIt:
    made = _Parser('zero', {'linkify': True, 'maxNesting': MAX_INLINE_LEVEL})
    made.linkify = linkifier()
    made.enable(['linkify', *_BLOCKS, *_INLINES, *_PAIRS])
    made.block.ruler.at('blockquote', _bounded(blockquote, _is_quote), {'alt': ['paragraph', 'blockquote', 'list']})
    made.block.ruler.at('list', _bounded(list_block, _is_list), {'alt': ['paragraph', 'blockquote']})
    made.block.ruler.at('table', _table, {'alt': ['paragraph']})
    made.inline.ruler.at('linkify', _linkify)
    made.inline.ruler.at('newline', _newline)
    made.inline.ruler.at('image', _image)
    made.inline.ruler.at('link', _link)
    made.inline.ruler.before('escape', 'shrug', _shrug)
    return made


def _bounded(rule: _BlockRule, is_meant: Callable[[StateBlock, int, int], bool]) -> _BlockRule:
    def bounded(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < MAX_LEVEL and is_meant(state, start, end) and rule(state, start, end, silent)

    return bounded


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _is_quote(state: StateBlock, start: int, _end: int) -> bool:
    return _QUOTE.match(_line(state, start)) is not None


def _is_list(state: StateBlock, start: int, _end: int) -> bool:
    return _MARKS_ALONE.fullmatch(_line(state, start)) is None


def _is_small_table(state: StateBlock, start: int, end: int) -> bool:
    """Whether it fits into what is left of the message's cells. A line of a table that did not fit begins no other one."""
    columns = _line(state, start).count('|') + 1
    if columns == 1 or start + 1 >= end or start < state.env.get(_TEXT_UNTIL, 0) or not _RULER.fullmatch(_line(state, start + 1)):
        return False
    stop = start + 1
    while stop < end and not state.isEmpty(stop):
        stop += 1
    if columns <= MAX_COLUMNS + 1 and state.env.get(_CELLS, 0) + columns * (stop - start) <= MAX_CELLS:
        return True
    state.env[_TEXT_UNTIL] = stop
    return False


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if not (_is_small_table(state, start, end) and table(state, start, end, silent)):
        return False
    if not silent:
        state.env[_CELLS] = state.env.get(_CELLS, 0) + (_line(state, start).count('|') + 1) * (state.line - start)
    return True


def _linkify(state: StateInline, silent: bool) -> bool:
    """An address before anything else sees the `_` and `*` in it. markdown-it's own rule looks back over all that is pending."""
    if not state.src.startswith('://', state.pos) or state.linkLevel:
        return False
    scheme = _SCHEME.search(state.pending, max(0, len(state.pending) - 6))
    length = state.md.linkify.test_schema_at(state.src[: state.posMax], 'http:', state.pos + 1) if scheme and state.md.linkify else 0
    if not scheme or not length:
        return False
    written = scheme[1] + state.src[state.pos : state.pos + 1 + length].rstrip('*')
    url = state.md.normalizeLink(written)
    if not silent and state.md.validateLink(url):
        state.pending = state.pending[: -len(scheme[1])]
        for kind, nesting in (('link_open', 1), ('text', 0), ('link_close', -1)):
            token = state.push(kind, '' if kind == 'text' else 'a', nesting)  # type: ignore[arg-type]
            token.info, token.content = 'auto', written if kind == 'text' else ''
            token.attrs = {'href': url} if kind == 'link_open' else {}
    elif not silent:
        state.pending += written[len(scheme[1]) :]
    state.pos += len(written) - len(scheme[1])
    return True


def _newline(state: StateInline, silent: bool) -> bool:
    """Every line break is one, and the next line keeps its indentation."""
    if state.src[state.pos] != '\n':
        return False
    if not silent:
        state.push('softbreak', 'br', 0)
    state.pos += 1
    return True


def _link(state: StateInline, silent: bool) -> bool:
    """Without looking for the end of a label that no address follows."""
    return state.src[state.pos] == '[' and state.src.find('](', state.pos, state.posMax) != -1 and link(state, silent)


def _image(state: StateInline, silent: bool) -> bool:
    """A link with the image's words: nothing is loaded from elsewhere because somebody wrote so."""
    if not state.src.startswith('![', state.pos):
        return False
    state.pos += 1
    if _link(state, silent):
        return True
    state.pos -= 1
    return False


def _shrug(state: StateInline, silent: bool) -> bool:
    """The arm of ¯\\_(ツ)_/¯ is no escape."""
    if not state.src.startswith(SHRUG, state.pos):
        return False
    if not silent:
        state.push('text', '', 0).content = SHRUG
    state.pos += len(SHRUG)
    return True
