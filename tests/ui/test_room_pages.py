"""The pages of a room in memory: whole, current and few, whatever happens while one is read."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from livechat.domain.message import Message, Reaction, quote_of
from livechat.domain.model import PAGE_SIZE, MessageNumber, Person, RoomId, Seq, ServerRole, UserId, UserKind
from livechat.ui.room_pages import KEPT_PAGES, RoomPages
from tests.ui.room_stand import RoomStand

ANA = Person(id=UserId(1), kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username='ana', display_name='Ana')
START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Store:
    """Stands for `Rooms`: pages from a list, each reading held until the gate is open."""

    def __init__(self, count: int) -> None:
        self.messages = [self._message(number) for number in range(1, count + 1)]
        self.gate = asyncio.Event()
        self.gate.set()
        self.reads: list[int] = []
        self.single_reads: list[int] = []

    async def read_page(self, room_id: RoomId, page: int) -> Sequence[Message]:
        self.reads.append(page)
        found = self.messages[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        await self.gate.wait()
        return found

    async def read_message(self, room_id: RoomId, number: MessageNumber) -> Message | None:
        self.single_reads.append(number)
        found = self.messages[number - 1]
        await self.gate.wait()
        return found

    def edit(self, number: int, body: str) -> Message:
        old = self.messages[number - 1]
        changed = replace(old, body=body, changed_seq=Seq(1 + max(message.changed_seq for message in self.messages)))
        self.messages[number - 1] = changed
        return changed

    def post(self) -> Message:
        message = self._message(len(self.messages) + 1)
        message = replace(message, changed_seq=Seq(1 + max(each.changed_seq for each in self.messages)))
        self.messages.append(message)
        return message

    def rename(self, name: str) -> Person:
        person = replace(ANA, display_name=name)
        self.messages = [replace(message, author=person) for message in self.messages]
        return person

    @staticmethod
    def _message(number: int) -> Message:
        return Message(
            room_id=RoomId(1),
            number=MessageNumber(number),
            changed_seq=Seq(number),
            author=ANA,
            body=f'body {number}',
            client_key=f'k{number}',
            created_at=START + timedelta(seconds=number),
        )


def pages_of(store: Store) -> RoomPages:
    rooms: Any = store
    return RoomPages(rooms, RoomId(1), store.messages[-PAGE_SIZE:], len(store.messages))


def load(pages: RoomPages, index: int) -> 'asyncio.Task[Any]':
    return asyncio.get_running_loop().create_task(pages.load(index))


async def a_while() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_page_is_read_once_and_kept_with_one_message_above_it() -> None:
    store = Store(170)
    pages = pages_of(store)

    first, again = await pages.load(1), await pages.load(1)

    assert first is again
    assert [message.number for message in first.messages] == list(range(51, 101))
    assert first.previous == store.messages[49]
    assert (store.reads, store.single_reads) == ([1], [50])


async def test_message_above_a_page_is_known_when_its_page_is_in_memory() -> None:
    store = Store(170)
    pages = pages_of(store)
    await pages.load(0)

    page = await pages.load(1)

    assert page is not None
    assert page.previous == store.messages[49]
    assert (store.reads, store.single_reads) == ([0, 1], [])


async def test_page_that_many_ask_for_at_once_is_read_once() -> None:
    store = Store(170)
    pages = pages_of(store)
    store.gate.clear()
    loads = [load(pages, 0) for _ in range(5)]
    await a_while()
    store.gate.set()

    found = await asyncio.gather(*loads)

    assert store.reads == [0]
    assert all(page is found[0] for page in found)


@pytest.mark.parametrize('readers', [1, 2, 3])
async def test_change_while_a_page_is_read_is_in_it(readers: int) -> None:
    """Each reader comes after the change before: none may wipe out what another was told."""
    store = Store(170)
    pages = pages_of(store)
    store.gate.clear()
    loads = []
    for reader in range(readers):
        loads.append(load(pages, 0))
        await a_while()
        pages.put(store.edit(7, f'edit {reader}'))
    loads.append(load(pages, 0))
    await a_while()
    store.gate.set()

    for page in await asyncio.gather(*loads):
        assert page.messages == store.messages[:50]


async def test_change_of_the_message_above_while_a_page_is_read_is_known_to_it() -> None:
    store = Store(170)
    pages = pages_of(store)
    store.gate.clear()
    loading = load(pages, 1)
    await a_while()
    pages.put(store.edit(50, 'edited'))
    store.gate.set()

    assert (await loading).previous == store.messages[49]


async def test_rename_while_a_page_is_read_is_in_it() -> None:
    store = Store(170)
    pages = pages_of(store)
    store.gate.clear()
    loading = load(pages, 0)
    await a_while()
    pages.rename_author(store.rename('Queen of Sheba'))
    store.gate.set()

    assert {message.author.display_name for message in (await loading).messages} == {'Queen of Sheba'}


async def test_change_of_a_quoted_message_while_a_page_of_its_answers_is_read_is_in_it() -> None:
    store = Store(170)
    store.messages[9] = replace(store.messages[9], quote=quote_of(store.messages[119]))  # far apart, so that one alone is read
    pages = pages_of(store)
    store.gate.clear()
    loading = load(pages, 0)
    await a_while()
    store.messages[9] = replace(store.messages[9], quote=quote_of(edited := store.edit(120, 'as it reads now')))
    pages.put(edited)
    store.gate.set()

    page = await loading

    assert page is not None
    assert page.at(10).quote == quote_of(edited)


async def test_quotes_follow_their_original_and_nothing_else_does() -> None:
    store = Store(60)
    answer = replace(store.post(), quote=quote_of(store.messages[4]))
    pages = pages_of(store)
    await pages.load(0)
    pages.put(answer)
    pages.take_changes()

    pages.put(edited := store.edit(5, 'as it reads now'))
    assert pages.live.at(61).quote == quote_of(edited)
    assert pages.take_changes() == ([], [5, 61])

    reacted = replace(store.edit(5, 'as it reads now'), reactions=(Reaction(text='x', people=(ANA,)),))
    pages.put(reacted)
    assert pages.take_changes() == ([], [5])


async def test_older_state_told_late_takes_nothing_back() -> None:
    store = Store(60)
    pages = pages_of(store)
    early = store.edit(55, 'early')
    pages.put(store.edit(55, 'late'))

    pages.put(early)

    assert pages.live.at(55).body == 'late'


@pytest.mark.parametrize('count', [1, 49, 50, 51, 99, 100, 101])
async def test_newest_page_knows_the_message_above_it(count: int) -> None:
    store = Store(count)
    pages = pages_of(store)
    await pages.load(pages.live_index - 1)

    start = pages.live_index * PAGE_SIZE
    assert pages.live.messages == store.messages[start:]
    assert pages.live.previous == (store.messages[start - 1] if start else None)


async def test_posts_roll_into_a_page_that_knows_the_one_above() -> None:
    store = Store(49)
    pages = pages_of(store)

    for _ in range(3):
        pages.put(store.post())

    assert pages.live_index == 1
    assert pages.live.messages == store.messages[50:]
    assert pages.live.previous == store.messages[49]
    assert pages.take_changes() == ([50, 51, 52], [])
    assert pages.take_changes() == ([], [])


async def test_page_below_the_first_is_none() -> None:
    assert await pages_of(Store(10)).load(-1) is None


async def test_few_pages_are_kept_and_those_on_screen_among_them() -> None:
    store = Store(100 * PAGE_SIZE)
    pages = pages_of(store)
    pages.keep_pages_of(lambda: [3])

    for index in range(80):
        await pages.load(index)

    kept = [index for index in range(100) if pages.get(index) is not None]
    assert len(kept) <= KEPT_PAGES + 3  # the newest two and the one on screen are not counted
    assert {3, 79, pages.live_index} <= set(kept)


async def test_edit_far_up_is_shown_to_those_who_read_there_though_many_read_elsewhere(stand: RoomStand) -> None:
    """Each of ten readers has five pages of their own on screen: more than are kept for nobody."""
    await stand.open(history=3_000)
    tabs = []
    for number in range(10):
        tab = stand.tab()
        tab.enter()
        tab.around(60 + number * 290)
        for _ in range(2):
            tab.older()
        tabs.append(tab)
    await stand.check()

    stand.edit(60, 'far up')
    await stand.check()

    assert 'far up' in tabs[0].shown_html()
