"""What a lost connection, or a second one, may not cost."""

import pytest

from livechat.domain.message import Message
from livechat.domain.model import RoomId, Seq
from livechat.ui.room_view import SURELY_DELIVERED_S
from livechat.ui.shell import Part, part
from tests.ui.room_stand import RoomStand, inside


async def test_return_after_a_long_quiet_reads_only_what_changed_since(stand: RoomStand, monkeypatch: pytest.MonkeyPatch) -> None:
    await stand.open(history=300)
    tab = await inside(stand, stand.tab())
    stand.clock.advance(3_600)
    stand.post('after an hour')
    await stand.check()
    stand.clock.advance(1)
    read = changes_read(stand, monkeypatch)

    tab.lose()
    stand.post('while away')
    await stand.settle()
    tab.come_back()
    await stand.check()

    assert [len(changes) for changes in read] == [2]


async def test_new_socket_before_the_loss_of_the_old_one_reads_only_what_changed_of_late(
    stand: RoomStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.open(history=300)
    tab = await inside(stand, stand.tab())
    stand.clock.advance(3_600)
    tab.go_dark()
    stand.post('nobody gets this')
    await stand.check()
    read = changes_read(stand, monkeypatch)

    tab.come_back()
    await stand.check()

    assert tab.shown_messages()[-1] == 301
    assert [len(changes) for changes in read] == [1]


def changes_read(stand: RoomStand, monkeypatch: pytest.MonkeyPatch) -> list[list[Message]]:
    """What is read from the room from now on."""
    read: list[list[Message]] = []
    original = stand.chat.rooms.read_changes

    async def read_changes(room_id: RoomId, since: Seq) -> tuple[Seq, list[Message]]:
        seq, changes = await original(room_id, since)
        read.append(list(changes))
        return seq, list(changes)

    monkeypatch.setattr(stand.chat.rooms, 'read_changes', read_changes)
    return read


async def test_changes_of_a_first_absence_are_shown_after_a_second_one(stand: RoomStand) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())
    stand.clock.advance(60)
    tab.lose()
    stand.edit(2, 'changed while away')
    await stand.settle()
    stand.clock.advance(2 * SURELY_DELIVERED_S)

    tab.come_back()
    tab.lose()  # before it was served
    tab.come_back()
    await stand.check()

    assert 'changed while away' in tab.shown_html()


async def test_room_entered_just_before_a_loss_is_shown_after_it(stand: RoomStand) -> None:
    await stand.open(history=3)
    stand.clock.advance(60)
    tab = stand.tab()
    tab.go_dark()
    tab.enter()
    await stand.settle()
    tab.lose()

    tab.come_back()
    await stand.check()

    assert tab.shown_messages() == [1, 2, 3]


async def test_older_page_loaded_just_before_a_loss_is_no_hole_after_it(stand: RoomStand) -> None:
    await stand.open(history=160)
    tab = await inside(stand, stand.tab())
    stand.clock.advance(60)
    tab.bottom_gone()
    await stand.check()
    tab.go_dark()
    tab.older()
    await stand.settle()
    tab.lose()

    tab.come_back()
    await stand.check()

    assert tab.shown_messages() == list(range(51, 161))


async def test_what_a_return_sent_in_vain_is_sent_at_the_next(stand: RoomStand) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())
    stand.clock.advance(60)
    tab.lose()
    stand.edit(2, 'changed while away')
    await stand.settle()
    stand.clock.advance(30)
    tab.come_back()
    tab.go_dark()
    await stand.settle()
    stand.clock.advance(10)
    tab.lose()

    tab.come_back()
    await stand.check()

    assert 'changed while away' in tab.shown_html()


async def test_follower_who_missed_very_much_gets_the_newest_pages_alone(stand: RoomStand) -> None:
    await stand.open(history=60)
    tab = await inside(stand, stand.tab())
    entering = tab.browser.received
    stand.clock.advance(60)
    tab.lose()
    for _ in range(1_000):
        stand.post('much')
    await stand.settle()
    before = tab.browser.received

    tab.come_back()
    await stand.check()

    assert tab.shown_messages() == list(range(1_001, 1_061))
    assert tab.browser.received - before < 3 * entering


async def test_return_of_a_paused_reader_shows_nothing_they_did_not_ask_for(stand: RoomStand) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())
    stand.clock.advance(60)
    tab.bottom_gone()
    await stand.check()
    tab.lose()
    stand.edit(2, 'changed while away')
    stand.post('posted while away')
    await stand.settle()

    tab.come_back()
    await stand.check()

    assert tab.shown_messages() == [1, 2, 3]
    assert 'changed while away' in tab.shown_html()
    assert 'Jump to newest (1)' in str(tab.browser.elements[part(Part.JUMP)])


async def test_name_changed_while_a_reader_was_away_is_shown_at_their_return(stand: RoomStand) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())
    stand.clock.advance(60)
    tab.lose()
    await stand.rename_person(0, 'Queen of Sheba')
    await stand.settle()

    tab.come_back()
    await stand.check()

    assert tab.shown_html().count('Queen of Sheba') == 3


async def test_reader_whose_socket_was_cut_for_being_slow_catches_up_when_it_returns(stand: RoomStand) -> None:
    await stand.open(history=3)
    slow, other = await inside(stand, stand.tab(0)), await inside(stand, stand.tab(1))
    stand.clock.advance(60)
    slow.socket.cut = True
    slow.was_lost = True

    stand.post('too much')
    await stand.check()
    assert slow.reader.socket is None
    assert other.shown_messages() == [1, 2, 3, 4]
    slow.lose()
    slow.come_back()
    await stand.check()

    assert slow.shown_messages() == [1, 2, 3, 4]


async def test_room_that_was_entered_over_a_dying_socket_is_shown_whole_at_the_return(stand: RoomStand) -> None:
    await stand.open(history=3)
    tab = stand.tab()
    tab.socket.cut = True  # and nobody knows yet
    tab.enter()
    await stand.settle()
    stand.clock.advance(2 * SURELY_DELIVERED_S)
    assert tab.shown_messages() == []

    tab.come_back()
    await stand.check()

    assert tab.shown_messages() == [1, 2, 3]
