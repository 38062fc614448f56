"""Two people react: by one click, by the picker, by a word; live in the other's tab, and after that was away."""

from playwright.async_api import expect

from livechat.domain.message import ONE_CLICK_REACTIONS
from livechat.ui.emoji_search import emoji_search
from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.message_tools import Tools

pytestmark = BROWSER


async def two_at_a_message(people: People, house: House, text: str = 'Who comes along?') -> tuple[Tools, Tools, int]:
    ana, bo, room = await people.two()
    (number,) = await house.control.post(ana.account, room, text)
    tools = Tools(ana), Tools(bo)
    for each in tools:
        await expect(each.at(number)).to_be_visible()
    return *tools, number


async def test_each_of_the_eight_is_one_click_in_the_menu(people: People, house: House):
    ana, bo, number = await two_at_a_message(people, house)

    for text in ONE_CLICK_REACTIONS:
        await ana.take(number, emoji_search().name(text))
        await expect(bo.reaction(number, text)).to_contain_text('1')

    await expect(bo.at(number).locator('.react')).to_have_count(8)


async def test_like_is_one_click_at_the_message_and_one_more_takes_it_back(people: People, house: House):
    ana, bo, number = await two_at_a_message(people, house)

    await ana.press(number, 'Like')
    await expect(bo.reaction(number, '👍')).to_contain_text('1')
    await bo.reaction(number, '👍').click()
    await expect(ana.reaction(number, '👍')).to_contain_text('2')
    await ana.press(number, 'Like')
    await expect(bo.reaction(number, '👍')).to_contain_text('1')
    await bo.reaction(number, '👍').click()

    await expect(ana.reaction(number, '👍')).to_have_count(0)


async def test_keys_are_heard_after_a_click_on_a_reaction(people: People, house: House):
    ana, bo, number = await two_at_a_message(people, house)
    await bo.press(number, 'Like')
    await ana.reaction(number, '👍').click()
    await expect(ana.reaction(number, '👍')).to_contain_text('2')  # it is another button now

    await expect(ana.person.box).to_be_focused()
    await ana.page.keyboard.press('Control+k')
    await expect(ana.page.get_by_role('combobox', name='Search or jump to')).to_be_focused()


async def test_own_reaction_is_marked_in_ones_own_tab_alone(people: People, house: House):
    ana, bo, number = await two_at_a_message(people, house)

    await ana.press(number, 'Like')

    await expect(bo.reaction(number, '👍')).to_be_visible()
    colours = [await each.reaction(number, '👍').evaluate('button => getComputedStyle(button).backgroundColor') for each in (ana, bo)]
    assert colours[0] != colours[1]


async def test_any_emoji_is_found_by_its_name(people: People, house: House):
    ana, bo, number = await two_at_a_message(people, house)
    await ana.press(number, 'React')
    await expect(ana.search).to_be_focused()

    await ana.page.keyboard.type('octopus')
    await ana.picker.get_by_role('button', name='octopus', exact=True).click()

    await expect(ana.picker).to_be_hidden()
    await expect(bo.reaction(number, '🐙')).to_contain_text('1')


async def test_short_text_is_a_reaction_and_stays_text(people: People, house: House):
    ana, bo, number = await two_at_a_message(people, house)
    await ana.press(number, 'React')
    await expect(ana.search).to_be_focused()

    await ana.page.keyboard.type('<b>yes</b> 1+')
    with_these_words = ana.picker.get_by_role('button', name='React with')
    await expect(with_these_words).to_be_in_viewport()
    await with_these_words.click()

    await expect(bo.reaction(number, '<b>yes</b> 1+')).to_contain_text('1')


async def test_who_reacted_is_in_the_menu(people: People, house: House):
    ana, bo, number = await two_at_a_message(people, house)
    await bo.press(number, 'Like')
    await expect(ana.reaction(number, '👍')).to_be_visible()

    await ana.take(number, 'Who reacted')

    await expect(ana.dialog('Who reacted')).to_contain_text(bo.person.name)
    await ana.page.keyboard.press('Escape')
    await expect(ana.dialog('Who reacted')).to_be_hidden()


async def test_reacting_to_a_message_that_was_deleted_meanwhile_says_so(people: People, house: House):
    ana, bo, room = await people.two()
    (number,) = await house.control.post(ana.account, room, 'gone soon')
    tools = Tools(bo)
    await expect(tools.at(number)).to_be_visible()
    await tools.press(number, 'React')
    await expect(tools.search).to_be_focused()

    await house.control.delete(room, number)
    await expect(tools.at(number)).to_contain_text('This message was deleted.')
    await bo.page.keyboard.press('Enter')

    await expect(bo.notice).to_contain_text('does not exist any more')
    await expect(ana.articles.last).to_have_text('This message was deleted.')
