"""Smaller pictures: in whose turn they are made, and what becomes of those that cannot be made."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from livechat.domain.attachment import Attachment, FileRecord, Making
from livechat.domain.errors import RoomUnavailable, TooBusy
from livechat.domain.file import FileId
from livechat.domain.file_pictures import AT_ONCE
from livechat.domain.patient_line import AGAIN_S, TRIES
from livechat.domain.room_actor import RoomActor
from tests.domain.file_stand import PICTURE, FileStand, open_stand
from tests.domain.house import all_settled, started
from tests.patience import until


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[FileStand]:
    async with open_stand(tmp_path) as stand:
        yield stand


def making(stand: FileStand, file: Attachment) -> Making:
    return stand.stores.memory.files[file.id].record.file.making


async def test_picture_that_takes_too_long_is_shown_as_it_is(stand: FileStand) -> None:
    stand.inspector.is_slow = True

    file = await stand.upload(stand.ana, PICTURE)
    await stand.made(file.id)

    assert making(stand, file) is Making.DONE
    assert await stand.may_open(stand.ana, file.id)
    assert set(stand.folder.contents) == {stand.stores.memory.files[file.id].record.key}


async def test_many_files_of_one_person_are_looked_at_one_after_the_other(stand: FileStand) -> None:
    stand.inspector.gates.shut('inspect')
    anas = [started(stand.upload(stand.ana, PICTURE + b'%d' % number)) for number in range(5)]
    await stand.at_rest()
    assert stand.inspector.gates.waiting['inspect'] == 1

    bos = started(stand.upload(stand.bo, PICTURE))
    await until(lambda: stand.inspector.gates.waiting['inspect'] == 2)

    stand.inspector.gates.open('inspect')
    assert len(await all_settled([*anas, bos])) == 6
    assert not stand.files.uploads._looks


async def test_many_pictures_of_one_person_do_not_keep_another_waiting(stand: FileStand) -> None:
    stand.inspector.gates.shut('thumbnails')
    anas = [await stand.upload(stand.ana, PICTURE + b'%d' % number) for number in range(6)]
    await until(lambda: stand.inspector.gates.waiting['thumbnails'] == AT_ONCE)
    bos = await stand.upload(stand.bo, PICTURE + b'of Bo')
    done: list[FileId] = []
    stand.files._pictures._done = _noting(stand.files._pictures._done, done)

    stand.inspector.gates.open('thumbnails')
    await stand.made(anas[-1].id)

    assert bos.id in done[: AT_ONCE + 2]
    assert len(done) == 7


@pytest.mark.parametrize(('who', 'where', 'drawn'), [('Bo', 'same room', 1), ('Ana', 'other room', 1), ('Bo', 'other room', 2)])
async def test_equal_picture_is_drawn_again_for_who_cannot_know_the_other(stand: FileStand, who: str, where: str, drawn: int) -> None:
    first = await stand.upload(stand.ana, PICTURE)
    await stand.made(first.id)
    assert stand.inspector.thumbnailed == 1
    room = stand.room
    if where == 'other room':
        room = await stand.chat.rooms.create(stand.olga, 'Garden')
        await stand.chat.members.add(stand.olga, room.id, stand.people[who].id)

    second = await stand.upload(stand.people[who], PICTURE, room=room)
    await stand.made(second.id)

    assert making(stand, second) is Making.DONE
    assert stand.inspector.thumbnailed == drawn


@pytest.mark.parametrize('trouble', [TooBusy(), OSError('no more processes'), FileNotFoundError()])
async def test_picture_that_has_bad_luck_is_tried_again(stand: FileStand, trouble: Exception) -> None:
    stand.inspector.trouble.append(trouble)
    file = await stand.upload(stand.ana, PICTURE)
    await stand.at_rest()
    assert making(stand, file) is Making.UNDER_WAY

    stand.time.advance(AGAIN_S)
    await stand.made(file.id)

    assert making(stand, file) is Making.DONE


async def test_picture_whose_room_has_trouble_is_told_again(stand: FileStand, monkeypatch: pytest.MonkeyPatch) -> None:
    room, troubles = stand.files._pictures._room, [RoomUnavailable()]
    monkeypatch.setattr(stand.files._pictures, '_room', lambda room_id: _raise(troubles.pop()) if troubles else room(room_id))
    stand.inspector.gates.shut('thumbnails')
    file = await stand.upload(stand.ana, PICTURE)
    message = await stand.post(stand.ana, file)
    stand.inspector.gates.open('thumbnails')
    await stand.at_rest()
    assert [each.making for each in (await stand.message(message.number)).files] == [Making.UNDER_WAY]

    stand.time.advance(AGAIN_S)
    await stand.at_rest()

    assert [each.making for each in (await stand.message(message.number)).files] == [Making.DONE]


async def test_picture_of_endless_bad_luck_waits_for_the_next_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with open_stand(tmp_path) as stand:
        stand.inspector.trouble.extend([TooBusy()] * TRIES)
        file = await stand.upload(stand.ana, PICTURE)
        await stand.at_rest()
        for _ in range(TRIES + 3):
            stand.time.advance(AGAIN_S)
            await stand.at_rest()
        assert making(stand, file) is Making.UNDER_WAY
        assert stand.inspector.thumbnailed == TRIES
        assert 'before the next start' in caplog.text

    async with stand.running():
        await stand.made(file.id)

    assert making(stand, file) is Making.DONE


def _noting(
    done: Callable[[FileRecord, Making], Awaitable[object]], ids: list[FileId]
) -> Callable[[FileRecord, Making], Awaitable[object]]:
    async def noted(record: FileRecord, making: Making) -> object:
        ids.append(record.file.id)
        return await done(record, making)

    return noted


def _raise(error: Exception) -> RoomActor:
    raise error
