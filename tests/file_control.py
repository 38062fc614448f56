"""The back door of a server with files; see `files_back_door.py`."""

import itertools
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from tests.control import Account, Control, Room, controlled_server
from tests.server_process import ServerProcess

_keys = itertools.count(1)


def file_server(data: Path, *, port: int = 0, **limits: float) -> AbstractContextManager[ServerProcess]:
    return controlled_server(data, port=port, script=Path(__file__).with_name('files_back_door.py'), **limits)


class FileControl(Control):
    async def post_files(self, account: Account, room: Room, files: Sequence[str]) -> int:
        """The number of a message with these files, which wait there."""
        number: int = await self._do('post_files', token=account.token, room=room.id, files=files, key=f'files-{next(_keys)}')
        return number

    async def delete_as(self, account: Account, room: Room, number: int) -> None:
        await self._do('delete_as', token=account.token, room=room.id, number=number)

    async def delete_room(self, account: Account, room: Room) -> None:
        await self._do('delete_room', token=account.token, room=room.id)

    async def tray(self, account: Account, room: Room) -> list[tuple[str, str, str]]:
        """Name, stage and why of what waits or was refused."""
        return [(name, stage, why) for name, stage, why in await self._do('tray', token=account.token, room=room.id)]

    async def empty_tray(self, account: Account, room: Room) -> None:
        await self._do('empty_tray', token=account.token, room=room.id)

    async def used(self) -> int:
        """Bytes of all files, those on their way among them."""
        used: int = await self._do('used')
        return used

    async def making(self, account: Account, room: Room, number: int) -> list[str]:
        """How far the smaller pictures of a message are."""
        found: list[str] = await self._do('making', token=account.token, room=room.id, number=number)
        return found

    async def lag_ms(self) -> float:
        """How late the server's loop was at most since this was asked last; the first time it begins to look."""
        late_ms: float = await self._do('lag_ms')
        return late_ms
