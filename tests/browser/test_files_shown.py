"""How files look to those who get them: steady while they load, large, in the list of their room, on a phone."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, Route, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.files import pdf, picture, upload
from tests.browser.message_tools import Tools
from tests.browser.person import Person
from tests.control import Room

pytestmark = BROWSER
PHONE: dict[str, Any] = {'viewport': {'width': 390, 'height': 844}, 'has_touch': True, 'is_mobile': True}
BOXES = """() => [...document.querySelectorAll('article.msg')].map(each => [each.id, each.offsetHeight,
    ...[...each.querySelectorAll('.pics > *')].map(box => `${box.offsetWidth} x ${box.offsetHeight}`)].join(' '))"""
"""How large each message is, and each picture in it."""
LOADED = """() => [...document.querySelectorAll('article.msg img')].every(image => image.complete && image.naturalWidth > 0)"""
TOUCHED = """() => [...document.querySelectorAll('.lightbox :is(button, a.icon)')].map(each => each.getBoundingClientRect())
    .map(box => [Math.round(box.width), Math.round(box.height), box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight])"""


async def send(house: House, person: Person, room: Room, *files: Path, body: str = '') -> int:
    """A message with these, by that person; its number."""
    return await house.control.post_files(person.account, room, await upload(person.address, person.account, room, *files), body)


def large(person: Person) -> Locator:
    return person.page.get_by_role('dialog', name='Pictures')


def listed(person: Person) -> Locator:
    return person.page.get_by_role('dialog', name='Files')


async def open_list(person: Person) -> Locator:
    await person.page.get_by_role('button', name='Files', exact=True).click()
    await expect(listed(person)).to_be_visible()
    return listed(person)


async def hold(page: Page) -> asyncio.Event:
    """Pictures stay on their way until it is set."""
    gate = asyncio.Event()

    async def wait(route: Route) -> None:
        await gate.wait()
        await route.continue_()

    await page.route('**/files/**', wait)
    return gate


def shapes(tmp_path: Path) -> Sequence[Path]:
    sizes = {'small': (16, 16), 'wide': (2_000, 60), 'tall': (300, 1_500), 'photo': (1_600, 1_200)}
    return [picture(tmp_path, f'{name}.png', size) for name, size in sizes.items()]


async def test_nothing_moves_when_pictures_come(people: People, house: House, tmp_path: Path):
    ana, bo, room = await people.two()
    files = shapes(tmp_path)
    for file in files:
        await send(house, ana, room, file, body=file.stem)
    await send(house, ana, room, *files[:2])
    await send(house, ana, room, *files[:3])
    await expect(bo.page.locator('canvas')).to_have_count(0)
    for viewport in ({'width': 1_440, 'height': 2_600}, {'width': 390, 'height': 2_600}):
        cem = await people.at(house.server.address, await house.control.another_sign_in(bo.account), viewport=viewport)
        gate = await hold(cem.page)
        await cem.page.goto(cem.address + room.path, wait_until='domcontentloaded')
        await expect(cem.articles).to_have_count(6)
        before = await cem.page.evaluate(BOXES)
        assert not await cem.page.evaluate(LOADED)

        gate.set()
        await cem.page.wait_for_function(LOADED)

        assert await cem.page.evaluate(BOXES) == before


async def test_large_picture_leads_on_through_the_room_and_gives_the_focus_back(people: People, house: House, tmp_path: Path):
    ana, bo, room = await people.two()
    await send(house, ana, room, picture(tmp_path, 'first.png'))
    await send(house, ana, room, picture(tmp_path, 'a.png'), pdf(tmp_path, 'plan.pdf'), picture(tmp_path, 'b.png'), body='two')
    await house.control.post(ana.account, room, 'words')
    await send(house, ana, room, picture(tmp_path, 'last.png'))
    await expect(bo.page.locator('canvas')).to_have_count(0)
    pressed = bo.articles.get_by_role('button', name='a.png', exact=True)
    await pressed.click()
    await expect(large(bo).get_by_role('img', name='a.png')).to_be_visible()
    await expect(large(bo).get_by_role('status')).to_contain_text('1 of 2')

    await large(bo).get_by_role('button', name='Next picture').click()
    await expect(large(bo).get_by_role('status')).to_contain_text('2 of 2')
    await bo.page.keyboard.press('ArrowRight')
    await expect(large(bo).get_by_role('img', name='last.png')).to_be_visible()
    await bo.page.keyboard.press('ArrowRight')
    await expect(large(bo).get_by_role('alert')).to_have_text('There is no later picture in this room.')
    for _ in range(3):
        await bo.page.keyboard.press('ArrowLeft')
    await expect(large(bo).get_by_role('img', name='first.png')).to_be_visible()
    for _ in range(9):
        await bo.page.keyboard.press('Tab')
    assert await bo.page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('.lightbox')")
    await bo.page.keyboard.press('Escape')
    await expect(large(bo)).to_have_count(0)

    await expect(pressed).to_be_focused()


async def test_box_gets_the_focus_when_the_pressed_picture_was_drawn_anew(people: People, house: House, tmp_path: Path):
    ana, bo, room = await people.two()
    number = await send(house, ana, room, picture(tmp_path, 'a.png'), body='before')
    await expect(bo.page.locator('canvas')).to_have_count(0)
    await bo.articles.get_by_role('button', name='a.png', exact=True).click()
    await expect(large(bo).get_by_role('img', name='a.png')).to_be_visible()

    await house.control.edit(room, number, 'after')
    await expect(bo.articles.filter(has_text='after')).to_have_count(1)
    await bo.page.keyboard.press('Escape')

    await expect(large(bo)).to_have_count(0)
    await expect(bo.box).to_be_focused()


async def test_large_picture_is_closed_when_its_message_is_deleted(people: People, house: House, tmp_path: Path):
    ana, bo, room = await people.two()
    number = await send(house, ana, room, picture(tmp_path, 'once.png'))
    await bo.articles.get_by_role('button', name='once.png').click()
    await expect(large(bo).get_by_role('img', name='once.png')).to_be_visible()

    await Tools(ana).take(number, 'Delete')

    await expect(large(bo)).to_have_count(0)
    await expect(bo.page.get_by_role('status').filter(has_text='The picture was deleted.')).to_be_visible()


async def test_everything_of_a_large_picture_is_in_reach_of_a_thumb(people: People, house: House, tmp_path: Path):
    ana, room = await people.one(**PHONE)
    await send(house, ana, room, picture(tmp_path, f'{"long-name-" * 20}.png', (3_000, 900)))

    await ana.articles.locator('.pics > button').tap()
    await expect(large(ana).locator('.stage > img')).to_be_visible()
    await ana.page.wait_for_function("getComputedStyle(document.querySelector('.q-dialog__inner')).transform === 'none'")

    targets = await ana.page.evaluate(TOUCHED)
    assert len(targets) == 6
    assert all(width >= 44 and height >= 44 and inside for width, height, inside in targets), targets
    shown = await large(ana).locator('.stage > img').bounding_box()
    assert shown is not None
    assert shown['x'] >= 0
    assert shown['x'] + shown['width'] <= 390


async def test_files_of_a_room_are_listed_by_kind_and_follow(people: People, house: House, tmp_path: Path):
    ana, bo, room = await people.two()
    files = await open_list(bo)
    await expect(files).to_contain_text('No files here yet')

    number = await send(house, ana, room, picture(tmp_path, 'a.png'), pdf(tmp_path, 'plan.pdf'), body='both')
    await expect(files.get_by_role('button', name='a.png')).to_be_visible()
    await expect(files.get_by_role('link', name='Download plan.pdf')).to_be_visible()
    await files.get_by_role('button', name='Documents').click()
    await expect(files.get_by_role('button', name='a.png')).to_have_count(0)
    await expect(files.get_by_role('button', name='Documents')).to_have_attribute('aria-pressed', 'true')
    await files.get_by_role('button', name='Pictures').click()
    await files.get_by_role('button', name='a.png').click()
    await expect(large(bo).get_by_role('img', name='a.png')).to_be_visible()
    await bo.page.keyboard.press('Escape')
    await expect(large(bo)).to_have_count(0)

    await files.get_by_role('button', name='All').click()
    await files.get_by_role('button', name='Jump to it').click()
    await expect(files).to_have_count(0)
    await expect(bo.page.locator(f'#m{number}')).to_be_in_viewport()

    files = await open_list(bo)
    await house.control.delete_by_the_rules(ana.account, room, number)
    await expect(files).to_contain_text('No files here yet')


async def test_list_has_the_focus_again_after_a_picture_out_of_it(people: People, house: House, tmp_path: Path):
    ana, bo, room = await people.two()
    await send(house, ana, room, picture(tmp_path, 'a.png'))
    await expect(bo.page.locator('canvas')).to_have_count(0)
    files = await open_list(bo)
    pressed = files.get_by_role('button', name='a.png')
    await pressed.click()
    await expect(large(bo).get_by_role('img', name='a.png')).to_be_visible()
    await bo.page.keyboard.press('Escape')
    await expect(large(bo)).to_have_count(0)
    await expect(pressed).to_be_focused()

    await bo.page.keyboard.press('Enter')
    await expect(large(bo).get_by_role('img', name='a.png')).to_be_visible()
    await send(house, ana, room, picture(tmp_path, 'b.png'))
    await expect(files.locator('button').filter(has=bo.page.locator('img[alt="b.png"]'))).to_have_count(1)
    await bo.page.keyboard.press('Escape')

    await expect(large(bo)).to_have_count(0)
    await expect(files.get_by_role('button', name='All')).to_be_focused()


async def test_download_leaves_the_page_where_it_is(people: People, house: House, tmp_path: Path):
    ana, bo, room = await people.two()
    plan = pdf(tmp_path, 'plan & more.pdf')
    await send(house, ana, room, plan, body='the plan')

    async with bo.page.expect_download() as download:
        await bo.message('the plan').get_by_role('link', name='Download plan & more.pdf').click()

    found = await download.value
    assert found.suggested_filename == plan.name
    saved = await found.path()
    assert await asyncio.to_thread(saved.read_bytes) == await asyncio.to_thread(plan.read_bytes)
    await expect(bo.message('the plan')).to_be_visible()
    await expect(bo.heading(room)).to_be_visible()


async def test_long_names_and_galleries_are_no_wider_than_a_phone(people: People, house: House, tmp_path: Path):
    ana, room = await people.one(**PHONE)
    await send(house, ana, room, *shapes(tmp_path), pdf(tmp_path, f'{"w" * 200}.pdf'))
    await send(house, ana, room, picture(tmp_path, 'one.png', (3_000, 500)))
    await expect(ana.articles).to_have_count(2)

    assert await ana.page.evaluate('document.scrollingElement.scrollWidth') == 390
    outside = "[...document.querySelectorAll('article.msg *')].filter(each => each.getBoundingClientRect().right > innerWidth).length"
    assert await ana.page.evaluate(outside) == 0
    await (await open_list(ana)).get_by_role('button', name='Jump to it').tap()


async def test_quote_of_a_linked_message_shows_its_pictures_to_whoever_may_see_them(people: People, house: House, tmp_path: Path):
    ana, bo, room = await people.two(private=True)
    number = await send(house, ana, room, picture(tmp_path, 'plan.png'))
    await expect(bo.log.locator('.pics img')).to_have_js_property('complete', value=True)  # its smaller picture is made
    outside = await house.control.room(ana.account, bo.account)
    cem = await house.control.person('Cem')
    await house.control.join(cem, outside)
    await house.control.post(ana.account, outside, f'see {ana.address}{room.path}?m={number}')

    for reader in (bo, await people.at(bo.address, cem)):
        await reader.enter(outside)
        frame = reader.log.frame_locator('iframe.linked')
        if reader is bo:
            await expect(frame.locator('body')).to_contain_text('plan.png')
            await expect(frame.locator('img')).to_have_js_property('complete', value=True)
            assert await frame.locator('img').evaluate('image => image.naturalWidth') > 0
        else:
            await expect(frame.locator('body')).to_contain_text('not there, or not open to you')
            await expect(frame.locator('img')).to_have_count(0)
