"""What the server is called and looks like: for everybody, at once, and at its door."""

from nicegui import ui

from livechat.domain.face import CutOut
from livechat.domain.model import MAX_SERVER_NAME_CHARS, Server
from livechat.ui.components.dialogs import worded
from livechat.ui.components.forms import Outcome, button, field, refill, section
from livechat.ui.html import logo
from livechat.ui.pages.picture_field import PictureField
from livechat.ui.session import Session


def server_card(session: Session) -> None:
    with section('Name and picture', 'Everybody sees them, also before they sign in. The picture is the icon of the tab, too.'):
        place = ui.element('div').classes('server-card')

    async def load() -> None:
        server = await session.chat.server_desk.profile()
        refill(place, lambda: _fields(session, server))

    session.do(load)


def _fields(session: Session, server: Server) -> None:
    """What is seen here follows what is done here; each act starts from what is stored."""
    desk, shown = session.chat.server_desk, [server]

    async def set_picture(token: str, cut_out: CutOut) -> None:
        shown[:] = [await desk.set_picture(session.user, token, cut_out)]

    async def remove_picture() -> None:
        shown[:] = [await desk.remove_picture(session.user)]

    async def rename() -> None:
        shown[:] = [await desk.rename(session.user, name.value or '')]
        name.value = shown[-1].name
        picture.show()

    picture = PictureField(
        session,
        html=lambda: logo(shown[-1], large=True),
        has_picture=lambda: bool(shown[-1].picture),
        save=set_picture,
        remove=remove_picture,
    )
    with ui.element('form') as form:
        name = field('Name of the server', server.name, limit=MAX_SERVER_NAME_CHARS)
        worded('p', 'In the corner of every page, in titles and in invitations.').classes('muted')
        outcome = Outcome()
        button('Save')
    form.on('submit.prevent', lambda: outcome.attempt(rename, 'Saved.'), [])
