"""Random sequences of files that arrive, are kept and go: never more than a limit, and all of it comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat.domain.file_errors import FileTooLarge, NoSpaceLeft
from livechat.domain.file_quota import FileQuota
from livechat.domain.model import UserId

ANA, BO = UserId(1), UserId(2)
sizes = st.integers(0, 40)
people = st.sampled_from([ANA, BO])
uploads = st.lists(st.tuples(people, st.lists(sizes, max_size=5), st.booleans()), max_size=12)


@given(uploads, sizes, st.integers(0, 100), st.integers(0, 150), st.data())
def test_nothing_is_ever_above_a_limit_and_everything_is_given_back(
    sequence: list[tuple[UserId, list[int], bool]], file_bytes: int, person_bytes: int, server_bytes: int, data: st.DataObject
) -> None:
    quota = FileQuota(file_bytes=file_bytes, person_bytes=person_bytes, server_bytes=server_bytes)
    under_way: list[tuple[UserId, int, bool]] = []
    stored = {ANA: 0, BO: 0}

    for user_id, packets, is_kept in sequence:
        received = 0
        for packet in packets:
            before = quota.used, quota.used_by(user_id)
            try:
                quota.take('a', user_id, received + packet, more=packet)
            except (FileTooLarge, NoSpaceLeft):
                assert (quota.used, quota.used_by(user_id)) == before
                break
            received += packet
            assert not file_bytes or received <= file_bytes
            assert not person_bytes or max(quota.used_by(ANA), quota.used_by(BO)) <= person_bytes
            assert not server_bytes or quota.used <= server_bytes
        under_way.append((user_id, received, is_kept))
        if data.draw(st.booleans()):
            _end(quota, under_way.pop(data.draw(st.integers(0, len(under_way) - 1))), stored)
    for each in under_way:
        _end(quota, each, stored)

    assert (quota.used_by(ANA), quota.used_by(BO), quota.used) == (stored[ANA], stored[BO], sum(stored.values()))


def _end(quota: FileQuota, upload: tuple[UserId, int, bool], stored: dict[UserId, int]) -> None:
    user_id, received, is_kept = upload
    if is_kept:
        quota.add(user_id, received)
        stored[user_id] += received
    quota.give_back(user_id, received)


@pytest.mark.parametrize(
    ('limits', 'size', 'error'),
    [
        ((10, 0, 0), 11, FileTooLarge),
        ((0, 15, 0), 11, NoSpaceLeft),
        ((0, 0, 15), 11, NoSpaceLeft),
        ((10, 15, 15), 10, None),
        ((0, 0, 0), 10**12, None),
    ],
)
def test_size_that_is_announced_is_held_against_each_limit(limits: tuple[int, int, int], size: int, error: type[Exception] | None) -> None:
    quota = FileQuota(file_bytes=limits[0], person_bytes=limits[1], server_bytes=limits[2])
    quota.learn({ANA: 5})

    if error is None:
        quota.must_fit('a', ANA, size)
    else:
        with pytest.raises(error):
            quota.must_fit('a', ANA, size)
    assert quota.used == 5


def test_limit_that_is_lowered_below_what_is_there_takes_nothing_more() -> None:
    quota = FileQuota(file_bytes=0, person_bytes=10, server_bytes=0)
    quota.learn({ANA: 50})

    with pytest.raises(NoSpaceLeft) as refusal:
        quota.take('a', ANA, 1, more=1)
    quota.take('a', BO, 10, more=10)

    assert (refusal.value.name, refusal.value.limit_bytes) == ('a', 10)
    assert 'your files' in str(refusal.value)
