"""The door for those with an account, or who make one: set-up, signing in, registering, signing out."""

import platform
import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from livechat.domain.errors import AlreadySetUp, LivechatError, SetUpTokenInvalid
from livechat.domain.model import MAX_NAME_CHARS, User
from livechat.domain.policy import Registration
from livechat.domain.signed_in import SignedIn
from livechat.ui.current import chat
from livechat.ui.door_answers import ReadForm, chosen_name, form_page, let_in, lets_in_by_name, user_agent_of
from livechat.ui.door_cookie import clear_cookie, is_https
from livechat.ui.door_form import address_of, local_path
from livechat.ui.door_names import names_page
from livechat.ui.door_pages import go, page, status_of


class AccountPages:
    """The handlers, each for the page and for what its form posts."""

    def __init__(self, read_form: ReadForm) -> None:
        self._read_form = read_form

    async def set_up(self, request: Request) -> Response:
        if request.method != 'POST':
            return await _set_up_page(request.query_params.get('token', ''), {'server_name': suggested_server_name()})
        form = await self._read_form(request)
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
            with_account = 'account' in request.query_params or not lets_in_by_name()
            return await (form_page('login.html', request.query_params) if with_account else names_page(request.query_params))
        form = await self._read_form(request)
        try:
            _, token = await chat().accounts.sign_in(
                form.get('name', ''), form.get('password', ''), address=address_of(request), user_agent=user_agent_of(request)
            )
        except LivechatError as error:
            return await form_page('login.html', form, error)
        if chat().rooms.oldest() is None:
            await chat().rooms.load()  # the owner, and with them the first room, may have been made from the command line
        return let_in(request, token, local_path(form.get('next')))

    async def register(self, request: Request) -> Response:
        template = 'register.html' if chat().policy.current.registration is Registration.OPEN else 'register_closed.html'
        if request.method != 'POST':
            return await form_page(template, request.query_params)
        form = await self._read_form(request)
        lobby = chat().rooms.oldest()
        try:
            user = await chat().accounts.register(
                name=chosen_name(form),
                password=form.get('password', ''),
                email=form.get('email'),
                join=lobby.id if lobby else None,
                address=address_of(request),
            )
        except LivechatError as error:
            return await form_page(template, form, error)
        return await _welcome(request, user, local_path(form.get('next')))

    async def sign_out(self, request: Request) -> Response:
        signed_in: SignedIn | None = request.scope['state'].get('signed_in')
        if request.method != 'POST' and signed_in is not None:
            return await page('logout.html', name=signed_in.user.display_name, is_guest=signed_in.user.is_guest, names=lets_in_by_name())
        if signed_in is not None:
            await chat().accounts.sign_out(signed_in.sign_in.id)
        response = go('/login')
        response.headers.append('set-cookie', clear_cookie(https=is_https(request.scope)))
        return response


async def _set_up_page(token: str, typed: Mapping[str, str], error: LivechatError | None = None) -> Response:
    try:
        chat().accounts.check_set_up_token(token)
    except SetUpTokenInvalid as invalid:
        return await page('not_set_up.html', status=status_of(invalid))
    return await form_page('setup.html', typed, error, token=token)


async def _welcome(request: Request, user: User, target: str) -> Response:
    """For somebody new, whose account is stored."""
    await chat().rooms.welcome(user)
    token, _ = await chat().accounts.start_sign_in(user.id, user_agent=user_agent_of(request), address=address_of(request))
    return let_in(request, token, target)


def suggested_server_name() -> str:
    """The machine's name, where it is one that people gave it: a container's is twelve hexadecimal digits."""
    host = platform.node().partition('.')[0]
    if not host or host.lower() in {'localhost', 'localdomain'} or re.fullmatch(r'[0-9a-f]{12,}', host):
        return 'Our place'
    return f'{host[:1].upper()}{host[1 : MAX_NAME_CHARS - 10]}’s place'
