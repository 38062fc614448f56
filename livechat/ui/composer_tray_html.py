"""The files above the box as HTML: a chip for each, which is an element of its own."""

from collections.abc import Iterable
from typing import NamedTuple

from livechat.domain.attachment import Attachment, Making
from livechat.domain.file import FileKind
from livechat.domain.file_names import extension_of
from livechat.domain.sizes import size_in_words
from livechat.domain.tray_item import Stage, TrayItem
from livechat.ui.components.icons import icon
from livechat.ui.file_html import file_path
from livechat.ui.html import escape
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import ElementId, Kind, element, element_id

FIRST = 100_000
"""Numbers of the shell's elements that are files above the box."""
BUTTON, BODY, EACH = 1, 2, 4
MOST = 10_000_000
MAX_END_CHARS = 6
_ICONS = {
    FileKind.IMAGE: 'picture',
    FileKind.VIDEO: 'video',
    FileKind.AUDIO: 'audio',
    FileKind.PDF: 'pdf',
    FileKind.TEXT: 'text',
    FileKind.OTHER: 'file',
}


class Chip(NamedTuple):
    """One file above the box, as it is shown."""

    number: int
    name: str
    html: str
    is_refused: bool = False
    is_struck: bool = False
    """Of the message being edited, to be left out when it is saved."""


def tray_element(numbers: Iterable[int] = (), *, is_edit: bool = False) -> Elements:
    """What the chips lie in; hidden while there are none."""
    children = [chip_id(number) for number in numbers]
    name = 'Files of this message' if is_edit else 'Attached files'
    return {part(Part.TRAY): element('ul', classes=['tray'] if children else ['tray', 'hidden'], children=children, aria_label=name)}


def number_of(item_id: int) -> int:
    return FIRST + EACH * (item_id % MOST)


def chip_id(number: int) -> ElementId:
    return element_id(Kind.SHELL, 0, number)


def chip_elements(chip: Chip) -> Elements:
    classes = ['attached', *(['refused'] if chip.is_refused else []), *(['struck'] if chip.is_struck else [])]
    words = f'{"Keep" if chip.is_struck else "Remove"} {chip.name}'
    return {
        chip_id(chip.number): element('li', classes=classes, children=[chip_id(chip.number + BODY), chip_id(chip.number + BUTTON)]),
        chip_id(chip.number + BODY): element('div', html=chip.html),
        chip_id(chip.number + BUTTON): element(
            'button',
            classes=['icon', 'small'],
            html=icon('undo' if chip.is_struck else 'close'),
            aria_label=words,
            title=words,
            type_='button',
            on={'click': []},  # told once: it may be pressed again to take it back
        ),
    }


def file_html(file: Attachment, state: str = '') -> str:
    if file.kind is FileKind.IMAGE and file.making is Making.DONE:
        face = f'<img class=pic src="{escape(file_path(file, width=480))}" alt="" decoding=async>'
    else:
        face = f'<span class=pic>{icon(_ICONS[file.kind])}</span>'
    words = escape(state or size_in_words(file.size))
    return f'{face}<span class=what>{_name_html(file.name)}<small>{words}</small></span>'


def _name_html(name: str) -> str:
    """However little room there is, its end is shown: it says what the file is."""
    end = extension_of(name)
    stem, end = (name[: -len(end)], name[-len(end) :]) if 0 < len(end) <= MAX_END_CHARS else (name, '')
    return f'<bdi class=name title="{escape(name)}"><span>{escape(stem)}</span><span>{escape(end)}</span></bdi>'


def refused_html(name: str, why: str) -> str:
    """Most reasons name the file themselves."""
    said = '' if name in why else _name_html(name)
    return f'<span class=pic>{icon("alert")}</span><span class=what>{said}<small>{escape(why)}</small></span>'


def item_html(item: TrayItem) -> str:
    if item.file is not None:
        return file_html(item.file)
    name = _name_html(item.name)
    if item.stage is Stage.CHECKING:
        state, bar = 'Checking …', '<i class="bar busy"></i>'
    else:
        state = f'{item.percent} %' + (f' of {size_in_words(item.size)}' if item.size else '')
        bar = (
            f'<i class=bar role=progressbar aria-valuemin=0 aria-valuemax=100 aria-valuenow={item.percent} '
            f'aria-label="{escape(item.name)}" style="--done:{item.percent}%"></i>'
        )
    return f'<span class=pic>{icon("file")}</span><span class=what>{name}<small>{state}</small>{bar}</span>'
