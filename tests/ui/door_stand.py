"""The door in front of a few plain routes, over stores in memory: no NiceGUI behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import livechat
from livechat.domain.chat import Chat, running_chat
from livechat.domain.limits import Limits
from livechat.domain.model import User
from livechat.ui.current import set_chat
from livechat.ui.door import Door, mount_door
from tests.fakes import FakeClock, MemoryStores

SET_UP_TOKEN = 'the-printed-token'
PASSWORD = 'correct horse'
SERVER_NAME = 'Harbour house'
FORM_TIME_S = 0.2


class DoorStand:
    """A server one can knock at; `seen` are the scopes that got past the door."""

    def __init__(self, chat: Chat, stores: MemoryStores, clock: FakeClock) -> None:
        self.chat = chat
        self.stores = stores
        self.clock = clock
        self.seen: list[Scope] = []
        self.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        self.app.mount('/static', StaticFiles(directory=Path(livechat.__file__).parent / 'ui' / 'static'))
        self.app.add_api_route('/crash', _crash)
        self.app.add_api_route('/healthz', self._inside)
        self.app.add_api_route('/_nicegui/{rest:path}', self._inside)
        self.app.add_api_route('/_nicegui_ws/{rest:path}', self._inside)
        self.app.add_api_route('/rooms/{slug}', self._inside)
        self.app.add_api_route('/', self._inside)
        mount_door(self.app, form_time_s=FORM_TIME_S)
        self.app.add_middleware(Door)

    async def _inside(self, request: Request) -> PlainTextResponse:
        self.seen.append(request.scope)
        signed_in = request.scope.get('state', {}).get('signed_in')
        return PlainTextResponse(f'inside as {signed_in.user.display_name}' if signed_in else 'inside')

    def browser(self, *, https: bool = False, address: str = '192.0.2.1') -> httpx.AsyncClient:
        """Keeps its cookies; follows no redirect."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(address, 40_000))
        return httpx.AsyncClient(transport=transport, base_url=f'{"https" if https else "http"}://chat.local')

    async def set_up(self) -> User:
        owner, _ = await self.chat.accounts.set_up(SET_UP_TOKEN, name='Ana Torres', password=PASSWORD, server_name=SERVER_NAME)
        await self.chat.rooms.welcome(owner)
        return owner

    async def signed_in_browser(self, *, https: bool = False) -> httpx.AsyncClient:
        browser = self.browser(https=https)
        response = await browser.post('/login', data={'name': 'Ana Torres', 'password': PASSWORD})
        assert response.status_code == 303
        return browser


async def _crash() -> None:
    raise RuntimeError('a secret of the server')


@asynccontextmanager
async def door_stand(clock: FakeClock, limits: Limits) -> AsyncIterator[DoorStand]:
    stores = MemoryStores()
    async with running_chat(stores, clock=clock, limits=limits, set_up_token=SET_UP_TOKEN) as chat:
        set_chat(chat)
        try:
            yield DoorStand(chat, stores, clock)
        finally:
            set_chat(None)
