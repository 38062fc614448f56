"""The message box on a slow line, with input methods, and the drafts it keeps."""

import re

from playwright.async_api import CDPSession, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each
from tests.browser.wire import Wire

pytestmark = BROWSER
IME_KEY = 229


async def test_what_is_typed_before_the_box_is_cleared_survives_on_a_slow_line(people: People, house: House, slow_wire: Wire):
    ana, room = await people.one(wire=slow_wire)

    await ana.box.press_sequentially('first')
    await ana.page.keyboard.press('Enter')
    await ana.page.keyboard.type('second', delay=90)  # the clearing arrives in the middle
    await expect(ana.box).to_have_value('second')
    await ana.page.keyboard.press('Enter')
    await each([ana], 'second')

    await expect(ana.box).to_have_value('')
    assert await house.control.messages(room) == [(1, 'first'), (2, 'second')]


async def test_two_messages_sent_before_the_first_clearing_are_both_sent_on_a_slow_line(people: People, house: House, slow_wire: Wire):
    ana, room = await people.one(wire=slow_wire)

    await ana.box.focus()
    for text in ('one', 'two', 'three'):
        await ana.page.keyboard.type(text)
        await ana.page.keyboard.press('Enter')
    await each([ana], 'three')

    await expect(ana.box).to_have_value('')
    assert await house.control.messages(room) == [(1, 'one'), (2, 'two'), (3, 'three')]


async def ime(person: Person) -> CDPSession:
    await person.box.focus()
    return await person.context.new_cdp_session(person.page)


async def press_enter_with_the_ime(keyboard: CDPSession) -> None:
    key = {'key': 'Enter', 'code': 'Enter', 'windowsVirtualKeyCode': IME_KEY}
    await keyboard.send('Input.dispatchKeyEvent', {'type': 'rawKeyDown', **key})
    await keyboard.send('Input.dispatchKeyEvent', {'type': 'keyUp', **key})


async def test_enter_that_ends_a_composition_does_not_send(people: People, house: House):
    ana, room = await people.one()
    keyboard = await ime(ana)

    await keyboard.send('Input.imeSetComposition', {'text': 'にほん', 'selectionStart': 3, 'selectionEnd': 3})
    await press_enter_with_the_ime(keyboard)
    await keyboard.send('Input.insertText', {'text': '日本'})
    await expect(ana.box).to_have_value('日本')
    await ana.page.keyboard.type('語')
    await ana.page.keyboard.press('Enter')

    await each([ana], '日本語')
    assert await house.control.messages(room) == [(1, '日本語')]


async def test_enter_that_an_input_method_reports_after_its_composition_does_not_send(people: People, house: House):
    """As Safari does: the composition is over, the key code tells."""
    ana, room = await people.one()
    keyboard = await ime(ana)

    await keyboard.send('Input.imeSetComposition', {'text': 'かな', 'selectionStart': 2, 'selectionEnd': 2})
    await keyboard.send('Input.insertText', {'text': '仮名'})
    await press_enter_with_the_ime(keyboard)
    await expect(ana.box).to_have_value(re.compile('仮名'))
    await ana.page.keyboard.press('Enter')

    await each([ana], '仮名')
    assert await house.control.messages(room) == [(1, '仮名')]


async def write_draft(person: Person, text: str) -> None:
    """Type, and wait until the pause after which the server keeps it."""
    await person.box.press_sequentially(text)
    await person.page.wait_for_timeout(1_300)


async def test_draft_comes_back_after_a_reload_and_on_another_device(people: People, house: House):
    ana, room = await people.one()
    await write_draft(ana, 'not yet')

    await ana.page.reload()
    await expect(ana.box).to_have_value('not yet')
    phone = await people.enter(room, await house.control.another_sign_in(ana.account))
    await expect(phone.box).to_have_value('not yet')
    await phone.box.press('Enter')
    await each([phone, ana], 'not yet')

    await ana.page.reload()
    await each([ana], 'not yet')
    await expect(ana.box).to_have_value('')


async def test_each_room_has_its_own_draft(people: People, house: House):
    ana, first = await people.one()
    second = await house.control.room(ana.account)
    await ana.box.press_sequentially('for the first')

    await ana.link(second).click()
    await expect(ana.heading(second)).to_be_visible()
    await expect(ana.box).to_have_value('')
    await ana.box.press_sequentially('for the second')
    await ana.link(first).click()

    await expect(ana.heading(first)).to_be_visible()
    await expect(ana.box).to_have_value('for the first')
    await ana.link(second).click()
    await expect(ana.box).to_have_value('for the second')
