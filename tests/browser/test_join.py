"""Let in by a link: one field and one click, the same person afterwards, and every link that lets nobody in."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import REFUSED, Person
from tests.control import Room
from tests.server_process import ServerProcess

pytestmark = BROWSER
GONE = r'the server responded with a status of (404|410|422)'
PASSWORD = 'correct horse'


class Hands:
    """What a person does on a page, counted: fields they type into and buttons or links they press."""

    def __init__(self, person: Person) -> None:
        self._page = person.page
        self.fields = 0
        self.clicks = 0

    async def type_into(self, name: str, text: str) -> None:
        """Wherever the cursor stands already needs no click."""
        field = self._page.get_by_role('textbox', name=name, exact=True)
        await expect(field).to_be_focused()
        await self._page.keyboard.type(text)
        self.fields += 1

    async def press(self, name: str) -> None:
        await self._page.get_by_role('button', name=name, exact=True).click()
        self.clicks += 1

    @property
    def did(self) -> tuple[int, int]:
        return self.fields, self.clicks


async def joined(person: Person, room: Room) -> None:
    """In the room, and able to write there."""
    await expect(person.page.get_by_role('heading', level=1)).to_have_text(re.compile(rf'(# )?{re.escape(room.name)}'))
    await expect(person.box).to_be_focused()


async def host(people: People, house: House, *, private: bool = False) -> tuple[Person, Room]:
    """Somebody alone in a room of their own, who invites."""
    account = await house.control.person('Ana')
    room = await house.control.room(account, private=private)
    ana = await people.at(house.server.address, account)
    await ana.go(room.path)
    await joined(ana, room)
    return ana, room


async def test_guest_by_link_is_in_the_room_with_one_field_and_one_click(people: People, house: House):
    ana, room = await host(people, house, private=True)
    link = await house.control.invitation(ana.account, room)
    guest = await people.stranger()
    hands = Hands(guest)

    await guest.go(link.path)
    await hands.type_into('Name', f'Mira {room.id}')
    await hands.press('Join')

    await joined(guest, room)
    assert hands.did == (1, 1)
    await guest.say('Hello, I am new')
    await expect(ana.articles.filter(has_text='Hello, I am new')).to_have_count(1)
    await expect(ana.people.get_by_role('list', name='Online')).to_contain_text(f'Mira {room.id}')


async def test_guest_needs_no_script_to_come_in(people: People, house: House):
    ana, room = await host(people, house)
    link = await house.control.invitation(ana.account, room)
    guest = await people.stranger(java_script_enabled=False)

    await guest.go(link.path)
    await guest.page.get_by_role('textbox', name='Name').fill(f'Ole {room.id}')
    await guest.page.keyboard.press('Enter')
    await guest.page.wait_for_url(f'**{room.path}')

    await expect(ana.people).to_contain_text(f'Ole {room.id}')


async def test_guest_is_the_same_person_after_a_reload_and_after_signing_out(people: People, house: House):
    ana, room = await host(people, house)
    link = await house.control.invitation(ana.account, room)
    guest = await people.stranger()
    guest.excuse(GONE)
    name = f'Mira {room.id}'
    await guest.go(link.path)
    await Hands(guest).type_into('Name', name)
    await Hands(guest).press('Join')
    await joined(guest, room)
    await guest.say('this is mine')

    await guest.page.reload()
    await joined(guest, room)

    await guest.go('/logout')
    await expect(guest.page.locator('main')).to_contain_text('you can come back under this name in this browser')
    await guest.page.get_by_role('button', name='Sign out').click()
    await guest.page.wait_for_url('**/login')
    await guest.go(link.path)
    await Hands(guest).type_into('Name', name)
    await Hands(guest).press('Join')

    await joined(guest, room)
    await expect(guest.people.get_by_text(name)).to_have_count(1)
    await guest.say('still me')
    await expect(ana.articles.filter(has_text='still me')).to_have_count(1)
    authors = [author for _, author in await house.control.authors(room)]
    assert len(authors) == 2
    assert len(set(authors)) == 1


async def test_second_guest_of_a_name_takes_the_suggestion_with_one_click(people: People, house: House):
    ana, room = await host(people, house)
    link = await house.control.invitation(ana.account, room)
    first, second = await people.stranger(), await people.stranger()
    second.excuse(REFUSED)
    name = f'{room.id} Kim'
    for guest in (first, second):
        await guest.go(link.path)
        await Hands(guest).type_into('Name', name)
        await Hands(guest).press('Join')
    await joined(first, room)

    alert = second.page.get_by_role('alert')
    await expect(alert).to_contain_text('Somebody here has that name already.')
    await expect(second.page.get_by_role('textbox', name='Name')).to_have_value(name)
    hands = Hands(second)
    await hands.press(f'Use “{name} 2”')

    await joined(second, room)
    assert hands.did == (0, 1)
    await expect(ana.people.get_by_text(f'{name} 2', exact=True)).to_be_visible()


async def test_who_is_signed_in_joins_with_one_click(people: People, house: House):
    ana, room = await host(people, house)
    link = await house.control.invitation(ana.account, room)
    bo = await people.at(house.server.address, await house.control.person('Bo'))
    hands = Hands(bo)

    await bo.go(link.path)
    await expect(bo.page.locator('main')).to_contain_text(f'You are signed in as {bo.name}.')
    await hands.press(f'Join # {room.name}')

    await joined(bo, room)
    assert hands.did == (0, 1)


@pytest.mark.parametrize(
    ('why', 'words'),
    [
        ('expired', 'This invitation has expired.'),
        ('used up', 'This invitation was for fewer people than tried it.'),
        ('revoked', 'This invitation was taken back.'),
        ('forged', 'There is no such invitation.'),
    ],
)
async def test_link_that_lets_nobody_in_says_why_and_asks_nothing(people: People, house: House, why: str, words: str):
    account = await house.control.person('Ana')
    room = await house.control.room(account, private=True)
    link = await house.control.invitation(account, room, lasts_s=0.001 if why == 'expired' else 3_600, max_uses=1)
    path = link.path
    if why == 'used up':
        early = await people.stranger()
        await early.go(path)
        await Hands(early).type_into('Name', f'Early {room.id}')
        await Hands(early).press('Join')
        await joined(early, room)
    elif why == 'revoked':
        await house.control.revoke(account, link)
    elif why == 'forged':
        path = f'{path[:-1]}{"b" if path.endswith("a") else "a"}'
    guest = await people.stranger()
    guest.excuse(GONE)

    await guest.go(path)

    await expect(guest.page.get_by_role('heading', level=1)).to_have_text('You need a new link')
    await expect(guest.page.locator('main')).to_contain_text(words)
    await expect(guest.page.get_by_role('textbox')).to_have_count(0)
    assert room.name not in await guest.page.content()


async def test_door_that_trusts_names_shows_who_is_online_and_refreshes_without_script(people: People, tmp_path: Path):
    with ServerProcess(tmp_path / 'data', environment={'LIVECHAT_OPEN': 'names'}) as server:
        assert server.set_up_address
        ana = await people.stranger(server.address)
        await ana.page.goto(server.set_up_address)
        await ana.page.get_by_role('textbox', name='Name', exact=True).fill('Ana')
        await ana.page.get_by_role('textbox', name='Password').fill(PASSWORD)
        await ana.page.get_by_role('button', name='Create server').click()
        await ana.page.wait_for_url('**/rooms/lobby')
        watcher = await people.stranger(server.address, java_script_enabled=False)
        await watcher.go('/rooms/lobby')
        everybody = watcher.page.frame_locator('iframe[title=People]')
        await expect(everybody.get_by_role('heading', level=2).first).to_have_text('Online · 1 of 1')

        bo = await people.stranger(server.address)
        hands = Hands(bo)
        await bo.go('/rooms/lobby')
        await hands.type_into('Name', 'Bo')
        await hands.press('Join')
        await bo.page.wait_for_url('**/rooms/lobby')

        await expect(everybody.get_by_role('heading', level=2).first).to_have_text('Online · 2 of 2')
        await expect(everybody.get_by_role('list', name='Online').get_by_role('listitem')).to_have_text(['AAnaowner', 'BBoguest'])
        assert hands.did == (1, 1)
        await bo.say('by name alone')
        await expect(ana.articles.filter(has_text='by name alone')).to_have_count(1)
