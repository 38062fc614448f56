"""What a room view makes of events that it missed."""

import asyncio

import pytest

from livechat.domain.events import ResyncRequired, RoomChanged, presence_topic, room_topic
from livechat.domain.message import Message
from livechat.domain.model import RoomId, Seq
from livechat.ui.shell import Part, part
from tests.ui.room_stand import RoomStand, inside


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
