"""Messages chosen by keyboard in one tab, and the map of the keys."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.model import MessageNumber
from livechat.ui.shell import SHORTCUTS, Part, part
from livechat.ui.stream import Kind, element_id
from tests.ui.message_hands import MessageHands
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import PageStand, open_pages

OWNER, ANA, BO = range(3)
UP, DOWN, MENU = 'ArrowUp', 'ArrowDown', 'Enter'


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def at(pages: PageStand, user: int = ANA) -> MessageHands:
    return MessageHands(pages, await pages.tab(user))


def chosen(hands: MessageHands) -> tuple[str, str]:
    """What the style sheet marks, and what is said aloud."""
    return hands.tab.html(Part.CHOICE_STYLE).partition('{')[0], hands.tab.html(Part.CHOICE)


async def test_up_chooses_the_newest_and_then_the_one_above(pages: PageStand) -> None:
    hands = await at(pages)

    await hands.alt(UP)
    assert chosen(hands) == ('#m3', 'Person 0, 12:00: old 3')

    await hands.alt(UP)
    assert chosen(hands)[0] == '#m2'
    assert hands.tab.calls[-1] == 'scrollIntoView'

    await hands.alt(DOWN)
    assert chosen(hands)[0] == '#m3'


async def test_tombstones_are_passed_over(pages: PageStand) -> None:
    await pages.chat.rooms.delete_message(pages.people[OWNER], pages.lobby.id, MessageNumber(2))
    hands = await at(pages)

    for _ in range(2):
        await hands.alt(UP)

    assert chosen(hands)[0] == '#m1'


async def test_first_message_stays_chosen(pages: PageStand) -> None:
    hands = await at(pages)

    for _ in range(6):
        await hands.alt(UP)

    assert chosen(hands)[0] == '#m1'


async def test_down_from_the_newest_chooses_nothing(pages: PageStand) -> None:
    hands = await at(pages)
    await hands.alt(UP)

    await hands.alt(DOWN)

    assert chosen(hands) == ('', '')


async def test_down_without_a_choice_does_nothing(pages: PageStand) -> None:
    hands = await at(pages)

    await hands.alt(DOWN)

    assert chosen(hands) == ('', '')


async def test_menu_of_the_chosen_message_opens(pages: PageStand) -> None:
    hands = await at(pages)
    for _ in range(2):
        await hands.alt(UP)

    await hands.alt(MENU)

    assert hands.popup is not None
    assert hands.popup.props['target'] == '#m2'


async def test_menu_without_a_choice_is_that_of_the_newest(pages: PageStand) -> None:
    hands = await at(pages)

    await hands.alt(MENU)

    assert hands.popup is not None
    assert hands.popup.props['target'] == '#m3'


async def test_escape_ends_the_choice_before_it_closes_the_drawer(pages: PageStand) -> None:
    hands = await at(pages)
    hands.tab.click(Part.MENU)
    await hands.alt(UP)

    await hands.root_key('esc')
    assert chosen(hands) == ('', '')
    assert 'rooms-open' in hands.tab.page.places._root.classes

    await hands.root_key('esc')
    assert 'rooms-open' not in hands.tab.page.places._root.classes


async def test_choice_ends_with_the_room(pages: PageStand) -> None:
    other = await pages.room('Other', ANA)
    await pages.chat.rooms.post(pages.people[OWNER], other.id, 'there', 'k1')
    hands = await at(pages)
    await hands.alt(UP)

    hands.tab.go('/rooms/other')
    await pages.settle()

    assert chosen(hands) == ('', '')
    await hands.alt(UP)
    assert chosen(hands)[1].endswith('there')


async def test_message_that_is_no_element_of_its_own_is_jumped_to(pages: PageStand) -> None:
    for number in range(60):
        await pages.chat.rooms.post(pages.people[OWNER], pages.lobby.id, f'more {number}', f'k{number}')
        pages.house.clock.advance(5)
    hands = await at(pages)
    live = [number for number in range(1, 64) if element_id(Kind.MESSAGE, pages.lobby.id, number) in hands.tab.browser.elements]
    assert min(live) == 51

    for _ in range(64 - 50):
        await hands.alt(UP)

    assert chosen(hands)[0] == '#m50'
    assert hands.tab.opened[-1] == '#m50'


async def test_keys_without_a_room_do_nothing(pages: PageStand) -> None:
    hands = MessageHands(pages, await pages.tab(ANA, '/rooms'))

    for key in (UP, DOWN, MENU):
        await hands.alt(key)

    assert chosen(hands) == ('', '')
    assert hands.popup is None


@pytest.mark.parametrize('way', ['menu of the server', 'Ctrl and slash', 'question mark'])
async def test_map_of_the_keys_is_shown(pages: PageStand, way: str) -> None:
    hands = await at(pages)

    if way == 'menu of the server':
        await hands.command(SHORTCUTS)
    elif way == 'question mark':
        hands.tab.page.virtual_event(part(Part.COLUMN), [{'key': '?', 'isComposing': False, 'keyCode': 0}])
    else:
        await hands.root_key('/')

    screen = OnScreen(hands.tab)
    assert 'Menu of the chosen message' in screen.text
    screen.press('Close')
    await pages.settle()
    assert screen.dialog is None
