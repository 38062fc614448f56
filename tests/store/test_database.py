"""What its connections are set to."""

import sys
from pathlib import Path

from sqlmodel import Session

from livechat.store.database import Database


async def test_readers_see_the_file_where_the_system_keeps_it_and_the_writer_does_not(tmp_path: Path) -> None:
    database = Database(tmp_path / 'some.db', synchronous='FULL')

    written, read = await database.write(_mapped), await database.read(_mapped)

    await database.close()
    assert (read > 2**30) is (sys.maxsize > 2**32)
    assert written == 0


def _mapped(session: Session) -> int:
    """Bytes."""
    return int(session.connection().exec_driver_sql('PRAGMA mmap_size').scalar_one())
