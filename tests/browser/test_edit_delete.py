"""Messages are worded anew, deleted and brought back, live in the other's tab; and what a tab shows of it that was away."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.absences import IS_BACK_MS, people_on_wires
from tests.browser.conftest import House, People
from tests.browser.message_tools import Tools

AWAY_S = 20
pytestmark = BROWSER


async def test_edit_by_the_menu_shows_edited_and_its_history(people: People, house: House):
    ana, bo, room = await people.two()
    (number,) = await house.control.post(bo.account, room, 'See you at six')
    tools, admin = Tools(bo), Tools(ana)
    await expect(tools.at(number)).to_be_visible()

    await tools.take(number, 'Edit')
    await expect(bo.box).to_have_value('See you at six')
    await bo.box.fill('See you at seven')
    await bo.box.press('Enter')

    await expect(admin.at(number)).to_contain_text('See you at seven(edited)')
    await admin.at(number).get_by_role('button', name='(edited)').click()
    await expect(admin.dialog('Edit history')).to_contain_text('See you at six')
    await expect(admin.dialog('Edit history').get_by_role('listitem').first).to_contain_text('See you at seven')


async def test_deleted_message_is_gone_for_both_and_undo_brings_it_back_to_both(people: People, house: House):
    ana, bo, room = await people.two()
    (number,) = await house.control.post(ana.account, room, 'Was that wise?')
    tools, other = Tools(ana), Tools(bo)
    await expect(other.at(number)).to_be_visible()

    await tools.take(number, 'Delete')
    await expect(other.at(number)).to_have_text('This message was deleted.')
    await expect(ana.page.get_by_text('Message deleted.', exact=True)).to_be_visible()
    await expect(ana.box).to_be_focused()
    await tools.undo.click()

    await expect(other.at(number)).to_contain_text('Was that wise?')
    await expect(tools.at(number)).to_contain_text('Was that wise?')
    await expect(tools.undo).to_be_hidden()


async def test_undo_is_gone_after_eight_seconds(people: People, house: House):
    ana, bo, room = await people.two()
    (number,) = await house.control.post(ana.account, room, 'Away with it')
    tools = Tools(ana)
    await expect(tools.at(number)).to_be_visible()

    await tools.take(number, 'Delete')
    await expect(tools.undo).to_be_visible()
    await expect(tools.undo).to_be_hidden(timeout=10_000)

    await expect(Tools(bo).at(number)).to_have_text('This message was deleted.')


async def test_admin_deletes_the_message_of_a_member_who_cannot_undo_it(people: People, house: House):
    ana, bo, room = await people.two()
    (number,) = await house.control.post(bo.account, room, 'Rude words')
    admin, member = Tools(ana), Tools(bo)
    await expect(admin.at(number)).to_be_visible()

    await admin.take(number, 'Delete')

    await expect(member.at(number)).to_have_text('This message was deleted.')
    await expect(member.undo).to_be_hidden()
    await expect(admin.undo).to_be_visible()


async def test_member_is_not_offered_what_they_may_not(people: People, house: House):
    ana, bo, room = await people.two()
    (number,) = await house.control.post(ana.account, room, 'Of the admin')
    tools = Tools(bo)
    await expect(tools.at(number)).to_be_visible()

    await tools.open_menu(number)

    for name in ('Edit', 'Delete', 'Edit history'):
        await expect(tools.menu.get_by_role('menuitem', name=name, exact=True)).to_have_count(0)
    await expect(tools.menu.get_by_role('menuitem', name='Reply', exact=True)).to_be_visible()


@pytest.mark.timeout(240)
async def test_tab_that_was_away_shows_all_that_became_of_the_messages(people: People, house: House):
    """Edited, deleted, brought back, reacted to, pinned, answered; somebody spoken to, a message linked to."""
    async with AsyncExitStack() as stack:
        ana, bo, room, wire = await people_on_wires(house, people, stack)
        edited, deleted, back, liked, pinned = await house.control.post(bo.account, room, 'first', 'second', 'third', 'fourth', 'fifth')
        away, active = Tools(ana), Tools(bo)
        await expect(away.at(pinned)).to_be_visible()

        wire.cut()
        gone = asyncio.get_running_loop().time()
        await house.control.edit(room, edited, 'first, corrected')
        await active.take(deleted, 'Delete')
        await active.take(back, 'Delete')
        await active.undo.click()
        await expect(active.at(back)).to_contain_text('third')
        await active.press(liked, 'Like')
        await active.take(pinned, 'Pin')
        await expect(active.at(pinned).get_by_label('Pinned')).to_be_visible()
        await house.control.answer(bo.account, room, edited, 'an answer')
        await bo.say(f'**Bold** for @{ana.name.replace(" ", ".").lower()} `code` :tada:')
        await bo.say(f'{ana.address}{room.path}?m={pinned}')  # each comes by an address of their own
        await expect(bo.articles).to_have_count(8)
        await asyncio.sleep(max(0.0, gone + AWAY_S - asyncio.get_running_loop().time()))
        await wire.mend()

        await expect(away.at(edited)).to_contain_text('first, corrected(edited)', timeout=IS_BACK_MS)
        await expect(away.at(deleted)).to_have_text('This message was deleted.')
        await expect(away.at(back)).to_contain_text('third')
        await expect(away.reaction(liked, '👍')).to_contain_text('1')
        await expect(away.at(pinned).get_by_label('Pinned')).to_be_visible()
        answer = ana.message('an answer')
        await expect(answer.get_by_role('link', name='In reply to')).to_contain_text('first, corrected')
        spoken_to = ana.articles.filter(has=ana.page.get_by_role('strong').filter(has_text='Bold'))
        await expect(spoken_to).to_have_count(1)
        await expect(spoken_to).to_contain_text('🎉')
        await expect(spoken_to.get_by_role('button', name='@')).to_have_count(1)
        to_me, to_nobody = [await each.evaluate('article => getComputedStyle(article).backgroundColor') for each in (spoken_to, answer)]
        assert to_me != to_nobody
        quote = ana.page.frame_locator('iframe[title="Quoted message"]')
        await expect(quote.get_by_text('fifth')).to_be_visible()
        await away.press(liked, 'Like')
        await expect(active.reaction(liked, '👍')).to_contain_text('2')
