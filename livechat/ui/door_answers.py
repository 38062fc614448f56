"""What the handlers of the door share: how a form is read, what comes back when it is refused, what lets a browser in."""

import re
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from livechat.domain.errors import LivechatError, Taken
from livechat.domain.model import MAX_NAME_CHARS, MIN_PASSWORD_CHARS, Room
from livechat.domain.password_errors import SignInFailed
from livechat.ui.current import chat
from livechat.ui.door_cookie import is_https, set_cookie, set_guest_key
from livechat.ui.door_form import local_path
from livechat.ui.door_pages import go, headers_of, page, status_of
from livechat.ui.html import room_path

ReadForm = Callable[[Request], Awaitable[Mapping[str, str]]]

FIELDS = frozenset({'name', 'password', 'email', 'server_name'})
_ROOM = re.compile(r'/rooms/([^/?#]+)')


def lets_in_by_name() -> bool:
    """Whether a name alone is enough here."""
    return chat().trusts_names and chat().policy.current.guests


def chosen_name(form: Mapping[str, str]) -> str:
    """What was typed, or the suggestion instead, where its button was pressed."""
    return form.get('use') or form.get('name', '')


async def form_page(template: str, typed: Mapping[str, str], error: LivechatError | None = None, **context: object) -> Response:
    """A form with what was typed, never the password, and the error beside its field."""
    field = 'password' if isinstance(error, SignInFailed) else getattr(error, 'field', '')
    shown_at = field if field in FIELDS else ''  # beside no field, above them all
    return await page(
        template,
        status=status_of(error) if error else 200,
        headers=headers_of(error) if error else {},
        typed={**{name: typed.get(name, '') for name in FIELDS - {'password'}}, 'name': chosen_name(typed)},
        suggestion=error.suggestion if isinstance(error, Taken) else '',
        next=local_path(typed.get('next')),
        errors={shown_at: str(error)} if error else {},
        max_name=MAX_NAME_CHARS,
        min_password=MIN_PASSWORD_CHARS,
        names=lets_in_by_name(),
        policy=chat().policy.current,
        **context,
    )


def let_in(request: Request, token: str, target: str, *, guest_key: str | None = None) -> Response:
    """To that page, signed in; with `guest_key`, a guest's name is kept for this browser."""
    response = go(target)
    https, lasts_days = is_https(request.scope), chat().limits.sign_in_lasts_days
    response.headers.append('set-cookie', set_cookie(token, lasts_days=lasts_days, https=https))
    if guest_key is not None:
        response.headers.append('set-cookie', set_guest_key(guest_key, https=https))
    return response


def asked_slug(target: str) -> str | None:
    """Of the room whose address that is; None for every other address."""
    found = _ROOM.match(target)
    return unquote(found.group(1)) if found else None


def path_into(room: Room | None, target: str = '/') -> str:
    """Where somebody goes who was let into that room: where they wanted to, unless that is no place or another room."""
    if room is None or (target != '/' and asked_slug(target) in {None, room.slug}):
        return target
    return room_path(room.slug)


def user_agent_of(request: Request) -> str:
    return request.headers.get('user-agent', '')
