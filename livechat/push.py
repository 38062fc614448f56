"""Push: messages to the targets that people named, sent by processes of their own (`livechat.push_worker`)."""

import asyncio
import json
import os
import sys
import unicodedata
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from livechat.domain.errors import PushFailed, PushTargetInvalid
from livechat.outgoing import is_public, numeric_address
from livechat.push_worker import ALLOW_PRIVATE, SERVICES, Undeliverable, refuse_options

LIMIT_S = 20.0
"""For one message, the start of a process included."""
QUEUE_LIMIT_S = 60.0
"""A push that waited longer is no news."""
IDLE_S = 120.0
AT_ONCE = 4
"""Each is a process of about 40 MB while it is needed; one that hangs delays nobody else."""
MAX_WAITING = 200
MAX_URL_CHARS = 500
MAX_TITLE_CHARS = 200
MAX_BODY_CHARS = 1_000
"""ntfy turns more than 4,096 bytes into a file, Pushover refuses more than 1,024 characters."""
INHERITED = ('LANG', 'LC_ALL', 'LC_CTYPE', 'PATH', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_DIR', 'SSL_CERT_FILE', 'SYSTEMROOT', 'TZ')
"""Variables of the environment that a process gets; the others are secrets, proxies, or of no use to it."""


class _Worker:
    """One process; does one job at a time. Its invariant: no job is under way in it when it is offered for another."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._told_to_end = False
        self.idle: asyncio.TimerHandle | None = None

    @classmethod
    async def start(cls, *, allow_private: bool) -> Self:
        arguments = ['-P', '-m', 'livechat.push_worker', *([ALLOW_PRIVATE] if allow_private else [])]
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, *arguments, stdin=PIPE, stdout=PIPE, env=_environment(), start_new_session=True
            )
        )

    @property
    def alive(self) -> bool:
        return not (self.gone or self._told_to_end)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def gone(self) -> bool:
        return self._process.returncode is not None

    async def ask(self, job: Mapping[str, Any]) -> str:
        """:raises ConnectionError: the process ended instead of answering"""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job).encode() + b'\n')
        await self._process.stdin.drain()
        answer = await self._process.stdout.readline()
        if not answer.endswith(b'\n'):
            raise ConnectionResetError
        return str(json.loads(answer)['reason'])

    def end(self) -> None:
        if self.idle:
            self.idle.cancel()
        if self.alive:
            self._told_to_end = True
            self._process.kill()

    async def ended(self) -> None:
        await self._process.wait()


class AppriseSender:
    """Sends through Apprise; implements `PushSender`.

    Owns its processes: the first starts with the first message, others while messages overlap, each ends after some idle minutes
    and all with `close`. What they were sending then is lost. A process that ends by itself in the middle of a message is
    replaced once for it, so that a message may arrive twice.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        limit_s: float = LIMIT_S,
        idle_s: float = IDLE_S,
        at_once: int = AT_ONCE,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._allow_private = allow_private
        self._limit_s = limit_s
        self._idle_s = idle_s
        self._turns = asyncio.Semaphore(at_once)
        self._max_waiting = max_waiting
        self._waiting = 0
        self._workers: list[_Worker] = []
        self._free: list[_Worker] = []
        self._closed = False

    def check(self, url: str) -> str:
        """The cleaned address of a target, judged by its looks: what it resolves to is checked at each connection.

        :raises PushTargetInvalid:
        """
        url = url.strip()
        if len(url) > MAX_URL_CHARS:
            raise PushTargetInvalid(f'A target has at most {MAX_URL_CHARS} characters.')
        if not url.isprintable() or ' ' in url:
            raise PushTargetInvalid('A target has no spaces or line breaks.')
        scheme, _, rest = url.partition('://')
        service = SERVICES.get(scheme.lower())
        if service is None or not rest:
            raise PushTargetInvalid(f'A target begins with one of these: {", ".join(f"{known}://" for known in SERVICES)}.')
        url = f'{scheme.lower()}://{rest.replace("#", "%23")}'  # of a room's name: nothing here has a fragment
        try:
            parts = urlsplit(url)
            options = dict(parse_qsl(parts.query, keep_blank_values=True))
            refuse_options(service, list(options))
            hosts = [parts.hostname or '', options.get('smtp', '')] if service.has_host else []
        except (ValueError, Undeliverable) as error:
            raise PushTargetInvalid(str(error) if isinstance(error, Undeliverable) else 'This address cannot be read.') from None
        self._refuse_private(hosts)
        return url

    def _refuse_private(self, hosts: list[str]) -> None:
        for address in filter(None, map(numeric_address, hosts)):
            if not (self._allow_private or is_public(address)):
                raise PushTargetInvalid('This address is inside a private network, and the operator of this server does not allow that.')

    async def send(self, url: str, *, title: str, body: str, link: str) -> None:
        """Returns when the service took it. At most `QUEUE_LIMIT_S` in the queue and the limit of one message later it raises.

        :raises PushFailed:
        """
        try:
            url = self.check(url)
        except PushTargetInvalid as error:
            raise PushFailed(str(error)) from None
        title = _cut(' '.join(_clean(title).split()), MAX_TITLE_CHARS)
        body = _cut(_clean(body).strip(), MAX_BODY_CHARS) or title or link
        job = {'url': url, 'title': title, 'body': body, 'link': link, 'limit_s': self._limit_s}
        await self._wait_for_turn()
        try:
            async with asyncio.timeout(self._limit_s):
                reason = await self._deliver(job)
        except TimeoutError:
            raise PushFailed(f'The service took longer than {self._limit_s:g} s.') from None
        except OSError:
            raise PushFailed('The process that sends ended.') from None
        finally:
            self._turns.release()
        if reason:
            raise PushFailed(reason)

    async def close(self) -> None:
        """Ends all processes; what is being sent fails, and so does everything later."""
        self._closed = True
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            await worker.ended()

    async def _wait_for_turn(self) -> None:
        if self._turns.locked() and self._waiting >= self._max_waiting:
            raise PushFailed('Too many messages wait to be sent.')
        self._waiting += 1
        try:
            async with asyncio.timeout(QUEUE_LIMIT_S):
                await self._turns.acquire()
        except TimeoutError:
            raise PushFailed('The message waited too long to be sent.') from None
        finally:
            self._waiting -= 1

    async def _deliver(self, job: Mapping[str, Any]) -> str:
        try:
            return await self._ask(self._reuse() or await self._start(), job)
        except ConnectionError:
            return await self._ask(await self._start(), job)

    async def _ask(self, worker: _Worker, job: Mapping[str, Any]) -> str:
        try:
            reason = await worker.ask(job)
        except BaseException:
            worker.end()  # its next answer, if any, would be of this job
            raise
        worker.idle = asyncio.get_running_loop().call_later(self._idle_s, worker.end)
        self._free.append(worker)
        return reason

    def _reuse(self) -> _Worker | None:
        """The process that was used last, so that those of a burst grow idle."""
        while self._free:
            worker = self._free.pop()
            if worker.idle:
                worker.idle.cancel()
            if worker.alive:
                return worker
        return None

    async def _start(self) -> _Worker:
        if not self._closed:
            worker = await _Worker.start(allow_private=self._allow_private)
            self._workers = [*(each for each in self._workers if not each.gone), worker]
            if not self._closed:
                return worker
            worker.end()
        raise PushFailed('The server is being stopped.')


def _environment() -> dict[str, str]:
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {
        **inherited,
        'PYTHONPATH': os.pathsep.join(filter(None, sys.path)),
        'NETRC': os.devnull,  # passwords of whoever runs the server, which `requests` would add by host name
        'NO_PROXY': '*',
    }


def _clean(text: str) -> str:
    """Without control characters, but line feeds and tabs; without halves of surrogate pairs."""
    whole = text.encode(errors='replace').decode()
    return ''.join(character for character in whole if character in '\n\t' or unicodedata.category(character) != 'Cc')


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f'{text[: limit - 1]}…'
