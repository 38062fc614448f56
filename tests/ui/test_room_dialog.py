"""A dialog that follows its room: it lets go of the room however it ends, and opens over no other."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from livechat.domain.errors import RoomNotFound
from livechat.domain.events import room_topic
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber, Room
from livechat.ui.components.dialogs import Form
from livechat.ui.pages.room_dialog import RoomDialog
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import PageStand, PageTab, open_pages

OWNER, ANA = range(2)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


@dataclass(frozen=True, slots=True)
class Seen:
    room: Room


class Watched:
    """A dialog of one tab; whether its room is followed while it loads, and what it hears."""

    def __init__(self, pages: PageStand, tab: PageTab) -> None:
        self.pages = pages
        self.dialog = RoomDialog[Seen](tab.page.session, tab.page.conversation, build=lambda _: Form('Watched'), changed=self._changed)
        self.screen = OnScreen(tab)
        self.heard: list[MessageNumber | None] = []
        self.may_load = asyncio.Event()
        self.was_followed = False
        self.trouble: Exception | None = None

    async def load(self, room: Room, *, is_there: bool = True) -> Seen:
        await self.may_load.wait()
        self.was_followed = self.is_followed(room)
        if not is_there:
            raise RoomNotFound
        return Seen(room)

    def is_followed(self, room: Room) -> bool:
        return self.pages.chat.backplane.is_watched(room_topic(room.id))

    async def _changed(self, _: Seen, message: Message | None) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.heard.append(message.number if message is not None else None)


async def test_what_changes_while_it_is_loaded_is_heard_once_it_is_open(pages: PageStand) -> None:
    watched = Watched(pages, await pages.tab(ANA))
    opening = asyncio.get_running_loop().create_task(watched.dialog.open(pages.lobby.id, watched.load(pages.lobby)))
    await pages.settle()

    await pages.chat.rooms.react(pages.people[OWNER], pages.lobby.id, MessageNumber(1), '🎉')
    watched.may_load.set()
    await opening
    await pages.settle()

    assert watched.screen.dialog is not None
    assert watched.heard == [1]


async def test_tab_that_went_to_another_room_meanwhile_gets_no_dialog_over_it(pages: PageStand) -> None:
    await pages.room('Other', ANA)
    tab = await pages.tab(ANA)
    watched = Watched(pages, tab)
    opening = asyncio.get_running_loop().create_task(watched.dialog.open(pages.lobby.id, watched.load(pages.lobby)))
    tab.go('/rooms/other')
    await pages.settle()

    watched.may_load.set()
    await opening

    assert watched.was_followed
    assert watched.screen.dialog is None
    assert watched.dialog.form is None


@pytest.mark.parametrize('is_there', [True, False])
async def test_room_that_does_not_open_is_not_followed_any_more(pages: PageStand, is_there: bool) -> None:
    other = await pages.room('Other', ANA)
    watched = Watched(pages, await pages.tab(ANA))
    watched.may_load.set()
    opening = watched.dialog.open(other.id, watched.load(other, is_there=is_there))

    if is_there:
        await opening
    else:
        with pytest.raises(RoomNotFound):
            await opening

    assert watched.was_followed
    assert not watched.is_followed(other)


async def test_closed_dialog_hears_nothing_more(pages: PageStand) -> None:
    watched = Watched(pages, await pages.tab(ANA))
    watched.may_load.set()
    await watched.dialog.open(pages.lobby.id, watched.load(pages.lobby))
    await pages.chat.rooms.react(pages.people[OWNER], pages.lobby.id, MessageNumber(1), '🎉')
    await pages.settle()
    assert watched.heard == [1]

    watched.dialog.close()
    await pages.chat.rooms.react(pages.people[OWNER], pages.lobby.id, MessageNumber(2), '🎉')
    await pages.settle()

    assert watched.heard == [1]
    assert watched.dialog.shown is None


async def test_dialog_that_could_not_follow_can_still_be_used_and_closed(pages: PageStand, caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched(pages, await pages.tab(ANA))
    watched.may_load.set()
    await watched.dialog.open(pages.lobby.id, watched.load(pages.lobby))
    watched.trouble = OSError('disk')

    await pages.chat.rooms.react(pages.people[OWNER], pages.lobby.id, MessageNumber(1), '🎉')
    await pages.settle()

    assert 'disk' in caplog.text
    assert watched.dialog.shown is not None
    watched.dialog.close()
    await pages.settle()
    assert watched.screen.dialog is None
