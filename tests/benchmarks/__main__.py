"""`make bench`: run everything, print a table, write JSON. `--quick`: 50 and 200 people, short phases. `--people 1000`: only that many."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from tests.benchmarks import people, report, servers
from tests.benchmarks.crowd import Crowd, as_dict, load_page
from tests.benchmarks.machine import Meter, facts, raise_open_files
from tests.benchmarks.servers import Server

RESULTS = Path('bench-results')
WARM_UP_PAGES, PAGES = 20, 100


@dataclass(frozen=True, slots=True)
class Phases:
    people: Sequence[int] = (50, 200, 1_000)
    posts: int = 20
    every_s: float = 0.5
    saturated_s: float = 8.0
    durable_s: float = 5.0
    example_people: int = 200
    example_posts: int = 6
    lengths: Sequence[int] = (100, 1_000, 100_000)
    uploads: int = 5
    openings: int = 30
    messages: int = 1_000_000
    searches: int = 40


QUICK = Phases(
    people=(50, 200),
    posts=8,
    every_s=0.25,
    saturated_s=3.0,
    durable_s=2.0,
    example_posts=3,
    lengths=(100, 1_000, 20_000),
    openings=10,
    uploads=2,
    messages=50_000,
    searches=20,
)


def main() -> None:
    arguments = _arguments()
    phases = QUICK if arguments.quick else Phases()
    if arguments.people:
        phases = Phases(**{**{name: getattr(phases, name) for name in Phases.__slots__}, 'people': arguments.people})
    raise_open_files()
    RESULTS.mkdir(exist_ok=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=RESULTS, prefix='data-') as folder:  # beside the results: on a disk, not in memory
        result = _measure(Path(folder).resolve(), phases)
    result['took_s'] = round(time.monotonic() - started)
    path = RESULTS / f'{time.strftime("%Y%m%d-%H%M%S")}.json'
    path.write_text(json.dumps(result, indent=1))
    print(report.table(result))
    print(f'\nAs JSON: {path}')


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m tests.benchmarks', description=__doc__)
    parser.add_argument('--quick', action='store_true', help='50 and 200 people, short phases: about two minutes')
    parser.add_argument('--people', type=int, nargs='+', metavar='N', help='as many people in the room instead')
    return parser.parse_args()


def _measure(folder: Path, phases: Phases) -> dict[str, Any]:
    result: dict[str, Any] = {'machine': facts(folder), 'raised': servers.RAISED, 'seeded': people.DONE_BY_SEEDING}
    _say('page loads, one after another')
    result['page'] = uvloop.run(_pages(folder))
    result['fan_out'] = {}
    for count in phases.people:
        _say(f'{count:,} people in one room')
        product, frame = uvloop.run(_fan_out(folder, count, phases))
        _say(f'{count:,} sockets without a product')
        (folder / 'frame').write_bytes(frame)
        bare = uvloop.run(_bare(servers.baseline(folder / 'frame'), count, phases))
        result['fan_out'][str(count)] = {'livechat': product, 'baseline': bare, 'frame_bytes': len(frame)}
    if phases.example_people in phases.people:
        _say(f"{phases.example_people:,} people in NiceGUI's chat example")
        result['chat_example'] = uvloop.run(_example(folder, phases))
    _say('durable posts')
    result['durable'] = _in_process('durable', folder, phases.durable_s)
    _say(f'rooms with up to {max(phases.lengths):,} messages')
    result['long_rooms'] = _in_process('long_rooms', folder, phases.openings, *phases.lengths)
    _say('the quick switcher over 500 rooms and 1,000 people')
    result['switcher'] = _in_process('switcher', folder, phases.openings)
    _say('files of 100 MB, and ten photos at once')
    result['uploads'] = _in_process('uploads', folder, phases.uploads)
    _say('hostile text')
    result['hostile_text'] = _in_process('hostile_text', folder)
    _say(f'searches among {phases.messages:,} messages')
    result['searching'] = _in_process('searching', folder, phases.messages, phases.searches)
    result['bars'] = report.bars(result)
    return result


async def _pages(folder: Path) -> dict[str, float]:
    """CPU of pages that are only loaded, and of pages that also open their socket and show the room."""
    data = folder / 'pages'
    data.mkdir()
    cookies = _cookies(await people.settle(data, WARM_UP_PAGES + 2 * PAGES))
    with servers.livechat(data) as server:
        meter = Meter(server.pid)
        for cookie in cookies[:WARM_UP_PAGES]:
            await load_page(server, cookie)
        with meter.watching() as loads:
            for cookie in cookies[WARM_UP_PAGES : WARM_UP_PAGES + PAGES]:
                await load_page(server, cookie)
    return {'pages': PAGES, 'cpu_ms_per_load': round(loads.cpu_s / PAGES * 1_000, 2)}


async def _fan_out(folder: Path, count: int, phases: Phases) -> tuple[dict[str, Any], bytes]:
    data = folder / f'people-{count}'
    data.mkdir()
    cookies = _cookies(await people.settle(data, count))
    with servers.livechat(data) as server:
        crowd = Crowd(server, cookies, posters=_posters(count), is_guarded=True)
        try:
            joins = await crowd.join()
            paced = await crowd.paced(phases.posts, phases.every_s)
            saturated = await crowd.saturated(phases.saturated_s)
            result = {'joins': as_dict(joins), 'paced': as_dict(paced), 'saturated': as_dict(saturated), 'sockets_lost': crowd.lost}
            return result, crowd.message_frame()
        finally:
            crowd.close()


async def _bare(starting: AbstractContextManager[Server], count: int, phases: Phases) -> dict[str, Any]:
    with starting as server:
        crowd = Crowd(server, [''] * count, posters=_posters(count))
        try:
            joins = await crowd.join(with_presence=False)
            paced = await crowd.paced(phases.posts, phases.every_s)
            saturated = await crowd.saturated(phases.saturated_s)
            return {'joins': as_dict(joins), 'paced': as_dict(paced), 'saturated': as_dict(saturated), 'sockets_lost': crowd.lost}
        finally:
            crowd.close()


async def _example(folder: Path, phases: Phases) -> dict[str, Any]:
    with servers.chat_example(folder) as server:
        crowd = Crowd(server, [''] * phases.example_people, posters=1)
        try:
            joins = await crowd.join(with_presence=False)
            paced = await crowd.paced(phases.example_posts, phases.every_s)
            saturated = await crowd.saturated(phases.saturated_s)
            return {'joins': as_dict(joins), 'paced': as_dict(paced), 'saturated': as_dict(saturated), 'sockets_lost': crowd.lost}
        finally:
            crowd.close()


def _posters(count: int) -> int:
    """Ten of a thousand; more of fewer, or what one tab may say would be the limit."""
    return min(count, max(10, 10_000 // count))


def _cookies(settled: people.Settled) -> list[str]:
    return [f'livechat={token}' for token in settled.tokens]


def _in_process(module: str, folder: Path, *arguments: float) -> Any:
    """A process of its own, with a folder of its own; what it printed."""
    data = folder / module
    data.mkdir()
    command = [sys.executable, '-m', f'tests.benchmarks.{module}', str(data), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def _say(text: str) -> None:
    print(f'... {text}', file=sys.stderr, flush=True)


if __name__ == '__main__':
    main()
