"""One tab in front of a room view: real frames, a modelled browser."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from livechat.domain.message import Message
from livechat.domain.model import PAGE_SIZE, User
from livechat.ui.audience import LIVE_BOTTOM, Audience, page_of
from livechat.ui.message_html import Setting, entries_html
from livechat.ui.reader import WINDOW_PAGES, Reader
from livechat.ui.shell import Part, part
from livechat.ui.stream import Kind, element_id, encode, parse_id
from tests.ui.browser_model import BrowserModel, ModelSocket

if TYPE_CHECKING:
    from tests.ui.room_stand import RoomStand

BASE_URL = 'http://chat.example:8000'
Job = Callable[[], Awaitable[object]]


class Tab:
    """A tab of one person: its browser, its socket, its jobs one after the other as a `Session` does them."""

    def __init__(self, stand: 'RoomStand', user: User, utc_offset_min: int) -> None:
        self.stand = stand
        self.user = user
        self.browser = BrowserModel()
        self.socket = ModelSocket(self.browser)
        self.reader = Reader(user.id, Audience(utc_offset_min, BASE_URL), socket=self.socket)
        self.jobs: deque[Job] = deque()
        self.worker: asyncio.Task[None] | None = None
        self.was_lost = False
        self.dark_for_s = 0.0

    @property
    def is_inside(self) -> bool:
        return self.reader.group is not None

    @property
    def hears(self) -> bool:
        return not self.socket.dark and not self.socket.cut and self.reader.socket is self.socket

    def do(self, job: Job) -> None:
        self.jobs.append(job)
        if self.worker is None or self.worker.done():
            self.worker = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        while self.jobs:
            await self.jobs.popleft()()

    def enter(self) -> None:
        async def enter() -> None:
            if not self.is_inside:
                self.stand.view.enter(self.reader)

        self.do(enter)

    def leave(self) -> None:
        async def leave() -> None:
            self.reader.show(self.stand.view.leave(self.reader))

        self.do(leave)

    def change_audience(self, utc_offset_min: int) -> None:
        """As when the browser's clock is known: another audience first, then out and in again."""

        async def change() -> None:
            self.reader.audience = replace(self.reader.audience, utc_offset_min=utc_offset_min)
            if self.is_inside:
                self.reader.show(self.stand.view.leave(self.reader))
                self.stand.view.enter(self.reader)

        self.do(change)

    def older(self) -> None:
        self.do(lambda: self.stand.view.older(self.reader))

    def bottom_seen(self) -> None:
        self.do(lambda: self.stand.view.newer(self.reader))

    def bottom_gone(self) -> None:
        async def pause() -> None:
            self.stand.view.pause(self.reader)

        self.do(pause)

    def jump(self) -> None:
        self.do(lambda: self.stand.view.follow(self.reader))

    def around(self, number: int) -> None:
        self.do(lambda: self.stand.view.around(self.reader, number))

    def go_dark(self) -> None:
        """From now on nothing arrives, and nobody has noticed."""
        self.was_lost = True
        self.socket.dark = True

    @property
    def is_away(self) -> bool:
        """Lost, and the server knows."""
        return self.socket.cut

    def lose(self) -> None:
        """The server finds the connection dead."""
        self.socket.cut = True
        self.stand.view.lose(self.reader)

    def come_back(self) -> None:
        """A new socket, perhaps before the old one was found dead."""
        self.socket.cut = True
        self.socket = self.reader.socket = ModelSocket(self.browser)
        self.dark_for_s = 0.0
        if self.is_inside:
            self.do(lambda: self.stand.view.catch_up(self.reader))

    def check(self) -> None:
        """What stands in the browser is the room's state, as far as this tab shows it."""
        assert not self.browser.complaints
        if self.is_inside:
            assert self.shown_messages() == self.expected_messages()
            assert self.shown_html() == self.expected_html()
            self._check_kept()
            self._check_frame()
        else:
            kept = self.browser.of_room(self.stand.room.id)
            assert not kept or self.was_lost, f'left behind: {kept}'

    def shown_html(self) -> str:
        room_id = self.stand.room.id
        keys = [element_id(Kind.PAGE, room_id, number) for number in self._page_order()]
        return ''.join(self.browser.html(key) for key in keys)

    def shown_messages(self) -> list[int]:
        return self.browser.articles(element_id(Kind.LOG, self.stand.room.id))

    def expected_messages(self) -> list[int]:
        return [message.number for message in self._expected()]

    def expected_html(self) -> str:
        messages = self._expected()
        previous = self.stand.state[messages[0].number - 2] if messages and messages[0].number > 1 else None
        return entries_html(messages, previous, Setting(self.stand.view.room.slug, self.reader.audience.utc_offset_min, BASE_URL))

    def _expected(self) -> list[Message]:
        """The pages of the window; of the page that grew, what came until the tab stopped following."""
        reader, state = self.reader, self.stand.state
        if reader.following:
            assert reader.high == reader.live == page_of(len(state))
            assert reader.seen == len(state)
        end = (reader.high + 1) * PAGE_SIZE
        return state[reader.low * PAGE_SIZE : min(end, reader.seen) if reader.live is not None else end]

    def _page_order(self) -> list[int]:
        log = self.browser.elements[element_id(Kind.LOG, self.stand.room.id)]
        welcome = [key for key in log['children'] if key == part(Part.WELCOME)]
        assert len(welcome) == (self.reader.low == 0)
        places = [(place[0], place[2]) for key in log['children'] if key not in welcome and (place := parse_id(key))]
        assert [kind for kind, _ in places] == [Kind.TOP, *[Kind.PAGE] * (len(places) - 2), Kind.BOTTOM]
        assert places[0][1] == self.reader.low
        assert places[-1][1] == (self.reader.high if self.reader.live is None else LIVE_BOTTOM)
        assert log['children'][0] in self.browser.elements
        assert log['children'][-1] in self.browser.elements
        numbers = [number for kind, number in places if kind is Kind.PAGE]
        assert numbers == list(self.reader.pages)
        return numbers

    def _check_kept(self) -> None:
        """The browser keeps what is on screen and nothing of what was there before, but for what a loss left."""
        reader, room_id = self.reader, self.stand.room.id
        if not reader.following:
            assert len(reader.pages) <= WINDOW_PAGES
        if self.was_lost:
            return
        assert self.browser.numbers(Kind.PAGE, room_id) == set(reader.pages)
        singles = set() if reader.live is None else {m.number for m in self._expected() if page_of(m.number) == reader.live}
        assert self.browser.numbers(Kind.MESSAGE, room_id) == singles
        assert self.browser.numbers(Kind.TOP, room_id) | self.browser.numbers(Kind.BOTTOM, room_id) <= {*reader.pages, LIVE_BOTTOM}

    def _check_frame(self) -> None:
        """Around the messages: the way back to the newest with its count, the room's name, the people."""
        view, browser = self.stand.view, self.browser
        jump = browser.elements[part(Part.JUMP)]
        assert ('hidden' in jump['class']) is self.reader.following
        if not self.reader.following:
            missed = self.stand.count - self.reader.seen
            assert jump['props']['aria-label'] == (f'Jump to newest ({missed})' if missed else 'Jump to newest')
        assert view.room.name in browser.html(part(Part.TITLE))
        fresh = BrowserModel()
        fresh.receive(encode(view._panel.people.snapshot(self.reader.audience)))
        assert browser.html(part(Part.PEOPLE)) == fresh.html(part(Part.PEOPLE))
