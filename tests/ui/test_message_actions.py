"""What one does to messages from one tab: what the commands mean, what the menu offers, what is taken back."""

import re
from collections.abc import AsyncIterator
from itertools import count

import pytest

from livechat.domain.message import ONE_CLICK_REACTIONS, MessageKind
from livechat.domain.model import MessageNumber
from livechat.ui.message_parts import reaction_code
from livechat.ui.pages.message_actions import UNDO_S, Place
from livechat.ui.shell import Part
from tests.ui.message_hands import MessageHands, reacted, stored
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import BASE_URL, PageStand, PageTab, open_pages

_keys = count(1)
OWNER, ANA, BO = range(3)
OLD = 1
"""A message of the owner, in the lobby from the beginning."""


@pytest.fixture
async def pages() -> AsyncIterator[PageStand]:
    async with open_pages() as pages:
        yield pages


async def at(pages: PageStand, user: int = ANA, *, scheme: str = 'https') -> MessageHands:
    return MessageHands(pages, await pages.tab(user, scheme=scheme))


async def say(pages: PageStand, text: str, by: int = ANA) -> MessageNumber:
    message = await pages.chat.rooms.post(pages.people[by], pages.lobby.id, text, f'k{next(_keys)}')
    await pages.settle()
    return message.number


async def other_tab(pages: PageStand) -> PageTab:
    return await pages.tab(BO)


# Reactions


async def test_like_is_one_click_and_the_next_takes_it_back(pages: PageStand) -> None:
    hands, other = await at(pages), await other_tab(pages)

    await hands.command(f'--like-{OLD}')

    assert reacted(pages, pages.lobby, OLD) == {'👍': ['Person 1']}
    assert '👍' in other.log
    await hands.command(f'--like-{OLD}')
    assert reacted(pages, pages.lobby, OLD) == {}
    assert '👍' not in other.log


async def test_two_quick_clicks_are_done_in_order(pages: PageStand) -> None:
    hands = await at(pages)
    queue = pages.hold(hands.tab)

    for _ in range(3):
        await pages.house.turn()
        hands.tab.page._clicks.commands.hear({'command': f'--like-{OLD}'})
    queue.set()
    await pages.settle()

    assert reacted(pages, pages.lobby, OLD) == {'👍': ['Person 1']}


async def test_reaction_of_others_is_joined_and_left(pages: PageStand) -> None:
    hands = await at(pages)
    for text in ('🎉', 'yes'):
        await pages.chat.rooms.react(pages.people[BO], pages.lobby.id, MessageNumber(OLD), text)
    await pages.settle()

    await hands.command(f'--react-{OLD}-{reaction_code("yes")}')
    assert reacted(pages, pages.lobby, OLD) == {'🎉': ['Person 2'], 'yes': ['Person 2', 'Person 1']}

    await hands.command(f'--react-{OLD}-{reaction_code("yes")}')
    assert reacted(pages, pages.lobby, OLD) == {'🎉': ['Person 2'], 'yes': ['Person 2']}


async def test_click_on_a_reaction_means_that_one_when_those_before_it_go_meanwhile(pages: PageStand) -> None:
    hands = await at(pages)
    for text in ('🎉', 'yes', 'no'):
        await pages.chat.rooms.react(pages.people[BO], pages.lobby.id, MessageNumber(OLD), text)
    await pages.settle()
    command = next(found for found in re.findall(r'command=(--react-\d+-\d+)><bdi>([^<]*)', hands.tab.log) if found[1] == 'yes')[0]

    await pages.chat.rooms.react(pages.people[BO], pages.lobby.id, MessageNumber(OLD), '🎉', False)
    await hands.command(command)

    assert reacted(pages, pages.lobby, OLD) == {'yes': ['Person 2', 'Person 1'], 'no': ['Person 2']}


async def test_reaction_that_is_gone_meanwhile_is_not_made(pages: PageStand) -> None:
    hands = await at(pages)

    await hands.command(f'--react-{OLD}-{reaction_code("yes")}')

    assert reacted(pages, pages.lobby, OLD) == {}
    assert hands.tab.notice == ''


@pytest.mark.parametrize('key', range(1, 9))
async def test_each_of_the_eight_has_its_key_in_the_menu(pages: PageStand, key: int) -> None:
    hands = await at(pages)
    await hands.menu(OLD)

    await hands.key(f'{key}.exact')

    assert list(reacted(pages, pages.lobby, OLD)) == [ONE_CLICK_REACTIONS[key - 1]]
    assert hands.popup is None


async def test_who_reacted_is_told(pages: PageStand) -> None:
    hands = await at(pages)
    await pages.chat.rooms.react(pages.people[BO], pages.lobby.id, MessageNumber(OLD), '<b>')
    await hands.menu(OLD)

    await hands.take('Who reacted')

    text = OnScreen(hands.tab).text
    assert '&lt;b&gt;' in text
    assert 'Person 2' in text


# The menu


async def test_menu_offers_what_one_may_do(pages: PageStand) -> None:
    own = await say(pages, 'mine')
    hands = await at(pages)

    await hands.menu(own)
    assert hands.offered == ['Reply', 'Edit', 'Copy text', 'Copy link', 'Pin', 'Mark unread from here', 'Delete']

    await hands.menu(OLD)
    assert hands.offered == ['Reply', 'Copy text', 'Copy link', 'Pin', 'Mark unread from here']


async def test_menu_of_an_admin_deletes_but_edits_nothing_of_others(pages: PageStand) -> None:
    number = await say(pages, 'of Ana')
    await pages.chat.rooms.edit(pages.people[ANA], pages.lobby.id, number, 'of Ana, again')
    hands = await at(pages, OWNER)

    await hands.menu(number)

    assert 'Delete' in hands.offered
    assert 'Edit history' in hands.offered
    assert 'Edit' not in hands.offered


async def test_menu_in_an_archived_room_only_reads(pages: PageStand) -> None:
    hands = await at(pages)
    await pages.chat.room_settings.archive(pages.people[OWNER], pages.lobby.id)
    await pages.settle()

    await hands.menu(OLD)

    assert hands.offered == ['Copy text', 'Copy link', 'Mark unread from here']


async def test_another_menu_takes_the_place_of_the_first(pages: PageStand) -> None:
    hands = await at(pages)
    await hands.menu(OLD)
    first = hands.popup

    await hands.menu(OLD + 1)

    assert first is not None
    assert first.is_deleted
    assert hands.popup is not None
    assert hands.popup.props['target'] == f'#m{OLD + 1}'


async def test_arrows_go_through_the_menu_and_its_row(pages: PageStand) -> None:
    hands = await at(pages)
    await hands.menu(OLD)
    popup = hands.popup
    assert popup is not None
    names = {each.id: each.props['aria-label'] for each in popup.descendants() if each.tag == 'button'}
    focused: list[str] = []
    for each in popup.descendants():
        each.run_method = lambda name, *_, each=each, **__: focused.append(names[each.id])  # type: ignore[assignment, misc]

    for key in ('right', 'right', 'down', 'down', 'up', 'up', 'left', 'up'):
        await hands.key(f'arrow-{key}')

    assert focused == [
        'clapping hands', 'waving hand', 'Reply', 'Copy text', 'Reply', 'thumbs up', 'Other reaction', 'Mark unread from here'
    ]  # fmt: skip


async def test_menu_of_a_deleted_message_says_so(pages: PageStand) -> None:
    hands = await at(pages)
    await pages.chat.rooms.delete_message(pages.people[OWNER], pages.lobby.id, MessageNumber(OLD))

    await hands.menu(OLD)

    assert hands.popup is None
    assert 'does not exist any more' in hands.tab.notice


async def test_message_deleted_while_its_menu_is_open_is_not_reacted_to(pages: PageStand) -> None:
    hands = await at(pages)
    await hands.menu(OLD)
    await pages.chat.rooms.delete_message(pages.people[OWNER], pages.lobby.id, MessageNumber(OLD))
    await pages.settle()

    await hands.key('1.exact')

    assert stored(pages, pages.lobby, OLD).deleted
    assert reacted(pages, pages.lobby, OLD) == {}
    assert 'does not exist any more' in hands.tab.notice


# By hand


@pytest.mark.parametrize(
    'word',
    [
        None, 7, [], {}, '', '--', '--like', '--like-', '--like--1', '--like-1-1', '--like-1 ', ' --like-1', '--LIKE-1', '--like-٣',
        '--like-1234567890', '--react-1-2-3', '--react--', '--more-1\n', '--nonsense-1', '--delete-1', '--undo-1', '-' * 10_000, '--pick-0',
        '--unpin-1', '--jump-1', '--like-0', '--like-999999999',
    ],
)  # fmt: skip
async def test_command_by_hand_does_nothing(pages: PageStand, word: object) -> None:
    hands = await at(pages)
    before = stored(pages, pages.lobby, OLD)

    await hands.command(word)

    assert stored(pages, pages.lobby, OLD) == before
    assert hands.popup is None
    assert OnScreen(hands.tab).dialog is None


async def test_command_without_a_room_does_nothing(pages: PageStand) -> None:
    hands = MessageHands(pages, await pages.tab(ANA, '/rooms'))

    await hands.command(f'--like-{OLD}')

    assert reacted(pages, pages.lobby, OLD) == {}


async def test_click_on_its_way_while_another_room_opens_is_not_meant_there(pages: PageStand) -> None:
    other = await pages.room('Other', ANA)
    await pages.chat.rooms.post(pages.people[OWNER], other.id, 'first', 'k1')
    await pages.chat.rooms.post(pages.people[OWNER], other.id, 'second', 'k2')
    hands = await at(pages)
    after = hands.tab.page._box.after_answer
    answers: list[object] = []
    hands.tab.page._box.after_answer = answers.append  # type: ignore[method-assign, assignment]  # a browser that is slow to answer

    hands.tab.go('/rooms/other')
    await pages.settle()
    assert 'second' in hands.tab.log
    await hands.command('--like-2')
    assert reacted(pages, other, 2) == reacted(pages, pages.lobby, 2) == {}

    hands.tab.page._box.after_answer = after  # type: ignore[method-assign]
    for answer in answers:
        answer()  # type: ignore[operator]
    await hands.command('--like-2')
    assert list(reacted(pages, other, 2)) == ['👍']


async def test_whoever_was_shown_out_does_nothing_there_any_more(pages: PageStand) -> None:
    hands = await at(pages)
    await hands.menu(OLD)
    queue = pages.hold(hands.tab)
    hands.press('thumbs up')

    await pages.chat.members.remove(pages.people[OWNER], pages.lobby.id, pages.people[ANA].id)
    assert reacted(pages, pages.lobby, OLD) == {}
    queue.set()
    await pages.settle()

    assert reacted(pages, pages.lobby, OLD) == {}


# Deleting, and taking it back


async def test_deleted_message_is_gone_at_once_and_comes_back_everywhere(pages: PageStand) -> None:
    number = await say(pages, 'oops')
    hands, other = await at(pages), await other_tab(pages)
    await hands.menu(number)

    await hands.key('d.exact')
    assert 'oops' not in hands.tab.log
    assert 'oops' not in other.log
    assert hands.done == 'Message deleted.'
    assert hands.may_undo

    hands.tab.click(Part.UNDO)
    await pages.settle()
    assert 'oops' in hands.tab.log
    assert 'oops' in other.log
    assert hands.done == ''


async def test_deletions_are_taken_back_one_by_one_the_latest_first(pages: PageStand) -> None:
    first, second = await say(pages, 'first oops'), await say(pages, 'second oops')
    hands = await at(pages)
    for number in (first, second):
        await hands.menu(number)
        await hands.key('d.exact')

    await hands.alt('z')
    assert 'second oops' in hands.tab.log
    assert 'first oops' not in hands.tab.log
    assert hands.may_undo

    await hands.alt('z')
    assert 'first oops' in hands.tab.log
    assert not hands.may_undo


async def test_deletion_cannot_be_taken_back_after_its_time(pages: PageStand) -> None:
    number = await say(pages, 'oops')
    hands = await at(pages)
    await hands.menu(number)
    await hands.key('d.exact')

    await pages.pass_time(UNDO_S + 0.1)

    assert hands.done == ''
    assert not hands.may_undo
    await hands.alt('z')
    assert 'oops' not in hands.tab.log


async def test_undo_that_comes_too_late_says_so(pages: PageStand) -> None:
    number = await say(pages, 'oops')
    hands = await at(pages)
    await hands.menu(number)
    await hands.key('d.exact')
    pages.house.clock.advance(60)

    hands.tab.click(Part.UNDO)
    await pages.settle()

    assert 'too late' in hands.tab.notice
    assert stored(pages, pages.lobby, number).deleted


async def test_toast_with_undo_is_there_again_after_a_lost_connection(pages: PageStand) -> None:
    number = await say(pages, 'oops')
    hands = await at(pages)
    await hands.menu(number)
    await hands.key('d.exact')

    await hands.tab.lose()
    await hands.tab.connect()
    await pages.settle()

    assert hands.may_undo


# Words


async def test_link_is_absolute_and_leads_to_the_message(pages: PageStand) -> None:
    hands = await at(pages)
    await hands.menu(OLD)

    await hands.take('Copy link')

    assert hands.tab.clipboard == f'{BASE_URL}/rooms/lobby?m={OLD}'
    assert hands.done == 'Copied.'


async def test_text_is_copied_as_it_was_written(pages: PageStand) -> None:
    number = await say(pages, 'a **bold** word')
    hands = await at(pages)
    await hands.menu(number)

    await hands.take('Copy text')

    assert hands.tab.clipboard == 'a **bold** word'


async def test_text_is_shown_to_be_copied_by_hand_where_the_browser_refuses(pages: PageStand) -> None:
    hands = await at(pages, scheme='http')
    await hands.menu(OLD)

    await hands.take('Copy text')

    assert hands.tab.clipboard == ''
    assert OnScreen(hands.tab).field('Text of the message').value == f'old {OLD}'


async def test_block_of_code_is_copied_by_its_place(pages: PageStand) -> None:
    number = await say(pages, '```\none\n```\nand\n```py\ntwo\n```')
    hands = await at(pages)

    await hands.command(f'--copy-{number}-1')
    assert hands.tab.clipboard.strip() == 'two'

    hands.tab.clipboard = ''
    await hands.command(f'--copy-{number}-2')
    assert hands.tab.clipboard == ''


async def test_history_shows_every_wording_to_its_author(pages: PageStand) -> None:
    number = await say(pages, 'one')
    for text in ('two', 'three'):
        await pages.chat.rooms.edit(pages.people[ANA], pages.lobby.id, number, text)
    hands = await at(pages)

    await hands.command(f'--history-{number}')

    text = OnScreen(hands.tab).text
    assert text.index('three') < text.index('two') < text.index('one')


async def test_history_is_refused_to_others(pages: PageStand) -> None:
    number = await say(pages, 'one')
    await pages.chat.rooms.edit(pages.people[ANA], pages.lobby.id, number, 'two')
    hands = await at(pages, BO)

    await hands.command(f'--history-{number}')

    assert OnScreen(hands.tab).dialog is None
    assert 'Only its author' in hands.tab.notice


async def test_reply_of_whoever_may_not_write_is_refused(pages: PageStand) -> None:
    hands = await at(pages)
    await pages.chat.room_settings.archive(pages.people[OWNER], pages.lobby.id)
    await pages.settle()

    await hands.command(f'--reply-{OLD}')

    assert 'archived' in hands.tab.notice


async def test_menu_of_whoever_has_to_pause_only_reads(pages: PageStand) -> None:
    own = await say(pages, 'mine')
    await pages.chat.members.time_out(pages.people[OWNER], pages.lobby.id, pages.people[ANA].id, 5)
    hands = await at(pages)

    await hands.menu(own)

    assert hands.offered == ['Copy text', 'Copy link', 'Mark unread from here', 'Delete']
    assert hands.popup is not None
    assert not [each for each in hands.popup.descendants() if each.props.get('aria-label') == 'thumbs up']


async def test_line_about_the_room_has_a_link_and_nothing_else(pages: PageStand) -> None:
    late = await pages.room('Late', ANA)
    hands = MessageHands(pages, await pages.tab(ANA, '/rooms/late'))
    assert stored(pages, late, 1).kind is MessageKind.SYSTEM

    await hands.menu(1)

    assert hands.offered == ['Copy link', 'Mark unread from here']


async def test_reply_and_edit_put_the_message_into_the_box(pages: PageStand) -> None:
    own = await say(pages, 'mine')
    hands = await at(pages)

    await hands.command(f'--reply-{OLD}')
    hands.tab.send('an answer')
    await pages.settle()
    quote = stored(pages, pages.lobby, own + 1).quote
    assert quote is not None
    assert quote.number == OLD

    await hands.menu(own)
    await hands.take('Edit')
    assert hands.tab.box == 'mine'


async def test_edit_of_others_words_by_hand_is_refused(pages: PageStand) -> None:
    hands = await at(pages, OWNER)
    number = await say(pages, 'of Ana')
    actions = hands.tab.page._controls._actions

    actions.do(actions._edit, Place(pages.lobby.id, number))
    await pages.settle()

    assert hands.tab.box == ''
    assert 'Only its author' in hands.tab.notice
