"""Notifications outside the browser: to targets that each person names, while none of their tabs is open."""

from dataclasses import dataclass
from typing import NewType, Protocol

from livechat.domain.model import UserId

PushTargetId = NewType('PushTargetId', int)
FAILURES_UNTIL_OFF = 5
"""So many sends in a row that fail switch a target off."""
MAX_TARGETS = 5
"""Per person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushTarget:
    """Shown to its owner alone."""

    id: PushTargetId
    user_id: UserId
    url: str
    """An Apprise URL: ntfy://..., mailto://..."""
    failures: int
    """In a row."""
    last_error: str
    """Why the last send failed; empty when it worked."""
    enabled: bool


class PushSender(Protocol):
    """Takes a message out of the house."""

    def check(self, url: str) -> str:
        """The target's address, cleaned. :raises PushTargetInvalid: not an allowed scheme, unreadable, or a private address."""
        ...

    async def send(self, url: str, *, title: str, body: str, link: str) -> None:
        """Returns when the service took it, within a bounded time. :raises PushFailed:"""
        ...


class Mailer(Protocol):
    async def send(self, *, to: str, subject: str, text: str) -> None:
        """Returns when the mail server took it. :raises MailFailed:"""
        ...
