"""What is in progress comes back after a reload and on another device, and the room list says where something is."""

from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each
from tests.browser.test_composer import bar, reply
from tests.control import Room

pytestmark = BROWSER
DRAFT_IS_KEPT_MS = 1_300
"""The pause after which the server keeps it."""


def pencil(person: Person, room: Room) -> Locator:
    return person.link(room).locator('.draft')


async def test_answer_in_progress_comes_back_after_a_reload_and_on_another_device(people: People, house: House):
    ana, bo, room = await people.two()
    await bo.say('Who has the keys?')
    await each([ana], 'Who has the keys?')
    await reply(ana, 'Who has the keys?')
    await ana.page.keyboard.type('I think')
    await ana.page.wait_for_timeout(DRAFT_IS_KEPT_MS)

    await ana.page.reload()
    await expect(ana.box).to_have_value('I think')
    await expect(bar(ana, 'Replying')).to_contain_text('Who has the keys?')
    phone = await people.enter(room, await house.control.another_sign_in(ana.account))
    await expect(phone.box).to_have_value('I think')
    await expect(bar(phone, 'Replying')).to_contain_text(bo.name)
    await phone.box.press('Enter')

    await each([ana, bo, phone], 'I think')
    await expect(bo.articles.filter(has_text='I think').get_by_role('link', name='In reply to')).to_be_visible()
    await ana.page.reload()
    await each([ana], 'I think')
    await expect(ana.box).to_have_value('')
    await expect(bar(ana, 'Replying')).to_be_hidden()


async def test_edit_in_progress_comes_back_after_a_reload(people: People, house: House):
    ana, room = await people.one()
    await ana.say('As it was')
    await each([ana], 'As it was')
    await ana.box.press('ArrowUp')
    await expect(ana.box).to_have_value('As it was')
    await ana.box.fill('As it will be')
    await ana.page.wait_for_timeout(DRAFT_IS_KEPT_MS)

    await ana.page.reload()
    await expect(ana.box).to_have_value('As it will be')
    await expect(bar(ana, 'Editing a message')).to_be_visible()
    await ana.box.press('Enter')

    await each([ana], 'As it will be')
    assert [text for _, text in await house.control.messages(room)] == ['As it will be']


async def test_edit_of_a_message_that_is_deleted_meanwhile_ends_and_keeps_its_words(people: People, house: House):
    ana, room = await people.one()
    await ana.say('As it was')
    await each([ana], 'As it was')
    await ana.box.press('ArrowUp')
    await expect(ana.box).to_have_value('As it was')
    await house.control.delete(room, (await house.control.messages(room))[-1][0])

    await ana.box.fill('As it will be')
    await expect(ana.notice).to_contain_text('was deleted')

    await expect(ana.box).to_have_value('As it will be')
    await expect(bar(ana, 'Editing a message')).to_be_hidden()
    await ana.box.press('Enter')
    await each([ana], 'As it will be')


async def test_room_with_a_draft_is_marked_in_all_tabs_but_not_while_it_is_open(people: People, house: House):
    ana, room = await people.one()
    other = await house.control.room(ana.account)
    second = await ana.another_tab(other)
    await ana.box.press_sequentially('not yet')
    await expect(pencil(second, room)).to_be_visible()
    await expect(second.link(room)).to_have_accessible_description(f'{room.name} (draft)')
    await expect(pencil(ana, room)).to_have_count(0)

    await second.link(room).click()
    await expect(second.box).to_have_value('not yet')
    await expect(pencil(second, room)).to_have_count(0)
    await ana.link(other).click()
    await expect(pencil(ana, room)).to_be_visible()
    await second.box.press('Enter')

    await expect(pencil(ana, room)).to_have_count(0)
