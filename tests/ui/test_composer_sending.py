"""What becomes of what was sent: commands, messages on their way and refused ones, whom they reach."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from livechat.domain.model import MessageNumber
from livechat.ui.components.box import DRAFT_AFTER_S
from livechat.ui.composer_outbox import MOST_SENDING, SHOW_AFTER_S
from livechat.ui.shell import Part, part
from tests.ui.composer_hands import Composer
from tests.ui.page_stand import PageStand, open_pages

BOX_KEYS = part(Part.BOX_KEYS)
NOT_SENT, SENDING = 'Not sent', 'Sending …'


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def composer(pages: PageStand, user: int = 1, path: str = '/rooms/lobby') -> Composer:
    return Composer(pages, await pages.tab(user, path))


async def own_message(pages: PageStand, body: str, key: str = 'own') -> MessageNumber:
    message = await pages.chat.rooms.post(pages.people[1], pages.lobby.id, body, key)
    await pages.settle()
    return message.number


# Commands


async def test_command_says_what_it_did_and_posts_nothing(pages: PageStand) -> None:
    one = await composer(pages)

    one.tab.send('/topic')
    await pages.settle()

    assert 'about' in one.remark
    assert pages.bodies(pages.lobby) == []
    assert one.tab.box == ''
    one.tab.send('Hello')
    await pages.settle()
    assert one.remark == ''


async def test_unknown_command_stays_in_the_box(pages: PageStand) -> None:
    one = await composer(pages)

    one.tab.send('/dance')
    await pages.settle()

    assert one.tab.box == '/dance'
    assert 'no command /dance' in one.tab.notice
    assert pages.bodies(pages.lobby) == []


async def test_leaving_by_command_leads_out_of_the_room_and_says_so(pages: PageStand) -> None:
    one = await composer(pages)

    one.tab.send('/leave')
    await pages.settle()

    assert 'at-card' in one.tab.classes
    assert 'You left “Lobby”' in one.tab.notice


# On their way


async def test_message_shows_as_sending_when_storing_it_takes_a_moment_and_is_replaced(pages: PageStand) -> None:
    one = await composer(pages)
    memory = pages.house.stores.memory
    memory.gate.clear()

    one.tab.send('Hello')
    await pages.until(lambda: not one.tab.box)
    assert one.unsent == []
    await skip(pages, SHOW_AFTER_S)
    assert len(one.unsent) == 1
    assert 'Hello' in one.unsent[0]
    assert SENDING in one.unsent[0]
    memory.gate.set()
    await pages.settle()

    assert one.unsent == []
    assert 'Hello' in one.tab.log


async def skip(pages: PageStand, seconds: float) -> None:
    """Time passes while something waits that does not settle."""
    pages._skipped_s += seconds
    for _ in range(50):
        await asyncio.sleep(0)


async def test_messages_that_wait_are_shown_in_order_and_no_more_of_them_than_a_person_would_look_at(pages: PageStand) -> None:
    one = await composer(pages)
    memory = pages.house.stores.memory
    memory.gate.clear()
    words = [f'number {place}' for place in range(MOST_SENDING + 3)]

    for text in words:
        one.tab.send(text)
        await pages.until(lambda: not one.tab.box)
    await skip(pages, SHOW_AFTER_S)

    assert [line.split('</p>')[0].split('>')[-1] for line in one.unsent] == words[:MOST_SENDING]
    memory.gate.set()
    await pages.settle()
    assert one.unsent == []
    assert pages.bodies(pages.lobby) == words


async def test_messages_that_were_not_stored_are_sent_again_in_order_by_any_retry(pages: PageStand) -> None:
    one = await composer(pages)
    memory = pages.house.stores.memory
    memory.full = True
    for text in ('one', 'two'):
        one.tab.send(text)
        await pages.settle()
    assert [NOT_SENT in line for line in one.unsent] == [True, True]
    memory.full = False

    one.press('Retry', of=1)
    await pages.settle()

    assert pages.bodies(pages.lobby) == ['one', 'two']
    assert one.unsent == []
    await pages.pass_time(DRAFT_AFTER_S)
    assert pages.draft(1, pages.lobby) == ''


async def test_retry_of_a_message_that_was_stored_after_all_stores_it_once(pages: PageStand) -> None:
    one = await composer(pages)
    memory = pages.house.stores.memory
    memory.full = True
    one.tab.send('Hello')
    await pages.settle()
    memory.full = False
    (unsent,) = one.tab.page._desk._outbox.failed
    await pages.chat.rooms.post(pages.people[1], pages.lobby.id, 'Hello', unsent.client_key)

    one.press('Retry')
    await pages.settle()

    assert pages.bodies(pages.lobby) == ['Hello']


async def test_edit_of_an_unsent_message_puts_it_back_into_the_box(pages: PageStand) -> None:
    one = await composer(pages)
    number = await own_message(pages, 'Hello')
    one.reply(await one.message(pages.lobby, number))
    pages.house.stores.memory.full = True
    one.tab.send('Helo')
    await pages.settle()
    one.tab.type('more')

    one.press('Edit')
    await pages.settle()

    assert one.tab.box == 'Helo\nmore'
    assert 'Replying to' in one.bar
    assert one.unsent == []


async def test_unsent_message_waits_in_the_draft_of_its_room_when_that_is_left(pages: PageStand) -> None:
    await pages.room('Other', 1)
    one = await composer(pages)
    pages.house.stores.memory.full = True
    one.tab.send('Hello')
    await pages.settle()
    pages.house.stores.memory.full = False

    one.tab.go('/rooms/other')
    await pages.settle()
    assert one.unsent == []
    assert one.tab.box == ''
    one.tab.go('/rooms/lobby')
    await pages.settle()

    assert one.tab.box == 'Hello'
    assert pages.bodies(pages.lobby) == []


async def test_message_refused_after_its_room_was_left_waits_there(pages: PageStand) -> None:
    await pages.room('Other', 1)
    one = await composer(pages)
    queue = pages.hold(one.tab)
    one.tab.send('Hello')
    one.tab.go('/rooms/other')
    await pages.chat.room_settings.set_rules(pages.people[0], pages.lobby.id, announcements=True, slow_mode_s=0)

    queue.set()
    await pages.settle()

    assert pages.bodies(pages.lobby) == []
    assert 'Hello' in (pages.draft(1, pages.lobby), one.tab.box)


async def test_unsent_messages_are_there_after_a_lost_connection(pages: PageStand) -> None:
    one = await composer(pages)
    pages.house.stores.memory.full = True
    one.tab.send('Hello')
    await pages.settle()

    await one.tab.lose()
    await one.tab.connect()
    await pages.settle()

    assert NOT_SENT in one.unsent[0]


# Whom it reaches


async def test_somebody_who_is_not_in_the_room_is_named_and_can_be_added_after_a_lost_connection_too(pages: PageStand) -> None:
    mira = await pages.chat.accounts.add_user('Mira', 'correct horse', pages.people[1].role)
    one = await composer(pages)

    one.tab.send(f'Ask @{mira.username}')
    await pages.settle()
    assert 'Mira is not in this room and was not notified.' in one.remark
    await one.tab.lose()
    await one.tab.connect()
    await pages.settle()
    assert 'Mira is not in this room and was not notified.Add Mira' in one.remark
    one.press('Add Mira')
    await pages.settle()

    assert 'In this room now: Mira.' in one.remark
    assert pages.chat.rooms.member(pages.lobby.id, mira.id) is not None
