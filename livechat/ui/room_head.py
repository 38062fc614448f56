"""The header of a room, and its card for those who are not in it: what it is called, and what one may do there."""

from dataclasses import replace

from livechat.domain.access import Right, RoomAccess
from livechat.domain.errors import NotAllowed, TimedOut
from livechat.domain.model import Involvement, Membership, Room, RoomKind, RoomSummary, UserId
from livechat.ui.html import avatar, escape
from livechat.ui.message_html import local, long_date
from livechat.ui.room_words import member_words, room_face, room_name, room_tile, rules_words
from livechat.ui.shell import HIDDEN_CONTROLS, Elements, Part, button, part
from livechat.ui.stream import Kind, element, element_id

NEXT_INVOLVEMENT = {
    Involvement.EVERYTHING: Involvement.MENTIONS,
    Involvement.MENTIONS: Involvement.NOTHING,
    Involvement.NOTHING: Involvement.HIDDEN,
    Involvement.HIDDEN: Involvement.EVERYTHING,
}
_BELLS = {
    Involvement.EVERYTHING: ('bell-all', 'every message'),
    Involvement.MENTIONS: ('bell', 'mentions only'),
    Involvement.NOTHING: ('bell-off', 'nothing'),
    Involvement.HIDDEN: ('eye-off', 'nothing, and not in my list'),
}


def room_heading(room: Room) -> Elements:
    """What a room is called and what it is for: the same for everybody, but not in direct rooms, which each calls differently."""
    if room.is_direct:
        return {}
    description = f'<p dir="auto">{escape(room.description)}</p>' if room.description else ''
    return _title(f'{room_face(room)} {escape(room.name)}', description)


def direct_heading(summary: RoomSummary, reader: UserId) -> Elements:
    """Who else is in a direct room."""
    others = [person for person in summary.people if person.id != reader]
    faces = ''.join(avatar(person, size='small') for person in others[:1])
    return _title(f'{faces}{escape(summary.title(reader))}', '', 'direct')


def _title(name: str, description: str, *classes: str) -> Elements:
    return {part(Part.TITLE): element('div', classes=['title', *classes], html=f'<h1 dir="auto">{name}</h1>{description}')}


def page_title(summary: RoomSummary, reader: UserId) -> str:
    return summary.title(reader) if summary.room.is_direct else room_name(summary.room)


def controls(access: RoomAccess) -> Elements:
    """The buttons of a member, as things stand for them."""
    if access.membership is None:
        return HIDDEN_CONTROLS
    return {
        **_star(access.membership),
        **_bell(access.membership),
        **button(Part.INVITE, 'Invite people', 'invite', *(('in-room', 'invite') if access.may(Right.INVITE) else ('hidden',))),
    }


def _star(membership: Membership) -> Elements:
    on = membership.favourite
    return button(Part.STAR, 'Remove from favourites' if on else 'Add to favourites', 'star', 'in-room', 'star', *(['on'] if on else []))


def _bell(membership: Membership) -> Elements:
    glyph, state = _BELLS[membership.involvement]
    _, next_state = _BELLS[NEXT_INVOLVEMENT[membership.involvement]]
    return button(Part.BELL, f'Notify me of {state}. Click for {next_state}', glyph, 'in-room', 'bell')


def why_read_only(access: RoomAccess, time_out: TimedOut | None, utc_offset_min: int) -> str:
    """Why a member cannot write here now; empty for whoever can. `time_out`: what keeps them for a while."""
    room = access.room
    if access.membership is None:
        return ''
    if room.archived_at is not None:
        at = local(room.archived_at, utc_offset_min)
        return f'This room was archived on {long_date(at.date())}: it can be read, and nothing can be added.'
    if time_out is not None:
        until = local(time_out.until, utc_offset_min)
        return f'An admin of this room asked you to pause. You can write again at {until:%H:%M}.'
    try:
        access.must(Right.POST)
    except NotAllowed as error:
        return str(error)
    return ''


def join_card(summary: RoomSummary, *, may_join: bool) -> Elements:
    """What somebody sees of a room before joining it: everything but its messages; of a private one, no description either."""
    room, about = summary.room, escape(summary.room.description) or 'No description yet.'
    if room.kind is not RoomKind.OPEN:
        room, about = replace(room, description='', picture=''), 'A private room: what it is for, its members know.'
    rules = ''.join(f'<p class="muted">{escape(sentence)}</p>' for sentence in rules_words(room))
    html = (
        f'<span class="tile">{room_tile(room)}</span><h2 dir="auto">{escape(room.name)}</h2>'
        f'<p dir="auto">{about}</p>'
        f'<p class="muted">{member_words(summary.member_count)}</p>{rules}'
    )
    text, join = element_id(Kind.SHELL, 0, 101), part(Part.JOIN)
    classes = ['primary'] if may_join else ['hidden']
    return {
        text: element('div', html=html),
        join: element('button', classes=classes, html='Join', aria_label='Join', type_='button', on={'click': []}),
        part(Part.JOIN_CARD): element('div', classes=['join-card'], children=[text, join]),
        part(Part.LOG): element('div', classes=['inner'], children=[part(Part.JOIN_CARD)]),
        **room_heading(room),
    }
