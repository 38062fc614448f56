"""`stores` is every adapter in turn; `sqlite` is the one on disk."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from livechat.domain.ports import Stores
from livechat.store import DATABASE_NAME, SqlStores, open_stores
from livechat.store.schema import migrate
from tests.fakes import MemoryStores
from tests.store.people import Lobby, open_lobby


@pytest.fixture(scope='session')
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database made once: making it takes longer than most tests."""
    path = tmp_path_factory.mktemp('migrated') / DATABASE_NAME
    migrate(path, backups=path.parent / 'backups')
    return path


@pytest.fixture
def folder(tmp_path: Path, migrated: Path) -> Path:
    """A data folder with an empty database."""
    shutil.copy(migrated, tmp_path / DATABASE_NAME)
    return tmp_path


@pytest_asyncio.fixture
async def sqlite(folder: Path) -> AsyncIterator[SqlStores]:
    async with open_stores(folder, synchronous='OFF') as stores:
        assert isinstance(stores, SqlStores)
        yield stores


@pytest_asyncio.fixture(params=['sqlite', 'memory'])
async def stores(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Stores]:
    if request.param == 'memory':
        yield MemoryStores()
    else:
        async with open_stores(folder, synchronous='OFF') as opened:
            yield opened


@pytest_asyncio.fixture
async def lobby(stores: Stores) -> Lobby:
    """A server with Ana, who owns it, and Ben, both in its Lobby."""
    return await open_lobby(stores)


@pytest_asyncio.fixture
async def sqlite_lobby(sqlite: SqlStores) -> Lobby:
    return await open_lobby(sqlite)
