"""Pictures of link cards, for whoever may read the message at this moment."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from livechat.domain.errors import NotFound
from livechat.ui.current import chat
from livechat.ui.file_answer import POLICY

PATH = '/previews/'


def mount(app: FastAPI) -> None:
    """Before NiceGUI's routes; behind the door, which lets nobody in without a sign-in."""
    app.router.routes.insert(0, Route(PATH + '{token}', _picture))


async def _picture(request: Request) -> Response:
    """Asked for again each time: who leaves, and what is deleted, is not answered from a browser's memory."""
    token = request.path_params['token']
    try:
        webp = await chat().rooms.card_picture(request.state.signed_in.user, token)
    except NotFound:
        return Response(status_code=404, headers={'Cache-Control': 'no-store'})
    headers = {'Cache-Control': 'private, no-cache', 'ETag': f'"{token}"', 'Content-Security-Policy': POLICY}
    if request.headers.get('if-none-match') == headers['ETag']:
        return Response(status_code=304, headers=headers)
    return Response(webp, media_type='image/webp', headers={**headers, 'X-Content-Type-Options': 'nosniff'})
