"""Every store of files by one contract."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from livechat.domain.file_errors import FileNotFound
from livechat.domain.file_ports import FileStore
from livechat.store.disk_files import PIECE_BYTES
from livechat.store.files import LocalFiles
from tests.memory_file_store import MemoryFiles

NONE = '0' * 64


@pytest.fixture(params=['local', 'memory'])
async def files(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FileStore]:
    if request.param == 'memory':
        yield MemoryFiles(tmp_path)
    else:
        local = await LocalFiles.open(tmp_path)
        yield local
        await local.close()


async def kept(files: FileStore, *pieces: bytes) -> str:
    async with files.receive() as incoming:
        for piece in pieces:
            await incoming.write(piece)
        return await files.keep(incoming)


async def content(files: FileStore, name: str, start: int = 0, stop: int | None = None) -> bytes:
    return b''.join([piece async for piece in files.read(name, start, stop)])


@pytest.mark.parametrize('pieces', [(), (b'',), (b'a',), (b'a', b'', b'b'), (b'x' * 3 * PIECE_BYTES, b'y'), (b'x' * 1_000,) * 1_000])
async def test_file_is_kept_under_the_hash_of_its_content(files: FileStore, pieces: tuple[bytes, ...]):
    whole = b''.join(pieces)

    key = await kept(files, *pieces)

    assert key == hashlib.sha256(whole).hexdigest()
    assert await files.size(key) == len(whole)
    assert await content(files, key) == whole
    assert set(await files.names()) == {key}


async def test_size_counts_what_was_written_and_the_path_holds_it_when_finished(files: FileStore):
    async with files.receive() as incoming:
        await incoming.write(b'abc')
        assert incoming.size == 3
        await incoming.write(b'de')
        await incoming.finish()

        assert incoming.size == 5
        assert incoming.path.read_bytes() == b'abcde'


async def test_same_content_is_kept_once(files: FileStore):
    first = await kept(files, b'same')

    assert await kept(files, b'sa', b'me') == first
    assert set(await files.names()) == {first}


async def test_what_is_not_kept_leaves_nothing(files: FileStore):
    async with files.receive() as incoming:
        await incoming.write(b'x' * PIECE_BYTES)
        await incoming.finish()
        path = incoming.path
        assert path.exists()

    assert not path.exists()
    assert not await files.names()


async def test_failure_of_whoever_writes_leaves_nothing(files: FileStore):
    paths = []

    async def fail() -> None:
        async with files.receive() as incoming:
            await incoming.write(b'x' * PIECE_BYTES)
            paths.append(incoming.path)
            raise RuntimeError('client gone')

    with pytest.raises(RuntimeError, match='client gone'):
        await fail()

    assert not paths[0].exists()


@pytest.mark.parametrize('rewritten', [b'other', b'', b'longer than before', b'again'])
async def test_file_that_was_rewritten_is_kept_as_it_is_now(files: FileStore, rewritten: bytes):
    async with files.receive() as incoming:
        await incoming.write(b'first')
        await incoming.finish()
        incoming.path.write_bytes(rewritten)
        key = await files.keep(incoming)

    assert key == hashlib.sha256(rewritten).hexdigest()
    assert await content(files, key) == rewritten


async def test_file_that_was_replaced_is_kept_as_it_is_now(files: FileStore, tmp_path: Path):
    async with files.receive() as incoming:
        await incoming.write(b'first')
        await incoming.finish()
        other = tmp_path / 'other'
        other.write_bytes(b'other')
        other.replace(incoming.path)
        key = await files.keep(incoming)

    assert await content(files, key) == b'other'
    assert key == hashlib.sha256(b'other').hexdigest()


async def test_derived_file_is_put_and_replaced(files: FileStore):
    key = await kept(files, b'picture')

    await files.put(f'{key}.480', b'small')
    assert await content(files, f'{key}.480') == b'small'
    await files.put(f'{key}.480', b'smaller')

    assert await content(files, f'{key}.480') == b'smaller'
    assert set(await files.names()) == {key, f'{key}.480'}


@pytest.mark.parametrize(
    ('start', 'stop'),
    [(0, None), (0, 1), (1, 1), (3, None), (5, 2), (PIECE_BYTES, None), (10, PIECE_BYTES + 20), (0, 10**9), (10**9, None)],
)
async def test_part_of_a_file_is_read_in_pieces(files: FileStore, start: int, stop: int | None):
    whole = bytes(range(256)) * (PIECE_BYTES // 128) + b'end'
    key = await kept(files, whole)

    pieces = [piece async for piece in files.read(key, start, stop)]

    assert b''.join(pieces) == whole[start:stop]
    assert all(0 < len(piece) <= PIECE_BYTES for piece in pieces)


async def test_file_that_is_deleted_meanwhile_is_read_to_its_end(files: FileStore):
    whole = b'x' * 3 * PIECE_BYTES
    key = await kept(files, whole)

    async with aclosing(files.read(key)) as pieces:
        read = await anext(pieces)
        await files.delete([key])
        async for piece in pieces:
            read += piece

    assert read == whole
    assert await files.size(key) is None


async def test_file_is_read_from_its_local_path(files: FileStore):
    key = await kept(files, b'abc')

    async with files.local(key) as path:
        assert path.read_bytes() == b'abc'


async def test_deleted_files_are_gone_and_those_that_are_not_there_ignored(files: FileStore):
    key, other = await kept(files, b'abc'), await kept(files, b'def')

    await files.delete([key, NONE, f'{key}.480'])

    assert await files.size(key) is None
    assert set(await files.names()) == {other}


async def test_file_that_is_not_there_is_not_found(files: FileStore):
    assert await files.size(NONE) is None
    with pytest.raises(FileNotFound):
        await content(files, NONE)
    with pytest.raises(FileNotFound):
        async with files.local(NONE):
            pass


@pytest.mark.parametrize(
    'name',
    [
        '',
        '.',
        '..',
        'incoming',
        '../secrets.toml',
        '/etc/passwd',
        'ab',
        NONE.upper()[:-1] + 'A',
        f'{NONE}.',
        f'{NONE}.a/b',
        f'{NONE}..',
        f'{NONE}\n',
        f'{NONE}\0',
        f'{NONE}0',
        f'{NONE}.480.webp',
        f'{NONE}.A',
        f' {NONE}',
        '٠' * 64,
        f'{NONE}.' + 'a' * 17,
    ],
)
async def test_name_of_another_form_is_a_mistake_of_the_caller(files: FileStore, name: str):
    async def local() -> None:
        async with files.local(name):
            pass

    for attempt in (
        lambda: files.size(name),
        lambda: files.put(name, b''),
        lambda: files.delete([name]),
        lambda: content(files, name),
        local,
    ):
        with pytest.raises(ValueError, match='not the name of a file'):
            await attempt()
