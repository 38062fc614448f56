"""A room view over stores in memory, and tabs in front of it; time is moved by hand."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

from livechat.domain.chat import Chat, running_chat
from livechat.domain.errors import MessageNotFound, TooLate
from livechat.domain.limits import Limits
from livechat.domain.message import Card, Message, MessageKind
from livechat.domain.model import MessageNumber, Room, RoomRole, ServerRole, User
from livechat.domain.names import name_key, username_from
from livechat.domain.people_ports import NewUser
from livechat.domain.writes import PostMessage
from livechat.ui.room_view import RoomView
from tests.faces import FakeFaceMaker
from tests.fakes import FakeClock, MemoryStores
from tests.patience import Patience
from tests.ui.model_tab import Tab

CARD_URL = 'https://example.org/page'
FOUND_DEAD_S = 20.0
"""Ping interval and time-out are 10 s each."""


class RoomStand:
    """A chat with one room, its view, and whoever looks at it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.clock = FakeClock()
        self.stores = MemoryStores()
        self.limits = limits or Limits(message_burst=1_000_000, change_burst=1_000_000, deed_burst=1_000_000, subscription_events=10_000)
        self.more: dict[str, Any] = {}
        """What else the chat is given."""
        self.tabs: list[Tab] = []
        self.writes: set[asyncio.Task[Any]] = set()
        self._keys = count(1)
        self._stack = AsyncExitStack()
        self._asleep: list[asyncio.Future[None]] = []
        self._state: tuple[object, list[Message]] | None = None

    async def open(self, history: int = 0, people: int = 2) -> None:
        self.people = [
            await self._add_person(f'Person {number}', ServerRole.OWNER if not number else ServerRole.MEMBER) for number in range(people)
        ]
        self.room = await self._add_room(history)
        chat = running_chat(
            self.stores,
            clock=self.clock,
            limits=self.limits,
            set_up_token=None,
            sleep=self._sleep,
            face_maker=FakeFaceMaker(),
            **self.more,
        )
        self.chat: Chat = await self._stack.enter_async_context(chat)
        self.view = await self._open_view()

    async def close(self) -> None:
        """Whatever is still under way is done first."""
        await asyncio.gather(*self.writes, *(tab.worker for tab in self.tabs if tab.worker), return_exceptions=True)
        await self.view.close()
        await self._stack.aclose()

    async def _open_view(self) -> RoomView:
        return await RoomView.open(self.chat, self.room.id)

    async def _sleep(self, seconds: float) -> None:
        """The beats of the domain come when a test asks for them."""
        future = asyncio.get_running_loop().create_future()
        self._asleep.append(future)
        await future

    def advance(self, seconds: float) -> None:
        """Time goes on; a connection that is dead for the time of two pings is found so."""
        for tab in self.tabs:
            if tab.socket.dark and not tab.is_away:
                tab.dark_for_s += seconds
                if tab.dark_for_s > FOUND_DEAD_S:
                    tab.lose()
        self.clock.advance(seconds)

    def beat(self) -> None:
        """Presence and typing are told."""
        asleep, self._asleep = self._asleep, []
        for future in asleep:
            if not future.done():
                future.set_result(None)

    async def _add_person(self, name: str, role: ServerRole) -> User:
        return await self.stores.users.add(
            NewUser(
                display_name=name,
                name_key=name_key(name),
                username=username_from(name),
                email=None,
                role=role,
                password_hash='',
                created_at=self.clock.now(),
            )
        )

    async def rename_person(self, user: int, name: str) -> None:
        """As a changed profile does."""
        old = self.people[user]
        profile = self.stores.users.update_profile(
            old.id, display_name=name, name_key=name_key(name), username=old.username, email=old.email
        )
        self.people[user] = await profile
        await self.chat.rooms.person_changed(self.people[user].person)

    async def _add_room(self, history: int) -> Room:
        """As stored: person 0 made it and wrote, the others joined then and have read it all."""
        creator, at = self.people[0].id, self.clock.now()
        room = await self.stores.rooms.add(name='Lobby', name_key='lobby', slug='lobby', description='', creator=creator, at=at)
        writes = [
            PostMessage(room_id=room.id, author_id=creator, body=f'old {n}', client_key=f'h{n}', at=at) for n in range(1, history + 1)
        ]
        if writes:
            await self.stores.messages.commit(writes)
        for user in self.people[1:]:
            await self.stores.rooms.join(room.id, user.id, role=RoomRole.MEMBER, at=at)
        return room

    @property
    def state(self) -> list[Message]:
        """The room as stored."""
        memory = self.stores.memory
        stored = memory.rooms[self.room.id]
        key = (stored.seq, *(user.display_name for user in self.people))
        if self._state is None or self._state[0] != key:
            self._state = key, [memory.current(message) for message in stored.messages.values()]
        return self._state[1]

    @property
    def count(self) -> int:
        """Of all messages of the room."""
        return len(self.stores.memory.rooms[self.room.id].messages)

    def tab(self, user: int = 0, utc_offset_min: int = 0) -> Tab:
        tab = Tab(self, self.people[user], utc_offset_min)
        self.tabs.append(tab)
        return tab

    def post(self, body: str = 'hello', author: int = 0) -> None:
        self.write(self.chat.rooms.post(self.people[author], self.room.id, body, f'k{next(self._keys)}'))

    def edit(self, number: int, body: str) -> None:
        message = self.state[number - 1]
        author = next(user for user in self.people if user.id == message.author.id)
        if not message.deleted and message.kind is MessageKind.TEXT:
            self.write(self.chat.rooms.edit(author, self.room.id, MessageNumber(number), body))

    def delete(self, number: int) -> None:
        if self.state[number - 1].kind is MessageKind.TEXT:
            self.write(self.chat.rooms.delete_message(self.people[0], self.room.id, MessageNumber(number)))

    def answer(self, number: int, body: str, author: int = 0) -> None:
        key = f'k{next(self._keys)}'
        self.write(self.chat.rooms.post(self.people[author], self.room.id, body, key, reply_to=MessageNumber(number)))

    def react(self, number: int, text: str, user: int = 0) -> None:
        """Or take it back."""
        self.write(self.chat.rooms.react(self.people[user], self.room.id, MessageNumber(number), text))

    def pin(self, number: int, *, on: bool = True) -> None:
        self.write(self.chat.rooms.pin(self.people[0], self.room.id, MessageNumber(number), on))

    def show_card(self, number: int, title: str) -> None:
        """Of the address that the message's text has to hold."""
        card = Card(url=CARD_URL, title=title)
        self.write(self.chat.supervisor.room(self.room.id).show_cards(MessageNumber(number), [card], {}))

    def undo(self, number: int) -> None:
        """Take a deletion back, while that can be done."""
        self.write(self.chat.rooms.undo_deletion(self.people[0], self.room.id, MessageNumber(number)))

    def write(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.writes.add(task)

    async def turn(self, turns: int = 1) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)

    async def settle(self) -> None:
        """Until every write is stored, told and flushed, and every tab has done its jobs."""
        outcomes = await asyncio.gather(*self.writes, return_exceptions=True)
        self.writes.clear()
        for error in outcomes:
            if isinstance(error, BaseException) and not isinstance(error, (MessageNotFound, TooLate)):  # deleted, or back, before
                raise error
        patience = Patience('it never became quiet')
        while not self._is_quiet():
            await patience.turn()
        for tab in self.tabs:
            if tab.worker is not None:
                await tab.worker  # what it raised
        await self.turn(10)

    def _is_quiet(self) -> bool:
        stored = self.stores.memory.rooms[self.room.id]
        return (
            self.view.seq == stored.seq
            and not self.view._flush_planned
            and all(tab.worker is None or tab.worker.done() for tab in self.tabs)
        )

    async def check(self) -> None:
        await self.settle()
        for tab in self.tabs:
            if tab.hears:
                tab.check()


async def inside(stand: RoomStand, tab: Tab) -> Tab:
    tab.enter()
    await stand.check()
    return tab
