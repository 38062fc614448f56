"""Who forgot their password: a link by mail, where the server can send one, else the names of those who can make one."""

from starlette.requests import Request
from starlette.responses import Response

from livechat.domain.errors import LivechatError
from livechat.domain.model import User
from livechat.domain.password_errors import PasswordLinkInvalid
from livechat.ui.current import chat
from livechat.ui.door_answers import ReadForm, form_page, let_in, path_into, user_agent_of
from livechat.ui.door_form import address_of
from livechat.ui.door_pages import SECRET_ADDRESS, page, status_of


class PasswordPages:
    """The handlers, each for the page and for what its form posts."""

    def __init__(self, read_form: ReadForm) -> None:
        self._read_form = read_form

    async def forgot(self, request: Request) -> Response:
        """The same answer for every name: it tells nobody who is here."""
        if not chat().passwords_help.can_mail:
            return await page('forgot_ask.html', people=await chat().passwords_help.whom_to_ask())
        if request.method != 'POST':
            return await form_page('forgot.html', {})
        form = await self._read_form(request)
        try:
            await chat().passwords_help.forgot(form.get('name', ''), address=address_of(request))
        except LivechatError as error:
            return await form_page('forgot.html', form, error)
        return await page('forgot_sent.html')

    async def reset(self, request: Request) -> Response:
        """Looking uses nothing up: previews of links look too."""
        token = request.path_params['token']
        user = await chat().passwords_help.whose(token)
        if user is None:
            return await _invalid_page()
        if request.method != 'POST':
            return await _reset_page(token, user)
        form = await self._read_form(request)
        try:
            arrival = await chat().passwords_help.use(
                token, form.get('password', ''), user_agent=user_agent_of(request), address=address_of(request)
            )
        except PasswordLinkInvalid:  # used meanwhile
            return await _invalid_page()
        except LivechatError as error:
            return await _reset_page(token, user, error)
        return let_in(request, arrival.token, path_into(arrival.room), guest_key=arrival.guest_key)


async def _reset_page(token: str, user: User, error: LivechatError | None = None) -> Response:
    response = await form_page('reset.html', {}, error, token=token, user=user)
    response.headers.update(SECRET_ADDRESS)
    return response


async def _invalid_page() -> Response:
    invalid = PasswordLinkInvalid()
    return await page('reset_invalid.html', status=status_of(invalid), text=str(invalid))
