"""The box besides plain messages: edits, answers, commands, drafts of them, a question before many are told."""

import re

from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each

pytestmark = BROWSER


def bar(person: Person, name: str) -> Locator:
    return person.page.get_by_role('group', name=name)


def remark(person: Person) -> Locator:
    return person.page.get_by_role('status', name='Remark')


async def reply(person: Person, text: str) -> None:
    message = person.articles.filter(has_text=text)
    await message.hover()
    await message.locator('[command^="--reply-"]').click()
    await expect(person.page.get_by_role('group', name='Replying')).to_be_visible()
    await expect(person.box).to_be_focused()


async def test_arrow_up_in_the_empty_box_edits_the_last_own_message_for_everybody(people: People, house: House):
    ana, bo, room = await people.two()
    await ana.say('Seven is lat')
    await bo.say('Another one')
    await each([ana, bo], 'Another one')

    await ana.box.press('ArrowUp')
    await expect(ana.box).to_have_value('Seven is lat')
    await expect(bar(ana, 'Editing a message')).to_be_visible()
    await ana.page.keyboard.press('End')
    await ana.page.keyboard.type('e')
    await ana.page.keyboard.press('Enter')

    await each([ana, bo], 'Seven is late')
    await expect(bo.articles.filter(has_text='Seven is late')).to_contain_text('(edited)')
    await expect(ana.box).to_have_value('')
    await expect(bar(ana, 'Editing a message')).to_be_hidden()
    assert [text for _, text in await house.control.messages(room)][-2:] == ['Seven is late', 'Another one']


async def test_escape_ends_an_edit_and_changes_nothing(people: People):
    ana, _ = await people.one()
    await ana.say('As it was')
    await each([ana], 'As it was')
    await ana.box.press('ArrowUp')
    await expect(ana.box).to_have_value('As it was')
    await ana.page.keyboard.type(' and more')

    await ana.page.keyboard.press('Escape')

    await expect(ana.box).to_have_value('')
    await expect(bar(ana, 'Editing a message')).to_be_hidden()
    await expect(ana.articles.filter(has_text='and more')).to_have_count(0)


async def test_answer_quotes_its_message_in_the_others_tab_and_leads_to_it(people: People):
    ana, bo, _ = await people.two()
    await bo.say('Who has the keys?')
    await each([ana], 'Who has the keys?')

    await reply(ana, 'Who has the keys?')
    await expect(bar(ana, 'Replying')).to_contain_text(f'Replying to {bo.name}')
    await expect(ana.box).to_be_focused()
    await ana.page.keyboard.type('I have')
    await ana.page.keyboard.press('Enter')

    answer = bo.articles.filter(has_text='I have')
    quote = answer.get_by_role('link', name=f'In reply to {bo.name} Who has the keys?')
    await expect(quote).to_be_visible()
    await expect(bar(ana, 'Replying')).to_be_hidden()
    await quote.click()
    await expect(bo.page).to_have_url(re.compile(r'[?&]m=\d+'))


async def test_command_is_completed_run_and_says_what_it_did(people: People):
    ana, bo, _ = await people.two()
    await ana.box.press_sequentially('/', delay=30)
    await expect(ana.page.get_by_role('option').filter(has_text='/shrug')).to_be_visible()
    await ana.page.keyboard.type('top', delay=30)
    await expect(ana.page.get_by_role('option')).to_have_count(1)
    await ana.page.keyboard.press('Tab')
    await expect(ana.box).to_have_value('/topic ')

    await ana.page.keyboard.type('Boats and oars')
    await ana.page.keyboard.press('Enter')

    await expect(remark(ana)).to_contain_text('Boats and oars')
    await expect(bo.page.locator('main header')).to_contain_text('Boats and oars')
    await ana.say('/me waves')
    await expect(bo.articles.filter(has_text='waves')).to_have_count(1)
    await expect(remark(ana)).to_be_hidden()


async def test_unknown_command_stays_with_what_to_do(people: People, house: House):
    ana, room = await people.one()
    before = await house.control.messages(room)

    await ana.say('/dance now')

    await expect(ana.notice).to_contain_text('two slashes')
    await expect(ana.box).to_have_value('/dance now')
    assert await house.control.messages(room) == before
    await ana.box.fill('//dance now')
    await ana.page.keyboard.press('Enter')
    await each([ana], '/dance now')


async def test_somebody_outside_the_room_is_named_and_can_be_added(people: People, house: House):
    ana, room = await people.one()
    mira = await house.control.person('Mira')
    username = mira.name.lower().replace(' ', '.')

    await ana.say(f'Ask @{username} about it')

    await expect(remark(ana)).to_contain_text(f'{mira.name} is not in this room and was not notified.')
    await ana.page.get_by_role('button', name=f'Add {mira.name}').click()
    await expect(remark(ana)).to_contain_text(f'In this room now: {mira.name}')
    assert mira.name in await house.control.members(room)


async def test_calling_many_is_asked_about_first(people: People, house: House):
    ana, room = await people.one()
    await house.control.crowd(room, 'Crowd', 21)

    await ana.say('@room come')
    dialog = ana.page.get_by_role('dialog')
    await expect(dialog).to_contain_text('This would notify 21 people')
    await dialog.get_by_role('button', name='Cancel').click()
    await expect(ana.box).to_have_value('@room come')
    assert '@room come' not in [text for _, text in await house.control.messages(room)]
    await ana.box.press('Enter')
    await dialog.get_by_role('button', name='Send').click()

    await each([ana], '@room come')
    await expect(ana.box).to_have_value('')
