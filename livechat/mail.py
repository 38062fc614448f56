"""Mail: single letters through the mail server that the operator named with `LIVECHAT_SMTP_URL`."""

import asyncio
import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid
from urllib.parse import parse_qsl, unquote, urlsplit

from livechat.domain.errors import MailFailed

LIMIT_S = 30.0
"""For one letter, from the connection to the mail server's word that it has it."""
AT_ONCE = 2
MAX_WAITING = 50
MAX_SUBJECT_CHARS = 200
EXAMPLE = 'smtp://user:password@mail.example.org:587?from=chat@example.org'
_ADDRESS = re.compile(r'[^\s@<>()\[\],;:\\"]{1,64}@[^\s@<>()\[\],;:\\"]{1,255}')


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpAddress:
    """A mail server, and who writes."""

    host: str
    port: int
    implicit_tls: bool
    """From the first byte (smtps); otherwise STARTTLS when the server offers it."""
    user: str
    password: str = field(repr=False)
    sender: str

    @property
    def is_loopback(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == 'localhost'


def parse_smtp_url(url: str) -> SmtpAddress:
    """Ports: 465 for smtps, 587 for smtp with a password, else 25. Without `from` the user is the sender.

    :raises ValueError: with one sentence that repeats no password
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise ValueError(f'should be an address like {EXAMPLE}; write special characters of the password as %40') from None
    if parts.scheme not in {'smtp', 'smtps'} or not parts.hostname or parts.path.strip('/') or parts.fragment or options.keys() - {'from'}:
        raise ValueError(f'should be an address like {EXAMPLE}, or the same with smtps://')
    user, password = unquote(parts.username or ''), unquote(parts.password or '')
    sender = options.get('from', user)
    if not _is_mail_address(sender):
        raise ValueError('should say who writes: end it with ?from=chat@example.org')
    if bool(user) != bool(password):
        raise ValueError('should have a user and a password, or neither')
    implicit_tls = parts.scheme == 'smtps'
    return SmtpAddress(
        host=parts.hostname,
        port=port or (465 if implicit_tls else 587 if password else 25),
        implicit_tls=implicit_tls,
        user=user,
        password=password,
        sender=sender,
    )


class SmtpMailer:
    """Sends by SMTP; implements `Mailer`. Each letter has a connection of its own, in one of few threads that this owns.

    What waits when the process ends is lost: letters are not stored.
    """

    def __init__(self, url: str, *, limit_s: float = LIMIT_S, at_once: int = AT_ONCE, max_waiting: int = MAX_WAITING) -> None:
        self._address = parse_smtp_url(url)
        self._limit_s = limit_s
        self._turns = asyncio.Semaphore(at_once)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix='mail')
        self._max_waiting = max_waiting
        self._waiting = 0

    async def send(self, *, to: str, subject: str, text: str) -> None:
        """Returns when the mail server took it.

        :raises MailFailed:
        """
        letter = _write(sender=self._address.sender, to=to, subject=subject, text=text)
        if self._turns.locked() and self._waiting >= self._max_waiting:
            raise MailFailed('Too many mails wait to be sent. Try again later.')
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        delivery = _Delivery(self._address, timeout_s=self._limit_s)
        done = asyncio.get_running_loop().run_in_executor(self._threads, delivery.send, letter)
        done.add_done_callback(self._free_turn)
        try:
            async with asyncio.timeout(self._limit_s):
                await asyncio.shield(done)
        except TimeoutError:
            delivery.abort()
            raise MailFailed(f'The mail server took longer than {self._limit_s:g} s.') from None
        except asyncio.CancelledError:
            delivery.abort()
            raise

    def _free_turn(self, done: asyncio.Future[None]) -> None:
        """Only when the thread is free too, though whoever waited has given up."""
        self._turns.release()
        if not done.cancelled():
            done.exception()


def _write(*, sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """One line per header, whatever they are made of. :raises MailFailed: `to` is not exactly one address"""
    if not _is_mail_address(to):
        raise MailFailed('That is no e-mail address.')
    letter = EmailMessage(policy=SMTP)
    try:
        letter['From'] = Address('livechat', addr_spec=sender)
        letter['To'] = Address(addr_spec=to)
    except (ValueError, IndexError):
        raise MailFailed('That is no e-mail address.') from None
    letter['Subject'] = _plain(' '.join(subject.split()))[:MAX_SUBJECT_CHARS]
    letter['Date'] = localtime()
    letter['Message-ID'] = make_msgid(domain=sender.rpartition('@')[2])
    letter['Auto-Submitted'] = 'auto-generated'
    letter.set_content(_plain(text))
    return letter


def _is_mail_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text)) and text.isprintable()


def _plain(text: str) -> str:
    whole = text.encode(errors='replace').decode()
    return ''.join(character for character in whole if character in '\n\t' or unicodedata.category(character) != 'Cc')


class _Smtp(smtplib.SMTP):
    """Knows its host before it is connected: it can be shut down from the first byte, and still checks the certificate's name."""

    def __init__(self, host: str, *, timeout_s: float) -> None:
        super().__init__(timeout=timeout_s)
        self._host = host


class _Smtps(smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""

    def __init__(self, host: str, *, timeout_s: float, context: ssl.SSLContext) -> None:
        super().__init__(timeout=timeout_s, context=context)
        self._host = host


class _Delivery:
    """One letter's connection; `send` runs in a thread, `abort` makes it fail at once."""

    def __init__(self, address: SmtpAddress, *, timeout_s: float) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._connection: smtplib.SMTP | None = None

    def send(self, letter: EmailMessage) -> None:
        """:raises MailFailed:"""
        try:
            self._send(letter)
        except smtplib.SMTPAuthenticationError:
            raise MailFailed('The mail server refused the user name or the password.') from None
        except smtplib.SMTPRecipientsRefused as error:
            raise MailFailed(f'The mail server refused the address ({_codes(error)}).') from None
        except smtplib.SMTPResponseException as error:
            raise MailFailed(f'The mail server refused the mail ({error.smtp_code}).') from None
        except smtplib.SMTPNotSupportedError:
            raise MailFailed('The mail server cannot sign in, or cannot write to this address.') from None
        except ssl.SSLCertVerificationError as error:
            raise MailFailed(f'The certificate of the mail server is not valid: {error.verify_message}.') from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise MailFailed(f'The mail server could not be reached ({type(error).__name__}).') from None
        finally:
            if self._connection:
                self._connection.close()

    def abort(self) -> None:
        if self._connection and self._connection.sock:
            with contextlib.suppress(OSError):
                self._connection.sock.shutdown(socket.SHUT_RDWR)

    def _send(self, letter: EmailMessage) -> None:
        address, context = self._address, self._context()
        self._connection = connection = (
            _Smtps(address.host, timeout_s=self._timeout_s, context=context)
            if address.implicit_tls
            else _Smtp(address.host, timeout_s=self._timeout_s)
        )
        connection.connect(address.host, address.port)
        connection.ehlo_or_helo_if_needed()
        if not address.implicit_tls and connection.has_extn('starttls'):
            connection.starttls(context=context)
        elif address.password and not (address.implicit_tls or address.is_loopback):
            raise MailFailed('The mail server offers no encryption, so it was not told the password.')
        if address.user:
            connection.login(address.user, address.password)
        connection.send_message(letter)
        with contextlib.suppress(smtplib.SMTPException, OSError):
            connection.quit()  # it has the letter already

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._address.is_loopback:  # certificates are not made out for it, and there is nobody in between
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _codes(error: smtplib.SMTPRecipientsRefused) -> str:
    replies: Sequence[tuple[int, bytes]] = list(error.recipients.values())
    return ', '.join(str(code) for code, _ in replies)
