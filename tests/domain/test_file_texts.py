"""What files say: when it is read, what waits for it, and what becomes of files that cannot be read."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livechat.domain.attachment import Making
from livechat.domain.errors import TooBusy
from livechat.domain.file import FileId
from livechat.domain.patient_line import AGAIN_S, TRIES
from tests.domain.file_stand import PICTURE, FileStand, open_stand
from tests.domain.house import until
from tests.file_fakes import DAMAGED, TEXT


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[FileStand]:
    async with open_stand(tmp_path) as stand:
        yield stand


def text_of(stand: FileStand, file_id: FileId) -> str | None:
    return stand.stores.memory.files[file_id].text


async def test_text_is_read_before_the_file_is_sent(stand: FileStand) -> None:
    file = await stand.upload(stand.ana, TEXT + b'zebra')
    await stand.at_rest()

    assert text_of(stand, file.id) == 'zebra'


async def test_neither_upload_nor_message_waits_for_the_text(stand: FileStand) -> None:
    stand.inspector.gates.shut('text')
    file = await stand.upload(stand.ana, TEXT + b'zebra')
    message = await stand.post(stand.ana, file)
    await until(lambda: stand.inspector.gates.waiting['text'] == 1)
    assert text_of(stand, file.id) is None

    stand.inspector.gates.open('text')
    await stand.at_rest()

    assert text_of(stand, file.id) == 'zebra'
    assert (await stand.message(message.number)).files == (file,)


async def test_pictures_and_other_files_are_not_read(stand: FileStand) -> None:
    stand.inspector.gates.shut('text')

    files = [await stand.upload(stand.ana, data) for data in (PICTURE, b'plain')]
    await stand.made(files[0].id)

    assert stand.inspector.gates.waiting['text'] == 0
    assert [text_of(stand, file.id) for file in files] == [None, None]


async def test_file_that_cannot_be_read_says_nothing_and_is_shown(stand: FileStand) -> None:
    file = await stand.upload(stand.ana, TEXT + DAMAGED)
    await stand.post(stand.ana, file)
    await stand.at_rest()

    assert text_of(stand, file.id) == ''
    assert stand.stores.memory.files[file.id].record.file.making is Making.DONE
    assert await stand.may_open(stand.bo, file.id)


async def test_texts_of_one_person_do_not_keep_another_waiting(stand: FileStand) -> None:
    stand.inspector.gates.shut('text')
    anas = [await stand.upload(stand.ana, TEXT + b'%d' % number) for number in range(6)]
    await until(lambda: stand.inspector.gates.waiting['text'] == 1)
    bos = await stand.upload(stand.bo, TEXT + b'of Bo')
    await stand.at_rest()
    assert stand.inspector.gates.waiting['text'] == 1
    order: list[FileId] = []
    set_text = stand.stores.files.set_text

    async def noted(file_id: FileId, text: str) -> None:
        order.append(file_id)
        await set_text(file_id, text)

    stand.stores.files.set_text = noted  # type: ignore[method-assign]
    stand.inspector.gates.open('text')
    await until(lambda: len(order) == 6)  # one was under way

    assert bos.id in order[:2]
    assert {*order} == {bos.id, *(file.id for file in anas[1:])}


@pytest.mark.parametrize('trouble', [TooBusy(), OSError('no more processes')])
async def test_file_that_has_bad_luck_is_tried_again(stand: FileStand, trouble: Exception) -> None:
    stand.inspector.reading_trouble.append(trouble)
    file = await stand.upload(stand.ana, TEXT + b'zebra')
    await stand.at_rest()
    assert text_of(stand, file.id) is None

    stand.time.advance(AGAIN_S)
    await stand.at_rest()

    assert text_of(stand, file.id) == 'zebra'


@pytest.mark.parametrize('what', ['database', 'disk'])
async def test_text_is_read_again_when_a_store_had_trouble(stand: FileStand, what: str) -> None:
    stand.inspector.gates.shut('text')
    file = await stand.upload(stand.ana, TEXT + b'zebra')
    if what == 'database':
        await until(lambda: stand.inspector.gates.waiting['text'] == 1)
        stand.stores.memory.full = True
    else:
        stand.inspector.reading_trouble.append(PermissionError())
    stand.inspector.gates.open('text')
    await stand.at_rest()
    assert text_of(stand, file.id) is None

    stand.stores.memory.full = False
    stand.time.advance(AGAIN_S)
    await stand.at_rest()

    assert text_of(stand, file.id) == 'zebra'


async def test_file_of_endless_bad_luck_waits_for_the_next_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with open_stand(tmp_path) as stand:
        stand.inspector.reading_trouble.extend([TooBusy()] * TRIES)
        file = await stand.upload(stand.ana, TEXT + b'zebra')
        await stand.at_rest()
        for _ in range(TRIES + 3):
            stand.time.advance(AGAIN_S)
            await stand.at_rest()
        assert text_of(stand, file.id) is None
        assert not stand.inspector.reading_trouble
        assert 'What a file says is not found before the next start' in caplog.text

    async with stand.running():
        await stand.at_rest()

    assert text_of(stand, file.id) == 'zebra'


async def test_what_a_crash_interrupted_is_read_after_the_start(tmp_path: Path) -> None:
    async with open_stand(tmp_path) as stand:
        stand.inspector.gates.shut('text')
        sent, waiting = [await stand.upload(stand.ana, TEXT + data) for data in (b'zebra', b'giraffe')]
        await stand.post(stand.ana, sent)
        await until(lambda: stand.inspector.gates.waiting['text'] == 1)
    assert [text_of(stand, file.id) for file in (sent, waiting)] == [None, None]

    stand.inspector.gates.open('text')
    async with stand.running():
        await stand.at_rest()

    assert [text_of(stand, file.id) for file in (sent, waiting)] == ['zebra', 'giraffe']


async def test_file_that_is_taken_away_meanwhile_is_no_trouble(stand: FileStand, caplog: pytest.LogCaptureFixture) -> None:
    stand.inspector.gates.shut('text')
    await stand.upload(stand.ana, TEXT + b'first')
    file = await stand.upload(stand.ana, TEXT + b'second')
    await until(lambda: stand.inspector.gates.waiting['text'] == 1)
    for item in await stand.tray(stand.ana):
        await stand.files.remove(stand.ana, stand.room.id, item.id)
    await stand.swept()
    assert file.id not in stand.stores.memory.files

    stand.inspector.gates.open('text')
    await stand.at_rest()

    stand.nothing_is_left()
    assert not caplog.records
