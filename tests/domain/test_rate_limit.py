import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livechat.domain.rate_limit import TokenBuckets

CAPACITY, REFILL_PER_S = 5, 2.0


class Buckets(RuleBasedStateMachine):
    """Against the textbook's bucket: tokens that drip in."""

    def __init__(self) -> None:
        super().__init__()
        self.buckets: TokenBuckets[str] = TokenBuckets(CAPACITY, REFILL_PER_S)
        self.now = 1000.0
        self.tokens: dict[str, float] = {}

    @rule(key=st.sampled_from('abc'))
    def take(self, key: str) -> None:
        tokens = self.tokens.get(key, CAPACITY)

        wait_s = self.buckets.take(key, self.now)

        if tokens >= 1 - 1e-6:
            assert wait_s == 0
            self.tokens[key] = tokens - 1
        else:
            assert wait_s == pytest.approx((1 - tokens) / REFILL_PER_S, abs=1e-5)

    @rule(seconds=st.integers(0, 40).map(lambda tenths: tenths / 10))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.tokens = {key: min(CAPACITY, tokens + seconds * REFILL_PER_S) for key, tokens in self.tokens.items()}

    @invariant()
    def no_more_buckets_than_keys(self) -> None:
        assert len(self.buckets) <= len(self.tokens)


TestBuckets = Buckets.TestCase


def test_bucket_gives_a_burst_then_tells_the_wait() -> None:
    buckets: TokenBuckets[str] = TokenBuckets(10, 1.0)

    assert [buckets.take('ana', 0.0) for _ in range(10)] == [0.0] * 10
    assert buckets.take('ana', 0.0) == pytest.approx(1.0)
    assert buckets.take('ana', 0.25) == pytest.approx(0.75)
    assert buckets.take('bo', 0.0) == 0.0


def test_bucket_gives_to_who_waited_exactly_as_told() -> None:
    buckets: TokenBuckets[str] = TokenBuckets(1, 3.0)
    now = 123_456.7
    for _ in range(1_000):
        assert buckets.take('ana', now) == 0.0
        wait_s = buckets.take('ana', now)
        assert wait_s > 0
        now += wait_s


def test_refused_take_takes_nothing() -> None:
    buckets: TokenBuckets[str] = TokenBuckets(1, 1.0)
    assert buckets.take('ana', 0.0) == 0.0

    for _ in range(100):
        assert buckets.take('ana', 0.5) == pytest.approx(0.5)

    assert buckets.take('ana', 1.0) == 0.0


def test_buckets_that_are_full_again_are_forgotten() -> None:
    buckets: TokenBuckets[int] = TokenBuckets(10, 1.0)
    for key in range(10_000):
        buckets.take(key, 0.0)
    assert len(buckets) == 10_000

    buckets.take(-1, 10.0)

    assert len(buckets) == 1
