"""Search, quick switcher and calendar in the engines that the other browser tests do not use."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.engines import ALT, CONTROL, DOWN, ENTER, Engine, firefox, needs_firefox, needs_webkit, sign_in, until, webkit
from tests.browser.files import pdf, upload
from tests.control import PASSWORD, Control, Room, controlled_server
from tests.server_process import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
BOX = 'textarea[aria-label=Message]'
FIELD = 'input[aria-label=Search]'
SWITCHER = '[role=dialog] input[role=combobox]'
LINES = 'ul[aria-label=Results] li'
CHOSEN = '[role=dialog] [role=option][aria-selected=true]'
DAY_LINE = '.day:has([data-day="2026-04-14"]) button'


@dataclass(frozen=True)
class Harbour:
    """A room with a past, and another one to go to."""

    server: ServerProcess
    room: Room
    quay: Room


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[Harbour]:
    with controlled_server(tmp_path / 'data') as server:
        yield Harbour(server, *asyncio.run(talk(server, pdf(tmp_path, 'pier.pdf'))))


async def talk(server: ServerProcess, plan: Path) -> tuple[Room, Room]:
    async with Control.of(server) as control:
        ana = await control.owner('Ana')
        room, quay = await control.room(ana, name='Harbour'), await control.room(ana, name='Quay repairs')
        days = [(f'2026-03-{day:02}T12:00:00+00:00', f'tide of the {day}th') for day in range(2, 32)]
        await control.post_at(ana, room, ('2026-03-01T12:00:00+00:00', 'the old walrus sleeps'), *days)
        await control.post_at(ana, room, ('2026-04-14T12:00:00+00:00', 'a second walrus'))
        await control.post_files(ana, room, await upload(server.address, ana, room, plan), 'look')
    return room, quay


def find_and_jump(engine: Engine, harbour: Harbour) -> None:
    sign_in(engine, harbour.server.address, 'Ana', PASSWORD)
    for letters, room in (('qre', harbour.quay), ('harb', harbour.room)):
        go_by_the_shortcut(engine, letters, room)
    find_beside_the_conversation(engine)
    find_on_the_page(engine)
    follow_a_hit_beside_the_conversation(engine)
    jump_to_the_first_day(engine)


def go_by_the_shortcut(engine: Engine, letters: str, room: Room) -> None:
    open_switcher(engine)
    engine.type(SWITCHER, letters)
    until(engine, shown(CHOSEN, room.name))
    engine.press(ENTER)
    until(engine, shown('h1', room.name))
    until(engine, focused(BOX))


def open_switcher(engine: Engine) -> None:
    engine.find(f'document.querySelector("{BOX}").focus()')
    engine.press(CONTROL, 'k')
    until(engine, focused(SWITCHER))


def find_beside_the_conversation(engine: Engine) -> None:
    engine.click('button[aria-label=Search]')
    until(engine, focused(FIELD))
    engine.type(FIELD, 'walr')
    until(engine, f'{marks()}.length === 2 && {marks()}.every(mark => mark.innerText === "walr")')
    replace(engine, 'has:file')
    until(engine, f'document.querySelectorAll("{LINES}").length === 1 && {shown(LINES, "pier.pdf")}')


def find_on_the_page(engine: Engine) -> None:
    engine.click('.as-page')
    until(engine, f'document.querySelector(".search-page") !== null && {focused(FIELD)}')
    replace(engine, 'walrus')
    until(engine, f'document.querySelectorAll("{LINES}").length === 2')
    for place in ('first', 'last'):
        engine.press(DOWN)
        until(engine, f'document.querySelector("{LINES}:{place}-child .hit.on") !== null')
    engine.press(ENTER)
    until(engine, shown('.msg:target', 'the old walrus sleeps'))
    engine.find('history.back()')
    until(engine, f'document.querySelectorAll("{LINES}").length === 2 && document.querySelector("{FIELD}").value === "walrus"')
    engine.find('history.forward()')
    until(engine, shown('.msg:target', 'the old walrus sleeps'))


def follow_a_hit_beside_the_conversation(engine: Engine) -> None:
    """As it was left: with the one that was opened."""
    engine.click('button[aria-label=Search]')
    until(engine, focused(f'.search-panel {LINES}:last-child .hit[aria-current=true]'))
    engine.click(f'{LINES}:first-child a')
    until(engine, f'{shown(".msg:target", "a second walrus")} && {in_view(".msg:target")}')
    engine.click('button[aria-label="Close search"]')
    until(engine, focused('button[aria-label=Search]'))


def replace(engine: Engine, text: str) -> None:
    """In the field of the search."""
    engine.find(f'document.querySelector("{FIELD}").select()')
    engine.type(FIELD, text)


def jump_to_the_first_day(engine: Engine) -> None:
    ask_for_a_day(engine)
    until(engine, button('[role=dialog] .chips button', 'Beginning'))
    engine.find(f'{button("[role=dialog] .chips button", "Beginning")}.click()')
    until(engine, f'location.search === "?d=2026-03-01" && {in_view(".msg:has(.body)")}')
    until(engine, 'document.querySelector("[role=dialog]") === null')
    engine.find(f'document.querySelector("{BOX}").focus()')
    engine.press(ALT, 'j')
    until(engine, 'document.querySelector("[role=dialog] [aria-label=\'Previous month\']") !== null')


def ask_for_a_day(engine: Engine) -> None:
    """By the line between two days, where browsers know `commandfor`; by its command anywhere else."""
    if engine.find('"commandForElement" in HTMLButtonElement.prototype'):
        engine.click(DAY_LINE)
        return
    open_switcher(engine)
    engine.type(SWITCHER, 'calendar')
    until(engine, shown(CHOSEN, 'Jump to a day'))
    engine.press(ENTER)


# What to wait for


def shown(selector: str, text: str) -> str:
    return f"[...document.querySelectorAll(`{selector}`)].some(each => each.innerText.includes('{text}'))"


def button(selector: str, text: str) -> str:
    return f"[...document.querySelectorAll(`{selector}`)].find(each => each.innerText.trim() === '{text}')"


def focused(selector: str) -> str:
    return f'document.activeElement.matches(`{selector}`)'


def marks() -> str:
    return f'[...document.querySelectorAll("{LINES} mark")]'


def in_view(selector: str) -> str:
    return f'(box => box.top >= 0 && box.bottom <= innerHeight)(document.querySelector(`{selector}`).getBoundingClientRect())'


@needs_firefox
def test_rooms_messages_and_days_are_found_in_firefox(harbour: Harbour, tmp_path: Path) -> None:
    (tmp_path / 'profile').mkdir()

    with firefox(tmp_path / 'profile') as engine:
        find_and_jump(engine, harbour)

        assert [line for line in engine.console if line.startswith(('error', 'warn'))] == []


@needs_webkit
def test_rooms_messages_and_days_are_found_in_webkit(harbour: Harbour, tmp_path: Path) -> None:
    with webkit(tmp_path) as engine:
        find_and_jump(engine, harbour)
