"""Where people are reached outside the browser: each keeps their own targets, nobody else sees them."""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from livechat.domain.errors import Banned, NotAllowed, PushFailed, PushTargetInvalid, TooFast
from livechat.domain.limits import Limits
from livechat.domain.model import User, UserId, UserStatus
from livechat.domain.people_ports import PushTargetStore
from livechat.domain.ports import Clock
from livechat.domain.push import MAX_TARGETS, PushSender, PushTarget, PushTargetId
from livechat.domain.push_wording import PushText
from livechat.domain.rate_limit import TokenBuckets


class PushDesk:
    """One per process. Owns no task.

    `owners` holds at least everybody who has an enabled target: to know without a query for whom to try.
    """

    def __init__(self, store: PushTargetStore, sender: PushSender | None, *, clock: Clock, limits: Limits) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._tries: TokenBuckets[UserId] = TokenBuckets(limits.push_test_burst, limits.push_test_refill_per_s)
        self._adding = asyncio.Lock()
        self._owners: set[UserId] = set()

    @property
    def is_available(self) -> bool:
        """Whether this server sends anything outside the browser."""
        return self._sender is not None

    @property
    def owners(self) -> AbstractSet[UserId]:
        """A view, not to be kept; nobody where nothing is sent."""
        return self._owners

    async def load(self) -> None:
        """Before anything else."""
        if self.is_available:
            self._owners = set(await self._store.owners())

    # For their owner

    async def targets(self, user: User) -> Sequence[PushTarget]:
        """In the order they were added; those switched off say why."""
        return await self._store.of(user.id)

    async def add(self, user: User, url: str) -> PushTarget:
        """The same one, enabled again, when they have it already.

        :raises PushTargetInvalid: :raises NotAllowed: :raises TooFast:
        """
        sender = self._open(user)
        clean = sender.check(url)
        self._take_try(user)
        async with self._adding:
            present = await self._store.of(user.id)
            if len(present) >= MAX_TARGETS and all(target.url != clean for target in present):
                raise PushTargetInvalid(f'You have {MAX_TARGETS} targets, and there is place for no more. Remove one first.')
            target = await self._store.add(user.id, clean, at=self._clock.now())
        self._owners.add(user.id)
        return target

    async def remove(self, user: User, target_id: PushTargetId) -> None:
        """Idempotent; somebody else's is none of theirs."""
        await self._store.remove(user.id, target_id)

    async def test(self, user: User, target_id: PushTargetId) -> None:
        """Send a message there now; when it is taken, a target that was switched off is on again.

        :raises PushFailed: with the reason. :raises PushTargetInvalid: when it is gone. :raises NotAllowed: :raises TooFast:
        """
        sender = self._open(user)
        self._take_try(user)
        target = next((target for target in await self._store.of(user.id) if target.id == target_id), None)
        if target is None:
            raise PushTargetInvalid('You have removed this target.')
        text = PushText(title='livechat', body='This is a test: messages will reach you here while livechat is not open.', link='')
        try:
            await sender.send(target.url, title=text.title, body=text.body, link=text.link)
        except PushFailed as failure:
            await self._store.failed(target.id, str(failure))
            raise
        await self._store.succeeded(target.id)
        self._owners.add(user.id)

    # For the pusher

    async def enabled(self, user_id: UserId) -> Sequence[PushTarget]:
        found = [target for target in await self._store.of(user_id) if target.enabled]
        if not found:
            self._owners.discard(user_id)
        return found

    async def send(self, target: PushTarget, text: PushText) -> None:
        """Or note that it failed; too many failures in a row switch the target off."""
        assert self._sender is not None
        try:
            await self._sender.send(target.url, title=text.title, body=text.body, link=text.link)
        except PushFailed as failure:
            await self._store.failed(target.id, str(failure))
            return
        if target.failures:
            await self._store.succeeded(target.id)

    def _open(self, user: User) -> PushSender:
        if user.status is not UserStatus.ACTIVE:
            raise Banned
        if self._sender is None:
            raise NotAllowed('This server sends no notifications outside the browser.')
        return self._sender

    def _take_try(self, user: User) -> None:
        wait_s = self._tries.take(user.id, self._clock.monotonic())
        if wait_s:
            raise TooFast('That was often', retry_after_s=wait_s)
