"""The last word on what a message may contain. The parser makes nothing else; this sees to it that it never does."""

import re

import nh3

from livechat.ui.markup_text import NUMBER
from livechat.ui.shell import COMMANDS_DOM_ID

COPY = '--copy-'
PERSON = '--person-'
"""The command of a mention, as of a name in the People list (`people_view`): it opens their card."""
CODE_CLASSES = frozenset({'k', 'n', 'b', 's', 'm', 'c', 'd', 'g', 'i', 'h'})
LANGUAGE = 'lang'
TAGS = frozenset({
    'p', 'br', 'strong', 'em', 's', 'ul', 'ol', 'li', 'blockquote', 'a', 'code', 'pre', 'span', 'div', 'button',
    'table', 'thead', 'tbody', 'tr', 'th', 'td',
})  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {
    '*': set(),  # else `title` and `lang` everywhere
    'a': {'href'},
    'ol': {'start'},
    'button': {'data-user', 'command', 'commandfor'},
}
CLASSES = {
    'span': CODE_CLASSES | {'host', 'mention', LANGUAGE},
    'button': {'copy', 'mention'},
    'div': {'code', 'table'},
    'th': {'center', 'right'},
    'td': {'center', 'right'},
}
REL = 'noopener noreferrer nofollow'
SCHEMES = frozenset({'http', 'https', 'mailto'})
_VALUES = {
    'command': re.compile(rf'{COPY}{NUMBER}-\d{{1,4}}|{PERSON}\d{{1,19}}'),
    'commandfor': re.compile(re.escape(COMMANDS_DOM_ID)),
    'data-user': re.compile(r'\d{1,19}'),
    'start': re.compile(r'\d{1,9}'),
    'href': re.compile(r'(?:https?://|mailto:)[!-~]+', re.IGNORECASE),
}


def _checked(_tag: str, attribute: str, value: str) -> str | None:
    pattern = _VALUES.get(attribute)
    return value if pattern is None or pattern.fullmatch(value) else None


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_checked,
    allowed_classes=CLASSES,
    set_tag_attribute_values={'a': {'target': '_blank'}},
    link_rel=REL,
    url_schemes=SCHEMES,
    url_relative='deny',
)


def clean(html: str) -> str:
    return _cleaner.clean(html)
