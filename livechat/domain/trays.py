"""What people have attached and not sent, room by room: the same in all tabs of a person, and after a restart."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import count

from livechat.domain.attachment import Attachment, Making
from livechat.domain.events import TrayChanged, user_topic
from livechat.domain.file import FileId
from livechat.domain.file_records import FileRecords
from livechat.domain.model import RoomId, UserId
from livechat.domain.ports import Backplane
from livechat.domain.tray_item import Stage, TrayItem, TrayItemId

MAX_REFUSED = 10
"""Of one tray; the oldest go. A program that sends for ever what is refused would fill the memory, and its person's page."""
TOLD_EVERY_S = 0.15
"""At most: a file that arrives changes with every packet."""


class Tray:
    """Invariant: its items that are THERE are what the store has waiting, once it has been loaded."""

    def __init__(self, user_id: UserId, room_id: RoomId, tell: Callable[['Tray'], object]) -> None:
        self.user_id = user_id
        self.room_id = room_id
        self.is_loaded = False
        self.is_outdated = False
        """Something happened to its files while they were read."""
        self._tell = tell
        self._items: dict[TrayItemId, TrayItem] = {}

    @property
    def items(self) -> Sequence[TrayItem]:
        """In the order in which they were attached."""
        return tuple(self._items.values())

    @property
    def is_empty(self) -> bool:
        return not self._items

    @property
    def count(self) -> int:
        """Of what would be sent, or may still."""
        return sum(item.stage is not Stage.REFUSED for item in self._items.values())

    def item(self, item_id: TrayItemId) -> TrayItem | None:
        return self._items.get(item_id)

    def put(self, item: TrayItem) -> None:
        self._items[item.id] = item
        self._forget_refused()
        self._tell(self)

    def change(self, item_id: TrayItemId, **values: object) -> None:
        """Something is different about an item; one that was removed meanwhile stays so."""
        if item_id in self._items:
            self.put(replace(self._items[item_id], **values))  # type: ignore[arg-type]  # names and types are TrayItem's

    def _forget_refused(self) -> None:
        refused = [item.id for item in self._items.values() if item.stage is Stage.REFUSED]
        for item_id in refused[:-MAX_REFUSED]:
            del self._items[item_id]

    def remove(self, ids: Iterable[TrayItemId]) -> None:
        gone = [self._items.pop(item_id) for item_id in list(ids) if item_id in self._items]
        if gone:
            self._tell(self)

    def of_files(self, file_ids: Collection[FileId]) -> Sequence[TrayItemId]:
        return [item.id for item in self._items.values() if item.file is not None and item.file.id in file_ids]

    def load(self, items: Iterable[TrayItem]) -> None:
        """What was waiting before anything else came."""
        self._items = {**{item.id: item for item in items}, **self._items}
        self.is_loaded = True


class Trays:
    """All of them, as far as anything is in them. What is not stored in them is lost with the process: what was arriving, and refusals."""

    def __init__(self, records: FileRecords, backplane: Backplane) -> None:
        self._records = records
        self._backplane = backplane
        self._trays: dict[tuple[UserId, RoomId], Tray] = {}
        self._numbers = count(1)
        self._to_tell: set[Tray] = set()
        self._loading = asyncio.Lock()

    def next_id(self) -> TrayItemId:
        return TrayItemId(next(self._numbers))

    async def of(self, user_id: UserId, room_id: RoomId) -> Tray:
        """Loaded."""
        tray = self._trays.get((user_id, room_id))
        if tray is None or not tray.is_loaded:
            async with self._loading:
                tray = self._trays.setdefault((user_id, room_id), Tray(user_id, room_id, self._changed))
                while not tray.is_loaded:
                    tray.is_outdated = False
                    waiting = await self._records.waiting(user_id, room_id)
                    if not tray.is_outdated:
                        tray.load([self.there(record.file) for record in waiting if record.file.making is not Making.FAILED])
        return tray

    def known(self, user_id: UserId, room_id: RoomId) -> Tray | None:
        """For whoever has changed its files in the store: one that is being loaded is read again, so that nothing comes back."""
        tray = self._trays.get((user_id, room_id))
        if tray is not None:
            tray.is_outdated = True
        return tray

    def there(self, file: Attachment, item_id: TrayItemId | None = None) -> TrayItem:
        """An item that can be sent."""
        return TrayItem(id=item_id or self.next_id(), name=file.name, stage=Stage.THERE, size=file.size, received=file.size, file=file)

    def let_go(self, tray: Tray) -> None:
        """Nobody puts anything into it now: an empty one is not kept for everybody who looks into a room."""
        if tray.is_empty and tray not in self._to_tell:
            self._trays.pop((tray.user_id, tray.room_id), None)

    def forget(self, file_ids: Collection[FileId]) -> None:
        """What has expired in the store goes from all of them."""
        for tray in self._trays.values():
            tray.is_outdated = True
            tray.remove(tray.of_files(file_ids))

    def _changed(self, tray: Tray) -> None:
        if not self._to_tell:
            asyncio.get_running_loop().call_later(TOLD_EVERY_S, self._tell)
        self._to_tell.add(tray)

    def _tell(self) -> None:
        trays, self._to_tell = self._to_tell, set()
        for tray in trays:
            event = TrayChanged(user_id=tray.user_id, room_id=tray.room_id, items=tuple(tray.items))
            self._backplane.broadcast(user_topic(tray.user_id), event)
            if tray.is_empty:
                self._trays.pop((tray.user_id, tray.room_id), None)
