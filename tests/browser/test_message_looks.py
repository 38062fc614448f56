"""Messages with all that belongs to them, as two people see them: live, by mouse, by keyboard and on a phone."""

import asyncio
import io
import re

from PIL import Image
from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person

pytestmark = BROWSER
MIN_TARGET_PX = 40


def reaction(person: Person, text: str) -> Locator:
    return person.log.get_by_role('button', name=re.compile(rf'^{text} \d'))


async def colour(locator: Locator, property_: str) -> str:
    return str(await locator.evaluate('(element, name) => getComputedStyle(element)[name]', property_))


async def test_reaction_shows_at_once_to_all_and_is_marked_for_whoever_it_is_of(people: People, house: House):
    ana, bo, room = await people.two()
    (number,) = await house.control.post(bo.account, room, 'who comes?')
    await expect(ana.message('who comes?')).to_have_count(1)

    await house.control.react(ana.account, room, number, '👍')

    for person in (ana, bo):
        await expect(reaction(person, '👍')).to_have_accessible_name(f'👍 1 {ana.name}')
    assert await colour(reaction(ana, '👍'), 'borderColor') != await colour(reaction(bo, '👍'), 'borderColor')
    await house.control.react(bo.account, room, number, '👍')
    await expect(reaction(ana, '👍')).to_have_accessible_name(f'👍 2 {ana.name} and {bo.name}')
    await expect(bo.log.locator('.react b')).to_have_text('2')
    await reaction(ana, '👍').hover()
    await expect(reaction(ana, '👍').locator('small')).to_have_css('opacity', '1')


async def test_answer_quotes_its_original_as_it_is_now_and_leads_there(people: People, house: House):
    ana, bo, room = await people.two()
    control = house.control
    (asked,) = await control.post(ana.account, room, 'what **shall** I bring?')
    await control.post(ana.account, room, *(f'line {number}' for number in range(60)))
    await control.answer(bo.account, room, asked, 'a rain coat')
    line = bo.message('a rain coat').get_by_role('link', name='In reply to')

    await expect(line).to_have_accessible_name(f'In reply to {ana.name} what shall I bring?')
    await control.edit(room, asked, 'what to wear?')
    await expect(line).to_have_accessible_name(f'In reply to {ana.name} what to wear?')
    await line.click()
    await expect(bo.page.locator(f'#m{asked}')).to_be_in_viewport()
    await expect(bo.page).to_have_url(re.compile(rf'm={asked}$'))
    await bo.jump.click()
    await control.delete_by_the_rules(ana.account, room, asked)
    await expect(line).to_have_accessible_name('In reply to a message that was deleted')
    await control.undo_deletion(ana.account, room, asked)
    await expect(line).to_have_accessible_name(f'In reply to {ana.name} what to wear?')


async def test_message_to_somebody_is_tinted_for_them_alone(people: People, house: House):
    ana, bo, room = await people.two()
    await house.control.post_by_the_rules(bo.account, room, 'to all of you @room')
    await house.control.post(bo.account, room, 'to nobody')
    await expect(ana.message('to nobody')).to_have_count(1)

    tinted = await colour(ana.message('to all of you'), 'backgroundColor')

    assert tinted != await colour(ana.message('to nobody'), 'backgroundColor')
    assert await colour(bo.message('to all of you'), 'backgroundColor') != tinted  # they wrote it


async def test_card_hides_its_lone_link_and_only_its_author_can_take_it_away(people: People, house: House):
    ana, bo, room = await people.two()
    picture = io.BytesIO()
    Image.new('RGB', (144, 108), (120, 90, 240)).save(picture, 'WEBP')
    (number,) = await house.control.post(ana.account, room, 'https://example.org/harbour')
    await expect(bo.log.get_by_role('link', name='https://example.org/harbour')).to_be_visible()

    await house.control.show_card(room, number, 'https://example.org/harbour', 'Light wind', picture=picture.getvalue())

    for person in (ana, bo):
        await expect(person.log.get_by_role('link', name='Light wind')).to_be_visible()
        await expect(person.log.get_by_role('link', name='https://example.org/harbour')).to_be_hidden()
    await bo.page.wait_for_function('[...document.querySelectorAll(".card img")].every(image => image.naturalWidth === 144)')
    await expect(ana.log.get_by_role('button', name='Remove preview')).to_be_visible()
    await expect(bo.log.get_by_role('button', name='Remove preview')).to_be_hidden()


async def test_tools_show_for_the_message_pointed_at_and_are_reached_by_keyboard(people: People, house: House):
    ana, bo, room = await people.two()
    first, second = await house.control.post(bo.account, room, 'the first', 'the second')
    tools = [ana.page.locator(f'#m{number} .tools') for number in (first, second)]
    await expect(ana.message('the second')).to_have_count(1)

    await ana.message('the second').hover()
    await expect(tools[1]).to_have_css('opacity', '1')
    await expect(tools[0]).to_have_css('opacity', '0')
    for name in ('Like', 'React', 'Reply', 'More'):
        await expect(tools[1].get_by_role('button', name=name)).to_be_visible()

    await ana.page.mouse.move(5, 5)
    await ana.page.locator(f'#m{first} .when').focus()
    await ana.page.keyboard.press('Tab')
    await expect(tools[0].get_by_role('button', name='More')).to_be_focused()
    await ana.page.keyboard.press('Shift+Tab')
    await expect(tools[0].get_by_role('button', name='Reply')).to_be_focused()
    await ana.page.keyboard.press('Tab')
    await ana.page.keyboard.press('Tab')
    await expect(tools[1].get_by_role('button', name='More')).to_be_focused()


async def test_tap_brings_the_tools_on_a_phone_and_nothing_there_is_too_small(people: People, house: House):
    ana, room = await people.one(viewport={'width': 390, 'height': 760}, has_touch=True, is_mobile=True)
    first, second = await house.control.post(ana.account, room, 'the first', 'the second')
    await house.control.react(ana.account, room, second, 'well done')
    await expect(reaction(ana, 'well done')).to_be_visible()

    await ana.page.locator(f'#m{second} .body').tap()

    tools = ana.page.locator(f'#m{second} .tools')
    await expect(tools).to_have_css('opacity', '1')
    await expect(ana.page.locator(f'#m{first} .tools')).to_have_css('opacity', '0')
    for button in await tools.get_by_role('button').all():
        box = await button.bounding_box()
        assert box is not None
        assert min(box['width'], box['height']) >= MIN_TARGET_PX
    assert await reaction(ana, 'well done').evaluate(
        """(button, least) => {
            const box = button.getBoundingClientRect(), x = box.x + box.width / 2, middle = box.y + box.height / 2
            return [-1, 1].every(side => document.elementFromPoint(x, middle + side * (least / 2 - 1)).closest('.react') === button)
        }""",
        MIN_TARGET_PX,
    )


async def test_everything_about_messages_is_there_again_after_a_loss(people: People, house: House):
    ana, bo, room = await people.two()
    control = house.control
    first, second, third = await control.post(ana.account, room, 'first', 'second', 'third')
    await control.answer(ana.account, room, third, 'answer')
    await expect(bo.message('answer')).to_have_count(1)
    bo.excuse(r'net::ERR_|WebSocket')

    await bo.context.set_offline(True)
    await bo.page.evaluate('window.socket.disconnect()')
    await asyncio.gather(
        control.react(ana.account, room, first, '🎉'),
        control.pin(ana.account, room, second),
        control.edit(room, third, 'third, corrected'),
    )
    await expect(reaction(ana, '🎉')).to_be_visible()
    await expect(reaction(bo, '🎉')).to_have_count(0)
    await bo.context.set_offline(False)
    await bo.page.evaluate('window.socket.connect()')

    await expect(reaction(bo, '🎉')).to_be_visible()
    await expect(bo.message('second').get_by_role('img', name='Pinned')).to_be_visible()
    await expect(bo.message('answer').get_by_role('link', name='In reply to')).to_contain_text('third, corrected')
