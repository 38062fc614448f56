"""Pictures of people, of a room and of the server: chosen, cropped, saved; the others see them at once."""

import re

from playwright.async_api import Locator, expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person
from tests.pictures import GREEN, RED, alike, colours, quarters

pytestmark = BROWSER
AVATAR = re.compile(r'/avatars/[\w-]{22}-(64|256)\.webp$')


async def choose(who: Person, data: bytes, name: str = 'me.jpeg') -> None:
    """In the browser's own window."""
    async with who.page.expect_file_chooser() as chooser:
        await who.page.get_by_role('button', name='Choose a picture').click()
    await (await chooser.value).set_files({'name': name, 'mimeType': f'image/{name.rpartition(".")[2]}', 'buffer': data})


async def choose_and_save(who: Person, data: bytes) -> None:
    await choose(who, data)
    await who.page.get_by_role('dialog').get_by_role('button', name='Save').click()
    await expect(who.page.get_by_role('dialog')).to_have_count(0)


async def shown(place: Locator) -> str:
    """The address of the one picture that is drawn there."""
    image = place.locator('img')
    await expect(image).to_have_count(1)
    await expect(image).to_have_js_property('complete', value=True)
    assert await image.evaluate('image => image.naturalWidth') in {64, 256}
    address = await image.get_attribute('src')
    assert address is not None
    assert AVATAR.match(address)
    return address


async def at_profile(who: Person) -> None:
    await who.page.get_by_role('link', name='Settings', exact=True).click()
    await expect(who.page.get_by_role('button', name='Choose a picture')).to_be_visible()


async def test_new_picture_is_seen_by_others_at_once_wherever_its_person_is_shown(people: People, house: House):
    ana, bo, _ = await people.two()
    await ana.say('here I am')
    await expect(bo.message('here I am')).to_be_visible()
    direct = await house.control.direct(bo.account, ana.account)
    in_list = bo.rooms.locator(f'a[href="{direct.path}"]')
    await expect(in_list).to_be_visible()
    places = [bo.message('here I am'), bo.online(ana.account), in_list]

    await at_profile(ana)
    await choose_and_save(ana, quarters())

    addresses = {await shown(place) for place in places}
    assert len(addresses) == 1
    assert addresses == {await shown(ana.rooms.locator('.me'))}
    await bo.page.reload()
    assert await shown(bo.message('here I am')) in addresses

    await ana.page.get_by_role('button', name='Remove the picture').click()
    await expect(ana.page.get_by_text('Removed.')).to_be_visible()
    for place in places:
        await expect(place.locator('img')).to_have_count(0)
    await expect(bo.message('here I am').locator('.av')).to_have_text('A')
    gone = await bo.page.request.get(bo.address + addresses.pop())
    assert gone.status == 404


async def test_square_is_chosen_by_keyboard_seen_before_it_is_saved_and_is_what_others_get(people: People):
    ana, _ = await people.one()
    await at_profile(ana)
    page = ana.page
    await page.get_by_role('button', name='Choose a picture').focus()
    async with page.expect_file_chooser() as chooser:
        await page.keyboard.press('Enter')
    await (await chooser.value).set_files({'name': 'me.png', 'mimeType': 'image/png', 'buffer': quarters('PNG')})
    preview = page.locator('.crop-window img').first
    await expect(preview).to_have_attribute('style', re.compile(r'width: 200%; left: -50%'))

    await page.get_by_role('slider', name='Zoom').focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Tab')
    await expect(page.get_by_role('slider', name='Left to right')).to_be_focused()
    await page.keyboard.press('End')
    await page.get_by_role('slider', name='Up and down').press('Home')
    await expect(preview).to_have_attribute('style', re.compile(r'width: 800%; left: -700%; top: 0%'))
    await expect(ana.rooms.locator('.me img')).to_have_count(0)
    await page.get_by_role('dialog').get_by_role('button', name='Save').click()

    saved = await page.request.get(ana.address + await shown(ana.rooms.locator('.me')))
    assert alike(colours(await saved.body()), [GREEN] * 4)


async def test_picture_that_is_not_saved_is_nowhere_and_can_be_chosen_again(people: People):
    ana, _ = await people.one()
    await at_profile(ana)

    for _ in range(2):
        await choose(ana, quarters())
        await ana.page.get_by_role('dialog').get_by_role('button', name='Cancel').click()
        await expect(ana.page.get_by_role('dialog')).to_have_count(0)

    await ana.page.reload()
    await expect(ana.page.get_by_role('button', name='Choose a picture')).to_be_visible()
    await expect(ana.page.locator('.picture-field img')).to_have_count(0)


async def test_what_is_no_picture_is_refused_in_words(people: People):
    ana, _ = await people.one()
    ana.excuse('status of 422')
    await at_profile(ana)
    outcome = ana.page.locator('.picture-field').get_by_role('status')

    await choose(ana, quarters()[:200])
    await expect(outcome).to_have_text('This picture cannot be used: it is damaged, or larger than 20 megapixels.')
    await choose(ana, b'<script>alert(1)</script>')
    await expect(outcome).to_have_text('Choose a picture: a JPEG, PNG, WebP, GIF, HEIC or AVIF.')
    await choose(ana, b'<svg xmlns="http://www.w3.org/2000/svg"/>', 'me.svg')
    await expect(outcome).to_have_text('Choose a JPEG, PNG, WebP, GIF, HEIC or AVIF of at most 10 MB.')
    await choose_and_save(ana, quarters())
    await expect(outcome).to_have_text('Saved.')


async def test_picture_of_a_room_is_seen_in_its_head_its_beginning_and_the_list(people: People):
    ana, bo, room = await people.two()
    places = [bo.page.locator('.head h1'), bo.page.locator('.beginning'), bo.link(room)]

    await ana.go(f'{room.path}/settings')
    await choose_and_save(ana, quarters())

    await shown(ana.page.locator('.room-head .tile'))
    for place in places:
        await shown(place)
    await ana.page.get_by_role('button', name='Remove the picture').click()
    for place in places:
        await expect(place.locator('img')).to_have_count(0)
    await expect(bo.page.locator('.head h1')).to_have_text(f'# {room.name}')


async def test_member_who_is_no_admin_of_the_room_is_offered_no_picture(people: People):
    _, bo, room = await people.two()

    await bo.go(f'{room.path}/settings')

    await expect(bo.page.get_by_role('heading', level=2, name=room.name)).to_be_visible()
    await expect(bo.page.get_by_role('button', name='Choose a picture')).to_have_count(0)


async def test_name_and_picture_of_the_server_reach_open_tabs_and_the_door(people: People, house: House):
    ana, room = await people.one()
    before = (await ana.rooms.locator('.server .name').text_content()) or ''
    otto = await people.at(house.server.address, await house.control.owner('Otto of the name'))
    await otto.go('/admin?part=server')
    name = otto.page.get_by_role('textbox', name='Name of the server')

    try:
        await choose_and_save(otto, quarters('PNG'))
        await name.fill('The <boat> yard')
        await otto.page.get_by_role('button', name='Save', exact=True).click()

        await expect(ana.rooms.locator('.server .name')).to_have_text('The <boat> yard')
        await expect(ana.page).to_have_title(f'# {room.name} · The <boat> yard')
        address = await shown(ana.rooms.locator('.server'))
        stranger = await people.stranger()
        await stranger.go('/login')
        assert await shown(stranger.page.locator('.server')) == address
        await expect(stranger.page.locator('.server')).to_contain_text('The <boat> yard')
        icon = await stranger.page.request.get(f'{stranger.address}/icon')
        assert icon.headers['content-type'] == 'image/png'
        assert alike(colours(await icon.body())[:2], [RED, GREEN])
    finally:
        await name.fill(before)
        await otto.page.get_by_role('button', name='Save', exact=True).click()
        await otto.page.get_by_role('button', name='Remove the picture').click()
    await expect(ana.rooms.locator('.server .name')).to_have_text(before)
    await expect(ana.rooms.locator('.server img')).to_have_count(0)
