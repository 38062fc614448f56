"""What happens to a person who is away for a while. Each story takes long and costs little, so they go on at the same time."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from playwright.async_api import expect

from tests.browser.conftest import House, People
from tests.browser.person import OFFLINE, Person, each
from tests.browser.wire import Wire
from tests.control import Control, Room

IS_BACK_MS = 20_000
GONE_WITHIN_MS = 10_000
LONGER_THAN_THE_GRACE_MS = 6_500
"""A tab that is gone has 6 s to come back."""
REMEMBERED_S = 45
"""A tab that is away for longer loads its page anew."""


async def closed_tab(house: House, people: People) -> None:
    ana, room = await people.one()
    account = await house.control.person('Bo')
    await house.control.join(account, room)
    await expect(ana.offline(account)).to_be_visible()

    bo = await people.enter(room, account)
    await expect(ana.online(bo)).to_be_visible()
    await expect(ana.offline(bo)).to_have_count(0)
    await expect(ana.people.get_by_role('heading', name='Online · 2')).to_be_visible()
    await bo.page.close()

    await expect(ana.offline(bo)).to_be_visible(timeout=GONE_WITHIN_MS)
    await expect(ana.people.get_by_role('heading', name='Offline · 1')).to_be_visible()


async def watch_for_leaving(watcher: Person, other: Person) -> None:
    """Note every moment at which the other is not in the list of those online."""
    await watcher.page.evaluate(
        """name => {
            window.seenLeaving = 0
            const check = () => {
                const online = document.querySelector('[aria-label=People] ul[aria-label=Online]')
                if (!online || !online.textContent.includes(name)) window.seenLeaving += 1
            }
            const people = document.querySelector('[aria-label=People]')
            new MutationObserver(check).observe(people, {childList: true, subtree: true, characterData: true})
        }""",
        other.name,
    )


async def reload(people: People) -> None:
    ana, bo, room = await people.two()
    await expect(ana.online(bo)).to_be_visible()
    await watch_for_leaving(ana, bo)

    await bo.page.reload()
    await expect(bo.heading(room)).to_be_visible()
    await bo.page.reload()
    await expect(bo.heading(room)).to_be_visible()
    await ana.page.wait_for_timeout(LONGER_THAN_THE_GRACE_MS)

    await expect(ana.online(bo)).to_be_visible()
    assert await ana.page.evaluate('seenLeaving') == 0


async def several_tabs(house: House, people: People) -> None:
    ana, bo, room = await people.two()
    second = await bo.another_tab(room)
    await expect(ana.online(bo)).to_have_count(1)
    await expect(ana.people.get_by_role('heading', name='Online · 2')).to_be_visible()

    await bo.page.close()
    await ana.page.wait_for_timeout(LONGER_THAN_THE_GRACE_MS)
    await expect(ana.online(bo)).to_have_count(1)
    assert await house.control.is_online(bo.account)
    await second.page.close()

    await expect(ana.offline(bo)).to_be_visible(timeout=GONE_WITHIN_MS)


@dataclass
class Outcome:
    """What a tab showed after its outage, and what the room had by then."""

    shown: list[tuple[int, str | None]]
    room: list[tuple[int, str | None]]
    notes: dict[str, object] = field(default_factory=dict)


async def people_on_wires(house: House, people: People, stack: AsyncExitStack) -> tuple[Person, Person, Room, Wire]:
    """Ana over a wire, Bo beside her without one."""
    wire = await stack.enter_async_context(Wire(house.port))
    accounts = [await house.control.person(name) for name in ('Ana', 'Bo')]
    room = await house.control.room(*accounts)
    ana, bo = await asyncio.gather(people.enter(room, accounts[0], wire=wire), people.enter(room, accounts[1]))
    ana.excuse(OFFLINE)
    return ana, bo, room, wire


async def live_on(control: Control, bo: Person, room: Room, old: Sequence[int]) -> int:
    """What happens to the room meanwhile: posts over the edge of a page, edits and deletions of old and of new messages; the newest."""
    new = await control.post(bo.account, room, *(f'while away {number}' for number in range(45)))
    await control.edit(room, old[2], 'edited while away')
    await control.delete(room, old[4])
    await control.edit(room, new[10], 'new and edited while away')
    await control.delete(room, new[20])
    return new[-1]


async def outage(house: House, people: People, stack: AsyncExitStack, *, lasts_s: float) -> Outcome:
    ana, bo, room, wire = await people_on_wires(house, people, stack)
    old = await house.control.post(ana.account, room, *(f'before {number}' for number in range(1, 21)))
    await each([ana, bo], 'before 20')
    await ana.box.press_sequentially('half a thou')
    await ana.page.wait_for_timeout(1_300)  # the pause after which the draft is kept

    wire.cut()
    cut_at = time.monotonic()
    notes: dict[str, object] = {'at 3 s': await box_is_open(ana, cut_at + 3)}
    notes['at 8 s'] = await box_is_open(ana, cut_at + 8)
    notes['says so'] = await ana.page.locator('#popup').is_visible()
    await ana.page.keyboard.type('into the void')
    await ana.page.keyboard.press('Enter')
    notes['offline at 8 s'] = await bo.offline(ana).is_visible()
    newest = await live_on(house.control, bo, room, old)
    await asyncio.sleep(max(0.0, cut_at + lasts_s - time.monotonic()))
    await wire.mend()

    await expect(ana.log.locator(f'#m{newest}')).to_be_visible(timeout=IS_BACK_MS)
    if lasts_s > REMEMBERED_S:
        await ana.jump.click()  # the new page begins at the first unread message
    await house.control.post(bo.account, room, 'after')
    await expect(ana.articles.filter(has_text='after')).to_have_count(1, timeout=IS_BACK_MS)
    notes['draft'] = await ana.box.input_value()
    await expect(bo.online(ana)).to_be_visible()
    return Outcome(await ana.shown(), await house.control.messages(room), notes)


async def box_is_open(person: Person, at: float) -> bool:
    await asyncio.sleep(max(0.0, at - time.monotonic()))
    return await person.box.is_visible()


async def silence(house: House, people: People, stack: AsyncExitStack) -> Outcome:
    ana, bo, room, wire = await people_on_wires(house, people, stack)
    await expect(bo.online(ana)).to_be_visible()

    wire.silence()
    silent_at = time.monotonic()
    await expect(bo.offline(ana)).to_be_visible(timeout=40_000)
    gone_after_s = time.monotonic() - silent_at
    await house.control.post(bo.account, room, 'into the silence')
    await wire.mend()

    await expect(ana.articles.filter(has_text='into the silence')).to_have_count(1, timeout=IS_BACK_MS)
    await expect(bo.online(ana)).to_be_visible()
    return Outcome(await ana.shown(), await house.control.messages(room), {'gone after': gone_after_s})
