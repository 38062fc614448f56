"""Files from one person to another: dropped, shown on their way, sent with words, looked at, taken away; and nobody else gets them."""

import re
from pathlib import Path

from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.files import Attached, client, drop, pdf, pick, picture, slow_line
from tests.browser.message_tools import Tools

pytestmark = BROWSER


async def addresses(message: Locator) -> list[str]:
    """Of everything that a message shows or offers."""
    found = await message.evaluate("each => [...each.querySelectorAll('img, a[download]')].map(one => one.getAttribute('src') || one.href)")
    return [re.sub(r'^https?://[^/]+', '', address) for address in found]


async def test_pictures_and_a_pdf_are_dropped_previewed_and_sent_with_words(people: People, house: House, tmp_path: Path):
    ana, bo, room = await people.two()
    stranger = await house.control.person('Cem')
    attached = Attached(ana)
    files = [picture(tmp_path, 'beach.jpg'), picture(tmp_path, 'tower.png', (300, 700)), pdf(tmp_path, 'plan.pdf')]

    await drop(ana, files, ana.log)
    await attached.are('beach.jpg', 'tower.png', 'plan.pdf')
    await expect(attached.of('beach.jpg').locator('img')).to_be_visible()
    await ana.say('Where we *went*')

    await expect(attached.all).to_have_count(0)
    for person in (ana, bo):
        message = person.message('Where we went')
        await expect(message.get_by_role('button', name='beach.jpg').locator('img')).to_be_visible()
        await expect(message.get_by_role('button', name='tower.png')).to_be_visible()
        await expect(message.get_by_role('link', name='plan.pdf')).to_be_visible()
    loaded = bo.message('Where we went').get_by_role('button', name='beach.jpg').locator('img')
    await expect(loaded).to_have_js_property('naturalWidth', 480)

    theirs = await addresses(bo.message('Where we went'))
    assert len(theirs) == 3
    async with client(bo.address, bo.account) as program, client(bo.address, stranger) as outside:
        for address in theirs:
            assert (await program.get(address)).status_code == 200, address
            assert (await outside.get(address)).status_code == 404, address
        await house.control.remove(ana.account, room, bo.account)
        for address in (*theirs, *(each.split('?')[0] for each in theirs)):
            assert (await program.get(address)).status_code == 404, address


async def test_progress_is_shown_while_a_file_arrives_and_it_can_be_taken_away(people: People, tmp_path: Path):
    ana, _ = await people.one()
    ana.excuse('status of 409|net::ERR_')
    attached = Attached(ana)
    await slow_line(ana, bytes_per_s=300_000)
    large = tmp_path / 'large.bin'
    large.write_bytes(bytes(3_000_000))

    await pick(ana, large)

    await expect(attached.of('large.bin').get_by_role('progressbar')).to_be_visible()
    await expect(attached.of('large.bin')).to_have_text(re.compile(r'[1-9]\d? % of 2\.9 MB'))
    await attached.remove('large.bin')
    await expect(attached.all).to_have_count(0)
    await ana.say('Then without it')
    await expect(ana.message('Then without it')).to_be_visible()
    await expect(attached.all).to_have_count(0)


async def test_message_that_is_sent_while_a_file_arrives_goes_when_it_is_there(people: People, tmp_path: Path):
    ana, bo, _ = await people.two()
    await slow_line(ana, bytes_per_s=300_000)
    large = tmp_path / 'large.bin'
    large.write_bytes(bytes(1_000_000))
    await pick(ana, large)
    await expect(Attached(ana).of('large.bin').get_by_role('progressbar')).to_be_visible()

    await ana.say('With this')

    await expect(ana.page.get_by_role('status', name='Remark')).to_contain_text('This is sent as soon as “large.bin” is there')
    await expect(ana.box).to_have_value('With this')
    await expect(bo.message('With this').get_by_role('link', name='large.bin')).to_be_visible()
    await expect(ana.box).to_have_value('')
    await expect(ana.page.get_by_role('status', name='Remark')).to_be_hidden()


async def test_attached_files_come_back_after_a_reload_and_can_be_removed_one_by_one(people: People, tmp_path: Path):
    ana, room = await people.one()
    await pick(ana, picture(tmp_path, 'one.png'), picture(tmp_path, 'two.png'))
    await Attached(ana).are('one.png', 'two.png')

    await ana.page.reload()
    await expect(ana.heading(room)).to_be_visible()
    await Attached(ana).are('one.png', 'two.png')
    await Attached(ana).remove('one.png')

    await Attached(ana).are('two.png')
    await ana.box.press('Enter')
    await expect(ana.articles.get_by_role('button', name='two.png')).to_be_visible()
    await expect(ana.articles.get_by_role('button', name='one.png')).to_have_count(0)


async def test_files_alone_are_a_message_and_an_edit_drops_one_of_them(people: People, tmp_path: Path):
    ana, bo, _ = await people.two()
    await pick(ana, picture(tmp_path, 'keep.png'), picture(tmp_path, 'drop.png'))
    await Attached(ana).are('keep.png', 'drop.png')
    await ana.box.press('Enter')
    theirs = bo.articles.filter(has=bo.page.get_by_role('button', name='drop.png'))
    await expect(theirs).to_be_visible()
    (gone,) = [address for address in await addresses(theirs) if 'drop' in address]

    await ana.box.press('ArrowUp')
    chosen = ana.page.get_by_role('list', name='Files of this message')
    await chosen.get_by_role('button', name='Remove drop.png').click()
    await expect(chosen.get_by_role('button', name='Keep drop.png')).to_be_visible()
    await ana.say('Only this one')

    message = bo.message('Only this one')
    await expect(message.get_by_role('button', name='keep.png')).to_be_visible()
    await expect(message.get_by_role('button', name='drop.png')).to_have_count(0)
    async with client(ana.address, ana.account) as program:
        assert (await program.get(gone)).status_code == 404


async def test_deleted_picture_is_gone_for_everybody_and_undo_brings_it_back(people: People, tmp_path: Path):
    ana, bo, _ = await people.two()
    await pick(ana, picture(tmp_path, 'once.png'))
    await Attached(ana).are('once.png')
    await ana.say('Look')
    await expect(bo.message('Look').get_by_role('button', name='once.png')).to_be_visible()
    (address,) = await addresses(bo.message('Look'))
    number = (await bo.shown())[-1][0]
    tools = Tools(ana)

    await tools.take(number, 'Delete')
    await expect(Tools(bo).at(number)).to_have_text('This message was deleted.')
    async with client(bo.address, bo.account) as program:
        assert (await program.get(address)).status_code == 404
        await tools.undo.click()
        await expect(bo.message('Look').get_by_role('button', name='once.png')).to_be_visible()
        assert (await program.get(address)).status_code == 200


async def test_lightbox_goes_through_the_pictures_by_keyboard(people: People, tmp_path: Path):
    ana, bo, _ = await people.two()
    await pick(ana, *(picture(tmp_path, f'{name}.png') for name in ('a', 'b', 'c')))
    await Attached(ana).are('a.png', 'b.png', 'c.png')
    await ana.say('Three')
    await bo.message('Three').get_by_role('button', name='b.png').click()

    large = bo.page.get_by_role('dialog')
    await expect(large.get_by_role('img', name='b.png')).to_be_visible()
    await expect(large).to_contain_text('2 of 3')
    await large.get_by_role('button', name='Next picture').click()
    await expect(large.get_by_role('img', name='c.png')).to_be_visible()
    await bo.page.keyboard.press('ArrowLeft')
    await bo.page.keyboard.press('ArrowLeft')
    await expect(large.get_by_role('img', name='a.png')).to_be_visible()
    await bo.page.keyboard.press('Escape')
    await expect(large).to_be_hidden()


async def test_what_is_refused_says_why_and_the_text_stays(people: People, tmp_path: Path):
    ana, _ = await people.one()
    ana.excuse('status of 415')
    broken = tmp_path / 'broken.png'
    broken.write_bytes(b'\x89PNG\r\n\x1a\n' + bytes(500))
    await ana.box.fill('My words')

    await pick(ana, broken)

    refused = Attached(ana).of('broken.png')
    await expect(refused).to_contain_text('looks like a picture')
    await expect(ana.box).to_have_value('My words')
    await Attached(ana).remove('broken.png')
    await expect(refused).to_have_count(0)
    await pick(ana, broken)
    await expect(refused).to_be_visible()
    await ana.box.press('Enter')
    await expect(ana.message('My words')).to_be_visible()
    await expect(refused).to_have_count(0)  # it has been seen


async def test_second_tab_of_the_same_person_shows_the_same_files(people: People, tmp_path: Path):
    ana, room = await people.one()
    tab = await ana.another_tab(room)

    await pick(ana, picture(tmp_path, 'both.png'))

    await Attached(tab).are('both.png')
    await tab.say('From here')
    await expect(Attached(ana).all).to_have_count(0)
    await expect(ana.message('From here').get_by_role('button', name='both.png')).to_be_visible()


async def test_room_one_may_not_write_in_takes_no_files(people: People, house: House):
    ana, bo, room = await people.two()
    button = bo.page.get_by_role('button', name='Attach files')
    await expect(button).to_be_visible()

    await house.control.announce_only(ana.account, room)

    await expect(button).to_be_hidden()
    await expect(ana.page.get_by_role('button', name='Attach files')).to_be_visible()
