"""The pinned messages of a room in one tab, while others pin and unpin."""

import re
from collections.abc import AsyncIterator, Sequence

import pytest

from livechat.domain.message import Message
from livechat.domain.model import MessageNumber
from livechat.ui.message_body import prepare
from livechat.ui.pages.pins import JUMP, UNPIN
from livechat.ui.shell import Part
from tests.ui.message_hands import MessageHands, stored
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import PageStand, open_pages

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def pin(pages: PageStand, number: int, *, on: bool = True) -> None:
    pages.house.clock.advance(1)
    await pages.chat.rooms.pin(pages.people[BO], pages.lobby.id, MessageNumber(number), on)
    await pages.settle()


async def opened(pages: PageStand, user: int = ANA) -> tuple[MessageHands, OnScreen]:
    hands = MessageHands(pages, await pages.tab(user))
    hands.tab.click(Part.PINS)
    await pages.settle()
    return hands, OnScreen(hands.tab)


def listed(screen: OnScreen) -> list[int]:
    return [int(number) for number in re.findall(rf'{JUMP}(\d+)', screen.text)]


async def test_nothing_pinned_is_said_with_the_way_to_it(pages: PageStand) -> None:
    _, screen = await opened(pages)

    assert 'Nothing is pinned here yet' in screen.text


async def test_newest_pin_comes_first_and_the_list_follows(pages: PageStand) -> None:
    await pin(pages, 1)
    _, screen = await opened(pages)
    assert listed(screen) == [1]

    await pin(pages, 3)
    assert listed(screen) == [3, 1]

    await pin(pages, 1, on=False)
    assert listed(screen) == [3]


async def test_pinned_message_that_is_deleted_leaves_the_list(pages: PageStand) -> None:
    await pin(pages, 1)
    _, screen = await opened(pages)

    await pages.chat.rooms.delete_message(pages.people[OWNER], pages.lobby.id, MessageNumber(1))
    await pages.settle()

    assert listed(screen) == []
    assert 'old 1' not in screen.text


async def test_list_is_read_again_for_pins_alone_and_rendered_beside_the_loop(pages: PageStand, monkeypatch: pytest.MonkeyPatch) -> None:
    await pin(pages, 1)
    prepared: list[list[int]] = []

    async def note(messages: Sequence[Message]) -> None:
        prepared.append([message.number for message in messages])
        await prepare(messages)

    monkeypatch.setattr('livechat.ui.pages.pins.prepare', note)
    await opened(pages)
    assert prepared == [[1]]

    for number in (1, 2, 3):
        await pages.chat.rooms.react(pages.people[BO], pages.lobby.id, MessageNumber(number), '🎉')
        await pages.settle()
    assert prepared == [[1], [1]]

    await pin(pages, 3)
    assert prepared[2:] == [[3, 1]]


async def test_unpin_is_one_click(pages: PageStand) -> None:
    await pin(pages, 1)
    hands, screen = await opened(pages)

    await hands.command(f'{UNPIN}1')

    assert stored(pages, pages.lobby, 1).pinned_at is None
    assert listed(screen) == []


async def test_jump_closes_the_list_and_goes_there(pages: PageStand) -> None:
    await pin(pages, 1)
    hands, screen = await opened(pages)

    await hands.command(f'{JUMP}1')

    assert screen.dialog is None
    assert hands.tab.opened[-1:] == ['#m1']


async def test_list_is_closed_once_its_room_is_not_ones_own_any_more(pages: PageStand) -> None:
    await pin(pages, 1)
    _, screen = await opened(pages)
    assert screen.dialog is not None

    await pages.chat.members.remove(pages.people[OWNER], pages.lobby.id, pages.people[ANA].id)
    await pages.settle()
    await pin(pages, 2)

    assert 'old 2' not in screen.text
    assert screen.dialog is None


async def test_what_shows_messages_goes_with_their_room_wherever_that_leads(pages: PageStand) -> None:
    await pages.chat.rooms.react(pages.people[BO], pages.lobby.id, MessageNumber(1), '🎉')
    hands, screen = await opened(pages)
    hands.tab.page._controls._selection.up()
    for word in ('--more-1', '--react-1'):
        await hands.command(word)
    assert screen.dialog is not None
    assert hands.popup is not None
    assert 'old 3' in hands.tab.html(Part.CHOICE)

    hands.tab.go('/rooms')
    await pages.settle()

    assert screen.dialog is None
    assert hands.popup is None
    assert hands.tab.html(Part.CHOICE) == ''
    assert hands.tab.page._controls._pins._dialog._subscription is None


async def test_earlier_wordings_and_who_reacted_go_with_their_room(pages: PageStand) -> None:
    await pages.chat.rooms.react(pages.people[BO], pages.lobby.id, MessageNumber(1), '🎉')
    hands = MessageHands(pages, await pages.tab(ANA))
    screen = OnScreen(hands.tab)
    await hands.menu(1)
    await hands.take('Who reacted')
    assert 'Person 2' in screen.text

    await pages.chat.members.remove(pages.people[OWNER], pages.lobby.id, pages.people[ANA].id)
    await pages.settle()

    assert screen.dialog is None


async def test_tab_that_is_gone_follows_no_pins(pages: PageStand) -> None:
    hands, _ = await opened(pages)
    subscription = hands.tab.page._controls._pins._dialog._subscription
    assert subscription is not None

    await hands.tab.close()
    await pages.settle()

    assert hands.tab.page._controls._pins._dialog._subscription is None


async def test_pin_from_the_menu_is_said(pages: PageStand) -> None:
    hands = MessageHands(pages, await pages.tab(ANA))
    await hands.menu(1)

    await hands.take('Pin')

    assert stored(pages, pages.lobby, 1).pinned_at is not None
    assert hands.done == 'Pinned for everybody here.'
    await hands.menu(1)
    assert 'Unpin' in hands.offered


async def test_list_that_other_dialogs_pushed_out_lets_go_of_its_room(pages: PageStand) -> None:
    hands, screen = await opened(pages)
    pins = hands.tab.page._controls._pins
    assert pins._dialog.form is not None
    assert pins._dialog._subscription is not None
    pins._dialog.form.dialog.forget()

    await pin(pages, 1)

    assert pins._dialog._subscription is None
    assert screen.dialog is None
