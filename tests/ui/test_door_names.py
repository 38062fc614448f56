"""The door of a server that trusts names: one field, and a list of everybody that refreshes itself."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from livechat.domain.limits import Limits
from livechat.domain.model import TabId, User
from livechat.ui.door_names import REFRESH_S
from tests.fakes import FakeClock
from tests.ui.door_page import EVIL, Page
from tests.ui.door_stand import PASSWORD, DoorStand, door_stand


@pytest.fixture
async def stand(clock: FakeClock) -> AsyncIterator[DoorStand]:
    async with door_stand(clock, Limits(), trusts_names=True) as stand:
        await stand.set_up()
        yield stand


@pytest.fixture
async def wary(clock: FakeClock) -> AsyncIterator[DoorStand]:
    """A server that trusts no names."""
    async with door_stand(clock, Limits()) as stand:
        await stand.set_up()
        yield stand


def online(stand: DoorStand, user: User) -> None:
    stand.chat.presence.connect(user.id, TabId(f'tab of {user.id}'), None)


async def test_stranger_is_asked_for_a_name_alone_and_lands_in_the_room_first_asked_for(stand: DoorStand) -> None:
    room = await stand.chat.rooms.create(await stand.owner(), '日本語')
    async with stand.browser() as browser:
        asked = await browser.get('/rooms/日本語?m=7')
        page = Page((await browser.get(asked.headers['location'])).text)
        response = await browser.post('/join', data=page.form() | {'name': 'Mira'})

        assert page.labels() == {'name': 'Name'}
        assert (page.buttons, page.focused()) == (['Join'], ['name'])
        assert response.headers['location'] == '/rooms/%E6%97%A5%E6%9C%AC%E8%AA%9E?m=7'
        assert (await browser.get(response.headers['location'])).text == 'inside as Mira'
    assert 'Mira' in {member.person.display_name for member in await stand.stores.rooms.members(room.id)}


@pytest.mark.parametrize('asked', ['/', '/rooms/nowhere', '/rooms/secret', '//evil.example', '/login'])
async def test_stranger_who_asked_for_no_room_that_is_open_lands_in_the_lobby(stand: DoorStand, asked: str) -> None:
    await stand.room('Secret')
    async with stand.browser() as browser:
        response = await browser.post('/join', data={'name': 'Mira', 'next': asked})

    assert response.headers['location'] == '/rooms/lobby'


async def test_stranger_who_asked_for_another_page_gets_it(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        response = await browser.post('/join', data={'name': 'Mira', 'next': '/search?q=tea'})

    assert response.headers['location'] == '/search?q=tea'


async def test_name_of_an_account_is_refused_and_one_that_is_free_is_one_click_away(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        refused = await browser.post('/join', data={'name': 'Ana Torres', 'next': '/rooms/lobby?m=1'})
        page = Page(refused.text)
        taken = await browser.post('/join', data=page.form() | {'use': page.attributes('button', name='use')['value'] or ''})

        assert refused.status_code == 422
        assert page.buttons == ['Join', 'Use “Ana Torres 2”']
        assert taken.headers['location'] == '/rooms/lobby?m=1'
        assert (await browser.get('/')).text == 'inside as Ana Torres 2'


async def test_free_name_of_a_guest_who_left_may_be_taken_in_any_browser(stand: DoorStand) -> None:
    async with stand.browser() as first, stand.browser(address='192.0.2.2') as second:
        await first.post('/join', data={'name': 'Mira'})
        await first.post('/logout')
        response = await second.post('/join', data={'name': 'Mira'})

        assert response.status_code == 303
        assert (await second.get('/')).text == 'inside as Mira'


async def test_door_lists_everybody_online_first_with_both_counts(stand: DoorStand) -> None:
    owner, bo = await stand.owner(), await stand.member('Bo Lind')
    await stand.member('Cy')
    online(stand, bo)
    async with stand.browser() as browser:
        door = Page((await browser.get('/login')).text)
        response = await browser.get('/people', headers={'Sec-Fetch-Dest': 'iframe'})

    page = Page(response.text)
    assert door.attributes('iframe')['src'] == '/people'
    assert response.headers['refresh'] == str(REFRESH_S)
    assert page.words['h2'] == ['Online · 1 of 3', 'Offline · 2']
    assert [line.removeprefix(line[0]) for line in page.words['li']] == ['Bo Lind', f'{owner.display_name}owner', 'Cy']
    assert stand.seen == []


async def test_list_where_nobody_is_online_says_so(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        page = Page((await browser.get('/people')).text)

    assert page.words['h2'] == ['Online · 0 of 1', 'Offline · 1']
    assert 'Nobody is here right now. Be the first.' in page.words['p']


async def test_long_list_shows_a_hundred_and_counts_the_rest(stand: DoorStand) -> None:
    for number in range(103):
        user = await stand.add_person(f'Person {number:03}')
        if number == 0:
            online(stand, user)
    async with stand.browser() as browser:
        page = Page((await browser.get('/people')).text)

    assert page.words['h2'] == ['Online · 1 of 104', 'Offline · 103']
    assert len(page.words['li']) == 101
    assert 'and 3 more' in page.words['p']


async def test_names_on_the_list_are_text(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        assert (await browser.post('/join', data={'name': EVIL})).status_code == 303
        page = Page((await browser.get('/people')).text)

    assert any(EVIL in line for line in page.words['li'])
    assert not {'script', 'b'} & {tag for tag, _ in page.elements}


async def test_sign_in_with_an_account_is_one_link_away_and_leads_back(stand: DoorStand) -> None:
    async with stand.browser() as browser:
        page = Page((await browser.get('/login', params={'next': '/rooms/lobby?m=2'})).text)
        link = next(attrs['href'] for tag, attrs in page.elements if tag == 'a' and 'account' in (attrs['href'] or ''))
        sign_in = Page((await browser.get(link or '')).text)
        response = await browser.post('/login', data=sign_in.form() | {'name': 'Ana Torres', 'password': PASSWORD})

    assert sign_in.labels() == {'name': 'Name', 'password': 'Password'}
    assert 'Come in by name' in sign_in.words['a']
    assert response.headers['location'] == '/rooms/lobby?m=2'


async def test_server_that_trusts_no_names_shows_no_list_and_lets_nobody_in_by_name(wary: DoorStand) -> None:
    async with wary.browser() as browser, aclosing(await wary.signed_in_browser()) as inside:
        framed = await browser.get('/people', headers={'Sec-Fetch-Dest': 'iframe'})
        posted = await browser.post('/join', data={'name': 'Mira'})

        assert (framed.status_code, (await browser.get('/people')).status_code) == (403, 303)
        assert (await inside.get('/people')).status_code == 404
        assert (posted.status_code, posted.headers['location']) == (303, '/login')
        assert 'set-cookie' not in posted.headers
        assert Page((await browser.get('/login')).text).labels() == {'name': 'Name', 'password': 'Password'}
