"""The policy of the server, in memory: asked before every act that it decides on."""

import asyncio
from dataclasses import fields

from livechat.domain.access import must_be_active
from livechat.domain.audit import Act
from livechat.domain.audit_log import AuditLog
from livechat.domain.errors import NotAllowed
from livechat.domain.model import User
from livechat.domain.policy import Policy
from livechat.domain.ports import ServerStore


class PolicyDesk:
    """One per process. Of changes at once the last one that was stored is the current one."""

    def __init__(self, server: ServerStore, audit: AuditLog) -> None:
        self._server = server
        self._audit = audit
        self._current = Policy()
        self._changing = asyncio.Lock()

    @property
    def current(self) -> Policy:
        return self._current

    async def load(self) -> None:
        """Before anybody is let in."""
        self._current = await self._server.policy()

    async def change(self, user: User, policy: Policy) -> Policy:
        """:raises NotAllowed: for whoever is no admin of the server."""
        must_be_active(user)
        if not user.is_server_admin:
            raise NotAllowed('Only admins of this server decide that.')
        async with self._changing:
            before = self._current
            await self._server.set_policy(policy)
            self._current = policy
        if policy != before:
            await self._audit.write(user, Act.POLICY, detail=_difference(before, policy))
        return policy


def _difference(before: Policy, after: Policy) -> str:
    """In words: registration: open → closed, guests: yes → no."""
    values = ((field.name.replace('_', ' '), getattr(before, field.name), getattr(after, field.name)) for field in fields(Policy))
    return ', '.join(f'{name}: {_word(old)} → {_word(new)}' for name, old, new in values if old != new)


def _word(value: object) -> str:
    return {True: 'yes', False: 'no'}.get(value, str(value)) if isinstance(value, bool) else str(value)
