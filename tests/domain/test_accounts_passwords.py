"""The hashing itself: its parameters, and that it cannot take the server with it."""

import asyncio
import threading

import pytest

from livechat.domain.errors import TooBusy
from livechat.domain.limits import Limits
from livechat.domain.passwords import DUMMY_HASH, Passwords

PARAMETERS = '$argon2id$v=19$m=19456,t=2,p=1$'


async def test_argon2_verifies_what_it_hashed_and_nothing_else() -> None:
    passwords = Passwords(Limits())

    stored = await passwords.hash('correct horse')

    assert stored.startswith(PARAMETERS)
    assert stored != await passwords.hash('correct horse')
    assert await passwords.verify('correct horse', stored)
    assert not await passwords.verify('correct horsE', stored)
    assert not await passwords.verify('x' * 5_000, stored)
    await passwords.close()


async def test_dummy_hash_costs_the_same_work_as_a_real_one() -> None:
    passwords = Passwords(Limits())

    assert DUMMY_HASH.startswith(PARAMETERS)
    assert len(DUMMY_HASH) == len(await passwords.hash('correct horse'))
    assert not await passwords.verify('correct horse', None)
    await passwords.close()


class HeldHasher:
    """Works until it is told to stop."""

    def __init__(self) -> None:
        self.release = threading.Event()

    def hash(self, secret: bytes) -> str:
        return self._wait(secret)

    def verify(self, secret: bytes, password_hash: str) -> bool:
        return self._wait(secret) == password_hash

    def _wait(self, secret: bytes) -> str:
        assert self.release.wait(5)
        return secret.decode()


async def test_full_queue_refuses_until_there_is_a_place_again() -> None:
    hasher = HeldHasher()
    passwords = Passwords(Limits(password_hash_threads=2, password_hash_queue=3), hasher)
    working = [asyncio.create_task(passwords.hash(f'password {number}')) for number in range(5)]
    await asyncio.sleep(0)  # all five have begun

    with pytest.raises(TooBusy):
        await passwords.hash('password 6')

    hasher.release.set()
    assert await asyncio.gather(*working) == [f'password {number}' for number in range(5)]
    assert await passwords.hash('password 6') == 'password 6'
    await passwords.close()


async def test_place_of_a_caller_who_gave_up_is_taken_until_the_thread_is_done() -> None:
    hasher = HeldHasher()
    passwords = Passwords(Limits(password_hash_threads=1, password_hash_queue=1), hasher)
    working = [asyncio.create_task(passwords.hash(f'password {number}')) for number in range(2)]
    await asyncio.sleep(0)

    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    waiting = asyncio.create_task(passwords.hash('password 3'))  # in the place of the one that had not begun
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await passwords.hash('password 4')

    hasher.release.set()
    assert await waiting == 'password 3'
    await passwords.close()
