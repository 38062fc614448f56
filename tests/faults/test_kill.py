"""kill -9 while people post: every acknowledged message is there once afterwards, and none that was refused."""

import asyncio
import signal
from collections import Counter
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from livechat.domain.model import MAX_BODY_CHARS
from tests.browser.conftest import House, People
from tests.browser.person import OFFLINE, Person, each
from tests.control import Account, Control, Refused, Room, controlled_server

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope='session')]
CLIENTS = 4
KILLS = 2
ACKNOWLEDGED_BEFORE_A_KILL = 100
IS_BACK_MS = 20_000
UNLIMITED = {'message_burst': 100_000}
"""Raised, so that much is under way when the kill comes. What is refused here is too long."""
TOO_LONG = 'x' * MAX_BODY_CHARS


@dataclass
class Log:
    """What the clients were told of their posts."""

    acknowledged: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    enough: asyncio.Event = field(default_factory=asyncio.Event)


async def post_until_the_server_dies(control: Control, account: Account, room: Room, log: Log, words: str) -> None:
    """Every fifth message is too long."""
    with suppress(ConnectionError):
        for number in range(100_000):
            body = f'{words} {number}' + (TOO_LONG if number % 5 == 4 else '')
            try:
                await control.post_by_the_rules(account, room, body)
            except Refused:
                log.refused.add(body)
            else:
                log.acknowledged.add(body)
            if number > ACKNOWLEDGED_BEFORE_A_KILL / CLIENTS:
                log.enough.set()


async def test_every_acknowledged_message_is_there_once_after_kills_and_none_that_was_refused(tmp_path: Path):
    log = Log()
    async with AsyncExitStack() as at_first:
        server = at_first.enter_context(controlled_server(tmp_path / 'data', **UNLIMITED))
        control = await at_first.enter_async_context(Control.of(server))
        accounts = [await control.owner('Olga'), *[await control.person('Client') for _ in range(CLIENTS - 1)]]
        room = await control.room(*accounts)
        joined = await control.messages(room)

    for kill in range(KILLS):
        log.enough.clear()
        before = len(log.acknowledged)
        with controlled_server(tmp_path / 'data', **UNLIMITED) as server:
            async with AsyncExitStack() as stack, asyncio.TaskGroup() as posting:
                for account in accounts:
                    control = await stack.enter_async_context(Control.of(server))
                    posting.create_task(post_until_the_server_dies(control, account, room, log, f'{account.name}, kill {kill}:'))
                await log.enough.wait()
                server.stop(signal.SIGKILL)
        assert len(log.acknowledged) > before

    with controlled_server(tmp_path / 'data') as server:
        async with Control.of(server) as control:
            stored = await control.messages(room)
    assert stored[: len(joined)] == joined
    bodies = Counter(body for _, body in stored[len(joined) :])
    assert [number for number, _ in stored] == list(range(1, len(stored) + 1))
    assert log.acknowledged <= set(bodies)
    assert len(log.refused) > KILLS * CLIENTS
    assert not log.refused & set(bodies)
    assert set(bodies.values()) == {1}
    assert len(bodies) - len(log.acknowledged) <= CLIENTS * KILLS  # those whose answer the kill cut off


async def type_until_the_server_dies(person: Person, died: asyncio.Event) -> None:
    await person.box.focus()
    number = 0
    while not died.is_set():
        number += 1
        await person.page.keyboard.insert_text(f'{person.name}: {number}.')
        await person.page.keyboard.press('Enter')


async def test_everything_that_four_people_saw_is_there_once_after_a_kill(browser: Browser, tmp_path: Path):
    async with AsyncExitStack() as stack:
        with controlled_server(tmp_path / 'data', **UNLIMITED) as server:
            async with Control.of(server) as control:
                house = House(server, control)
                people = People(browser, house, stack)
                accounts = [await control.owner('Olga'), *[await control.person('Client') for _ in range(CLIENTS - 1)]]
                room = await control.room(*accounts)
                joined = await control.messages(room)
                four = await asyncio.gather(*(people.enter(room, account) for account in accounts))
                for person in four:
                    person.excuse(OFFLINE)
                died = asyncio.Event()
                async with asyncio.TaskGroup() as posting:
                    for person in four:
                        posting.create_task(type_until_the_server_dies(person, died))
                    await expect(four[0].articles.nth(40)).to_be_attached()
                    died.set()
                    server.stop(signal.SIGKILL)
                seen = {body for person in four for body in await person.said()}
        back = [asyncio.create_task(person.page.wait_for_event('load', timeout=IS_BACK_MS)) for person in four]
        await asyncio.sleep(0)

        with controlled_server(tmp_path / 'data', port=house.port) as server:
            async with Control.of(server) as control:
                everything = await control.messages(room)
                assert everything[: len(joined)] == joined
                bodies = Counter(body for _, body in everything[len(joined) :])
                assert len(seen) > 40
                assert seen <= set(bodies)
                assert set(bodies.values()) == {1}
                await asyncio.gather(*back)  # a page of before would take the text with it when it loads anew
                await control.post(accounts[0], room, 'after the kill')
                for person in four:
                    newest = person.articles.filter(has_text='after the kill')
                    await expect(newest.or_(person.jump).first).to_be_visible(timeout=IS_BACK_MS)
                    await person.box.fill('')
                    await person.say(f'{person.name} goes on')  # shown among the newest, wherever unread messages had the page begin
                for person in four:
                    await each(four, f'{person.name} goes on')
                everything = await control.messages(room)
                for person in four:
                    shown = await person.shown()
                    assert shown == everything[-len(shown) :]
                assert people.complaints() == []
                await stack.aclose()
