"""Who forgot their password: whom to ask, a mail, and the link that sets a new one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from livechat.domain.limits import Limits
from livechat.domain.model import ServerRole, User
from livechat.domain.password_help import FORGOT_PER_ADDRESS
from tests.fakes import FakeClock
from tests.ui.door_page import Page
from tests.ui.door_stand import PASSWORD, DoorStand, door_stand

NEW_PASSWORD = 'battery staple'
LASTS_S = 4 * 3_600


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[DoorStand]:
    async with door_stand(clock, Limits()) as stand:
        await stand.set_up()
        yield stand


@pytest.fixture
async def bo(stand: DoorStand) -> User:
    return await stand.member('Bo Lind')


async def link(stand: DoorStand, who: User) -> str:
    return f'/reset/{await stand.chat.passwords_help.make_link(await stand.owner(), who.id)}'


async def test_new_password_is_one_field_and_signs_in(stand: DoorStand, bo: User) -> None:
    path = await link(stand, bo)
    async with stand.browser() as browser:
        page = Page((await browser.get(path)).text)
        response = await browser.post(path, data=page.form() | {'password': NEW_PASSWORD})

        assert page.heading == 'New password for Bo Lind'
        assert page.labels() == {'password': 'New password'}
        assert page.attributes('input', id='password')['autocomplete'] == 'new-password'
        assert page.attributes('input', autocomplete='username')['value'] == bo.username
        assert page.focused() == ['password']
        assert response.status_code == 303
        assert (await browser.get('/')).text == 'inside as Bo Lind'
        await browser.post('/logout')
        old, new = [await browser.post('/login', data={'name': 'Bo Lind', 'password': each}) for each in (PASSWORD, NEW_PASSWORD)]
        assert (old.status_code, new.status_code) == (422, 303)


async def test_new_password_ends_the_other_sign_ins(stand: DoorStand, bo: User) -> None:
    path = await link(stand, bo)
    async with stand.browser() as lost, stand.browser() as browser:
        await lost.post('/login', data={'name': 'Bo Lind', 'password': PASSWORD})
        assert (await lost.get('/')).status_code == 200

        await browser.post(path, data={'password': NEW_PASSWORD})

        assert (await lost.get('/')).headers['location'] == '/login'


async def test_looking_at_a_link_uses_it_up_as_little_as_a_password_that_is_refused(stand: DoorStand, bo: User) -> None:
    path = await link(stand, bo)
    async with stand.browser() as bot, stand.browser() as browser:
        for method in ('GET', 'HEAD', 'GET'):
            assert (await bot.request(method, path)).status_code == 200
        refused = await browser.post(path, data={'password': 'short'})
        taken = await browser.post(path, data={'password': NEW_PASSWORD})

    assert refused.status_code == 422
    assert 'id="password-error" role="alert"' in refused.text
    assert 'short"' not in refused.text
    assert taken.status_code == 303


@pytest.mark.parametrize('why', ['used', 'expired', 'forged'])
@pytest.mark.parametrize('method', ['GET', 'POST'])
async def test_link_that_is_no_use_any_more_says_how_to_get_another(stand: DoorStand, bo: User, why: str, method: str) -> None:
    path = await link(stand, bo)
    async with stand.browser() as other, stand.browser() as browser:
        match why:
            case 'used':
                assert (await other.post(path, data={'password': NEW_PASSWORD})).status_code == 303
            case 'expired':
                stand.clock.advance(LASTS_S + 1)
            case _:
                path = f'/reset/{"x" * 43}'
        response = await browser.request(method, path, data={'password': NEW_PASSWORD} if method == 'POST' else None)

    assert response.status_code == 410
    assert 'This link was used or has expired.' in response.text
    assert 'Bo Lind' not in response.text
    assert 'set-cookie' not in response.headers
    assert 'Get a new link' in Page(response.text).words['a']


@pytest.mark.parametrize('token', ['x', '%00', '%ff', '0' * 5_000, '..%2f', 'x/y'])
async def test_address_that_never_was_a_link_is_answered_calmly(stand: DoorStand, token: str) -> None:
    async with stand.browser() as browser:
        answers = [await browser.get(f'/reset/{token}'), await browser.post(f'/reset/{token}', data={'password': NEW_PASSWORD})]

    assert [answer.status_code for answer in answers] == [410, 410]


async def test_link_goes_into_no_referrer(stand: DoorStand, bo: User) -> None:
    async with stand.browser() as browser:
        response = await browser.get(await link(stand, bo))

    assert response.headers['referrer-policy'] == 'strict-origin'


async def test_without_mail_the_page_says_whom_to_ask(stand: DoorStand, bo: User) -> None:
    await stand.chat.accounts.add_user('Cy Admin', PASSWORD, ServerRole.ADMIN)
    async with stand.browser() as browser:
        sign_in = Page((await browser.get('/login')).text)
        answers = [await browser.get('/forgot'), await browser.post('/forgot', data={'name': 'Bo Lind'})]

    assert 'Forgot password?' in sign_in.words['a']
    for response in answers:
        page = Page(response.text)
        assert response.status_code == 200
        assert page.labels() == {}
        assert page.words['li'] == ['AAna Torresowner', 'CCy Adminadmin']
        assert bo.display_name not in response.text


class Mails:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def send(self, *, to: str, subject: str, text: str) -> None:
        self.sent.put_nowait((to, text))


@pytest.mark.parametrize('asked', ['Bo Lind', 'BO@example.org', 'Nobody', 'nobody@example.org', '', 'Ana Torres', '\x00'])
async def test_with_mail_the_answer_is_the_same_for_everybody(clock: FakeClock, asked: str) -> None:
    async with mailing_stand(clock, Mails()) as stand, stand.browser() as browser:
        page = Page((await browser.get('/forgot')).text)
        response = await browser.post('/forgot', data=page.form() | {'name': asked})

        assert page.labels() == {'name': 'Name or e-mail'}
        assert response.status_code == 200
        assert Page(response.text).heading == 'Look into your mail'
        assert (asked or 'nothing') not in response.text


async def test_link_that_was_mailed_sets_a_new_password(clock: FakeClock) -> None:
    mails = Mails()
    async with mailing_stand(clock, mails) as stand, stand.browser() as browser:
        await browser.post('/forgot', data={'name': 'bo@example.org'})
        async with asyncio.timeout(20):
            to, text = await mails.sent.get()
        path = next(word for word in text.split() if '/reset/' in word).removeprefix('https://chat.example')
        response = await browser.post(path, data={'password': NEW_PASSWORD})

        assert to == 'bo@example.org'
        assert response.status_code == 303
        assert (await browser.get('/')).text == 'inside as Bo Lind'


async def test_asking_too_often_says_how_long_to_wait(clock: FakeClock) -> None:
    async with mailing_stand(clock, Mails()) as stand, stand.browser() as browser:
        answers = [await browser.post('/forgot', data={'name': f'Nobody {n}'}) for n in range(FORGOT_PER_ADDRESS + 1)]

    assert [answer.status_code for answer in answers] == [200] * FORGOT_PER_ADDRESS + [429]
    assert int(answers[-1].headers['retry-after']) > 0
    assert f'value="Nobody {FORGOT_PER_ADDRESS}"' in answers[-1].text


@asynccontextmanager
async def mailing_stand(clock: FakeClock, mails: Mails) -> AsyncIterator[DoorStand]:
    async with door_stand(clock, Limits(), mailer=mails, public_url='https://chat.example') as stand:
        await stand.set_up()
        await stand.chat.accounts.register(name='Bo Lind', password=PASSWORD, email='bo@example.org', join=None)
        yield stand
