"""What `ui/uploader.py` rests on: how Quasar's uploader, as an element that exists in the browser alone, sends files in Chromium."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, FilePayload, Locator, Playwright, expect

from tests.browser import BROWSER
from tests.browser.conftest import WITHIN_MS, House, People, Windows
from tests.browser.person import Person, each
from tests.control import Control, Room
from tests.server_process import ServerProcess

pytestmark = BROWSER
URL = '/uploads/7'
COMMAND = (sys.executable, '-m', 'tests.browser.upload_server')
FOLDER = Path(__file__).parents[2]
REFUSED = 'status of 413'
UNREADABLE = 'net::ERR_ACCESS_DENIED'


def of(name: str, size: int = 10) -> FilePayload:
    return {'name': name, 'mimeType': 'text/plain', 'buffer': b'x' * size}


class Hands:
    """Somebody in a room where files may be sent, and what the stand-in route has seen."""

    def __init__(self, person: Person, room: Room, control: Control, cdp: CDPSession, folder: Path) -> None:
        self.person = person
        self.page = person.page
        self.room = room
        self._control = control
        self._cdp = cdp
        self._folder = folder
        self.sent_frames: list[str] = []

    @property
    def button(self) -> Locator:
        return self.page.get_by_role('button', name='Attach files')

    @property
    def overlay(self) -> Locator:
        return self.page.locator('.q-uploader__dnd')

    async def open(self, url: str | None = URL, *, most: int = 10) -> None:
        await self._control._do('open_uploader', url=url, max_files=most)
        await (expect(self.button).to_be_hidden() if url is None else expect(self.button).to_be_visible())

    async def pick(self, *files: FilePayload | Path) -> None:
        """Through the chooser, as a click opens it."""
        async with self.page.expect_file_chooser() as opened:
            await self.button.click()
        chooser = await opened.value
        await chooser.set_files(list(files))  # type: ignore[arg-type]

    def file(self, name: str, size: int = 10) -> Path:
        path = self._folder / name
        path.write_bytes(b'y' * size)
        return path

    async def drag(self, path: Path, over: Locator, *, drop: bool = True) -> None:
        """A file from another program, over the middle of that; the browser's own doing is as real as the page's."""
        box = await over.bounding_box()
        assert box is not None
        data = {'items': [], 'files': [str(path)], 'dragOperationsMask': 1}
        for kind in ('dragEnter', *['dragOver'] * 3, *(['drop'] if drop else [])):
            place = {'x': box['x'] + box['width'] / 2, 'y': box['y'] + box['height'] / 2}
            await self._cdp.send('Input.dispatchDragEvent', {'type': kind, **place, 'data': data})
            await self.page.evaluate('new Promise(requestAnimationFrame)')
            await self.page.wait_for_timeout(20)  # for the browser to learn what the page made of it

    async def seen(self) -> dict[str, Any]:
        return dict(await self._control._do('uploads'))

    async def until(self, condition: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        for _ in range(WITHIN_MS // 20):
            seen = await self.seen()
            if condition(seen):
                return seen
            await self.page.wait_for_timeout(20)
        raise AssertionError(await self.seen())

    async def arrive(self, *names: str) -> None:
        """These and no others have arrived by now."""
        seen = await self.until(lambda seen: len(seen['arrived']) >= len(names))
        assert sorted(name for _, name, _ in seen['arrived']) == sorted(names)

    async def told(self, *what: Any) -> None:
        await self.until(lambda seen: list(what) in seen['told'])

    async def under_way(self, name: str) -> None:
        await self.until(lambda seen: name in seen['under_way'])

    async def let_go(self, name: str) -> None:
        await self._control._do('let_go', name=name)

    async def cut_sockets(self) -> None:
        await self._control._do('cut_sockets')


@pytest_asyncio.fixture(scope='module', loop_scope='session')
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """With the stand-in route. All pages come from one address, so that limit is raised."""
    environment = {'LIVECHAT_LIMITS__PAGES_PER_ADDRESS': '1000', 'PYTHONPATH': str(FOLDER)}
    with ServerProcess(tmp_path_factory.mktemp('uploads') / 'data', command=COMMAND, environment=environment) as server:
        async with Control.of(server) as control:
            await control.owner('Olga Owner')
            yield House(server, control)


@pytest_asyncio.fixture(scope='module', loop_scope='session')
async def windows(browser: Browser, house: House) -> Windows:
    return Windows(browser, house.server.address)


@pytest_asyncio.fixture(loop_scope='session')
async def hands(people: People, house: House, tmp_path: Path) -> Hands:
    return await hands_of(people, house, tmp_path)


async def hands_of(people: People, house: House, folder: Path, **options: Any) -> Hands:
    await house.control._do('forget_uploads')
    account = await house.control.person('Ana')
    room = await house.control.room(account)
    ana = await people.at(house.server.address, account, **options)
    frames: list[str] = []
    ana.page.on('websocket', lambda socket: socket.on('framesent', lambda frame: frames.append(str(frame))))
    await ana.enter(room)
    hands = Hands(ana, room, house.control, await ana.context.new_cdp_session(ana.page), folder)
    hands.sent_frames = frames
    await hands.open()
    return hands


async def test_click_opens_the_chooser_and_each_file_is_a_request_of_its_own(hands: Hands) -> None:
    await hands.pick(of('one.txt', 5), of('two.txt', 100_000))

    await hands.arrive('one.txt', 'two.txt')
    seen = await hands.seen()
    assert {path for path, _, _ in seen['arrived']} == {URL}
    assert seen['told'] == [['added', 2]]


@pytest.mark.parametrize('key', ['Enter', 'Space'])
async def test_chooser_opens_by_keyboard(hands: Hands, key: str) -> None:
    await hands.person.box.focus()
    await hands.page.keyboard.press('Shift+Tab')
    await expect(hands.button).to_be_focused()

    async with hands.page.expect_file_chooser() as opened:
        await hands.page.keyboard.press(key)
    await (await opened.value).set_files([of('one.txt')])

    await hands.arrive('one.txt')


async def test_same_file_twice_in_a_row_is_sent_twice(hands: Hands) -> None:
    path = hands.file('same.txt')

    for times in (1, 2, 3):
        await hands.pick(path)
        await hands.arrive(*['same.txt'] * times)


@pytest.mark.parametrize('place', ['log', 'box', 'heading'])
async def test_file_dropped_anywhere_on_the_conversation_is_sent(hands: Hands, place: str) -> None:
    over = hands.person.heading(hands.room) if place == 'heading' else getattr(hands.person, place)

    await hands.drag(hands.file('dropped.txt'), over, drop=False)
    await expect(hands.overlay).to_be_visible()
    talk, overlay = [await each.bounding_box() for each in (hands.page.locator('.talk'), hands.overlay)]
    assert talk is not None
    assert overlay is not None
    assert talk['width'] - overlay['width'] == talk['height'] - overlay['height'] == 20
    await hands.drag(hands.file('dropped.txt'), hands.overlay)

    await hands.arrive('dropped.txt')
    await expect(hands.overlay).to_have_count(0)


async def test_drop_beside_the_conversation_is_not_taken_and_never_leaves_the_page(hands: Hands) -> None:
    address = hands.page.url
    for beside in (hands.person.rooms, hands.person.people):
        await hands.drag(hands.file('beside.txt'), beside)
    await hands.page.get_by_role('button', name='New room').click()
    dialog = hands.page.get_by_role('dialog')
    await dialog.get_by_role('heading').click(trial=True)  # once it moves no more
    await hands.drag(hands.file('beside.txt'), dialog.get_by_role('heading'))
    await hands.page.keyboard.press('Escape')
    await expect(dialog).to_be_hidden()

    await hands.drag(hands.file('taken.txt'), hands.person.log)

    await hands.arrive('taken.txt')
    assert hands.page.url == address
    assert len(hands.person.context.pages) == 1


async def test_dragging_sends_nothing_to_the_server(hands: Hands) -> None:
    before = len(hands.sent_frames)

    for over in (hands.person.rooms, hands.person.log, hands.person.box):
        await hands.drag(hands.file('x.txt'), over, drop=False)
    await hands.page.evaluate('new Promise(done => setTimeout(done, 1_200))')  # longer than what is throttled may be held

    assert not [frame for frame in hands.sent_frames[before:] if 'drag' in frame or 'drop' in frame]


async def test_drop_while_files_are_sent_is_taken_once_more_and_then_missed_without_harm(hands: Hands) -> None:
    address = hands.page.url
    await hands.pick(of('hold1.txt', 100_000))
    await hands.under_way('hold1.txt')
    await hands.drag(hands.file('hold2.txt', 100_000), hands.person.log)
    await hands.under_way('hold2.txt')

    await hands.drag(hands.file('missed.txt'), hands.person.log)
    await hands.told('missed')
    await hands.pick(of('picked.txt'))
    await hands.arrive('picked.txt')

    for name in ('hold1.txt', 'hold2.txt'):
        await hands.let_go(name)
    await hands.arrive('picked.txt', 'hold1.txt', 'hold2.txt')
    assert hands.page.url == address


async def test_closed_uploader_takes_nothing_and_opens_again(hands: Hands) -> None:
    await hands.open(None)
    await hands.drag(hands.file('closed.txt'), hands.person.log)
    await expect(hands.overlay).to_have_count(0)
    await hands.person.say('said after the drop')  # over the same socket: then the server has heard of both
    await each([hands.person], 'said after the drop')

    await hands.open()
    await hands.drag(hands.file('open.txt'), hands.person.log)

    await hands.arrive('open.txt')
    assert ['missed'] not in (await hands.seen())['told']


async def test_another_address_and_a_closing_leave_a_running_upload_and_the_conversation_alone(hands: Hands) -> None:
    await hands.person.log.evaluate('element => { element.untouched = true }')
    await hands.pick(of('hold1.txt', 100_000))
    await hands.under_way('hold1.txt')

    await hands.open('/uploads/8')
    await hands.pick(of('other.txt'))
    await hands.arrive('other.txt')
    await hands.open(None)
    await hands.let_go('hold1.txt')

    await hands.arrive('other.txt', 'hold1.txt')
    assert sorted((path, name) for path, name, _ in (await hands.seen())['arrived']) == [(URL, 'hold1.txt'), ('/uploads/8', 'other.txt')]
    assert await hands.person.log.evaluate('element => element.untouched')


async def test_running_upload_outlives_the_loss_of_the_socket(hands: Hands) -> None:
    await hands.person.log.evaluate('element => { element.untouched = true }')
    await hands.pick(of('hold1.txt', 100_000))
    await hands.under_way('hold1.txt')

    async with hands.page.expect_event('websocket'):
        await hands.cut_sockets()
    await hands.pick(of('after.txt'))
    await hands.arrive('after.txt')
    await hands.let_go('hold1.txt')

    await hands.arrive('after.txt', 'hold1.txt')
    assert await hands.person.log.evaluate('element => element.untouched')
    assert (await hands.seen())['under_way'].count('hold1.txt') == 1


@pytest.mark.parametrize('answer', ['refuse', 'close'])
async def test_answer_in_the_middle_of_a_file_ends_it_and_it_is_not_sent_again(hands: Hands, answer: str) -> None:
    hands.person.excuse(REFUSED)
    await hands.pick(hands.file(f'{answer}.bin', 20_000_000), hands.file('beside.txt'))
    await hands.told('failed', 1)
    await hands.arrive('beside.txt')

    await hands.pick(of('next.txt'))

    await hands.arrive('beside.txt', 'next.txt')
    assert (await hands.seen())['under_way'].count(f'{answer}.bin') == 1


async def test_folder_fails_and_an_empty_file_arrives(hands: Hands, tmp_path: Path) -> None:
    hands.person.excuse(UNREADABLE)
    folder = tmp_path / 'folder'
    folder.mkdir()
    (folder / 'inside.txt').write_text('inside')

    await hands.drag(folder, hands.person.log)
    await hands.told('failed', 1)
    await hands.pick(of('empty.txt', 0))

    await hands.arrive('empty.txt')


async def test_more_files_than_allowed_are_left_out_with_a_reason(hands: Hands) -> None:
    names = [f'{number}.txt' for number in range(30)]

    await hands.pick(*map(of, names))

    await hands.arrive(*names[:10])
    await hands.told('rejected', 'max-files')
    await hands.told('added', 10)
    await hands.pick(*map(of, names))
    await hands.arrive(*names[:10], *names[:10])


async def test_thirty_files_at_once_arrive(hands: Hands) -> None:
    await hands.open(most=30)
    names = [f'{number}.txt' for number in range(30)]

    await hands.pick(*map(of, names))

    await hands.arrive(*names)


async def test_text_dragged_within_the_page_does_no_harm(hands: Hands) -> None:
    box = hands.person.box
    await box.fill('hello world')
    await box.dblclick(position={'x': 20, 'y': 15})
    place = await box.bounding_box()
    assert place is not None
    address, (x, y) = hands.page.url, (place['x'], place['y'] + 15)

    await hands.page.mouse.move(x + 20, y)
    await hands.page.mouse.down()
    await hands.page.mouse.move(x + 85, y, steps=10)
    await expect(hands.overlay).to_be_visible()
    await hands.page.mouse.up()

    await expect(hands.overlay).to_have_count(0)
    await expect(box).to_have_value('hello world')
    assert hands.page.url == address
    assert (await hands.seen())['under_way'] == []


async def test_uploader_takes_no_room_and_its_button_is_big_enough_for_a_finger(
    people: People, house: House, playwright: Playwright, tmp_path: Path
) -> None:
    phone = await hands_of(people, house, tmp_path, **playwright.devices['iPhone 13'])

    for name in ('.q-uploader', '.q-uploader__list'):
        assert set(await phone.page.locator(name).evaluate_all('all => all.map(each => getComputedStyle(each).display)')) == {'contents'}
    button = await phone.button.bounding_box()
    assert button is not None
    assert min(button['width'], button['height']) >= 44
    async with phone.page.expect_file_chooser():
        await phone.button.tap()


async def test_drop_that_nothing_prevents_does_leave_the_page(browser: Browser, tmp_path: Path) -> None:
    """The precondition of the tests above: the browser's own answer to a drop is a real one here."""
    page = await browser.new_page()
    context = page.context
    (tmp_path / 'x.txt').write_text('left')
    cdp = await context.new_cdp_session(page)

    for kind in ('dragEnter', 'dragOver', 'drop'):
        data = {'items': [], 'files': [str(tmp_path / 'x.txt')], 'dragOperationsMask': 1}
        await cdp.send('Input.dispatchDragEvent', {'type': kind, 'x': 50, 'y': 50, 'data': data})

    async def has_left() -> bool:
        return any('x.txt' in each.url for each in context.pages)

    await until(has_left, page.wait_for_timeout)
    await context.close()


async def until(condition: Callable[[], Awaitable[bool]], wait: Callable[[float], Awaitable[None]]) -> None:
    for _ in range(WITHIN_MS // 20):
        if await condition():
            return
        await wait(20)
    raise AssertionError('it never came about')
