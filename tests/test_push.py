"""Push through Apprise: real processes, a real server on a socket of this computer that stands for ntfy."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psutil
import pytest
import pytest_asyncio

from livechat.domain.errors import PushFailed
from livechat.push import MAX_BODY_CHARS, MAX_TITLE_CHARS, AppriseSender
from tests.ntfy_server import Ntfy, free_port
from tests.smtp_server import SmtpServer

pytestmark = pytest.mark.asyncio(loop_scope='module')
LINK = 'https://chat.example.org/rooms/garden?m=7'


@pytest_asyncio.fixture(loop_scope='module')
async def ntfy() -> AsyncIterator[Ntfy]:
    async with Ntfy().running() as server:
        yield server


@asynccontextmanager
async def sender(**options: Any) -> AsyncIterator[AppriseSender]:
    made = AppriseSender(**{'allow_private': True, **options})
    try:
        yield made
    finally:
        await made.close()


@pytest_asyncio.fixture(loop_scope='module', scope='module')
async def push() -> AsyncIterator[AppriseSender]:
    async with sender() as shared:
        yield shared


def processes_of(apprise: AppriseSender) -> list[psutil.Process]:
    return [psutil.Process(worker.pid) for worker in apprise._workers if psutil.pid_exists(worker.pid)]


async def send(apprise: AppriseSender, url: str) -> None:
    await apprise.send(url, title='Garden', body='ana: hello', link=LINK)


async def test_message_arrives_with_title_body_and_link(push: AppriseSender, ntfy: Ntfy):
    await push.send(ntfy.url('topic'), title='Garden', body='ana: <b>*hello*</b>\n&amp; {{ x }} :smile:', link=LINK)

    (message,) = ntfy.published
    assert message['topic'] == 'topic'
    assert message['title'] == 'Garden'
    assert message['message'] == 'ana: <b>*hello*</b>\n&amp; {{ x }} :smile:'
    assert message['click'] == LINK
    assert 'icon' not in message


async def test_texts_are_cut_and_cleaned(push: AppriseSender, ntfy: Ntfy):
    await push.send(ntfy.url('topic'), title='a\r\nb\x00' + 't' * 500, body='x\x1b\r\ny\udc80👩‍👧' + 'z' * 5_000, link=LINK)
    await push.send(ntfy.url('topic'), title='only a title', body=' \n', link=LINK)

    first, second = ntfy.published
    assert first['title'].startswith('a bttt')
    assert first['message'].startswith('x\ny?👩‍👧zzz')
    assert (len(first['title']), len(first['message'])) == (MAX_TITLE_CHARS, MAX_BODY_CHARS)
    assert second['message'] == 'only a title'


async def test_mail_target_cannot_get_a_second_header(push: AppriseSender):
    async with SmtpServer() as server:
        url = f'mailto://127.0.0.1:{server.port}?from=chat@example.org&to=ana@example.org'

        await push.send(url, title='Garden\r\nBcc: eve@example.org', body='<b>hello</b>', link=LINK)

    (letter,) = server.letters
    assert letter['Subject'] == 'Garden Bcc: eve@example.org'
    assert letter['Bcc'] is None
    assert letter.get_content_type() == 'text/plain'
    assert letter.get_content().split() == ['<b>hello</b>', LINK]
    assert sum(command.lower().startswith('rcpt') for command in server.commands) == 1


@pytest.mark.parametrize('topic', ['broken', 'redirects'])
async def test_service_that_does_not_take_it_is_a_failure(push: AppriseSender, ntfy: Ntfy, topic: str):
    ntfy.redirect_to = f'http://127.0.0.1:{ntfy.port}/elsewhere'

    with pytest.raises(PushFailed) as failed:
        await send(push, ntfy.url(topic))

    assert ('500' if topic == 'broken' else '307') in str(failed.value)
    assert ntfy.connections == 1


async def test_service_that_is_not_there_is_a_failure(push: AppriseSender):
    with pytest.raises(PushFailed):
        await send(push, f'ntfy://127.0.0.1:{free_port()}/topic')


async def test_hanging_service_is_given_up_in_time_and_holds_up_nobody(ntfy: Ntfy):
    async with sender(limit_s=1.5) as push:
        hanging = asyncio.create_task(send(push, ntfy.url('gated')))
        await ntfy.hanging.wait()
        (process,) = processes_of(push)

        await send(push, ntfy.url('topic'))
        assert not hanging.done()

        with pytest.raises(PushFailed, match=r'1\.5 s'):
            await hanging
        await asyncio.to_thread(process.wait, 5)
        assert len(processes_of(push)) == 1  # the other one's
        await send(push, ntfy.url('topic'))
    assert ntfy.connections == 3


async def test_process_that_is_killed_in_the_middle_is_replaced(ntfy: Ntfy):
    async with sender() as push:
        sending = asyncio.create_task(send(push, ntfy.url('gated')))
        await ntfy.hanging.wait()
        (process,) = processes_of(push)

        process.kill()
        await asyncio.to_thread(process.wait, 5)
        ntfy.gate.set()
        await sending
        await send(push, ntfy.url('topic'))

        assert [other.pid for other in processes_of(push)] != [process.pid]
    assert ntfy.connections == 3


async def test_process_that_died_idle_is_replaced(ntfy: Ntfy):
    async with sender() as push:
        await send(push, ntfy.url('topic'))
        (process,) = processes_of(push)

        process.kill()
        await send(push, ntfy.url('topic'))

    assert ntfy.connections == 2


async def test_idle_process_ends_and_the_next_message_starts_another(ntfy: Ntfy):
    async with sender(idle_s=0.01) as push:
        await send(push, ntfy.url('topic'))
        (process,) = [psutil.Process(worker.pid) for worker in push._workers]

        await asyncio.to_thread(process.wait, 5)
        await send(push, ntfy.url('topic'))

    assert ntfy.connections == 2


async def test_one_process_serves_messages_that_do_not_overlap(push: AppriseSender, ntfy: Ntfy):
    await send(push, ntfy.url('topic'))
    before = processes_of(push)

    for _ in range(5):
        await send(push, ntfy.url('topic'))

    assert processes_of(push) == before


async def test_queue_has_an_end(ntfy: Ntfy):
    async with sender(at_once=1, max_waiting=1) as push:
        first = asyncio.create_task(send(push, ntfy.url('gated')))
        await ntfy.hanging.wait()
        second = asyncio.create_task(send(push, ntfy.url('topic')))
        await asyncio.sleep(0)

        with pytest.raises(PushFailed, match='Too many'):
            await send(push, ntfy.url('topic'))

        ntfy.gate.set()
        await asyncio.gather(first, second)
    assert ntfy.connections == 2


async def test_close_ends_what_is_under_way_and_refuses_what_comes(ntfy: Ntfy):
    async with sender() as push:
        sending = asyncio.create_task(send(push, ntfy.url('gated')))
        await ntfy.hanging.wait()
        (process,) = processes_of(push)

        await push.close()

        for late in (sending, send(push, ntfy.url('topic'))):
            with pytest.raises(PushFailed, match='stopped'):
                await late
        assert not process.is_running()
    assert ntfy.connections == 1


async def test_process_inherits_no_secret_and_no_proxy(ntfy: Ntfy, monkeypatch: pytest.MonkeyPatch):
    for name in ('LIVECHAT_SMTP_URL', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'SOME_PASSWORD'):
        monkeypatch.setenv(name, 'http://127.0.0.1:9')
    async with sender() as push:
        await send(push, ntfy.url('topic'))

        (process,) = processes_of(push)
        environment = process.environ()

    assert ntfy.connections == 1
    assert environment['PATH'] == os.environ['PATH']
    assert (environment['NO_PROXY'], environment['NETRC']) == ('*', os.devnull)  # nor those that lie elsewhere than in the environment
    assert '127.0.0.1:9' not in ''.join(environment.values())
