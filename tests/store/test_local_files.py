"""Files in a folder: who may read them, what a crash, a full disk and a cancelled caller leave."""

import asyncio
import logging
import os
import resource
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from livechat.domain.errors import NotStored
from livechat.store.disk_files import PIECE_BYTES, put_in_place
from livechat.store.files import LocalFiles
from tests.store.test_file_store import content, kept

MIB = 2**20
DISK_BYTES = 2 * MIB


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[LocalFiles]:
    files = await LocalFiles.open(tmp_path)
    yield files
    await files.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    folder = tmp_path / 'small'
    folder.mkdir()
    mount = ['mount', '-t', 'tmpfs', '-o', f'size={DISK_BYTES}', 'livechat-test', str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip('only root makes file systems')
    yield folder
    subprocess.run(['umount', str(folder)], check=True)


def on_disk(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob('*') if path.is_file()}


def modes_below(folder: Path) -> dict[Path, int]:
    return {path.relative_to(folder): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob('*')}


async def test_files_are_for_their_owner_alone(files: LocalFiles, tmp_path: Path):
    key = await kept(files, b'secret')
    await files.put(f'{key}.480', b'small')

    modes = modes_below(tmp_path)

    place = Path('files') / key[:2]
    assert modes == {
        Path('files'): 0o700,
        Path('files/incoming'): 0o700,
        place: 0o700,
        place / key: 0o600,
        place / f'{key}.480': 0o600,
    }


async def test_replaced_file_is_for_its_owner_alone_too(files: LocalFiles, tmp_path: Path):
    async with files.receive() as incoming:
        await incoming.write(b'first')
        await incoming.finish()
        incoming.path.unlink()
        incoming.path.write_bytes(b'other')
        incoming.path.chmod(0o644)
        key = await files.keep(incoming)

    assert stat.S_IMODE((tmp_path / 'files' / key[:2] / key).stat().st_mode) == 0o600


async def test_what_a_crash_left_is_thrown_away_at_the_next_start(files: LocalFiles, tmp_path: Path):
    key = await kept(files, b'kept')
    (tmp_path / 'files/incoming/abc').write_bytes(b'half')

    again = await LocalFiles.open(tmp_path)

    assert on_disk(tmp_path / 'files') == {f'{key[:2]}/{key}'}
    assert await content(again, key) == b'kept'
    await again.close()


async def test_foreign_files_are_not_named(files: LocalFiles, tmp_path: Path):
    key = await kept(files, b'kept')
    (tmp_path / 'files' / key[:2] / 'notes.txt').write_bytes(b'')

    assert set(await files.names()) == {key}


async def test_damaged_file_is_whole_when_the_same_comes_again(files: LocalFiles, tmp_path: Path):
    key = await kept(files, b'same')
    (tmp_path / 'files' / key[:2] / key).write_bytes(b'')

    await kept(files, b'same')

    assert await content(files, key) == b'same'


async def test_same_content_from_many_at_once_is_kept_once(files: LocalFiles, tmp_path: Path):
    keys = await asyncio.gather(*(kept(files, b'x' * PIECE_BYTES, b'same') for _ in range(50)))

    assert len(set(keys)) == 1
    assert on_disk(tmp_path / 'files') == {f'{keys[0][:2]}/{keys[0]}'}


async def test_small_pieces_reach_the_disk_together(files: LocalFiles):
    async with files.receive() as incoming:
        await incoming.write(b'x' * (PIECE_BYTES - 1))
        assert not incoming.path.exists()

        await incoming.write(b'x')

        assert incoming.path.stat().st_size == PIECE_BYTES


async def test_full_disk_is_told_and_logged_once_and_gives_back_what_it_took(small_disk: Path, caplog: pytest.LogCaptureFixture):
    files = await LocalFiles.open(small_disk)
    key = await kept(files, b'x' * MIB)

    for _ in range(3):
        with pytest.raises(NotStored):
            await kept(files, *[b'y' * PIECE_BYTES] * 16)
    with pytest.raises(NotStored):
        await files.put(f'{key}.480', b'z' * DISK_BYTES)

    assert on_disk(small_disk) == {f'files/{key[:2]}/{key}'}
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert await content(files, key) == b'x' * MIB
    await kept(files, b'small')
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
    await files.close()


async def test_full_disk_gives_back_at_once_what_it_took(small_disk: Path):
    files = await LocalFiles.open(small_disk)
    async with files.receive() as incoming:
        with pytest.raises(NotStored):
            await incoming.write(b'y' * 2 * DISK_BYTES)

        assert not on_disk(small_disk)
        for attempt in (lambda: incoming.write(b'more'), incoming.finish, lambda: files.keep(incoming)):
            with pytest.raises(NotStored):
                await attempt()
    await files.close()


LIMITED = """
import asyncio, resource, signal, sys
from pathlib import Path
from livechat.domain.errors import NotStored
from livechat.store.files import LocalFiles

async def main(folder):
    files = await LocalFiles.open(folder)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    try:
        async with files.receive() as incoming:
            for _ in range(8):
                await incoming.write(b'x' * 100_000)
    except NotStored:
        print('not stored', [path.name for path in folder.rglob('*') if path.is_file()])
    await files.close()

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.mark.timeout(180)
def test_file_that_is_larger_than_the_system_allows_is_not_stored(tmp_path: Path):
    done = subprocess.run([sys.executable, '-c', LIMITED, str(tmp_path)], capture_output=True, text=True, check=True)

    assert done.stdout == 'not stored []\n'


async def test_folder_that_is_gone_is_told_as_not_stored(files: LocalFiles, tmp_path: Path):
    (tmp_path / 'files/incoming').rmdir()

    with pytest.raises(NotStored):
        await kept(files, b'abc')


@contextmanager
def no_more_open_files() -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.parametrize('was_there', [False, True])
def test_file_whose_folder_cannot_be_flushed_is_not_there_unless_it_was(tmp_path: Path, was_there: bool):
    new, path = tmp_path / 'new', tmp_path / 'ab/abc'
    path.parent.mkdir()
    new.write_bytes(b'same')
    if was_there:
        path.write_bytes(b'same')

    with no_more_open_files(), pytest.raises(OSError, match='Too many open files'):
        put_in_place(new, path)

    assert on_disk(tmp_path) == ({'ab/abc'} if was_there else set())


@pytest.mark.parametrize('turns', range(8))
async def test_upload_that_is_cancelled_leaves_nothing(files: LocalFiles, tmp_path: Path, turns: int):
    writing = asyncio.create_task(kept(files, *[b'x' * PIECE_BYTES] * 50))
    for _ in range(turns):
        await asyncio.sleep(0)

    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    await files.close()

    assert not on_disk(tmp_path)


async def test_write_whose_caller_was_cancelled_is_not_taken_for_written(files: LocalFiles):
    async with files.receive() as incoming:
        writing = asyncio.create_task(incoming.write(b'x' * PIECE_BYTES))
        await asyncio.sleep(0)
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing

        with pytest.raises(NotStored):
            await files.keep(incoming)


async def test_upload_under_way_when_the_store_closes_is_not_stored_and_leaves_nothing(tmp_path: Path):
    files = await LocalFiles.open(tmp_path)
    async with files.receive() as incoming:
        await incoming.write(b'x' * PIECE_BYTES)
        assert incoming.path.exists()
        await files.close()

        with pytest.raises(NotStored):
            await incoming.write(b'x' * PIECE_BYTES)

    assert not on_disk(tmp_path)
