"""Source code with its words in colours, as classes: the colours are the style sheet's."""

import re
from functools import cache
from time import thread_time

from pygments.lexer import Lexer  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import Comment, Generic, Keyword, Name, Number, String, _TokenType  # type: ignore[import-untyped]

from livechat.ui.html import escape

WITHIN_S = 0.01
"""Of processor time: enough for 4,000 characters of real code."""
_GAP = re.compile(r'\s{100}')
"""Where the lexers of C and C++ look ahead again at every blank: 1 s for 4,000."""
_SAMPLE = '<?php a ?><script>a = `${a}`</script><style>a {b: c}</style>\n'
_CALLED = {
    'bash': 'bash sh shell zsh console', 'c': 'c h', 'cpp': 'cpp c++ cc hpp', 'csharp': 'csharp cs c#', 'css': 'css', 'diff': 'diff patch',
    'docker': 'docker dockerfile', 'go': 'go golang', 'html': 'html', 'java': 'java', 'javascript': 'javascript js jsx',
    'json': 'json', 'kotlin': 'kotlin kt', 'lua': 'lua', 'make': 'make makefile', 'php': 'php', 'python': 'python py', 'ruby': 'ruby rb',
    'rust': 'rust rs', 'sql': 'sql', 'swift': 'swift', 'toml': 'toml ini',
    'typescript': 'typescript ts tsx', 'xml': 'xml svg', 'yaml': 'yaml yml',
}  # fmt: skip
"""Pygments' names, and what people call them."""
LANGUAGES = {called: name for name, all_called in _CALLED.items() for called in all_called.split()}
_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Comment, 'c'), (Keyword, 'k'), (String, 's'), (Number, 'm'), (Name.Function, 'n'), (Name.Class, 'n'), (Name.Tag, 'n'),
    (Name.Decorator, 'd'), (Name.Attribute, 'd'), (Name.Builtin, 'b'), (Generic.Deleted, 'g'), (Generic.Inserted, 'i'),
    (Generic.Heading, 'h'), (Generic.Subheading, 'h'),
)  # fmt: skip


class Highlighter:
    """For the code of one message. Pygments' lexers take the square of the length for some texts (3,000 quotes in Go: 70 ms):
    what is not done within the time given is plain, and so is all that comes after it.
    """

    def __init__(self, within_s: float = WITHIN_S) -> None:
        self._left_s = within_s

    def html(self, code: str, language: str) -> str:
        """Safe HTML; plain where the language is not known."""
        name = LANGUAGES.get(language)
        runs = self._runs(code, _lexer(name)) if name and not _GAP.search(code) else None
        if runs is None:
            return escape(code)
        return ''.join(f'<span class="{kind}">{escape(text)}</span>' if kind else escape(text) for kind, text in runs)

    def _runs(self, code: str, lexer: Lexer) -> list[tuple[str, str]] | None:
        """Neighbours of one class as one; None when time is up."""
        runs: list[tuple[str, str]] = []
        start, last = 0, ''
        until = thread_time() + self._left_s
        for position, token, _ in lexer.get_tokens_unprocessed(code):
            if thread_time() > until:
                self._left_s = 0
                return None
            kind = _class_of(token)
            if kind != last:
                runs.append((last, code[start:position]))
                start, last = position, kind
        runs.append((last, code[start:]))
        self._left_s = until - thread_time()
        return runs


@cache
def _lexer(name: str) -> Lexer:
    """Loaded whole, with the lexers within it: that takes longer than any code may."""
    lexer = get_lexer_by_name(name)
    for _ in lexer.get_tokens_unprocessed(_SAMPLE):
        pass
    return lexer


@cache
def _class_of(token: _TokenType) -> str:
    return next((name for kind, name in _CLASSES if token in kind), '')
