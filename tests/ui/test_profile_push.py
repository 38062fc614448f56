"""Targets outside the browser, as their owner sees them."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from livechat.domain.errors import PushFailed, PushTargetInvalid
from livechat.domain.limits import Limits
from livechat.domain.model import Preferences
from livechat.domain.push import FAILURES_UNTIL_OFF, PushTarget
from livechat.domain.push_desk import PushDesk
from tests.ui.form_hands import Hands
from tests.ui.page_stand import PageStand, open_pages

URL = 'ntfy://ntfy.example/boats'


class Sender:
    """Takes `ntfy` addresses, and what is sent to them unless there is trouble."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.trouble = ''

    def check(self, url: str) -> str:
        if not url.startswith('ntfy://'):
            raise PushTargetInvalid('That is no service known here.')
        return url

    async def send(self, url: str, *, title: str, body: str, link: str) -> None:
        if self.trouble:
            raise PushFailed(self.trouble)
        self.sent.append(url)


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


@pytest.fixture
def sender(pages: PageStand) -> Sender:
    """Of a server that sends."""
    sender = Sender()
    house = pages.house
    limits = Limits(push_test_burst=100)
    house.chat = replace(house.chat, push=PushDesk(house.stores.push_targets, sender, clock=house.clock, limits=limits))
    pages.sessions.chat = house.chat
    return sender


async def profile(pages: PageStand, user: int = 1) -> Hands:
    return Hands(pages, await pages.tab(user, '/profile'))


async def targets(pages: PageStand, user: int = 1) -> list[PushTarget]:
    return list(await pages.house.stores.push_targets.of(pages.people[user].id))


async def test_server_that_sends_nothing_says_so_and_asks_for_nothing(pages: PageStand) -> None:
    hands = await profile(pages)

    assert 'This server sends none.' in hands.text
    assert 'Address of a service' not in hands.fields


async def test_target_is_added_and_only_its_owner_sees_it(pages: PageStand, sender: Sender) -> None:
    hands = await profile(pages)
    assert 'None yet.' in hands.text

    hands.fill('Address of a service', f' {URL} ')
    await hands.press('Add this address')

    assert [target.url for target in await targets(pages)] == [URL]
    assert URL in hands.text
    assert hands.field('Address of a service').value == ''
    assert URL not in (await profile(pages, 2)).text


async def test_address_that_cannot_be_used_stays_in_its_field_with_the_reason(pages: PageStand, sender: Sender) -> None:
    hands = await profile(pages)

    hands.fill('Address of a service', 'gopher://x')
    await hands.press('Add this address')

    assert 'That is no service known here.' in hands.text
    assert hands.field('Address of a service').value == 'gopher://x'
    assert await targets(pages) == []


async def test_test_says_that_it_was_sent(pages: PageStand, sender: Sender) -> None:
    await pages.chat.push.add(pages.people[1], URL)
    hands = await profile(pages)

    await hands.press(f'Test {URL}')

    assert sender.sent == [URL]
    assert 'Sent.' in hands.text


async def test_test_that_fails_says_why_and_how_often_until_the_target_is_off(pages: PageStand, sender: Sender) -> None:
    await pages.chat.push.add(pages.people[1], URL)
    hands = await profile(pages)
    sender.trouble = 'The service did not answer.'

    await hands.press(f'Test {URL}')
    assert 'Failed once: The service did not answer.' in hands.text
    for _ in range(FAILURES_UNTIL_OFF - 1):
        await hands.press(f'Test {URL}')
    assert 'Switched off: it failed 5 times in a row.' in hands.text
    sender.trouble = ''
    await hands.press(f'Test {URL}')

    assert 'Switched off' not in hands.text
    assert (await targets(pages))[0].enabled


async def test_target_is_removed_after_a_question(pages: PageStand, sender: Sender) -> None:
    await pages.chat.push.add(pages.people[1], URL)
    hands = await profile(pages)

    await hands.press(f'Remove {URL}')
    assert len(await targets(pages)) == 1
    await hands.press('Remove it')

    assert await targets(pages) == []
    assert 'None yet.' in hands.text


async def test_what_was_written_can_be_left_out(pages: PageStand, sender: Sender) -> None:
    hands = await profile(pages)

    await hands.switch('Include the text of the message', on=False)

    assert pages.house.stores.memory.accounts[pages.people[1].id].user.preferences == replace(Preferences(), push_bodies=False)
