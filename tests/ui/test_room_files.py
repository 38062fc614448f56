"""The files of a room in one tab, while others send and delete some."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from livechat.domain.attachment import Making, RoomFile
from livechat.domain.model import MessageNumber, Person, ServerRole, UserId, UserKind
from livechat.ui.pages import room_files
from livechat.ui.pages.lightbox import TITLE
from livechat.ui.pages.room_files import PER_PAGE
from livechat.ui.pages.room_files_html import FILE_JUMP, FILE_VIEW, shelf_html
from livechat.ui.shell import Part, part
from tests.ui.files_stand import FilesStand, a_file, open_files
from tests.ui.message_hands import MessageHands
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import open_pages

OWNER, ANA, BO = range(3)
EVIL = '\'"><img src=x onerror=alert(1)>'


@pytest.fixture
async def pages() -> AsyncIterator[FilesStand]:
    async with open_files() as pages:
        yield pages


async def opened(pages: FilesStand, user: int = ANA) -> tuple[MessageHands, OnScreen]:
    hands = MessageHands(pages, await pages.tab(user))
    hands.tab.click(Part.FILES)
    await pages.settle()
    return hands, OnScreen(hands.tab)


def names(screen: OnScreen) -> list[str]:
    """Of the files in the list, from top to bottom."""
    assert screen.dialog is not None
    return re.findall(r"(?:alt='|<bdi title='[^']*'>)([\w-]+\.\w+)", screen.text)


async def choose(pages: FilesStand, screen: OnScreen, kind: str) -> None:
    screen.press(kind)
    await pages.settle()


async def test_room_without_files_says_how_some_come_there(pages: FilesStand) -> None:
    _, screen = await opened(pages)

    assert 'No files here yet' in screen.text
    assert 'Drop files on the conversation' in screen.text


async def test_newest_come_first_and_are_told_apart_by_kind(pages: FilesStand) -> None:
    await pages.send(a_file('a.jpg'), a_file('b.pdf'))
    await pages.send(a_file('c.mp4'), a_file('d.mp3'), by=BO)
    await pages.send(a_file('e.txt'), a_file('f.zip'), a_file('g.jpg'))
    _, screen = await opened(pages)
    assert names(screen) == ['g.jpg', 'f.zip', 'e.txt', 'd.mp3', 'c.mp4', 'b.pdf', 'a.jpg']

    for kind, listed in {
        'Pictures': ['g.jpg', 'a.jpg'],
        'Video and audio': ['d.mp3', 'c.mp4'],
        'Documents': ['f.zip', 'e.txt', 'b.pdf'],
    }.items():
        await choose(pages, screen, kind)
        assert names(screen) == listed, kind
    assert 'Person 0' in screen.text


async def test_chosen_kind_is_the_one_that_is_pressed(pages: FilesStand) -> None:
    hands, screen = await opened(pages)

    await choose(pages, screen, 'Documents')

    chips = hands.tab.page._controls._files._chips
    assert {kind: chip.props['aria-pressed'] for kind, chip in chips.items()} == {
        'All': 'false',
        'Pictures': 'false',
        'Video and audio': 'false',
        'Documents': 'true',
    }
    assert 'No documents here yet' in screen.text


async def test_more_are_shown_when_asked_for(pages: FilesStand) -> None:
    for _ in range(PER_PAGE // 10 + 1):
        await pages.send(*(a_file('x.pdf') for _ in range(10)))
    hands, screen = await opened(pages)
    more = hands.tab.page._controls._files._more
    assert len(names(screen)) == PER_PAGE
    assert more.visible

    screen.press('Show more')
    await pages.settle()

    assert len(names(screen)) == PER_PAGE + 10
    assert not more.visible


async def test_pages_that_are_shown_follow_without_being_read_again(pages: FilesStand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_files, 'PER_PAGE', 2)
    unseen, older = a_file('unseen.pdf'), a_file('older.pdf')
    unseen_number = await pages.send(unseen, a_file('dropped.pdf'))
    number = await pages.send(older, a_file('old.pdf'))
    await pages.send(a_file('c.pdf'), a_file('d.pdf'))
    _, screen = await opened(pages)
    screen.press('Show more')
    await pages.settle()
    assert names(screen) == ['d.pdf', 'c.pdf', 'old.pdf', 'older.pdf']
    asked = pages.records.asked

    await pages.send(a_file('new.pdf'))
    await pages.keep_only(number, older)
    await pages.keep_only(unseen_number, unseen)

    assert names(screen) == ['new.pdf', 'd.pdf', 'c.pdf', 'older.pdf']
    assert pages.records.asked == asked + 3
    screen.press('Show more')
    await pages.settle()
    assert names(screen) == ['new.pdf', 'd.pdf', 'c.pdf', 'older.pdf', 'unseen.pdf']


async def test_list_has_an_end(pages: FilesStand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_files, 'PER_PAGE', 2)
    monkeypatch.setattr(room_files, 'MOST_LISTED', 4)
    await pages.send(*(a_file(f'{number}.pdf') for number in range(7)))
    hands, screen = await opened(pages)

    screen.press('Show more')
    await pages.settle()
    await pages.send(a_file('new.pdf'))

    assert names(screen) == ['new.pdf', '6.pdf', '5.pdf', '4.pdf']
    assert not hands.tab.page._controls._files._more.visible


async def test_list_follows_what_others_send_delete_and_take_away(pages: FilesStand) -> None:
    kept, dropped = a_file('kept.pdf'), a_file('dropped.pdf')
    first = await pages.send(kept, dropped)
    _, screen = await opened(pages)
    assert names(screen) == ['dropped.pdf', 'kept.pdf']

    second = await pages.send(a_file('new.jpg'), by=BO)
    assert names(screen) == ['new.jpg', 'dropped.pdf', 'kept.pdf']

    await pages.keep_only(first, kept)
    assert names(screen) == ['new.jpg', 'kept.pdf']

    await pages.delete(second)
    assert names(screen) == ['kept.pdf']

    await pages.chat.rooms.undo_deletion(pages.people[OWNER], pages.lobby.id, second)
    await pages.settle()
    assert names(screen) == ['new.jpg', 'kept.pdf']


async def test_list_follows_the_making_of_pictures(pages: FilesStand) -> None:
    good, bad = a_file('good.jpg', making=Making.UNDER_WAY), a_file('bad.jpg', making=Making.UNDER_WAY)
    number = await pages.send(good, bad)
    _, screen = await opened(pages)
    assert 'good.jpg is being prepared' in screen.text

    await pages.made(number, good, Making.DONE)
    assert names(screen) == ['good.jpg']
    assert 'bad.jpg is being prepared' in screen.text

    await pages.made(number, bad, Making.FAILED)
    assert 'bad.jpg' not in screen.text


async def test_list_is_read_again_for_files_alone(pages: FilesStand) -> None:
    number = await pages.send(a_file('a.jpg'))
    await opened(pages)
    asked = pages.records.asked

    await pages.chat.rooms.react(pages.people[BO], pages.lobby.id, number, '🎉')
    await pages.chat.rooms.post(pages.people[BO], pages.lobby.id, 'words', 'k')
    await pages.settle()
    assert pages.records.asked == asked

    await pages.send(a_file('b.jpg'))
    assert pages.records.asked == asked + 1


async def test_picture_is_looked_at_large_over_the_list(pages: FilesStand) -> None:
    first, second = a_file('a.jpg'), a_file('b.jpg')
    number = await pages.send(first, second)
    hands, screen = await opened(pages)

    await hands.command(f'{FILE_VIEW}{number}-1')

    assert screen.dialog is not None
    assert screen.dialog.props['aria-label'] == TITLE
    assert 'b.jpg' in screen.text
    screen.press('Close')
    await pages.settle()
    assert 'a.jpg' in screen.text


async def test_jump_closes_the_list_and_goes_there(pages: FilesStand) -> None:
    number = await pages.send(a_file('a.pdf'))
    hands, screen = await opened(pages)
    assert f'command="{FILE_JUMP}{number}"' in screen.text

    await hands.command(f'{FILE_JUMP}{number}')

    assert screen.dialog is None
    assert hands.tab.opened[-1:] == [f'#m{number}']


@pytest.mark.parametrize('word', [f'{FILE_VIEW}1-0', f'{FILE_VIEW}99-99', f'{FILE_JUMP}1'])
async def test_commands_mean_nothing_without_the_list(pages: FilesStand, word: str) -> None:
    await pages.send(a_file('a.jpg'))
    hands = MessageHands(pages, await pages.tab(ANA))

    await hands.command(word)

    assert OnScreen(hands.tab).dialog is None
    assert hands.tab.notice == ''


async def test_list_is_closed_once_its_room_is_not_ones_own_any_more(pages: FilesStand) -> None:
    await pages.send(a_file('a.jpg'))
    hands, screen = await opened(pages)
    assert screen.dialog is not None

    await pages.chat.members.remove(pages.people[OWNER], pages.lobby.id, pages.people[ANA].id)
    await pages.settle()

    assert screen.dialog is None
    assert hands.tab.page._controls._files._dialog.shown is None


async def test_list_goes_with_its_room_and_its_tab(pages: FilesStand) -> None:
    hands, screen = await opened(pages)
    hands.tab.go('/rooms')
    await pages.settle()
    assert screen.dialog is None

    hands.tab.go('/rooms/lobby')
    await pages.settle()
    hands.tab.click(Part.FILES)
    await pages.settle()
    assert hands.tab.page._controls._files._dialog.shown is not None
    await hands.tab.close()
    await pages.settle()

    assert hands.tab.page._controls._files._dialog.shown is None


# Where there is no place for files


async def test_button_is_there_where_files_are(pages: FilesStand) -> None:
    hands, screen = await opened(pages)

    assert 'in-room' in hands.tab.browser.elements[part(Part.FILES)]['class']
    assert screen.dialog is not None


async def test_button_is_hidden_and_does_nothing_elsewhere() -> None:
    async with open_pages() as plain:
        tab = await plain.tab(ANA)

        tab.click(Part.FILES)
        await plain.settle()

        assert 'hidden' in tab.browser.elements[part(Part.FILES)]['class']
        assert OnScreen(tab).dialog is None


# As HTML


def room_file(name: str, month: int, author: str = 'Ana', number: int = 1) -> tuple[tuple[MessageNumber, int], RoomFile]:
    person = Person(id=UserId(1), kind=UserKind.ACCOUNT, role=ServerRole.MEMBER, username='ana', display_name=author)
    at = datetime(2026, month, 30, 23, 30, tzinfo=UTC)
    return (MessageNumber(number), 0), RoomFile(file=a_file(name), number=MessageNumber(number), author=person, posted_at=at)


def test_months_are_those_of_the_readers_clock() -> None:
    listed = [room_file('a.jpg', 6), room_file('b.jpg', 4)]

    assert re.findall('<h3>(.*?)</h3>', shelf_html(listed, 'All', utc_offset_min=0)) == ['June 2026', 'April 2026']
    assert re.findall('<h3>(.*?)</h3>', shelf_html(listed, 'All', utc_offset_min=60)) == ['July 2026', 'May 2026']


def test_names_of_files_and_people_are_never_markup() -> None:
    html = shelf_html([room_file(f'{EVIL}.jpg', 6, EVIL), room_file(f'{EVIL}.pdf', 6, EVIL)], 'All', utc_offset_min=0)

    assert '<img src=x' not in html
    assert '&lt;img' in html
