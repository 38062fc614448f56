"""The process that unpacks pictures: it hangs, it is ended, it is taken over, and the server does not notice."""

import asyncio
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from livechat import files, sandbox
from livechat.domain.errors import TooBusy
from livechat.domain.file_errors import FileRefused
from livechat.files import MediaInspector
from tests.picture_files import drawn

Sent = Callable[[bytes], Path]


@pytest.fixture
def inspector() -> MediaInspector:
    return MediaInspector()


@pytest.fixture
def sent(tmp_path: Path) -> Sent:
    def write(data: bytes) -> Path:
        path = tmp_path / 'sent'
        path.write_bytes(data)
        return path

    return write


async def refusal(inspector: MediaInspector, path: Path, name: str = 'bild.jpg') -> str:
    with pytest.raises(FileRefused) as refused:
        await inspector.inspect(path, name)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    return str(refused.value)


async def test_process_that_hangs_is_ended_and_nothing_is_left(sent: Sent):
    path = sent(drawn('JPEG'))

    assert 'too long' in await refusal(MediaInspector(clean_limit_s=0.001), path)
    assert await MediaInspector(thumbs_limit_s=0.001).thumbnails(path) == {}


FAKE_WORKER = """
import os, sys, time
{first}
if sys.argv[1] == 'thumbs' or {hangs}:
    open(sys.argv[3] + '.clean', 'w').write('half')
    time.sleep(60)
open(sys.argv[4], 'w').write('clean')
sys.stdout.write({answer!r})
"""
GOOD = '{"media_type": "image/png", "width": 1, "height": 1, "animated": false}'


def replace_worker(monkeypatch: pytest.MonkeyPatch, folder: Path, *, answer: str = GOOD, hangs: bool = False, first: str = '') -> None:
    package = folder / 'livechat' / 'pictures'
    package.mkdir(parents=True)
    (package.parent / '__init__.py').touch()
    (package / '__init__.py').touch()
    shutil.copy(sandbox.__file__, package.parent)
    (package / 'worker.py').write_text(FAKE_WORKER.format(answer=answer, hangs=hangs, first=first))
    monkeypatch.setattr(files, 'environment', lambda: {'PYTHONPATH': str(folder)})


async def started(turns: asyncio.Semaphore) -> None:
    """Until somebody has the last turn."""
    async with asyncio.timeout(30):
        while not turns.locked():  # noqa: ASYNC110 - a semaphore tells nobody
            await asyncio.sleep(0)


@pytest.fixture
def worker_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp('worker')


async def test_half_a_picture_is_not_left_behind(monkeypatch: pytest.MonkeyPatch, worker_folder: Path, sent: Sent):
    replace_worker(monkeypatch, worker_folder, hangs=True)

    assert 'too long' in await refusal(MediaInspector(clean_limit_s=1), sent(drawn()))


@pytest.mark.parametrize(
    'answer',
    [
        '',
        '[]',
        '{',
        '{"too_large": "x"}',
        '{"media_type": "text/html", "width": 1, "height": 1, "animated": false}',
        '{"media_type": "image/png", "width": "1", "height": 1, "animated": false}',
        '[' * 100_000,
    ],
)
async def test_process_that_was_taken_over_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, worker_folder: Path, inspector: MediaInspector, sent: Sent, answer: str
):
    replace_worker(monkeypatch, worker_folder, answer=answer)

    assert 'broken' in await refusal(inspector, sent(drawn()))


@pytest.mark.parametrize('ended_by', ['SIGKILL', 'SIGTERM', 'SIGHUP'])
async def test_picture_is_not_blamed_when_somebody_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, worker_folder: Path, inspector: MediaInspector, sent: Sent, ended_by: str
):
    as_anywhere = 'import signal; signal.signal(signal.SIGHUP, signal.SIG_DFL)'  # under nohup it is ignored
    replace_worker(monkeypatch, worker_folder, first=f'{as_anywhere}; os.kill(os.getpid(), signal.{ended_by})')
    path = sent(drawn())

    with pytest.raises(TooBusy):
        await inspector.inspect(path, 'x')
    with pytest.raises(TooBusy):
        await inspector.thumbnails(path)


@pytest.mark.parametrize('end', ['os.abort()', 'sys.exit(1)', 'import signal; os.kill(os.getpid(), signal.SIGSEGV)'])
async def test_picture_that_a_decoder_dies_of_is_refused(
    monkeypatch: pytest.MonkeyPatch, worker_folder: Path, inspector: MediaInspector, sent: Sent, end: str
):
    replace_worker(monkeypatch, worker_folder, first=end)
    path = sent(drawn())

    assert 'broken' in await refusal(inspector, path)
    with pytest.raises(FileRefused, match='broken'):
        await inspector.thumbnails(path)


async def test_picture_is_not_blamed_when_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch, inspector: MediaInspector, sent: Sent):
    monkeypatch.setattr(sys, 'executable', '/nowhere/python')

    with pytest.raises(TooBusy):
        await inspector.thumbnails(sent(drawn()))


async def test_process_that_works_too_long_is_too_slow(
    monkeypatch: pytest.MonkeyPatch, worker_folder: Path, inspector: MediaInspector, sent: Sent
):
    first = 'from livechat.sandbox import limit; limit(memory_bytes=2**30, cpu_s=1)\nwhile True: pass'
    replace_worker(monkeypatch, worker_folder, first=first)

    assert await inspector.thumbnails(sent(drawn())) == {}


async def test_process_goes_on_when_a_service_asks_all_its_processes_to_end(
    monkeypatch: pytest.MonkeyPatch, worker_folder: Path, inspector: MediaInspector, sent: Sent
):
    first = 'from livechat.sandbox import limit; limit(memory_bytes=2**30, cpu_s=5)\nimport signal; os.kill(os.getpid(), signal.SIGTERM)'
    replace_worker(monkeypatch, worker_folder, first=first)

    assert (await inspector.inspect(sent(drawn()), 'x')).width == 1


async def test_thumbnails_do_not_keep_a_picture_waiting(
    monkeypatch: pytest.MonkeyPatch, worker_folder: Path, inspector: MediaInspector, sent: Sent
):
    replace_worker(monkeypatch, worker_folder)
    path = sent(drawn())
    other = path.with_name('other')
    other.write_bytes(path.read_bytes())
    drawing = [asyncio.create_task(inspector.thumbnails(other)) for _ in range(5)]
    await started(inspector._thumbs)

    assert (await inspector.inspect(path, 'x')).width == 1

    for task in drawing:
        task.cancel()
    assert await asyncio.gather(*drawing, return_exceptions=True)
    assert not inspector._thumbs.locked()
