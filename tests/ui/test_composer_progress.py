"""Answers and edits in the box of one tab, what comes back of them, and where the room list says that something is."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.model import Draft, MessageNumber
from livechat.ui.components.box import DRAFT_AFTER_S
from livechat.ui.shell import Part, part
from livechat.ui.stream import Kind, element_id
from tests.ui.composer_hands import Composer
from tests.ui.on_screen import OnScreen
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


# Answers


async def test_answer_is_posted_as_one_and_the_bar_goes(pages: PageStand) -> None:
    one = await composer(pages)
    number = (await pages.chat.rooms.post(pages.people[0], pages.lobby.id, 'Who has the keys?', 'k')).number

    one.reply(await one.message(pages.lobby, number))
    await pages.settle()
    assert 'Replying to' in one.bar
    assert 'Who has the keys?' in one.bar
    one.tab.send('I have')
    await pages.settle()

    answer = await one.message(pages.lobby, number + 1)
    assert answer.quote is not None
    assert answer.quote.number == number
    assert one.bar == ''


async def test_escape_ends_an_answer_and_keeps_the_text(pages: PageStand) -> None:
    one = await composer(pages)
    one.reply(await one.message(pages.lobby, await own_message(pages, 'Hello')))
    one.tab.type('half a thou')

    one.key('Escape')
    await pages.settle()

    assert one.bar == ''
    assert one.tab.box == 'half a thou'


async def test_answer_to_a_message_that_is_deleted_meanwhile_ends_with_a_word_and_keeps_the_text(pages: PageStand) -> None:
    one = await composer(pages)
    number = await own_message(pages, 'Hello')
    one.reply(await one.message(pages.lobby, number))
    await pages.chat.rooms.delete_message(pages.people[1], pages.lobby.id, number)

    one.tab.send('Hello yourself')
    await pages.settle()

    assert 'was deleted' in one.tab.notice
    assert one.tab.box == 'Hello yourself'
    assert one.bar == ''


async def test_answer_that_is_refused_is_back_as_an_answer(pages: PageStand) -> None:
    one = await composer(pages)
    number = await own_message(pages, 'Hello')
    one.reply(await one.message(pages.lobby, number))
    one.tab.type('not any more')
    await pages.chat.room_settings.set_rules(pages.people[0], pages.lobby.id, announcements=True, slow_mode_s=0)

    one.tab.enter()
    await pages.settle()

    assert one.tab.box == 'not any more'
    assert 'Replying to' in one.bar


# Edits


async def test_plain_draft_waits_during_an_edit_and_comes_back_after_it(pages: PageStand) -> None:
    one = await composer(pages)
    number = await own_message(pages, 'Helo')
    one.tab.type('half a thou')

    one.edit(await one.message(pages.lobby, number))
    await pages.settle()
    assert one.tab.box == 'Helo'
    assert 'Editing a message' in one.bar
    one.tab.send('Hello')
    await pages.settle()

    assert (await one.message(pages.lobby, number)).body == 'Hello'
    assert one.tab.box == 'half a thou'
    assert one.bar == ''


@pytest.mark.parametrize('ends', ['Escape', 'button'])
async def test_edit_that_is_stopped_changes_nothing(pages: PageStand, ends: str) -> None:
    one = await composer(pages)
    number = await own_message(pages, 'As it was')
    one.tab.type('half a thou')
    one.edit(await one.message(pages.lobby, number))
    await pages.settle()
    one.tab.type('As it will never be')

    if ends == 'button':
        one.press('Stop editing')
    else:
        one.key('Escape')
    await pages.settle()

    assert one.tab.box == 'half a thou'
    assert (await one.message(pages.lobby, number)).body == 'As it was'


async def test_unchanged_edit_just_ends(pages: PageStand) -> None:
    one = await composer(pages)
    number = await own_message(pages, 'As it was')
    one.key('ArrowUp')
    await pages.settle()
    assert one.tab.box == 'As it was'

    one.tab.enter()
    await pages.settle()

    assert one.tab.box == ''
    assert (await one.message(pages.lobby, number)).edited_at is None


async def test_emptied_edit_asks_whether_to_delete(pages: PageStand) -> None:
    one = await composer(pages)
    number = await own_message(pages, 'Never mind')
    one.key('ArrowUp')
    await pages.settle()

    one.tab.send('')
    await pages.settle()
    assert not (await one.message(pages.lobby, number)).deleted
    OnScreen(one.tab).press('Delete')
    await pages.settle()

    assert (await one.message(pages.lobby, number)).deleted
    assert one.bar == ''


async def test_question_whether_to_delete_goes_with_its_room(pages: PageStand) -> None:
    await pages.room('Other', 1)
    one = await composer(pages)
    number = await own_message(pages, 'Never mind')
    one.key('ArrowUp')
    await pages.settle()
    one.tab.send('')
    await pages.settle()
    screen = OnScreen(one.tab)
    assert 'Delete' in screen.buttons

    one.tab.go('/rooms/other')
    await pages.settle()

    assert screen.dialog is None
    assert not (await one.message(pages.lobby, number)).deleted


async def test_arrow_up_in_a_box_with_text_edits_nothing(pages: PageStand) -> None:
    one = await composer(pages)
    await own_message(pages, 'As it was')
    one.tab.type('x')

    one.key('ArrowUp')
    await pages.settle()

    assert one.tab.box == 'x'
    assert one.bar == ''


async def test_edit_that_the_database_refuses_goes_on_with_its_words(pages: PageStand) -> None:
    one = await composer(pages)
    number = await own_message(pages, 'Helo')
    one.key('ArrowUp')
    await pages.settle()
    pages.house.stores.memory.full = True

    one.tab.send('Hello')
    await pages.settle()
    assert one.tab.box == 'Hello'
    assert 'Editing a message' in one.bar
    pages.house.stores.memory.full = False
    one.tab.enter()
    await pages.settle()

    assert (await one.message(pages.lobby, number)).body == 'Hello'


# Drafts of both


async def test_edit_and_what_waits_behind_it_are_kept_and_come_back(pages: PageStand) -> None:
    one = await composer(pages)
    first, number = await own_message(pages, 'Hello', 'k1'), await own_message(pages, 'Helo', 'k2')
    one.reply(await one.message(pages.lobby, first))
    one.tab.type('half a thou')
    one.edit(await one.message(pages.lobby, number))
    await pages.settle()
    one.tab.type('Hell')
    await pages.pass_time(DRAFT_AFTER_S)
    assert pages.progress(1, pages.lobby) == Draft(body='half a thou', reply_to=first, editing=number, edit_body='Hell')

    other = await composer(pages)
    assert other.tab.box == 'Hell'
    assert 'Editing a message' in other.bar
    other.key('Escape')
    await pages.settle()

    assert other.tab.box == 'half a thou'
    assert 'Replying to' in other.bar


async def test_nothing_is_written_for_a_message_that_was_never_kept_as_a_draft(pages: PageStand) -> None:
    one = await composer(pages)
    written: list[Draft] = []
    keep = pages.drafts.put

    async def put(user_id: object, room_id: object, draft: Draft) -> None:
        written.append(draft)
        await keep(user_id, room_id, draft)  # type: ignore[arg-type]

    pages.drafts.put = put  # type: ignore[method-assign,assignment]
    one.tab.send('Hello')
    await pages.settle()

    assert written == []
    assert pages.bodies(pages.lobby) == ['Hello']


# Rooms with drafts


async def test_room_with_a_draft_is_marked_in_the_other_tabs_of_the_person_alone(pages: PageStand) -> None:
    other = await pages.room('Other', 1, 2)
    one, second, somebody = await composer(pages), await composer(pages, path='/rooms/other'), await composer(pages, 2, '/rooms/other')
    link = element_id(Kind.ROOM_LINK, pages.lobby.id)

    one.tab.type('not yet')
    await pages.pass_time(DRAFT_AFTER_S)

    assert second.tab.browser.elements[link]['props']['title'] == 'Lobby (draft)'
    assert 'class="draft"' in second.tab.browser.html(link)
    assert 'class="draft"' not in one.tab.browser.html(link)
    assert 'class="draft"' not in somebody.tab.browser.html(link)
    one.tab.enter()
    await pages.settle()
    assert 'class="draft"' not in second.tab.browser.html(link)
    assert pages.bodies(other) == []


async def test_rooms_with_drafts_are_marked_when_a_page_is_opened(pages: PageStand) -> None:
    await pages.room('Other', 1)
    await pages.chat.rooms.keep_draft(pages.people[1], pages.lobby.id, Draft(body='not yet'))

    one = await composer(pages, path='/rooms/other')

    assert 'class="draft"' in one.tab.browser.html(element_id(Kind.ROOM_LINK, pages.lobby.id))
