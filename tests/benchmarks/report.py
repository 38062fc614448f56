"""The figures as a table for people, and the bars they are held against."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Result = dict[str, Any]
BUSY_FROM, BUSY_CORES = 200, 0.7
"""A server that is asked for all it can do uses a core, or what was measured is the machine's other work."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of what was promised; `value` is None when not every tab got there."""

    what: str
    value: float | None
    limit: float
    unit: str
    at_most: bool

    @property
    def passed(self) -> bool:
        return self.value is not None and (self.value <= self.limit if self.at_most else self.value >= self.limit)


def bars(result: Result) -> list[Result]:
    return [{**asdict(bar), 'passed': bar.passed} for bar in _bars(result)]


def _bars(result: Result) -> Iterator[Bar]:
    fan_out = result['fan_out']
    if many := fan_out.get('1000'):
        product, bare = many['livechat'], many['baseline']['saturated']
        saturated = product['saturated']
        yield Bar('1,000 people: joined and presence settled', product['joins']['settled_s'], 40, 's', at_most=True)
        yield _median('1,000 people: a message at all of them, median', product, 60)
        yield Bar('1,000 people: deliveries, saturated', saturated['deliveries_per_s'], 60_000, '/s', at_most=False)
        ratio = saturated['deliveries_per_s'] / bare['deliveries_per_s']
        yield Bar('1,000 people: deliveries/s, of the baseline', round(ratio, 2), 0.6, 'x', at_most=False)
        yield Bar('1,000 people: server memory per tab', product['joins']['kib_per_tab'], 180, 'KiB', at_most=True)
    if some := fan_out.get('200'):
        yield _median('200 people: a message at all of them, median', some['livechat'], 25)
    yield Bar('CPU per page load', result['page']['cpu_ms_per_load'], 12, 'ms', at_most=True)
    for durable in result['durable']:
        where = 'one room' if durable['rooms'] == 1 else f'{durable["rooms"]} rooms'
        yield Bar(f'durable posts in {where}', durable['posts_per_s'], 2_000, '/s', at_most=False)
    yield from _length_bars(result['long_rooms']['rooms'])
    for what, figures in result['switcher']['ms'].items():
        yield Bar(f'quick switcher, 500 rooms and 1,000 people: {what}', figures['median'], 50, 'ms', at_most=True)
    yield from _search_bars(result['searching'])
    uploads = result['uploads']
    yield Bar('an upload of 100 MB: more memory', max(each['memory_mb'] for each in uploads['large']), 20, 'MB', at_most=True)
    yield Bar('an upload of 100 MB: the loop is late, at most', max(each['lag_ms'] for each in uploads['large']), 50, 'ms', at_most=True)
    yield Bar('ten photos at once: the loop is late, at most', uploads['photos']['lag_ms'], 50, 'ms', at_most=True)
    for what, slowest in result['hostile_text'].items():
        yield Bar(f'{what}, made to be slow', slowest['ms'], 50, 'ms', at_most=True)


def _length_bars(rooms: Result) -> Iterator[Bar]:
    """The longest room against the shortest. Of that, opening shows the oldest message too: a permalink is held against the next."""
    shortest, next_one, *_, longest = sorted(rooms, key=int)
    for what, other in (('open, cold', shortest), ('open, warm', shortest), ('oldest, cold', next_one), ('oldest, warm', next_one)):
        ratio = rooms[longest][what] / rooms[other][what]
        yield Bar(f'{int(longest):,} messages to {int(other):,}: {what}', round(ratio, 2), 1.5, 'x', at_most=True)


def _search_bars(searching: Result) -> Iterator[Bar]:
    among = f'{searching["messages"]:,} messages'
    for what, figures in searching['searches'].items():
        yield Bar(f'search in {among}, {what}: median', figures['store_ms'], 15, 'ms', at_most=True)
        yield Bar(f'search in {among}, {what}: 95 % within', figures['store_p95_ms'], 50, 'ms', at_most=True)
    posts = searching['posts']
    yield Bar('a paced post with both full-text indexes, to one without', posts['ratio'], 1.3, 'x', at_most=True)
    yield Bar('durable posts with both full-text indexes, saturated', posts['saturated_per_s'], 2_000, '/s', at_most=False)


def _median(what: str, product: Result, limit: float) -> Bar:
    paced = product['paced']
    return Bar(what, None if paced['incomplete'] else paced['last_ms_median'], limit, 'ms', at_most=True)


def table(result: Result) -> str:
    return '\n'.join(
        [
            *_machine(result),
            '',
            *_fan_out(result),
            '',
            *_others(result),
            '',
            *_long_rooms(result['long_rooms']),
            '',
            *_uploads(result['uploads']),
            '',
            *_hostile_text(result['hostile_text']),
            '',
            *_searching(result['searching']),
            '',
            *_verdict(result),
        ]
    )


def _machine(result: Result) -> Iterator[str]:
    machine = result['machine']
    versions = ', '.join(f'{name} {version}' for name, version in machine['versions'].items())
    yield f'{machine["system"]}, {machine["cores"]} cores, {machine["memory_gib"]} GiB, load before {machine["load_before"]}'
    yield f'Python {machine["python"]}, SQLite {machine["sqlite"]}, one flush to this disk {machine["fdatasync_ms"]} ms; {versions}'
    raised = ', '.join(f'{name.removeprefix("LIVECHAT_LIMITS__").lower()} = {value}' for name, value in result['raised'].items())
    yield f'Limits raised: {raised}. Done beforehand: {result["seeded"]}. The load generator runs beside the server.'


COLUMNS = ('', 'people', 'joined', 'settled', 'CPU/join', 'KiB/tab', 'first tab', 'all: median', 'worst', 'deliveries/s', 'frames/s')
MORE = ('us/delivery', 'us/frame', 'server', 'generator', 'lost')


def _fan_out(result: Result) -> Iterator[str]:
    yield 'One room: every person a tab. Times run from Enter; deliveries are messages times tabs shown them, often several in a frame.'
    yield _line([*COLUMNS, *MORE])
    runs = [(name, run[name]) for run in result['fan_out'].values() for name in ('livechat', 'baseline')]
    if 'chat_example' in result:
        runs.append(('chat example', result['chat_example']))
    for name, run in runs:
        yield _line([name, *_cells(run)])
    for people, run in result['fan_out'].items():
        product, bare = run['livechat']['saturated'], run['baseline']['saturated']
        yield (
            f'{int(people):,} people, livechat to baseline: deliveries/s x {product["deliveries_per_s"] / bare["deliveries_per_s"]:.2f}, '
            f'frames/s x {product["frames_per_s"] / bare["frames_per_s"]:.2f}, '
            f'CPU per delivery x {product["cpu_us_per_delivery"] / bare["cpu_us_per_delivery"]:.1f}, '
            f'per frame x {product["cpu_us_per_frame"] / bare["cpu_us_per_frame"]:.1f}'
        )


def _cells(run: Result) -> Iterator[str]:
    joins, paced, saturated = run['joins'], run['paced'], run['saturated']
    yield f'{joins["people"]:,}'
    yield f'{joins["joined_s"]:.1f} s'
    yield '-' if joins['settled_s'] is None else f'{joins["settled_s"]:.1f} s'
    yield f'{joins["cpu_ms_per_join"]:.1f} ms'
    yield f'{joins["kib_per_tab"]:.0f}'
    yield from (f'{paced[name]:.1f} ms' for name in ('first_ms_median', 'last_ms_median', 'last_ms_worst'))
    yield from (f'{saturated[name]:,.0f}' for name in ('deliveries_per_s', 'frames_per_s'))
    yield from (f'{saturated[name]:.1f}' for name in ('cpu_us_per_delivery', 'cpu_us_per_frame'))
    yield from (f'{saturated[name]:.2f}' for name in ('server_cores', 'generator_cores'))
    yield str(saturated['missing'] + paced['incomplete'] + run['sockets_lost'])


def _line(cells: Sequence[str]) -> str:
    return f'{cells[0]:<13}' + ''.join(
        f'{cell:>{max(len(title), 8) + 2}}' for cell, title in zip(cells[1:], [*COLUMNS, *MORE][1:], strict=True)
    )


def _others(result: Result) -> Iterator[str]:
    yield f'A page alone, {result["page"]["pages"]} one after another: {result["page"]["cpu_ms_per_load"]} ms CPU of the server each'
    for durable in result['durable']:
        yield (
            f'Durable posts (synchronous=FULL, {durable["at_once"]} at a time, {durable["rooms"]} room(s)): '
            f'{durable["posts_per_s"]:,.0f}/s, {durable["cpu_us_per_post"]:.0f} us CPU each; '
            f'{durable["stored"]:,} of {durable["posts"]:,} acknowledged are stored'
        )


def _long_rooms(result: Result) -> Iterator[str]:
    yield f'Opening a room, and the permalink to its oldest message: ms at the server, medians of {result["times"]}. Cold: it did not run.'
    columns = next(iter(result['rooms'].values()))
    yield f'{"messages":<13}' + ''.join(f'{what:>16}' for what in columns)
    for length, figures in result['rooms'].items():
        yield f'{int(length):<13,}' + ''.join(f'{value:>16,}' for value in figures.values())


def _uploads(uploads: Result) -> Iterator[str]:
    """What was measured at the same time without any upload stands first."""
    alone, photos = uploads['alone'], uploads['photos']
    yield f'Files of {uploads["mb"]} MB, one after another, while {uploads["people"]} people chat in another room.'
    yield (
        f'Without any: chat {alone["chat_ms"]} ms, loop late {alone["lag_ms"]} ms; '
        f'the disk alone takes {alone["disk_mb_per_s"]} MB/s, hashed and flushed'
    )
    for each in uploads['large']:
        yield (
            f'{each["mb_per_s"]} MB/s, {each["memory_mb"]} MB more, loop late {each["lag_ms"]} ms, '
            f'chat {each["chat_ms"]} ms (worst {each["chat_worst_ms"]} ms)'
        )
    yield (
        f'{photos["photos"]} photos of 12 megapixels at once, {photos["mb"]} MB: sent after {photos["sent_s"]} s, thumbnails after '
        f'{photos["thumbnails_s"]} s, {photos["memory_mb"]} MB more, loop late {photos["lag_ms"]} ms, '
        f'chat {photos["chat_ms"]} ms (worst {photos["chat_worst_ms"]} ms)'
    )
    yield 'The processes that unpack them, MB: ' + ', '.join(f'{name} {most}' for name, most in photos['children_mb'].items())


def _hostile_text(readers: Result) -> Iterator[str]:
    yield 'The slowest of all texts that are made to be slow; for twice the text it takes so many times as long.'
    for what, slowest in readers.items():
        yield f'{what:<26}{slowest["chars"]:>8,} characters {slowest["ms"]:>8} ms   x {slowest["growth"]:<6} {slowest["text"]}'


def _searching(searching: Result) -> Iterator[str]:
    yield (
        f'Searches of a person in 20 of 200 rooms with {searching["messages"]:,} messages ({searching["bytes"] / 2**20:,.0f} MiB, filled '
        f'in {searching["filled_s"]} s): ms, of {searching["times"]} each. Page: the first one, whole, as the domain answers it.'
    )
    columns = {
        'store: median': 'store_ms',
        '95 %': 'store_p95_ms',
        'page: median': 'page_ms',
        '95 % ': 'page_p95_ms',
        'CPU': 'cpu_ms',
        'hits': 'hits',
    }
    yield f'{"":<16}' + ''.join(f'{title:>15}' for title in columns)
    for what, figures in searching['searches'].items():
        yield f'{what:<16}' + ''.join(f'{figures[name]:>15,}' for name in columns.values())
    posts = searching['posts']
    yield (
        f'A paced post: {posts["indexed_ms"]} ms with both full-text indexes, {posts["plain_ms"]} ms without (x {posts["ratio"]}); '
        f'64 at a time: {posts["saturated_per_s"]:,}/s with both'
    )


def _verdict(result: Result) -> Iterator[str]:
    yield 'Bars:'
    for bar in result['bars']:
        value = '-' if bar['value'] is None else f'{bar["value"]:,.2f}'.rstrip('0').rstrip('.')
        sign = '<=' if bar['at_most'] else '>='
        yield f'  {"pass" if bar["passed"] else "MISS"}  {bar["what"]}: {value} {bar["unit"]} (bar: {sign} {bar["limit"]:,g} {bar["unit"]})'
    for people, run in result['fan_out'].items():
        if int(people) >= BUSY_FROM and (cores := run['livechat']['saturated']['server_cores']) < BUSY_CORES:
            yield f'Saturated with {int(people):,} people the server had {cores:.2f} cores: something else took the machine. Run it again.'
    yield f'Took {result["took_s"]} s.'
