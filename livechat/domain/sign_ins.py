"""Sign-ins: one browser's right to act as a user, for 90 days from its last use.

A sign-in's token lies in one browser's cookie and nowhere else: the store has its SHA-256, and so has the cache.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from livechat.domain.errors import NotStored
from livechat.domain.events import SignInEnded, user_topic
from livechat.domain.limits import Limits
from livechat.domain.model import SignIn, SignInId, User, UserId
from livechat.domain.people_ports import SignInStore
from livechat.domain.ports import Backplane, Clock
from livechat.domain.signed_in import SignedIn, SignedInCache

TOKEN_BYTES = 32
MAX_USER_AGENT_CHARS = 300
RECHECK_S = 15.0
"""The store is asked again after so long: `livechat user reset-password` ends sign-ins from another process."""


class SignIns:
    """The sign-ins of this process, cached over their store. What has ended here stays ended, whatever is being read."""

    def __init__(self, store: SignInStore, *, backplane: Backplane, clock: Clock, limits: Limits) -> None:
        self._store = store
        self._backplane = backplane
        self._clock = clock
        self._lasts = timedelta(days=limits.sign_in_lasts_days)
        self._renew_after = timedelta(seconds=limits.sign_in_renew_s)
        self._cache = SignedInCache()

    async def start(
        self, user_id: UserId, *, user_agent: str, address: str, password_hash: str | None = None, as_guest: bool = False
    ) -> tuple[str, SignIn]:
        """With `password_hash`, only while it is the user's; `as_guest`, only while they have no account.

        :raises SignInFailed: also for somebody who is not active.
        """
        token = new_token()
        sign_in = await self._store.add(
            user_id,
            sha256(token),
            user_agent=user_agent[:MAX_USER_AGENT_CHARS],
            at=self._clock.now(),
            password_hash=password_hash,
            as_guest=as_guest,
            address=address,
        )
        return token, sign_in

    async def signed_in(self, token: str, *, address: str | None = None) -> SignedIn | None:
        """`address`: where it is used from now; kept when the sign-in is renewed."""
        token_hash = sha256(token)
        found = self._cache.get(token_hash, checked_since=self._clock.monotonic() - RECHECK_S) or await self._load(token_hash)
        if found is None:
            return None
        unused = self._clock.now() - found.sign_in.last_seen_at
        if unused > self._lasts:
            await self.end(found.sign_in.id)
            return None
        return await self._renew(found, address) if unused >= self._renew_after else found

    def current(self, sign_in_id: SignInId) -> User | None:
        found = self._cache.by_id(sign_in_id)
        return found.user if found else None

    async def of(self, user_id: UserId) -> Sequence[SignIn]:
        """The last seen first."""
        return await self._store.of(user_id)

    async def end(self, sign_in_id: SignInId) -> None:
        found = self._cache.by_id(sign_in_id)
        try:
            await self._store.end(sign_in_id)
        finally:  # whoever is cancelled here has ended it all the same: the store never cancels its work
            self._ended(found.user.id if found else None, sign_in_id)

    async def end_others(self, user_id: UserId, *, keep: SignInId | None) -> None:
        for sign_in_id in await self._store.end_others(user_id, keep=keep):
            self._ended(user_id, sign_in_id)

    async def end_all(self, user_id: UserId) -> None:
        """Of somebody who may not act any more, as the store knows already: nobody can start another meanwhile."""
        self.end_known(user_id)
        await self._store.end_others(user_id, keep=None)

    def end_known(self, user_id: UserId) -> None:
        """Show out whoever is here as somebody whose sign-ins the store lets in no more; what is being read now is void."""
        self._cache.change_user(user_id, lambda user: user)
        for sign_in_id in self._cache.of(user_id):
            self._ended(user_id, sign_in_id)

    async def end_gone(self) -> None:
        """Show out the live tabs of sign-ins that another process ended: while its socket holds, a tab makes no request."""
        users = self._cache.all()
        for sign_in_id in await self._store.gone_among(users) if users else ():
            self._ended(users[sign_in_id], sign_in_id)

    async def forget_unused(self) -> int:
        return await self._store.end_unused_since(self._clock.now() - self._lasts)

    async def set_utc_offset(self, sign_in_id: SignInId, minutes: int) -> None:
        await self._store.set_utc_offset(sign_in_id, minutes)
        self._cache.change_sign_in(sign_in_id, lambda sign_in: replace(sign_in, utc_offset_min=minutes))

    def change_user(self, user_id: UserId, change: Callable[[User], User]) -> User | None:
        """Every sign-in of that user shows the change from now on; None if none is here."""
        return self._cache.change_user(user_id, change)

    async def _load(self, token_hash: bytes) -> SignedIn | None:
        known = self._cache.get(token_hash)
        while True:
            with self._cache.loading() as load:
                found = await self._store.by_token_hash(token_hash)
            if found is None:
                if known is not None:
                    self._ended(known.user.id, known.sign_in.id)
                return None
            sign_in, user = found
            loaded = SignedIn(user=user, sign_in=sign_in)
            if not load.is_stale(loaded):
                self._cache.put(token_hash, loaded, self._clock.monotonic())
                return loaded

    async def _renew(self, found: SignedIn, address: str | None) -> SignedIn | None:
        now = self._clock.now()
        # In the cache first: of many requests at once, one renews.
        self._cache.change_sign_in(found.sign_in.id, lambda sign_in: replace(sign_in, last_seen_at=now, address=address or sign_in.address))
        try:
            await self._store.touch(found.sign_in.id, at=now, address=address or None)
        except NotStored:
            return found  # a full disk throws nobody out; it is tried again after the next look into the store
        renewed = self._cache.by_id(found.sign_in.id)
        return replace(renewed, renewed=True) if renewed else None

    def _ended(self, user_id: UserId | None, sign_in_id: SignInId) -> None:
        self._cache.end(sign_in_id)
        if user_id is not None:  # nobody here has it open otherwise
            self._backplane.broadcast(user_topic(user_id), SignInEnded(user_id=user_id, sign_in_id=sign_in_id))


def new_token() -> str:
    """256 random bits, as text that fits into a cookie and an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode('utf-8', 'surrogatepass')).digest()
