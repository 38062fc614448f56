"""The messages of one room as a room view holds them: the newest page growing, older ones as they are asked for."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

from livechat.domain.message import Message, MessageKind, quote_of
from livechat.domain.model import PAGE_SIZE, MessageNumber, Person, RoomId, UserId
from livechat.domain.rooms import Rooms
from livechat.ui.audience import Page, page_of
from livechat.ui.message_body import prepare
from livechat.ui.message_people import renamed

KEPT_PAGES = 40
"""Older pages kept in memory per room, least recently used out first."""


class RoomPages:
    """Invariant: the live page is complete; a kept older page is complete. Changes since the last take are noted."""

    def __init__(self, rooms: Rooms, room_id: RoomId, newest: Sequence[Message], last_number: int) -> None:
        self._on_screen: Callable[[], Iterable[int]] = tuple
        self._rooms = rooms
        self._room_id = room_id
        self.last_number = last_number
        self._pages: OrderedDict[int, Page] = OrderedDict()
        self.posted: set[int] = set()
        self.changed: set[int] = set()
        self._loads: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._outdated: set[int] = set()
        live = page_of(last_number)
        start = live * PAGE_SIZE + 1
        before = [message for message in newest if message.number < start]
        self._pages[live] = Page(live, [message for message in newest if message.number >= start], before[-1] if before else None)

    def keep_pages_of(self, on_screen: Callable[[], Iterable[int]]) -> None:
        """Never drop what that returns: a change to a page that somebody reads has to be shown."""
        self._on_screen = on_screen

    @property
    def live_index(self) -> int:
        return page_of(self.last_number)

    @property
    def live(self) -> Page:
        return self._pages[self.live_index]

    def get(self, index: int) -> Page | None:
        """A page in memory."""
        page = self._pages.get(index)
        if page is not None:
            self._pages.move_to_end(index)
        return page

    async def load(self, index: int) -> Page | None:
        """A page, from the store if it is not in memory; None below the first one."""
        if index < 0:
            return None
        lock = self._loads.get(index)
        if lock is None:
            lock = self._loads[index] = asyncio.Lock()
        async with lock:
            page = self.get(index)
            if page is None:
                page = self._pages[index] = await self._read(index)
                self._lead_to(self._pages.get(index + 1), page)
                self._trim()
        return page

    async def _read(self, index: int) -> Page:
        """A page as stored; read again when one of its messages changed meanwhile, or the change would be lost."""
        while True:
            self._outdated.discard(index)
            messages = await self._rooms.read_page(self._room_id, index)
            before = await self._last_of(index - 1)
            await prepare(messages)
            if index not in self._outdated:
                return Page(index, list(messages), before)

    async def _last_of(self, index: int) -> Message | None:
        """Of a page that is full, the message that leads to the next page; None above the first one."""
        page = self.get(index)
        if page is not None:
            return page.messages[-1]
        return await self._rooms.read_message(self._room_id, MessageNumber((index + 1) * PAGE_SIZE)) if index >= 0 else None

    @staticmethod
    def _lead_to(following: Page | None, page: Page) -> None:
        """The newest page knows nothing above it when it is all that a running room holds."""
        if following is not None and following.previous is None:
            following.previous = page.messages[-1]

    def put(self, message: Message) -> None:
        """Take a post or any change of a message into the pages in memory. Posts come in the order of their numbers."""
        number = message.number
        if number > self.last_number:
            self._append(message)
            return
        self.changed.add(number)
        old = self._older(message)
        if old is message:  # told late: what is in memory is newer
            return
        self._replace(message)
        if number < self.last_number and (old is None or old.deleted is not message.deleted):
            self.changed.add(number + 1)  # whether it starts a group may depend on the one before
        if old is None or quote_of(old) != quote_of(message):
            self._renew_quotes(message)

    def _older(self, message: Message) -> Message | None:
        """How it was until now, None when that is not known; the message itself when something newer is."""
        page = self._pages.get(page_of(message.number))
        known = None if page is None else page.at(message.number)
        if known is None or known.changed_seq == message.changed_seq:
            return None
        return known if known.changed_seq < message.changed_seq else message

    def _replace(self, message: Message) -> None:
        page = self._pages.get(page_of(message.number))
        if page is None:
            self._outdate(page_of(message.number))
        else:
            page.replace(message)
        self._update_previous(message)

    def _renew_quotes(self, original: Message) -> None:
        """Answers show a message as it is now. They have greater numbers, and no change of their own to tell of it."""
        self._outdated.update(self._loads)
        quote = quote_of(original)
        for page in self._pages.values():
            if page.index < page_of(original.number):
                continue
            for answer in page.messages:
                if answer.quote is not None and answer.quote.number == quote.number and answer.quote != quote:
                    page.replace(replace(answer, quote=quote))
                    self.changed.add(answer.number)

    def _append(self, message: Message) -> None:
        index = page_of(message.number)
        last = self.live.messages[-1] if self.live.messages else None
        self.last_number = message.number
        if index not in self._pages:
            self._pages[index] = Page(index, [], last)
            self._trim()
        self._pages[index].messages.append(message)
        self.posted.add(message.number)

    def _update_previous(self, message: Message) -> None:
        if message.number % PAGE_SIZE == 0:
            following = self._pages.get(page_of(message.number) + 1)
            if following is None:
                self._outdate(page_of(message.number) + 1)
            elif following.previous is None or following.previous.changed_seq < message.changed_seq:
                following.previous = message

    def _outdate(self, index: int) -> None:
        if index in self._loads:
            self._outdated.add(index)

    def rename_author(self, person: Person) -> None:
        """Of messages, of what they answer, of reactions."""
        self._outdated.update(self._loads)
        for page in self._pages.values():
            if page.previous is not None:
                page.previous = renamed(page.previous, person)
            page.messages = [renamed(message, person) for message in page.messages]

    def first_from_others(self, after: MessageNumber, user_id: UserId) -> MessageNumber:
        """The first message after that one which counts as unread for that person, as far as the pages in memory tell."""
        for number in range(after + 1, self.last_number + 1):
            page = self._pages.get(page_of(number))
            if page is None:
                return MessageNumber(number)
            message = page.at(number)
            if message.author.id != user_id and message.kind is MessageKind.TEXT and not message.deleted:
                return MessageNumber(number)
        return MessageNumber(after + 1)

    def take_changes(self) -> tuple[list[int], list[int]]:
        """Numbers posted, and numbers whose HTML may differ, since the last call; each in order."""
        posted, changed = sorted(self.posted), sorted(self.changed - self.posted)
        self.posted.clear()
        self.changed.clear()
        return posted, changed

    def _trim(self) -> None:
        """Of the pages that nobody has on screen, keep those used last."""
        if len(self._pages) <= KEPT_PAGES:
            return
        needed = {self.live_index, self.live_index - 1, *self._on_screen()}
        spare = [index for index in self._pages if index not in needed]
        for index in spare[: max(0, len(spare) - KEPT_PAGES)]:
            del self._pages[index]
