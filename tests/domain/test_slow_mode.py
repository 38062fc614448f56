"""A pause between two messages of one person in one room."""

from livechat.domain.model import RoomId, UserId
from livechat.domain.slow_mode import SLOW_MODES, SlowMode

HERE, THERE = (RoomId(1), UserId(1)), (RoomId(2), UserId(1))


def test_second_message_waits_for_the_rest_of_the_pause() -> None:
    slow = SlowMode()

    assert slow.take(HERE, 'a', pause_s=30, now=100.0) == 0.0
    assert slow.take(HERE, 'b', pause_s=30, now=110.0) == 20.0
    assert slow.take(HERE, 'b', pause_s=30, now=130.0) == 0.0
    assert slow.take(HERE, 'c', pause_s=30, now=131.0) == 29.0


def test_pause_is_one_of_the_room_and_of_the_person() -> None:
    slow = SlowMode()
    slow.take(HERE, 'a', pause_s=30, now=100.0)

    assert slow.take(THERE, 'b', pause_s=30, now=100.0) == 0.0
    assert slow.take((RoomId(1), UserId(2)), 'c', pause_s=30, now=100.0) == 0.0


def test_same_message_sent_again_may_pass() -> None:
    slow = SlowMode()
    slow.take(HERE, 'a', pause_s=30, now=100.0)

    assert slow.take(HERE, 'a', pause_s=30, now=101.0) == 0.0
    assert slow.take(HERE, 'b', pause_s=30, now=101.0) == 29.0


def test_message_that_was_not_posted_costs_no_pause() -> None:
    slow = SlowMode()
    slow.take(HERE, 'a', pause_s=30, now=100.0)

    slow.undo(HERE, 'another')
    assert slow.take(HERE, 'b', pause_s=30, now=101.0) == 29.0
    slow.undo(HERE, 'a')

    assert slow.take(HERE, 'b', pause_s=30, now=101.0) == 0.0


def test_shorter_pause_counts_at_once() -> None:
    slow = SlowMode()
    slow.take(HERE, 'a', pause_s=300, now=100.0)

    assert slow.take(HERE, 'b', pause_s=5, now=106.0) == 0.0


def test_what_cannot_matter_any_more_is_forgotten() -> None:
    slow = SlowMode()
    for number in range(10):
        slow.take((RoomId(1), UserId(number)), 'a', pause_s=5, now=100.0)

    slow.take(THERE, 'b', pause_s=5, now=100.0 + SLOW_MODES[-1])

    assert len(slow) == 1
