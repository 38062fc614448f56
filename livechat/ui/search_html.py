"""What a search shows: lines of messages that were found, what to say of them, and help where there are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from livechat.domain.model import Room
from livechat.domain.search import Hit
from livechat.domain.search_ports import MOST_FOUND, Order
from livechat.domain.snippets import Piece as Part
from livechat.ui.components.icons import icon
from livechat.ui.html import avatar, escape, room_path
from livechat.ui.message_html import local, long_date
from livechat.ui.room_words import room_face
from livechat.ui.search_parts import Piece, line_id, link_id, piece
from livechat.ui.shell import COMMANDS_DOM_ID, Elements
from livechat.ui.stream import element

EXAMPLE, AGAIN, FORGET, FORGET_ALL = '--search-example-', '--search-again-', '--search-forget-', '--search-forget-all'
EVERYWHERE, RETRY = '--search-everywhere', '--search-retry'
"""Commands of the buttons in the help; a number follows some."""
MAX_ECHO_CHARS = 80
"""Of what was asked for, where nothing was found: whoever typed more knows it from its beginning."""
EXAMPLES: Sequence[tuple[str, str]] = (
    ('boat paint', 'both words, anywhere, also as parts of words'),
    ('"see you at seven"', 'these words, one after the other'),
    ('boat -house', 'without that word'),
    ('harb*', 'words that begin so'),
    ('from:me', 'what somebody wrote'),
    ('in:', 'in one room'),
    ('has:image', 'or file, or link'),
    ('after:yesterday', 'also before: and on:, with 2026-11-20, 2026-11, 2026'),
    ('is:pinned', 'what is pinned'),
    ('mentions:me', 'what names me'),
)


@dataclass(frozen=True, slots=True)
class Look:
    """How lines look in one list."""

    now: datetime
    utc_offset_min: int
    with_room: bool
    """Whether each says in which room it is."""


def line_elements(hit: Hit, title: str, look: Look, *, is_chosen: bool = False, is_opened: bool = False) -> Elements:
    """`title`: what this person calls its room."""
    message, room = hit.message, hit.room
    link = link_id(room.id, message.number)
    classes = ['hit', *(['on'] if is_chosen else []), *(['opened'] if is_opened else [])]
    return {
        line_id(room.id, message.number): element('li', children=[link], role='listitem'),
        link: element(
            'a',
            classes=classes,
            html=_hit_html(hit, title, look),
            href=hit_path(hit),
            aria_current='true' if is_opened else None,
            on={'click.exact': []},
        ),
    }


def hit_path(hit: Hit) -> str:
    """With the place on the page: so the browser adds no entry of its own to the history on the way there."""
    return f'{room_path(hit.room.slug, hit.message.number)}#m{hit.message.number}'


def _hit_html(hit: Hit, title: str, look: Look) -> str:
    message, name = hit.message, escape(hit.message.author.display_name)
    where = f'<span class="where"><span class="sr">in </span>{room_face(hit.room, size="tiny")}<bdi>{escape(title)}</bdi></span>'
    said, file = snippet_html(hit.snippet), hit.file_name
    if file and said_of(hit) == file:
        lines = f'<span class="of-file">{icon("file")}<span class="said" dir="auto">{said}</span></span>'
    else:
        shown = f'<span class="of-file">{icon("file")}<bdi>{escape(file)}</bdi></span>' if file else ''
        lines = f'<span class="said" dir="auto">{said}</span>{shown}'
    return (
        f'{avatar(message.author, size="small")}<span class="about"><span class="by"><b dir="auto">{name}</b>'
        f'{where if look.with_room else ""}{_time(message.created_at, look)}</span>{lines}</span>'
    )


def _time(at: datetime, look: Look) -> str:
    """The day, which the minute's sheet calls today or yesterday, and the time of day."""
    there, now = local(at, look.utc_offset_min), local(look.now, look.utc_offset_min)
    year = '' if there.year == now.year else f' {there.year}'
    day = f'<span data-day="{there:%Y-%m-%d}"><span>{there.day} {there:%b}{year}</span></span>'
    return f'<time title="{long_date(there.date())}, {there:%H:%M}">{day} {there:%H:%M}</time>'


def snippet_html(pieces: Sequence[Part]) -> str:
    return ''.join(f'<mark>{escape(part.text)}</mark>' if part.is_match else escape(part.text) for part in pieces)


def said_of(hit: Hit) -> str:
    return ''.join(part.text for part in hit.snippet)


def count_words(found: int, *, is_whole: bool) -> str:
    """How many there are, as far as it is known."""
    if not found:
        return ''
    if not is_whole:
        return f'{found:,}+ messages'
    if found >= MOST_FOUND:
        return f'The newest {MOST_FOUND:,} messages'
    return '1 message' if found == 1 else f'{found:,} messages'


def chosen_words(hit: Hit, place: int, count: int) -> str:
    return f'{hit.message.author.display_name}: {said_of(hit)}, {place + 1} of {count}'


def scope_elements(here: Room | None, title: str, *, is_here: bool) -> Elements:
    """Where to search: a choice only with a room to choose. `title`: what this person calls it; `is_here`: it is chosen."""
    chips: Elements = {}
    if here is not None:
        html = f'{room_face(here, size="tiny")}<bdi>{escape(title)}</bdi>'
        mine = '<span>All <span class="rest">my </span>rooms</span>'
        for which, words, is_on in ((Piece.HERE, html, is_here), (Piece.EVERYWHERE, mine, not is_here)):
            chips[piece(which)] = element('button', html=words, type_='button', aria_pressed=str(is_on).lower(), on={'click': []})
    group = element('div', classes=['chips'], children=list(chips), role='group', aria_label='Where to search')
    return {**chips, piece(Piece.SCOPE): group}


def options_elements(order: Order) -> Elements:
    """Where, and in which order."""
    newest = element(
        'button',
        classes=['switch'],
        html='<i aria-hidden="true"></i><span>Newest<span class="rest"> first</span></span>',
        type_='button',
        role='switch',
        aria_checked=str(order is Order.NEWEST).lower(),
        on={'click': []},
    )
    return {
        piece(Piece.NEWEST): newest,
        piece(Piece.OPTIONS): element('div', classes=['options'], children=[piece(Piece.SCOPE), piece(Piece.NEWEST)]),
    }


def notes_html(notes: Sequence[str]) -> str:
    return ''.join(f'<p>{escape(note)}</p>' for note in notes)


def help_html(recent: Mapping[int, str]) -> str:
    """For an empty field: what was searched for lately, by the numbers of its commands, and what can be asked."""
    examples = ''.join(
        f'<li><button type="button" class="example" {_command(f"{EXAMPLE}{place}")}><code>{escape(text)}</code></button>'
        f'<span>{escape(means)}</span></li>'
        for place, (text, means) in enumerate(EXAMPLES)
    )
    return f'{_recent_html(recent)}<section class="language"><h2>What you can ask for</h2><ul>{examples}</ul></section>'


def _recent_html(recent: Mapping[int, str]) -> str:
    if not recent:
        return ''
    lines = ''.join(
        f'<li><button type="button" class="again" {_command(f"{AGAIN}{number}")}>{icon("clock")}<bdi>{escape(text)}</bdi></button>'
        f'<button type="button" class="icon small" {_command(f"{FORGET}{number}")} aria-label="Forget {escape(text)}" title="Forget">'
        f'{icon("close")}</button></li>'
        for number, text in recent.items()
    )
    clear = f'<button type="button" class="clear" {_command(FORGET_ALL)} aria-label="Clear recent searches">Clear</button>'
    return f'<section class="recent"><h2>Recent searches</h2>{clear}<ul aria-label="Recent searches">{lines}</ul></section>'


def nothing_html(text: str, title: str, *, may_widen: bool) -> str:
    """Nothing was found. `title`: of the room that was looked through, if it was one."""
    asked = text.strip()
    asked = asked if len(asked) <= MAX_ECHO_CHARS else f'{asked[:MAX_ECHO_CHARS]}…'
    place = f'in <bdi>{escape(title)}</bdi>' if title else 'in your rooms'
    wider = f'<button type="button" class="primary" {_command(EVERYWHERE)}>Search all my rooms</button>' if may_widen else ''
    return (
        f'<div class="none"><b>Nothing found {place}</b><p>No message there matches “<bdi>{escape(asked)}</bdi>”. '
        f'Fewer words find more; parts of words are found too.</p>{wider}</div>'
    )


def trouble_html(why: str) -> str:
    again = f'<button type="button" class="quiet" {_command(RETRY)}>Try again</button>'
    return f'<div class="none" role="alert"><b>That did not work</b><p>{escape(why)}</p>{again}</div>'


def _command(word: str) -> str:
    return f'commandfor="{COMMANDS_DOM_ID}" command="{word}"'
