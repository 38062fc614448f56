"""Who gets past the door, over HTTP and over sockets, and with what."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from livechat.domain.limits import Limits
from livechat.ui.door import Door
from tests.fakes import FakeClock
from tests.ui.door_stand import DoorStand, door_stand

DAY_S = 86_400.0


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[DoorStand]:
    async with door_stand(clock, Limits()) as stand:
        yield stand


@pytest.mark.parametrize('path', ['/', '/login', '/register', '/logout', '/rooms/lobby', '/nowhere', '/_nicegui_ws/socket.io/'])
@pytest.mark.parametrize('method', ['GET', 'POST'])
async def test_without_an_owner_every_address_says_to_open_the_printed_one(stand: DoorStand, method: str, path: str) -> None:
    async with stand.browser() as browser:
        response = await browser.request(method, path)

    assert response.status_code == 503
    assert 'the address that the server printed' in response.text
    assert stand.seen == []


@pytest.mark.parametrize(
    'path', ['/healthz', '/static/tokens.css', '/static/door.css', '/static/icon.svg', '/_nicegui/3.18.0/static/vue.js']
)
async def test_files_and_health_need_neither_owner_nor_sign_in(stand: DoorStand, path: str) -> None:
    async with stand.browser() as browser:
        assert (await browser.get(path)).status_code == 200
        await stand.set_up()
        assert (await browser.get(path)).status_code == 200


@pytest.mark.parametrize(
    ('path', 'target'),
    [
        ('/', '/login'),
        ('/rooms/lobby', '/login?next=%2Frooms%2Flobby'),
        ('/nowhere?a=1&b=%26', '/login?next=%2Fnowhere%3Fa%3D1%26b%3D%2526'),
        ('//evil.example/', '/login'),
        ('/_nicegui_ws/socket.io/?transport=polling', '/login?next=%2F_nicegui_ws%2Fsocket.io%2F%3Ftransport%3Dpolling'),
        ('/_nicegui/client/1/upload/5', '/login?next=%2F_nicegui%2Fclient%2F1%2Fupload%2F5'),
    ],
)
async def test_stranger_who_asks_for_a_page_is_led_to_the_sign_in(stand: DoorStand, path: str, target: str) -> None:
    await stand.set_up()
    async with stand.browser() as browser:
        response = await browser.get(httpx.URL('http://chat.local').copy_with(raw_path=path.encode()))

    assert (response.status_code, response.headers['location']) == (303, target)
    assert stand.seen == []


@pytest.mark.parametrize(
    ('method', 'headers'),
    [('POST', {}), ('PUT', {}), ('DELETE', {}), ('GET', {'Sec-Fetch-Dest': 'image'}), ('GET', {'Sec-Fetch-Dest': 'iframe'})],
)
async def test_stranger_who_asks_for_anything_else_is_refused(stand: DoorStand, method: str, headers: dict[str, str]) -> None:
    await stand.set_up()
    async with stand.browser() as browser:
        response = await browser.request(method, '/rooms/lobby', headers=headers)

    assert response.status_code == 403
    assert 'Sign in first.' in response.text
    assert stand.seen == []


@pytest.mark.parametrize('path', ['/login', '/register'])
async def test_pages_for_strangers_lead_home_when_signed_in(stand: DoorStand, path: str) -> None:
    await stand.set_up()
    browser = await stand.signed_in_browser()

    response = await browser.get(path)

    assert (response.status_code, response.headers['location']) == (303, '/')
    await browser.aclose()


@pytest.mark.parametrize(
    'cookie',
    [
        'livechat=',
        'livechat=short',
        f'livechat={"x" * 43}',
        f'livechat={"é" * 43}',
        'livechat=' + 'x' * 8_000,
        '; ;=;=',
        '__Host-livechat={token}',
    ],
)
async def test_cookie_that_is_no_sign_in_is_a_strangers(stand: DoorStand, cookie: str) -> None:
    await stand.set_up()
    signed_in = await stand.signed_in_browser()
    token = signed_in.cookies['livechat']
    await signed_in.aclose()
    async with stand.browser() as browser:
        inside = await browser.get('/', headers={'Cookie': f'other=1; livechat={token}'})
        response = await browser.get('/', headers=[(b'cookie', cookie.format(token=token).encode('latin-1'))])

    assert inside.status_code == 200
    assert response.headers['location'] == '/login'


async def test_plain_cookie_counts_for_nothing_behind_https(stand: DoorStand) -> None:
    await stand.set_up()
    secure = await stand.signed_in_browser(https=True)
    token = secure.cookies['__Host-livechat']

    async with stand.browser(https=True) as browser:
        response = await browser.get('/', headers={'Cookie': f'livechat={token}'})

    assert (await secure.get('/')).status_code == 200
    assert response.headers['location'] == '/login'
    await secure.aclose()


async def test_cookie_is_renewed_with_the_sign_in_and_at_no_other_time(stand: DoorStand) -> None:
    await stand.set_up()
    browser = await stand.signed_in_browser()
    token = browser.cookies['livechat']
    assert 'set-cookie' not in (await browser.get('/')).headers

    stand.clock.advance(DAY_S)
    renewed, next_one = await browser.get('/'), await browser.get('/')

    assert renewed.headers['set-cookie'].startswith(f'livechat={token}; Max-Age={90 * 86_400}; ')
    assert 'set-cookie' not in next_one.headers
    await browser.aclose()


async def test_signing_out_clears_a_cookie_that_is_due_for_renewal(stand: DoorStand) -> None:
    await stand.set_up()
    browser = await stand.signed_in_browser()
    stand.clock.advance(DAY_S)

    response = await browser.post('/logout')

    assert response.headers.get_list('set-cookie') == ['livechat=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax']
    await browser.aclose()


async def test_sign_in_of_ninety_days_ago_is_a_strangers(stand: DoorStand) -> None:
    await stand.set_up()
    browser = await stand.signed_in_browser()

    stand.clock.advance(90 * DAY_S + 1)

    assert (await browser.get('/', headers={'Cookie': f'livechat={browser.cookies["livechat"]}'})).headers['location'] == '/login'
    await browser.aclose()


class Inside:
    """What stands behind the door: keeps the scopes it got and accepts every socket."""

    def __init__(self) -> None:
        self.seen: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope)
        await receive()
        await send({'type': 'websocket.accept', 'headers': [(b'x-inside', b'1')]})


async def connect(door: Door, scope: Scope) -> list[Message]:
    """Open a socket; return what was sent to it."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {'type': 'websocket.connect'}

    async def send(message: Message) -> None:
        sent.append(message)

    await door(scope, receive, send)
    return sent


def socket_scope(token: str | None = None, **more: Any) -> Scope:
    headers = [(b'cookie', f'livechat={token}'.encode())] if token else []
    return {'type': 'websocket', 'scheme': 'ws', 'path': '/_nicegui_ws/socket.io/', 'headers': headers, **more}


@pytest.mark.parametrize('has_owner', [False, True])
async def test_socket_of_a_stranger_is_refused_before_anybody_sees_it(stand: DoorStand, has_owner: bool) -> None:
    if has_owner:
        await stand.set_up()
    inside = Inside()

    sent = [await connect(Door(inside), {**socket_scope(token), 'path': '/api'}) for token in (None, 'x' * 43)]

    assert sent == [[{'type': 'websocket.close', 'code': 1008}]] * 2
    assert inside.seen == []


async def test_pages_socket_of_a_stranger_reaches_its_guard_without_a_sign_in(stand: DoorStand) -> None:
    await stand.set_up()
    inside = Inside()

    await connect(Door(inside), socket_scope('x' * 43))

    assert ['signed_in' in scope['state'] for scope in inside.seen] == [False]


async def test_socket_of_a_person_brings_their_sign_in(stand: DoorStand) -> None:
    owner = await stand.set_up()
    token, sign_in = await stand.chat.accounts.start_sign_in(owner.id, user_agent='')
    inside = Inside()

    sent = await connect(Door(inside), socket_scope(token))

    assert sent == [{'type': 'websocket.accept', 'headers': [(b'x-inside', b'1')]}]
    assert inside.seen[0]['state']['signed_in'].user == owner
    assert inside.seen[0]['state']['signed_in'].sign_in == sign_in


async def test_socket_that_renews_the_sign_in_renews_the_cookie(stand: DoorStand) -> None:
    owner = await stand.set_up()
    token, _ = await stand.chat.accounts.start_sign_in(owner.id, user_agent='')
    stand.clock.advance(DAY_S)

    sent = await connect(Door(Inside()), socket_scope(token))

    assert [name for name, _ in sent[0]['headers']] == [b'x-inside', b'set-cookie']


async def test_state_is_not_shared_between_requests(stand: DoorStand) -> None:
    owner = await stand.set_up()
    token, _ = await stand.chat.accounts.start_sign_in(owner.id, user_agent='')
    shared = {'of the server': 1, 'signed_in': 'somebody else'}
    inside = Inside()

    await connect(Door(inside), socket_scope(token, state=shared))
    await connect(Door(inside), socket_scope(token, state=shared))

    assert shared == {'of the server': 1, 'signed_in': 'somebody else'}
    assert [scope['state']['of the server'] for scope in inside.seen] == [1, 1]
    assert inside.seen[0]['state'] is not inside.seen[1]['state']
    assert inside.seen[0]['state']['signed_in'].user == owner


async def test_stranger_has_no_sign_in_that_a_server_left_in_its_state(stand: DoorStand) -> None:
    await stand.set_up()
    inside = Inside()
    request = {'type': 'http', 'method': 'GET', 'scheme': 'http', 'path': '/login', 'headers': [], 'state': {'signed_in': 'somebody else'}}

    await connect(Door(inside), request)

    assert inside.seen[0]['state'] == {}


async def test_lifespan_passes(stand: DoorStand) -> None:
    inside = Inside()

    await connect(Door(inside), {'type': 'lifespan'})

    assert inside.seen == [{'type': 'lifespan'}]
