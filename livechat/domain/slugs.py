"""Addresses and keys of rooms. Pure but for the random characters.

Where a room does not exist for others its address cannot be guessed, nor does it stand in the way of an open room's.
"""

import hashlib
import secrets
from collections.abc import Iterable

from livechat.domain.model import RoomKind, UserId
from livechat.domain.names import slug_from

ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
"""Without the characters that are mistaken for one another on paper: i l o 0 1."""
PRIVATE_CHARS = 6
"""A billion: with one store query per try, guessing is no way in, and what is guessed is a name, not a right."""
DIRECT_CHARS = 10


def slug_for(kind: RoomKind, name: str, *, now: str = '') -> str:
    """For an open or private room; a private one that has an address of this name keeps it."""
    plain = slug_from(name)
    if kind is RoomKind.OPEN:
        return plain
    keeps = now.startswith(f'{plain}-') and len(now) == len(plain) + 1 + PRIVATE_CHARS
    return now if keeps else f'{plain}-{_random(PRIVATE_CHARS)}'


def direct_slug() -> str:
    return f'direct-{_random(DIRECT_CHARS)}'


def direct_key(people: Iterable[UserId]) -> str:
    """The same for the same people, in whatever order they are named."""
    return hashlib.sha256(','.join(str(user_id) for user_id in sorted(set(people))).encode()).hexdigest()


def _random(length: int) -> str:
    return ''.join(secrets.choice(ALPHABET) for _ in range(length))
