"""Accounts on stores in memory, with a hasher that counts, a backplane that records and a clock that is moved."""

from collections.abc import Callable
from dataclasses import dataclass, field

from livechat.domain.accounts import Accounts
from livechat.domain.audit_log import AuditLog
from livechat.domain.events import Event
from livechat.domain.limits import Limits
from livechat.domain.model import Room, SignIn, User
from livechat.domain.passwords import DUMMY_HASH, Passwords
from livechat.domain.policy_desk import PolicyDesk
from livechat.domain.ports import Observed, Subscription
from livechat.domain.reception import Reception
from tests.fakes import FakeClock, MemoryStores

SET_UP_TOKEN = 'the-printed-token'
PASSWORD = 'correct horse'


@dataclass
class CountingHasher:
    """Fast, and remembers against what it was asked to verify."""

    verified: list[str] = field(default_factory=list)
    on_verify: Callable[[], object] = lambda: None
    """Runs in the hashing thread."""

    def hash(self, secret: bytes) -> str:
        return f'hash of {secret.decode("utf-8", "surrogatepass")!a}'

    def verify(self, secret: bytes, password_hash: str) -> bool:
        self.verified.append(password_hash)
        self.on_verify()
        return password_hash == self.hash(secret)

    @property
    def dummies(self) -> int:
        return self.verified.count(DUMMY_HASH)


@dataclass
class RecordingBackplane:
    """Keeps what was broadcast, in order."""

    broadcasts: list[tuple[str, Event]] = field(default_factory=list)

    def broadcast(self, topic: str, event: Event) -> None:
        self.broadcasts.append((topic, event))

    def observe(self, kind: type[Observed], observer: Callable[[Observed], object]) -> None:
        raise NotImplementedError(kind)

    def subscribe(self, topic: str, *, kinds: tuple[type, ...] = ()) -> Subscription:
        raise NotImplementedError(topic, kinds)

    def is_watched(self, topic: str) -> bool:
        raise NotImplementedError(topic)


class Stand:
    """One server's accounts and everything they stand on; `restarted` is the next process over the same stores."""

    def __init__(self, clock: FakeClock, limits: Limits, stores: MemoryStores | None = None) -> None:
        self.clock = clock
        self.limits = limits
        self.stores = stores or MemoryStores()
        self.hasher = CountingHasher()
        self.backplane = RecordingBackplane()
        self.slept: list[float] = []
        self.audit = AuditLog(self.stores.audit, clock)
        self.policy = PolicyDesk(self.stores.server, self.audit)
        self.reception = Reception(
            self.stores.users,
            self.stores.sign_ins,
            policy=self.policy,
            backplane=self.backplane,
            clock=clock,
            limits=limits,
            passwords=Passwords(limits, self.hasher),
            sleep=self._sleep,
        )
        self.accounts = Accounts(self.reception, set_up_token=SET_UP_TOKEN)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def close(self) -> None:
        await self.reception.close()

    def restarted(self) -> 'Stand':
        return Stand(self.clock, self.limits, self.stores)

    async def set_up(self, name: str = 'Ana Torres') -> tuple[User, Room]:
        return await self.accounts.set_up(SET_UP_TOKEN, name=name, password=PASSWORD, server_name='Harbour house')

    async def register(self, name: str) -> User:
        return await self.accounts.register(name=name, password=PASSWORD, join=None)

    async def sign_in(self, name: str, password: str, *, address: str) -> User:
        """Who signed in so."""
        user, _ = await self.accounts.sign_in(name, password, address=address, user_agent='Test browser')
        return user

    async def signed_in(self, user: User) -> tuple[str, SignIn]:
        """A sign-in that this process knows, as after the first request."""
        token, sign_in = await self.accounts.start_sign_in(user.id, user_agent='Test browser')
        assert await self.accounts.signed_in(token) is not None
        return token, sign_in
