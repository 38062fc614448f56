"""Files on their way: rights, limits, and that nothing is left of one that did not come."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from livechat.domain.attachment import FileRecord
from livechat.domain.errors import (
    Banned,
    LivechatError,
    NotAllowed,
    NotAMember,
    NotStored,
    RoomArchived,
    RoomNotFound,
    TimedOut,
    TooBusy,
    TooFast,
    TooMany,
)
from livechat.domain.events import TrayChanged
from livechat.domain.file import FileKind
from livechat.domain.file_errors import FileRefused, FileTooLarge, NoSpaceLeft
from livechat.domain.limits import Limits
from livechat.domain.model import User, UserKind, UserStatus
from livechat.domain.tray_item import Stage
from livechat.domain.uploads import INTERRUPTED, UploadCancelled
from tests.domain.file_stand import PICTURE, ROOMY, FileStand, open_stand
from tests.domain.house import all_settled, started
from tests.file_fakes import GROWING, REFUSED, TEXT
from tests.memory_files import MemoryFileRecords
from tests.patience import until


@pytest.fixture
def limits() -> Limits:
    return ROOMY


@pytest.fixture
async def stand(tmp_path: Path, limits: Limits) -> AsyncIterator[FileStand]:
    async with open_stand(tmp_path, limits) as stand:
        yield stand


class BreakingRecords(MemoryFileRecords):
    async def add(self, record: FileRecord) -> None:
        raise RuntimeError(record.key)


async def stages(stand: FileStand, user: User) -> list[tuple[Stage, str]]:
    return [(item.stage, item.why) for item in await stand.tray(user)]


async def arrives(stand: FileStand, *happening: bytes | Callable[[], Awaitable[object]], size: int = 0) -> None:
    """A file of Ana's in packets, and what happens in between."""
    async with stand.files.uploads.receiving(stand.ana, stand.room.id, 'a', size=size) as upload:
        for each in happening:
            await (upload.write(each) if isinstance(each, bytes) else each())
        await upload.finish()


# One that comes


async def test_file_that_has_arrived_waits_in_the_tray(stand: FileStand) -> None:
    file = await stand.upload(stand.ana, TEXT + b'hello', 'a.txt')

    (item,) = await stand.tray(stand.ana)
    record = await stand.files.open(stand.ana, file.id)
    assert (item.stage, item.file, item.size, item.percent) == (Stage.THERE, file, len(TEXT) + 5, 100)
    assert (file.kind, file.media_type, file.excerpt, file.name) == (FileKind.TEXT, 'text/plain', 'text: hello', 'a.txt')
    assert stand.folder.contents == {record.key: TEXT + b'hello'}
    assert (record.room_id, record.user_id, record.number) == (stand.room.id, stand.ana.id, None)
    assert stand.folder.arriving == []
    assert await stand.tray(stand.bo) == ()


async def test_percent_of_what_the_browser_announced(stand: FileStand) -> None:
    async with stand.files.uploads.receiving(stand.ana, stand.room.id, 'a', size=200) as upload:
        seen = []
        for _ in range(4):
            await upload.write(b'x' * 50)
            seen.append((await stand.tray(stand.ana))[0].percent)
        await upload.write(b'x' * 50)  # more than was said
        seen.append((await stand.tray(stand.ana))[0].percent)
        await upload.finish()

    assert seen == [25, 50, 75, 100, 100]
    assert (await stand.tray(stand.ana))[0].size == 250


async def test_tray_is_told_at_once_to_all_tabs_and_not_with_every_packet(stand: FileStand) -> None:
    tabs = [stand.told(stand.ana), stand.told(stand.ana)]

    async with stand.files.uploads.receiving(stand.ana, stand.room.id, 'a', size=1_000) as upload:
        for _ in range(100):
            await upload.write(b'x' * 10)
        first = await anext(tabs[0])
        await upload.finish()
    last = await anext(tabs[0])

    assert isinstance(first, TrayChanged)
    assert isinstance(last, TrayChanged)
    assert [(item.stage, item.received) for item in first.items] == [(Stage.ARRIVING, 1_000)]
    assert [item.stage for item in last.items] == [Stage.THERE]
    assert (last.user_id, last.room_id) == (stand.ana.id, stand.room.id)
    assert await stand.trays_told(tabs[0]) == []
    assert await stand.trays_told(tabs[1]) == [first, last]


# Rights, at the beginning and at the end


async def removed(stand: FileStand) -> None:
    await stand.chat.members.remove(stand.olga, stand.room.id, stand.ana.id)


async def archived(stand: FileStand) -> None:
    await stand.chat.room_settings.archive(stand.olga, stand.room.id)


async def announcing(stand: FileStand) -> None:
    await stand.chat.room_settings.set_rules(stand.olga, stand.room.id, announcements=True, slow_mode_s=0)


async def timed_out(stand: FileStand) -> None:
    await stand.chat.members.time_out(stand.olga, stand.room.id, stand.ana.id, 5)


async def deleted(stand: FileStand) -> None:
    await stand.chat.rooms.delete(stand.olga, stand.room.id)


MEANWHILE = [(removed, NotAMember), (archived, RoomArchived), (announcing, NotAllowed), (timed_out, TimedOut), (deleted, RoomNotFound)]


@pytest.mark.parametrize(('happens', 'error'), MEANWHILE)
async def test_who_may_not_post_sends_no_file(
    stand: FileStand, happens: Callable[[FileStand], Awaitable[None]], error: type[LivechatError]
) -> None:
    await happens(stand)

    with pytest.raises(error):
        await stand.upload(stand.ana)

    stand.nothing_is_left()


@pytest.mark.parametrize(('happens', 'error'), MEANWHILE)
async def test_right_that_is_lost_while_it_arrives_keeps_it_out(
    stand: FileStand, happens: Callable[[FileStand], Awaitable[None]], error: type[LivechatError]
) -> None:
    with pytest.raises(error):
        await arrives(stand, b'some of it', lambda: happens(stand))

    stand.nothing_is_left()


async def test_who_is_banned_sends_no_file(stand: FileStand) -> None:
    with pytest.raises(Banned):
        await stand.upload(replace(stand.ana, status=UserStatus.BANNED))

    stand.nothing_is_left()


async def test_who_is_banned_while_it_arrives_sends_no_file(stand: FileStand) -> None:
    with pytest.raises(Banned):
        await arrives(stand, b'some of it', lambda: stand.chat.moderation.ban(stand.olga, stand.ana.id))

    stand.nothing_is_left()


async def test_guest_outside_learns_nothing_of_the_room(stand: FileStand) -> None:
    guest = await stand.person('Gil', kind=UserKind.GUEST)

    with pytest.raises(RoomNotFound):
        await stand.upload(guest)


# Limits


@pytest.mark.parametrize(
    ('limits', 'error'),
    [
        (replace(ROOMY, file_bytes=99), FileTooLarge),
        (replace(ROOMY, person_file_bytes=99), NoSpaceLeft),
        (replace(ROOMY, server_file_bytes=99), NoSpaceLeft),
    ],
)
@pytest.mark.parametrize('announced', [0, 1, 100, -5])
async def test_limit_holds_whatever_the_browser_announced(stand: FileStand, error: type[LivechatError], announced: int) -> None:
    with pytest.raises(error) as refusal:
        await arrives(stand, b'x' * 50, b'x' * 50, size=announced)

    assert await stages(stand, stand.ana) == [(Stage.REFUSED, str(refusal.value))]
    stand.nothing_is_left()


@pytest.mark.parametrize(
    ('limits', 'error'),
    [
        (replace(ROOMY, file_bytes=99), FileTooLarge),
        (replace(ROOMY, person_file_bytes=99), NoSpaceLeft),
        (replace(ROOMY, server_file_bytes=99), NoSpaceLeft),
        (replace(ROOMY, file_bytes=100, person_file_bytes=100, server_file_bytes=100), None),
    ],
)
async def test_limit_holds_for_what_is_kept_which_may_be_more_than_what_came(stand: FileStand, error: type[LivechatError] | None) -> None:
    content = GROWING.ljust(50, b'x')

    if error is None:
        await stand.upload(stand.ana, content)
        assert stand.files._quota.used == 100
    else:
        with pytest.raises(error):
            await stand.upload(stand.ana, content)
        stand.nothing_is_left()


async def test_content_whose_record_breaks_goes_whatever_it_breaks_of(stand: FileStand) -> None:
    known = await stand.upload(stand.bo, b'known')
    stand.stores.files = BreakingRecords(stand.stores.memory)
    stand.files._records = stand.stores.files

    for content in (b'new', b'known'):
        with pytest.raises(RuntimeError):
            await stand.upload(stand.ana, content)

    assert list(stand.folder.contents.values()) == [b'known']
    assert await stand.may_open(stand.bo, known.id)


@pytest.mark.parametrize('limits', [replace(ROOMY, file_bytes=100, person_file_bytes=100, server_file_bytes=150)])
async def test_what_just_fits_is_taken_and_the_next_is_not(stand: FileStand) -> None:
    await stand.upload(stand.ana, b'x' * 100)

    with pytest.raises(NoSpaceLeft, match='your files'):
        await stand.upload(stand.ana, b'y')
    with pytest.raises(NoSpaceLeft, match='of this server'):
        await stand.upload(stand.bo, b'y' * 51)
    await stand.upload(stand.bo, b'y' * 50)

    assert stand.files._quota.used == 150


@pytest.mark.parametrize('limits', [replace(ROOMY, files_per_message=2)])
async def test_tray_takes_as_many_as_a_message_may_have(stand: FileStand) -> None:
    await stand.upload(stand.ana, b'1')
    with suppress(FileRefused):
        await stand.upload(stand.ana, REFUSED)  # what was refused does not count
    await stand.upload(stand.ana, b'2')

    with pytest.raises(TooMany):
        await stand.upload(stand.ana, b'3')
    await stand.upload(stand.bo, b'3')

    assert [stage for stage, _ in await stages(stand, stand.ana)].count(Stage.THERE) == 2


@pytest.mark.parametrize('limits', [replace(ROOMY, files_per_message=2)])
async def test_message_with_too_many_files_is_refused(stand: FileStand) -> None:
    files = [await stand.upload(stand.ana, b'1'), await stand.upload(stand.ana, b'2')]
    await stand.post(stand.ana, *files)
    more = [await stand.upload(stand.ana, b'3'), await stand.upload(stand.ana, b'4')]

    with pytest.raises(TooMany):
        await stand.post(stand.ana, *more, files[0])

    assert (await stand.post(stand.ana, *more)).files == tuple(more)


@pytest.mark.parametrize('limits', [replace(ROOMY, upload_burst=2, upload_refill_per_s=0.5)])
async def test_many_one_after_the_other_have_to_wait(stand: FileStand) -> None:
    for content in (b'1', b'2'):
        await stand.upload(stand.ana, content)

    with pytest.raises(TooFast) as refusal:
        await stand.upload(stand.ana, b'3')
    stand.time.advance(refusal.value.retry_after_s)

    await stand.upload(stand.ana, b'3')


@pytest.mark.parametrize('limits', [replace(ROOMY, uploads_at_once=12, uploads_at_once_in_all=100)])
@pytest.mark.parametrize(('people', 'taken'), [(1, 12), (20, 100)])
async def test_of_two_hundred_at_once_as_many_as_may_are_taken(stand: FileStand, people: int, taken: int) -> None:
    everybody = [await stand.person(f'P{number}') for number in range(people)]
    for user in everybody:
        await stand.chat.members.add(stand.olga, stand.room.id, user.id)
    stand.folder.gates.shut('finish')

    tasks = [started(stand.upload(everybody[number % people], b'%d' % number)) for number in range(200)]
    await until(lambda: stand.folder.gates.waiting['finish'] + sum(task.done() for task in tasks) == 200)
    assert len(stand.folder.arriving) == taken
    stand.folder.gates.open('finish')
    results = await all_settled(tasks)

    assert sum(isinstance(each, TooBusy) for each in results) == 200 - taken
    assert not [each for each in results if isinstance(each, BaseException) and not isinstance(each, TooBusy)]
    assert len(stand.folder.contents) == len(stand.stores.memory.files) == taken
    assert stand.folder.arriving == []
    await stand.upload(everybody[0], b'one more')


@pytest.mark.parametrize(
    'limits', [replace(ROOMY, uploads_at_once_in_all=4, upload_idle_s=30.0, upload_min_bytes_per_s=10.0, upload_busy_min_bytes_per_s=50.0)]
)
async def test_more_has_to_come_while_half_of_the_places_are_taken(stand: FileStand) -> None:
    uploads = stand.files.uploads
    async with uploads.receiving(stand.ana, stand.room.id, 'a'):
        assert uploads.least_bytes == 300
        async with uploads.receiving(stand.bo, stand.room.id, 'b'):
            assert uploads.least_bytes == 1_500
        async with uploads.form(stand.ana, stand.room.id), uploads.form(stand.bo, stand.room.id):
            assert uploads.least_bytes == 1_500

    assert uploads.least_bytes == 300


@pytest.mark.parametrize(
    ('limits', 'user_of', 'taken'),
    [
        (replace(ROOMY, uploads_at_once=2), lambda stand, _: stand.ana, 4),
        (replace(ROOMY, uploads_at_once_in_all=3), lambda stand, number: [stand.ana, stand.bo][number % 2], 6),
    ],
)
async def test_bodies_have_places_before_their_first_file(stand: FileStand, user_of: Callable[[FileStand, int], User], taken: int) -> None:
    """Twice as many as files: whoever sends one too many is told so by its name."""
    uploads = stand.files.uploads
    async with AsyncExitStack() as stack:
        for number in range(taken):
            await stack.enter_async_context(uploads.form(user_of(stand, number), stand.room.id))

        with pytest.raises(TooBusy):
            await stack.enter_async_context(uploads.form(stand.ana, stand.room.id))

    async with uploads.form(stand.ana, stand.room.id):
        pass


# What goes wrong


class BrokenOff(Exception):
    """As a web server says that the browser is gone."""


async def test_body_that_breaks_off_leaves_nothing(stand: FileStand) -> None:
    async def break_off() -> None:
        raise BrokenOff

    with pytest.raises(BrokenOff):
        await arrives(stand, b'half', break_off)

    assert await stages(stand, stand.ana) == [(Stage.REFUSED, INTERRUPTED)]
    stand.nothing_is_left()


async def test_body_that_ends_without_a_word_leaves_nothing(stand: FileStand) -> None:
    async with stand.files.uploads.receiving(stand.ana, stand.room.id, 'a') as upload:
        await upload.write(b'half')

    assert await stages(stand, stand.ana) == [(Stage.REFUSED, INTERRUPTED)]
    stand.nothing_is_left()


async def test_generator_that_is_closed_leaves_nothing(stand: FileStand) -> None:
    async def receiving() -> AsyncIterator[int]:
        async with stand.files.uploads.receiving(stand.ana, stand.room.id, 'a') as upload:
            await upload.write(b'half')
            yield 1

    generator = receiving()
    await anext(generator)
    await generator.aclose()  # type: ignore[attr-defined]

    assert await stages(stand, stand.ana) == [(Stage.REFUSED, INTERRUPTED)]
    stand.nothing_is_left()


@pytest.mark.parametrize('place', ['write', 'finish', 'inspect'])
async def test_request_that_is_cancelled_leaves_nothing(stand: FileStand, place: str) -> None:
    gates = stand.inspector.gates if place == 'inspect' else stand.folder.gates
    gates.shut(place)
    request = started(stand.upload(stand.ana, b'some'))
    await until(lambda: gates.waiting[place])

    request.cancel()
    await all_settled([request])
    gates.open(place)

    assert await stages(stand, stand.ana) == [(Stage.REFUSED, INTERRUPTED)]
    stand.nothing_is_left()


@pytest.mark.parametrize('place', ['keep', 'size', 'add'])
async def test_request_that_is_cancelled_while_it_is_kept_leaves_nothing(stand: FileStand, place: str) -> None:
    """What is being kept is kept; then nobody wants it."""
    gate = stand.stores.memory.gate
    if place == 'add':
        gate.clear()
    else:
        stand.folder.gates.shut(place)
    request = started(stand.upload(stand.ana, PICTURE))
    if place == 'add':
        await until(lambda: stand.folder.contents)
        await stand.at_rest()
    else:
        await until(lambda: stand.folder.gates.waiting[place])

    request.cancel()
    await all_settled([request])
    gate.set()
    if place != 'add':
        stand.folder.gates.open(place)
    await stand.swept()

    assert await stages(stand, stand.ana) == [(Stage.REFUSED, INTERRUPTED)]
    stand.nothing_is_left()


@pytest.mark.parametrize('place', ['write', 'finish', 'keep', 'add'])
async def test_full_disk_is_said_and_leaves_nothing(stand: FileStand, place: str) -> None:
    async def upload() -> None:
        async with stand.files.uploads.receiving(stand.ana, stand.room.id, 'a') as upload:
            if place == 'add':
                stand.stores.memory.full = True
            else:
                stand.folder.full.add(place)
            await upload.write(PICTURE)
            await upload.finish()

    with pytest.raises(NotStored) as trouble:
        await upload()

    assert await stages(stand, stand.ana) == [(Stage.REFUSED, str(trouble.value))]
    stand.nothing_is_left()
    stand.stores.memory.full = False
    stand.folder.full.clear()
    await stand.upload(stand.ana, PICTURE)


async def test_full_disk_does_not_take_away_what_others_have(stand: FileStand) -> None:
    file = await stand.upload(stand.bo, PICTURE)
    await stand.made(file.id)
    key = stand.stores.memory.files[file.id].record.key

    stand.stores.memory.full = True
    with pytest.raises(NotStored):
        await stand.upload(stand.ana, PICTURE)

    assert len(stand.folder.contents) == 3
    assert stand.folder.contents[key] == PICTURE
    assert [record.user_id for record in [each.record for each in stand.stores.memory.files.values()]] == [stand.bo.id]


async def test_content_that_cannot_be_removed_is_removed_later(stand: FileStand) -> None:
    stand.stores.memory.full = True
    stand.folder.full.add('delete')
    with pytest.raises(NotStored):
        await stand.upload(stand.ana)
    assert stand.folder.contents

    stand.stores.memory.full = False
    stand.folder.full.clear()
    await stand.swept()

    stand.nothing_is_left()


async def test_refused_content_says_why_and_leaves_nothing(stand: FileStand) -> None:
    with pytest.raises(FileRefused):
        await stand.upload(stand.ana, REFUSED + b'!', 'cat.png')

    assert await stages(stand, stand.ana) == [(Stage.REFUSED, '“cat.png” is not taken.')]
    stand.nothing_is_left()


async def test_only_accepted_types_are_taken(tmp_path: Path) -> None:
    async with open_stand(tmp_path, accepted=['image/*', 'application/pdf']) as stand:
        await stand.upload(stand.ana, PICTURE, 'picture.txt')

        with pytest.raises(FileRefused, match=r'image/\*, application/pdf'):
            await stand.upload(stand.ana, TEXT, 'text.png')

        assert [stage for stage, _ in await stages(stand, stand.ana)] == [Stage.THERE, Stage.REFUSED]


# Taken away again


async def test_file_that_is_taken_away_while_it_arrives_stops(stand: FileStand) -> None:
    async def take_away() -> None:
        await stand.files.remove(stand.ana, stand.room.id, (await stand.tray(stand.ana))[0].id)

    with pytest.raises(UploadCancelled):
        await arrives(stand, b'half', take_away, b'more')

    assert await stand.tray(stand.ana) == ()
    stand.nothing_is_left()


@pytest.mark.parametrize('place', ['inspect', 'keep', 'add'])
async def test_file_that_is_taken_away_while_it_is_checked_does_not_come(stand: FileStand, place: str) -> None:
    gates = stand.inspector.gates if place == 'inspect' else stand.folder.gates
    if place == 'add':
        stand.stores.memory.gate.clear()
    else:
        gates.shut(place)
    request = started(stand.upload(stand.ana, PICTURE))
    await stand.at_rest()
    (item,) = await stand.tray(stand.ana)
    assert item.stage is Stage.CHECKING

    await stand.files.remove(stand.ana, stand.room.id, item.id)
    stand.stores.memory.gate.set()
    if place != 'add':
        gates.open(place)
    (result,) = await all_settled([request])
    await stand.swept()

    assert isinstance(result, UploadCancelled)
    assert await stand.tray(stand.ana) == ()
    stand.nothing_is_left()


async def test_file_that_waits_is_taken_away(stand: FileStand) -> None:
    file = await stand.upload(stand.ana, PICTURE)
    (item,) = await stand.tray(stand.ana)

    await stand.files.remove(stand.bo, stand.room.id, item.id)
    assert await stand.may_open(stand.ana, file.id)
    await stand.files.remove(stand.ana, stand.room.id, item.id)
    assert not await stand.may_open(stand.ana, file.id)
    await stand.files.remove(stand.ana, stand.room.id, item.id)
    await stand.swept()

    assert await stand.tray(stand.ana) == ()
    stand.nothing_is_left()


async def test_file_that_cannot_be_taken_away_stays_in_the_tray(stand: FileStand) -> None:
    """Else it would come back with the next start."""
    file = await stand.upload(stand.ana)
    (item,) = await stand.tray(stand.ana)

    stand.stores.memory.full = True
    with pytest.raises(NotStored):
        await stand.files.remove(stand.ana, stand.room.id, item.id)
    stand.stores.memory.full = False

    assert await stand.tray(stand.ana) == (item,)
    assert (await stand.post(stand.ana, file)).files == (file,)


async def test_file_that_is_taken_away_before_it_is_sent_is_said(stand: FileStand) -> None:
    file = await stand.upload(stand.ana)
    (item,) = await stand.tray(stand.ana)
    await stand.files.remove(stand.ana, stand.room.id, item.id)

    with pytest.raises(LivechatError, match='removed before this was sent'):
        await stand.post(stand.ana, file, body='look')


async def test_quota_counts_no_byte_twice_while_a_file_is_kept(stand: FileStand) -> None:
    async with stand.files.uploads.receiving(stand.ana, stand.room.id, 'a') as upload:
        await upload.write(b'x' * 100)
        assert stand.files._quota.used == 100
        await upload.finish()
        assert stand.files._quota.used == 100

    assert stand.files._quota.used == 100
    await asyncio.sleep(0)
