"""All rooms, with how many are in each: to join, to leave, to look in."""

from collections.abc import Collection, Sequence

from livechat.domain.model import RoomId, RoomSummary
from livechat.ui.html import escape, room_path
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import ElementId, Kind, element, element_id


def browse_elements(rooms: Sequence[RoomSummary], mine: Collection[RoomId]) -> Elements:
    """The page in the place of the conversation."""
    elements: Elements = {}
    heading = element_id(Kind.SHELL, 0, 102)
    elements[heading] = element('p', classes=['lead'], html='Every room is open: join to read and write, leave whenever you like.')
    lines: list[ElementId] = [heading]
    for summary in rooms:
        line = element_id(Kind.BROWSE, summary.room.id)
        lines.append(line)
        elements |= _line(line, summary, joined=summary.room.id in mine)
    elements[part(Part.LOG)] = element('div', classes=['inner', 'browse'], children=lines, role='list', aria_label='All rooms')
    return elements


def _line(line: ElementId, summary: RoomSummary, *, joined: bool) -> Elements:
    room, count = summary.room, summary.member_count
    people = '1 member' if count == 1 else f'{count:,} members'
    text_id = element_id(Kind.BROWSE, room.id, 1)
    button_id = element_id(Kind.BROWSE_BUTTON, room.id)  # one element, whatever it says: the focus stays on it
    word = 'Leave' if joined else 'Join'
    html = (
        f'<a href="{room_path(room.slug)}" ># <span dir="auto">{escape(room.name)}</span></a>'
        f'<small>{people}{" · joined" if joined else ""}</small><p dir="auto">{escape(room.description)}</p>'
    )
    return {
        text_id: element('div', classes=['about'], html=html),
        button_id: element(
            'button',
            classes=['quiet'] if joined else ['primary'],
            html=word,
            aria_label=f'{word} {room.name}',
            type_='button',
            on={'click': []},
        ),
        line: element('div', classes=['line'], children=[text_id, button_id], role='listitem'),
    }
