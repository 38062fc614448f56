"""A tab's work: in order, one piece at a time, its troubles in words."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from livechat.domain.chat import Chat, running_chat
from livechat.domain.errors import TooFast
from livechat.domain.limits import Limits
from livechat.ui.audience import Audience
from livechat.ui.session import Session
from livechat.ui.shell import Part, part
from tests.fakes import FakeClock, MemoryStores
from tests.ui.browser_model import BrowserModel, ModelSocket


async def closed(session: Session) -> None:
    """Let the work that is queued end, then take no more."""
    session.is_open = False
    if session._worker is not None:
        await asyncio.gather(session._worker, return_exceptions=True)


class Client:
    """Of NiceGUI, as far as a session asks it."""

    id = 'tab'


@pytest.fixture
async def chat(clock: FakeClock) -> AsyncIterator[Chat]:
    async with running_chat(MemoryStores(), clock=clock, limits=Limits(), set_up_token=None) as chat:
        yield chat


@pytest.fixture
def browser() -> BrowserModel:
    return BrowserModel()


@pytest.fixture
async def session(chat: Chat, browser: BrowserModel) -> Session:
    ana = await chat.accounts.register(name='Ana', password='a long pass phrase', join=None)
    token, _ = await chat.accounts.start_sign_in(ana.id, user_agent='')
    signed_in = await chat.accounts.signed_in(token)
    assert signed_in is not None
    client: Any = Client()
    session = Session(chat, client, sign_in_id=signed_in.sign_in.id, user=ana, audience=Audience(0, 'http://chat.example'))
    session.reader.socket = ModelSocket(browser)
    return session


async def nothing() -> None:
    """A job."""


def notice_in(browser: BrowserModel) -> str:
    return browser.html(part(Part.NOTICE))


async def test_jobs_run_in_order_though_the_first_is_the_slowest(session: Session) -> None:
    session.start(nothing)
    done: list[int] = []
    gate = asyncio.Event()

    async def slow() -> None:
        await gate.wait()
        done.append(1)

    async def quick() -> None:
        done.append(2)

    session.do(slow)
    session.do(quick)
    await asyncio.sleep(0)
    assert done == []
    gate.set()
    await closed(session)

    assert done == [1, 2]


async def test_job_put_in_by_a_job_comes_after_those_that_wait(session: Session) -> None:
    session.start(nothing)
    done: list[str] = []

    async def job(name: str) -> None:
        done.append(name)

    async def first() -> None:
        session.do(lambda: job('put in by the first'))
        await job('first')

    session.do(first)
    session.do(lambda: job('second'))
    for _ in range(10):
        await asyncio.sleep(0)

    assert done == ['first', 'second', 'put in by the first']


async def test_nothing_runs_before_the_tab_has_a_socket(session: Session) -> None:
    done: list[str] = []

    async def job(name: str) -> None:
        done.append(name)

    session.do(lambda: job('early'))
    for _ in range(10):
        await asyncio.sleep(0)
    assert done == []

    session.start(lambda: job('start'))
    session.do(lambda: job('late'))
    await closed(session)

    assert done == ['start', 'early', 'late']


async def test_refusal_is_shown_and_the_next_job_runs(session: Session, browser: BrowserModel) -> None:
    session.start(nothing)
    done: list[str] = []

    async def refused() -> None:
        raise TooFast(retry_after_s=3.0)

    async def following() -> None:
        done.append(notice_in(browser))

    session.do(refused)
    session.do(following)
    await closed(session)

    assert done == [notice_in(browser)]
    assert '3 s' in done[0]


async def test_fault_is_logged_once_and_apologised_for_without_its_details(
    session: Session, browser: BrowserModel, caplog: pytest.LogCaptureFixture
) -> None:
    session.start(nothing)

    async def fault() -> None:
        raise RuntimeError('a secret of the inside')

    session.do(fault)
    await closed(session)

    assert 'Something went wrong' in notice_in(browser)
    assert 'secret' not in notice_in(browser)
    assert [record.message for record in caplog.records] == ['session tab']
    assert 'a secret of the inside' in caplog.text


async def test_words_of_a_notice_are_text(session: Session, browser: BrowserModel) -> None:
    session.say('<img src=x>')
    assert '&lt;img' in notice_in(browser)

    session.say('')

    assert notice_in(browser) == ''


async def test_closed_session_ends_its_work_and_takes_no_more(session: Session) -> None:
    session.start(nothing)
    done: list[str] = []

    async def job(name: str) -> None:
        await asyncio.sleep(0)
        done.append(name)

    session.do(lambda: job('queued'))
    await closed(session)
    session.do(lambda: job('too late'))
    for _ in range(10):
        await asyncio.sleep(0)

    assert done == ['queued']


async def test_tab_may_not_act_once_its_sign_in_ended(chat: Chat, session: Session) -> None:
    assert session.may_act

    await chat.accounts.sign_out(session.sign_in_id)

    assert session.is_open
    assert not session.may_act
    assert session.user.display_name == 'Ana'


async def test_what_waits_when_the_sign_in_ends_is_not_done_but_texts_are_kept(chat: Chat, session: Session) -> None:
    session.start(nothing)
    done: list[str] = []
    gate = asyncio.Event()

    async def job(name: str) -> None:
        done.append(name)

    session.do(gate.wait)  # type: ignore[arg-type]  # what it returns is dropped
    session.do(lambda: job('join a room'))
    session.do(lambda: job('keep the draft'), always=True)
    await asyncio.sleep(0)
    await chat.accounts.sign_out(session.sign_in_id)
    gate.set()
    await closed(session)

    assert done == ['keep the draft']


async def test_lost_tab_is_sent_nothing_and_does_not_mind(session: Session, browser: BrowserModel) -> None:
    session.reader.socket = None

    session.say('nobody hears this')

    assert not browser.elements
