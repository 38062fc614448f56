"""What one sees of an own message before it is stored: over a slow line, with a database that is busy, with one that refuses.

Nothing of it can be shown before one round trip: the page is the server's. What is measured here is what that leaves.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.async_api import Locator, expect

from livechat.store import DATABASE_NAME
from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each
from tests.browser.wire import Wire

pytestmark = BROWSER
REFUSED_MS = 20_000
"""The server waits 5 s for a database that another program holds."""
SAY_NOTHING_AFTER_ENTER = """() => {
    const socket = window.socket.io.engine.transport.ws, send = socket.send.bind(socket), held = []
    let isOver = false
    socket.send = frame => isOver ? held.push(frame) : (isOver = frame.includes('keyCode'), send(frame))
    window.sayIt = () => { socket.send = send; held.forEach(send) }
}"""
"""What needs an answer of the browser takes more than one round trip."""


@contextmanager
def busy_database(house: House) -> Iterator[None]:
    """As when another program writes into it without end."""
    database = sqlite3.connect(house.server.data / DATABASE_NAME, isolation_level=None)
    try:
        database.execute('BEGIN IMMEDIATE')
        yield
    finally:
        database.close()


def unsent(person: Person) -> Locator:
    return person.page.get_by_role('list', name='Being sent').get_by_role('listitem')


async def test_own_message_shows_after_one_round_trip(people: People, house: House, slow_wire: Wire):
    ana, _ = await people.one(wire=slow_wire)
    await ana.box.press_sequentially('Hello over there')
    await ana.page.wait_for_timeout(500)

    await ana.page.evaluate(SAY_NOTHING_AFTER_ENTER)
    await ana.page.keyboard.press('Enter')

    await each([ana], 'Hello over there')
    await ana.page.evaluate('sayIt()')
    await expect(unsent(ana)).to_have_count(0)


async def test_own_messages_show_as_sending_while_the_database_is_busy_and_are_replaced_in_place(
    people: People, house: House, slow_wire: Wire
):
    ana, room = await people.one(wire=slow_wire)
    await ana.box.focus()

    with busy_database(house):
        for text in ('one', 'two'):
            await ana.page.keyboard.type(text)
            await ana.page.keyboard.press('Enter')
        await expect(unsent(ana)).to_have_text(['oneSending …', 'twoSending …'])
        await expect(ana.articles).to_have_count(0)
    await each([ana], 'two')

    await expect(unsent(ana)).to_have_count(0)
    assert await ana.said() == ['one', 'two']
    assert [text for _, text in await house.control.messages(room)] == ['one', 'two']


async def test_message_that_was_refused_is_marked_and_sent_once_by_retry(people: People, house: House):
    ana, room = await people.one()
    bo = await people.enter(room, ana.account)
    await ana.box.focus()

    with busy_database(house):
        for text in ('one', 'two'):
            await ana.page.keyboard.type(text)
            await ana.page.keyboard.press('Enter')
        await expect(unsent(ana).filter(has_text='Not sent')).to_have_count(2, timeout=REFUSED_MS)
        await expect(ana.notice).to_contain_text('could not store')
    await ana.page.keyboard.type('three, meanwhile')
    await unsent(ana).nth(1).get_by_role('button', name='Retry').click()
    await each([ana, bo], 'two')

    await expect(unsent(ana)).to_have_count(0)
    await expect(ana.box).to_have_value('three, meanwhile')
    assert [text for _, text in await house.control.messages(room)] == ['one', 'two']


async def test_text_of_a_refused_message_goes_back_into_the_box_to_be_changed(people: People, house: House):
    ana, room = await people.one()

    with busy_database(house):
        await ana.say('Helo')
        await expect(unsent(ana)).to_contain_text('Not sent', timeout=REFUSED_MS)
    await unsent(ana).get_by_role('button', name='Edit').click()
    await expect(ana.box).to_have_value('Helo')
    await expect(unsent(ana)).to_have_count(0)
    await ana.box.fill('Hello')
    await ana.box.press('Enter')

    await each([ana], 'Hello')
    assert [text for _, text in await house.control.messages(room)] == ['Hello']


async def test_refused_message_waits_in_the_box_after_a_reload(people: People, house: House):
    ana, _ = await people.one()

    with busy_database(house):
        await ana.say('Hello')
        await expect(unsent(ana)).to_contain_text('Not sent', timeout=REFUSED_MS)
    await ana.page.wait_for_timeout(1_300)
    await ana.page.reload()

    await expect(ana.box).to_have_value('Hello')
