"""Headers with parameters, as they stand above the parts of a form: what browsers write, what others write, what attackers write."""

import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

_PARAMETER = re.compile(
    r';\s*(?P<name>[^\s=;"]+)\s*=\s*(?:"(?P<escaped>(?:[^"\\]|\\.)*)"(?=\s*(?:;|$))|"(?P<quoted>[^"]*)"|(?P<bare>[^;]*))\s*', re.DOTALL
)
"""A browser leaves a backslash as it is, also the last one before the closing quote; others write quotes and backslashes with one."""


def read_header(value: str) -> tuple[str, Mapping[str, str]]:
    """What stands first, in lower case, and the parameters; each character is a byte. Of the same parameter the first counts."""
    first, semicolon, rest = value.partition(';')
    rest = semicolon + rest
    found: dict[str, str] = {}
    at = 0
    while (match := _PARAMETER.match(rest, at)) is not None:
        escaped, quoted, bare = match.group('escaped', 'quoted', 'bare')
        text = re.sub(r'\\(["\\])', r'\1', escaped) if escaped is not None else quoted if quoted is not None else bare.strip()
        found.setdefault(match['name'].lower(), text)
        at = match.end()
    return first.strip().lower(), found


def text_of(found: Mapping[str, str], name: str) -> str | None:
    """A parameter in one of the two ways it is written: RFC 8187's `name*`, or bytes of UTF-8 as browsers do."""
    charset, apostrophe, rest = found.get(f'{name}*', '').partition("'")
    if apostrophe and charset.lower() in {'utf-8', 'iso-8859-1'}:
        return unquote_to_bytes(rest.partition("'")[2].encode('latin-1')).decode(charset, errors='replace')
    plain = found.get(name)
    if plain is None:
        return None
    for escape, character in (('%22', '"'), ('%0D', '\r'), ('%0A', '\n')):  # what browsers must escape, and nothing else
        plain = plain.replace(escape, character)
    return plain.encode('latin-1').decode('utf-8', errors='replace')
