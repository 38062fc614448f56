"""From the printed address to the first message: as few fields and clicks as can be."""

import re
from pathlib import Path

from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import REFUSED, Person
from tests.server_process import ServerProcess

pytestmark = BROWSER
PASSWORD = 'correct horse'


async def fill_in(person: Person, name: str, button: str) -> None:
    await person.page.get_by_role('textbox', name='Name', exact=True).fill(name)
    await person.page.get_by_role('textbox', name='Password').fill(PASSWORD)
    await person.page.get_by_role('button', name=button).click()


async def is_in_lobby(person: Person) -> None:
    await expect(person.page.get_by_role('heading', level=1)).to_have_text(re.compile('(# )?Lobby'))
    await person.page.wait_for_url('**/rooms/lobby')


async def test_newcomers_set_up_register_and_chat_with_two_fields_and_a_click_each(people: People, tmp_path: Path):
    with ServerProcess(tmp_path / 'data') as server:
        assert server.set_up_address
        ana = await people.stranger(server.address)
        await ana.page.goto(server.set_up_address)
        await fill_in(ana, 'Ana', 'Create server')
        await is_in_lobby(ana)

        bo = await people.stranger(server.address)
        await bo.go('/')
        await bo.page.get_by_role('link', name='Create an account').click()
        await fill_in(bo, 'Bo', 'Create account')
        await is_in_lobby(bo)

        await bo.say('Hello Ana')
        await expect(ana.articles.filter(has_text='Hello Ana')).to_have_count(1)
        await ana.say('Hello Bo')
        await expect(bo.articles.filter(has_text='Hello Bo')).to_have_count(1)


async def test_server_without_an_owner_says_how_to_set_it_up_and_nothing_else(people: People, tmp_path: Path):
    with ServerProcess(tmp_path / 'data') as server:
        stranger = await people.stranger(server.address)
        stranger.excuse(REFUSED)
        for path in ('/', '/rooms/lobby', '/login', '/register', '/setup?token=wrong'):
            await stranger.go(path)
            await expect(stranger.page.get_by_role('heading', level=1)).to_have_text('This server is not set up yet')
            await expect(stranger.page.get_by_role('textbox')).to_have_count(0)


async def test_person_signs_out_and_in_again_and_comes_back_to_the_page_first_asked_for(people: People, house: House):
    ana, room = await people.one()

    await ana.page.get_by_role('button', name='Server menu').click()
    await ana.page.get_by_role('button', name='Sign out').click()
    await ana.page.wait_for_url('**/login')
    await ana.go(room.path)
    await fill_in(ana, ana.name, 'Sign in')

    await expect(ana.heading(room)).to_be_visible()
    await ana.say('back again')
    await expect(ana.articles.filter(has_text='back again')).to_have_count(1)


async def test_person_lands_in_the_room_last_visited(people: People):
    ana, room = await people.one()

    await ana.go('/')

    await expect(ana.heading(room)).to_be_visible()
    await ana.page.wait_for_url(f'**{room.path}')


async def test_wrong_password_is_refused_and_the_name_stays(people: People, house: House):
    ana = await people.stranger()
    ana.excuse(REFUSED)
    account = await house.control.person('Ana')
    await ana.go('/login')
    await ana.page.get_by_role('textbox', name='Name', exact=True).fill(account.name)
    await ana.page.get_by_role('textbox', name='Password').fill('wrong horse')

    await ana.page.get_by_role('button', name='Sign in').click()

    await expect(ana.page.get_by_role('alert')).to_have_text('That name and password do not match.')
    await expect(ana.page.get_by_role('textbox', name='Name', exact=True)).to_have_value(account.name)
