"""A room view's readers one by one: who is told what, and what a lost connection may not cost."""

import asyncio

import pytest

from livechat.domain.events import ResyncRequired, RoomChanged, presence_topic, room_topic
from livechat.domain.model import Message, RoomId, Seq
from livechat.ui.message_html import starts_group
from livechat.ui.room_view import SURELY_DELIVERED_S
from livechat.ui.shell import Part, part
from tests.ui.model_tab import Tab
from tests.ui.room_stand import RoomStand

FAR_EAST = 540


async def inside(stand: RoomStand, tab: Tab) -> Tab:
    tab.enter()
    await stand.check()
    return tab


async def test_reader_who_learns_their_zone_leaves_the_other_readers_of_that_zone_in_peace(stand: RoomStand) -> None:
    await stand.open()
    there = await inside(stand, stand.tab(0, FAR_EAST))
    newcomer = await inside(stand, stand.tab(1, 0))

    newcomer.change_audience(FAR_EAST)
    await stand.check()
    stand.post('hello')
    await stand.check()

    assert there.shown_messages() == newcomer.shown_messages() == [1]


async def test_view_is_empty_when_its_last_reader_left_with_another_zone_than_they_came_with(stand: RoomStand) -> None:
    await stand.open()
    tab = await inside(stand, stand.tab(0, 0))
    tab.change_audience(FAR_EAST)
    await stand.check()
    assert not stand.view.is_empty

    tab.leave()
    await stand.check()

    assert stand.view.is_empty


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


async def test_message_after_a_deleted_one_shows_its_author_even_on_the_next_page(stand: RoomStand) -> None:
    await stand.open(history=60)
    tab = await inside(stand, stand.tab())
    assert not starts_group(stand.state[50], stand.state[49])

    stand.delete(50)
    await stand.check()

    assert '<article class="msg first" id="m51"' in tab.shown_html()


async def test_message_after_a_deleted_one_shows_its_author_though_another_was_posted_meanwhile(stand: RoomStand) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())
    assert '<article class="msg" id="m3"' in tab.shown_html()

    stand.delete(2)
    stand.post('at the same time')
    await stand.check()

    assert '<article class="msg first" id="m3"' in tab.shown_html()


async def test_paused_reader_goes_to_a_message_that_came_meanwhile(stand: RoomStand) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())
    tab.bottom_gone()
    stand.post('new')
    await stand.check()
    assert tab.shown_messages() == [1, 2, 3]

    tab.around(4)
    await stand.check()

    assert tab.shown_messages() == [1, 2, 3, 4]


async def test_page_brought_in_by_scrolling_to_the_newest_takes_the_count_back(stand: RoomStand) -> None:
    await stand.open(history=420)
    tab = await inside(stand, stand.tab())
    tab.around(20)
    stand.post('new')
    await stand.check()

    while tab.reader.live is None:
        tab.bottom_seen()
        await stand.check()

    assert tab.browser.elements[part(Part.JUMP)]['props']['aria-label'] == 'Jump to newest'


async def test_late_answer_to_missed_presence_takes_no_message_back(stand: RoomStand, monkeypatch: pytest.MonkeyPatch) -> None:
    await stand.open(history=3)
    tab = await inside(stand, stand.tab())
    original, gate = stand.chat.rooms.read_changes, asyncio.Event()
    stand.edit(2, 'first')
    await asyncio.gather(*stand.writes)

    async def read_changes(room_id: RoomId, since: Seq) -> tuple[Seq, list[Message]]:
        seq, changes = await original(room_id, Seq(0))
        await gate.wait()
        return seq, list(changes)

    monkeypatch.setattr(stand.chat.rooms, 'read_changes', read_changes)
    stand.chat.backplane.broadcast(presence_topic(stand.room.id), ResyncRequired(room_id=stand.room.id))
    await stand.turn(5)
    stand.edit(2, 'second')
    await stand.settle()
    gate.set()
    await stand.check()

    assert 'second' in tab.shown_html()


async def test_missed_rename_is_found_by_the_resync(stand: RoomStand) -> None:
    await stand.open(history=1)
    tab = await inside(stand, stand.tab())
    stand.chat.backplane.broadcast = forgetful(stand.chat.backplane.broadcast)  # type: ignore[method-assign]
    await stand.chat.rooms.rename(stand.people[0], stand.room.id, 'Kitchen')
    await stand.check()
    assert 'Lobby' in tab.browser.html(part(Part.TITLE))

    stand.chat.backplane.broadcast(room_topic(stand.room.id), ResyncRequired(room_id=stand.room.id))
    await stand.turn(20)

    assert 'Kitchen' in tab.browser.html(part(Part.TITLE))


def forgetful(broadcast):  # type: ignore[no-untyped-def]
    """A backplane that loses news of a room's name."""
    return lambda topic, event: None if isinstance(event, RoomChanged) else broadcast(topic, event)


async def test_view_that_could_not_load_what_it_missed_loads_it_at_the_next_event(
    stand: RoomStand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await stand.open(history=1)
    tab = await inside(stand, stand.tab())

    async def fails(room_id: RoomId, since: Seq) -> tuple[Seq, list[Message]]:
        raise RuntimeError('no changes')

    with monkeypatch.context() as broken:
        broken.setattr(stand.chat.rooms, 'read_changes', fails)
        stand.chat.backplane.broadcast(room_topic(stand.room.id), ResyncRequired(room_id=stand.room.id))
        await stand.turn(20)
    assert 'no changes' in caplog.text
    stand.post('next')
    await stand.check()

    assert tab.shown_messages() == [1, 2]


async def test_renamed_author_is_shown_in_every_open_window(stand: RoomStand) -> None:
    await stand.open(history=120)
    follower = await inside(stand, stand.tab())
    paused = await inside(stand, stand.tab(1, FAR_EAST))
    paused.older()
    paused.bottom_gone()
    stand.post('one more')
    await stand.check()

    await stand.rename_person(0, 'Queen of Sheba')
    await stand.check()

    assert follower.shown_html().count('Queen of Sheba') == 71
    assert paused.shown_html().count('Queen of Sheba') == 120


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


async def test_new_names_are_shown_to_whoever_enters_next(stand: RoomStand) -> None:
    await stand.open(history=2)
    await inside(stand, stand.tab())
    await stand.chat.rooms.rename(stand.people[0], stand.room.id, 'Kitchen')
    await stand.rename_person(0, 'Queen of Sheba')

    late = await inside(stand, stand.tab(1))

    assert 'Queen of Sheba' in late.shown_html()
    assert '/rooms/kitchen?m=2' in late.shown_html()


async def test_renamed_room_is_shown_in_heading_beginning_and_links(stand: RoomStand) -> None:
    await stand.open(history=2)
    tab = await inside(stand, stand.tab())

    await stand.chat.rooms.rename(stand.people[0], stand.room.id, 'Kitchen')
    await stand.check()

    assert 'Kitchen' in tab.browser.html(part(Part.TITLE))
    assert '/rooms/kitchen?m=2' in tab.shown_html()
    assert 'Lobby' not in str(tab.browser.elements)


async def test_person_never_reads_that_they_type_themselves(stand: RoomStand) -> None:
    await stand.open()
    mine, other = await inside(stand, stand.tab(0)), await inside(stand, stand.tab(1))

    stand.chat.rooms.typing(stand.people[0], stand.room.id)
    stand.beat()
    await stand.turn(20)
    late = await inside(stand, stand.tab(0))

    assert 'Person 0' in other.browser.html(part(Part.TYPING))
    assert mine.browser.html(part(Part.TYPING)) == ''
    assert late.browser.html(part(Part.TYPING)) == ''


async def test_two_people_who_type_read_of_each_other(stand: RoomStand) -> None:
    await stand.open(people=3)
    tabs = [await inside(stand, stand.tab(number)) for number in range(3)]

    for user in stand.people[:2]:
        stand.chat.rooms.typing(user, stand.room.id)
    stand.beat()
    await stand.turn(20)

    texts = [tab.browser.html(part(Part.TYPING)) for tab in tabs]
    assert 'Person 1</b> is typing' in texts[0]
    assert 'Person 0</b> is typing' in texts[1]
    assert 'are typing' in texts[2]


async def test_readers_of_one_audience_get_the_same_bytes(stand: RoomStand) -> None:
    await stand.open(history=60)
    tabs = [await inside(stand, stand.tab(number % 2)) for number in range(4)]

    stand.post('for all')
    await stand.check()

    assert len({tab.browser.received for tab in tabs}) == 1
    assert len(stand.view._groups) == 1


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
