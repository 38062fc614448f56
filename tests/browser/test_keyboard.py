"""All that one does to messages, without a mouse."""

from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.message_tools import Tools

pytestmark = BROWSER


async def test_messages_are_chosen_and_acted_on_by_keys_alone(people: People, house: House):
    ana, bo, room = await people.two()
    first, second = await house.control.post(ana.account, room, 'one', 'two')
    tools, other = Tools(ana), Tools(bo)
    keys = ana.page.keyboard
    chosen = ana.page.get_by_role('status', name='Chosen message')
    await expect(tools.at(second)).to_be_visible()
    await expect(ana.box).to_be_focused()

    await keys.press('Alt+ArrowUp')
    await expect(chosen).to_contain_text('two')
    await keys.press('Alt+ArrowUp')
    await expect(chosen).to_contain_text('one')
    await tools.menu_of_the_chosen()
    await keys.press('ArrowRight')
    await expect(tools.menu.get_by_role('menuitem', name='clapping hands')).to_be_focused()
    await keys.press('Enter')
    await expect(other.reaction(first, '👏')).to_contain_text('1')

    await expect(ana.box).to_be_focused()
    await tools.menu_of_the_chosen()
    await keys.press('p')
    await expect(other.at(first).get_by_label('Pinned')).to_be_visible()

    await expect(ana.box).to_be_focused()
    await keys.press('Alt+ArrowDown')
    await expect(chosen).to_contain_text('two')
    await tools.menu_of_the_chosen()
    await keys.press('d')
    await expect(other.at(second)).to_have_text('This message was deleted.')
    await expect(ana.box).to_be_focused()
    await keys.press('Alt+z')
    await expect(other.at(second)).to_contain_text('two')


async def test_reply_and_edit_begin_in_the_menu_and_end_in_the_box(people: People, house: House):
    ana, bo, room = await people.two()
    (number,) = await house.control.post(ana.account, room, 'questoin')
    tools, other = Tools(ana), Tools(bo)
    await expect(tools.at(number)).to_be_visible()
    await ana.box.focus()

    await tools.menu_of_the_chosen()
    await ana.page.keyboard.press('e')
    await expect(ana.box).to_have_value('questoin')
    await expect(ana.box).to_be_focused()
    await ana.box.fill('question')
    await ana.page.keyboard.press('Enter')
    await expect(other.at(number)).to_contain_text('question(edited)')

    await bo.box.focus()
    await other.menu_of_the_chosen()
    await bo.page.keyboard.press('r')
    await expect(other.menu).to_be_hidden()
    await expect(bo.box).to_be_focused()
    await bo.page.keyboard.type('answer')
    await bo.page.keyboard.press('Enter')
    await expect(ana.articles.last).to_contain_text('answer')
    await expect(ana.articles.last).to_contain_text('question')


async def test_picker_is_walked_by_arrows_and_escape_gives_the_focus_back(people: People, house: House):
    ana, bo, room = await people.two()
    (number,) = await house.control.post(ana.account, room, 'pick')
    tools, other = Tools(ana), Tools(bo)
    keys = ana.page.keyboard
    await expect(tools.at(number)).to_be_visible()
    await ana.box.focus()

    await tools.menu_of_the_chosen()
    await keys.press('9')
    await expect(tools.search).to_be_focused()
    await keys.press('Escape')
    await expect(tools.picker).to_be_hidden()
    await expect(ana.box).to_be_focused()

    await tools.menu_of_the_chosen()
    await keys.press('9')
    await expect(tools.search).to_be_focused()
    await keys.type('heart')
    await expect(tools.picker.get_by_role('status')).to_have_text('red heart')
    await keys.press('ArrowDown')
    await expect(tools.picker.get_by_role('status')).not_to_have_text('red heart')
    await keys.press('ArrowUp')
    await expect(tools.picker.get_by_role('status')).to_have_text('red heart')
    await keys.press('Enter')

    await expect(other.reaction(number, '❤️')).to_contain_text('1')


async def test_escape_closes_the_menu_before_it_ends_the_choice(people: People, house: House):
    ana, room = await people.one()
    (number,) = await house.control.post(ana.account, room, 'here')
    tools = Tools(ana)
    chosen = ana.page.get_by_role('status', name='Chosen message')
    await expect(tools.at(number)).to_be_visible()
    await ana.box.focus()
    await ana.page.keyboard.press('Alt+ArrowUp')
    await expect(chosen).to_contain_text('here')
    await tools.menu_of_the_chosen()

    await ana.page.keyboard.press('Escape')
    await expect(tools.menu).to_be_hidden()
    await expect(chosen).to_contain_text('here')

    await expect(ana.box).to_be_focused()
    await ana.page.keyboard.press('Escape')
    await expect(chosen).to_be_empty()


async def test_map_of_the_keys_opens_under_the_question_mark_but_not_while_typing(people: People):
    ana, _ = await people.one()
    tools = Tools(ana)
    shortcuts = tools.dialog('Keyboard shortcuts')
    await ana.box.focus()

    await ana.page.keyboard.type('really?')
    await expect(ana.box).to_have_value('really?')
    await expect(shortcuts).to_be_hidden()
    await ana.page.keyboard.press('Control+/')
    await expect(shortcuts).to_be_visible()
    await ana.page.keyboard.press('Escape')
    await expect(shortcuts).to_be_hidden()
    await expect(ana.box).to_be_focused()

    await ana.page.get_by_role('button', name='Pinned', exact=True).focus()
    await ana.page.keyboard.press('?')
    await expect(shortcuts).to_be_visible()
    await ana.page.keyboard.press('Escape')
    await expect(shortcuts).to_be_hidden()

    await ana.page.get_by_role('button', name='Server menu').click()
    await ana.page.get_by_role('button', name='Keyboard shortcuts').click()
    await expect(shortcuts).to_be_visible()


async def test_choosing_goes_on_above_what_the_page_holds(people: People, house: House):
    ana, room = await people.one()
    await house.control.post(ana.account, room, *(f'line {number}' for number in range(1, 61)))
    await ana.page.reload()
    await expect(ana.articles.last).to_contain_text('line 60')
    chosen = ana.page.get_by_role('status', name='Chosen message')
    await ana.box.focus()

    for number in range(60, 46, -1):
        await ana.page.keyboard.press('Alt+ArrowUp')
        await expect(chosen).to_contain_text(f'line {number}')
        await expect(ana.articles.filter(has_text=f'line {number}')).to_be_in_viewport()
        await expect(ana.box).to_be_focused()
