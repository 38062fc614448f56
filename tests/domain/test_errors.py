"""What people are told."""

import pytest

from livechat.domain.errors import TooFast, TooManyAttempts


@pytest.mark.parametrize(('wait_s', 'told'), [(0.01, 'ait 1 s'), (2.0, 'ait 2 s'), (2.4, 'ait 3 s'), (170.5, 'ait 171 s')])
@pytest.mark.parametrize('error', [TooFast, TooManyAttempts])
def test_whoever_waits_as_long_as_told_is_not_refused_again(error: type[TooFast | TooManyAttempts], wait_s: float, told: str) -> None:
    assert told in str(error(retry_after_s=wait_s))
