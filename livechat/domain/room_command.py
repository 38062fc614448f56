"""One thing that a running room has to do, and who waits for it."""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from livechat.domain.errors import LivechatError
from livechat.domain.message import MessageKind
from livechat.domain.model import RoomId, UserId
from livechat.domain.room_changes import Change
from livechat.domain.writes import EditMessage, MessageWrite, PinMessage, PostMessage, ReactToMessage, RestoreMessage, ShowCards

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Command:
    work: MessageWrite | Change[Any]
    outcome: asyncio.Future[Any]
    is_last: bool = False
    crashes: int = 0

    @property
    def joins_batch(self) -> bool:
        return isinstance(self.work, MessageWrite) and not self.crashes

    @property
    def adds(self) -> bool:
        """Something that people say: not in an archived room."""
        if isinstance(self.work, PostMessage):
            return self.work.kind is MessageKind.TEXT
        return isinstance(self.work, EditMessage | RestoreMessage | ReactToMessage | PinMessage | ShowCards)

    def settle(self, result: object) -> None:
        if self.outcome.done():
            return
        if isinstance(result, Exception):
            self.outcome.set_exception(result)
        else:
            self.outcome.set_result(result)


def system_line(room_id: RoomId, author_id: UserId, sentence: str, *, at: datetime) -> Command:
    """Nobody waits for it: what it tells of has happened."""
    line = PostMessage(
        room_id=room_id, author_id=author_id, body=sentence, client_key=secrets.token_hex(16), at=at, kind=MessageKind.SYSTEM
    )
    outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    outcome.add_done_callback(_log_lost_line)
    return Command(line, outcome)


def again(refusal: LivechatError) -> LivechatError:
    """The same refusal for another caller: one exception raised in many tasks collects all their tracebacks."""
    copy = type(refusal).__new__(type(refusal), *refusal.args)
    copy.__dict__.update(refusal.__dict__)
    return copy


def _log_lost_line(outcome: asyncio.Future[Any]) -> None:
    if not outcome.cancelled() and (trouble := outcome.exception()) is not None:
        logger.warning('A line about what happened to a room was not stored: %s', trouble)
