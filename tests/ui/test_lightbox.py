"""A picture looked at large in one tab: where it leads, what it says, and that it shows no more than its person may see."""

import re
from collections.abc import AsyncIterator

import pytest
from nicegui import ui

from livechat.domain.attachment import Making
from livechat.domain.model import MessageNumber
from livechat.ui.file_html import VIEW, file_path, large_path
from livechat.ui.pages.lightbox import TITLE, Lightbox
from livechat.ui.pages.picture_steps import later_pictures
from tests.ui.files_stand import FilesStand, a_file, open_files
from tests.ui.message_hands import MessageHands
from tests.ui.on_screen import OnScreen
from tests.ui.page_stand import BASE_URL

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[FilesStand]:
    async with open_files() as pages:
        yield pages


class Looking:
    """One tab and its large picture."""

    def __init__(self, pages: FilesStand, hands: MessageHands) -> None:
        self.pages = pages
        self.hands = hands
        self.screen = OnScreen(hands.tab)

    async def at(self, number: int, place: int = 0) -> None:
        await self.hands.command(f'{VIEW}{number}-{place}')

    @property
    def is_open(self) -> bool:
        return self.screen.dialog is not None and self.screen.dialog.props['aria-label'] == TITLE

    @property
    def words(self) -> str:
        """What it is called, which of how many."""
        assert self.is_open
        return re.sub(r'<[^>]*>', ' ', self.lightbox._words.props['innerHTML'])

    @property
    def picture(self) -> str:
        """Its address."""
        found = re.match(r'<img src="([^"]*)"', str(self.lightbox._stage.props['innerHTML']))
        assert found is not None
        return found[1]

    @property
    def lightbox(self) -> Lightbox:
        return self.hands.tab.page._controls._lightbox

    @property
    def refusal(self) -> str:
        form = self.lightbox._dialog.form
        assert form is not None
        return form.error.text if form.error.visible else ''

    async def press(self, name: str) -> None:
        self.screen.press(name)
        await self.pages.settle()

    async def key(self, key: str) -> None:
        form = self.lightbox._dialog.form
        assert form is not None
        await self.hands.key_at(form.sheet, key)


async def looking(pages: FilesStand, user: int = ANA) -> Looking:
    return Looking(pages, MessageHands(pages, await pages.tab(user)))


async def test_picture_opens_with_its_name_author_and_time(pages: FilesStand) -> None:
    file = a_file('harbour.jpg')
    number = await pages.send(file)
    ana = await looking(pages)

    await ana.at(number)

    assert ana.picture == large_path(file)
    assert 'harbour.jpg' in ana.words
    assert 'Person 0' in ana.words
    assert ' of ' not in ana.words
    assert f'/rooms/lobby?m={number}' in ana.screen.text
    assert ana.lightbox._download.props['href'] == file_path(file, download=True)


async def test_steps_lead_through_the_pictures_of_the_message(pages: FilesStand) -> None:
    files = [a_file('a.jpg'), a_file('b.pdf'), a_file('c.jpg'), a_file('d.jpg')]
    number = await pages.send(*files)
    ana = await looking(pages)
    await ana.at(number, 2)
    assert '2 of 3' in ana.words

    await ana.press('Next picture')
    assert ana.picture == large_path(files[3])
    await ana.key('left')
    await ana.key('left')
    assert ana.picture == large_path(files[0])
    assert '1 of 3' in ana.words
    await ana.key('end')
    assert ana.picture == large_path(files[3])
    await ana.key('home')
    assert ana.picture == large_path(files[0])


async def test_pictures_beside_it_are_fetched_before_they_are_wanted(pages: FilesStand) -> None:
    files = [a_file(f'{place}.jpg') for place in range(4)]
    ana = await looking(pages)

    await ana.at(await pages.send(*files), 1)

    shown = str(ana.lightbox._stage.props['innerHTML'])
    assert [large_path(file) in shown for file in files] == [True, True, True, False]


async def test_at_its_ends_it_goes_on_to_other_messages_of_the_room(pages: FilesStand) -> None:
    first = await pages.send(a_file('a.jpg'), a_file('b.jpg'))
    await pages.send(a_file('words.txt'), body='no picture')
    await pages.send(a_file('c.jpg'), by=BO)
    ana = await looking(pages)
    await ana.at(first, 1)

    await ana.key('right')
    assert 'c.jpg' in ana.words
    assert 'Person 2' in ana.words
    await ana.key('right')
    assert ana.refusal == 'There is no later picture in this room.'
    await ana.key('left')
    assert ana.refusal == ''
    assert 'b.jpg' in ana.words
    assert '2 of 2' in ana.words
    await ana.key('home')
    await ana.key('left')
    assert ana.refusal == 'There is no earlier picture in this room.'
    assert 'a.jpg' in ana.words


@pytest.mark.parametrize('others', [0, 7, 8, 40])
async def test_next_picture_is_found_however_far_it_is(pages: FilesStand, others: int) -> None:
    first = await pages.send(a_file())
    for _ in range(others):
        await pages.chat.rooms.post(pages.people[OWNER], pages.lobby.id, 'words', f'w{pages.chat.clock.monotonic()}-{_}')
    second = await pages.send(a_file())
    for _ in range(12):
        await pages.send(*(a_file() for _ in range(10)))
    files, ana, lobby = pages.chat.files, pages.people[ANA], pages.lobby
    last = (await pages.chat.rooms.snapshot(lobby.id)).last_number
    assert files is not None

    assert await later_pictures(files, ana, lobby.id, first, last) == second
    assert await later_pictures(files, ana, lobby.id, last, last) is None
    assert await later_pictures(files, ana, lobby.id, MessageNumber(1), last) == first


async def test_picture_that_is_being_made_is_waited_for(pages: FilesStand) -> None:
    file = a_file('soon.jpg', making=Making.UNDER_WAY)
    number = await pages.send(file)
    ana = await looking(pages)
    await ana.at(number)
    assert 'is being prepared' in ana.screen.text

    await pages.made(number, file, Making.DONE)

    assert ana.picture == large_path(file)


async def test_link_is_that_of_the_original(pages: FilesStand) -> None:
    file = a_file()
    number = await pages.send(file)
    ana = Looking(pages, MessageHands(pages, await pages.tab(ANA, scheme='https')))
    await ana.at(number)

    await ana.press('Copy link')

    assert ana.hands.tab.clipboard == BASE_URL + file_path(file)
    assert ana.hands.done == 'Copied.'


async def test_link_is_shown_where_the_browser_keeps_its_clipboard_to_itself(pages: FilesStand) -> None:
    file = a_file()
    number = await pages.send(file)
    ana = await looking(pages)
    await ana.at(number)

    await ana.press('Copy link')

    assert ana.screen.field('Link to the picture').value == BASE_URL + file_path(file)


# What others do meanwhile


async def test_picture_that_is_taken_away_makes_place_for_the_next(pages: FilesStand) -> None:
    files = [a_file('a.jpg'), a_file('b.jpg'), a_file('c.jpg')]
    number = await pages.send(*files)
    ana = await looking(pages)
    await ana.at(number, 1)

    await pages.keep_only(number, files[0], files[2])

    assert ana.picture == large_path(files[2])
    assert 'That picture was removed.' in ana.words


async def test_picture_of_a_deleted_message_is_closed_and_that_is_said(pages: FilesStand) -> None:
    number = await pages.send(a_file(), a_file())
    ana = await looking(pages)
    await ana.at(number)
    assert ana.is_open

    await pages.delete(number)

    assert not ana.is_open
    assert ana.hands.done == 'The picture was deleted.'
    assert ana.lightbox._dialog._subscription is None


async def test_message_that_is_worded_anew_or_reacted_to_leaves_the_picture_alone(pages: FilesStand) -> None:
    number = await pages.send(a_file('a.jpg'), a_file('b.jpg'))
    ana = await looking(pages)
    await ana.at(number)
    shown = ana.lightbox._dialog.shown

    await pages.chat.rooms.react(pages.people[BO], pages.lobby.id, number, '🎉')
    await pages.settle()

    assert ana.lightbox._dialog.shown is shown


async def test_nothing_is_shown_to_whoever_is_shown_out(pages: FilesStand) -> None:
    number = await pages.send(a_file('a.jpg'), a_file('b.jpg'))
    ana = await looking(pages)
    await ana.at(number)
    assert ana.is_open

    await pages.chat.members.remove(pages.people[OWNER], pages.lobby.id, pages.people[ANA].id)
    await pages.settle()

    assert ana.screen.dialog is None
    await ana.at(number)
    assert ana.screen.dialog is None


async def test_picture_goes_with_its_room_and_its_tab(pages: FilesStand) -> None:
    number = await pages.send(a_file())
    ana = await looking(pages)
    await ana.at(number)
    ana.hands.tab.go('/rooms')
    await pages.settle()
    assert ana.screen.dialog is None

    ana.hands.tab.go('/rooms/lobby')
    await pages.settle()
    await ana.at(number)
    assert ana.is_open
    await ana.hands.tab.close()
    await pages.settle()

    assert ana.lightbox._dialog._subscription is None


# What anybody can send


@pytest.mark.parametrize('place', [1, 2, 999_999_999])
async def test_place_without_a_picture_is_refused_in_words(pages: FilesStand, place: int) -> None:
    number = await pages.send(a_file(), a_file('words.txt'))
    ana = await looking(pages)

    await ana.at(number, place)

    assert ana.screen.dialog is None
    assert 'There is no such file' in ana.hands.tab.notice


@pytest.mark.parametrize('number', [1, 99, 999_999_999])
async def test_message_without_files_and_one_that_never_was_are_refused(pages: FilesStand, number: int) -> None:
    ana = await looking(pages)

    await ana.at(number)

    assert ana.screen.dialog is None
    assert ana.hands.tab.notice != ''


async def test_picture_that_cannot_be_shown_is_passed_over(pages: FilesStand) -> None:
    broken = a_file('broken.jpg', making=Making.UNDER_WAY)
    number = await pages.send(a_file('a.jpg'), broken, a_file('c.jpg'))
    await pages.made(number, broken, Making.FAILED)
    ana = await looking(pages)
    await ana.at(number)
    assert '1 of 2' in ana.words

    await ana.key('right')

    assert 'c.jpg' in ana.words


async def test_double_click_opens_one(pages: FilesStand) -> None:
    number = await pages.send(a_file())
    ana = await looking(pages)
    await ana.at(number)
    await ana.at(number)

    dialogs = [each for each in ana.hands.tab.client.elements.values() if isinstance(each, ui.dialog) and each.value]

    assert len(dialogs) == 1
    assert ana.is_open
    await ana.press('Next picture')
    assert ana.refusal
