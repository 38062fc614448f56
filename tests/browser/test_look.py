"""Dark and light, folded and open: as the person likes it, on all their tabs."""

from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person

pytestmark = BROWSER


async def until_dark(person: Person, *, dark: bool) -> None:
    """What the eye says: light letters on a dark ground."""
    await person.page.wait_for_function(
        """dark => {
            const [red, green, blue] = getComputedStyle(document.querySelector('main')).color.match(/[0-9.]+/g).map(Number)
            return (red + green + blue > 3 * 128) === dark
        }""",
        arg=dark,
    )


async def test_theme_is_chosen_in_the_profile_and_applies_in_all_tabs_and_after_a_reload(people: People):
    ana, room = await people.one(color_scheme='light')
    second = await ana.another_tab(room)
    await until_dark(second, dark=False)

    await ana.page.get_by_role('link', name='Settings').click()
    await ana.page.get_by_role('radio', name='Dark').click()

    await until_dark(ana, dark=True)
    await until_dark(second, dark=True)
    await second.page.reload()
    await expect(second.heading(room)).to_be_visible()
    await until_dark(second, dark=True)
    await ana.page.get_by_role('radio', name='Light', exact=True).click()
    await until_dark(second, dark=False)


async def test_theme_follows_the_device_until_one_is_chosen(people: People):
    ana, _ = await people.one(color_scheme='dark')
    await until_dark(ana, dark=True)

    await ana.page.emulate_media(color_scheme='light')
    await until_dark(ana, dark=False)

    await ana.page.get_by_role('link', name='Settings').click()
    await ana.page.get_by_role('radio', name='Dark').click()
    await until_dark(ana, dark=True)
    await ana.page.get_by_role('radio', name='Like my device').click()
    await until_dark(ana, dark=False)


async def test_plain_pages_follow_the_device_too(people: People):
    stranger = await people.stranger(color_scheme='dark')
    await stranger.go('/login')
    await until_dark(stranger, dark=True)

    await stranger.page.emulate_media(color_scheme='light')

    await until_dark(stranger, dark=False)


async def test_both_sides_fold_and_stay_folded_on_every_device(people: People, house: House):
    ana, room = await people.one()

    await ana.page.get_by_role('button', name='Show or hide people').click()
    await expect(ana.people).to_be_hidden()
    await ana.page.get_by_role('button', name='Show or hide rooms').click()
    await expect(ana.rooms).to_be_hidden()

    await ana.page.reload()
    await expect(ana.heading(room)).to_be_visible()
    await expect(ana.people).to_be_hidden()
    await expect(ana.rooms).to_be_hidden()
    other = await people.enter(room, await house.control.another_sign_in(ana.account))
    await expect(other.people).to_be_hidden()
    await ana.page.get_by_role('button', name='Show or hide rooms').click()
    await expect(other.rooms).to_be_visible()
    await expect(other.people).to_be_hidden()


async def test_new_name_is_shown_to_everybody_at_once(people: People):
    ana, bo, room = await people.two()
    await ana.say('who am I')
    await expect(bo.articles.first).to_contain_text(ana.name)

    await ana.page.get_by_role('link', name='Settings').click()
    await ana.page.get_by_role('textbox', name='Display name').fill(f'Renamed {ana.name}')
    await ana.page.get_by_role('button', name='Save').click()

    await expect(ana.page.get_by_text('Saved.')).to_be_visible()
    await expect(bo.articles.first).to_contain_text(f'Renamed {ana.name}')
    await expect(bo.people.get_by_text(f'Renamed {ana.name}')).to_be_visible()
    await ana.link(room).click()
    await expect(ana.articles.first).to_contain_text(f'Renamed {ana.name}')
