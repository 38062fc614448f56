"""Whole pages without a server: NiceGUI's own sockets and clients, a modelled browser at their other end, time moved by hand."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from urllib.parse import urlencode

from nicegui import Client, background_tasks, core, ui
from starlette.requests import Request

from livechat.domain.chat import Chat
from livechat.domain.limits import Limits
from livechat.domain.message import MessageKind
from livechat.domain.model import Draft, Room, RoomId, User
from livechat.ui import calm, hardening
from livechat.ui.audience import Audience
from livechat.ui.guarded_socket import TRANSPORT_EXTENSION
from livechat.ui.pages.chat_page import ChatPage
from livechat.ui.sessions import Sessions
from livechat.ui.shell import Part, part
from livechat.ui.stream import ElementId, Frame
from tests.memory import Memory
from tests.memory_messages import MemoryDrafts
from tests.patience import Patience, threads_at_rest, until, use_one_thread
from tests.ui.browser_model import BrowserModel
from tests.ui.room_stand import RoomStand

BASE_URL = 'http://chat.example:8000'
QUIET_TURNS = 40
"""Of the event loop in which nothing happened: then nothing will."""
ADDRESS = re.compile(r'history\.(?:push|replace)State\(.*?"", "([^"]*)"\)|fullPath = .*? \+ "([^"]*)";', re.DOTALL)
COPIED = re.compile(r'clipboard\.writeText\((".*")\)')
_numbers = count(1)


class TroubledDrafts(MemoryDrafts):
    """Drafts, the last thing read on the way into a room, of a database that can be told to fail."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self.trouble: Exception | None = None
        self.reading = asyncio.Event()
        self.reading.set()

    async def get(self, user_id: Any, room_id: RoomId) -> Draft:
        await self.reading.wait()
        if self.trouble is not None:
            raise self.trouble
        return await super().get(user_id, room_id)


class Wire:
    """One socket: engine.io's side of it and, as uvicorn's protocol, the transport that frames are written to."""

    def __init__(self, tab: 'PageTab') -> None:
        self._tab = tab
        self.eio_sid = f'socket-{next(_numbers)}'
        self.closed = False
        self.queue = self
        self.transport = self

    async def send(self, packet: Any) -> None:
        self.put_nowait(packet)

    def put_nowait(self, packet: Any) -> None:
        if packet is None:
            self.closed = True
        elif not self.closed and str(packet.data).startswith('2'):
            self._tab.hear(*json.loads(packet.data[1:]))

    def is_closing(self) -> bool:
        return self.closed

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, frame: Frame) -> None:
        self._tab.browser.receive(frame)


class PageTab:
    """One tab of one person: what its browser shows, and what is done there."""

    def __init__(self, client: Client, page: ChatPage, path: str) -> None:
        self.client = client
        self.page = page
        self.browser = BrowserModel()
        self.address = path
        self.opened: list[str] = []
        self.calls: list[str] = []
        self.clipboard = ''
        self.held_answers: list[str] | None = None
        self.box = ''
        self._box_value = ''
        self._tab_id = f'tab-{next(_numbers)}'
        self.wire: Wire | None = None
        self._take({number: element._to_dict() for number, element in client.elements.items()})
        self._next_message = client.outbox.next_message_id
        client.outbox.updates.clear()

    # What the server does

    def hear(self, event: str, data: dict[str, Any]) -> None:
        self._next_message = data.pop('_id', self._next_message - 1) + 1
        if event == 'update':
            self._take({int(number): element for number, element in data.items()})
        elif event == 'run_javascript':
            self._run(data['code'])
            if 'request_id' in data:
                self._answer(data['request_id'])
        elif event == 'open':
            self.opened.append(data['path'])
            self.calls.append('open')

    def _answer(self, request_id: str) -> None:
        if self.held_answers is not None:
            self.held_answers.append(request_id)
        else:
            self.client.handle_javascript_response({'request_id': request_id, 'result': None})

    def hold_answers(self) -> None:
        """From now on what the browser says to methods is on its way, until it is let go."""
        self.held_answers = []

    def let_answers_go(self) -> None:
        held, self.held_answers = self.held_answers or [], None
        for request_id in held:
            self._answer(request_id)

    def _take(self, elements: dict[int, dict[str, Any] | None]) -> None:
        for number, element in elements.items():
            if element is None:
                self.browser.elements.pop(number, None)
                continue
            self.browser.elements[number] = element
            if number == self.page._box.element.id:
                value = element['props']['value']
                if value != self._box_value:
                    self._box_value = self.box = value

    def _run(self, code: str) -> None:
        found = ADDRESS.search(code)
        if found is not None:
            self.address = found[1] or found[2]
        copied = COPIED.search(code)
        if copied is not None:
            self.clipboard = json.loads(copied[1])
        method = re.match(r'return runMethod\((\d+), "(\w+)"', code)
        if method is not None:
            self.calls.append(method[2])
        if method is not None and method[2] == 'updateValue' and self.box != self._box_value:
            self.type(self._box_value)

    # What is on screen

    def html(self, which: Part) -> str:
        return self.browser.html(part(which))

    @property
    def notice(self) -> str:
        return self.html(Part.NOTICE)

    @property
    def log(self) -> str:
        return self.html(Part.LOG)

    @property
    def classes(self) -> set[str]:
        """Of the page's root: where it is, what is folded, what is open over it."""
        return set(self.browser.elements[self.page.places._root.id]['class'])

    @property
    def dark(self) -> bool | None:
        """The theme that is worn; None: that of the device."""
        on_screen = [self.browser.elements[number] for number in self.browser._tree(self.client.layout.id)]
        return next((each['props']['value'] for each in on_screen if 'dark' in each['tag']), None)

    # What the person does

    def type(self, text: str) -> None:
        """The box holds this now."""
        self.box = text
        self.event(self.page._box.element, 'update:value', text)

    def enter(self, *, is_composing: bool = False, key_code: int = 13) -> None:
        self.event(self.page._box.element, 'keydown', {'isComposing': is_composing, 'keyCode': key_code})

    def send(self, text: str) -> None:
        self.type(text)
        self.enter()

    def event(self, element: Any, kind: str, args: Any) -> None:
        listener = next(each for each in element._event_listeners.values() if each.type.split('.')[0] == kind)
        self.client.handle_event({'id': element.id, 'listener_id': listener.id, 'args': [json.dumps(args)]})

    def click(self, which: Part | ElementId) -> None:
        """On an element that the browser shows and that listens."""
        target = part(which) if isinstance(which, Part) else which
        assert any(event['type'] == 'click' for event in self.browser.elements[target]['events'])
        self.page.virtual_event(target, [])

    def go(self, path: str) -> None:
        """A click on a link."""
        self.event(self.client.layout, 'sub_pages_navigate', path)

    # Its connection

    async def connect(self) -> None:
        """A new socket, as NiceGUI's browser side opens it."""
        self.wire = wire = Wire(self)
        query = {
            'client_id': self.client.id,
            'implicit_handshake': 'true',
            'tab_id': self._tab_id,
            'document_id': self._tab_id,
            'next_message_id': self._next_message,
        }
        scope = {'extensions': {TRANSPORT_EXTENSION: wire}}
        core.sio.eio.sockets[wire.eio_sid] = wire
        await core.sio._handle_eio_connect(wire.eio_sid, {'QUERY_STRING': urlencode(query), 'asgi.scope': scope})
        await core.sio._handle_eio_message(wire.eio_sid, '0')
        calm.wake(self.client)

    async def lose(self) -> None:
        """The connection breaks, and the server finds out."""
        assert self.wire is not None
        self.wire.closed = True
        await core.sio._handle_eio_disconnect(self.wire.eio_sid, 'transport error')
        core.sio.eio.sockets.pop(self.wire.eio_sid, None)
        self.wire = None

    async def close(self) -> None:
        """The tab is closed, and waited for long enough."""
        if self.wire is not None:
            await self.lose()
        if not self.client.is_deleted:
            self.client.delete()

    @property
    def is_busy(self) -> bool:
        worker, outbox = self.page.session._worker, self.client.outbox
        sends = self.client.has_socket_connection and (outbox.updates or outbox.messages)
        return bool(sends) or (worker is not None and not worker.done())


class PageStand:
    """A server's pages over a `RoomStand`: person 0 owns it, the others are members of its room, the lobby."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.house = RoomStand(limits)
        self.drafts = TroubledDrafts(self.house.stores.memory)
        self.house.stores.drafts = self.drafts
        self.tabs: list[PageTab] = []
        self._skipped_s = 0.0

    async def open(self, history: int = 3, people: int = 3) -> None:
        use_one_thread()
        loop = asyncio.get_running_loop()
        real = loop.time
        loop.time = lambda: real() + self._skipped_s  # type: ignore[method-assign]  # timers of the UI are the loop's
        core.loop = loop
        core.app.config.message_history_length = 1_000
        calm.install()
        self.house.stores.memory.server_name = 'Harbour'
        await self.house.open(history=history, people=people)
        self.sessions = Sessions(self.chat)
        await self.sessions.load_server()
        self._serving = self.sessions.running()
        await self._serving.__aenter__()

    async def close(self) -> None:
        for tab in self.tabs:
            await tab.close()
        await self.house.turn(QUIET_TURNS)
        await self._serving.__aexit__(None, None, None)
        await self.house.close()
        for task in list(background_tasks.running_tasks):
            task.cancel()
        await self.house.turn(5)
        core.loop = None

    @property
    def chat(self) -> Chat:
        return self.house.chat

    @property
    def lobby(self) -> Room:
        return self.house.room

    @property
    def people(self) -> list[User]:
        return self.house.people

    async def room(self, name: str, *members: int, by: int = 0) -> Room:
        """Another one, with its creator and these in it."""
        room = await self.chat.rooms.create(self.people[by], name)
        for member in members:
            await self.chat.rooms.join(self.people[member], room.id)
        await self.settle()
        return room

    async def build(
        self, user: int = 1, path: str = '/rooms/lobby', *, offset: int | None = 0, touch: bool = False, scheme: str = 'http'
    ) -> PageTab:
        """A page that was asked for, before its socket."""
        accounts = self.chat.accounts
        token, sign_in = await accounts.start_sign_in(self.people[user].id, user_agent='')
        if offset is not None:
            await self.house.stores.sign_ins.set_utc_offset(sign_in.id, offset)
        signed_in = await accounts.signed_in(token)
        assert signed_in is not None
        path, _, query = path.partition('?')
        scope = {'type': 'http', 'method': 'GET', 'path': path, 'query_string': query.encode(), 'headers': [], 'root_path': ''}
        client = Client(ui.page('/x', reconnect_timeout=45), request=Request({**scope, 'server': ('chat.example', 8000), 'scheme': scheme}))
        hardening.bind_page(client, signed_in.sign_in.id)
        with client:
            page = ChatPage(self.sessions, client, signed_in, Audience(offset or 0, BASE_URL), touch=touch)
        tab = PageTab(client, page, path)
        self.tabs.append(tab)
        return tab

    async def tab(
        self, user: int = 1, path: str = '/rooms/lobby', *, offset: int | None = 0, touch: bool = False, scheme: str = 'http'
    ) -> PageTab:
        """A page that is open and has shown what it has to show."""
        tab = await self.build(user, path, offset=offset, touch=touch, scheme=scheme)
        await tab.connect()
        await self.settle()
        return tab

    def hold(self, tab: PageTab) -> asyncio.Event:
        """The tab's queue stands still until the event is set: what is done meanwhile waits behind it."""
        gate = asyncio.Event()

        async def wait() -> None:
            await gate.wait()

        tab.page.session.do(wait)
        return gate

    async def settle(self) -> None:
        """Until nothing is under way in any tab."""
        patience = Patience('it never became quiet')
        quiet = 0
        while quiet <= QUIET_TURNS:
            quiet = 0 if any(tab.is_busy for tab in self.tabs) else quiet + 1
            if quiet == QUIET_TURNS // 2:
                await threads_at_rest()
            await patience.turn()

    async def until(self, condition: Callable[[], object]) -> None:
        """For what other threads have a part in, as those that hash passwords."""
        await until(condition)

    async def pass_time(self, seconds: float) -> None:
        """For the clock and for the loop's timers."""
        self.house.clock.advance(seconds)
        self._skipped_s += seconds
        await asyncio.sleep(0)
        await self.settle()

    async def sign_out(self, tab: PageTab) -> None:
        await self.chat.accounts.sign_out(tab.page.session.sign_in_id)

    def bodies(self, room: Room) -> list[str]:
        """What people wrote, but for the history."""
        messages = self.house.stores.memory.rooms[room.id].messages.values()
        return [message.body for message in messages if message.kind is MessageKind.TEXT and not message.body.startswith('old ')]

    def draft(self, user: int, room: Room) -> str:
        """The text of a message that is not sent yet."""
        return self.progress(user, room).body

    def progress(self, user: int, room: Room) -> Draft:
        return self.house.stores.memory.drafts.get((self.people[user].id, room.id), Draft())

    def readers(self, room: Room) -> set[str]:
        """The display names of those whose tabs the room's view serves."""
        view = self.sessions.views._views.get(room.id)
        names = {user.id: user.display_name for user in self.people}
        return {names[reader.user_id] for group in view._groups for reader in group.readers} if view else set()


@asynccontextmanager
async def open_pages(limits: Limits | None = None, *, history: int = 3) -> AsyncIterator[PageStand]:
    stand = PageStand(limits)
    await stand.open(history)
    try:
        yield stand
    finally:
        await stand.close()
