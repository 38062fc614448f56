import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livechat.domain.model import UserId
from livechat.domain.typing_indicator import TypingIndicator

ANA, BO, CY = UserId(1), UserId(2), UserId(3)
TTL_S, INTERVAL_S = 2.0, 1.0


class Typing(RuleBasedStateMachine):
    """Against a plain list of who writes until when."""

    def __init__(self) -> None:
        super().__init__()
        self.typing = TypingIndicator(TTL_S, interval_s=INTERVAL_S)
        self.now = 50.0
        self.writing: list[UserId] = []
        self.until: dict[UserId, float] = {}
        self.began: dict[UserId, float] = {}
        self.told: list[UserId] = []

    @rule(user=st.sampled_from([ANA, BO, CY]))
    def key_is_pressed(self, user: UserId) -> None:
        too_soon = user not in self.writing and self.now < self.began.get(user, -1e9) + INTERVAL_S
        is_new = user not in self.writing and not too_soon

        assert self.typing.started(user, self.now) is is_new

        if is_new:
            self.writing.append(user)
            self.began[user] = self.now
        if not too_soon:
            self.until[user] = self.now + TTL_S

    @rule(user=st.sampled_from([ANA, BO, CY]))
    def box_is_empty(self, user: UserId) -> None:
        assert self.typing.stopped(user) is (user in self.writing)
        self.writing = [each for each in self.writing if each != user]

    @rule(seconds=st.integers(1, 25).map(lambda tenths: tenths / 10))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        left = [user for user in self.writing if self.until[user] > self.now]

        assert self.typing.expire(self.now) is (left != self.writing)

        self.writing = left

    @rule()
    def changes_are_told(self) -> None:
        assert self.typing.take_change() is (self.told != self.writing)
        self.told = list(self.writing)

    @invariant()
    def people_are_those_who_write_in_the_order_they_began(self) -> None:
        assert list(self.typing.people) == self.writing


TestTyping = Typing.TestCase


def test_typing_ends_by_itself_without_another_key() -> None:
    typing = TypingIndicator(TTL_S)
    typing.started(ANA, 0.0)
    typing.started(BO, 0.0)
    typing.started(ANA, 1.5)

    assert not typing.expire(1.9)
    assert typing.expire(2.0)

    assert typing.people == (ANA,)


def test_typing_on_and_off_in_a_hurry_is_no_news() -> None:
    typing = TypingIndicator(TTL_S, interval_s=INTERVAL_S)
    typing.started(ANA, 0.0)
    typing.stopped(ANA)

    assert not typing.started(ANA, 0.9)
    assert typing.started(ANA, 1.0)


def test_change_that_was_undone_before_it_was_told_is_none() -> None:
    typing = TypingIndicator(TTL_S)
    typing.started(ANA, 0.0)
    typing.stopped(ANA)

    assert not typing.take_change()
