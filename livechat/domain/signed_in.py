"""Who is signed in, in memory: what every request and every live handler asks first."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from livechat.domain.model import SignIn, SignInId, User, UserId

MAX_CACHED = 20_000
"""Sign-ins kept at once, some 2 KiB each. A live tab whose sign-in were dropped would be shown out, so this lies above what
one process serves: tabs take 157 KiB each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A user and the sign-in that lets a browser act as that user."""

    user: User
    sign_in: SignIn
    renewed: bool = False
    """This very look-up renewed the sign-in: its cookie is due for renewal too."""


@dataclass(slots=True)
class _Entry:
    signed_in: SignedIn
    checked_at: float
    """Monotonic: when the store last confirmed it."""


@dataclass(slots=True, eq=False)
class Load:
    """What was changed while a sign-in was read from the store: the row that was read may be from before."""

    users: set[UserId] = field(default_factory=set)
    sign_ins: set[SignInId] = field(default_factory=set)

    def is_stale(self, loaded: SignedIn) -> bool:
        return loaded.user.id in self.users or loaded.sign_in.id in self.sign_ins


class SignedInCache:
    """Invariant: what has been ended or changed here is never overwritten by a load that began earlier.

    Lives on the event loop; no method waits. All of it is lost with the process: the store has everything.
    """

    def __init__(self, max_cached: int = MAX_CACHED) -> None:
        self._max_cached = max_cached
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._hashes: dict[SignInId, bytes] = {}
        self._of_user: dict[UserId, set[SignInId]] = {}
        self._loads: list[Load] = []

    def __len__(self) -> int:
        return len(self._entries)

    @contextmanager
    def loading(self) -> Iterator[Load]:
        """While a sign-in is read from the store."""
        load = Load()
        self._loads.append(load)
        try:
            yield load
        finally:
            self._loads.remove(load)

    def put(self, token_hash: bytes, signed_in: SignedIn, checked_at: float) -> None:
        self._entries[token_hash] = _Entry(signed_in, checked_at)
        self._entries.move_to_end(token_hash)
        self._hashes[signed_in.sign_in.id] = token_hash
        self._of_user.setdefault(signed_in.user.id, set()).add(signed_in.sign_in.id)
        if len(self._entries) > self._max_cached:
            self._drop(next(iter(self._entries)))

    def get(self, token_hash: bytes, *, checked_since: float = float('-inf')) -> SignedIn | None:
        """The entry, if the store confirmed it since then."""
        entry = self._entries.get(token_hash)
        if entry is None or entry.checked_at < checked_since:
            return None
        self._entries.move_to_end(token_hash)
        return entry.signed_in

    def by_id(self, sign_in_id: SignInId) -> SignedIn | None:
        token_hash = self._hashes.get(sign_in_id)
        if token_hash is None:
            return None
        self._entries.move_to_end(token_hash)
        return self._entries[token_hash].signed_in

    def all(self) -> dict[SignInId, UserId]:
        """Whose sign-in each is."""
        return {entry.signed_in.sign_in.id: entry.signed_in.user.id for entry in self._entries.values()}

    def of(self, user_id: UserId) -> tuple[SignInId, ...]:
        """The sign-ins of that user that are kept."""
        return tuple(self._of_user.get(user_id, ()))

    def end(self, sign_in_id: SignInId) -> None:
        for load in self._loads:
            load.sign_ins.add(sign_in_id)
        if (token_hash := self._hashes.get(sign_in_id)) is not None:
            self._drop(token_hash)

    def change_user(self, user_id: UserId, change: Callable[[User], User]) -> User | None:
        """All sign-ins of that user show the change from now on. Return the changed user, None if none is kept."""
        for load in self._loads:
            load.users.add(user_id)
        user = None
        for sign_in_id in self._of_user.get(user_id, ()):
            entry = self._entries[self._hashes[sign_in_id]]
            user = user or change(entry.signed_in.user)
            entry.signed_in = replace(entry.signed_in, user=user)
        return user

    def change_sign_in(self, sign_in_id: SignInId, change: Callable[[SignIn], SignIn]) -> SignedIn | None:
        for load in self._loads:
            load.sign_ins.add(sign_in_id)
        if (token_hash := self._hashes.get(sign_in_id)) is None:
            return None
        entry = self._entries[token_hash]
        entry.signed_in = replace(entry.signed_in, sign_in=change(entry.signed_in.sign_in))
        return entry.signed_in

    def _drop(self, token_hash: bytes) -> None:
        signed_in = self._entries.pop(token_hash).signed_in
        del self._hashes[signed_in.sign_in.id]
        of_user = self._of_user[signed_in.user.id]
        of_user.discard(signed_in.sign_in.id)
        if not of_user:
            del self._of_user[signed_in.user.id]
