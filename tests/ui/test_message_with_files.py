"""A message with files in the room, its menu, the list of pins and the marks of the keyboard."""

from collections.abc import AsyncIterator

import pytest

from livechat.domain.attachment import Making
from livechat.domain.model import MessageNumber
from livechat.ui.file_html import file_path
from livechat.ui.shell import Part
from tests.ui.files_stand import FilesStand, a_file, open_files
from tests.ui.message_hands import MessageHands
from tests.ui.on_screen import OnScreen

OWNER, ANA, BO = range(3)


@pytest.fixture
async def pages() -> AsyncIterator[FilesStand]:
    async with open_files() as pages:
        yield pages


async def at(pages: FilesStand) -> MessageHands:
    return MessageHands(pages, await pages.tab(ANA))


async def test_files_come_to_everybody_with_their_message(pages: FilesStand) -> None:
    ana = await at(pages)
    picture, report = a_file('a.jpg'), a_file('report.pdf')

    await pages.send(picture, report, body='look')

    assert file_path(picture, width=480) in ana.tab.log
    assert file_path(report, download=True) in ana.tab.log


async def test_picture_takes_the_place_of_its_box_when_it_is_made(pages: FilesStand) -> None:
    ana = await at(pages)
    good, bad = a_file('good.jpg', making=Making.UNDER_WAY), a_file('bad.jpg', making=Making.UNDER_WAY)
    number = await pages.send(good, bad)
    assert ana.tab.log.count('<canvas') == 2

    await pages.made(number, good, Making.DONE)
    assert file_path(good, width=480) in ana.tab.log
    assert ana.tab.log.count('<canvas') == 1

    await pages.made(number, bad, Making.FAILED)
    assert '<canvas' not in ana.tab.log
    assert 'This picture cannot be shown' in ana.tab.log


async def test_answer_to_files_alone_says_what_it_answers(pages: FilesStand) -> None:
    ana = await at(pages)
    number = await pages.send(a_file(), a_file())

    await pages.chat.rooms.post(pages.people[BO], pages.lobby.id, 'nice', 'k', reply_to=number)
    await pages.settle()

    assert '<b dir=auto>Person 0</b> <span dir=auto>2 pictures</span>' in ana.tab.log


async def test_text_is_offered_where_there_is_one(pages: FilesStand) -> None:
    alone, said = await pages.send(a_file()), await pages.send(a_file(), body='look')
    ana = await at(pages)

    await ana.menu(said)
    assert 'Copy text' in ana.offered
    await ana.menu(alone)
    assert 'Copy text' not in ana.offered
    assert {'Reply', 'Copy link', 'Pin'} <= set(ana.offered)


async def test_pinned_files_are_seen_among_the_pins_and_open_from_there(pages: FilesStand) -> None:
    picture = a_file('plan.jpg')
    number = await pages.send(picture)
    await pages.chat.rooms.pin(pages.people[OWNER], pages.lobby.id, MessageNumber(number), True)
    ana = await at(pages)
    screen = OnScreen(ana.tab)

    ana.tab.click(Part.PINS)
    await pages.settle()
    assert file_path(picture, width=480) in screen.text

    await ana.command(f'--view-{number}-0')
    assert 'Next picture' in screen.buttons


async def test_message_of_files_alone_is_chosen_by_keyboard_and_said(pages: FilesStand) -> None:
    await pages.send(a_file('plan.jpg'))
    ana = await at(pages)

    await ana.alt('ArrowUp')

    assert 'plan.jpg' in ana.tab.html(Part.CHOICE)


async def test_deleted_message_leaves_no_file_on_the_page(pages: FilesStand) -> None:
    ana = await at(pages)
    number = await pages.send(a_file('a.jpg'), a_file('b.pdf'))
    assert '/files/' in ana.tab.log

    await pages.delete(number)

    assert '/files/' not in ana.tab.log
    assert 'This message was deleted.' in ana.tab.log
