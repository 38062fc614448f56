"""Who is writing."""

import asyncio

from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import each

pytestmark = BROWSER
SOONER_THAN_BY_ITSELF_MS = 1_500


async def test_typing_is_shown_to_the_other_and_goes_by_itself(people: People):
    ana, bo, _ = await people.two()
    await expect(bo.typing).to_have_text('')

    await ana.box.press_sequentially('Hel')

    await expect(bo.typing).to_have_text(f'{ana.name} is typing')
    await expect(ana.typing).to_have_text('')
    await expect(bo.typing).to_have_text('', timeout=4_000)


async def test_typing_ends_when_the_message_is_sent(people: People):
    ana, bo, _ = await people.two()
    await ana.box.press_sequentially('Hel')
    await expect(bo.typing).to_have_text(f'{ana.name} is typing')

    await ana.box.press('Enter')

    await expect(bo.typing).to_have_text('', timeout=SOONER_THAN_BY_ITSELF_MS)
    await each([bo], 'Hel')


async def test_typing_ends_when_the_box_is_emptied(people: People):
    ana, bo, _ = await people.two()
    await ana.box.press_sequentially('Hel')
    await expect(bo.typing).to_have_text(f'{ana.name} is typing')

    await ana.box.press('Control+a')
    await ana.box.press('Backspace')

    await expect(bo.typing).to_have_text('', timeout=SOONER_THAN_BY_ITSELF_MS)


async def test_two_who_type_are_both_named_and_neither_to_themselves(people: People, house: House):
    ana, bo, room = await people.two()
    account = await house.control.person('Cleo')
    await house.control.join(account, room)
    cleo = await people.enter(room, account)

    async def keep_typing() -> None:
        for _ in range(4):
            await asyncio.gather(ana.box.press_sequentially('ab', delay=100), bo.box.press_sequentially('cd', delay=100))

    async with asyncio.TaskGroup() as both:
        both.create_task(keep_typing())
        await expect(cleo.typing).to_contain_text(' and ')
        await expect(cleo.typing).to_contain_text('are typing')
        await expect(ana.typing).to_have_text(f'{bo.name} is typing')
        await expect(bo.typing).to_have_text(f'{ana.name} is typing')
    await expect(cleo.typing).to_have_text('', timeout=4_000)
