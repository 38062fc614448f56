"""Around the box of one tab: answers and edits in progress, suggestions, commands, what is asked first, what stays unsent."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from livechat.domain.model import Draft, MessageNumber
from livechat.ui.components.box import DRAFT_AFTER_S
from livechat.ui.composer_outbox import SHOW_AFTER_S
from livechat.ui.shell import Part, part
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


# Suggestions


async def test_people_are_offered_and_the_one_chosen_is_mentioned(pages: PageStand) -> None:
    one = await composer(pages)
    await one.type('Ask @per')
    assert one.suggestions == ['*Person 0', 'Person 2']

    one.key('ArrowDown')
    await pages.settle()
    assert one.suggestions == ['Person 0', '*Person 2']
    assert 'Person 2, 2 of 2' in one.tab.html(Part.COMPLETION_SAYS)
    one.key('Enter')
    await pages.settle()

    assert one.tab.box == f'Ask @{pages.people[2].username} '
    assert one.suggestions == []
    one.tab.enter()
    await pages.settle()
    (number,) = [each.number for each in pages.house.stores.memory.rooms[pages.lobby.id].messages.values() if each.body.startswith('Ask')]
    assert (await one.message(pages.lobby, number)).mentions == (pages.people[2].id,)


async def test_who_types_on_asks_once(pages: PageStand) -> None:
    one = await composer(pages)
    asked: list[str] = []
    ask = pages.chat.rooms.mentionable

    async def mentionable(user: object, room_id: object, words: str) -> object:
        asked.append(words)
        return await ask(user, room_id, words)  # type: ignore[arg-type]

    pages.chat.rooms.mentionable = mentionable  # type: ignore[method-assign,assignment]
    for text in ('@', '@p', '@pe', '@per'):
        one.tab.type(text)
    await one.type('@pers')

    assert asked == ['pers']
    assert one.suggestions


async def test_enter_that_the_list_caught_after_the_word_was_over_sends(pages: PageStand) -> None:
    """Over a slow line: the browser still showed the list when the next words were typed."""
    one = await composer(pages)
    await one.type('@per')
    assert one.suggestions
    listener = dict(one.tab.browser.elements[BOX_KEYS]['events'][0])

    one.tab.type('@person and more')
    assert 'enter' in listener['keys']
    one.tab.page.virtual_event(BOX_KEYS, [{'key': 'Enter', 'isComposing': False, 'keyCode': 13}])
    await pages.settle()

    assert pages.bodies(pages.lobby) == ['@person and more']
    assert one.tab.box == ''


async def test_enter_sends_a_word_that_is_complete(pages: PageStand) -> None:
    one = await composer(pages)
    await one.type('/shrug')
    assert one.suggestions

    one.key('Enter')
    await pages.settle()

    assert 'ツ' in pages.bodies(pages.lobby)[0]


async def test_room_group_is_offered_to_those_who_may_call_it(pages: PageStand) -> None:
    one = await composer(pages)

    await one.type('@roo')

    assert one.suggestions == ['*@room, everybody in this room']


async def test_list_goes_when_another_room_is_opened(pages: PageStand) -> None:
    await pages.room('Other', 1)
    one = await composer(pages)
    await one.type('@per')
    assert one.suggestions

    one.tab.go('/rooms/other')
    await pages.settle()

    assert one.suggestions == []


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


async def test_second_message_that_waits_shows_both_at_once_in_order(pages: PageStand) -> None:
    one = await composer(pages)
    memory = pages.house.stores.memory
    memory.gate.clear()

    for text in ('one', 'two'):
        one.tab.send(text)
        await pages.until(lambda: not one.tab.box)

    assert [line.split('</p>')[0].split('>')[-1] for line in one.unsent] == ['one', 'two']
    memory.gate.set()
    await pages.settle()
    assert one.unsent == []
    assert pages.bodies(pages.lobby) == ['one', 'two']


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


async def test_somebody_who_is_not_in_the_room_is_named(pages: PageStand) -> None:
    mira = await pages.chat.accounts.add_user('Mira', 'correct horse', pages.people[1].role)
    one = await composer(pages)

    one.tab.send(f'Ask @{mira.username}')
    await pages.settle()
    assert 'Mira is not in this room and was not notified.' in one.remark
    one.press('Add Mira')
    await pages.settle()

    assert 'In this room now: Mira.' in one.remark
    assert pages.chat.rooms.member(pages.lobby.id, mira.id) is not None


async def test_reconnected_tab_knows_its_keys_again(pages: PageStand) -> None:
    one = await composer(pages)
    await one.type('@per')

    await one.tab.lose()
    await one.tab.connect()
    await pages.settle()

    assert one.tab.browser.elements[BOX_KEYS]['events'][0]['modifiers'] == ['exact']
    assert not one.tab.browser.complaints
