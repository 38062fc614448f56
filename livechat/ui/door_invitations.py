"""Coming in by an invitation: as a guest with a name and one click, as a member with a password too, and for whoever is in already.

Looking changes nothing: the bots that draw previews of links look at every address they see.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from livechat.domain.errors import InvitationUnusable, LivechatError
from livechat.domain.invitations import OpenInvitation
from livechat.domain.model import User
from livechat.domain.signed_in import SignedIn
from livechat.ui.current import chat
from livechat.ui.door_answers import ReadForm, chosen_name, form_page, let_in, lets_in_by_name, path_into, user_agent_of
from livechat.ui.door_cookie import guest_key_in
from livechat.ui.door_form import address_of
from livechat.ui.door_pages import SECRET_ADDRESS, go, page, status_of


class InvitationPages:
    """The page of one invitation and what it posts."""

    def __init__(self, read_form: ReadForm) -> None:
        self._read_form = read_form

    async def join(self, request: Request) -> Response:
        code = request.path_params['code']
        signed_in: SignedIn | None = request.scope['state'].get('signed_in')
        try:
            if signed_in is not None:
                return await _join_as(signed_in.user, code, request)
            form = await self._read_form(request) if request.method == 'POST' else None
            return await _come_in(code, request, form)
        except InvitationUnusable as unusable:
            return await _unusable_page(unusable, is_signed_in=signed_in is not None)


async def _join_as(user: User, code: str, request: Request) -> Response:
    """Somebody who is signed in: one button, and none at all where they are a member already."""
    if request.method == 'POST':
        return go(path_into(await chat().invitations.accept(user, code)))
    invitation = await chat().invitations.look(code)
    if invitation.room is not None and invitation.room.id in await chat().rooms.memberships(user.id):
        return go(path_into(invitation.room))
    return await page('join_signed_in.html', headers=SECRET_ADDRESS, invitation=invitation, code=code, name=user.display_name)


async def _come_in(code: str, request: Request, form: Mapping[str, str] | None) -> Response:
    """A stranger: the form, or what became of it."""
    invitation = await chat().invitations.look(code)
    if form is None:
        return await _form(invitation, code, {})
    address, agent = address_of(request), user_agent_of(request)
    try:
        if invitation.as_guest:
            arrival = await chat().guests.join(
                code, name=chosen_name(form), address=address, user_agent=agent, guest_key=guest_key_in(request.scope)
            )
        else:
            arrival = await chat().invitations.register(
                code,
                name=chosen_name(form),
                password=form.get('password', ''),
                email=form.get('email'),
                address=address,
                user_agent=agent,
            )
    except InvitationUnusable:
        raise
    except LivechatError as error:
        return await _form(invitation, code, form, error)
    return let_in(request, arrival.token, path_into(arrival.room), guest_key=arrival.guest_key)


async def _form(invitation: OpenInvitation, code: str, typed: Mapping[str, str], error: LivechatError | None = None) -> Response:
    response = await form_page('join.html', typed, error, invitation=invitation, code=code)
    response.headers.update(SECRET_ADDRESS)
    return response


async def _unusable_page(unusable: InvitationUnusable, *, is_signed_in: bool) -> Response:
    """The same for a forged code and for one whose room is gone."""
    return await page(
        'join_unusable.html', status=status_of(unusable), text=str(unusable), is_signed_in=is_signed_in, names=lets_in_by_name()
    )
