"""Coming in through the plain pages: set-up, signing in, registering, signing out."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from livechat.domain.limits import Limits
from livechat.domain.model import MAX_NAME_CHARS
from livechat.ui.door_accounts import suggested_server_name
from tests.fakes import FakeClock
from tests.ui.door_stand import PASSWORD, SERVER_NAME, SET_UP_TOKEN, DoorStand, door_stand

OWNER = {'name': 'Ana Torres', 'password': PASSWORD, 'server_name': SERVER_NAME, 'token': SET_UP_TOKEN}
SIGN_IN = {'name': 'Ana Torres', 'password': PASSWORD}


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[DoorStand]:
    async with door_stand(clock, Limits()) as stand:
        yield stand


async def test_set_up_creates_the_server_and_lands_in_the_lobby_signed_in(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        response = await browser.post('/setup', data=OWNER)

        assert (response.status_code, response.headers['location']) == (303, '/rooms/lobby')
        assert (await browser.get('/rooms/lobby')).text == 'inside as Ana Torres'
    assert (await stand.chat.server.profile()).name == SERVER_NAME


async def test_set_up_page_suggests_a_name_for_the_server(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        response = await browser.get('/setup', params={'token': SET_UP_TOKEN})

    assert response.status_code == 200
    assert 'place" autocomplete' in response.text
    assert 0 < len(suggested_server_name()) <= MAX_NAME_CHARS


@pytest.mark.parametrize('token', [None, '', 'wrong', 'é'])
async def test_set_up_without_the_printed_token_shows_no_form_and_makes_nothing(stand: DoorStand, token: str | None) -> None:
    async with stand.browser() as browser:
        page = await browser.get('/setup', params={} if token is None else {'token': token})
        posted = await browser.post('/setup', data=OWNER | {'token': token or ''})

    for response in (page, posted):
        assert response.status_code == 403
        assert 'not set up yet' in response.text
        assert '<form' not in response.text
    assert not await stand.chat.accounts.has_owner()


async def test_of_twenty_simultaneous_set_ups_one_lands_and_the_others_are_redirected(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        responses = await asyncio.gather(*(browser.post('/setup', data=OWNER | {'name': f'Person {n}'}) for n in range(20)))

    assert {response.status_code for response in responses} == {303}
    assert sorted(response.headers['location'] for response in responses) == ['/'] * 19 + ['/rooms/lobby']
    assert sum('set-cookie' in response.headers for response in responses) == 1


@pytest.mark.parametrize(
    ('change', 'field'), [({'name': ''}, 'name'), ({'password': 'short'}, 'password'), ({'server_name': '\u202e'}, 'server_name')]
)
async def test_refused_set_up_keeps_what_was_typed_but_the_password(stand: DoorStand, change: dict[str, str], field: str) -> None:
    typed = OWNER | {'server_name': 'The <old> harbour', 'password': 'correct horse!'} | change
    async with stand.browser() as browser:
        response = await browser.post('/setup', data=typed)

    assert response.status_code == 422
    assert f'id="{field}-error" role="alert"' in response.text
    assert f'value="{typed["name"]}"' in response.text
    assert field == 'server_name' or 'value="The &lt;old&gt; harbour"' in response.text
    assert typed['password'] not in response.text
    assert not await stand.chat.accounts.has_owner()


async def test_set_up_address_leads_home_once_there_is_an_owner(stand: DoorStand) -> None:
    await stand.set_up()
    async with stand.browser() as browser:
        got = await browser.get('/setup', params={'token': SET_UP_TOKEN})
        posted = await browser.post('/setup', data=OWNER)

    assert [(each.status_code, each.headers['location']) for each in (got, posted)] == [(303, '/')] * 2


async def test_sign_in_lands_on_the_page_first_asked_for(stand: DoorStand) -> None:
    await stand.set_up()
    async with stand.browser() as browser:
        asked = await browser.get('/rooms/日本語?m=7')
        page = await browser.get(asked.headers['location'])
        response = await browser.post('/login', data=SIGN_IN | {'next': '/rooms/%E6%97%A5%E6%9C%AC%E8%AA%9E?m=7'})

        assert asked.headers['location'] == '/login?next=%2Frooms%2F%25E6%2597%25A5%25E6%259C%25AC%25E8%25AA%259E%3Fm%3D7'
        assert '<input type="hidden" name="next" value="/rooms/%E6%97%A5%E6%9C%AC%E8%AA%9E?m=7">' in page.text
        assert response.headers['location'] == '/rooms/%E6%97%A5%E6%9C%AC%E8%AA%9E?m=7'
        assert (await browser.get(response.headers['location'])).text == 'inside as Ana Torres'


async def test_sign_in_goes_to_no_other_site(stand: DoorStand) -> None:
    await stand.set_up()
    async with stand.browser() as browser:
        response = await browser.post('/login', data=SIGN_IN | {'next': '//evil.example'})

    assert response.headers['location'] == '/'


@pytest.mark.parametrize(('https', 'name', 'attributes'), [(False, 'livechat', set()), (True, '__Host-livechat', {'Secure'})])
async def test_cookie_is_for_this_server_alone_and_not_for_scripts(stand: DoorStand, https: bool, name: str, attributes: set[str]) -> None:
    await stand.set_up()
    async with stand.browser(https=https) as browser:
        response = await browser.post('/login', data=SIGN_IN)

    cookie, *flags = response.headers['set-cookie'].split('; ')
    assert cookie.startswith(f'{name}=')
    assert len(cookie) == len(name) + 1 + 43
    assert set(flags) == {'HttpOnly', 'SameSite=Lax', 'Path=/', f'Max-Age={90 * 86_400}'} | attributes


async def test_each_sign_in_gets_a_new_token(stand: DoorStand) -> None:
    await stand.set_up()
    async with stand.browser() as one, stand.browser() as two:
        cookies = {(await browser.post('/login', data=SIGN_IN)).headers['set-cookie'] for browser in (one, two)}

    assert len(cookies) == 2


async def test_failed_sign_in_is_the_same_page_for_an_unknown_name_and_a_wrong_password(stand: DoorStand) -> None:
    await stand.set_up()
    async with stand.browser() as browser:
        wrong = await browser.post('/login', data={'name': 'Ana Torres', 'password': 'wrong horse'})
        unknown = await browser.post('/login', data={'name': 'Bob Torres', 'password': 'wrong horse'})

    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text == unknown.text.replace('Bob Torres', 'Ana Torres')
    assert 'That name and password do not match.' in wrong.text
    assert 'set-cookie' not in wrong.headers
    assert 'wrong horse' not in wrong.text


async def test_too_many_tries_say_how_long_to_wait(stand: DoorStand) -> None:
    await stand.set_up()
    async with stand.browser() as browser:
        for _ in range(stand.chat.limits.sign_in_tries_per_name):
            assert (await browser.post('/login', data={'name': 'Ana', 'password': 'x'})).status_code == 422
        response = await browser.post('/login', data={'name': 'Ana', 'password': 'x'})

    assert (response.status_code, response.headers['retry-after']) == (429, '180')
    assert '<p class="notice" role="alert">Too many tries. Wait 180 s and try again.</p>' in response.text
    assert 'value="Ana"' in response.text


async def test_account_that_is_stored_is_let_in_though_its_room_has_trouble(stand: DoorStand) -> None:
    await stand.chat.supervisor.close()  # from here on no room runs

    async with stand.browser() as owner, stand.browser() as member:
        set_up = await owner.post('/setup', data=OWNER)
        registered = await member.post('/register', data={'name': 'Bo Lind', 'password': PASSWORD})

        assert [each.status_code for each in (set_up, registered)] == [303, 303]
        assert (await owner.get('/')).text == 'inside as Ana Torres'
        assert (await member.get('/')).text == 'inside as Bo Lind'


async def test_registered_person_is_signed_in_and_a_member_of_the_lobby(stand: DoorStand) -> None:
    await stand.set_up()
    lobby = stand.chat.rooms.oldest()
    assert lobby is not None
    async with stand.browser() as browser:
        response = await browser.post('/register', data={'name': 'Bo Lind', 'password': PASSWORD, 'email': '', 'next': '/rooms/lobby'})

        assert (response.status_code, response.headers['location']) == (303, '/rooms/lobby')
        assert (await browser.get('/')).text == 'inside as Bo Lind'
    assert {member.person.display_name for member in await stand.stores.rooms.members(lobby.id)} == {'Ana Torres', 'Bo Lind'}


async def test_people_in_a_running_lobby_see_the_newcomer(stand: DoorStand) -> None:
    owner = await stand.set_up()
    lobby = stand.chat.rooms.oldest()
    assert lobby is not None
    assert len((await stand.chat.rooms.enter(owner, lobby.id)).members) == 1

    async with stand.browser() as browser:
        await browser.post('/register', data={'name': 'Bo Lind', 'password': PASSWORD})

    members = (await stand.chat.rooms.enter(owner, lobby.id)).members.values()
    assert {member.person.display_name for member in members} == {'Ana Torres', 'Bo Lind'}


async def test_refused_registration_keeps_what_was_typed_and_suggests_a_name(stand: DoorStand) -> None:
    await stand.set_up()
    async with stand.browser() as browser:
        response = await browser.post('/register', data={'name': 'ana torres', 'password': PASSWORD, 'email': 'ana@example.org'})

    assert response.status_code == 422
    assert 'Try “ana torres 2”.' in response.text
    assert 'value="ana torres"' in response.text
    assert 'value="ana@example.org"' in response.text
    assert PASSWORD not in response.text


async def test_signing_out_ends_the_sign_in_and_clears_the_cookie(stand: DoorStand) -> None:
    await stand.set_up()
    browser = await stand.signed_in_browser()
    token = browser.cookies['livechat']

    asked = await browser.get('/logout')
    assert 'signed in as <bdi>Ana Torres</bdi>' in asked.text
    assert (await browser.get('/')).status_code == 200
    response = await browser.post('/logout')

    assert (response.status_code, response.headers['location']) == (303, '/login')
    assert 'livechat=; Max-Age=0; Path=/' in response.headers['set-cookie']
    assert await stand.chat.accounts.signed_in(token) is None
    await browser.aclose()


async def test_signing_out_twice_ends_at_the_sign_in_page(stand: DoorStand) -> None:
    await stand.set_up()
    async with stand.browser() as browser:
        responses = [await browser.post('/logout'), await browser.get('/logout')]

    assert [(each.status_code, each.headers['location']) for each in responses] == [(303, '/login')] * 2


async def test_server_that_cannot_store_says_so_in_the_form(stand: DoorStand) -> None:
    await stand.set_up()
    stand.stores.memory.full = True
    async with stand.browser() as browser:
        response = await browser.post('/register', data={'name': 'Bo Lind', 'password': PASSWORD})

    assert response.status_code == 503
    assert 'value="Bo Lind"' in response.text
