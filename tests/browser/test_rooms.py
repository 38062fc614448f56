"""Rooms come, change and go while people look at them."""

from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each
from tests.control import Room

pytestmark = BROWSER


def field(person: Person, name: str) -> Locator:
    return person.page.get_by_role('dialog').get_by_role('textbox', name=name)


def button(person: Person, name: str) -> Locator:
    return person.page.get_by_role('dialog').get_by_role('button', name=name)


async def open_settings(person: Person) -> None:
    await person.page.get_by_role('button', name='Room details').click()
    await expect(person.page.get_by_role('heading', level=1, name='Room settings')).to_be_visible()
    await expect(person.page.get_by_role('list', name='Members').get_by_role('listitem').first).to_be_visible()


async def test_new_room_opens_for_its_creator_and_appears_in_the_others_list(people: People):
    ana, bo, room = await people.two()
    name = f'Garden of {ana.name}'

    await ana.page.get_by_role('button', name='New room', exact=True).click()
    await field(ana, 'Name').fill(name)
    await field(ana, 'Description').fill('Tomatoes, mostly')
    await button(ana, 'Create room').click()

    await expect(ana.page.get_by_role('heading', level=1, name=name)).to_be_visible()
    await expect(ana.page.locator('header').get_by_text('Tomatoes, mostly')).to_be_visible()
    await expect(bo.rooms.get_by_role('link', name=name)).to_be_visible()
    await expect(bo.heading(room)).to_be_visible()
    await ana.say('first words')
    await expect(ana.articles).to_have_count(1)


async def test_name_of_another_room_is_refused_and_stays_in_the_dialog(people: People):
    ana, room = await people.one()

    await ana.page.get_by_role('button', name='New room', exact=True).click()
    await field(ana, 'Name').fill(room.name.upper())
    await field(ana, 'Name').press('Enter')

    await expect(ana.page.get_by_role('dialog').get_by_role('alert')).to_contain_text('A room with that name exists already')
    await expect(field(ana, 'Name')).to_have_value(room.name.upper())


async def test_private_room_with_announcements_is_nobody_elses_business(people: People):
    ana, bo, _ = await people.two()
    name = f'Cellar of {ana.name}'

    await ana.page.get_by_role('button', name='New room', exact=True).click()
    await field(ana, 'Name').fill(name)
    await ana.page.get_by_role('switch', name='Private').click()
    await ana.page.get_by_role('switch', name='Announcements').click()
    await field(ana, 'Name').press('Enter')

    await expect(ana.page.get_by_role('heading', level=1, name=name)).to_be_visible()
    await expect(ana.rooms.get_by_role('link', name=name)).to_be_visible()
    await bo.go('/rooms')
    await expect(bo.page.get_by_role('list', name='All rooms').get_by_role('listitem').first).to_be_visible()
    assert name not in await bo.page.content()


async def test_renamed_and_described_room_changes_for_everybody_and_its_old_address_leads_to_it(people: People):
    ana, bo, room = await people.two()
    await ana.say('before')
    await each([bo], 'before')
    renamed = Room(room.id, f'new-{room.slug}', f'New {room.name}')

    await open_settings(ana)
    await ana.page.get_by_role('textbox', name='Name').fill(renamed.name)
    await ana.page.get_by_role('textbox', name='Description').fill('Described')
    await ana.page.get_by_role('button', name='Save').click()

    await ana.page.wait_for_url(f'**{renamed.path}/settings')
    await expect(bo.heading(renamed)).to_be_visible()
    await expect(bo.page.locator('header').get_by_text('Described')).to_be_visible()
    for person in (ana, bo):
        await expect(person.link(renamed)).to_be_visible()
    await bo.page.wait_for_url(f'**{renamed.path}')
    await bo.go(room.path)
    await expect(bo.heading(renamed)).to_be_visible()
    await bo.page.wait_for_url(f'**{renamed.path}')
    await ana.page.get_by_role('link', name='Open the conversation').click()
    await bo.say('after')
    await each([ana, bo], 'after')


async def test_deleted_room_is_confirmed_and_everybody_inside_is_told_and_moved(people: People, house: House):
    ana, bo, room = await people.two()
    elsewhere = await house.control.room(bo.account)
    await ana.say('soon gone')
    await each([bo], 'soon gone')

    await open_settings(ana)
    await ana.page.get_by_role('button', name='Delete room …').click()
    await button(ana, 'Cancel').click()
    await expect(ana.page.get_by_role('dialog')).to_have_count(0)
    await expect(bo.heading(room)).to_be_visible()
    await ana.page.get_by_role('button', name='Delete room …').click()
    await button(ana, 'Delete for everybody').click()

    await expect(ana.page.get_by_role('heading', level=1, name='All rooms')).to_be_visible()
    await expect(bo.page.get_by_text(f'“{room.name}” was deleted by {ana.name}.')).to_be_visible()
    await expect(bo.heading(room)).to_be_hidden()
    for person in (ana, bo):
        await expect(person.link(room)).to_have_count(0)
        await expect(person.page.get_by_text('soon gone')).to_have_count(0)
    await expect(ana.page.get_by_role('dialog')).to_have_count(0)
    await bo.link(elsewhere).click()
    await bo.say('life goes on')
    await each([bo], 'life goes on')


async def test_member_who_is_no_admin_reads_the_settings_and_cannot_change_them(people: People):
    ana, bo, room = await people.two()

    await open_settings(bo)

    await expect(bo.page.get_by_role('heading', level=2, name=room.name)).to_be_visible()
    await expect(bo.page.get_by_role('list', name='Members')).to_contain_text(ana.name)
    for name in ('Save', 'Delete room …', f'What to do about {ana.name}'):
        await expect(bo.page.get_by_role('button', name=name)).to_have_count(0)
    await expect(bo.page.get_by_role('textbox', name='Name')).to_have_count(0)


async def test_archived_room_is_read_and_nothing_is_added_until_it_is_used_again(people: People):
    ana, bo, _ = await people.two()
    await bo.say('for the record')
    await each([ana, bo], 'for the record')

    await open_settings(ana)
    await ana.page.get_by_role('button', name='Archive room').click()
    await expect(bo.box).to_be_hidden()
    await each([bo], 'for the record')
    await ana.page.get_by_role('button', name='Unarchive room').click()

    await expect(bo.box).to_be_visible()
    await bo.say('and on')
    await each([bo], 'and on')


async def test_open_room_shows_a_stranger_its_card_and_no_messages_until_they_join(people: People, house: House):
    ana, room = await people.one()
    await ana.say('members only')
    await each([ana], 'members only')
    bo = await people.at(house.server.address, await house.control.person('Bo'))

    await bo.go(room.path)
    await expect(bo.page.get_by_role('heading', level=2, name=room.name)).to_be_visible()
    await expect(bo.page.get_by_text('1 member', exact=True)).to_be_visible()
    await expect(bo.box).to_be_hidden()
    assert 'members only' not in await bo.page.content()
    await bo.page.get_by_role('button', name='Join', exact=True).click()

    await each([bo], 'members only')
    await expect(ana.online(bo)).to_be_visible()
    await bo.say('thank you')
    await each([ana, bo], 'thank you')


async def test_browse_page_counts_members_and_joins_and_leaves(people: People, house: House):
    ana, room = await people.one()
    bo = await people.at(house.server.address, await house.control.person('Bo'))
    await bo.go('/rooms')
    lines = bo.page.get_by_role('list', name='All rooms').get_by_role('listitem')
    line = lines.filter(has=bo.page.get_by_role('link', name=room.name, exact=True))
    await expect(line).to_contain_text('1 member')

    await line.get_by_role('button', name='Join').click()
    await expect(line).to_contain_text('2 members · joined')
    await expect(ana.online(bo)).to_be_visible()
    await line.get_by_role('button', name='Leave').click()

    await expect(line).to_contain_text('1 member')
    await expect(line).not_to_contain_text('joined')
    await expect(ana.people.get_by_text(bo.name)).to_have_count(0)


async def test_leaving_the_open_room_takes_its_messages_away_at_once(people: People):
    ana, bo, room = await people.two()
    await ana.say('for members')
    await each([bo], 'for members')

    tab = await bo.another_tab(room)
    await each([tab], 'for members')

    await open_settings(bo)
    await bo.page.get_by_role('button', name='Leave room').click()

    await expect(tab.page.get_by_role('button', name='Join', exact=True)).to_be_visible()
    await expect(tab.page.get_by_text('for members')).to_have_count(0)
    await expect(ana.people.get_by_text(bo.name)).to_have_count(0)
    await expect(tab.page.get_by_role('heading', level=2, name=room.name)).to_be_visible()
    await expect(bo.page.get_by_role('button', name='Join', exact=True)).to_be_visible()
