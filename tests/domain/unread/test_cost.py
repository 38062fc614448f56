import sys
from collections import Counter
from types import FrameType

import pytest

from livechat.domain.events import MessagePosted
from livechat.domain.model import MessageNumber, RoomId, Seq, Unread, UserId
from livechat.domain.reading import Reading
from tests.domain.messages import message_by, person
from tests.domain.unread_stand import TAB


@pytest.mark.parametrize('kind', ['readers', 'waiting'])
def test_post_costs_the_same_however_many_read(kind: str) -> None:
    """Operations are counted, not timed: function calls within the state."""
    costs = {crowd: _calls_of_a_post(readers=crowd) if kind == 'readers' else _calls_of_a_post(waiting=crowd) for crowd in (1, 1_000)}

    if kind == 'readers':
        assert costs[1_000] == costs[1]
    else:
        assert costs[1_000] > costs[1] + 1_000, 'or this counts nothing'


def _calls_of_a_post(*, readers: int = 0, waiting: int = 0) -> int:
    room_id, reading = RoomId(1), Reading(lambda room_id: ())
    for number in range(1, readers + waiting + 1):
        user_id = UserId(number)
        reading.follow(user_id, TAB)
        with reading.inquiring() as inquiry:
            unread = Unread(room_id=room_id, last_read=MessageNumber(0), unread=0, mentions=0)
            reading.loaded(user_id, {room_id: (Seq(0), unread)}, {room_id: (MessageNumber(0), Seq(0))}, inquiry)
        if number <= readers:
            reading.reads(user_id, TAB, room_id)
    calls: Counter[str] = Counter()

    def count(frame: FrameType, event: str, arg: object) -> None:
        calls[event] += 1

    event = MessagePosted(room_id=room_id, seq=Seq(1), message=message_by(person(UserId(0)).id, room_id, 1))
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        reading.take(event)
    finally:
        sys.setprofile(before)
    return calls.total()
