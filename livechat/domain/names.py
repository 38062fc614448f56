"""Rules for what people type, in any script. Pure: cleaned text comes out, or an error with a sentence that says what to do.

Looking alike is being alike: `name_key` is what uniqueness is decided on (see `look_alikes`), what is shown stays as it was
written.
"""

import re
import unicodedata

from livechat.domain.errors import (
    BioTooLong,
    BodyEmpty,
    BodyTooLong,
    DescriptionTooLong,
    EmailInvalid,
    InvalidInput,
    NameInvalid,
    ReactionInvalid,
)
from livechat.domain.look_alikes import caseless_skeleton, fold, skeleton
from livechat.domain.message import MAX_REACTION_CHARS
from livechat.domain.model import MAX_BIO_CHARS, MAX_BODY_CHARS, MAX_CLIENT_KEY_CHARS, MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS

MAX_DRAFT_CHARS = 4 * MAX_BODY_CHARS
"""A draft may be too long to be sent, and is kept to be shortened."""
MAX_EMAIL_CHARS = 254
"""RFC 5321, errata 1690."""
MAX_TYPED_CHARS = 400
"""Of a name or a search before it is looked at. Bringing marks into order takes the square of their number: 8 s for 100,000."""
MAX_MARKS = 6
"""Combining marks on one letter: Hebrew and Tibetan need four or five, "Zalgo" text has hundreds."""
RESERVED_SLUGS = frozenset({'new', 'edit', 'browse', 'search', 'settings', 'delete', 'join', 'leave', 'api', 'admin', 'login'})

SURROGATE = re.compile('[\ud800-\udfff]')
NONCHARACTER = re.compile(
    '[\ufdd0-\ufdef' + ''.join(f'{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}' for plane in range(0, 0x110000, 0x10000)) + ']'
)
CONTROL = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f]')
"""C0 and C1 without tab and line feed."""
BIDI = re.compile('[\u202a-\u202e\u2066-\u2069]')
"""Embeddings, overrides and isolates: they make "gpj.exe" read "exe.jpg"."""
IGNORABLE = re.compile(
    '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0'
    '\ufff0-\ufffb\u2800\U0001d173-\U0001d17a\U000e0000-\U000e0fff]'
)
"""Default_Ignorable_Code_Point of Unicode, and the Braille blank: nothing is seen of them."""
EMOJI_JOINERS = frozenset('\u200d\ufe0f\u20e3')
DOTTED_I = re.compile('i\u0307+')
"""What is left of a Turkish capital İ; nobody sees a dot on an i that has one."""
EMAIL = re.compile(r'[^@\s]+@[^@\s]+')
CLIENT_KEY = re.compile(rf'[!-~]{{1,{MAX_CLIENT_KEY_CHARS}}}')


def clean_name(raw: str, field: str = 'name', limit: int = MAX_NAME_CHARS) -> str:
    """A name of a person, a room or a server: NFC, one space between words.

    :raises NameInvalid: with `field`, when nothing is seen of it, it is too long or has characters that mislead.
    """
    if len(raw) > MAX_TYPED_CHARS:
        raise _too_long(raw, limit, field)
    if SURROGATE.search(raw) or NONCHARACTER.search(raw):
        raise NameInvalid('That name has broken characters. Type it again instead of pasting it.', field=field)
    name = ' '.join(unicodedata.normalize('NFC', raw).split())
    if CONTROL.search(name) or BIDI.search(name):
        raise NameInvalid('That name has characters that cannot be seen and mislead readers. Type it instead of pasting it.', field=field)
    if not is_visible(name):
        raise NameInvalid('Write a name that others can see.', field=field)
    if len(name) > limit:
        raise _too_long(name, limit, field)
    if _most_marks(name) > MAX_MARKS:
        raise NameInvalid('That name has too many marks on one letter. Leave some out.', field=field)
    return name


def name_key(name: str) -> str:
    """What two names have in common when people would take one for the other: case, form, width, look-alike letters.

    A stored key. It is not for sorting (1 counts as l, m as rn): `sort_key` is. Of a text that is no name, its beginning.
    """
    return ' '.join(DOTTED_I.sub('i', caseless_skeleton(sort_key(name))).split())


def sort_key(name: str) -> str:
    """Where a name stands in a list: case, width and what is not seen do not count. Of a text that is no name, its beginning."""
    return ' '.join(fold(IGNORABLE.sub('', fold(name[:MAX_TYPED_CHARS]))).split())


def misreadings(name: str) -> tuple[str, frozenset[str]]:
    """What is seen of a name, case included, and the other keys that a name may have of which the same is seen.

    Only as written does a capital I pass for a small l: case does not count in a key, and with both in one key Neil were Nell.
    """
    seen = skeleton(IGNORABLE.sub('', unicodedata.normalize('NFKC', name)))
    capital = ' '.join(map(_with_capital_i, seen.split()))
    return seen, frozenset({name_key(seen), name_key(capital)} - {name_key(name)})


def username_from(name: str) -> str:
    """A user name made from a display name: letters, digits, `.`, `-`, `_`, in lower case; never empty."""
    lowered = '.'.join(unicodedata.normalize('NFKC', name).lower().split())
    kept = ''.join(character for character in lowered if character in '.-_' or _is_letter(character))
    return _trim(re.sub(r'([.\-_])[.\-_]+', r'\1', kept), '.-_', MAX_NAME_CHARS) or 'user'


def clean_username(raw: str) -> str:
    """A user name as its owner typed it. :raises NameInvalid: unless it is what `username_from` would make of it."""
    typed = unicodedata.normalize('NFKC', raw[:MAX_TYPED_CHARS]).strip().removeprefix('@').lower()
    if len(raw) > MAX_TYPED_CHARS or username_from(typed) != typed:
        raise NameInvalid(f'A user name has up to {MAX_NAME_CHARS} letters and digits, with . - _ between them.', field='username')
    return typed


def slug_from(name: str) -> str:
    """The part of a room's address: any script and emoji, `-` for everything else; never empty, never a reserved word."""
    lowered = unicodedata.normalize('NFC', name.lower())
    kept = ''.join(_in_slug(character) for character in lowered)
    slug = _trim(re.sub('-+', '-', kept), '-\u200d', 80)
    if not is_visible(slug):
        return 'room'
    return f'{slug}-room' if slug in RESERVED_SLUGS else slug


def clean_body(raw: str) -> str:
    """A message's text as it is stored: no control characters, no white space at its end.

    :raises BodyEmpty: when nothing is seen of it. :raises BodyTooLong: above MAX_BODY_CHARS.
    """
    if len(raw) > MAX_DRAFT_CHARS:
        raise BodyTooLong(length=len(raw), limit=MAX_BODY_CHARS)
    body = _printable(raw).rstrip()
    if not is_visible(body):
        raise BodyEmpty
    if len(body) > MAX_BODY_CHARS:
        raise BodyTooLong(length=len(body), limit=MAX_BODY_CHARS)
    return body


def clean_reaction(raw: str) -> str:
    """A reaction: text in one line, or an emoji, of which the longest in Unicode takes fewer characters than a text may have.

    :raises ReactionInvalid: unless it is what could be a name, in MAX_REACTION_CHARS characters.
    """
    try:
        return clean_name(raw, limit=MAX_REACTION_CHARS)
    except NameInvalid:
        raise ReactionInvalid from None


def clean_draft(raw: str) -> str:
    """What is kept of an unsent text; empty when nothing is seen of it."""
    draft = _printable(raw[:MAX_DRAFT_CHARS])
    return draft if is_visible(draft) else ''


def clean_client_key(raw: str) -> str:
    """:raises InvalidInput: unless it is 1 to MAX_CLIENT_KEY_CHARS printable ASCII characters without spaces."""
    if not CLIENT_KEY.fullmatch(raw):
        raise InvalidInput(f'A client key has 1 to {MAX_CLIENT_KEY_CHARS} printable ASCII characters.')
    return raw


def clean_email(raw: str) -> str | None:
    """None when there is none. Whether mail arrives there is another matter. :raises EmailInvalid:"""
    email = raw.strip()
    if not email:
        return None
    broken = SURROGATE.search(email) or CONTROL.search(email) or IGNORABLE.search(email)
    if broken or len(email) > MAX_EMAIL_CHARS or not EMAIL.fullmatch(email):
        raise EmailInvalid
    return email


def clean_description(raw: str) -> str:
    """One line about a room; may be empty. :raises DescriptionTooLong:"""
    description = _one_paragraph(raw[:MAX_DRAFT_CHARS])
    if len(description) > MAX_DESCRIPTION_CHARS:
        raise DescriptionTooLong(length=len(description), limit=MAX_DESCRIPTION_CHARS)
    return description


def clean_bio(raw: str) -> str:
    """One paragraph that somebody says about themselves; may be empty. :raises BioTooLong:"""
    bio = _one_paragraph(raw[:MAX_DRAFT_CHARS])
    if len(bio) > MAX_BIO_CHARS:
        raise BioTooLong(length=len(bio), limit=MAX_BIO_CHARS)
    return bio


def is_visible(text: str) -> bool:
    """Whether anything is seen of the text: more than white space, invisible characters and marks on nothing."""
    return any(_is_seen(character) for character in NONCHARACTER.sub('', IGNORABLE.sub('', text)))


def _too_long(name: str, limit: int, field: str) -> NameInvalid:
    return NameInvalid(f'A name has at most {limit} characters; this one has {len(name):,}.', field=field)


def _with_capital_i(word: str) -> str:
    """A word of a skeleton, where every I is an l, with its l as I where people write one: at its start, among capitals."""
    rest = word.replace('l', '')
    return word.replace('l', 'I') if rest.upper() == rest else re.sub('^l', 'I', word)


def _one_paragraph(raw: str) -> str:
    """Empty when nothing is seen of it."""
    text = ' '.join(BIDI.sub('', _printable(raw)).split())
    return text if is_visible(text) else ''


def _printable(raw: str) -> str:
    text = SURROGATE.sub('\ufffd', raw.replace('\r\n', '\n').replace('\r', '\n'))
    return NONCHARACTER.sub('', CONTROL.sub('', text))


def _is_seen(character: str) -> bool:
    """Unassigned characters count: they may be next year's emoji."""
    category = unicodedata.category(character)
    return category[0] not in 'ZM' and category not in {'Cc', 'Cf', 'Cs'}


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in 'LNM' and not IGNORABLE.match(character)


def _in_slug(character: str) -> str:
    if _is_letter(character) or _is_emoji(character):
        return character
    return '' if IGNORABLE.match(character) else '-'


def _is_emoji(character: str) -> bool:
    if character.isascii():
        return False
    return character in EMOJI_JOINERS or unicodedata.category(character) in {'So', 'Sk', 'Cn'}


def _trim(text: str, edges: str, limit: int) -> str:
    return text.strip(edges)[:limit].strip(edges)


def _most_marks(name: str) -> int:
    most = run = 0
    for character in name:
        run = run + 1 if unicodedata.combining(character) else 0
        most = max(most, run)
    return most
