"""A line in which nobody waits longer because somebody else has brought much."""

from collections import deque
from typing import Generic, TypeVar

from livechat.domain.model import UserId

Item = TypeVar('Item')


class FairLine(Generic[Item]):
    """Everybody in turn has one of theirs done, and each one's are done in their order. Pure."""

    def __init__(self) -> None:
        self._by_person: dict[UserId, deque[Item]] = {}
        """Whose turn is next comes first; nobody without anything."""

    def __bool__(self) -> bool:
        return bool(self._by_person)

    def add(self, user_id: UserId, item: Item) -> None:
        self._by_person.setdefault(user_id, deque()).append(item)

    def take(self) -> Item:
        """The next one; there has to be any. Whose it is goes to the end."""
        user_id = next(iter(self._by_person))
        items = self._by_person.pop(user_id)
        item = items.popleft()
        if items:
            self._by_person[user_id] = items
        return item
