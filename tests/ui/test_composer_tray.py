"""Files above the box: what is shown of them, what goes with a message, what comes back, what an edit drops."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from livechat.domain.attachment import Attachment
from livechat.domain.events import TrayChanged, user_topic
from livechat.domain.tray_item import Stage, TrayItem, TrayItemId
from livechat.domain.trays import TOLD_EVERY_S
from livechat.ui.shell import Part, part
from livechat.ui.stream import Kind, element_id
from tests.ui.composer_hands import Composer
from tests.ui.files_stand import FilesStand, a_file, attach, open_files
from tests.ui.form_hands import Hands as FormHands

ME = 1


@pytest.fixture
async def stand() -> AsyncIterator[FilesStand]:
    async with open_files() as stand:
        yield stand


class Hands(Composer):
    """Around the box of somebody with files."""

    pages: FilesStand

    @property
    def chips(self) -> list[str]:
        """All that is to be read of each."""
        lines = self.tab.browser.elements.get(part(Part.TRAY), {}).get('children', [])
        return [self.tab.browser.html(line) for line in lines]

    @property
    def tray(self) -> str:
        return str(self.tab.browser.elements[part(Part.TRAY)]['props']['aria-label'])


async def hands(stand: FilesStand, *files: Attachment) -> Hands:
    await attach(stand.house.stores, stand.house.clock, stand.lobby, stand.people[ME], *files)
    one = Hands(stand, await stand.tab(ME, '/rooms/lobby'))
    await stand.settle()
    return one


async def tell(stand: FilesStand, *items: TrayItem, user: int = ME) -> None:
    """The person's tray is now so."""
    user_id = stand.people[user].id
    event = TrayChanged(user_id=user_id, room_id=stand.lobby.id, items=items)
    stand.chat.backplane.broadcast(user_topic(user_id), event)
    await stand.settle()


def arriving(name: str = 'film.mp4', received: int = 500, number: int = 900) -> TrayItem:
    return TrayItem(id=TrayItemId(number), name=name, stage=Stage.ARRIVING, size=1_000, received=received)


def refused(name: str = 'bad.png', number: int = 950) -> TrayItem:
    return TrayItem(id=TrayItemId(number), name=name, stage=Stage.REFUSED, size=1, why='It is <broken>.')


async def last(stand: FilesStand) -> tuple[str, list[str]]:
    """Text and files of the newest message."""
    message = (await stand.chat.rooms.snapshot(stand.lobby.id)).newest[-1]
    return message.body, [file.name for file in message.files]


async def test_what_was_not_sent_stands_above_the_box_again(stand: FilesStand) -> None:
    one = await hands(stand, a_file('photo.jpg'), a_file('plan.pdf'))

    assert [('photo.jpg' in chip, 'plan.pdf' in chip) for chip in one.chips] == [(True, False), (False, True)]
    assert '2 kB' in one.chips[0]
    assert one.tray == 'Attached files'
    assert one.tab.html(Part.TRAY_SAYS) == '2 files attached.'


async def test_files_go_with_the_text_or_alone_and_leave_the_tray(stand: FilesStand) -> None:
    one = await hands(stand, a_file('photo.jpg'))

    one.tab.send('Look')
    assert one.chips == []
    await stand.settle()

    assert await last(stand) == ('Look', ['photo.jpg'])
    await stand.pass_time(TOLD_EVERY_S)
    await attach(stand.house.stores, stand.house.clock, stand.lobby, stand.people[ME], a_file('more.jpg'))
    one = await hands(stand)
    one.tab.enter()
    await stand.settle()
    assert await last(stand) == ('', ['more.jpg'])


async def test_nothing_is_sent_without_text_and_files(stand: FilesStand) -> None:
    one = await hands(stand)

    one.tab.enter()
    await stand.settle()

    assert (await last(stand))[1] == []
    assert one.tab.notice == ''


async def test_file_on_its_way_shows_how_far_it_is(stand: FilesStand) -> None:
    one = await hands(stand)

    await tell(stand, arriving())

    (chip,) = one.chips
    assert '50 % of 1000 bytes' in chip
    assert 'role=progressbar' in chip
    await tell(stand, arriving(received=900))
    assert '90 %' in one.chips[0]
    await tell(stand, replace(arriving(), stage=Stage.CHECKING))
    assert 'Checking' in one.chips[0]


async def test_sending_waits_for_a_file_on_its_way(stand: FilesStand) -> None:
    one = await hands(stand, a_file('photo.jpg'))
    there = await stand.chat.files.tray(stand.people[ME], stand.lobby.id)  # type: ignore[union-attr]
    await tell(stand, *there, arriving())

    one.tab.send('With both')
    await stand.settle()
    assert (await last(stand))[0] != 'With both'
    assert 'This is sent as soon as “film.mp4” is there' in one.remark
    assert one.tab.box == 'With both'
    await tell(stand, *there)

    assert await last(stand) == ('With both', ['photo.jpg'])
    assert (one.tab.box, one.remark) == ('', '')


async def test_whoever_types_on_sends_it_themselves(stand: FilesStand) -> None:
    one = await hands(stand)
    await tell(stand, arriving())
    one.tab.send('Wait')

    one.tab.type('Wait a moment')
    await tell(stand)
    await stand.settle()

    assert (await last(stand))[0] != 'Wait a moment'
    assert one.tab.box == 'Wait a moment'
    assert one.remark == ''


async def test_refused_file_keeps_what_waited_for_it(stand: FilesStand) -> None:
    one = await hands(stand)
    await tell(stand, arriving('bad.png'))
    one.tab.send('With this')

    await tell(stand, refused())

    assert one.tab.box == 'With this'
    assert one.tab.notice == 'Not sent: a file was not taken. Send again to send the rest.'
    assert 'It is &lt;broken&gt;.' in one.chips[0]
    assert 'bad.png was not attached. It is &lt;broken&gt;.' in one.tab.html(Part.TRAY_SAYS)
    one.tab.enter()
    await stand.settle()
    assert await last(stand) == ('With this', [])


async def test_removed_file_is_not_sent(stand: FilesStand) -> None:
    one = await hands(stand, a_file('keep.jpg'), a_file('drop.jpg'))

    one.press('Remove drop.jpg')
    await stand.settle()
    await stand.pass_time(TOLD_EVERY_S)
    one.tab.send('One')
    await stand.settle()

    assert await last(stand) == ('One', ['keep.jpg'])


async def test_what_the_database_refuses_can_be_sent_again_with_its_files(stand: FilesStand) -> None:
    one = await hands(stand, a_file('photo.jpg'))
    stand.house.stores.memory.full = True
    one.tab.send('Full')
    await stand.settle()
    assert 'Not sent' in one.unsent[0]
    assert 'photo.jpg' in one.unsent[0]

    stand.house.stores.memory.full = False
    one.press('Retry')
    await stand.settle()

    assert await last(stand) == ('Full', ['photo.jpg'])


async def test_file_that_is_gone_meanwhile_gives_the_text_back(stand: FilesStand) -> None:
    gone = a_file('gone.jpg')
    one = await hands(stand, gone)
    await stand.records.withdraw([gone.id], stand.people[ME].id, stand.house.clock.now())

    one.tab.send('Without')
    await stand.settle()

    assert one.tab.box == 'Without'
    assert 'A file was removed before this was sent' in one.tab.notice


async def test_edit_shows_the_files_of_its_message_and_drops_those_that_are_struck(stand: FilesStand) -> None:
    keep, drop = a_file('keep.jpg'), a_file('drop.jpg')
    await stand.send(keep, drop, body='Two', by=ME)
    one = await hands(stand)
    one.key('ArrowUp')
    await stand.settle()
    assert one.tray == 'Files of this message'

    one.press('Remove drop.jpg')
    one.press('Keep drop.jpg')
    one.press('Remove drop.jpg')
    assert 'Will be removed' in one.chips[1]
    one.tab.enter()
    await stand.settle()

    assert await last(stand) == ('Two', ['keep.jpg'])
    assert one.chips == []


async def test_edit_that_leaves_nothing_asks_whether_to_delete(stand: FilesStand) -> None:
    await stand.send(a_file('only.jpg'), by=ME)
    one = await hands(stand)
    one.key('ArrowUp')
    await stand.settle()

    one.press('Remove only.jpg')
    one.tab.enter()
    await stand.settle()

    assert await last(stand) == ('', ['only.jpg'])
    assert FormHands(stand, one.tab).in_dialog


async def test_stopping_an_edit_brings_back_what_waits(stand: FilesStand) -> None:
    await stand.send(a_file('old.jpg'), body='Old', by=ME)
    one = await hands(stand, a_file('new.jpg'))
    one.key('ArrowUp')
    await stand.settle()
    assert 'old.jpg' in one.chips[0]

    one.key('Escape')
    await stand.settle()

    assert ['new.jpg' in chip for chip in one.chips] == [True]


@pytest.mark.parametrize('number', [99_999, 100_001, 100_002, 40_100_001, 1 << 27])
async def test_forged_press_does_nothing(stand: FilesStand, number: int) -> None:
    one = await hands(stand, a_file('photo.jpg'))

    one.tab.page.virtual_event(element_id(Kind.SHELL, 0, number), [])
    await stand.settle()

    assert len(one.chips) == 1


async def test_waiting_is_called_off_by_closing_what_says_so(stand: FilesStand) -> None:
    one = await hands(stand)
    await tell(stand, arriving())
    one.tab.send('Not yet')

    one.tab.click(Part.REMARK_CLOSE)
    await tell(stand)

    assert one.tab.box == 'Not yet'
    assert (await last(stand))[0] != 'Not yet'


async def test_files_refused_for_the_same_reason_are_one_line_that_goes_with_the_next_message(stand: FilesStand) -> None:
    one = await hands(stand, a_file('photo.jpg'))
    there = await stand.chat.files.tray(stand.people[ME], stand.lobby.id)  # type: ignore[union-attr]
    await tell(stand, refused('a.png', 950), *there, refused('b.png', 951))

    assert ['photo.jpg' in chip for chip in one.chips] == [True, False]
    assert '2 files' in one.chips[1]
    assert one.tab.html(Part.TRAY_SAYS) == '1 file attached. 2 files were not attached. It is &lt;broken&gt;.'


async def test_files_stand_in_the_order_in_which_they_were_chosen(stand: FilesStand) -> None:
    one = await hands(stand, a_file('a.jpg'), a_file('b.jpg'), a_file('c.jpg'))
    there = await stand.chat.files.tray(stand.people[ME], stand.lobby.id)  # type: ignore[union-attr]

    one.tab.page._desk.tray.expect(['17c.jpg12', '17a.jpg12', '17b.jpg12'])
    await tell(stand, *there)
    one.tab.send('In order')
    await stand.settle()

    assert await last(stand) == ('In order', ['c.jpg', 'a.jpg', 'b.jpg'])
