"""Texts that cost much where a parser looks back or ahead too often, or that look like something else. Each as long as asked for."""

from collections.abc import Callable, Mapping

Text = Callable[[int], str]


def _of(unit: str) -> Text:
    """That unit again and again."""
    return lambda chars: (unit * (chars // len(unit) + 1))[:chars]


def _half(first: str, second: str) -> Text:
    return lambda chars: _of(first)(chars // 2) + _of(second)(chars // 2)


def _stairs(step: str, text: str) -> Text:
    """Each line one step deeper than the one before."""

    def made(chars: int) -> str:
        lines: list[str] = []
        while sum(map(len, lines)) + len(lines) < chars:
            lines.append(step * len(lines) + text)
        return '\n'.join(lines)[:chars]

    return made


def _wide(chars: int) -> str:
    """A table as wide as it can be."""
    return _grid(chars // 4)(chars)


def _grid(columns: int) -> Text:
    return lambda chars: '\n'.join(['|a' * columns, '|-' * columns, *(['|' * columns] * (chars // columns))])[:chars]


UNITS = (
    '*', '_', '~', '`', '[', ']', '(', '<', '>', '!', '|', '\\', '@', ':', '"', '&', '#', '-', '+', '.', '/', '=', ' ', '\t', '\n', '**',
    '~~', '``', '[[', '![[', '[](', '[a](', '[a](<', '[a](b "', '[a][', '[a]', '](', ')[', '<a', '<http:', '<!--', '&amp;', '&#x', '_a',
    '*a ', '**a', 'a**b', '*_', '**a _b ', '***a** b* ', '_a_ ', '~~a ', '`a', '\\`', '``a`', '> ', '>- ', '- ', '- > ', '* ', '1) ',
    '1. ', '>\n', '-\n', '*\n', '|\n', '|-\n', '- a\n', '- a\n+ b\n', '1. a\n', '- a\n\n', '> a\n', '- > a\n', 'a\n', 'a\n\n', '\n \n',
    'a|b\n', 'a|b\n-|-\nc|d\n\n', '[a]: b\n', '```\n', '~~~\n', '> ```\n', '```py\nx\n```\n', '```c\nx\n', 'www.', 'www.a.b/', 'www.a.b ',
    'http://', 'https://', 'https://a.b/', 'https://a.b/ ', "http://a.b/'", 'http://a.b/(((', '://', 'a://', 'mailto:', 'mailto:a@b.co ',
    'a@', 'a@b.', 'a@b.co ', '@a ', '@a', '@here ', '.@', ':a', ':a:', ':smile:', '::', '[a.b](http://c.example) ', '[](http://a.b)',
    'https://аррӏе.com/ ',
    'word ', 'a.', '👍', '👩\u200d👩\u200d👧\u200d👦', '🇩🇪', '\u0301', 'a\u0301', '\u202e', '\u2066a', '\u200b', 'ﷺ', 'ا',
    'ש a ', '\ufffd',
)  # fmt: skip
"""What is repeated."""

LINEAR: Mapping[str, Text] = {
    **{repr(unit): _of(unit) for unit in UNITS},
    'quotes, each deeper': _stairs('>', ' a'),
    'lists, each deeper': _stairs('  ', '- a'),
    'runs of backticks, each longer': _stairs('`', ' '),
    'labels without an end, then ends': _half('[', ']('),
    'opened, then closed': _half('<', '>'),
    'brackets in an address': lambda chars: 'http://a.b/' + _half('(', ')')(chars - 11),
    'a table of as many columns as fit': _wide,
    'a table of 400 columns': _grid(400),
    'a table of 20 columns': _grid(20),
    'many tables': _of(_grid(19)(120) + '\n\n'),
    'a long word and addresses': _half('a', '://'),
    'a long word and an @': lambda chars: 'a' * (chars - 1) + '@',
    'labels of a host': lambda chars: 'www.' + 'a.' * ((chars - 4) // 2),
    'code of quotes': lambda chars: '```py\n' + '"' * (chars - 6),
    'code of blanks': lambda chars: '```c\na' + ' ' * (chars - 6),
    'code of escapes': lambda chars: '```go\n' + '\\"' * ((chars - 6) // 2),
    'lazy lines': lambda chars: '> a\n' + _of('a\n')(chars - 4),
}
"""By name. Time may grow as their length does, and no faster."""

MISLEADING: Mapping[str, str] = {
    'a turned direction': 'photo\u202egpj.exe',
    'isolates that do not end': '\u2067\u2067\u2067 right to left',
    'embeddings that do not end': '\u202b' * 500 + 'a',
    'Zalgo': 'Z' + '\u0301\u0302\u0303\u0489' * 500 + 'algo',
    'NUL': 'before\x00after',
    'controls': ''.join(map(chr, range(1, 32))) + 'a\x7f\x80\x9f',
    'half a character': 'half \ud83d a pair \udc4d',
    'a byte order mark and noncharacters': '\ufeffa\ufffeb\uffffc',
    'invisible': 'a\u200b\u200c\u200d\u2060\u00ad\u180e\u3164b',
    'Arabic and Hebrew': 'שלום world مرحبا 123',
    'separators of lines': 'a\u2028b\u2029c\x85d',
    'one word of 4,000 letters': 'w' * 4_000,
    '4,000 emoji': '😀' * 4_000,
    'families': '👩‍👩‍👧‍👦' * 300,
    'flags and tones': '🇩🇪👍🏽🏴󠁧󠁢󠁥󠁮󠁧󠁿' * 100,
    'SQL': "'; DROP TABLE message;--",
    'formats': '%s %n {0} {__class__} \\r\\n =cmd|/C calc!A0',
    'look-alike addresses': 'https://аррӏе.com/ [paypal.com](https://canary.example/) https://google.com@canary.example/',
    'private use': '\ue000-0 \uf8ff',
    'everybody 500 times': '@everyone ' * 400,
}
