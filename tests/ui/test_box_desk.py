"""Between the box and the room: what is refused comes back, with a sentence; what was sent is seen."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.limits import Limits
from livechat.ui.audience import LIVE_BOTTOM
from livechat.ui.components.box import DRAFT_AFTER_S
from livechat.ui.shell import Part
from livechat.ui.stream import Kind, element_id
from tests.ui.composer_hands import Composer
from tests.ui.page_stand import PageStand, PageTab, open_pages

NOT_STORED = 'The server could not store this'


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


@pytest.fixture
async def strict_pages() -> AsyncIterator[PageStand]:
    """Two messages at once, then one a second."""
    async with open_pages(Limits(message_burst=2, message_refill_per_s=1.0)) as pages:
        yield pages


async def test_message_that_one_may_not_write_is_back_in_the_box_with_the_reason(pages: PageStand) -> None:
    tab = await pages.tab()
    queue = pages.hold(tab)
    tab.send('Hello')
    await announce_only_behind(pages)

    queue.set()
    await pages.settle()

    assert tab.box == 'Hello'
    assert 'Only admins' in tab.notice
    assert pages.bodies(pages.lobby) == []


async def announce_only_behind(pages: PageStand) -> None:
    """While a tab's queue stands still, so that what waits in it is refused."""
    await pages.chat.room_settings.set_rules(pages.people[0], pages.lobby.id, announcements=True, slow_mode_s=0)


async def test_refused_messages_come_back_in_order_before_what_was_typed_meanwhile(pages: PageStand) -> None:
    tab = await pages.tab()
    queue = pages.hold(tab)

    for text in ('one', 'two', 'three'):
        tab.send(text)
        await pages.until(lambda: not tab.box)
    tab.type('typed meanwhile')
    await announce_only_behind(pages)
    queue.set()
    await pages.settle()

    assert tab.box == 'one\ntwo\nthree\ntyped meanwhile'
    await pages.pass_time(DRAFT_AFTER_S)
    assert pages.draft(1, pages.lobby) == 'one\ntwo\nthree\ntyped meanwhile'


async def test_message_that_is_stored_takes_the_sentence_about_the_last_one_away(pages: PageStand) -> None:
    tab = await pages.tab()
    pages.house.stores.memory.full = True
    tab.send('Hello')
    await pages.settle()
    assert NOT_STORED in tab.notice
    pages.house.stores.memory.full = False

    tab.send('Once more')
    await pages.settle()

    assert tab.notice == ''
    assert pages.bodies(pages.lobby) == ['Once more']


async def test_message_that_could_not_be_stored_is_kept_as_a_draft(pages: PageStand) -> None:
    tab = await pages.tab()
    pages.house.stores.memory.full = True
    tab.send('Hello')
    await pages.settle()
    tab.type('and on')
    pages.house.stores.memory.full = False

    await pages.pass_time(DRAFT_AFTER_S)

    assert pages.draft(1, pages.lobby) == 'Hello\nand on'


async def test_sentence_about_writing_too_fast_goes_when_one_may_write_again(strict_pages: PageStand) -> None:
    pages = strict_pages
    tab = await pages.tab()
    for text in ('one', 'two', 'three'):
        tab.send(text)
        await pages.settle()
    assert pages.bodies(pages.lobby) == ['one', 'two']

    await pages.pass_time(0.5)
    assert 'wait' in tab.notice
    await pages.pass_time(2.0)

    assert tab.notice == ''
    Composer(pages, tab).press('Retry')
    await pages.settle()
    assert pages.bodies(pages.lobby) == ['one', 'two', 'three']


async def test_newer_sentence_outlives_the_time_of_the_one_before(strict_pages: PageStand) -> None:
    pages = strict_pages
    tab = await pages.tab()
    for text in ('one', 'two', 'three'):
        tab.send(text)
        await pages.settle()
    pages.house.stores.memory.full = True
    await pages.pass_time(1.2)

    Composer(pages, tab).press('Retry')
    await pages.settle()
    pages.house.stores.memory.full = False
    await pages.pass_time(5.0)

    assert NOT_STORED in tab.notice


async def test_enter_that_waits_when_the_sign_in_ends_posts_nothing_and_loses_no_text(pages: PageStand) -> None:
    tab = await pages.tab()
    queue = pages.hold(tab)
    tab.send('Hello')

    await pages.sign_out(tab)
    await pages.until(lambda: tab.opened)
    queue.set()
    await pages.settle()

    assert pages.bodies(pages.lobby) == []
    assert tab.page._box._text.text == 'Hello'


async def test_message_goes_to_the_room_it_was_written_in_though_another_is_opened(pages: PageStand) -> None:
    other = await pages.room('Other', 1)
    tab = await pages.tab()
    queue = pages.hold(tab)

    tab.send('for the lobby')
    tab.go('/rooms/other')
    queue.set()
    await pages.settle()

    assert pages.bodies(pages.lobby) == ['for the lobby']
    assert pages.bodies(other) == []


async def scroll_up(pages: PageStand, tab: PageTab) -> None:
    tab.page.virtual_event(element_id(Kind.BOTTOM, pages.lobby.id, LIVE_BOTTOM), [False])
    await pages.settle()


async def test_own_message_is_shown_to_somebody_who_has_scrolled_up(pages: PageStand) -> None:
    tab = await pages.tab()
    await scroll_up(pages, tab)
    await pages.chat.rooms.post(pages.people[0], pages.lobby.id, 'by another', 'k1')
    await pages.settle()
    assert 'by another' not in tab.log
    assert '1' in tab.html(Part.JUMP)

    tab.send('my own')
    await pages.settle()

    assert 'by another' in tab.log
    assert 'my own' in tab.log
    assert tab.page.session.reader.following


async def test_button_to_the_newest_shows_what_came_meanwhile(pages: PageStand) -> None:
    tab = await pages.tab()
    await scroll_up(pages, tab)
    await pages.chat.rooms.post(pages.people[0], pages.lobby.id, 'by another', 'k1')
    await pages.settle()
    scrolls = tab.calls.count('scrollTo')

    tab.click(Part.JUMP)
    await pages.settle()

    assert 'by another' in tab.log
    assert tab.calls.count('scrollTo') == scrolls + 1


async def test_draft_of_a_room_one_has_left_is_dropped_without_a_word(pages: PageStand) -> None:
    tab = await pages.tab()
    tab.type('Hello wor')

    await pages.chat.rooms.leave(pages.people[1], pages.lobby.id)
    await pages.settle()

    assert tab.notice == ''
    assert tab.box == ''
    assert pages.draft(1, pages.lobby) == ''


async def test_draft_that_cannot_be_stored_is_said_and_stays_in_the_box(pages: PageStand) -> None:
    tab = await pages.tab()
    pages.house.stores.memory.full = True

    tab.type('Hello wor')
    await pages.pass_time(DRAFT_AFTER_S)

    assert NOT_STORED in tab.notice
    assert tab.box == 'Hello wor'


async def test_others_see_that_one_writes_until_the_box_is_empty_or_sent(pages: PageStand) -> None:
    tab = await pages.tab()
    writing = pages.chat.rooms.typing_now

    tab.type('H')
    assert [person.display_name for person in writing(pages.lobby.id)] == ['Person 1']
    tab.type('  ')
    assert writing(pages.lobby.id) == ()
    pages.house.clock.advance(pages.house.limits.typing_interval_s)
    tab.type('Hello')
    assert writing(pages.lobby.id) != ()
    tab.enter()

    assert writing(pages.lobby.id) == ()


async def test_last_of_several_drafts_that_wait_is_the_one_kept(pages: PageStand) -> None:
    tab = await pages.tab(1)
    queue = pages.hold(tab)

    for text in ('a', 'ab', 'abc'):
        tab.page._box._desk.keep_draft(text)
    queue.set()
    await pages.settle()

    assert pages.draft(1, pages.lobby) == 'abc'
