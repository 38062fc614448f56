"""The cookies: the token of a sign-in, and the key by which a guest's browser gets their name back.

HttpOnly and SameSite=Lax always; behind https also Secure and `__Host-`, a name that no other host of the domain can set.
"""

import re

from starlette.requests import cookie_parser
from starlette.types import Scope

GUEST_KEY_LASTS_DAYS = 90
"""As long as a guest who is not seen; renewed with their sign-in."""

_SIGN_IN, _GUEST_KEY = 'livechat', 'livechat-guest'
_TOKEN = re.compile(r'[A-Za-z0-9_-]{43}')
"""32 random bytes in URL-safe base64; whatever else arrives under our names is nobody's."""


def is_https(scope: Scope) -> bool:
    return scope.get('scheme') in {'https', 'wss'}


def token_in(scope: Scope) -> str | None:
    """The token this browser sent; None without a well-formed one."""
    return _value_in(scope, _SIGN_IN)


def guest_key_in(scope: Scope) -> str | None:
    """The guest's key this browser sent; None without a well-formed one."""
    return _value_in(scope, _GUEST_KEY)


def set_cookie(token: str, *, lasts_days: int, https: bool) -> str:
    """The value of a Set-Cookie header."""
    return _cookie(_SIGN_IN, token, lasts_days=lasts_days, https=https)


def clear_cookie(*, https: bool) -> str:
    """The value of a Set-Cookie header. The guest's key stays: it is there for afterwards."""
    return _cookie(_SIGN_IN, '', lasts_days=0, https=https)


def set_guest_key(key: str, *, https: bool) -> str:
    """The value of a Set-Cookie header."""
    return _cookie(_GUEST_KEY, key, lasts_days=GUEST_KEY_LASTS_DAYS, https=https)


def _value_in(scope: Scope, name: str) -> str | None:
    header = b'; '.join(value for field, value in scope['headers'] if field == b'cookie').decode('latin-1')
    value = cookie_parser(header).get(_full_name(name, https=is_https(scope)), '')
    return value if _TOKEN.fullmatch(value) else None


def _cookie(name: str, value: str, *, lasts_days: int, https: bool) -> str:
    secure = '; Secure' if https else ''
    return f'{_full_name(name, https=https)}={value}; Max-Age={lasts_days * 86_400}; Path=/; HttpOnly; SameSite=Lax{secure}'


def _full_name(name: str, *, https: bool) -> str:
    return f'__Host-{name}' if https else name
