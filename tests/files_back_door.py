"""The controlled server with a back door for files, which also tells how late the server's loop was. Run as a script, as its model."""

import asyncio
import sys
import time
from typing import Any

from livechat.domain.file import FileId
from livechat.domain.files import Files
from livechat.domain.model import MessageNumber, RoomId
from tests import controlled_server

TICK_S = 0.002


class BackDoor(controlled_server.BackDoor):
    """The ticker is a task of the loop that serves: whatever holds that loop up holds it up too."""

    _ticker: asyncio.Task[None] | None = None
    _worst_s = 0.0

    @property
    def _files(self) -> Files:
        assert self._chat.files is not None
        return self._chat.files

    async def post_files(self, *, token: str, room: int, files: list[str], key: str) -> int:
        """Past the rate limit; the number of the message."""
        author = (await self._user(token)).person
        message = await self._chat.supervisor.room(RoomId(room)).post(author, '', key, files=[FileId(each) for each in files])
        return message.number

    async def delete_as(self, *, token: str, room: int, number: int) -> None:
        await self._chat.rooms.delete_message(await self._user(token), RoomId(room), MessageNumber(number))

    async def delete_room(self, *, token: str, room: int) -> None:
        await self._chat.rooms.delete(await self._user(token), RoomId(room))

    async def tray(self, *, token: str, room: int) -> list[list[str]]:
        items = await self._files.tray(await self._user(token), RoomId(room))
        return [[item.name, item.stage.value, item.why] for item in items]

    async def empty_tray(self, *, token: str, room: int) -> None:
        user = await self._user(token)
        for item in await self._files.tray(user, RoomId(room)):
            await self._files.remove(user, RoomId(room), item.id)

    async def used(self) -> int:
        """Bytes that count for the quota of the server, those on their way among them."""
        return self._files.uploads.quota.used

    async def making(self, *, token: str, room: int, number: int) -> list[str]:
        """How far the smaller pictures are, as the message says."""
        message = await self._chat.rooms.message(await self._user(token), RoomId(room), MessageNumber(number))
        return [file.making.value for file in message.files]

    async def lag_ms(self) -> float:
        """The longest time since the last question that the loop was late."""
        if self._ticker is None:
            self._ticker = asyncio.get_running_loop().create_task(self._tick())
        worst_s, self._worst_s = self._worst_s, 0.0
        return worst_s * 1_000

    async def _tick(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK_S)
            self._worst_s = max(self._worst_s, time.perf_counter() - before - TICK_S)


def main() -> None:
    door: Any = controlled_server
    door.BackDoor = BackDoor
    controlled_server.main(sys.argv[1:])


if __name__ == '__main__':
    main()
