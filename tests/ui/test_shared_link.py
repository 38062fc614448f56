"""Which browsers a link can be copied in."""

import pytest
from starlette.requests import Request

from livechat.ui.components.shared_link import has_clipboard

WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
SAFARI = f'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/17.4 Safari/605.1.15'
CHROME_ON_IOS = f'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) {WEBKIT} CriOS/123.0.6312.52 Mobile/15E148 Safari/604.1'
CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0.0.0 Safari/537.36'
FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0'


def asked(scheme: str, host: str, agent: str) -> Request:
    headers = [(b'host', host.encode()), (b'user-agent', agent.encode())]
    return Request({'type': 'http', 'method': 'GET', 'path': '/', 'query_string': b'', 'headers': headers, 'scheme': scheme})


@pytest.mark.parametrize(('scheme', 'host'), [('https', 'chat.example'), ('http', '127.0.0.1:8000'), ('http', 'localhost')])
@pytest.mark.parametrize(('agent', 'expected'), [(CHROME, True), (FIREFOX, True), (SAFARI, False), (CHROME_ON_IOS, False)])
def test_clipboard_is_there_but_in_webkit_which_asks_for_the_click_itself(scheme: str, host: str, agent: str, expected: bool) -> None:
    assert has_clipboard(asked(scheme, host, agent)) is expected


@pytest.mark.parametrize('agent', [CHROME, FIREFOX, SAFARI])
def test_no_browser_has_a_clipboard_over_plain_http_from_elsewhere(agent: str) -> None:
    assert not has_clipboard(asked('http', '192.168.1.4:8000', agent))
