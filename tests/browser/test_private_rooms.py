"""A private room does not exist for whoever is not in it: not in a list, not at an address, not in one frame of their socket."""

import itertools
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from livechat.ui.people_view import FILTER
from livechat.ui.shell import Part, part
from livechat.ui.stream import Kind, element_id
from tests.browser import BROWSER
from tests.browser.conftest import House, People
from tests.browser.overheard import Overheard
from tests.browser.person import Person
from tests.control import Control, Room

pytestmark = BROWSER
NO_SUCH_ROOM = 'There is no such room, or it is not open to you.'
NEVER_THERE = Room(999_999, 'never-was-any', 'Never')
ROOM_WORD, NEW_NAME, DESCRIPTION_WORD, MESSAGE_WORD, DIRECT_WORD = 'Hedgehog', 'Flamingo', 'meerkats', 'walruses', 'porcupines'
SECRETS = (ROOM_WORD, NEW_NAME, DESCRIPTION_WORD, MESSAGE_WORD, DIRECT_WORD)
UNLIKE = re.compile(r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|nonce(="|-)[\w-]+')
"""What differs between any two answers: the ids of the client and its listeners, the nonce of the scripts."""
_numbers = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Ana and Bo share a private room that was open once, and a direct one; Sam shares nothing with them."""

    control: Control
    ana: Person
    bo: Person
    sam: Person
    bo_hears: Overheard
    sam_hears: Overheard
    hidden: Room
    was_open: Room
    direct: Room
    square: Room
    """Where Sam is."""

    def leaks(self) -> list[str]:
        """Frames of Sam's socket that know anything of those rooms."""
        hears = self.sam_hears
        assert hears.having('Square'), 'nobody listened to Sam'
        return hears.having(*SECRETS, self.ana.name, self.bo.name) + hears.about(self.hidden.id, self.direct.id)

    async def enter_hidden(self, person: Person, path: str) -> None:
        """By whatever name it goes by now."""
        await person.go(path)
        await expect(person.page.get_by_role('heading', level=1)).to_contain_text(ROOM_WORD)

    async def let_sam_finish(self) -> None:
        """A tab does what it was asked for in order: then all before this is answered."""
        await self.sam.rooms.locator(f'a[href="{self.square.path}"]').click()  # its name may say that it is unread
        await expect(self.sam.heading(self.square)).to_be_visible()
        words = f'still here, {next(_numbers)}'
        await self.sam.say(words)
        await expect(self.sam.articles.filter(has_text=words)).to_have_count(1)


@pytest_asyncio.fixture(scope='module', loop_scope='session')
async def scene(browser: Browser, house: House) -> AsyncIterator[Scene]:
    """One for all tests here."""
    async with AsyncExitStack() as stack:
        people, control = People(browser, house, stack), house.control
        accounts = [await control.person(name) for name in ('Anastasia', 'Bonifatius', 'Sam')]
        was_open = await control.room(*accounts[:2], name=ROOM_WORD)
        hidden = await control.convert(accounts[0], was_open, 'private')
        direct = await control.direct(accounts[0], accounts[1])
        await control.post(accounts[0], direct, f'of {DIRECT_WORD}')
        square = await control.room(accounts[2], name='Square')
        ana, bo, sam = [await people.at(house.server.address, account) for account in accounts]
        bo_hears, sam_hears = Overheard(bo.page), Overheard(sam.page)
        await ana.enter(hidden)
        await bo.enter(hidden)
        await sam.enter(square)
        yield Scene(
            control=control,
            ana=ana,
            bo=bo,
            sam=sam,
            bo_hears=bo_hears,
            sam_hears=sam_hears,
            hidden=hidden,
            was_open=was_open,
            direct=direct,
            square=square,
        )
        assert people.complaints() == []


async def test_stranger_hears_nothing_of_what_members_do_in_private_and_direct_rooms(scene: Scene, house: House):
    control, ana, bo, sam = scene.control, scene.ana, scene.bo, scene.sam
    other = await control.person('Cyprian')
    await ana.box.press_sequentially('half a')
    await expect(bo.typing).to_contain_text(ana.name)
    await ana.box.fill('')

    first, second = await control.post(ana.account, scene.hidden, f'all {MESSAGE_WORD}', 'soon gone')
    await control.mention(ana.account, scene.hidden, sam.account, f'@{sam.name}, {MESSAGE_WORD}')
    await control.edit(scene.hidden, first, f'many {MESSAGE_WORD}')
    await control.delete(scene.hidden, second)
    await control.post(ana.account, scene.direct, f'more {DIRECT_WORD}')
    await control.add(ana.account, scene.hidden, other)
    await control.remove(ana.account, scene.hidden, other)
    renamed = await control.rename(ana.account, scene.hidden, f'{NEW_NAME} {ROOM_WORD}')
    await control.describe(ana.account, scene.hidden, f'Home of {DESCRIPTION_WORD}')
    await expect(bo.page.locator('header').get_by_text(DESCRIPTION_WORD)).to_be_visible()
    await expect(bo.link(renamed)).to_be_visible()
    await scene.let_sam_finish()

    assert all(scene.bo_hears.having(word) for word in (*SECRETS[:4], ana.name))
    assert scene.bo_hears.about(scene.hidden.id)
    assert scene.bo_hears.about(scene.direct.id)
    assert scene.leaks() == []


async def test_private_room_is_in_no_list_of_a_stranger(scene: Scene):
    page = scene.sam.page

    await page.get_by_role('button', name='Server menu').click()
    await page.locator('#server-menu').get_by_role('link', name='Browse rooms').click()
    listed = page.get_by_role('list', name='All rooms').get_by_role('listitem')
    await expect(listed.filter(has_text=scene.square.name)).to_have_count(1)
    await scene.let_sam_finish()

    assert scene.leaks() == []


@pytest.mark.parametrize('way', ['address', 'link'])
async def test_every_address_of_a_private_room_looks_like_one_that_never_was(scene: Scene, people: People, house: House, way: str):
    una = await people.at(house.server.address, await house.control.person('Una'))
    hears = Overheard(una.page)
    await una.go('/rooms')

    async def look(path: str) -> tuple[str, str]:
        """The text and the title of the page, without the address itself."""
        if way == 'address':
            await una.go(path)
        else:
            await una.page.evaluate('path => emitEvent("sub_pages_navigate", path)', path)
            await una.page.wait_for_url(una.address + path)
        await expect(una.page.get_by_text(NO_SUCH_ROOM)).to_be_visible()
        await expect(una.page).to_have_title(re.compile('^No such room'))
        seen = await una.page.locator('body').inner_text(), await una.page.title()
        if way == 'link':
            await una.page.evaluate('emitEvent("sub_pages_navigate", "/profile")')
            await expect(una.page.get_by_text(NO_SUCH_ROOM)).to_be_hidden()
        return seen

    like_nothing = await look(NEVER_THERE.path)
    hidden, was_open, direct = scene.hidden.path, scene.was_open.path, scene.direct.path
    for path in (hidden, f'{hidden}?m=1', f'{hidden}/settings', was_open, direct):
        assert await look(path) == like_nothing
    await scene.enter_hidden(scene.bo, was_open)  # to a member the old address leads on

    asked = '|'.join(re.escape(room.path) for room in (scene.hidden, scene.was_open, scene.direct))
    told = [re.sub(asked, '', frame) for frame in hears.having(*SECRETS, scene.ana.name, scene.bo.name)]
    assert [frame for frame in told if any(word.casefold() in frame.casefold() for word in SECRETS)] == []
    assert hears.about(scene.hidden.id, scene.direct.id) == []


async def test_plain_answer_for_a_private_room_is_the_one_for_a_room_that_never_was(scene: Scene, house: House):
    async with httpx.AsyncClient(base_url=house.server.address, cookies={'livechat': scene.sam.account.token}) as http:

        async def ask(room: Room, ending: str) -> tuple[int, str, list[str]]:
            answer = await http.get(room.path + ending)
            body = UNLIKE.sub('', answer.text.replace(room.path, ''))
            headers = [UNLIKE.sub('', f'{name}: {value}') for name, value in answer.headers.items() if name != 'date']
            return answer.status_code, body, sorted(headers)

        for ending in ('', '?m=1', '/settings'):
            never = await ask(NEVER_THERE, ending)
            for room in (scene.hidden, scene.was_open, scene.direct):
                assert await ask(room, ending) == never


def events_about(room: int) -> Iterator[tuple[int, object]]:
    """What elements of a room could report, and what the buttons of a tab could say of it."""
    for kind, number, argument in (
        (Kind.BROWSE_BUTTON, 0, {}),
        (Kind.BROWSE, 0, ROOM_WORD),
        (Kind.ROOM_LINK, 0, {}),
        (Kind.LOG, 0, {}),
        (Kind.PAGE, 0, {}),
        (Kind.MESSAGE, 1, {}),
        (Kind.TOP, 0, True),
        (Kind.BOTTOM, 0, True),
        (Kind.PEOPLE, FILTER, 'a'),
        (Kind.PEOPLE, FILTER, ''),
        (Kind.PERSON, 1, {}),
    ):
        yield element_id(kind, room, number), argument
    for which in (Part.JOIN, Part.STAR, Part.JUMP):
        yield part(which), {}
    for command in (
        '--unread-1',
        '--unread-99999999999999999999',
        '--reply-999',
        '--more-1',
        '--uncard-1-0',
        '--read-all',
        f'--join-{room}',
        7,
        None,
    ):
        yield part(Part.COMMANDS), {'command': command}
    yield part(Part.COMMANDS), [room]


FRAMES = tuple(
    f'42["event",{{"id":{number},"client_id":"CLIENT","listener_id":"x","args":["{{}}"]}}]'
    for number in ('-1', '0', '1', '4503599627370495', '9007199254740992', '9223372036854775808', '1e300', 'null', '"6"', '[1]')
)
"""With ids that no element has, or nothing could have."""


async def test_frames_sent_by_hand_bring_nothing_of_a_private_room(scene: Scene, house: House):
    sam, hears = scene.sam, scene.sam_hears
    await scene.let_sam_finish()
    before = await house.control.messages(scene.hidden), await house.control.messages(scene.direct)

    said: list[list[str]] = []
    for room in (NEVER_THERE, scene.hidden, scene.direct):
        known = len(list(hears.notices()))
        for page in ('its own room', 'all rooms'):
            if page == 'all rooms':
                await sam.page.evaluate('emitEvent("sub_pages_navigate", "/rooms")')
                await expect(sam.page.get_by_role('list', name='All rooms')).to_be_visible()
            for target, argument in events_about(room.id):
                await hears.fire(target, argument)
        await scene.let_sam_finish()
        said.append(list(hears.notices())[known:])
    await hears.throw(FRAMES)
    await scene.let_sam_finish()

    await expect(sam.page.get_by_role('button', name='Remove from favourites')).to_be_visible()  # what is allowed was done, three times
    assert said[0] == said[1] == said[2]
    assert sam.name not in await house.control.members(scene.hidden) + await house.control.members(scene.direct)
    assert (await house.control.messages(scene.hidden), await house.control.messages(scene.direct)) == before
    assert scene.leaks() == []


async def test_events_in_the_name_of_another_ones_page_do_nothing(scene: Scene, house: House):
    bo, sam, hears = scene.bo, scene.sam, scene.sam_hears
    await scene.enter_hidden(bo, scene.hidden.path)
    await bo.box.fill('not for anybody yet')
    bos_page = await scene.bo_hears.client_id()
    before = await house.control.messages(scene.hidden)

    for target, argument in ((part(Part.SEND), {}), (part(Part.STAR), {}), (element_id(Kind.BROWSE_BUTTON, scene.hidden.id), {})):
        await hears.fire(target, argument, client_id=bos_page)
    await scene.let_sam_finish()

    assert await house.control.messages(scene.hidden) == before
    assert bo.name in await house.control.members(scene.hidden)
    await expect(bo.box).to_have_value('not for anybody yet')
    await bo.box.fill('')
    assert sam.name not in await house.control.members(scene.hidden)


async def test_name_of_a_private_room_is_free_for_others(people: People, house: House):
    hidden = await house.control.room(await house.control.person('Ana'), name='Cellar', private=True)
    vera = await people.at(house.server.address, await house.control.person('Vera'))
    await vera.go('/rooms')
    dialog = vera.page.get_by_role('dialog')

    await vera.page.get_by_role('button', name='New room', exact=True).click()
    await dialog.get_by_role('textbox', name='Name').fill(hidden.name)
    await dialog.get_by_role('button', name='Create room').click()

    await expect(vera.page.get_by_role('heading', level=1, name=hidden.name)).to_be_visible()
    await expect(vera.box).to_be_visible()


async def test_guest_who_asks_by_hand_is_suggested_nobody_of_other_rooms(scene: Scene, people: People, house: House):
    host = await people.at(house.server.address, await house.control.person('Hostess'))
    square = await house.control.room(host.account, name='Square')
    guest = await people.stranger()
    await guest.go((await house.control.invitation(host.account, square)).path)
    await guest.page.get_by_role('textbox', name='Name', exact=True).fill('Gustav')
    guest_hears, host_hears = Overheard(guest.page), Overheard(host.page)
    await guest.page.get_by_role('button', name='Join').click()
    await host.enter(square)
    await expect(guest.box).to_be_visible()

    for person, hears in ((host, host_hears), (guest, guest_hears)):
        await hears.fire(part(Part.NEW_DIRECT), {})
        await person.page.get_by_role('dialog').get_by_role('textbox', name='Find people').fill(scene.ana.name)
    await expect(host.page.get_by_role('list', name='Suggestions').get_by_role('listitem')).to_have_text([re.compile(scene.ana.name)])
    await expect(guest.page.get_by_role('list', name='Suggestions').get_by_role('listitem')).to_have_text(['Nobody is found.'])

    assert host_hears.having(scene.ana.name.lower().replace(' ', '.'))
    assert guest_hears.having(scene.ana.name.lower().replace(' ', '.')) == []
