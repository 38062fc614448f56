"""The door: set-up, signing in, registering, signing out. Plain pages that post over HTTP, so password managers work."""

import logging
import platform
import re
from collections.abc import Mapping

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from livechat.domain.accounts import SignedIn
from livechat.domain.errors import AlreadySetUp, LivechatError, SetUpTokenInvalid, SignInFailed
from livechat.domain.model import MAX_NAME_CHARS, MIN_PASSWORD_CHARS, User
from livechat.ui.current import chat
from livechat.ui.door_cookie import clear_cookie, is_https, set_cookie
from livechat.ui.door_form import address_of, local_path, read_form
from livechat.ui.door_middleware import Door
from livechat.ui.door_pages import asset, go, headers_of, install_error_pages, page, status_of

__all__ = ['Door', 'install_error_pages', 'mount_door']

logger = logging.getLogger(__name__)

FORM_TIME_S = 10.0
FIELDS = frozenset({'name', 'password', 'email', 'server_name'})


def mount_door(app: FastAPI, *, form_time_s: float = FORM_TIME_S) -> None:
    """Routes before all others, and plain error pages. The middleware `Door` is added apart, files under /static too."""
    door = _DoorPages(form_time_s)
    app.router.routes[:0] = [
        Route('/favicon.ico', _favicon),
        Route('/setup', door.set_up, methods=['GET', 'POST']),
        Route('/login', door.sign_in, methods=['GET', 'POST']),
        Route('/register', door.register, methods=['GET', 'POST']),
        Route('/logout', door.sign_out, methods=['GET', 'POST']),
    ]
    install_error_pages(app)


class _DoorPages:
    """The handlers, each for the page and for what its form posts."""

    def __init__(self, form_time_s: float) -> None:
        self._form_time_s = form_time_s

    async def set_up(self, request: Request) -> Response:
        if request.method != 'POST':
            return await _set_up_page(request.query_params.get('token', ''), {'server_name': suggested_server_name()})
        form = await self._form(request)
        token = form.get('token', '')
        try:
            owner, room = await chat().accounts.set_up(
                token, name=form.get('name', ''), password=form.get('password', ''), server_name=form.get('server_name', '')
            )
        except AlreadySetUp:
            return go('/')
        except LivechatError as error:
            return await _set_up_page(token, form, error)
        return await _welcome(request, owner, f'/rooms/{room.slug}')

    async def sign_in(self, request: Request) -> Response:
        if request.method != 'POST':
            return await _form_page('login.html', request.query_params)
        form = await self._form(request)
        try:
            _, token = await chat().accounts.sign_in(
                form.get('name', ''), form.get('password', ''), address=address_of(request), user_agent=_user_agent(request)
            )
        except LivechatError as error:
            return await _form_page('login.html', form, error)
        if chat().rooms.oldest() is None:
            await chat().rooms.load()  # the owner, and with them the first room, may have been made from the command line
        return _let_in(request, token, local_path(form.get('next')))

    async def register(self, request: Request) -> Response:
        if request.method != 'POST':
            return await _form_page('register.html', request.query_params)
        form = await self._form(request)
        lobby = chat().rooms.oldest()
        try:
            user = await chat().accounts.register(
                name=form.get('name', ''),
                password=form.get('password', ''),
                email=form.get('email'),
                join=lobby.id if lobby else None,
                address=address_of(request),
            )
        except LivechatError as error:
            return await _form_page('register.html', form, error)
        return await _welcome(request, user, local_path(form.get('next')))

    async def sign_out(self, request: Request) -> Response:
        signed_in: SignedIn | None = request.scope['state'].get('signed_in')
        if request.method != 'POST' and signed_in is not None:
            return await page('logout.html', name=signed_in.user.display_name)
        if signed_in is not None:
            await chat().accounts.sign_out(signed_in.sign_in.id)
        response = go('/login')
        response.headers.append('set-cookie', clear_cookie(https=is_https(request.scope)))
        return response

    async def _form(self, request: Request) -> Mapping[str, str]:
        return await read_form(request, time_s=self._form_time_s)


async def _set_up_page(token: str, typed: Mapping[str, str], error: LivechatError | None = None) -> Response:
    try:
        chat().accounts.check_set_up_token(token)
    except SetUpTokenInvalid as invalid:
        return await page('not_set_up.html', status=status_of(invalid))
    return await _form_page('setup.html', typed, error, token=token)


async def _form_page(template: str, typed: Mapping[str, str], error: LivechatError | None = None, **context: object) -> Response:
    """A form with what was typed, never the password, and the error beside its field."""
    field = 'password' if isinstance(error, SignInFailed) else getattr(error, 'field', '')
    shown_at = field if field in FIELDS else ''  # beside no field, above them all
    return await page(
        template,
        status=status_of(error) if error else 200,
        headers=headers_of(error) if error else {},
        typed={name: typed.get(name, '') for name in FIELDS - {'password'}},
        next=local_path(typed.get('next')),
        errors={shown_at: str(error)} if error else {},
        max_name=MAX_NAME_CHARS,
        min_password=MIN_PASSWORD_CHARS,
        **context,
    )


async def _welcome(request: Request, user: User, target: str) -> Response:
    """For somebody new, whose account is stored: whatever happens now, trying once more would only say that the name is taken."""
    try:
        await chat().rooms.welcome(user)
    except LivechatError as trouble:
        logger.warning('User %d is told to their first room when they enter it: %s', user.id, trouble)
    token, _ = await chat().accounts.start_sign_in(user.id, user_agent=_user_agent(request))
    return _let_in(request, token, target)


def _let_in(request: Request, token: str, target: str) -> Response:
    response = go(target)
    cookie = set_cookie(token, lasts_days=chat().limits.sign_in_lasts_days, https=is_https(request.scope))
    response.headers.append('set-cookie', cookie)
    return response


def _user_agent(request: Request) -> str:
    return request.headers.get('user-agent', '')


def suggested_server_name() -> str:
    """The machine's name, where it is one that people gave it: a container's is twelve hexadecimal digits."""
    host = platform.node().partition('.')[0]
    if not host or host.lower() in {'localhost', 'localdomain'} or re.fullmatch(r'[0-9a-f]{12,}', host):
        return 'Our place'
    return f'{host[:1].upper()}{host[1 : MAX_NAME_CHARS - 10]}’s place'


async def _favicon(_: Request) -> Response:
    return RedirectResponse(asset('icon.svg'), status_code=307)
