"""The live pages, mounted into the application: NiceGUI with everything that is not needed taken out."""

from datetime import datetime
from typing import Any

from fastapi import Depends, FastAPI, Request
from nicegui import Client, ui

from livechat.domain.accounts import SignedIn
from livechat.domain.limits import Limits
from livechat.domain.model import SignInId, Theme
from livechat.ui import hardening
from livechat.ui.address import is_loopback
from livechat.ui.audience import Audience
from livechat.ui.current import chat
from livechat.ui.door_pages import asset, not_found_page, server_error_page
from livechat.ui.icon_route import FAVICON_PATH, TOUCH_ICON
from livechat.ui.pages.chat_page import ChatPage
from livechat.ui.sessions import current_sessions

RECONNECT_TIMEOUT_S = 45.0
PATHS = ('/', '/rooms', '/rooms/{slug}', '/rooms/{slug}/settings', '/search', '/profile', '/admin')
STYLES = (
    'tokens.css',
    'app.css',
    'messages.css',
    'quote.css',
    'actions.css',
    'days.css',
    'attachments.css',
    'nav.css',
    'composer.css',
    'files.css',
    'rooms.css',
    'search.css',
    'switcher.css',
    'pages.css',
    'pictures.css',
)
_pages: dict[str, ChatPage] = {}
_share_host: list[str] = []


def mount(application: FastAPI, *, limits: Limits, share_host: str | None = None) -> None:
    """Serve the live pages; once per process, since NiceGUI can be mounted once.

    `share_host` is where others reach this server, for whoever came by an address that only this computer has.
    """
    _share_host[:] = [share_host] if share_host else []
    for path in PATHS:
        ui.page(path, dependencies=[Depends(hardening.admit_page)])(_page)
    Client.shared_head_html = TOUCH_ICON + ''.join(f'<link rel="stylesheet" href="{asset(name)}">' for name in STYLES)
    ui.run_with(
        application,
        title='livechat',
        viewport='width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content',
        favicon=FAVICON_PATH,
        dark=None,
        language='en-US',
        reconnect_timeout=RECONNECT_TIMEOUT_S,
        gzip_middleware_factory=None,
        tailwind=False,
        binding_refresh_interval=None,
        show_welcome_message=False,
    )
    hardening.install(
        on_virtual_event=_virtual_event,
        is_current=_is_current,
        not_found=not_found_page,
        server_error=server_error_page,
        pages_per_address=limits.pages_per_address,
    )


def _is_current(sign_in_id: SignInId) -> bool:
    return chat().accounts.current(sign_in_id) is not None


def _virtual_event(client: Client, element_id: int, args: list[Any]) -> None:
    page = _pages.get(client.id)
    if page is not None:
        page.virtual_event(element_id, args)


async def _page(request: Request) -> None:
    """Every address of the live pages: the tab's own router takes it from here."""
    client = ui.context.client
    signed_in: SignedIn = request.scope['state']['signed_in']
    hardening.bind_page(client, signed_in.sign_in.id)
    audience = Audience(_utc_offset_min(signed_in), _base_url(request))
    sessions = current_sessions()
    await sessions.load_server()
    page = ChatPage(sessions, client, signed_in, audience, touch=_is_touch(request))
    _pages[client.id] = page
    client.on_delete(lambda: _pages.pop(client.id, None))
    theme = signed_in.user.preferences.theme
    if theme is not Theme.SYSTEM:
        page.places.use_theme(theme)


def _base_url(request: Request) -> str:
    """The address to share: by which this person came, unless that leads others to themselves."""
    host = request.headers.get('host', '')
    if _share_host and is_loopback(host):
        _, separator, port = host.rpartition(':')
        host = f'{_share_host[0]}{separator}{port}' if port.isdecimal() else _share_host[0]
    return f'{request.url.scheme}://{host}'


def _utc_offset_min(signed_in: SignedIn) -> int:
    """What the browser said last; before it was asked, where the server stands."""
    if signed_in.sign_in.utc_offset_min is not None:
        return signed_in.sign_in.utc_offset_min
    offset = datetime.now().astimezone().utcoffset()
    return round(offset.total_seconds() / 60) if offset else 0


def _is_touch(request: Request) -> bool:
    """Whether Enter is a new line: phones and tablets have no Shift at hand."""
    agent = request.headers.get('user-agent', '')
    return request.headers.get('sec-ch-ua-mobile') == '?1' or any(word in agent for word in ('Android', 'iPhone', 'iPad', 'Mobile'))
