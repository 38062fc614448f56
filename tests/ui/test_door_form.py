"""What strangers may send: forms of a sane size at a sane speed, and places to go that are here."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request

from livechat.domain.limits import Limits
from livechat.ui.door_form import MAX_FIELDS, MAX_FORM_BYTES, MAX_NEXT_CHARS, address_of, local_path
from tests.fakes import FakeClock
from tests.ui.door_stand import DoorStand, door_stand

FORM = {'Content-Type': 'application/x-www-form-urlencoded'}


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[DoorStand]:
    async with door_stand(clock, Limits()) as stand:
        await stand.set_up()
        yield stand


@pytest.mark.parametrize(
    'target',
    [
        None,
        '',
        'rooms',
        '//evil.example',
        '///evil.example',
        '/\\evil.example',
        '\\\\evil.example',
        '\\/evil.example',
        '/\t/evil.example',
        '/\n/evil.example',
        '\t//evil.example',
        ' //evil.example',
        '/\r\nSet-Cookie: a=b',
        '/rooms\\..\\x',
        'https:evil.example',
        'https://evil.example',
        'https:/evil.example',
        'http:///evil.example',
        'HTTPS:evil',
        'javascript:alert(1)',
        'data:text/html,x',
        '/\x00',
        '/\x7f',
        '/\u2028/evil',
        '/\u202e',
        '/\ud800',
        '//[evil',
        '/login',
        '/logout',
        '/login?next=/login',
        '/setup?token=x',
        '/' + 'x' * MAX_NEXT_CHARS,
    ],
)
def test_place_that_is_not_here_leads_home(target: str | None) -> None:
    assert local_path(target) == '/'


@pytest.mark.parametrize(
    'target',
    [
        '/',
        '/rooms/lobby',
        '/rooms/lobby?m=12',
        '/rooms/日本語',
        '/rooms/%E6%97%A5',
        '/rooms/a%2F%2Fb',
        '/search?q=https://x.example',
        '/#top',
    ],
)
def test_place_on_this_server_is_kept(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize(
    ('client', 'counted_as'),
    [
        (('192.0.2.7', 1), '192.0.2.7'),
        (('2001:db8:1:2:3:4:5:6', 1), '2001:db8:1:2::/64'),
        (('::ffff:192.0.2.7', 1), '192.0.2.7'),
        (('fe80::1%eth0', 1), 'fe80::/64'),
        (('a-unix-socket', 0), 'a-unix-socket'),
        (None, ''),
    ],
)
def test_tries_are_counted_for_whoever_owns_the_address(client: tuple[str, int] | None, counted_as: str) -> None:
    assert address_of(Request({'type': 'http', 'headers': [], 'client': client})) == counted_as


@pytest.mark.parametrize(
    ('body', 'status'),
    [
        (b'', 422),
        (b'name', 422),
        (b'&&&=&=', 422),
        (b'name=%00&password=%00', 422),
        (b'name=%ff&password=x', 400),
        (b'\xff\xfe', 400),
        (b'a=1&' * (MAX_FIELDS + 1), 400),
        (b'name=' + b'x' * (MAX_FORM_BYTES - 5), 422),
        (b'name=' + b'x' * (MAX_FORM_BYTES - 4), 413),
    ],
)
async def test_odd_form_is_answered_with_a_page(stand: DoorStand, body: bytes, status: int) -> None:
    async with stand.browser() as browser:
        response = await browser.post('/login', content=body, headers=FORM)

    assert response.status_code == status
    assert '<h1>' in response.text


@pytest.mark.parametrize('content_type', ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'multipart/form-data', ''])
async def test_body_that_is_no_form_is_refused(stand: DoorStand, content_type: str) -> None:
    async with stand.browser() as browser:
        response = await browser.post('/login', content=b'{}', headers={'Content-Type': content_type})

    assert response.status_code == 415
    assert '<h1>That did not work</h1>' in response.text


async def test_body_that_never_ends_is_given_up(stand: DoorStand) -> None:
    never = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b'name=Ana'
        await never.wait()

    async with stand.browser() as browser:
        response = await browser.post('/login', content=slowly(), headers=FORM)

    assert (response.status_code, response.headers['connection']) == (408, 'close')
    assert 'That took too long' in response.text


async def test_body_without_a_length_is_counted_as_it_comes(stand: DoorStand) -> None:
    sent = 0

    async def endlessly() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1024
            yield b'x' * 1024

    async with stand.browser() as browser:
        response = await browser.post('/login', content=endlessly(), headers=FORM)

    assert response.status_code == 413
    assert sent <= MAX_FORM_BYTES + 2 * 1024
