"""The files of a message as HTML: pictures in their own shape or as a gallery, players, cards to download from.

The same for all readers, with the rules of `message_parts` on quotes. A picture is a button: its command opens it large.
"""

from urllib.parse import quote

from livechat.domain.attachment import Attachment, Making
from livechat.domain.file import EXCERPT_LINES, THUMBNAIL_SIDES, FileKind
from livechat.domain.message import Message
from livechat.domain.model import MessageNumber
from livechat.domain.sizes import size_in_words
from livechat.ui.html import escape
from livechat.ui.markup_text import visible
from livechat.ui.message_parts import edited_html
from livechat.ui.shell import COMMANDS_DOM_ID

VIEW = '--view-'
"""The command of a picture: the number of its message and its place among the files of it follow."""
MAX_SHOWN = (480, 360)
"""Pixels of a picture that stands alone."""
UNKNOWN_SIZE = (320, 240)
MIN_BOX = 96
"""Pixels of each side of what can be pressed; the style sheet has the same."""
MAX_EXCERPT_CHARS = 1_000
_SMALL, _LARGE = THUMBNAIL_SIDES
_COLUMNS = {1: 'pics', 2: "'pics two'", 4: "'pics two'"}


def file_path(file: Attachment, *, width: int | None = None, download: bool = False) -> str:
    """The address of a file, percent-encoded: safe in HTML. `width`, of THUMBNAIL_SIDES: the smaller picture.

    The name is there for whoever saves it; one that browsers would make another path of is left out.
    """
    name = 'file' if file.name in {'', '.', '..'} else quote(file.name, safe='', errors='replace')
    asked = '?download=1' if download else f'?w={width}' if width else ''
    return f'/files/{quote(file.id, safe="")}/{name}{asked}'


def is_picture(file: Attachment) -> bool:
    """Whether there is something of it to look at, now or soon."""
    return file.kind is FileKind.IMAGE and file.making is not Making.FAILED


def shown_size(file: Attachment) -> tuple[int, int]:
    """Pixels of a picture that stands alone: within MAX_SHOWN, and never larger than it is."""
    if file.width < 1 or file.height < 1:
        return UNKNOWN_SIZE
    scale = min(1, MAX_SHOWN[0] / file.width, MAX_SHOWN[1] / file.height)
    return max(1, round(file.width * scale)), max(1, round(file.height * scale))


def large_path(file: Attachment) -> str:
    """Of the picture as it is looked at by itself; what moves is shown as it came."""
    return file_path(file, width=None if file.animated or file.media_type == 'image/gif' else _LARGE)


def files_html(message: Message) -> str:
    """Below the words of a message; where there are none, it says itself that the message was edited."""
    if not message.files:
        return ''
    pictures = [(place, file) for place, file in enumerate(message.files) if is_picture(file)]
    others = ''.join(_other(file) for file in message.files if not is_picture(file))
    return f'<div class=files>{_pictures(message.number, pictures)}{others}{"" if message.body else edited_html(message)}</div>'


def _pictures(number: MessageNumber, pictures: list[tuple[int, Attachment]]) -> str:
    if not pictures:
        return ''
    columns = _COLUMNS.get(len(pictures), "'pics three'")
    shown = ''.join(tile_html(file, f'{VIEW}{number}-{place}', own_shape=len(pictures) == 1) for place, file in pictures)
    return f'<div class={columns}>{shown}</div>'


def tile_html(file: Attachment, command: str, *, own_shape: bool = False) -> str:
    """A picture as a button, in its own shape or as a square. While it is being made a calm box of the same size stands there."""
    name, size = escape(file.name), ''
    is_waited_for = file.making is Making.UNDER_WAY
    if own_shape:
        width, height = (max(side, MIN_BOX) if is_waited_for else side for side in shown_size(file))
        size = f' width={width} height={height}'
    if is_waited_for:
        return f"<canvas class=wait{size} role=img aria-label='{name} is being prepared'></canvas>"
    width_of = _LARGE if _is_long(file) and not own_shape else _SMALL
    image = f"<img src='{file_path(file, width=width_of)}'{size} loading=lazy decoding=async alt='{name}'>"
    kinds = [*(['gif'] if file.animated else []), *(['tiny'] if 0 < max(file.width, file.height) < MIN_BOX else [])]
    moving = f" class='{' '.join(kinds)}'" if kinds else ''
    return f'<button{moving} commandfor={COMMANDS_DOM_ID} command={command}>{image}</button>'


def _is_long(file: Attachment) -> bool:
    """Whether a square of it would show a few pixels of the smaller picture, blown up."""
    return max(file.width, file.height) > 2 * min(file.width, file.height)


def _other(file: Attachment) -> str:
    line = line_html(file)
    source = f"src='{file_path(file)}' aria-label='{escape(file.name)}'"
    match file.kind:
        case FileKind.VIDEO:
            return f'<div class=media><video controls playsinline preload=metadata {source}></video>{line}</div>'
        case FileKind.AUDIO:
            return f'<div class=media>{line}<audio controls preload=none {source}></audio></div>'
        case FileKind.TEXT if excerpt := _excerpt(file):
            return f'<div class=media>{line}<pre dir=auto>{escape(excerpt)}</pre></div>'
        case _:
            return line


def line_html(file: Attachment, about: str = '') -> str:
    """A card: what the file is called, how large it is, and the way to have it. `about` is safe HTML that stands after its size."""
    name = f"<bdi title='{escape(file.name)}'>{escape(file.name)}</bdi>"
    if file.making is Making.FAILED:
        return f"<div class='file broken'>{name}<small>This picture cannot be shown</small></div>"
    link = f"<a download href='{file_path(file, download=True)}'><i class=sr>Download </i>{name}</a>"
    return f"<div class='file {file.kind}'>{link}<small>{size_in_words(file.size)}{about}</small></div>"


def _excerpt(file: Attachment) -> str:
    lines = visible(file.excerpt).strip('\n').splitlines()
    excerpt = '\n'.join(lines[:EXCERPT_LINES]).rstrip()
    if len(excerpt) > MAX_EXCERPT_CHARS:
        return f'{excerpt[:MAX_EXCERPT_CHARS]}…'
    return f'{excerpt} …' if excerpt and len(lines) > EXCERPT_LINES else excerpt
