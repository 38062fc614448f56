"""A mail server that keeps what it is sent: just enough SMTP for `smtplib`, over a real socket."""

import asyncio
import contextlib
import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Self

CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsEHv/wJnYxPd1Jp8
xIbf8xw20Tnt7g4XcAEurlKvxzmhRANCAASFGctPLnvAhZfd1uERDosUmZR6jKwu
Wj+Jtu0pbK1Tuf60jq0bgKLCXVyA1t+Kn6CHbWCbIyBuO2kDlZQfO9VX
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIUXj9U2zKtUIC/Y47X6n0dtjTI8qkwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA1MjEwNFoYDzIxMjYxMDI4
MDUyMTA0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASFGctPLnvAhZfd1uERDosUmZR6jKwuWj+Jtu0pbK1Tuf60jq0bgKLC
XVyA1t+Kn6CHbWCbIyBuO2kDlZQfO9VXo1MwUTAdBgNVHQ4EFgQUVrMLWSS+2jPG
3cbpCptjIOoC+mcwHwYDVR0jBBgwFoAUVrMLWSS+2jPG3cbpCptjIOoC+mcwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBERfWbg7Rj19Jka9atL9G9
HECDNT+RiSM/tmRWs9KfzgIgHPdYBQMpeoPgtSqHeo1Gn/Yortey0/GY6Qnu69/o
bjA=
-----END CERTIFICATE-----
"""
"""Of localhost, signed by itself, until 2126; with its key, which guards nothing."""


def certificate(folder: Path) -> ssl.SSLContext:
    file = folder / 'certificate.pem'
    file.write_text(CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


class SmtpServer:
    """Runs in the loop of the test. `replies` overrides what it says to a command, as in `{'RCPT': '550 no'}`; '' is never answered."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, implicit_tls: bool = False, replies: dict[str, str] | None = None) -> None:
        self.letters: list[EmailMessage] = []
        self.commands: list[str] = []
        self.encrypted: list[bool] = []
        """Of each letter."""
        self.hangs = asyncio.Event()
        self.hung_up = asyncio.Event()
        """The other side, on a server that hangs."""
        self._tls = tls
        self._implicit_tls = implicit_tls
        self._replies = replies or {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, '127.0.0.1', 0, ssl=self._tls if self._implicit_tls else None)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError), contextlib.closing(writer):
            writer.write(b'220 ready\r\n')
            await self._talk(reader, writer)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        encrypted = self._implicit_tls
        while line := await reader.readline():
            command = line.decode().strip()
            self.commands.append(command)
            verb = command.partition(' ')[0].upper()
            reply = self._replies.get(verb, self._reply(verb, encrypted=encrypted))
            if not reply:
                self.hangs.set()
                await reader.read()
                self.hung_up.set()
                return
            writer.write(reply.encode() + b'\r\n')
            await writer.drain()
            if verb == 'STARTTLS':
                assert self._tls is not None
                await writer.start_tls(self._tls)
                encrypted = True
            elif verb == 'DATA' and reply.startswith('354'):
                self._keep(await reader.readuntil(b'\r\n.\r\n'), encrypted=encrypted)
                writer.write(b'250 kept\r\n')
            elif verb == 'QUIT':
                return

    def _reply(self, verb: str, *, encrypted: bool) -> str:
        offers = ['localhost', 'AUTH PLAIN', *(['STARTTLS'] if self._tls and not encrypted else [])]
        hello = '\r\n'.join(f'250{" " if offer is offers[-1] else "-"}{offer}' for offer in offers)
        return {'EHLO': hello, 'AUTH': '235 welcome', 'DATA': '354 go on', 'STARTTLS': '220 go on', 'QUIT': '221 bye'}.get(verb, '250 fine')

    def _keep(self, data: bytes, *, encrypted: bool) -> None:
        text = data.removesuffix(b'\r\n.\r\n').replace(b'\r\n..', b'\r\n.') + b'\r\n'
        letter = message_from_bytes(text, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.encrypted.append(encrypted)
