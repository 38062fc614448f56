"""Who is let in at all: what the admins decided about registering, addresses that are kept out, guests who leave."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from starlette.types import Message, Receive, Scope, Send

from livechat.domain.limits import Limits
from livechat.domain.policy import Policy, Registration
from livechat.ui.door import Door
from tests.fakes import FakeClock
from tests.ui.door_page import Page
from tests.ui.door_stand import PASSWORD, DoorStand, door_stand

BAD_ADDRESS = '9.9.9.9'


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[DoorStand]:
    async with door_stand(clock, Limits()) as stand:
        await stand.set_up()
        yield stand


@pytest.mark.parametrize(
    ('registration', 'guests', 'heading', 'words'),
    [
        (Registration.INVITED, True, 'By invitation', 'Ask somebody inside to send you one'),
        (Registration.CLOSED, True, 'No new accounts', 'can still invite you as a guest'),
        (Registration.CLOSED, False, 'No new accounts', 'This server takes no new accounts.'),
    ],
)
async def test_who_may_not_register_is_told_what_to_do_instead(
    stand: DoorStand, registration: Registration, guests: bool, heading: str, words: str
) -> None:
    await stand.decide(Policy(registration=registration, guests=guests))
    async with stand.browser() as browser:
        page = await browser.get('/register', params={'next': '/rooms/lobby'})
        posted = await browser.post('/register', data={'name': 'Bo Lind', 'password': PASSWORD})
        sign_in = Page((await browser.get('/login')).text)

    assert (page.status_code, posted.status_code) == (200, 403)
    for response in (page, posted):
        assert Page(response.text).heading == heading
        assert words in response.text
        assert ('as a guest' in response.text) is (registration is Registration.CLOSED and guests)
        assert Page(response.text).labels() == {}
    assert 'set-cookie' not in posted.headers
    assert 'Create an account' not in sign_in.words['a']
    assert await stand.stores.users.by_login(name_key='bo lind', username='bo.lind') is None


async def test_sign_in_page_offers_an_account_where_anybody_may_make_one(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        page = Page((await browser.get('/login', params={'next': '/rooms/lobby'})).text)

    assert 'Create an account' in page.words['a']
    assert '/register?next=%2Frooms%2Flobby' in {attrs.get('href') for tag, attrs in page.elements if tag == 'a'}


async def test_guest_who_leaves_is_told_how_to_come_back(stand: DoorStand) -> None:
    path = await stand.invitation()
    async with stand.browser() as guest, aclosing(await stand.signed_in_browser()) as account:
        await guest.post(path, data={'name': 'Mira'})
        asked, other = await guest.get('/logout'), await account.get('/logout')

    assert 'As a guest you can come back under this name in this browser.' in asked.text
    assert ('Keep your name', '/profile') in zip(Page(asked.text).words['a'], hrefs(asked.text), strict=False)
    assert 'As a guest' not in other.text


def hrefs(html: str) -> list[str | None]:
    return [attrs['href'] for tag, attrs in Page(html).elements if tag == 'a']


async def ban(stand: DoorStand, *, address: str = BAD_ADDRESS) -> str:
    """Somebody who came from there, and their sign-in's token."""
    bo = await stand.member('Bo Lind')
    async with stand.browser(address=address) as browser:
        assert (await browser.post('/login', data={'name': 'Bo Lind', 'password': PASSWORD})).status_code == 303
        token = browser.cookies['livechat']
        await stand.chat.moderation.ban(await stand.owner(), bo.id, addresses=True)
        return token


@pytest.mark.parametrize('method', ['GET', 'POST'])
@pytest.mark.parametrize('path', ['/', '/login', '/register', '/join/x', '/reset/x', '/logout', '/healthz', '/_nicegui_ws/socket.io/'])
async def test_banned_address_gets_one_plain_page_whatever_it_asks_for(stand: DoorStand, path: str, method: str) -> None:
    await ban(stand)
    async with stand.browser(address=BAD_ADDRESS) as browser, stand.browser() as other:
        response = await browser.request(method, path)

        assert response.status_code == 403
        assert Page(response.text).heading == 'Closed to you'
        assert Page(response.text).words.get('a') is None
        assert 'set-cookie' not in response.headers
        assert (await other.get('/login')).status_code == 200
    assert [scope for scope in stand.seen if scope['client'][0] == BAD_ADDRESS] == []


async def test_banned_address_still_gets_files_for_its_page(stand: DoorStand) -> None:
    await ban(stand)
    async with stand.browser(address=BAD_ADDRESS) as browser:
        assert (await browser.get('/static/door.css')).status_code == 200
        assert (await browser.get('/_nicegui/client/1/upload/5')).status_code == 403


async def test_whoever_is_signed_in_is_refused_at_a_banned_address_too(stand: DoorStand) -> None:
    browser = await stand.signed_in_browser()
    await ban(stand)

    async with stand.browser(address=BAD_ADDRESS) as there:
        response = await there.get('/', headers={'Cookie': f'livechat={browser.cookies["livechat"]}'})

        assert (await browser.get('/')).status_code == 200
        assert response.status_code == 403
    await browser.aclose()


async def test_banned_person_is_a_stranger_elsewhere_and_cannot_sign_in(stand: DoorStand) -> None:
    token = await ban(stand)
    async with stand.browser(address='192.0.2.44') as browser:
        asked = await browser.get('/', headers={'Cookie': f'livechat={token}'})
        refused = await browser.post('/login', data={'name': 'Bo Lind', 'password': PASSWORD})

    assert asked.headers['location'] == '/login'
    assert refused.status_code == 403
    assert 'You cannot come in here.' in refused.text
    assert 'set-cookie' not in refused.headers


@pytest.mark.parametrize('path', ['/_nicegui_ws/socket.io/', '/api'])
@pytest.mark.parametrize(('address', 'is_let_in'), [(BAD_ADDRESS, False), ('192.0.2.1', True)])
async def test_socket_from_a_banned_address_is_refused_before_anybody_sees_it(
    stand: DoorStand, path: str, address: str, is_let_in: bool
) -> None:
    await ban(stand)
    token, _ = await stand.chat.accounts.start_sign_in((await stand.owner()).id, user_agent='')
    seen: list[Scope] = []
    sent: list[Message] = []

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def receive() -> Message:
        return {'type': 'websocket.connect'}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b'cookie', f'livechat={token}'.encode())]
    scope = {'type': 'websocket', 'scheme': 'ws', 'path': path, 'headers': headers, 'client': (address, 1)}
    await Door(inside)(scope, receive, send)

    assert bool(seen) is is_let_in
    assert sent == ([] if is_let_in else [{'type': 'websocket.close', 'code': 1008}])
