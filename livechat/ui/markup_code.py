"""Source code with its words in colours, as classes: the colours are the style sheet's."""

from collections.abc import Iterator
from functools import cache

from pygments.lexer import Lexer  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import Comment, Generic, Keyword, Name, Number, String, _TokenType  # type: ignore[import-untyped]

from livechat.ui.html import escape

MAX_HIGHLIGHTED_CHARS = 3_000
_CALLED = {
    'bash': 'bash sh shell zsh console', 'c': 'c h', 'cpp': 'cpp c++ cc hpp', 'csharp': 'csharp cs c#', 'css': 'css', 'diff': 'diff patch',
    'docker': 'docker dockerfile', 'go': 'go golang', 'html': 'html', 'ini': 'ini toml', 'java': 'java', 'javascript': 'javascript js jsx',
    'json': 'json', 'kotlin': 'kotlin kt', 'lua': 'lua', 'make': 'make makefile', 'php': 'php', 'python': 'python py', 'ruby': 'ruby rb',
    'rust': 'rust rs', 'sql': 'sql', 'swift': 'swift', 'typescript': 'typescript ts tsx', 'xml': 'xml svg', 'yaml': 'yaml yml',
}  # fmt: skip
"""Pygments' names, and what people call them."""
LANGUAGES = {called: name for name, all_called in _CALLED.items() for called in all_called.split()}
_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Comment, 'c'), (Keyword, 'k'), (String, 's'), (Number, 'm'), (Name.Function, 'n'), (Name.Class, 'n'), (Name.Tag, 'n'),
    (Name.Decorator, 'd'), (Name.Attribute, 'd'), (Name.Builtin, 'b'), (Generic.Deleted, 'g'), (Generic.Inserted, 'i'),
    (Generic.Heading, 'h'), (Generic.Subheading, 'h'),
)  # fmt: skip


def highlighted(code: str, language: str) -> str:
    """Safe HTML; plain where the language is not known or the code is long."""
    name = LANGUAGES.get(language)
    if name is None or len(code) > MAX_HIGHLIGHTED_CHARS:
        return escape(code)
    return ''.join(f'<span class="{kind}">{escape(text)}</span>' if kind else escape(text) for kind, text in _runs(code, name))


def _runs(code: str, name: str) -> Iterator[tuple[str, str]]:
    """Neighbours of one class as one."""
    run, last = '', ''
    for token, text in _lexer(name).get_tokens(code):
        kind = _class_of(token)
        if kind != last:
            yield last, run
            run, last = '', kind
        run += text
    yield last, run.removesuffix('\n')


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False, ensurenl=False)


@cache
def _class_of(token: _TokenType) -> str:
    return next((name for kind, name in _CLASSES if token in kind), '')
