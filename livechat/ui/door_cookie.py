"""The one cookie: the token of a sign-in.

HttpOnly and SameSite=Lax always; behind https also Secure and `__Host-`, a name that no other host of the domain can set.
"""

import re

from starlette.requests import cookie_parser
from starlette.types import Scope

_TOKEN = re.compile(r'[A-Za-z0-9_-]{43}')
"""32 random bytes in URL-safe base64; whatever else arrives under our name is nobody's."""


def is_https(scope: Scope) -> bool:
    return scope.get('scheme') in {'https', 'wss'}


def cookie_name(*, https: bool) -> str:
    return '__Host-livechat' if https else 'livechat'


def token_in(scope: Scope) -> str | None:
    """The token this browser sent; None without a well-formed one."""
    header = b'; '.join(value for name, value in scope['headers'] if name == b'cookie').decode('latin-1')
    token = cookie_parser(header).get(cookie_name(https=is_https(scope)), '')
    return token if _TOKEN.fullmatch(token) else None


def set_cookie(token: str, *, lasts_days: int, https: bool) -> str:
    """The value of a Set-Cookie header."""
    return _cookie(token, max_age_s=lasts_days * 86_400, https=https)


def clear_cookie(*, https: bool) -> str:
    """The value of a Set-Cookie header."""
    return _cookie('', max_age_s=0, https=https)


def _cookie(value: str, *, max_age_s: int, https: bool) -> str:
    secure = '; Secure' if https else ''
    return f'{cookie_name(https=https)}={value}; Max-Age={max_age_s}; Path=/; HttpOnly; SameSite=Lax{secure}'
