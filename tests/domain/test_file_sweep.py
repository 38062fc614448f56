"""What nobody can get any more leaves the disk; and what that costs while there is nothing to do."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from livechat.domain.errors import NotStored
from livechat.domain.file import FileId
from livechat.domain.file_records import Forgotten
from livechat.domain.file_sweep import EXPIRES_EVERY_S, FEW_ORPHANS
from livechat.domain.model import UserId
from tests.domain.file_stand import KEPT_S, PICTURE, ROOMY, FileStand, open_stand
from tests.domain.house import all_settled, started
from tests.fakes import MemoryStores
from tests.file_fakes import FolderFiles
from tests.memory import Memory
from tests.memory_files import MemoryFileRecords

HOUR_S = 3_600.0


class CountingRecords(MemoryFileRecords):
    """Notes what is asked, and what is written."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self.asked: Counter[str] = Counter()
        self.dies_in = ''
        """Once."""

    def _ask(self, what: str) -> None:
        self.asked[what] += 1
        if self.dies_in == what:
            self.dies_in = ''
            raise RuntimeError(what)

    async def expire(self, before: datetime, at: datetime) -> Collection[FileId]:
        self._ask('expire')
        return await super().expire(before, at)

    async def take_gone(self, before: datetime) -> Forgotten:
        self._ask('take_gone')
        return await super().take_gone(before)

    async def usage(self) -> Mapping[UserId, int]:
        self._ask('usage')
        return await super().usage()

    async def keys(self) -> Collection[str]:
        self._ask('keys')
        return await super().keys()


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[FileStand]:
    async with open_stand(tmp_path) as stand:
        yield stand


async def test_without_work_the_store_is_asked_once_an_hour(tmp_path: Path) -> None:
    stores = MemoryStores()
    stores.files = records = CountingRecords(stores.memory)
    async with FileStand(FolderFiles(tmp_path), stores=stores).running() as stand:
        await stand.post(stand.ana, await stand.upload(stand.ana, PICTURE))
        await stand.swept()
        records.asked.clear()
        stand.stores.memory.gate.clear()  # nobody could write

        for _ in range(3):
            stand.time.advance(HOUR_S)
            await stand.at_rest()
            for _ in range(20):
                stand.time.advance(KEPT_S / 2)
                await stand.at_rest()

        assert records.asked == {'expire': 3}
        stand.stores.memory.gate.set()
    assert EXPIRES_EVERY_S == HOUR_S


async def test_what_was_not_sent_for_a_day_goes_from_store_and_tray(stand: FileStand) -> None:
    await stand.upload(stand.ana, b'old')
    stand.time.advance(ROOMY.unsent_file_s - 10)
    await stand.at_rest()
    young = await stand.upload(stand.ana, b'young')
    assert len(await stand.tray(stand.ana)) == 2

    stand.time.advance(HOUR_S)
    await stand.swept()

    assert [item.file for item in await stand.tray(stand.ana)] == [young]
    assert list(stand.folder.contents.values()) == [b'young']
    assert stand.files._quota.used == len(b'young')


async def test_what_arrives_while_others_expire_stays_in_the_tray(stand: FileStand) -> None:
    await stand.upload(stand.ana, b'old')
    stand.time.advance(ROOMY.unsent_file_s)
    await stand.at_rest()
    stand.stores.memory.gate.clear()
    request = started(stand.upload(stand.ana, b'young'))
    stand.time.advance(HOUR_S)
    await stand.at_rest()

    stand.stores.memory.gate.set()
    (young,) = await all_settled([request])
    await stand.swept()

    assert [item.file for item in await stand.tray(stand.ana)] == [young]


async def test_sweep_that_finds_the_database_full_tries_again(stand: FileStand) -> None:
    message = await stand.post(stand.ana, await stand.upload(stand.ana))
    await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)

    stand.stores.memory.full = True
    await stand.swept()
    assert stand.folder.contents
    stand.stores.memory.full = False
    await stand.swept()

    stand.nothing_is_left()


async def test_expiry_that_finds_the_database_full_tries_again_before_the_next_hour(stand: FileStand) -> None:
    await stand.upload(stand.ana)
    stand.time.advance(ROOMY.unsent_file_s)
    stand.stores.memory.full = True
    await stand.at_rest()
    stand.time.advance(HOUR_S)
    await stand.at_rest()
    assert stand.folder.contents

    stand.stores.memory.full = False
    await stand.swept(4 * KEPT_S)

    stand.nothing_is_left()


async def test_contents_that_the_disk_does_not_let_go_of_go_later(stand: FileStand) -> None:
    message = await stand.post(stand.ana, await stand.upload(stand.ana))
    kept = await stand.upload(stand.bo, b'kept')
    await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)

    stand.folder.full.add('delete')
    await stand.swept()
    assert len(stand.folder.contents) == 2
    stand.folder.full.clear()
    await stand.swept()

    assert list(stand.folder.contents.values()) == [b'kept']
    assert await stand.may_open(stand.bo, kept.id)


async def test_start_over_a_disk_that_lets_go_of_nothing(tmp_path: Path) -> None:
    async with open_stand(tmp_path) as stand:
        await stand.upload(stand.ana, b'kept')
    await stand.folder.put('orphan', b'left by a crash')
    stand.folder.full.add('delete')

    async with stand.running():
        assert stand.folder.contents['orphan']
        stand.folder.full.clear()
        await stand.swept()
        assert list(stand.folder.contents.values()) == [b'kept']


async def test_content_that_the_disk_did_not_let_go_of_and_somebody_sent_again_stays(stand: FileStand) -> None:
    message = await stand.post(stand.ana, await stand.upload(stand.ana, b'same'))
    await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)
    stand.folder.full.add('delete')
    await stand.swept()

    file = await stand.upload(stand.bo, b'same')
    stand.folder.full.clear()
    await stand.swept()

    assert await stand.may_open(stand.bo, file.id)
    assert list(stand.folder.contents.values()) == [b'same']


@pytest.mark.parametrize(
    ('known', 'orphans', 'are_kept'), [(0, 1, True), (1, FEW_ORPHANS, False), (1, FEW_ORPHANS + 1, True), (30, 25, False)]
)
async def test_start_over_a_database_that_is_another_one_removes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, known: int, orphans: int, are_kept: bool
) -> None:
    async with open_stand(tmp_path) as stand:
        for number in range(known):
            await stand.upload(stand.ana, b'%d' % number)
    for number in range(orphans):
        await stand.folder.put(f'orphan{number}', b'of a chat that was here before')

    async with stand.running():
        message = await stand.post(stand.ana, file := await stand.upload(stand.ana, b'new'))
        await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)
        await stand.swept()

        assert not await stand.may_open(stand.ana, file.id)
        assert len(stand.folder.contents) == known + are_kept * orphans
    assert ('put the right one in its place' in caplog.text) is are_kept


@pytest.mark.parametrize('what', ['expire', 'take_gone'])
async def test_sweep_that_dies_begins_again_where_it_was(tmp_path: Path, what: str) -> None:
    stores = MemoryStores()
    stores.files = records = CountingRecords(stores.memory)
    async with FileStand(FolderFiles(tmp_path), stores=stores).running() as stand:
        await stand.swept()
        message = await stand.post(stand.ana, await stand.upload(stand.ana))
        await stand.upload(stand.bo, b'unsent')
        await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)
        stand.time.advance(ROOMY.unsent_file_s + 1)
        records.dies_in = what
        await stand.swept(4 * KEPT_S)

        assert not records.dies_in
        stand.nothing_is_left()


async def test_deletion_frees_the_quota_once_it_cannot_be_taken_back(tmp_path: Path) -> None:
    """Else whoever deletes, attaches as much again and takes the deletion back has twice what they may."""
    async with open_stand(tmp_path, replace(ROOMY, person_file_bytes=100)) as stand:
        message = await stand.post(stand.ana, await stand.upload(stand.ana, b'x' * 100))
        await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)
        await stand.swept(KEPT_S / 2)
        assert stand.files._quota.used_by(stand.ana.id) == 100

        await stand.swept()
        assert stand.files._quota.used_by(stand.ana.id) == 0
        await stand.upload(stand.ana, b'y' * 100)


async def test_deletion_frees_the_quota_also_of_a_content_that_others_have(stand: FileStand) -> None:
    message = await stand.post(stand.ana, await stand.upload(stand.ana, b'same'))
    await stand.upload(stand.bo, b'same')
    await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)

    await stand.swept()

    assert (stand.files._quota.used_by(stand.ana.id), stand.files._quota.used_by(stand.bo.id)) == (0, 4)
    assert list(stand.folder.contents.values()) == [b'same']


async def test_what_is_deleted_and_what_fails_costs_no_reading_of_all_files(tmp_path: Path) -> None:
    stores = MemoryStores()
    stores.files = records = CountingRecords(stores.memory)
    async with FileStand(FolderFiles(tmp_path), stores=stores).running() as stand:
        records.asked.clear()
        message = await stand.post(stand.ana, await stand.upload(stand.ana, PICTURE))
        await stand.chat.rooms.delete_message(stand.ana, stand.room.id, message.number)
        await stand.swept()
        stores.memory.full = True
        with pytest.raises(NotStored):
            await stand.upload(stand.ana)
        stores.memory.full = False

        assert not records.asked['usage'] + records.asked['keys']
        stand.nothing_is_left()
