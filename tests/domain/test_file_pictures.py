"""Smaller pictures: in whose turn they are made, and what becomes of those that cannot be made."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livechat.domain.attachment import Attachment, Making
from tests.domain.file_stand import PICTURE, FileStand, open_stand


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
