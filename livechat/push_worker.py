"""The process in which Apprise runs: `python -m livechat.push_worker [--allow-private]`, started by `livechat.push`.

Reads one job per line from stdin (`url`, `title`, `body`, `link`, `limit_s`), does it, and writes one line to stdout: `reason` is
empty when the service took the message, else a sentence. Ends with its stdin. Here, and not in the server, are the time that
Apprise takes to import, its memory, its blocking sockets, and the code of others that meets addresses typed by anybody.
"""

import faulthandler
import importlib
import json
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from livechat.outgoing import guard, is_public

if TYPE_CHECKING:
    from apprise import NotifyBase

ALLOW_PRIVATE = '--allow-private'
MEMORY_BYTES = 512 * 2**20
"""Of address space; about 100 MiB are in use. What a service answers is read whole, and may unpack to a thousand times its size."""
PORTS_BELOW_1024 = frozenset({25, 80, 443, 465, 587})
"""Web and mail: nobody can make this server knock at ssh or telnet."""
GRACE_S = 5.0
"""After the server gave a job up (and ended this process, if it still could) it ends itself."""
MAX_REASON_CHARS = 200
_EVERYWHERE = frozenset({'verify'})


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One that a target may name. Only what is listed may be set in its address: other options of Apprise read files, name more
    recipients, repeat, or redirect."""

    module: str
    plugin: str
    options: frozenset[str] = frozenset()
    has_host: bool = True
    """The address names the host to call; otherwise the service's own is called."""
    link_option: str = ''
    """How it opens a link at a tap; otherwise the link ends the text."""


_NTFY = Service(
    module='ntfy',
    plugin='NotifyNtfy',
    options=frozenset({'auth', 'mode', 'priority', 'tags', 'token', 'xtags'}),
    link_option='click',
)
_GOTIFY = Service(module='gotify', plugin='NotifyGotify', options=frozenset({'priority'}))
_MATRIX = Service(module='matrix', plugin='NotifyMatrix', options=frozenset({'msgtype', 'token', 'version'}))
_MAIL = Service(module='email', plugin='NotifyEmail', options=frozenset({'from', 'mode', 'name', 'pass', 'port', 'smtp', 'to', 'user'}))
SERVICES: Mapping[str, Service] = {
    'ntfy': _NTFY,
    'ntfys': _NTFY,
    'gotify': _GOTIFY,
    'gotifys': _GOTIFY,
    'matrix': _MATRIX,
    'matrixs': _MATRIX,
    'mailto': _MAIL,
    'mailtos': _MAIL,
    'discord': Service(module='discord', plugin='NotifyDiscord', options=frozenset({'thread'}), has_host=False),
    'pover': Service(
        module='pushover',
        plugin='NotifyPushover',
        options=frozenset({'priority', 'sound'}),
        has_host=False,
        link_option='supplemental_url',
    ),
    'slack': Service(module='slack', plugin='NotifySlack', has_host=False),
    'tgram': Service(module='telegram', plugin='NotifyTelegram', options=frozenset({'silent', 'thread', 'topic'}), has_host=False),
}
"""By scheme."""


class Undeliverable(Exception):
    """`str(error)` is a sentence for the person whose target it is."""


class _LastWarning(logging.Handler):
    """Apprise says why something failed in its log alone."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.text = ''

    def emit(self, record: logging.LogRecord) -> None:
        self.text = record.getMessage()


class Outlet:
    """Hands single messages to services."""

    def __init__(self) -> None:
        self._warning = _LastWarning()
        logger = logging.getLogger('apprise')
        logger.addHandler(self._warning)
        logger.propagate = False

    def deliver(self, job: Mapping[str, Any]) -> str:
        """Why the service did not take it; empty when it did."""
        self._warning.text = ''
        try:
            took = self._send(job)
        except Undeliverable as error:
            return str(error)
        except MemoryError:
            return 'The service answered with far too much.'
        except Exception as error:  # noqa: BLE001 - the code of others meets text typed by anybody
            return f'The service could not be reached ({type(error).__name__}).'
        return '' if took else self._why()

    def _send(self, job: Mapping[str, Any]) -> bool:
        from apprise import NotifyFormat, OverflowMode  # noqa: PLC0415 - takes 0.1 s

        scheme = job['url'].partition(':')[0].lower()
        service = SERVICES[scheme]
        body = f'{job["body"]}\n\n{job["link"]}' if job['link'] and not service.link_option else job['body']
        plugin = plugin_for(job['url'], link=job['link'])
        return plugin.notify(
            title=_quiet(job['title']) if scheme == 'discord' else job['title'],
            body=_quiet(body) if scheme == 'discord' else body,
            body_format=NotifyFormat.TEXT,
            overflow=OverflowMode.TRUNCATE,
        )

    def _why(self) -> str:
        text = ' '.join(self._warning.text.split()) or 'The service did not take the message.'
        return text if len(text) <= MAX_REASON_CHARS else text[: MAX_REASON_CHARS - 1] + '…'


def plugin_for(url: str, *, link: str = '') -> 'NotifyBase':
    """The part of Apprise that sends to this address. No redirects: a redirected POST arrives as a GET and looks as if it worked.

    :raises Undeliverable: the address cannot be read, sets what it may not, or names several recipients
    """
    from apprise import AppriseAsset, NotifyBase, PersistentStoreMode  # noqa: PLC0415 - takes 0.1 s
    from apprise.exception import AppriseException  # noqa: PLC0415

    service = SERVICES[url.partition(':')[0].lower()]
    kind: type[NotifyBase] = getattr(importlib.import_module(f'apprise.plugins.{service.module}'), service.plugin)
    asset = AppriseAsset(
        app_id='livechat',
        app_desc='livechat',
        app_url='',
        image_url_mask='',
        image_url_logo='',
        interpret_emojis=False,
        http_redirects=False,
        allow_templates=False,
        pgp_autogen=False,
        pem_autogen=False,
        storage_mode=PersistentStoreMode.MEMORY,
    )
    try:
        parsed = kind.parse_url(url)
        if not parsed:
            raise Undeliverable('This address is not complete, or cannot be read.')
        refuse_options(service, [*parsed['qsd'], *(prefix for prefix in ('qsd+', 'qsd-', 'qsd:') if parsed.get(prefix))])
        plugin = kind(**{**parsed, **({service.link_option: link} if link and service.link_option else {}), 'asset': asset})
    except (AppriseException, TypeError) as error:
        raise Undeliverable('This address is not complete, or cannot be read.') from error
    if len(plugin) > 1:
        raise Undeliverable('This address names several recipients: add one target for each.')
    return plugin


def refuse_options(service: Service, options: list[str]) -> None:
    """:raises Undeliverable: one of them may not be set"""
    for option in options:
        if option.strip().lower() not in service.options | _EVERYWHERE:
            raise Undeliverable(f'“{option[:40]}” cannot be set in a target.')


def _quiet(text: str) -> str:
    """Discord has no plain text: this calls nobody (`@everyone`) and hides no link behind other words."""
    return text.replace('@', '@\u200b').replace('[', '\\[').replace('<', '\\<')


def main(arguments: list[str]) -> int:
    answers = _take_stdout()
    _limit_memory()
    anywhere = ALLOW_PRIVATE in arguments
    outlet = Outlet()
    guard(lambda address, port: anywhere or (is_public(address) and (port >= 1024 or port in PORTS_BELOW_1024)))
    for line in sys.stdin:
        job = json.loads(line)
        faulthandler.dump_traceback_later(job['limit_s'] + GRACE_S, exit=True)
        reason = outlet.deliver(job)
        faulthandler.cancel_dump_traceback_later()
        print(json.dumps({'reason': reason}), file=answers, flush=True)
    return 0


def _take_stdout() -> TextIO:
    """For the answers alone: what a plugin prints goes to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), 'w', encoding='utf-8')
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _limit_memory() -> None:
    if sys.platform != 'win32':
        import resource  # noqa: PLC0415 - not everywhere

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, most))


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
