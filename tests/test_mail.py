"""Mail by SMTP, against a mail server on a real socket."""

import asyncio
import ssl
from pathlib import Path

import pytest

from livechat.domain.errors import MailFailed
from livechat.mail import SmtpMailer, parse_smtp_url
from tests.smtp_server import SmtpServer, certificate

FROM = 'from=chat@example.org'


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    return certificate(tmp_path)


def test_address_of_a_mail_server_is_read_whole():
    address = parse_smtp_url(' smtps://us%40er:p%2Fa:ss@mail.example.org?from=chat@example.org ')

    assert (address.host, address.port, address.implicit_tls) == ('mail.example.org', 465, True)
    assert (address.user, address.password, address.sender) == ('us@er', 'p/a:ss', 'chat@example.org')
    assert 'p/a:ss' not in repr(address)


@pytest.mark.parametrize(
    ('url', 'port'),
    [
        (f'smtp://localhost?{FROM}', 25),
        (f'smtp://u:p@localhost?{FROM}', 587),
        ('smtp://ana%40example.org:p@localhost:2525', 2525),
    ],
)
def test_port_of_a_mail_server_has_a_default(url: str, port: int):
    assert parse_smtp_url(url).port == port


@pytest.mark.parametrize(
    'url',
    [
        '',
        'mail.example.org',
        f'http://mail.example.org?{FROM}',
        f'smtp://?{FROM}',
        f'smtp://mail.example.org:no?{FROM}',
        f'smtp://mail.example.org/path?{FROM}',
        f'smtp://mail.example.org?{FROM}&tls=no',
        f'smtp://user@mail.example.org?{FROM}',
        'smtp://user:secret@mail.example.org',
        'smtp://mail.example.org?from=a@b,c@d',
        'smtp://mail.example.org?from=a@b%0d%0aBcc:c@d',
        'smtp://user:sec/ret@mail.example.org',
        f'smtp://[::1?{FROM}',
    ],
)
def test_address_that_is_no_mail_server_is_refused_in_one_sentence_without_the_password(url: str):
    with pytest.raises(ValueError, match=r'^should ') as refused:
        parse_smtp_url(url)

    assert 'secret' not in str(refused.value)
    assert '\n' not in str(refused.value)


async def test_letter_arrives_as_it_was_written():
    async with SmtpServer() as server:
        mailer = SmtpMailer(f'smtp://127.0.0.1:{server.port}?{FROM}')

        await mailer.send(to='ana@example.org', subject='Grüße 👋', text='Öffne\n.\nhttps://chat.example.org/x\n')

    (letter,) = server.letters
    assert (letter['From'], letter['To'], letter['Subject']) == ('livechat <chat@example.org>', 'ana@example.org', 'Grüße 👋')
    assert letter['Auto-Submitted'] == 'auto-generated'
    assert letter.get_content().replace('\r\n', '\n') == 'Öffne\n.\nhttps://chat.example.org/x\n'


async def test_subject_cannot_add_a_header_or_a_recipient():
    async with SmtpServer() as server:
        mailer = SmtpMailer(f'smtp://127.0.0.1:{server.port}?{FROM}')

        await mailer.send(to='ana@example.org', subject='a\r\nBcc: eve@example.org\n\nbody\x00\u2028\x85\udc80', text='\x00text')

    (letter,) = server.letters
    assert letter['Subject'] == 'a Bcc: eve@example.org body ?'
    assert letter['Bcc'] is None
    assert [command for command in server.commands if command.lower().startswith('rcpt')] == ['rcpt TO:<ana@example.org>']


@pytest.mark.parametrize(
    'to', ['', 'ana', 'ana@b\r\nBcc: eve@b', 'ana@b,eve@b', 'Ana <ana@b>', '"a b"@c', 'ana@b ', '@b', 'ana@', 'a@b@c', 'é@b', 'a@b\x00']
)
async def test_letter_to_anything_but_one_address_is_refused(to: str):
    async with SmtpServer() as server:
        with pytest.raises(MailFailed):
            await SmtpMailer(f'smtp://127.0.0.1:{server.port}?{FROM}').send(to=to, subject='s', text='t')

    assert server.commands == []


@pytest.mark.parametrize('implicit', [False, True])
async def test_letter_and_password_are_encrypted_where_the_server_can(tls: ssl.SSLContext, implicit: bool):
    async with SmtpServer(tls=tls, implicit_tls=implicit) as server:
        mailer = SmtpMailer(f'smtp{"s" if implicit else ""}://user:pass@127.0.0.1:{server.port}?{FROM}')

        await mailer.send(to='ana@example.org', subject='s', text='t')

    assert server.encrypted == [True]
    verbs = [command.partition(' ')[0].upper() for command in server.commands]
    assert implicit or verbs.index('STARTTLS') < verbs.index('AUTH')


@pytest.mark.parametrize('scheme', ['smtp', 'smtps'])
async def test_certificate_that_nobody_vouches_for_is_refused_off_this_computer(tls: ssl.SSLContext, scheme: str):
    async with SmtpServer(tls=tls, implicit_tls=scheme == 'smtps') as server:
        mailer = SmtpMailer(f'{scheme}://user:pass@0.0.0.0:{server.port}?{FROM}')  # reaches this computer, and is no loop-back address

        with pytest.raises(MailFailed, match='certificate'):
            await mailer.send(to='ana@example.org', subject='s', text='t')

    assert not any('AUTH' in command for command in server.commands)


async def test_password_is_not_told_in_plain_off_this_computer():
    async with SmtpServer() as server:
        mailer = SmtpMailer(f'smtp://user:pass@0.0.0.0:{server.port}?{FROM}')

        with pytest.raises(MailFailed, match='encryption'):
            await mailer.send(to='ana@example.org', subject='s', text='t')

    assert [command.partition(' ')[0] for command in server.commands] == ['ehlo']


@pytest.mark.parametrize(
    ('verb', 'reply', 'said'),
    [('AUTH', '535 no', 'password'), ('RCPT', '550 unknown', '550'), ('MAIL', '451 later', '451'), ('DATA', '554 no', '554')],
)
async def test_refusal_by_the_server_is_told(verb: str, reply: str, said: str):
    async with SmtpServer(replies={verb: reply}) as server:
        mailer = SmtpMailer(f'smtp://user:pass@127.0.0.1:{server.port}?{FROM}')

        with pytest.raises(MailFailed, match=said):
            await mailer.send(to='ana@example.org', subject='s', text='t')

    assert server.letters == []


async def test_server_that_is_not_there_is_told():
    async with SmtpServer() as server:
        pass

    with pytest.raises(MailFailed, match='reached'):
        await SmtpMailer(f'smtp://127.0.0.1:{server.port}?{FROM}').send(to='ana@example.org', subject='s', text='t')


async def test_server_that_hangs_is_given_up_and_frees_its_turn():
    async with SmtpServer(replies={'MAIL': ''}) as server:
        mailer = SmtpMailer(f'smtp://127.0.0.1:{server.port}?{FROM}', limit_s=1.0, at_once=1)

        for _ in range(3):
            with pytest.raises(MailFailed, match='longer'):
                await mailer.send(to='ana@example.org', subject='s', text='t')

    assert len([command for command in server.commands if command.startswith('mail')]) == 3


async def test_queue_of_letters_has_an_end():
    async with SmtpServer(replies={'MAIL': ''}) as server:
        mailer = SmtpMailer(f'smtp://127.0.0.1:{server.port}?{FROM}', at_once=1, max_waiting=0)
        first = asyncio.create_task(mailer.send(to='ana@example.org', subject='s', text='t'))
        await server.hangs.wait()

        with pytest.raises(MailFailed, match='Too many'):
            await mailer.send(to='ana@example.org', subject='s', text='t')

        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        await server.hung_up.wait()
