"""Files that tests make themselves, and what is around them in a real browser."""

import asyncio
import itertools
import re
from collections.abc import Sequence
from pathlib import Path

import httpx
from PIL import Image
from playwright.async_api import Locator, expect

from tests.browser.person import Person
from tests.control import Account, Room

SIZE = re.compile(r'^[\d.]+ (bytes|kB|MB)$')
"""What a file says that is there; others say how far they are."""
_colours = itertools.cycle(('steelblue', 'seagreen', 'firebrick', 'goldenrod'))


def picture(folder: Path, name: str, size: tuple[int, int] = (800, 600)) -> Path:
    """A real one, in the format that its name says."""
    path = folder / name
    shades = Image.linear_gradient('L').resize(size).convert('RGB')
    Image.blend(shades, Image.new('RGB', size, next(_colours)), 0.5).save(path)
    return path


def pdf(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(b'%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n')
    return path


async def drop(person: Person, files: Sequence[Path], over: Locator) -> None:
    """From another program, over the middle of that element: the browser's own doing is as real as the page's."""
    box = await over.bounding_box()
    assert box is not None
    cdp = await person.context.new_cdp_session(person.page)
    data = {'items': [], 'files': [str(path) for path in files], 'dragOperationsMask': 1}
    for kind in ('dragEnter', *['dragOver'] * 3, 'drop'):
        place = {'x': box['x'] + box['width'] / 2, 'y': box['y'] + box['height'] / 2}
        await cdp.send('Input.dispatchDragEvent', {'type': kind, **place, 'data': data})
        await person.page.evaluate('new Promise(requestAnimationFrame)')
    await cdp.detach()


async def slow_line(person: Person, *, bytes_per_s: int) -> None:
    """What that person sends from now on."""
    cdp = await person.context.new_cdp_session(person.page)
    await cdp.send('Network.enable')
    conditions = {'offline': False, 'latency': 0, 'downloadThroughput': -1, 'uploadThroughput': bytes_per_s}
    await cdp.send('Network.emulateNetworkConditions', conditions)


async def pick(person: Person, *files: Path) -> None:
    """Through the chooser that the button opens."""
    async with person.page.expect_file_chooser() as opened:
        await person.page.get_by_role('button', name='Attach files').click()
    await (await opened.value).set_files(list(files))


class Attached:
    """The files above one person's box."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self.all = person.page.get_by_role('list', name='Attached files').get_by_role('listitem')

    def of(self, name: str) -> Locator:
        return self.all.filter(has_text=name)

    async def are(self, *names: str) -> None:
        """These and no others, all of them there to be sent."""
        await expect(self.all).to_have_count(len(names))
        for name in names:
            await expect(self.of(name).get_by_text(SIZE)).to_be_visible()

    async def remove(self, name: str) -> None:
        await self._person.page.get_by_role('button', name=f'Remove {name}', exact=True).click()


def client(address: str, account: Account | None) -> httpx.AsyncClient:
    """Somebody's program, with their cookie."""
    cookies = {} if account is None else {'livechat': account.token}
    return httpx.AsyncClient(base_url=address, cookies=cookies, headers={'Origin': address})


async def upload(address: str, account: Account, room: Room, *files: Path) -> list[str]:
    """Into their tray of that room; the ids."""
    async with client(address, account) as program:
        answers = await asyncio.gather(
            *(program.post(f'/uploads/{room.id}', files={'file': (path.name, path.read_bytes())}) for path in files)
        )
    return [answer.raise_for_status().json()['files'][0]['id'] for answer in answers]
