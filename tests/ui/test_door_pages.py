"""The plain pages themselves: for password managers, screen readers and eyes; nothing of what people typed is markup."""

from collections.abc import AsyncIterator

import pytest

import livechat
from livechat.domain.limits import Limits
from livechat.ui.current import set_chat
from livechat.ui.door_pages import error_page, not_found_page, server_error_page
from tests.fakes import FakeClock
from tests.ui.door_page import EVIL, Page
from tests.ui.door_stand import SET_UP_TOKEN, DoorStand, door_stand


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[DoorStand]:
    async with door_stand(clock, Limits()) as stand:
        yield stand


async def test_forms_have_the_names_and_purposes_that_password_managers_look_for(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        set_up = Page((await browser.get('/setup', params={'token': SET_UP_TOKEN})).text)
        await stand.set_up()
        sign_in, register = [Page((await browser.get(path)).text) for path in ('/login', '/register')]

    assert set_up.labels() == {'name': 'Name', 'password': 'Password', 'server_name': 'Server'}
    assert sign_in.labels() == {'name': 'Name', 'password': 'Password'}
    assert register.labels() == {'name': 'Name', 'password': 'Password', 'email': 'E-mail'}
    assert [next(text for text in page.texts if text[0] == 'button') for page in (set_up, sign_in, register)] == [
        ('button', 'Create server'),
        ('button', 'Sign in'),
        ('button', 'Create account'),
    ]
    assert [page.attributes('input', id='password')['autocomplete'] for page in (set_up, sign_in, register)] == [
        'new-password',
        'current-password',
        'new-password',
    ]
    for page in (set_up, sign_in, register):
        assert page.attributes('input', id='name')['autocomplete'] == 'username'
        assert page.attributes('form')['method'] == 'post'
        assert page.focused() == ['name']
    assert ('title', 'Sign in · Harbour house') in sign_in.texts


async def test_error_is_bound_to_its_field_which_has_the_focus(stand: DoorStand) -> None:
    await stand.set_up()
    async with stand.browser() as browser:
        page = Page((await browser.post('/register', data={'name': 'Bo', 'password': 'short'})).text)

    field = page.attributes('input', id='password')
    assert (field['aria-invalid'], field['aria-describedby']) == ('true', 'password-error')
    assert page.attributes('p', id='password-error')['role'] == 'alert'
    assert page.focused() == ['password']
    assert 'aria-invalid' not in page.attributes('input', id='name')


async def test_whatever_was_typed_stays_text(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        pages = [await browser.post('/setup', data={'name': EVIL, 'server_name': EVIL, 'token': SET_UP_TOKEN})]
        await stand.chat.accounts.set_up(SET_UP_TOKEN, name=EVIL, password='correct horse', server_name=EVIL)
        pages += [
            await browser.get('/login', params={'next': '/' + EVIL}),
            await browser.post('/login', data={'name': EVIL, 'password': 'x', 'next': '/' + EVIL}),
            await browser.post('/register', data={'name': EVIL, 'password': 'correct horse', 'email': EVIL}),
        ]
        await browser.post('/login', data={'name': EVIL, 'password': 'correct horse'})
        pages += [await browser.get('/logout'), await browser.get('/' + EVIL)]

    for response in pages:
        page = Page(response.text)
        assert 'alert(1)' in response.text
        assert not {'script', 'b'} & {tag for tag, _ in page.elements}


async def test_token_of_a_wrong_set_up_address_is_not_repeated(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        assert 'alert(1)' not in (await browser.get('/setup', params={'token': EVIL})).text


async def test_no_page_has_a_script_or_tells_strangers_the_version(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        pages = [await browser.get('/'), await browser.get('/setup', params={'token': SET_UP_TOKEN})]
        await stand.set_up()
        pages += [await browser.get('/login'), await browser.get('/register'), await browser.post('/nowhere')]

    for response in pages:
        assert '<script' not in response.text
        assert ' on' not in ' '.join(name for _, attrs in Page(response.text).elements for name in attrs)
        assert livechat.__version__ not in response.text
        assert response.headers['cache-control'] == 'no-store'


@pytest.mark.parametrize(
    ('method', 'path', 'status', 'title'),
    [
        ('GET', '/nowhere', 404, 'Nothing here'),
        ('GET', '/static/nowhere.css', 404, 'Nothing here'),
        ('DELETE', '/logout', 405, 'That does not work here'),
        ('GET', '/crash', 500, 'Something went wrong'),
    ],
)
async def test_what_goes_wrong_is_a_plain_page(stand: DoorStand, method: str, path: str, status: int, title: str) -> None:
    await stand.set_up()
    browser = await stand.signed_in_browser()

    response = await browser.request(method, path)

    assert response.status_code == status
    assert f'<h1>{title}</h1>' in response.text
    assert 'Harbour house' in response.text
    assert 'a secret of the server' not in response.text
    await browser.aclose()


async def test_error_page_needs_nothing_that_could_be_broken(stand: DoorStand) -> None:
    await stand.set_up()
    assert 'Harbour house' in bytes((await error_page(503)).body).decode()

    set_chat(None)
    pages = {503: await error_page(503), 404: not_found_page(None), 500: server_error_page(None)}

    for status, response in pages.items():
        assert response.status_code == status
        assert 'Harbour house' in bytes(response.body).decode()
