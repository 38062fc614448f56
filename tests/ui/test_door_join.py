"""Coming in by an invitation, over HTTP: the page, what it posts, and every link that lets nobody in."""

import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from livechat.domain.invitation import InvitedAs
from livechat.domain.limits import Limits
from livechat.domain.model import User, UserKind
from livechat.domain.policy import Policy
from tests.fakes import FakeClock
from tests.ui.door_page import EVIL, Page
from tests.ui.door_stand import PASSWORD, DoorStand, door_stand

SECRET_ROOM = 'Surprise for Bo'


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[DoorStand]:
    async with door_stand(clock, Limits()) as stand:
        await stand.set_up()
        yield stand


@pytest.fixture
async def path(stand: DoorStand) -> str:
    """Of an invitation into a private room, as a guest."""
    return await stand.invitation(room=SECRET_ROOM)


async def members(stand: DoorStand, name: str = SECRET_ROOM) -> set[str]:
    room = await stand.room(name)
    return {member.person.display_name for member in await stand.stores.rooms.members(room.id)}


async def home(stand: DoorStand) -> str:
    return f'/rooms/{(await stand.room(SECRET_ROOM)).slug}'


async def test_guest_types_a_name_and_is_in_the_room(stand: DoorStand, path: str) -> None:
    async with stand.browser() as browser:
        page = Page((await browser.get(path)).text)
        response = await browser.post(path, data=page.form() | {'name': 'Mira'})

        assert page.heading == f'Ana Torres invites you to # {SECRET_ROOM}'
        assert page.labels() == {'name': 'Name'}
        assert (page.buttons, page.focused()) == (['Join'], ['name'])
        assert (response.status_code, response.headers['location']) == (303, await home(stand))
        assert (await browser.get(await home(stand))).text == 'inside as Mira'
    assert await members(stand) == {'Ana Torres', 'Mira'}


async def test_invitation_to_the_server_names_it_and_leads_to_its_lobby(stand: DoorStand) -> None:
    path = await stand.invitation()
    async with stand.browser() as browser:
        page = Page((await browser.get(path)).text)
        response = await browser.post(path, data={'name': 'Mira'})

    assert page.heading == 'Ana Torres invites you to Harbour house'
    assert response.headers['location'] == '/rooms/lobby'


async def test_looking_at_an_invitation_changes_nothing(stand: DoorStand) -> None:
    path = await stand.invitation(room=SECRET_ROOM, max_uses=1)
    async with stand.browser() as bot, stand.browser() as browser:
        looked = [await bot.request(method, path) for method in ('GET', 'HEAD', 'GET')]
        joined = await browser.post(path, data={'name': 'Mira'})

    assert [response.status_code for response in looked] == [200] * 3
    assert all('set-cookie' not in response.headers for response in looked)
    assert joined.status_code == 303


@pytest.mark.parametrize(('https', 'name', 'attributes'), [(False, 'livechat-guest', set()), (True, '__Host-livechat-guest', {'Secure'})])
async def test_key_of_a_guest_is_for_this_browser_alone(stand: DoorStand, path: str, https: bool, name: str, attributes: set[str]) -> None:
    async with stand.browser(https=https) as browser:
        response = await browser.post(path, data={'name': 'Mira'})

    (cookie,) = [each for each in response.headers.get_list('set-cookie') if each.startswith(f'{name}=')]
    assert set(cookie.split('; ')[1:]) == {'HttpOnly', 'SameSite=Lax', 'Path=/', f'Max-Age={90 * 86_400}'} | attributes


async def test_guest_is_the_same_person_again_after_signing_out_in_the_same_browser(stand: DoorStand, path: str) -> None:
    async with stand.browser() as browser:
        first = await joined(stand, browser, path)
        await browser.post('/logout')
        assert (await browser.get('/')).headers['location'] == '/login'

        again = await joined(stand, browser, path)

    assert again.id == first.id
    assert again.kind is UserKind.GUEST


async def joined(stand: DoorStand, browser: httpx.AsyncClient, path: str, name: str = 'Mira') -> User:
    response = await browser.post(path, data={'name': name})
    assert response.status_code == 303, response.text
    signed_in = await stand.chat.accounts.signed_in(browser.cookies['livechat'])
    assert signed_in is not None
    return signed_in.user


async def test_name_of_a_guest_is_refused_to_another_browser_with_one_that_is_free(stand: DoorStand, path: str) -> None:
    async with stand.browser() as first, stand.browser(address='192.0.2.2') as second:
        mira = await joined(stand, first, path)
        await first.post('/logout')

        refused = await second.post(path, data={'name': 'mira'})
        page = Page(refused.text)

        assert refused.status_code == 422
        assert 'id="name-error" role="alert"' in refused.text
        assert page.attributes('input', id='name')['value'] == 'mira'
        assert page.buttons == ['Join', 'Use “mira 2”']  # Enter presses the first
        taken = await second.post(path, data=page.form() | {'use': page.attributes('button', name='use')['value'] or ''})
        assert taken.status_code == 303
        assert (await second.get('/')).text == 'inside as mira 2'
    assert mira.display_name == 'Mira'


async def test_guest_key_is_renewed_with_the_sign_in_that_it_outlives(stand: DoorStand, path: str) -> None:
    async with stand.browser() as browser:
        await joined(stand, browser, path)
        key = browser.cookies['livechat-guest']
        stand.clock.advance(86_400)

        renewed = (await browser.get('/')).headers.get_list('set-cookie')

    assert [cookie.partition('=')[0] for cookie in renewed] == ['livechat', 'livechat-guest']
    assert renewed[1].startswith(f'livechat-guest={key}; Max-Age={90 * 86_400}; ')


async def test_member_by_invitation_makes_an_account_in_two_fields(stand: DoorStand) -> None:
    path = await stand.invitation(room=SECRET_ROOM, invited_as=InvitedAs.MEMBER)
    async with stand.browser() as browser:
        page = Page((await browser.get(path)).text)
        response = await browser.post(path, data=page.form() | {'name': 'Bo Lind', 'password': PASSWORD})

        assert page.labels() == {'name': 'Name', 'password': 'Password', 'email': 'E-mail'}
        assert page.attributes('input', id='password')['autocomplete'] == 'new-password'
        assert page.buttons == ['Create account']
        assert response.headers['location'] == await home(stand)
        assert 'livechat-guest' not in browser.cookies
        await browser.post('/logout')
        assert (await browser.post('/login', data={'name': 'Bo Lind', 'password': PASSWORD})).status_code == 303
    assert await members(stand) == {'Ana Torres', 'Bo Lind'}


@pytest.mark.parametrize(
    ('change', 'field'),
    [({'name': ''}, 'name'), ({'name': 'ana torres'}, 'name'), ({'password': 'short'}, 'password'), ({'email': 'x'}, 'email')],
)
async def test_refused_member_keeps_what_was_typed_but_the_password(stand: DoorStand, change: dict[str, str], field: str) -> None:
    path = await stand.invitation(invited_as=InvitedAs.MEMBER, max_uses=1)
    typed = {'name': 'Bo Lind', 'password': 'battery staple', 'email': 'bo@example.org'} | change
    async with stand.browser() as browser:
        refused = await browser.post(path, data=typed)
        page = Page(refused.text)

        assert refused.status_code == 422
        assert page.attributes('p', id=f'{field}-error')['role'] == 'alert'
        assert page.focused() == [field]
        assert {name: page.form()[name] for name in ('name', 'email')} == {name: typed[name] for name in ('name', 'email')}
        assert 'battery staple' not in refused.text
        assert (await browser.post(path, data={'name': 'Bo Lind', 'password': PASSWORD})).status_code == 303


async def test_who_is_signed_in_joins_with_one_button(stand: DoorStand, path: str) -> None:
    bo = await stand.member('Bo Lind')
    async with stand.browser() as browser:
        await browser.post('/login', data={'name': 'Bo Lind', 'password': PASSWORD})
        page = Page((await browser.get(path)).text)
        assert await members(stand) == {'Ana Torres'}

        response = await browser.post(path)

        assert page.buttons == [f'Join # {SECRET_ROOM}']
        assert page.labels() == {}
        assert 'You are signed in as Bo Lind.' in page.words['p']
        assert response.headers['location'] == await home(stand)
        assert await members(stand) == {'Ana Torres', bo.display_name}
        assert (await browser.get(path)).headers['location'] == await home(stand)


async def test_who_has_an_account_signs_in_and_comes_back_to_the_invitation(stand: DoorStand, path: str) -> None:
    await stand.member('Bo Lind')
    async with stand.browser() as browser:
        page = Page((await browser.get(path)).text)
        link = next(attrs['href'] for tag, attrs in page.elements if tag == 'a')
        sign_in = Page((await browser.get(link or '')).text)
        response = await browser.post('/login', data=sign_in.form() | {'name': 'Bo Lind', 'password': PASSWORD})

    assert page.words['a'] == ['Sign in']
    assert response.headers['location'] == path


WORDS = {
    'expired': (410, 'This invitation has expired.'),
    'used up': (410, 'This invitation was for fewer people than tried it.'),
    'revoked': (410, 'This invitation was taken back.'),
    'forged': (404, 'There is no such invitation.'),
    'gone': (404, 'There is no such invitation.'),
}


@pytest.mark.parametrize('is_signed_in', [False, True])
@pytest.mark.parametrize('method', ['GET', 'POST'])
@pytest.mark.parametrize('why', WORDS)
async def test_invitation_that_lets_nobody_in_says_why_and_nothing_of_its_room(
    stand: DoorStand, why: str, method: str, is_signed_in: bool
) -> None:
    path = await stand.unusable(why, room=SECRET_ROOM)
    async with stand.browser(address='192.0.2.9') as browser:
        if is_signed_in:
            await stand.member('Bo Lind')
            await browser.post('/login', data={'name': 'Bo Lind', 'password': PASSWORD})
        response = await browser.request(method, path, data={'name': 'Zoe'} if method == 'POST' else None)

    status, words = WORDS[why]
    assert response.status_code == status
    assert f'{words} Ask whoever sent it for a new one.' in response.text
    assert Page(response.text).labels() == {}
    for secret in (SECRET_ROOM, 'surprise', 'Ana Torres'):
        assert secret not in response.text
    assert is_signed_in or 'set-cookie' not in response.headers


async def test_forged_invitation_and_one_whose_room_is_gone_cannot_be_told_apart(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        answers = [await browser.get(await stand.unusable(why, room=SECRET_ROOM)) for why in ('forged', 'gone')]

    assert answers[0].text == answers[1].text
    assert answers[0].status_code == answers[1].status_code


@pytest.mark.parametrize(
    'code', ['x', '1', '-1', '%00', '%ff', '..%2f', 'x/y', '%3Cscript%3E', '%E2%80%AE', '0' * 5_000, '9' * 30, "'--", 'ÀÉ']
)
async def test_address_that_never_was_an_invitation_is_answered_calmly(stand: DoorStand, code: str) -> None:
    async with stand.browser() as browser:
        for response in (await browser.get(f'/join/{code}'), await browser.post(f'/join/{code}', data={'name': 'Zoe'})):
            assert response.status_code == 404
            assert '<script' not in response.text


async def test_address_of_an_invitation_goes_into_no_referrer_and_no_log(
    stand: DoorStand, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with stand.browser() as browser:
        answers = [await browser.get(path), await browser.post(path, data={'name': ''}), await browser.post(path, data={'name': 'Mira'})]

    assert [answer.headers.get('referrer-policy') for answer in answers[:2]] == ['strict-origin'] * 2
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(('livechat', 'uvicorn', 'starlette'))]
    assert path.rpartition('/')[2] not in '\n'.join(ours)


async def test_preview_of_a_link_says_who_invites_into_what(stand: DoorStand, path: str) -> None:
    async with stand.browser() as browser:
        page = Page((await browser.get(path)).text)

    assert page.attributes('meta', property='og:title')['content'] == f'Ana Torres invites you to # {SECRET_ROOM}'
    assert page.attributes('meta', name='robots')['content'] == 'noindex'


async def test_names_in_an_invitation_are_text(stand: DoorStand) -> None:
    path = await stand.invitation(room=EVIL)
    async with stand.browser() as browser:
        pages = [Page((await browser.get(path)).text), Page((await browser.post(path, data={'name': EVIL * 9})).text)]

    for page in pages:
        assert EVIL in page.heading
        assert not {'script', 'b'} & {tag for tag, _ in page.elements}


async def test_guests_are_refused_where_the_policy_has_none(stand: DoorStand, path: str) -> None:
    await stand.decide(Policy(guests=False))
    async with stand.browser() as browser:
        response = await browser.post(path, data={'name': 'Mira'})

    assert response.status_code in {303, 403, 410, 422}
    assert await members(stand) == {'Ana Torres'}


async def test_too_many_tries_say_how_long_to_wait(clock: FakeClock) -> None:
    async with door_stand(clock, Limits(sign_in_tries_per_address=2)) as stand:
        await stand.set_up()
        path = await stand.invitation()
        async with stand.browser() as browser:
            answers = [await browser.post(path, data={'name': 'Ana Torres'}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert answers[2].headers['retry-after'] == '180'
    assert '<p class="notice" role="alert">Too many tries.' in answers[2].text
    assert 'value="Ana Torres"' in answers[2].text
