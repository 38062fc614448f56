"""The windows and delays of tries: what they promise, over any order of events."""

from hypothesis import given
from hypothesis import strategies as st

from livechat.domain.sign_in_limits import FORGET_AFTER_S, MAX_KEYS, GrowingDelay, SlidingWindow

LIMIT = 3
WINDOW_S = 180.0


@given(st.lists(st.tuples(st.sampled_from('ab'), st.floats(0, 100)), max_size=80))
def test_window_never_holds_more_than_the_limit_and_never_refuses_below_it(steps: list[tuple[str, float]]) -> None:
    window = SlidingWindow(LIMIT, WINDOW_S)
    now = 0.0
    taken: dict[str, list[float]] = {'a': [], 'b': []}

    for key, passed in steps:
        now += passed
        within = [at for at in taken[key] if at > now - WINDOW_S]
        wait_s = window.wait_s(key, now)
        assert (wait_s > 0) == (len(within) >= LIMIT)
        if wait_s == 0:
            window.take(key, now)
            taken[key].append(now)
        else:
            assert 0 < wait_s <= WINDOW_S


def test_whoever_waits_as_long_as_told_is_let_in() -> None:
    window = SlidingWindow(LIMIT, WINDOW_S)
    for at in (0.1, 0.2, 0.3):
        window.take('a', at)

    assert window.wait_s('a', 100.0 + window.wait_s('a', 100.0)) == 0.0


def test_take_that_is_given_back_never_was() -> None:
    window = SlidingWindow(1, WINDOW_S)
    window.take('a', 0.0)

    window.give_back('a')
    window.give_back('a')

    assert window.wait_s('a', 0.0) == 0.0
    assert len(window) == 0


def test_tables_do_not_grow_without_bound() -> None:
    window = SlidingWindow(1, WINDOW_S)
    for key in range(MAX_KEYS + 5):
        window.take(key, 0.0)

    assert len(window) == MAX_KEYS
    assert window.wait_s(0, 0.0) == 0.0
    assert window.wait_s(MAX_KEYS, 0.0) > 0


@given(st.integers(1, 2_000), st.floats(1, 100))
def test_delay_grows_to_its_limit_and_no_further(failures: int, max_s: float) -> None:
    delay = GrowingDelay(LIMIT, max_s)

    waits = [delay.count('a', 0.0) for _ in range(failures)]

    assert waits == sorted(waits)
    assert set(waits[:LIMIT]) == {0.0}
    assert max(waits) <= max_s


def test_delay_is_forgotten_in_time_and_forgiven_at_once() -> None:
    delay = GrowingDelay(LIMIT, 30.0)
    for _ in range(10):
        delay.count('a', 0.0)
        delay.count('b', 0.0)

    delay.forgive('a')

    assert delay.count('a', 1.0) == 0.0
    assert delay.count('b', FORGET_AFTER_S - 1) == 30.0
    assert delay.count('b', 2 * FORGET_AFTER_S) == 0.0
