"""The files of a room as HTML: by months, pictures side by side, everything else one below the other."""

from collections.abc import Sequence
from itertools import groupby

from livechat.domain.attachment import RoomFile
from livechat.domain.files import PLACE
from livechat.ui.file_html import is_picture, line_html, tile_html
from livechat.ui.html import escape
from livechat.ui.message_html import local, long_date
from livechat.ui.shell import COMMANDS_DOM_ID

FILE_JUMP, FILE_VIEW = '--file-jump-', '--file-view-'
"""Commands of the buttons in the list: the number of a message follows; for a picture its position there too."""
_HINT = 'Drop files on the conversation, or attach them beside the box: they are listed here for everybody in the room.'
_NOTHING = {
    'All': 'No files here yet',
    'Pictures': 'No pictures here yet',
    'Video and audio': 'No video or audio here yet',
    'Documents': 'No documents here yet',
}


def shelf_html(listed: Sequence[tuple[PLACE, RoomFile]], kind: str, *, utc_offset_min: int) -> str:
    """In the given order; a word of advice when there is nothing."""
    if not listed:
        return f'<div class="no-pins"><b>{_NOTHING[kind]}</b><p>{_HINT}</p></div>'
    parts: list[str] = []
    for month, of_month in groupby(listed, key=lambda each: _month(each[1], utc_offset_min)):
        parts.append(f'<h3>{month}</h3>')
        for pictures, run in groupby(of_month, key=lambda each: is_picture(each[1].file)):
            files = list(run)
            parts.append(_grid(files) if pictures else _lines(files, utc_offset_min))
    return ''.join(parts)


def _month(file: RoomFile, utc_offset_min: int) -> str:
    *_, month, year = long_date(local(file.posted_at, utc_offset_min).date()).split()
    return f'{month} {year}'


def _grid(files: Sequence[tuple[PLACE, RoomFile]]) -> str:
    tiles = ''.join(tile_html(each.file, f'{FILE_VIEW}{number}-{position}') for (number, position), each in files)
    return f'<div class="pics grid">{tiles}</div>'


def _lines(files: Sequence[tuple[PLACE, RoomFile]], utc_offset_min: int) -> str:
    lines = []
    for _, each in files:
        at = local(each.posted_at, utc_offset_min)
        about = f' · <bdi>{escape(each.author.display_name)}</bdi> · {at.day} {at:%b}, {at:%H:%M}'
        command = f'commandfor="{COMMANDS_DOM_ID}" command="{FILE_JUMP}{each.number}"'
        lines.append(f'<li>{line_html(each.file, about)}<button type="button" class="quiet" {command}>Jump to it</button></li>')
    return f'<ul>{"".join(lines)}</ul>'
