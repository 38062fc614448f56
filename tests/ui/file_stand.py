"""The routes of files behind the guard and the door, over a data folder on the disk: no NiceGUI behind them."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.types import Message, Send

from livechat.domain.chat import Chat, running_chat
from livechat.domain.file import FileId, Inspected
from livechat.domain.files import Files
from livechat.domain.limits import Limits
from livechat.domain.model import MessageNumber, Room, ServerRole, User
from livechat.domain.names import name_key
from livechat.domain.people_ports import NewUser
from livechat.domain.ports import Stores
from livechat.domain.tray_item import TrayItem
from livechat.files import MediaInspector
from livechat.store import DATABASE_NAME, open_stores
from livechat.store.files import LocalFiles
from livechat.ui import file_routes
from livechat.ui.current import set_chat
from livechat.ui.door import Door, mount_door
from livechat.ui.http_guard import HttpGuard
from tests.domain.house import Time

_inspected: dict[tuple[bytes, str], tuple[Inspected, bytes]] = {}
_thumbnails: dict[bytes, Mapping[int, bytes]] = {}


class ForgetsNothing:
    """The real inspector, which looks at the same content once: a process takes longer than the rest of a test."""

    def __init__(self) -> None:
        self._inspector = MediaInspector()

    async def inspect(self, path: Path, name: str) -> Inspected:
        content = path.read_bytes()  # noqa: ASYNC240 - small, and in a test
        if (content, name) not in _inspected:
            _inspected[content, name] = await self._inspector.inspect(path, name), path.read_bytes()  # noqa: ASYNC240 - small, and in a test
        inspected, cleaned = _inspected[content, name]
        path.write_bytes(cleaned)  # noqa: ASYNC240 - small, and in a test
        return inspected

    async def thumbnails(self, path: Path) -> Mapping[int, bytes]:
        content = path.read_bytes()  # noqa: ASYNC240 - small, and in a test
        if content not in _thumbnails:
            _thumbnails[content] = await self._inspector.thumbnails(path)
        return _thumbnails[content]

    async def text(self, path: Path) -> str:
        return await self._inspector.text(path)


ORIGIN = 'http://chat.local'


@dataclass
class FileStand:
    """A server with files that one can ask, and its time."""

    chat: Chat
    stores: Stores
    time: Time
    folder: Path
    _stack: AsyncExitStack
    _made: int = 0

    def __post_init__(self) -> None:
        self.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        mount_door(self.app)
        file_routes.mount(self.app)
        self.app.add_middleware(Door)
        self._guarded = HttpGuard(self.app, allowed_hosts=set, https=False)

    @property
    def files(self) -> Files:
        assert self.chat.files is not None
        return self.chat.files

    async def person(self, name: str, role: ServerRole = ServerRole.MEMBER) -> User:
        """Nobody hashes a password for it."""
        new = NewUser(
            display_name=name,
            name_key=name_key(name),
            username=name.lower(),
            email=None,
            role=role,
            password_hash='none',
            created_at=self.time.now(),
        )
        if role is not ServerRole.OWNER:
            return await self.stores.users.add(new)
        owner, _ = await self.stores.users.create_first_owner(
            new, server_name='Here', room_name='Lobby', room_slug='lobby', room_description=''
        )
        await self.chat.rooms.load()
        return owner

    async def room(self, owner: User, *members: User, private: bool = True) -> Room:
        self._made += 1
        room = await self.chat.rooms.create(owner, f'Room {self._made}', private=private)
        for member in members:
            await self.chat.members.add(owner, room.id, member.id)
        return room

    async def token(self, user: User) -> str:
        token, _ = await self.chat.accounts.start_sign_in(user.id, user_agent='test')
        return token

    async def browser(self, user: User | None, *, origin: str | None = ORIGIN) -> httpx.AsyncClient:
        """Of that person, signed in; None: of a stranger."""
        transport = httpx.ASGITransport(self._guarded, client=('192.0.2.1', 40_000))
        browser = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={} if origin is None else {'Origin': origin})
        if user is not None:
            browser.cookies.set('livechat', await self.token(user))
        return await self._stack.enter_async_context(browser)

    async def ask(self, path: str, token: str, send: Send) -> None:
        """As a server asks, message by message, of a browser with that cookie that stays."""
        scope = {
            'type': 'http',
            'asgi': {'version': '3.0', 'spec_version': '2.3'},
            'http_version': '1.1',
            'method': 'GET',
            'path': path,
            'query_string': b'',
            'root_path': '',
            'scheme': 'http',
            'headers': [(b'host', b'chat.local'), (b'cookie', f'livechat={token}'.encode())],
            'client': ('192.0.2.1', 40_000),
            'server': ('chat.local', 80),
        }

        async def stays() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        await self._guarded(scope, stays, send)

    async def tray(self, user: User, room: Room) -> Sequence[TrayItem]:
        return await self.files.tray(user, room.id)

    async def posted(self, user: User, room: Room, content: bytes, name: str = 'a.bin') -> tuple[MessageNumber, str]:
        """A message with that file: its number, and the path of the file."""
        browser = await self.browser(user)
        answer = await browser.post(f'/uploads/{room.id}', files={'file': (name, content)})
        assert answer.status_code == 201, answer.text
        (file,) = answer.json()['files']
        await self.made(FileId(file['id']))
        message = await self.chat.rooms.post(user, room.id, 'look', file['id'], files=[FileId(file['id'])])
        return message.number, f'/files/{file["id"]}/{name or "file"}'

    async def made(self, file_id: FileId) -> None:
        """Its smaller pictures are."""
        while any(record.file.id == file_id for record in await self.stores.files.unfinished()):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0)

    def rows(self) -> list[tuple[Any, ...]]:
        """Of all files, those on their way out too."""
        with closing(sqlite3.connect(self.folder / DATABASE_NAME)) as database:
            return database.execute('SELECT id, name, key FROM files').fetchall()

    def on_disk(self) -> list[str]:
        """Everything below the folder of files."""
        folder = self.folder / 'files'
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob('*') if path.is_file())

    async def swept(self) -> None:
        """What nobody can get any more has left the store, then the disk, and then what is counted."""
        while self.rows() or self.on_disk() or self.files.uploads.quota.used:
            self.time.advance(1)
            await asyncio.sleep(0)


@asynccontextmanager
async def file_stand(folder: Path, limits: Limits | None = None, **more: Any) -> AsyncIterator[FileStand]:
    """Over a data folder with an empty database; `more` goes to `running_chat`."""
    time = Time()
    async with AsyncExitStack() as stack, open_stores(folder, synchronous='OFF') as stores:
        store = await LocalFiles.open(folder)
        stack.push_async_callback(store.close)
        chat = await stack.enter_async_context(
            running_chat(
                stores,
                clock=time,
                limits=limits or Limits(),
                set_up_token=None,
                sleep=time.sleep,
                secret=b's' * 32,
                file_store=store,
                inspector=ForgetsNothing(),
                **more,
            )
        )
        set_chat(chat)
        stack.callback(set_chat, None)
        yield FileStand(chat, stores, time, folder, stack)
