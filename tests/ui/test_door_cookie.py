"""The two cookies: read only where they are well-formed, each under its own name."""

import pytest

from livechat.ui.door_cookie import guest_key_in, set_cookie, set_guest_key, token_in

TOKEN, KEY = 't' * 43, 'k' * 43


def scope(cookies: str, scheme: str = 'http') -> dict[str, object]:
    return {'type': 'http', 'scheme': scheme, 'headers': [(b'cookie', cookies.encode('latin-1'))]}


def test_each_cookie_is_read_under_its_own_name() -> None:
    both = scope(f'livechat={TOKEN}; livechat-guest={KEY}')

    assert (token_in(both), guest_key_in(both)) == (TOKEN, KEY)
    assert (token_in(scope(f'livechat-guest={KEY}')), guest_key_in(scope(f'livechat={TOKEN}'))) == (None, None)


@pytest.mark.parametrize('key', ['', 'short', 'k' * 44, 'é' * 43, f'"{KEY}', KEY + '\x00'])
def test_key_that_is_malformed_is_nobodys(key: str) -> None:
    assert guest_key_in(scope(f'livechat-guest={key}')) is None


@pytest.mark.parametrize('scheme', ['https', 'wss'])
def test_plain_key_counts_for_nothing_behind_https(scheme: str) -> None:
    assert guest_key_in(scope(f'livechat-guest={KEY}', scheme)) is None
    assert guest_key_in(scope(f'__Host-livechat-guest={KEY}', scheme)) == KEY


@pytest.mark.parametrize('https', [False, True])
def test_what_is_set_is_read_again(https: bool) -> None:
    cookies = [set_cookie(TOKEN, lasts_days=90, https=https), set_guest_key(KEY, https=https)]

    sent = scope('; '.join(cookie.partition(';')[0] for cookie in cookies), 'https' if https else 'http')

    assert (token_in(sent), guest_key_in(sent)) == (TOKEN, KEY)
