"""One file that a person has attached and not sent."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from livechat.domain.attachment import Attachment

TrayItemId = NewType('TrayItemId', int)
"""Its ordinal since the server's start."""


class Stage(StrEnum):
    ARRIVING = 'arriving'
    CHECKING = 'checking'
    """All of it is here, and it is looked at."""
    THERE = 'there'
    """It can be sent."""
    REFUSED = 'refused'
    """It was not taken; `why` says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayItem:
    id: TrayItemId
    name: str
    stage: Stage
    size: int
    """Bytes; while it arrives what the browser says it will be, 0 when it does not."""
    received: int = 0
    why: str = ''
    file: Attachment | None = None
    """Of what is there."""

    @property
    def percent(self) -> int:
        """How much of it has arrived."""
        return min(100, 100 * self.received // self.size) if self.size else 0
