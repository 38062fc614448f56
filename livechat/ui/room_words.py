"""What kind of room it is, as a glyph and in words: the same wherever a room is shown."""

from livechat.domain.model import Room, RoomKind
from livechat.ui.components.icons import icon
from livechat.ui.html import picture

_PLAIN = '#'
_KINDS = {RoomKind.OPEN: 'Open room', RoomKind.PRIVATE: 'Private room', RoomKind.DIRECT: 'Direct messages'}


def room_glyph(room: Room) -> str:
    """Safe HTML that stands before a room's name; hidden from screen readers, which hear the words."""
    return f'<span class="glyph" aria-hidden="true">{_sign(room)}</span>'


def room_face(room: Room, *, size: str = 'small') -> str:
    """Its picture, which says in a corner that it is no plain open room; its glyph without one. `size`: tiny, small."""
    if not room.picture:
        return room_glyph(room)
    sign = _sign(room)
    kind = '' if sign == _PLAIN else f'<i class="kind">{sign}</i>'
    return f'<span class="face" aria-hidden="true"><span class="av {size} room-av">{sign}{picture(room.picture)}</span>{kind}</span>'


def room_tile(room: Room) -> str:
    """What stands large above its name, for a place of the class `tile`."""
    return room_glyph(room) + picture(room.picture, large=True)


def _sign(room: Room) -> str:
    if room.is_archived:
        return icon('box')
    if room.kind is RoomKind.PRIVATE:
        return icon('lock')
    if room.is_direct:
        return '@'
    return icon('megaphone') if room.announcements else _PLAIN


def room_name(room: Room) -> str:
    """Its name within a sentence or a title; the hash says that it is open."""
    return f'# {room.name}' if room.kind is RoomKind.OPEN else room.name


def member_words(count: int) -> str:
    return '1 member' if count == 1 else f'{count:,} members'


def kind_words(room: Room) -> str:
    """In two or three words, for lists: empty for a plain open room."""
    words = [
        'private' if room.kind is RoomKind.PRIVATE else '',
        'announcements' if room.announcements else '',
        'archived' if room.is_archived else '',
    ]
    return ', '.join(word for word in words if word)


def kind_name(room: Room) -> str:
    return _KINDS[room.kind]


def rules_words(room: Room) -> list[str]:
    """Sentences about what is special here, for whoever is about to join or looks at the settings."""
    sentences = []
    if room.is_archived:
        sentences.append('Archived: it can be read, and nothing can be added.')
    if room.kind is RoomKind.PRIVATE:
        sentences.append('Private: only its members know that it exists.')
    if room.announcements:
        sentences.append('For announcements: only its admins write here.')
    if room.slow_mode_s:
        sentences.append(f'Slow mode: one message every {duration_words(room.slow_mode_s)}.')
    return sentences


def duration_words(seconds: int) -> str:
    """5 seconds, a minute, 15 minutes, an hour."""
    if seconds < 60:
        return f'{seconds} seconds'
    minutes = seconds // 60
    if minutes == 1:
        return 'minute'
    return f'{minutes} minutes' if minutes < 60 else 'hour'
