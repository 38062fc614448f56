"""What is on screen while a picture is looked at large, as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass

from livechat.domain.attachment import Attachment, Making
from livechat.domain.message import Message
from livechat.domain.model import Room
from livechat.ui.file_html import is_picture, large_path
from livechat.ui.html import escape, room_path
from livechat.ui.message_html import local, long_date


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on screen: one of the pictures of a message."""

    room: Room
    message: Message
    file: Attachment

    @property
    def pictures(self) -> Sequence[Attachment]:
        return pictures_of(self.message)

    @property
    def place(self) -> int:
        """Among them, from 0."""
        return [each.id for each in self.pictures].index(self.file.id)


def pictures_of(message: Message) -> Sequence[Attachment]:
    return [] if message.deleted else [file for file in message.files if is_picture(file)]


def words_html(shown: Shown, utc_offset_min: int, said: str = '') -> str:
    """What it is called, which of how many it is, whose and when."""
    message, at = shown.message, local(shown.message.created_at, utc_offset_min)
    count = len(shown.pictures)
    which = f'{shown.place + 1} of {count} · ' if count > 1 else ''
    whole = f'{long_date(at.date())}, {at:%H:%M}'
    link = f'<a href="{room_path(shown.room.slug, message.number)}" title="{whole}">{at.day} {at:%b}, {at:%H:%M}</a>'
    author = f'<bdi>{escape(message.author.display_name)}</bdi>'
    return f'<b><bdi>{escape(shown.file.name)}</bdi></b><span>{f"{said} " if said else ""}{which}{author} · {link}</span>'


def stage_html(shown: Shown) -> str:
    """The picture, and out of sight those beside it, so that they are there when they are wanted."""
    file, name = shown.file, escape(shown.file.name)
    if file.making is Making.UNDER_WAY:
        return f'<p><bdi>{name}</bdi> is being prepared.</p>'
    size = f' width="{file.width}" height="{file.height}"' if file.width > 0 and file.height > 0 else ''
    pictures, place = shown.pictures, shown.place
    beside = [each for each in (*pictures[max(place - 1, 0) : place], *pictures[place + 1 : place + 2]) if each.making is Making.DONE]
    ahead = ''.join(f'<img src="{large_path(each)}" alt="">' for each in beside)
    return f'<img src="{large_path(file)}"{size} alt="{name}">' + (f'<div class="ahead" aria-hidden="true">{ahead}</div>' if ahead else '')
