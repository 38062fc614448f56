"""Choosing a picture on a page, cropping it, and how open tabs follow the server's."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from livechat.domain.face import CutOut, FaceFile
from livechat.ui.html import CHOSEN
from livechat.ui.picture_choosers import Chooser, chooser_of
from livechat.ui.shell import Part, part
from tests.faces import PICTURE
from tests.ui.form_hands import Hands
from tests.ui.page_stand import PageStand, PageTab, open_pages


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def page(pages: PageStand, path: str, user: int = 0) -> Hands:
    return Hands(pages, await pages.tab(user, path))


def uploader(hands: Hands) -> Any:
    (found,) = [each for each in hands.tab.client.elements.values() if each.tag == 'q-uploader']
    return found


def waiting(hands: Hands) -> Chooser:
    """Whom a picture reaches that is sent to the address on the page."""
    chooser = chooser_of(uploader(hands).props['url'].removeprefix(CHOSEN), hands.tab.page.session.sign_in_id)
    assert chooser is not None
    return chooser


async def choose(pages: PageStand, hands: Hands, user: int = 0) -> str:
    token = await pages.chat.faces.choose(pages.people[user], PICTURE)
    waiting(hands).chosen(token)
    await pages.settle()
    return token


def windows(hands: Hands) -> list[str]:
    """How the picture lies behind the large window and the small one."""
    return [str(each._style) for each in hands.elements if each.tag == 'img']


async def of_person(pages: PageStand, user: int = 0) -> str:
    found = await pages.chat.faces._reception.users.by_id(pages.people[user].id)
    assert found is not None
    return found.picture


async def test_picture_is_cropped_and_then_one_s_own(pages: PageStand) -> None:
    hands = await page(pages, '/profile')
    assert 'Remove the picture' not in hands.buttons
    await choose(pages, hands)
    before = windows(hands)

    hands.fill('Zoom', '2')
    hands.fill('Left to right', '1')
    assert windows(hands) != before
    assert windows(hands)[0] == windows(hands)[1]
    assert await of_person(pages) == ''
    await hands.press('Save')

    token = await of_person(pages)
    assert await pages.chat.faces.files.get(token, FaceFile.SMALL) == b'64 (300.0, 50.0, 100.0)'
    assert f'/avatars/{token}-256.webp' in hands.text
    assert 'Saved.' in hands.text
    await hands.press('Remove the picture')
    assert await of_person(pages) == ''
    assert '/avatars/' not in hands.text


@pytest.mark.parametrize('value', ['', 'nan', '-inf', '1e999', 'x', '-5'])
async def test_whatever_a_browser_says_of_a_slider_the_square_lies_within_the_picture(pages: PageStand, value: str) -> None:
    hands = await page(pages, '/profile')
    await choose(pages, hands)

    for slider in ('Zoom', 'Left to right', 'Up and down'):
        hands.fill(slider, value)
    await hands.press('Save')

    data = await pages.chat.faces.files.get(await of_person(pages), FaceFile.SMALL)
    assert data in {b'64 (100.0, 0.0, 200.0)', b'64 (0.0, 0.0, 200.0)'}


async def test_picture_that_was_chosen_too_long_ago_is_refused_in_the_dialog(pages: PageStand) -> None:
    hands = await page(pages, '/profile')
    await choose(pages, hands)
    await pages.pass_time(601)

    await hands.press('Save')

    assert hands.in_dialog
    assert 'Choose it again' in hands.text


async def test_why_it_was_refused_is_not_covered_by_that_it_failed(pages: PageStand) -> None:
    hands = await page(pages, '/profile')

    waiting(hands).refuse('That is no picture.')
    hands.tab.event(uploader(hands), 'failed', None)
    await pages.settle()
    assert 'That is no picture.' in hands.text

    hands.tab.event(uploader(hands), 'failed', None)
    await pages.settle()
    assert 'did not arrive' in hands.text


async def test_picture_for_a_page_that_was_left_is_let_go(pages: PageStand) -> None:
    hands = await page(pages, '/profile')
    chooser = waiting(hands)
    token = await pages.chat.faces.choose(pages.people[0], PICTURE)
    await pages.sign_out(hands.tab)

    chooser.chosen(token)
    await pages.settle()

    assert not hands.in_dialog


async def test_room_s_picture_is_offered_to_its_admins_and_drawn_at_once(pages: PageStand) -> None:
    hands = await page(pages, '/rooms/lobby/settings')
    await choose(pages, hands)
    await hands.press('Save')

    room = await pages.chat.rooms.by_slug(pages.people[0], 'lobby')
    assert room is not None
    assert hands.text.count(f'/avatars/{room.picture}-256.webp') == 2
    await hands.press('Remove the picture')
    assert '/avatars/' not in hands.text
    member = await page(pages, '/rooms/lobby/settings', user=2)
    assert not [each for each in member.tab.client.elements.values() if each.tag == 'q-uploader']


async def test_open_room_shows_its_new_picture_in_its_head_its_beginning_and_the_list(pages: PageStand) -> None:
    tab: PageTab = await pages.tab(1)
    owner = pages.people[0]

    room = await pages.chat.faces.set_room(owner, pages.lobby.id, await pages.chat.faces.choose(owner, PICTURE), CutOut())
    await pages.settle()

    assert f'{room.picture}-64.webp' in tab.browser.html(part(Part.TITLE))
    assert str(tab.browser.elements).count(f'{room.picture}-64.webp') == 2
    assert str(tab.browser.elements).count(f'{room.picture}-256.webp') == 1
    await pages.chat.faces.remove_room(owner, room.id)
    await pages.settle()
    assert '/avatars/' not in str(tab.browser.elements)


async def test_open_tabs_follow_the_name_and_the_picture_of_the_server(pages: PageStand) -> None:
    tab, hands = await pages.tab(1), await page(pages, '/admin?part=server')
    await choose(pages, hands)
    await hands.press('Save')

    hands.fill('Name of the server', 'Boat <yard>')
    await hands.press('Save')

    server = await pages.chat.server_desk.profile()
    menu = tab.browser.html(part(Part.SERVER))
    assert server.name == 'Boat <yard>'
    assert 'Boat &lt;yard&gt;' in menu
    assert f'/avatars/{server.picture}-64.webp' in menu
    late = await pages.tab(2)
    assert late.browser.html(part(Part.SERVER)).count('Boat &lt;yard&gt;') == 2
    hands.fill('Name of the server', ' ')
    await hands.press('Save')
    assert 'Write a name that others can see.' in hands.text
