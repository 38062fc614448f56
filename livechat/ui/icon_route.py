"""The icon of the server, for tabs, bookmarks and home screens: its picture, or ours. The same address whatever it is."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from livechat.domain.errors import LivechatError
from livechat.ui.current import chat
from livechat.ui.door_pages import STATIC

FAVICON_PATH = '/favicon.ico'
"""Where browsers look without being told, and where NiceGUI sends them for whatever is no file of its own."""
ICON_PATH = '/icon'
TOUCH_ICON = f'<link rel="apple-touch-icon" href="{ICON_PATH}">'
_OURS = (STATIC / 'icon.svg').read_bytes()


async def icon(request: Request) -> Response:
    """Asked for again each time, so that another picture is seen with the next page."""
    try:
        own = await chat().server_desk.icon()
    except LivechatError:
        own = None
    token, data = own or ('ours', _OURS)
    headers = {'Cache-Control': 'no-cache', 'ETag': f'"{token}"'}
    if request.headers.get('if-none-match') == headers['ETag']:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type='image/png' if own else 'image/svg+xml', headers=headers)


ICON_ROUTES = [Route(path, icon) for path in (FAVICON_PATH, ICON_PATH)]
