"""The outermost layer alone, in process."""

import asyncio
import re

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from livechat.ui.http_guard import HttpGuard, is_allowed_host, is_same_origin

MAX_BODY = 1_000
NICEGUI = {'X-NiceGUI-Content': 'page'}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope['type'] == 'websocket':
        await send({'type': 'websocket.accept'})
        return
    request = Request(scope, receive)
    match scope['path']:
        case '/html' | '/people' | '/people/' | '/peoples':
            response: Response = HTMLResponse('<script>1</script>')
        case '/page':
            response = HTMLResponse('<script>1</script><p>&lt;script></p><script type="module"></script>', headers=NICEGUI)
        case '/chunks':
            response = StreamingResponse(iter(['<scr', 'ipt>1</script>']), media_type='text/html', headers=NICEGUI)
        case '/own':
            own = {'Content-Security-Policy': 'sandbox', 'Cache-Control': 'private', 'Server': 'secret/1', 'X-Frame-Options': 'SAMEORIGIN'}
            response = HTMLResponse('', headers=own)
        case '/body':
            response = JSONResponse(len(await request.body()))
        case _:
            response = JSONResponse(dict(request.headers))
    await response(scope, receive, send)


def guarded(app: ASGIApp = application, *, https: bool = False) -> HttpGuard:
    return HttpGuard(app, allowed_hosts=lambda: {'chat.example'}, https=https, max_body=MAX_BODY)


async def ask(
    path: str = '/', method: str = 'GET', *, app: ASGIApp | None = None, content: object = None, **headers: str
) -> httpx.Response:
    sent = {name.replace('_', '-'): value for name, value in headers.items()}
    transport = httpx.ASGITransport(app or guarded())
    async with httpx.AsyncClient(transport=transport, base_url='http://chat.example') as client:
        return await client.request(method, path, headers=sent, content=content)


@pytest.mark.parametrize(
    ('host', 'is_allowed'),
    [
        ('chat.example', True),
        ('CHAT.example:8000', True),
        ('localhost', True),
        ('localhost:8000', True),
        ('pi.local', True),
        ('192.168.1.5:8000', True),
        ('[fe80::1]:8000', True),
        ('[::1]', True),
        ('evil.example', False),
        ('chat.example.evil.example', False),
        ('localhost.evil.example', False),
        ('evil.example#.local', False),
        ('evil.example/.local', False),
        ('user@localhost', False),
        ('localhost:x', False),
        ('local', False),
        ('127.0.0.1.evil.example', False),
        ('0x7f000001', False),
        ('[::1', False),
        ('', False),
    ],
)
def test_host_is_allowed_when_it_is_an_address_or_local_or_configured(host: str, is_allowed: bool):
    assert is_allowed_host(host, {'chat.example'}) is is_allowed


@pytest.mark.parametrize(
    ('origin', 'host', 'is_same'),
    [
        ('http://chat.example', 'chat.example', True),
        ('https://chat.example', 'chat.example', True),
        ('https://chat.example', 'chat.example:443', True),
        ('http://chat.example:80', 'chat.example', True),
        ('http://Chat.Example:8000', 'chat.example:8000', True),
        ('http://[::1]:8000', '[::1]:8000', True),
        ('http://chat.example/rooms/1?m=2', 'chat.example', True),
        ('http://chat.example:8001', 'chat.example:8000', False),
        ('http://chat.example', 'chat.example:443', False),
        ('https://evil.example', 'chat.example', False),
        ('https://chat.example.evil.example', 'chat.example', False),
        ('https://chat.example@evil.example', 'chat.example', False),
        ('ftp://chat.example', 'chat.example', False),
        ('null', 'chat.example', False),
        ('http://', '', False),
        ('', 'chat.example', False),
        ('http://[::1', '[::1', False),
    ],
)
def test_origin_is_ours_when_it_names_the_host_that_was_asked(origin: str, host: str, is_same: bool):
    assert is_same_origin(origin, host) is is_same


async def test_request_is_refused_when_its_host_is_foreign():
    assert (await ask()).status_code == 200

    refused = await ask(host='evil.example')

    assert refused.status_code == 400
    assert refused.headers['content-type'].startswith('text/plain')
    assert refused.headers['x-content-type-options'] == 'nosniff'


async def test_host_is_allowed_as_soon_as_it_is_configured():
    configured: set[str] = set()
    app = HttpGuard(application, allowed_hosts=lambda: configured, https=False)
    assert (await ask(app=app)).status_code == 400

    configured.add('chat.example')

    assert (await ask(app=app)).status_code == 200


@pytest.mark.parametrize(
    ('headers', 'status'),
    [
        ({'origin': 'http://chat.example'}, 200),
        ({'origin': 'https://chat.example', 'sec_fetch_site': 'same-origin'}, 200),
        ({'sec_fetch_site': 'same-origin'}, 200),
        ({'sec_fetch_site': 'none'}, 200),
        ({'referer': 'http://chat.example/login'}, 200),
        ({}, 403),
        ({'origin': 'null'}, 403),
        ({'origin': 'https://evil.example'}, 403),
        ({'origin': 'https://evil.example', 'sec_fetch_site': 'same-origin'}, 403),
        ({'origin': 'http://chat.example', 'sec_fetch_site': 'cross-site'}, 403),
        ({'sec_fetch_site': 'same-site'}, 403),
        ({'sec_fetch_site': 'cross-site', 'referer': 'http://chat.example/'}, 403),
        ({'referer': 'https://evil.example/'}, 403),
        ({'origin': 'https://evil.example', 'referer': 'http://chat.example/'}, 403),
    ],
)
@pytest.mark.parametrize('method', ['POST', 'DELETE'])
async def test_request_that_changes_something_is_accepted_only_from_our_own_pages(headers: dict[str, str], status: int, method: str):
    assert (await ask(method=method, **headers)).status_code == status


async def test_link_from_another_site_may_be_followed():
    assert (await ask(sec_fetch_site='cross-site', referer='https://evil.example/', origin='null')).status_code == 200


async def test_request_is_refused_when_a_deciding_header_comes_twice():
    headers = [(b'host', b'chat.example'), (b'origin', b'http://chat.example'), (b'origin', b'http://evil.example')]

    answers = await talk({'type': 'http', 'method': 'POST', 'path': '/', 'query_string': b'', 'headers': headers})

    assert answers[0]['status'] == 400


async def talk(scope: Scope) -> list[Message]:
    answers: list[Message] = []

    async def receive() -> Message:
        return {'type': 'http.request', 'body': b'', 'more_body': False}

    async def send(message: Message) -> None:
        answers.append(message)

    await guarded()(scope, receive, send)
    return answers


@pytest.mark.parametrize(
    ('headers', 'answer'),
    [
        ({b'host': b'chat.example', b'origin': b'https://chat.example'}, 'websocket.accept'),
        ({b'host': b'chat.example', b'origin': b'https://evil.example'}, 'websocket.close'),
        ({b'host': b'chat.example', b'origin': b'null'}, 'websocket.close'),
        ({b'host': b'chat.example'}, 'websocket.close'),
        ({b'host': b'evil.example', b'origin': b'https://evil.example'}, 'websocket.close'),
        ({b'origin': b'https://chat.example'}, 'websocket.close'),
    ],
)
async def test_socket_is_accepted_only_from_our_own_pages(headers: dict[bytes, bytes], answer: str):
    assert [message['type'] for message in await talk({'type': 'websocket', 'path': '/', 'headers': list(headers.items())})] == [answer]


async def test_forwarded_prefix_is_stripped_and_nothing_else():
    heard = (await ask(x_forwarded_prefix='//evil.example', x_other='kept')).json()

    assert heard['x-other'] == 'kept'
    assert 'x-forwarded-prefix' not in heard


async def test_body_passes_up_to_the_limit():
    answer = await ask('/body', 'POST', content=b'x' * MAX_BODY, origin='http://chat.example')

    assert answer.json() == MAX_BODY


@pytest.mark.parametrize('is_announced', [True, False])
async def test_body_is_refused_beyond_the_limit(is_announced: bool):
    async def chunks():
        for _ in range(20):
            yield b'x' * 100

    content = b'x' * (MAX_BODY + 1) if is_announced else chunks()

    answer = await ask('/body', 'POST', content=content, origin='http://chat.example')

    assert answer.status_code == 413


async def test_endless_body_is_not_read_to_its_end():
    read = 0

    async def endless():
        nonlocal read
        while True:
            read += 1
            yield b'x' * 100

    answer = await asyncio.wait_for(ask('/body', 'POST', content=endless(), origin='http://chat.example'), 20)

    assert answer.status_code == 413
    assert read <= MAX_BODY / 100 + 2


@pytest.mark.parametrize('path', ['/', '/html', '/page'])
async def test_every_answer_carries_the_security_headers(path: str):
    headers = (await ask(path)).headers

    assert headers['x-content-type-options'] == 'nosniff'
    assert headers['x-frame-options'] == 'DENY'
    assert headers['referrer-policy'] == 'same-origin'
    assert headers['cross-origin-opener-policy'] == 'same-origin'
    assert headers['cross-origin-resource-policy'] == 'same-origin'
    assert 'geolocation=()' in headers['permissions-policy']
    assert "frame-ancestors 'none'" in headers['content-security-policy']
    assert 'strict-transport-security' not in headers


async def test_browsers_are_told_to_stay_with_https_when_it_is_on():
    assert (await ask(app=guarded(https=True))).headers['strict-transport-security'] == 'max-age=31536000'


async def test_list_of_people_alone_may_be_framed_and_by_our_own_pages_alone():
    headers = (await ask('/people')).headers

    assert headers['x-frame-options'] == 'SAMEORIGIN'
    assert "frame-ancestors 'self'" in headers['content-security-policy']
    assert "script-src 'none'" in headers['content-security-policy']


@pytest.mark.parametrize('path', ['/html', '/page', '/people/', '/peoples', '/rooms/people'])
async def test_no_other_page_may_be_framed_and_none_frames_another_site(path: str):
    headers = (await ask(path)).headers

    assert headers['x-frame-options'] == 'DENY'
    assert "frame-ancestors 'none'" in headers['content-security-policy']
    assert "frame-ancestors 'self'" not in headers['content-security-policy']
    assert path == '/rooms/people' or "frame-src 'self';" in headers['content-security-policy']


async def test_nicegui_page_gets_a_fresh_nonce_on_its_own_scripts():
    answer, other = await ask('/page'), await ask('/page')

    policy = answer.headers['content-security-policy']
    nonce = re.search("'nonce-(.{24})'", policy)[1]
    assert nonce not in other.headers['content-security-policy']
    assert answer.text == f'<script nonce="{nonce}">1</script><p>&lt;script></p><script nonce="{nonce}" type="module"></script>'
    assert f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval';" in policy
    assert int(answer.headers['content-length']) == len(answer.content)
    assert 'x-nicegui-content' not in answer.headers


async def test_nicegui_page_gets_its_nonces_when_it_comes_in_pieces():
    assert re.fullmatch('<script nonce="[^"]+">1</script>', (await ask('/chunks')).text)


async def test_plain_page_may_run_no_script_and_is_not_stored():
    answer = await ask('/html')

    assert "script-src 'none'" in answer.headers['content-security-policy']
    assert answer.headers['cache-control'] == 'no-store'
    assert answer.text == '<script>1</script>'


async def test_headers_that_the_application_set_are_kept_but_the_server_name_is_not():
    headers = (await ask('/own')).headers

    assert headers.get_list('content-security-policy') == ['sandbox']
    assert headers.get_list('cache-control') == ['private']
    assert headers.get_list('x-frame-options') == ['SAMEORIGIN']
    assert 'server' not in headers


async def test_error_of_the_application_is_not_swallowed():
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await ask(app=guarded(broken))
