"""Files that were sent are found by what they say: over HTTP, a database, a folder and a process that reads them."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from livechat.domain.model import ServerRole, User
from livechat.domain.search import Hit
from livechat.store import DATABASE_NAME
from livechat.store.schema import migrate
from tests.pdf_files import pdf_of
from tests.ui.file_stand import FileStand, file_stand

pytestmark = pytest.mark.timeout(90)
REPORT = pdf_of('The report', 'On page two a quagga was seen\nnear the river.', compressed=True)


@pytest.fixture(scope='module')
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp('migrated') / DATABASE_NAME
    migrate(path, backups=path.parent / 'backups')
    return path


@pytest.fixture
async def stand(tmp_path: Path, migrated: Path) -> AsyncIterator[FileStand]:
    shutil.copy(migrated, tmp_path / DATABASE_NAME)
    async with file_stand(tmp_path) as stand:
        yield stand


async def all_read(stand: FileStand) -> None:
    while await stand.stores.files.unread():  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.01)


async def found(stand: FileStand, user: User, query: str) -> Sequence[Hit]:
    return (await stand.chat.search.find(user, query)).hits


async def test_sent_file_is_found_by_members_until_it_is_deleted(stand: FileStand) -> None:
    ana, bo, eve = await stand.person('Ana', ServerRole.OWNER), await stand.person('Bo'), await stand.person('Eve')
    room = await stand.room(ana, bo)
    number, _ = await stand.posted(ana, room, REPORT, 'report.pdf')
    await all_read(stand)

    (hit,) = await found(stand, bo, 'quagga')

    assert (hit.message.number, hit.room.id, hit.file_name) == (number, room.id, 'report.pdf')
    assert [piece.text for piece in hit.snippet if piece.is_match] == ['quagga']
    assert ''.join(piece.text for piece in hit.snippet) == 'The report On page two a quagga was seen near the river.'
    assert await found(stand, eve, 'quagga') == ()

    await stand.chat.rooms.delete_message(ana, room.id, number)
    assert await found(stand, bo, 'quagga') == ()
    await stand.chat.rooms.undo_deletion(ana, room.id, number)
    assert len(await found(stand, bo, 'quagga')) == 1

    await stand.chat.rooms.delete_message(ana, room.id, number)
    await stand.swept()
    assert await found(stand, bo, 'quagga') == ()


async def test_long_text_is_found_by_its_last_words_in_the_snippet(stand: FileStand) -> None:
    ana = await stand.person('Ana', ServerRole.OWNER)
    room = await stand.room(ana)
    await stand.posted(ana, room, b'word ' * 11_000 + b'then a quagga at the end', 'log.txt')
    await all_read(stand)

    (hit,) = await found(stand, ana, 'quagga')

    assert hit.file_name == 'log.txt'
    assert ''.join(piece.text for piece in hit.snippet).endswith('word then a quagga at the end')
    assert hit.snippet[0].text == '…'


@pytest.mark.parametrize('encoding', ['utf-16', 'utf-16-be', 'cp1252'])
async def test_text_of_windows_is_found_and_shown_in_its_encoding(stand: FileStand, encoding: str) -> None:
    ana = await stand.person('Ana', ServerRole.OWNER)
    room = await stand.room(ana)
    content = 'Grüße aus Köln:\r\nim Zoo haben wir ein Känguru gesehen, und ein Faultier.'.encode(encoding)
    number, path = await stand.posted(ana, room, content, 'Grüße.txt')
    await all_read(stand)

    (hit,) = await found(stand, ana, 'känguru')

    assert (hit.message.number, hit.file_name) == (number, 'Grüße.txt')
    assert ''.join(piece.text for piece in hit.snippet).startswith('Grüße aus Köln: im Zoo haben wir ein Känguru')
    assert hit.message.files[0].excerpt == 'Grüße aus Köln:\nim Zoo haben wir ein Känguru gesehen, und ein Faultier.'
    answer = await (await stand.browser(ana)).get(path)
    assert (answer.content, answer.text.removeprefix('\ufeff')) == (content, content.decode(encoding))


async def test_file_that_cannot_be_read_is_sent_and_found_by_its_name(stand: FileStand) -> None:
    ana = await stand.person('Ana', ServerRole.OWNER)
    room = await stand.room(ana)
    number, path = await stand.posted(ana, room, REPORT[:300], 'quagga.pdf')
    await all_read(stand)

    (hit,) = await found(stand, ana, 'quagga')

    assert (hit.message.number, hit.file_name) == (number, 'quagga.pdf')
    assert (await (await stand.browser(ana)).get(path)).content == REPORT[:300]
