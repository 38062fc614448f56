"""An emoji for what is being written: by mouse, by keyboard alone, with a thumb."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import People
from tests.browser.person import Person

pytestmark = BROWSER
PHONE: dict[str, Any] = {'viewport': {'width': 390, 'height': 844}, 'has_touch': True, 'is_mobile': True}


def opener(person: Person) -> Locator:
    return person.page.get_by_role('button', name='Emoji', exact=True)


def picker(person: Person) -> Locator:
    return person.page.get_by_role('dialog', name='Pick an emoji')


async def test_picked_emoji_ends_what_is_typed_and_goes_with_it(people: People):
    ana, bo, _ = await people.two()
    await ana.box.focus()
    await ana.page.keyboard.insert_text('Well done')

    await opener(ana).click()
    await picker(ana).get_by_role('button', name='party popper', exact=True).click()

    await expect(picker(ana)).to_have_count(0)
    await expect(ana.box).to_have_value('Well done 🎉')
    await expect(ana.box).to_be_focused()
    await ana.page.keyboard.press('Enter')
    await expect(bo.message('Well done 🎉')).to_be_visible()


async def test_emoji_is_found_and_taken_by_keyboard_alone(people: People):
    ana, _ = await people.one()
    await opener(ana).focus()
    await ana.page.keyboard.press('Enter')
    search = picker(ana).get_by_role('combobox', name='Search emoji')
    await expect(search).to_be_focused()

    await ana.page.keyboard.type('octopus')
    await expect(picker(ana).get_by_role('button', name='octopus', exact=True)).to_be_visible()
    await expect(picker(ana).get_by_role('button', name='React with')).to_have_count(0)
    await ana.page.keyboard.press('Enter')
    await expect(ana.box).to_have_value('🐙')
    await expect(ana.box).to_be_focused()

    await opener(ana).click()
    await expect(search).to_be_focused()
    await ana.page.keyboard.type('no emoji is called so')
    await expect(picker(ana).get_by_text('No emoji is called so.')).to_be_visible()
    await ana.page.keyboard.press('Escape')
    await expect(picker(ana)).to_have_count(0)
    await expect(ana.box).to_have_value('🐙')


async def test_emoji_is_picked_with_a_thumb(people: People):
    ana, _ = await people.one(**PHONE)
    await opener(ana).tap()
    await expect(picker(ana)).to_be_visible()

    await picker(ana).get_by_role('button', name='red heart', exact=True).tap()

    await expect(picker(ana)).to_have_count(0)
    await expect(ana.box).to_have_value('❤️')
