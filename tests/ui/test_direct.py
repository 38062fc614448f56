"""The dialog that opens a direct room, with the keyboard alone."""

from collections.abc import AsyncIterator

import pytest

from livechat.ui.pages.room_actions import RoomDialogs
from livechat.ui.shell import Part
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import PageStand, PageTab, open_pages

OWNER, ANA, BO = range(3)
FIELD = 'Find people'


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def dialog(pages: PageStand, user: int = ANA) -> tuple[PageTab, OnScreen]:
    tab = await pages.tab(user)
    RoomDialogs(tab.page.session, tab.page.conversation, tab.page.places.go).new_direct()
    await pages.settle()
    return tab, OnScreen(tab)


async def direct_rooms(pages: PageStand, user: int) -> list[set[str]]:
    mine = await pages.chat.rooms.mine(pages.people[user])
    return [{person.display_name for person in each.people} for each in mine if each.room.is_direct]


async def test_people_are_suggested_before_one_types(pages: PageStand) -> None:
    _, screen = await dialog(pages)

    assert screen.buttons[:2] == ['Choose Person 0 (@person.0)', 'Choose Person 2 (@person.2)']


async def test_suggestions_follow_what_is_typed(pages: PageStand) -> None:
    _, screen = await dialog(pages)

    screen.fill(FIELD, 'PERSON 2')
    await pages.settle()
    assert screen.buttons[:2] == ['Choose Person 2 (@person.2)', 'Cancel']
    screen.fill(FIELD, 'zebra')
    await pages.settle()

    assert 'Nobody is found.' in screen.text


async def test_one_is_picked_and_the_room_with_them_opens(pages: PageStand) -> None:
    tab, screen = await dialog(pages)

    screen.press('Choose Person 2 (@person.2)')
    await pages.settle()
    assert screen.buttons[:2] == ['Take Person 2 away', 'Choose Person 0 (@person.0)']
    screen.press('Open')
    await pages.settle()

    assert await direct_rooms(pages, ANA) == [{'Person 1', 'Person 2'}]
    [room] = [each.room for each in await pages.chat.rooms.mine(pages.people[ANA]) if each.room.is_direct]
    assert tab.address == f'/rooms/{room.slug}'
    assert screen.dialog is None


async def test_keyboard_alone_picks_two_takes_one_back_and_opens(pages: PageStand) -> None:
    _, screen = await dialog(pages)

    screen.fill(FIELD, 'person 0')
    screen.key(FIELD, 'enter')  # before the answer to what was typed
    await pages.settle()
    screen.fill(FIELD, 'person 2')
    screen.key(FIELD, 'enter')
    await pages.settle()
    assert screen.buttons[:2] == ['Take Person 0 away', 'Take Person 2 away']
    assert screen.field(FIELD).value == ''
    screen.key(FIELD, 'backspace')
    await pages.settle()
    assert 'Take Person 2 away' not in screen.buttons
    screen.key(FIELD, 'enter')
    await pages.settle()

    assert await direct_rooms(pages, ANA) == [{'Person 0', 'Person 1'}]


async def test_backspace_in_a_word_takes_nobody_away(pages: PageStand) -> None:
    _, screen = await dialog(pages)
    screen.press('Choose Person 2 (@person.2)')
    await pages.settle()

    screen.fill(FIELD, 'p')
    screen.key(FIELD, 'backspace')
    await pages.settle()

    assert 'Take Person 2 away' in screen.buttons


async def test_same_people_are_in_the_same_room_again(pages: PageStand) -> None:
    for user, other in ((ANA, 'Choose Person 2 (@person.2)'), (BO, 'Choose Person 1 (@person.1)')):
        _, screen = await dialog(pages, user)
        screen.press(other)
        await pages.settle()
        screen.press('Open')
        await pages.settle()

    assert len(await direct_rooms(pages, ANA)) == 1


async def test_nobody_chosen_is_said_and_opens_nothing(pages: PageStand) -> None:
    _, screen = await dialog(pages)

    screen.press('Open')
    await pages.settle()

    assert 'Choose somebody first.' in screen.text
    assert await direct_rooms(pages, ANA) == []


async def test_header_button_opens_it(pages: PageStand) -> None:
    tab = await pages.tab()

    tab.click(Part.NEW_DIRECT)
    await pages.settle()

    assert OnScreen(tab).has(FIELD)
