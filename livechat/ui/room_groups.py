"""The readers of one room, by what they can be sent together."""

from collections.abc import Collection, Iterator

from livechat.domain.model import Room
from livechat.ui.audience import Audience, RoomHtml
from livechat.ui.reader import Group, Reader


class Groups(Collection[Group]):
    """Invariant: no group without a reader."""

    def __init__(self) -> None:
        self._by_audience: dict[Audience, Group] = {}

    def __iter__(self) -> Iterator[Group]:
        return iter(self._by_audience.values())

    def __len__(self) -> int:
        return len(self._by_audience)

    def __contains__(self, group: object) -> bool:
        return group in self._by_audience.values()

    def add(self, reader: Reader, room: Room) -> Group:
        group = self._by_audience.get(reader.audience)
        if group is None:
            group = self._by_audience[reader.audience] = Group(RoomHtml(reader.audience, room))
        reader.group = group
        group.readers.add(reader)
        return group

    def remove(self, reader: Reader) -> tuple[Group, bool] | None:
        """The group that it was in, and whether that was its last reader; None when it was in none."""
        group, reader.group = reader.group, None
        if group is None:
            return None
        group.readers.discard(reader)
        group.followers.discard(reader)
        audience = group.html.audience
        is_over = not group.readers and self._by_audience.get(audience) is group
        if is_over:
            del self._by_audience[audience]
        return group, is_over

    def pages_on_screen(self) -> Iterator[int]:
        return (index for group in self for reader in group.readers for index in reader.pages)

    def rename_room(self, room: Room) -> None:
        for group in self:
            group.html.room = room
