"""Four hundred messages, of which the page shows what is read."""

from playwright.async_api import expect

from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.person import Person, each
from tests.control import Room

pytestmark = BROWSER
TOTAL = 400
MOST_SHOWN = 350


async def reader_of_a_long_room(people: People, house: House) -> tuple[Person, Room]:
    account = await house.control.person('Ana')
    room = await house.control.room(account)
    await house.control.post(account, room, *(f'message {number}' for number in range(1, TOTAL + 1)))
    return await people.enter(room, account), room


async def numbers(person: Person) -> list[int]:
    return [number for number, _ in await person.shown()]


async def read_upwards(person: Person, first: int) -> int:
    """Scroll until that message is on the page; the most messages that were on it at once."""
    most = 0
    while (shown := await numbers(person))[0] > first:
        assert shown == list(range(shown[0], shown[-1] + 1))
        most = max(most, len(shown))
        await person.scroll_up()
        await expect(person.log.locator(f'#m{shown[0] - 1}')).to_be_attached()
    return most


async def place_of(person: Person, number: int) -> float:
    """Pixels from the top of the window."""
    box = await person.log.locator(f'#m{number}').bounding_box()
    assert box is not None
    return box['y']


async def topmost_in_view(person: Person) -> int:
    """The number of the message at the upper edge of what one reads."""
    found = await person.log.evaluate(
        """log => {
            const edge = document.querySelector('header').getBoundingClientRect().bottom + 40
            return Number([...log.querySelectorAll('article')].find(article => article.getBoundingClientRect().top >= edge).id.slice(1))
        }"""
    )
    return int(found)


async def note_jumps(person: Person) -> None:
    """Have the browser note whenever pages were added or taken away and what is read stands elsewhere afterwards."""
    await person.page.evaluate(
        """() => {
            window.jumps = []
            const scroller = document.querySelector('[role=log]').parentElement
            const middle = () => {
                const box = scroller.getBoundingClientRect()
                const found = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest('article')
                return found && [found, found.getBoundingClientRect().top, scroller.scrollTop]
            }
            let seen = middle()
            let turned = [0, 0, 0] // by the wheel, in this frame and the two before: a slow machine shows many turns at once
            scroller.addEventListener('wheel', event => { turned[0] += Math.abs(event.deltaY) }, {passive: true})
            const frame = () => {
                if (seen && seen[0].isConnected) {
                    const moved = Math.abs(seen[0].getBoundingClientRect().top - seen[1])
                    const asked = turned.reduce((sum, each) => sum + each)
                    // a page is some thousand pixels high
                    if (moved > asked + 900) window.jumps.push(`${seen[0].id} moved by ${moved}, the wheel by ${asked}`)
                }
                seen = middle()
                turned = [0, ...turned.slice(0, 2)]
                requestAnimationFrame(frame)
            }
            requestAnimationFrame(frame)
        }"""
    )


async def test_room_opens_on_its_newest_messages(people: People, house: House):
    ana, _ = await reader_of_a_long_room(people, house)

    await expect(ana.log.locator(f'#m{TOTAL}')).to_be_in_viewport()

    shown = await numbers(ana)
    assert shown == list(range(shown[0], TOTAL + 1))
    assert 50 <= len(shown) <= 150


async def test_reader_scrolls_up_to_the_first_message_and_the_page_holds_a_window(people: People, house: House):
    ana, room = await reader_of_a_long_room(people, house)

    most = await read_upwards(ana, 1)

    await expect(ana.page.get_by_text('This is the beginning of')).to_be_attached()
    shown = await ana.shown()
    assert shown == (await house.control.messages(room))[: len(shown)]
    assert most <= MOST_SHOWN
    assert len(shown) <= MOST_SHOWN


async def test_view_stays_steady_while_older_messages_load_above(people: People, house: House):
    ana, _ = await reader_of_a_long_room(people, house)
    oldest = (await numbers(ana))[0]
    await ana.log.hover()
    await note_jumps(ana)

    for _ in range(20):
        await ana.page.mouse.wheel(0, -400)
        await ana.page.wait_for_timeout(50)  # as a hand turns it

    await expect(ana.log.locator(f'#m{oldest - 50}')).to_be_attached()
    assert await ana.page.evaluate('jumps') == []


async def test_view_stays_steady_while_messages_arrive_and_the_button_counts_them(people: People, house: House):
    ana, room = await reader_of_a_long_room(people, house)
    await ana.log.hover()
    await ana.page.mouse.wheel(0, -1_200)
    await expect(ana.jump).to_be_visible()
    await ana.page.wait_for_timeout(300)  # the wheel's own movement
    watched = await topmost_in_view(ana)
    before = await place_of(ana, watched)

    await house.control.post(ana.account, room, 'one', 'two', 'three')
    await expect(ana.page.get_by_role('button', name='Jump to newest (3)')).to_be_visible()

    assert abs(await place_of(ana, watched) - before) <= 2
    await ana.jump.click()
    await expect(ana.log.locator(f'#m{TOTAL + 3}')).to_be_in_viewport()
    await expect(ana.jump).to_be_hidden()
    await house.control.post(ana.account, room, 'four')
    await expect(ana.log.locator(f'#m{TOTAL + 4}')).to_be_in_viewport()
    shown = await ana.shown()
    assert shown == (await house.control.messages(room))[-len(shown) :]


async def test_reader_at_the_newest_message_follows_a_flood(people: People, house: House):
    ana, bo, room = await people.two()

    for burst in range(8):
        posted = await house.control.post(bo.account, room, *(f'flood {burst} {number}' for number in range(60)))
    await expect(ana.log.locator(f'#m{posted[-1]}')).to_be_in_viewport()

    everything = await house.control.messages(room)
    for person in (ana, bo):
        shown = await person.shown()
        assert shown == everything[-len(shown) :]
        assert 50 <= len(shown) <= MOST_SHOWN


async def test_old_message_that_is_edited_or_deleted_changes_for_who_reads_it(people: People, house: House):
    ana, room = await reader_of_a_long_room(people, house)
    await read_upwards(ana, 200)

    await house.control.edit(room, 210, 'rewritten')
    await house.control.delete(room, 211)

    await expect(ana.log.locator('#m210')).to_contain_text('rewritten(edited)')
    await expect(ana.log.locator('#m211')).to_have_text('This message was deleted.')
    shown = await ana.shown()
    everything = await house.control.messages(room)
    assert shown == everything[shown[0][0] - 1 : shown[-1][0]]


async def test_reader_comes_back_down_from_the_first_message_to_the_newest(people: People, house: House):
    ana, room = await reader_of_a_long_room(people, house)
    await read_upwards(ana, 1)

    await ana.log.hover()
    while (shown := await numbers(ana))[-1] < TOTAL:
        assert len(shown) <= MOST_SHOWN
        await ana.page.mouse.wheel(0, 20_000)
        await expect(ana.log.locator(f'#m{shown[-1] + 1}')).to_be_attached()

    await ana.page.mouse.wheel(0, 20_000)
    await expect(ana.log.locator(f'#m{TOTAL}')).to_be_in_viewport()
    await house.control.post(ana.account, room, 'fresh')
    await each([ana], 'fresh')
