"""Where the server trusts names: a free name is all it takes, and the door shows everybody, so that one finds one's own."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from livechat.domain.errors import LivechatError
from livechat.ui.current import chat
from livechat.ui.door_answers import ReadForm, asked_slug, chosen_name, form_page, let_in, lets_in_by_name, path_into, user_agent_of
from livechat.ui.door_cookie import guest_key_in
from livechat.ui.door_form import address_of, local_path
from livechat.ui.door_pages import go, page

REFRESH_S = 5
_ROWS_SHOWN = 8
"""Of the frame with everybody: beyond them it scrolls. It cannot grow by itself without a script."""


class NamePages:
    """One field and a list of everybody; on a server that trusts no names, none of it is there."""

    def __init__(self, read_form: ReadForm) -> None:
        self._read_form = read_form

    async def join(self, request: Request) -> Response:
        if request.method != 'POST' or not lets_in_by_name():
            return go('/login')
        form = await self._read_form(request)
        target = local_path(form.get('next'))
        try:
            arrival = await chat().guests.join_by_name(
                name=chosen_name(form),
                address=address_of(request),
                user_agent=user_agent_of(request),
                guest_key=guest_key_in(request.scope),
                slug=asked_slug(target),
            )
        except LivechatError as error:
            return await names_page(form, error)
        return let_in(request, arrival.token, path_into(arrival.room, target), guest_key=arrival.guest_key)

    async def people(self, _: Request) -> Response:
        """What the frame of the door shows; it asks for itself again and again."""
        if not lets_in_by_name():
            raise HTTPException(404)
        people = await chat().guests.door_people()
        return await page('people.html', headers={'Refresh': str(REFRESH_S)}, people=people)


async def names_page(typed: Mapping[str, str], error: LivechatError | None = None) -> Response:
    """The door itself."""
    people = await chat().guests.door_people()
    return await form_page('names.html', typed, error, rows=min(_ROWS_SHOWN, max(3, people.total + 2)))
