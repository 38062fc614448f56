"""Passwords: argon2id through passlib, in a few threads, behind a bounded queue.

With passlib's defaults 32 sign-ins at once took 6.8 s and 1.6 GB; with these parameters one costs about 30 ms and 19 MiB.
"""

import asyncio
import threading
import unicodedata
import warnings
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

from livechat.domain.errors import TooBusy
from livechat.domain.limits import Limits
from livechat.domain.model import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from livechat.domain.password_errors import PasswordTooLong, PasswordTooShort

with warnings.catch_warnings():
    # passlib 1.7.4, its last release, imports `crypt` and asks argon2-cffi for its version in a deprecated way.
    warnings.simplefilter('ignore', DeprecationWarning)
    from passlib.hash import argon2  # type: ignore[import-untyped]

    argon2.set_backend('argon2_cffi')

T = TypeVar('T')

MEMORY_KIB = 19_456
ROUNDS = 2
LANES = 1
"""OWASP's first choice for argon2id: m=19456, t=2, p=1."""

DUMMY_HASH = '$argon2id$v=19$m=19456,t=2,p=1$UwqBsLZ27n2vNeZcSylFiA$mUNAC7r2/Yq60j2Wh9KUjTCfiI3S3C6WZV75alS++08'
"""Of 32 random bytes that were thrown away: what an unknown name is verified against, so that it takes the same work."""


class Hasher(Protocol):
    """Blocking; called in threads, several at once."""

    def hash(self, secret: bytes) -> str: ...

    def verify(self, secret: bytes, password_hash: str) -> bool: ...


class Argon2:
    """The hasher of the product."""

    def __init__(self) -> None:
        self._argon2 = argon2.using(type='ID', memory_cost=MEMORY_KIB, time_cost=ROUNDS, parallelism=LANES)

    def hash(self, secret: bytes) -> str:
        return str(self._argon2.hash(secret))

    def verify(self, secret: bytes, password_hash: str) -> bool:
        return bool(self._argon2.verify(secret, password_hash))


class Passwords:
    """Hashes and verifies off the event loop; owns its threads until `close`."""

    def __init__(self, limits: Limits, hasher: Hasher | None = None) -> None:
        self._hasher = hasher or Argon2()
        self._threads = ThreadPoolExecutor(limits.password_hash_threads, thread_name_prefix='password')
        self._places = threading.BoundedSemaphore(limits.password_hash_threads + limits.password_hash_queue)

    def check_new(self, password: str) -> None:
        """:raises PasswordTooShort: :raises PasswordTooLong:"""
        if len(password) > MAX_PASSWORD_CHARS:  # before it is normalised, which takes the square of a row of marks
            raise PasswordTooLong(limit=MAX_PASSWORD_CHARS)
        if len(unicodedata.normalize('NFC', password)) < MIN_PASSWORD_CHARS:
            raise PasswordTooShort(limit=MIN_PASSWORD_CHARS)

    async def hash(self, password: str) -> str:
        """:raises PasswordTooShort: :raises PasswordTooLong: :raises TooBusy:"""
        self.check_new(password)
        secret = _secret(password)
        return await self._run(lambda: self._hasher.hash(secret))

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether it is the password; without a hash (nobody has that name) always False, after the same work.

        :raises TooBusy:
        """
        secret = _secret(password)
        if len(password) > MAX_PASSWORD_CHARS:  # nobody has one so long; passlib itself refuses above 4,096
            secret, password_hash = b'', None
        matches = await self._run(lambda: self._hasher.verify(secret, password_hash or DUMMY_HASH))
        return matches and password_hash is not None

    async def close(self) -> None:
        """What runs ends, what waits is cancelled."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise TooBusy
        try:
            future = self._threads.submit(work)
        except BaseException:
            self._places.release()
            raise
        # Not in a `finally`: a caller who is cancelled leaves a thread that still works and still takes its place.
        future.add_done_callback(self._leave)
        return await asyncio.wrap_future(future)

    def _leave(self, _: Future[T]) -> None:
        self._places.release()


def _secret(password: str) -> bytes:
    """NFC, so that é typed on another keyboard is the same é; lone surrogates pass, argon2 hashes any bytes."""
    return unicodedata.normalize('NFC', password[: MAX_PASSWORD_CHARS + 1]).encode('utf-8', 'surrogatepass')
