"""What people have attached: the same everywhere, told in time, and as the store has it."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import pytest

from livechat.domain.attachment import Attachment, FileRecord, Making
from livechat.domain.backplane import LocalBackplane, LocalSubscription
from livechat.domain.events import TrayChanged, user_topic
from livechat.domain.file import FileId, FileKind
from livechat.domain.model import RoomId, UserId
from livechat.domain.tray_item import Stage, TrayItem, TrayItemId
from livechat.domain.trays import Tray, Trays
from tests.domain.house import all_settled, queued, started
from tests.fakes import MemoryStores
from tests.file_fakes import Gates
from tests.memory import Memory
from tests.memory_files import MemoryFileRecords
from tests.patience import until

ANA, ROOM = UserId(1), RoomId(1)
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class LateRecords(MemoryFileRecords):
    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self.gates = Gates()
        self.asked = 0

    async def waiting(self, user_id: UserId, room_id: RoomId) -> Sequence[FileRecord]:
        self.asked += 1
        found = await super().waiting(user_id, room_id)
        await self.gates.passing('waiting')
        return found


class Stand:
    def __init__(self) -> None:
        self.stores = MemoryStores()
        self.records = LateRecords(self.stores.memory)
        self.backplane = LocalBackplane()
        self.trays = Trays(self.records, self.backplane)

    async def record(self, file_id: str, making: Making = Making.DONE) -> Attachment:
        file = Attachment(id=FileId(file_id), name=file_id, kind=FileKind.OTHER, media_type='a/b', size=1, making=making)
        await self.records.add(FileRecord(file=file, key=file_id, room_id=ROOM, user_id=ANA, created_at=NOON))
        return file

    def told(self) -> LocalSubscription:
        return self.backplane.subscribe(user_topic(ANA))


@pytest.fixture
def stand() -> Stand:
    return Stand()


def item(number: int, stage: Stage = Stage.ARRIVING) -> TrayItem:
    return TrayItem(id=TrayItemId(1_000 + number), name=f'{number}', stage=stage, size=1)


def names(items: Collection[TrayItem]) -> list[str]:
    return [each.name for each in items]


async def test_tray_is_loaded_once_for_all_who_ask(stand: Stand) -> None:
    await stand.record('one')
    stand.records.gates.shut('waiting')
    asking = [started(stand.trays.of(ANA, ROOM)) for _ in range(3)]
    await until(lambda: stand.records.gates.waiting['waiting'])
    stand.records.gates.open('waiting')

    first, *others = await all_settled(asking)

    assert all(each is first for each in others)
    assert stand.records.asked == 1
    assert names((await stand.trays.of(ANA, ROOM)).items) == ['one']


async def test_picture_that_cannot_be_sent_does_not_come_back(stand: Stand) -> None:
    await stand.record('good')
    await stand.record('broken', Making.FAILED)

    assert names((await stand.trays.of(ANA, ROOM)).items) == ['good']


async def test_changes_of_one_moment_are_told_together(stand: Stand) -> None:
    tray, tab = await stand.trays.of(ANA, ROOM), stand.told()
    for number in range(3):
        tray.put(item(number))
    tray.change(item(1).id, received=1)
    tray.remove([item(0).id])

    event = await anext(tab)

    assert isinstance(event, TrayChanged)
    assert (event.user_id, event.room_id, names(event.items)) == (ANA, ROOM, ['1', '2'])
    assert await queued(tab) == []


async def test_what_was_removed_is_not_changed(stand: Stand) -> None:
    tray = await stand.trays.of(ANA, ROOM)
    tray.put(item(1))
    tray.remove([item(1).id])

    tray.change(item(1).id, stage=Stage.THERE)

    assert tray.items == ()
    assert tray.is_empty


async def test_refused_ones_do_not_count_and_of_many_the_last_are_shown(stand: Stand) -> None:
    tray = await stand.trays.of(ANA, ROOM)
    tray.put(item(0))
    for number in range(1, 30):
        tray.put(item(number, Stage.REFUSED))

    assert tray.count == 1
    assert names(tray.items) == ['0', *map(str, range(20, 30))]


async def test_empty_tray_is_forgotten_and_loaded_anew(stand: Stand) -> None:
    tray, tab = await stand.trays.of(ANA, ROOM), stand.told()
    tray.put(item(1))
    tray.remove([item(1).id])
    event = await anext(tab)
    assert isinstance(event, TrayChanged)
    assert event.items == ()

    assert stand.trays.known(ANA, ROOM) is None
    await stand.record('from elsewhere')
    assert names((await stand.trays.of(ANA, ROOM)).items) == ['from elsewhere']


async def test_what_has_expired_goes_from_all_trays_without_asking_the_store(stand: Stand) -> None:
    gone, kept = await stand.record('gone'), await stand.record('kept')
    tray, other = await stand.trays.of(ANA, ROOM), await stand.trays.of(ANA, RoomId(2))
    tray.put(item(1))
    other.put(item(2))
    stand.records.asked = 0

    stand.trays.forget({gone.id})

    assert (names(tray.items), names(other.items)) == ([kept.name, '1'], ['2'])
    assert stand.records.asked == 0


@pytest.mark.parametrize('how', ['sent or taken away', 'expired'])
async def test_file_that_goes_while_its_tray_is_read_does_not_come_back(stand: Stand, how: str) -> None:
    gone, kept = await stand.record('gone'), await stand.record('kept')
    stand.records.gates.shut('waiting')
    loading = started(stand.trays.of(ANA, ROOM))
    await until(lambda: stand.records.gates.waiting['waiting'])

    await stand.records.withdraw([gone.id], ANA, NOON)
    if how == 'expired':
        stand.trays.forget({gone.id})
    elif tray := stand.trays.known(ANA, ROOM):
        tray.remove(tray.of_files({gone.id}))
    stand.records.gates.open('waiting')
    (tray,) = await all_settled([loading])

    assert isinstance(tray, Tray)
    assert names(tray.items) == [kept.name]
