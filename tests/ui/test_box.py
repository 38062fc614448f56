"""The message box: what sends, what stays, what is kept."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.model import MAX_BODY_CHARS
from livechat.ui.components.box import DRAFT_AFTER_S, IME_KEY_CODE
from livechat.ui.shell import Part
from tests.ui.page_stand import PageStand, open_pages


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def test_enter_sends_and_empties_the_box_before_the_message_is_stored(pages: PageStand) -> None:
    tab = await pages.tab()
    memory = pages.house.stores.memory
    memory.gate.clear()

    tab.send('Hello')
    await pages.until(lambda: not tab.box)
    assert pages.bodies(pages.lobby) == []
    memory.gate.set()
    await pages.settle()

    assert pages.bodies(pages.lobby) == ['Hello']
    assert 'Hello' in tab.log


async def test_key_between_the_emptying_and_the_browsers_answer_is_not_doubled(pages: PageStand) -> None:
    """The emptied box comes back as a value, which the server has already: it says that the next key was typed after it."""
    tab = await pages.tab()
    tab.hold_answers()
    tab.send('one')
    await pages.until(lambda: not tab.box)

    tab.event(tab.page._box.element, 'update:value', '')
    tab.type('t')
    tab.let_answers_go()
    await pages.settle()
    tab.type('tw')
    tab.send('two')
    await pages.settle()

    assert pages.bodies(pages.lobby) == ['one', 'two']


async def test_two_quick_messages_are_two_in_order(pages: PageStand) -> None:
    tab = await pages.tab()

    tab.send('one')
    await pages.until(lambda: not tab.box)
    tab.send('two')
    await pages.settle()

    assert pages.bodies(pages.lobby) == ['one', 'two']


@pytest.mark.parametrize(('is_composing', 'key_code'), [(True, 13), (False, IME_KEY_CODE)])
async def test_enter_of_a_composition_sends_nothing(pages: PageStand, is_composing: bool, key_code: int) -> None:
    tab = await pages.tab()
    tab.type('にほん')

    tab.enter(is_composing=is_composing, key_code=key_code)
    await pages.settle()

    assert pages.bodies(pages.lobby) == []
    assert tab.box == 'にほん'
    tab.enter()
    await pages.settle()
    assert pages.bodies(pages.lobby) == ['にほん']


@pytest.mark.parametrize('text', ['', '   ', '\n\n'])
async def test_enter_in_an_empty_box_sends_nothing(pages: PageStand, text: str) -> None:
    tab = await pages.tab()

    tab.send(text)
    await pages.settle()

    assert pages.bodies(pages.lobby) == []
    assert tab.notice == ''


async def test_text_that_is_too_long_stays_with_a_sentence_until_it_is_short_enough(pages: PageStand) -> None:
    tab = await pages.tab()
    long = 'x' * (MAX_BODY_CHARS + 1)

    tab.send(long)
    await pages.settle()

    assert tab.box == long
    assert pages.bodies(pages.lobby) == []
    assert f'{MAX_BODY_CHARS:,} characters' in tab.notice
    assert f'{len(long):,}' in tab.html(Part.COUNTER)
    tab.type(long[1:])
    assert tab.notice == ''
    tab.enter()
    await pages.settle()
    assert pages.bodies(pages.lobby) == [long[1:]]
    assert tab.html(Part.COUNTER) == ''


async def test_enter_without_a_room_keeps_the_text(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.go('/rooms')
    await pages.settle()

    tab.send('for nobody yet')
    await pages.settle()

    assert tab.box == 'for nobody yet'
    assert pages.bodies(pages.lobby) == []


async def test_draft_is_kept_after_a_pause_and_not_before(pages: PageStand) -> None:
    tab = await pages.tab()

    tab.type('Hello')
    await pages.pass_time(DRAFT_AFTER_S * 0.8)
    tab.type('Hello wor')
    await pages.pass_time(DRAFT_AFTER_S * 0.8)
    assert pages.draft(1, pages.lobby) == ''
    await pages.pass_time(DRAFT_AFTER_S * 0.3)

    assert pages.draft(1, pages.lobby) == 'Hello wor'


async def test_draft_is_kept_at_once_when_the_connection_is_lost(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.type('Hello wor')

    await tab.lose()
    await pages.settle()

    assert pages.draft(1, pages.lobby) == 'Hello wor'


async def test_draft_is_kept_at_once_when_the_tab_is_closed(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.type('Hello wor')

    tab.client.delete()
    await pages.settle()

    assert pages.draft(1, pages.lobby) == 'Hello wor'


async def test_draft_is_kept_at_once_when_the_room_is_left(pages: PageStand) -> None:
    await pages.room('Other', 1)
    tab = await pages.tab()
    tab.type('Hello wor')

    tab.go('/rooms/other')
    await pages.settle()

    assert pages.draft(1, pages.lobby) == 'Hello wor'
    assert tab.box == ''


async def test_draft_is_gone_once_it_was_sent(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.type('Hello')
    await pages.pass_time(DRAFT_AFTER_S)
    assert pages.draft(1, pages.lobby) == 'Hello'

    tab.enter()
    await pages.settle()

    assert pages.draft(1, pages.lobby) == ''
    assert pages.bodies(pages.lobby) == ['Hello']


async def test_draft_is_there_in_the_next_tab(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.type('Hello wor')
    await pages.pass_time(DRAFT_AFTER_S)

    next_tab = await pages.tab()

    assert next_tab.box == 'Hello wor'


async def test_box_is_ready_to_type_where_a_keyboard_is_and_not_on_a_phone(pages: PageStand) -> None:
    tab, phone = await pages.tab(1), await pages.tab(2, touch=True)

    assert 'focus' in tab.calls
    assert 'focus' not in phone.calls


async def test_enter_of_a_phone_is_a_new_line_and_its_button_sends(pages: PageStand) -> None:
    phone = await pages.tab(touch=True)
    assert not [each for each in phone.page._box.element._event_listeners.values() if each.type.startswith('keydown')]
    phone.type('one\ntwo')

    phone.click(Part.SEND)
    await pages.settle()

    assert pages.bodies(pages.lobby) == ['one\ntwo']
