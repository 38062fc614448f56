"""Somebody's card, opened from the list of people."""

from collections.abc import AsyncIterator

import pytest

from livechat.ui.people_view import PERSON
from livechat.ui.shell import Part, part
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import PageStand, open_pages

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def card(pages: PageStand, command: str, user: int = ANA) -> OnScreen:
    tab = await pages.tab(user)
    tab.page.virtual_event(part(Part.COMMANDS), [{'command': command}])
    await pages.settle()
    return OnScreen(tab)


async def test_card_says_who_somebody_is_and_what_they_say_about_themselves(pages: PageStand) -> None:
    bo = pages.people[BO]
    await pages.chat.accounts.update_profile(bo, display_name=bo.display_name, username=bo.username, email=None, bio='I mend <b>boats</b>.')

    screen = await card(pages, f'{PERSON}{bo.id}')

    assert f'@{bo.username}' in screen.text
    assert 'I mend &lt;b&gt;boats&lt;/b&gt;.' in screen.text


async def test_direct_message_is_one_click_away(pages: PageStand) -> None:
    screen = await card(pages, f'{PERSON}{pages.people[BO].id}')

    screen.press('Direct message')
    await pages.settle()

    (room,) = [each for each in await pages.chat.rooms.mine(pages.people[ANA]) if each.room.is_direct]
    assert {person.id for person in room.people} == {pages.people[ANA].id, pages.people[BO].id}


async def test_own_card_leads_to_the_profile(pages: PageStand) -> None:
    screen = await card(pages, f'{PERSON}{pages.people[ANA].id}')

    assert screen.buttons == ['Profile and settings', 'Close']


@pytest.mark.parametrize('who', ['0', '-1', '999999', '1' * 40, '1; DROP', '\u0663', ''])
async def test_command_by_hand_opens_nobody(pages: PageStand, who: str) -> None:
    screen = await card(pages, f'{PERSON}{who}')

    assert screen.dialog is None
