"""How much people keep here, counted while it arrives. Pure."""

from collections.abc import Mapping

from livechat.domain.file_errors import FileTooLarge, NoSpaceLeft
from livechat.domain.model import UserId


class FileQuota:
    """Bytes of everybody's files, those on their way among them. A limit of 0 is none."""

    def __init__(self, *, file_bytes: int, person_bytes: int, server_bytes: int) -> None:
        self._file_bytes = file_bytes
        self._person_bytes = person_bytes
        self._server_bytes = server_bytes
        self._stored: dict[UserId, int] = {}
        self._arriving: dict[UserId, int] = {}

    def learn(self, stored: Mapping[UserId, int]) -> None:
        """What the store has, at the start."""
        self._stored = dict(stored)

    def used_by(self, user_id: UserId) -> int:
        return self._stored.get(user_id, 0) + self._arriving.get(user_id, 0)

    @property
    def used(self) -> int:
        return sum(self._stored.values()) + sum(self._arriving.values())

    def must_fit(self, name: str, user_id: UserId, size: int, *, counted: int = 0) -> None:
        """Whether a file of that size could be taken, `counted` bytes of it being counted. :raises FileTooLarge: :raises NoSpaceLeft:"""
        if self._file_bytes and size > self._file_bytes:
            raise FileTooLarge(name, limit_bytes=self._file_bytes)
        if size > counted:
            self._must_have_space(name, user_id, size - counted)

    def take(self, name: str, user_id: UserId, size: int, *, more: int) -> None:
        """`more` bytes of a file have arrived, which is of `size` with them. :raises FileTooLarge: :raises NoSpaceLeft:"""
        self.must_fit(name, user_id, size, counted=size - more)
        self._arriving[user_id] = self._arriving.get(user_id, 0) + more

    def give_back(self, user_id: UserId, size: int) -> None:
        """They are not on their way any more: they did not come, or are stored."""
        left = self._arriving.get(user_id, 0) - size
        if left > 0:
            self._arriving[user_id] = left
        else:
            self._arriving.pop(user_id, None)

    def add(self, user_id: UserId, size: int) -> None:
        """A file was stored."""
        self._stored[user_id] = self._stored.get(user_id, 0) + size

    def remove(self, sizes: Mapping[UserId, int]) -> None:
        """Files were forgotten, of so many bytes of each person."""
        for user_id, size in sizes.items():
            left = self._stored.get(user_id, 0) - size
            if left > 0:
                self._stored[user_id] = left
            else:
                self._stored.pop(user_id, None)

    def _must_have_space(self, name: str, user_id: UserId, more: int) -> None:
        if self._person_bytes and self.used_by(user_id) + more > self._person_bytes:
            raise NoSpaceLeft(name, limit_bytes=self._person_bytes, of_person=True)
        if self._server_bytes and self.used + more > self._server_bytes:
            raise NoSpaceLeft(name, limit_bytes=self._server_bytes, of_person=False)
