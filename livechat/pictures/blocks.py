"""Reading a container block by block, never beyond its end."""

from dataclasses import dataclass


class Malformed(Exception):
    """The container breaks its own rules, or ends too early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """A picture without metadata, and the EXIF block that it had."""

    data: bytes
    exif: bytes = b''


@dataclass(slots=True)
class Reader:
    """Every call moves on or raises, so each walk takes time in proportion to the bytes."""

    data: bytes
    at: int = 0
    end: int = -1
    """Beyond which it does not read; of all of the data by default."""

    def __post_init__(self) -> None:
        if self.end < 0:
            self.end = len(self.data)

    @property
    def at_end(self) -> bool:
        return self.at >= self.end

    def take(self, count: int) -> bytes:
        """:raises Malformed: when there is less."""
        end = self.at + count
        if end > self.end:
            raise Malformed
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def number(self, count: int, *, little: bool = False) -> int:
        return int.from_bytes(self.take(count), 'little' if little else 'big')
