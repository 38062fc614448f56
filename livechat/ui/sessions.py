"""All tabs of this process, and the one task that brings them what the lobby and their people's topics announce."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Protocol

from livechat.domain.chat import Chat
from livechat.domain.events import (
    LOBBY_TOPIC,
    SERVER_TOPIC,
    USERS_TOPIC,
    Event,
    LobbyEvent,
    MessagePosted,
    RoomLeft,
    ServerChanged,
    SignInEnded,
    UserChanged,
    UserEvent,
)
from livechat.domain.model import RoomId, Server, UserId
from livechat.domain.ports import Subscription
from livechat.ui import hardening
from livechat.ui.message_html import relative_times_css
from livechat.ui.room_views import RoomViews
from livechat.ui.session import Session
from livechat.ui.shell import Part, part
from livechat.ui.stream import Frame, element, encode
from livechat.ui.visits import Visits

logger = logging.getLogger(__name__)
MINUTE_S = 60.0
ROOMS_TOPIC = 'room.*'
"""What is said in all rooms, for one consumer per process."""


class News(Protocol):
    """What a tab's page does with news from outside its room."""

    def of_lobby(self, event: LobbyEvent) -> None: ...

    def of_user(self, event: UserEvent) -> None: ...

    def of_server(self, event: ServerChanged) -> None: ...

    def room_said(self, room_id: RoomId) -> None: ...

    def shown_out(self, room_id: RoomId) -> None: ...


class Page(Protocol):
    """One tab."""

    @property
    def session(self) -> Session: ...

    @property
    def news(self) -> News: ...

    def end(self) -> None: ...


@contextmanager
def one_fails_alone(page: Page) -> Iterator[None]:
    """A tab that cannot be told never keeps the news from the others."""
    try:
        yield
    except Exception:
        logger.exception('session %s could not be told', page.session.tab_id)


class Sessions:
    """Owns the room views and five tasks: the lobby's, the people's, the server's, the direct rooms' and the minute's.

    Lost with them: only liveliness. What ends a right (`SignInEnded`, `RoomLeft`) is observed within its broadcast instead: a
    queue may overflow, and who was not told would keep reading.
    """

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        chat.backplane.observe(SignInEnded, self._end)
        chat.backplane.observe(RoomLeft, self._show_out)
        self.views = RoomViews(chat)
        self.visits = Visits()
        self._pages: dict[UserId, set[Page]] = {}
        self._styles: dict[tuple[int, int], Frame] = {}
        self.server = Server(name='')

    async def load_server(self) -> None:
        """It was named at the set-up, which comes before the first page; what changes later is told."""
        if not self.server.name:
            self.server = await self.chat.server_desk.profile()

    def add(self, page: Page) -> None:
        self._pages.setdefault(page.session.reader.user_id, set()).add(page)

    def discard(self, page: Page) -> None:
        pages = self._pages.get(page.session.reader.user_id, set())
        pages.discard(page)
        if not pages:
            self._pages.pop(page.session.reader.user_id, None)

    def _of(self, user_id: UserId) -> list[Page]:
        return list(self._pages.get(user_id, ()))

    def __iter__(self) -> Iterator[Page]:
        return iter([page for pages in self._pages.values() for page in pages])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        backplane = self.chat.backplane
        subscriptions = [backplane.subscribe(topic) for topic in (LOBBY_TOPIC, USERS_TOPIC, SERVER_TOPIC)]
        subscriptions.append(backplane.subscribe(ROOMS_TOPIC, kinds=(MessagePosted,)))
        loop = asyncio.get_running_loop()
        tasks = [loop.create_task(self._follow(subscription), name='sessions') for subscription in subscriptions]
        tasks.append(loop.create_task(self._minutes(), name='minutes'))
        try:
            yield
        finally:
            for subscription in subscriptions:
                subscription.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.views.close()

    async def _follow(self, subscription: Subscription) -> None:
        async for event in subscription:
            try:
                self._hand_on(event)
            except Exception:
                logger.exception('tabs could not be told of %s', type(event).__name__)

    def _hand_on(self, event: Event) -> None:
        if isinstance(event, SignInEnded):
            return  # was observed
        if isinstance(event, UserEvent):
            user_id = event.user.id if isinstance(event, UserChanged) else event.user_id
            for page in self._of(user_id):
                with one_fails_alone(page):
                    page.news.of_user(event)
        elif isinstance(event, LobbyEvent):
            for page in self:
                with one_fails_alone(page):
                    page.news.of_lobby(event)
        elif isinstance(event, ServerChanged):
            self._tell_server(event)
        elif isinstance(event, MessagePosted):
            self._tell_order(event.room_id)

    def _tell_server(self, event: ServerChanged) -> None:
        self.server = event.server
        for page in self:
            with one_fails_alone(page):
                page.news.of_server(event)

    def _tell_order(self, room_id: RoomId) -> None:
        """Direct rooms stand in the order of their latest message, also for who wrote or has read it."""
        summary = self.chat.rooms.summary(room_id)
        for person in summary.people if summary is not None else ():
            for page in self._of(person.id):
                with one_fails_alone(page):
                    page.news.room_said(room_id)

    def _show_out(self, event: RoomLeft) -> None:
        for page in self._of(event.user_id):
            with one_fails_alone(page):
                page.news.shown_out(event.room_id)

    def _end(self, event: SignInEnded) -> None:
        for page in self._of(event.user_id):
            if page.session.sign_in_id == event.sign_in_id:
                with one_fails_alone(page):
                    page.end()
        hardening.close_tabs(event.sign_in_id)

    def style_frame(self, utc_offset_min: int) -> Frame:
        """The sheet of relative times for readers of that time zone, as of now."""
        now = self.chat.clock.now()
        key = (utc_offset_min, int(now.timestamp() // MINUTE_S))
        frame = self._styles.get(key)
        if frame is None:
            self._styles = {known: value for known, value in self._styles.items() if known[1] == key[1]}
            frame = self._styles[key] = encode({part(Part.STYLE): element('style', html=relative_times_css(now, utc_offset_min))})
        return frame

    async def _minutes(self) -> None:
        """Relative times move on once a minute: one frame per time zone, whatever is on screen."""
        while True:
            await asyncio.sleep(MINUTE_S - self.chat.clock.now().timestamp() % MINUTE_S)
            for page in self:
                page.session.send(self.style_frame(page.session.reader.audience.utc_offset_min))
            self.views.end_pauses()


_running: list[Sessions] = []


@asynccontextmanager
async def live(chat: Chat) -> AsyncIterator[Sessions]:
    """Serve tabs over that chat: entered by the lifespan once the chat runs, left before it stops."""
    sessions = Sessions(chat)
    async with sessions.running():
        _running[:] = [sessions]
        try:
            yield sessions
        finally:
            _running.clear()


def current_sessions() -> Sessions:
    assert _running, 'the live pages are not served: live() comes first'
    return _running[0]
