"""Who comes in. Asks the cookie before NiceGUI sees anything: a NiceGUI page costs some 313 KiB, kept for a minute, per GET."""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from livechat.domain.accounts import SignedIn
from livechat.domain.errors import Banned, LivechatError
from livechat.ui.current import chat
from livechat.ui.door_answers import lets_in_by_name
from livechat.ui.door_cookie import guest_key_in, is_https, set_cookie, set_guest_key, token_in
from livechat.ui.door_form import address_in, local_path
from livechat.ui.door_pages import error_page, go, headers_of, page, status_of
from livechat.ui.http_guard import FRAMED_PATH

OPEN_PREFIXES = ('/static/', '/_nicegui/')
"""Files that are the same for everybody. `/_nicegui_ws/` is not among them."""
PAGES_SOCKET = '/_nicegui_ws/'
"""The socket of the live pages: who may use it is decided by the guard of the pages, which answers in words a tab understands."""
OPEN_PATHS = frozenset({'/healthz', '/favicon.ico', '/icon'})
PICTURES = '/avatars/'
"""Open to whoever has the address of one: pages of the door show people, and a token cannot be guessed."""
CLIENT_PREFIX = '/_nicegui/client/'
"""What one page's elements serve (uploads), by the id of its client."""
FOR_STRANGERS = frozenset({'/login', '/register', '/forgot', '/join'})
FOR_EVERYBODY = ('/join/', '/reset/')
"""What a link of somebody else opens; signed in or not, its page decides."""
POLICY_VIOLATION = 1008


class Door:
    """Every request and socket: strangers to `/login`, sockets of strangers nowhere, `scope['state']['signed_in']` for the rest.

    From an address that is kept out nothing gets in at all but the files that are the same for everybody.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] in {'http', 'websocket'} and not _is_file(scope['path']) and _is_banned(scope):
            await _keep_out(scope, receive, send)
        elif scope['type'] == 'websocket':
            await self._socket(scope, receive, send)
        elif scope['type'] != 'http' or _is_open(scope['path']):
            await self._app(scope, receive, send)
        else:
            await self._request(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = token_in(scope)
        signed_in = await chat().accounts.signed_in(token, address=address_in(scope)) if token else None
        if (token is None or signed_in is None) and scope['path'].startswith(PAGES_SOCKET):
            # a tab whose sign-in ended while it was away: the guard behind tells it so, and it reloads and lands on /login
            await self._app(_with(scope, None), receive, send)
            return
        if token is None or signed_in is None:
            await _refuse_socket(receive, send)
            return
        await self._app(_with(scope, signed_in), receive, _renewing(send, scope, token, signed_in))

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = token_in(scope)
        try:
            has_owner = await chat().accounts.has_owner()
            signed_in = await chat().accounts.signed_in(token, address=address_in(scope)) if token else None
        except LivechatError as error:
            await (await error_page(status_of(error), str(error), headers=headers_of(error)))(scope, receive, send)
            return
        answer = await _answer(scope, has_owner=has_owner, is_stranger=signed_in is None)
        if answer is not None:
            await answer(scope, receive, send)
        elif token is None or signed_in is None:
            await self._app(_with(scope, None), receive, send)
        else:
            await self._app(_with(scope, signed_in), receive, _renewing(send, scope, token, signed_in))


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(PICTURES) or _is_file(path)


def _is_file(path: str) -> bool:
    return path.startswith(OPEN_PREFIXES) and not path.startswith(CLIENT_PREFIX)


def _is_banned(scope: Scope) -> bool:
    return chat().moderation.is_banned_address(address_in(scope))


async def _keep_out(scope: Scope, receive: Receive, send: Send) -> None:
    if scope['type'] == 'websocket':
        await _refuse_socket(receive, send)
        return
    try:
        answer = await page('banned.html', status=status_of(Banned()), text=str(Banned()))
    except LivechatError as error:
        answer = await error_page(status_of(error), str(error), headers=headers_of(error))
    await answer(scope, receive, send)


async def _refuse_socket(receive: Receive, send: Send) -> None:
    await receive()  # the connect, which the answer belongs to: before it is accepted, a close is a 403
    await send({'type': 'websocket.close', 'code': POLICY_VIOLATION})


async def _answer(scope: Scope, *, has_owner: bool, is_stranger: bool) -> Response | None:
    """What the door itself answers; None to let the request through."""
    path = scope['path']
    if not has_owner:
        return None if path == '/setup' else await page('not_set_up.html', status=503)
    if path == '/setup':
        return go('/')
    if path.startswith(FOR_EVERYBODY) or (path == FRAMED_PATH and lets_in_by_name()):
        return None
    if not is_stranger:
        return go('/') if path in FOR_STRANGERS else None
    if path in FOR_STRANGERS or path == '/logout':
        return None
    return go(_login_path(scope)) if _is_page(scope) else await error_page(403, 'Sign in first.')


def _is_page(scope: Scope) -> bool:
    """Whether a person asked for it: not an image of another page, not something that is sent."""
    destination = next((value for name, value in scope['headers'] if name == b'sec-fetch-dest'), b'document')
    return scope['method'] in {'GET', 'HEAD'} and destination == b'document'


def _login_path(scope: Scope) -> str:
    raw = scope.get('raw_path')
    asked = raw.decode('latin-1') if raw else quote(scope['path'])
    if query := scope.get('query_string', b'').decode('latin-1'):
        asked += f'?{query}'
    wanted = local_path(asked)
    return '/login' if wanted == '/' else '/login?' + urlencode({'next': wanted})


def _with(scope: Scope, signed_in: SignedIn | None) -> MutableMapping[str, Any]:
    """A scope of its own, with a state of its own: servers may hand the same one to every request."""
    state = {name: value for name, value in (scope.get('state') or {}).items() if name != 'signed_in'}
    return {**scope, 'state': state if signed_in is None else {**state, 'signed_in': signed_in}}


def _renewing(send: Send, scope: Scope, token: str, signed_in: SignedIn) -> Send:
    """The cookie lives as long as the sign-in: when that was renewed, so is the cookie, with whatever is answered."""
    if not signed_in.renewed:
        return send
    https = is_https(scope)
    headers = [(b'set-cookie', set_cookie(token, lasts_days=chat().limits.sign_in_lasts_days, https=https).encode())]
    if signed_in.user.is_guest and (guest_key := guest_key_in(scope)) is not None:
        headers.append((b'set-cookie', set_guest_key(guest_key, https=https).encode()))

    async def send_renewed(message: Message) -> None:
        if message['type'] in {'http.response.start', 'websocket.accept'}:
            others = list(message.get('headers', ()))
            if not any(name.lower() == b'set-cookie' for name, _ in others):  # signing out clears it
                message = {**message, 'headers': [*others, *headers]}
        await send(message)

    return send_renewed
