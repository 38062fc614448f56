"""What admins do, written down as it happens."""

import logging
from collections.abc import Sequence

from livechat.domain.audit import Act, AuditEntry, AuditId
from livechat.domain.errors import NotStored
from livechat.domain.model import User
from livechat.domain.people_ports import AuditStore
from livechat.domain.ports import Clock

logger = logging.getLogger(__name__)

ENTRIES_AT_ONCE = 50


class AuditLog:
    """Written after the act: an act that was refused leaves no entry."""

    def __init__(self, store: AuditStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def write(self, actor: User | None, act: Act, subject: str = '', detail: str = '') -> None:
        """Without an actor it was the command line. A full disk undoes nothing that was done: it is logged instead."""
        try:
            await self._store.add(at=self._clock.now(), actor=actor.id if actor else None, act=act, subject=subject, detail=detail)
        except NotStored:
            logger.exception('The audit log lacks: %s %s %s', actor.id if actor else 'command line', act.value, subject)

    async def before(self, entry: AuditId | None = None) -> Sequence[AuditEntry]:
        """The newest first, from the newest or from before that entry on; at most ENTRIES_AT_ONCE."""
        return await self._store.before(entry, limit=ENTRIES_AT_ONCE)
