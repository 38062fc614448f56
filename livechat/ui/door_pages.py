"""The plain pages: HTML from templates, no script, nothing that NiceGUI would keep. For strangers, and for errors."""

import hashlib
import math
from http import HTTPStatus
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from livechat.domain.errors import (
    InvitationUnusable,
    LivechatError,
    MailFailed,
    NotAllowed,
    NotFound,
    NotStored,
    RoomUnavailable,
    SetUpTokenInvalid,
    TooBusy,
    TooFast,
    TooManyAttempts,
)
from livechat.domain.invitation import Unusable
from livechat.domain.model import Person, Server
from livechat.domain.password_errors import PasswordLinkInvalid
from livechat.ui.current import chat
from livechat.ui.html import avatar, logo

PRODUCT = 'livechat'
STATIC = files('livechat.ui') / 'static'
SECRET_ADDRESS = {'Referrer-Policy': 'strict-origin'}
"""Headers of a page whose address lets somebody in: not even our own requests repeat it. (`no-referrer` would take Origin from forms.)"""

_ERRORS: dict[int, tuple[str, str]] = {
    400: ('That did not work', 'What your browser sent arrived incomplete. Go back and try again.'),
    403: ('Not for you', 'You may not open this. Ask an administrator of this server if you think you should.'),
    404: ('Nothing here', 'There is no such page, or it is not open to you. The address may be misspelt or out of date.'),
    405: ('That does not work here', 'This address cannot be used that way. Go back and try again.'),
    408: ('That took too long', 'Your connection may be slow. Go back and try again.'),
    413: ('That is too much', 'This form takes less than that. Go back and send something shorter.'),
    429: ('Too many tries', 'Wait a moment and try again.'),
    503: ('Back in a moment', 'The server is busy or starting. Try again in a few seconds.'),
}
_SORRY = ('Something went wrong', 'Sorry, that is our fault. It was written down for whoever runs this server. Try again in a moment.')


_last_server = [Server(name='')]
"""As it was last read, for pages that are shown when it cannot be."""


def asset(name: str) -> str:
    """The address of a static file, with its content in it: a new version is never mistaken for a cached one."""
    return f'/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}'


def _face(person: Person) -> Markup:
    return Markup(avatar(person, size='small'))  # noqa: S704 - escaped there


_templates = Environment(
    loader=PackageLoader('livechat.ui'), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
)
_templates.globals.update(assets={name: asset(name) for name in ('tokens.css', 'door.css', 'quote.css', 'icon.svg')}, face=_face)


async def page(template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: object) -> HTMLResponse:
    """A plain page under the server's name."""
    return _render(template, await _server(), status=status, headers=headers, **context)


def nameless_page(template: str, *, headers: dict[str, str], **context: object) -> HTMLResponse:
    """A plain page that does not show the server's name, and asks the database nothing."""
    return _render(template, Server(name=''), status=200, headers=headers, **context)


def go(path: str) -> RedirectResponse:
    """To another page, whatever the method was."""
    return RedirectResponse(path, status_code=303, headers={'Cache-Control': 'no-store'})


async def error_page(status: int, message: str = '', *, headers: dict[str, str] | None = None) -> HTMLResponse:
    """What to say when something is not there, not allowed or broken. Needs nothing that could be broken itself."""
    try:
        server = await _server()
    except Exception:  # noqa: BLE001  (the database may be why there is an error page at all; that is logged where it fails)
        server = _last_server[-1]
    return _error_page(status, message, server, headers=headers)


def not_found_page(_: Request) -> Response:
    """For handlers that cannot wait."""
    return _error_page(404, '', _last_server[-1])


def server_error_page(_: Request) -> Response:
    """For handlers that cannot wait."""
    return _error_page(500, '', _last_server[-1])


def status_of(error: LivechatError) -> int:
    """The HTTP status of an answer that says what went wrong."""
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, InvitationUnusable):
        return 404 if error.why == Unusable.UNKNOWN else 410
    if isinstance(error, PasswordLinkInvalid):
        return 410
    if isinstance(error, NotAllowed | SetUpTokenInvalid):
        return 403
    if isinstance(error, TooFast | TooManyAttempts):
        return 429
    return 503 if isinstance(error, TooBusy | NotStored | RoomUnavailable | MailFailed) else 422


def headers_of(error: LivechatError) -> dict[str, str]:
    wait_s = error.retry_after_s if isinstance(error, TooFast | TooManyAttempts) else 0
    return {'Retry-After': str(math.ceil(wait_s))} if wait_s else {}


def install_error_pages(app: Starlette) -> None:
    """Plain pages for whatever goes wrong under `app`.

    On NiceGUI's own app they replace handlers that build a client, which is kept for a minute, per wrong address.
    """
    app.add_exception_handler(LivechatError, _on_livechat_error)
    for status_or_class in (HTTPException, 404):
        app.add_exception_handler(status_or_class, _on_http_error)
    app.add_exception_handler(Exception, _on_crash)


async def _on_livechat_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, LivechatError)
    return await error_page(status_of(error), str(error), headers=headers_of(error))


async def _on_http_error(_: Request, error: Exception) -> Response:
    # Starlette's detail is the status in other words, so ours is shown
    status = error.status_code if isinstance(error, HTTPException) else 404
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status in {204, 304}:
        return Response(status_code=status, headers=headers)
    return await error_page(status, headers=headers)


async def _on_crash(_: Request, __: Exception) -> Response:
    return await error_page(500)  # the server logs it: Starlette raises it again


async def _server() -> Server:
    _last_server[:] = [await chat().server_desk.profile()]
    return _last_server[-1]


def _error_page(status: int, message: str, server: Server, *, headers: dict[str, str] | None = None) -> HTMLResponse:
    title, text = _ERRORS.get(status, _SORRY if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _ERRORS[400])
    return _render('error.html', server, status=status, headers=headers, title=title, text=message or text)


def _render(template: str, server: Server, *, status: int, headers: dict[str, str] | None, **context: object) -> HTMLResponse:
    shown = server if server.name else Server(name=PRODUCT)
    html = _templates.get_template(template).render(server_name=shown.name, logo=Markup(logo(shown)), **context)  # noqa: S704 - escaped there
    return HTMLResponse(html, status_code=status, headers={'Cache-Control': 'no-store', **(headers or {})})
