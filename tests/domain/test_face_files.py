"""Pictures in memory: whoever asks often costs little, and what was removed is not found again."""

import asyncio
from dataclasses import replace

import pytest

from livechat.domain import face_files
from livechat.domain.errors import NotFound
from livechat.domain.face import Face, FaceFile
from livechat.domain.face_files import KEPT_FOR_S, UNKNOWN_FOR_S, FaceFiles
from tests.domain.house import started
from tests.fakes import FakeClock

FACE = Face(token='a' * 22, webp_64=b'small', webp_256=b'large', png_256=b'icon')


class SlowStore:
    """Counts who asks; answers when `gate` is open, with what there was when they asked."""

    def __init__(self) -> None:
        self.there = {(FACE.token, FaceFile.SMALL): b'small', (FACE.token, FaceFile.LARGE): b'large'}
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def get(self, token: str, file: FaceFile) -> bytes | None:
        self.asked.append(token)
        found = self.there.get((token, file))
        await self.gate.wait()
        return found


@pytest.fixture
def store() -> SlowStore:
    return SlowStore()


@pytest.fixture
def files(store: SlowStore, clock: FakeClock) -> FaceFiles:
    return FaceFiles(store, clock)


async def test_picture_is_read_once_a_minute(files: FaceFiles, store: SlowStore, clock: FakeClock) -> None:
    for _ in range(1_000):
        assert await files.get(FACE.token, FaceFile.SMALL) == b'small'
    assert len(store.asked) == 1

    clock.advance(KEPT_FOR_S)
    await files.get(FACE.token, FaceFile.SMALL)

    assert len(store.asked) == 2


async def test_new_picture_is_there_before_anybody_asks(files: FaceFiles, store: SlowStore) -> None:
    files.forget('', FACE)

    assert await files.get(FACE.token, FaceFile.SMALL) == b'small'
    assert await files.get(FACE.token, FaceFile.LARGE) == b'large'
    assert store.asked == []


async def test_picture_that_was_removed_while_it_was_read_is_not_held(files: FaceFiles, store: SlowStore) -> None:
    store.gate.clear()
    reading = started(files.get(FACE.token, FaceFile.SMALL))
    await asyncio.sleep(0)
    store.there.clear()
    files.forget(FACE.token)
    store.gate.set()

    assert await reading == b'small'
    with pytest.raises(NotFound):
        await files.get(FACE.token, FaceFile.SMALL)


async def test_memory_is_bounded_and_what_was_asked_for_last_stays(
    files: FaceFiles, store: SlowStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_files, 'MOST_BYTES', 250)
    tokens = [letter * 22 for letter in 'abc']
    store.there = {(token, FaceFile.SMALL): bytes(100) for token in tokens}

    for token in (tokens[0], tokens[1], tokens[0], tokens[2]):
        await files.get(token, FaceFile.SMALL)
    store.asked.clear()
    await files.get(tokens[0], FaceFile.SMALL)
    await files.get(tokens[2], FaceFile.SMALL)
    assert store.asked == []
    await files.get(tokens[1], FaceFile.SMALL)

    assert store.asked == [tokens[1]]


@pytest.mark.parametrize('token', ['', 'short', 'a' * 23, '../../etc/passwd/aaaaa', 'é' * 22, "' OR 1=1 -- aaaaaaaaaa"])
async def test_what_is_no_token_is_asked_of_nobody(files: FaceFiles, store: SlowStore, token: str) -> None:
    with pytest.raises(NotFound):
        await files.get(token, FaceFile.SMALL)

    assert store.asked == []


async def test_change_of_one_picture_drops_nobody_elses(files: FaceFiles, store: SlowStore) -> None:
    await files.get(FACE.token, FaceFile.SMALL)

    files.forget('b' * 22, replace(FACE, token='c' * 22))
    await files.get(FACE.token, FaceFile.SMALL)
    assert len(store.asked) == 1

    files.forget(FACE.token)
    await files.get(FACE.token, FaceFile.SMALL)
    assert len(store.asked) == 2


async def test_token_of_no_picture_is_looked_up_once_in_a_while(
    files: FaceFiles, store: SlowStore, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_files, 'MOST_UNKNOWN', 2)

    async def ask(token: str) -> int:
        with pytest.raises(NotFound):
            await files.get(token, FaceFile.SMALL)
        return len(store.asked)

    unknown = [letter * 22 for letter in 'xyz']
    assert [await ask(unknown[0]) for _ in range(100)] == [1] * 100
    clock.advance(UNKNOWN_FOR_S)
    assert [await ask(unknown[0]) for _ in range(100)] == [2] * 100
    assert [await ask(token) for token in unknown] == [2, 3, 4]  # the last one pushed the first one out
    assert await ask(unknown[0]) == 5


async def test_picture_is_found_at_once_also_where_it_was_asked_for_too_early(files: FaceFiles, store: SlowStore) -> None:
    there, store.there = store.there, {}
    for file in (FaceFile.SMALL, FaceFile.ICON):
        with pytest.raises(NotFound):
            await files.get(FACE.token, file)

    store.there = {**there, (FACE.token, FaceFile.ICON): b'icon'}
    files.forget('', FACE)

    assert await files.get(FACE.token, FaceFile.SMALL) == b'small'
    assert await files.get(FACE.token, FaceFile.ICON) == b'icon'
