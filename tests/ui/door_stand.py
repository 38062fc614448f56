"""The door in front of a few plain routes, over stores in memory: no NiceGUI behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import livechat
from livechat.domain.chat import Chat, running_chat
from livechat.domain.invitation import Invitation, InvitedAs
from livechat.domain.limits import Limits
from livechat.domain.model import Room, ServerRole, User
from livechat.domain.names import name_key
from livechat.domain.people_ports import NewUser
from livechat.domain.policy import Policy
from livechat.ui.current import set_chat
from livechat.ui.door import Door, mount_door
from tests.fakes import FakeClock, MemoryStores

SET_UP_TOKEN = 'the-printed-token'
PASSWORD = 'correct horse'
SERVER_NAME = 'Harbour house'
FORM_TIME_S = 0.2
SECRET = b's' * 32


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

    async def member(self, name: str) -> User:
        """Another account, member of no room."""
        return await self.chat.accounts.add_user(name, PASSWORD, ServerRole.MEMBER)

    async def add_person(self, name: str) -> User:
        """An account nobody signs in to: no password is hashed for it."""
        at = self.clock.now()
        return await self.stores.users.add(
            NewUser(
                display_name=name,
                name_key=name_key(name),
                username=name.replace(' ', '.').lower(),
                email=None,
                role=ServerRole.MEMBER,
                password_hash='none',
                created_at=at,
            )
        )

    async def owner(self) -> User:
        found = await self.stores.users.by_login(name_key=name_key('Ana Torres'), username='')
        assert found is not None
        return found[0]

    async def room(self, name: str) -> Room:
        """The owner's private room of that name, made if it is not there."""
        owner = await self.owner()
        found = next((mine.room for mine in await self.chat.rooms.mine(owner) if mine.room.name == name), None)
        return found or await self.chat.rooms.create(owner, name, private=True)

    async def decide(self, policy: Policy) -> None:
        await self.chat.policy.change(await self.owner(), policy)

    async def invite(
        self,
        *,
        room: str | None = None,
        invited_as: InvitedAs = InvitedAs.GUEST,
        lasts: timedelta = timedelta(days=7),
        max_uses: int | None = None,
    ) -> Invitation:
        """By the owner, into her private room of that name or to the server."""
        room_id = (await self.room(room)).id if room is not None else None
        return await self.chat.invitations.make(await self.owner(), room_id=room_id, invited_as=invited_as, lasts=lasts, max_uses=max_uses)

    def path(self, invitation: Invitation) -> str:
        return f'/join/{self.chat.invitations.code(invitation)}'

    async def invitation(self, **terms: Any) -> str:
        """The path of a new one."""
        return self.path(await self.invite(**terms))

    async def unusable(self, why: str, *, room: str) -> str:
        """The path of an invitation as a guest that lets nobody in any more."""
        owner, invitation = await self.owner(), await self.invite(room=room, max_uses=1)
        path = self.path(invitation)
        match why:
            case 'expired':
                self.clock.advance(7 * 86_400)
            case 'used up':
                async with self.browser() as browser:
                    assert (await browser.post(path, data={'name': 'Early bird'})).status_code == 303
            case 'revoked':
                await self.chat.invitations.revoke(owner, invitation.id)
            case 'gone':
                await self.chat.rooms.delete(owner, (await self.room(room)).id)
            case _:
                return path[:-1] + ('b' if path.endswith('a') else 'a')
        return path

    async def signed_in_browser(self, *, https: bool = False) -> httpx.AsyncClient:
        browser = self.browser(https=https)
        response = await browser.post('/login', data={'name': 'Ana Torres', 'password': PASSWORD})
        assert response.status_code == 303
        return browser


async def _crash() -> None:
    raise RuntimeError('a secret of the server')


@asynccontextmanager
async def door_stand(clock: FakeClock, limits: Limits, **more: Any) -> AsyncIterator[DoorStand]:
    """`more` goes to `running_chat`."""
    stores = MemoryStores()
    async with running_chat(stores, clock=clock, limits=limits, set_up_token=SET_UP_TOKEN, **{'secret': SECRET, **more}) as chat:
        set_chat(chat)
        try:
            yield DoorStand(chat, stores, clock)
        finally:
            set_chat(None)
