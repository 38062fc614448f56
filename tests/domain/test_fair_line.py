"""Who comes next, when some have brought much and others little."""

from hypothesis import given
from hypothesis import strategies as st

from livechat.domain.fair_line import FairLine
from livechat.domain.model import UserId

ANA, BO, CY = UserId(1), UserId(2), UserId(3)


def all_of(line: FairLine[str]) -> list[str]:
    taken = []
    while line:
        taken.append(line.take())
    return taken


def test_everybody_has_one_done_before_anybody_has_the_next():
    line = FairLine[str]()
    for user_id, item in [(ANA, 'a1'), (ANA, 'a2'), (ANA, 'a3'), (BO, 'b1'), (CY, 'c1'), (BO, 'b2')]:
        line.add(user_id, item)

    assert all_of(line) == ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']


def test_who_comes_later_waits_for_one_of_each():
    line = FairLine[str]()
    for number in range(3):
        line.add(ANA, f'a{number}')
    assert line.take() == 'a0'

    line.add(BO, 'b0')

    assert all_of(line) == ['a1', 'b0', 'a2']


@given(brought=st.lists(st.tuples(st.sampled_from([ANA, BO, CY]), st.integers())))
def test_nothing_is_lost_and_each_ones_order_stays(brought: list[tuple[UserId, int]]):
    line = FairLine[tuple[UserId, int]]()
    for user_id, item in brought:
        line.add(user_id, (user_id, item))

    taken = []
    while line:
        taken.append(line.take())

    for user_id in (ANA, BO, CY):
        assert [each for each in taken if each[0] == user_id] == [each for each in brought if each[0] == user_id]
