"""All rooms that exist for a person, with how many are in each: to join, to leave, to look in, to bring back into the list."""

from collections.abc import Iterable, Mapping, Sequence

from livechat.domain.model import Involvement, Membership, RoomId, RoomKind, RoomSummary, UserId
from livechat.ui.html import escape, room_path
from livechat.ui.pages.room_actions import settings_path
from livechat.ui.room_words import kind_words, member_words, room_face
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, filter_field, part
from livechat.ui.stream import ElementId, Kind, element, element_id

FILTER = element_id(Kind.BROWSE, 0, 1)
"""The field to find a room by its name; its value is for `BrowsePage.find`."""
FILTER_FROM = 20
_JOIN, _SHOW, _LEAVE = 'Join', 'Show again', 'Leave'
_LEAD, _EMPTY, _HIDDEN, _ARCHIVED = (element_id(Kind.BROWSE, 0, number) for number in range(2, 6))


class BrowsePage:
    """The list as one tab shows it: sent as a whole when something changed, with nulls for rooms that are no more."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.is_open = False
        self._words = ''
        self._sent: set[ElementId] = set()
        self._rooms: Sequence[RoomSummary] = ()
        self._memberships: Mapping[RoomId, Membership] = {}

    async def open(self) -> None:
        """From the start, without words in the field."""
        self.is_open, self._words = True, ''
        await self.refresh()

    async def refresh(self) -> None:
        """As it is now."""
        rooms, user = self._session.chat.rooms, self._session.user
        self._memberships = await rooms.memberships(user.id)
        hidden = [each for each in await rooms.mine(user) if each.room.is_direct and _is_hidden(self._memberships.get(each.room.id))]
        self._rooms = [*await rooms.visible_to(user), *hidden]
        self._show()

    def find(self, words: object) -> None:
        """What stands in the field now."""
        self._words = str(words or '')[:100]
        self._show()

    def press(self, room_id: RoomId) -> None:
        """The button of a room does what it says on screen now: a second click does not undo the first."""
        summary = next((each for each in self._rooms if each.room.id == room_id), None)
        if summary is not None and self.is_open:
            word = _verb(summary, self._memberships.get(room_id))
            self._session.do(lambda: self._do(word, summary))

    async def _do(self, word: str, summary: RoomSummary) -> None:
        """:raises LivechatError:"""
        chat, user, room_id = self._session.chat, self._session.user, summary.room.id
        membership = (await chat.rooms.memberships(user.id)).get(room_id)
        if word != _verb(summary, membership):
            return
        if word == _JOIN:
            await chat.rooms.join(user, room_id)
        elif word == _SHOW:
            involvement = Involvement.EVERYTHING if summary.room.is_direct else Involvement.MENTIONS
            await chat.members.set_involvement(user, room_id, involvement)
        elif word == _LEAVE:
            await chat.rooms.leave(user, room_id)
        await self.refresh()

    def close(self) -> None:
        """The browser forgets the list."""
        self.is_open = False
        if self._sent:
            self._session.show(dict.fromkeys(self._sent))
            self._sent.clear()

    def _show(self) -> None:
        if not self.is_open:  # left meanwhile
            return
        elements = browse_elements(
            self._rooms, self._memberships, reader=self._session.user.id, words=self._words, is_guest=self._session.user.is_guest
        )
        gone = self._sent - elements.keys()
        self._sent = elements.keys() - {part(Part.LOG)}
        self._session.show({**dict.fromkeys(gone), **elements})


def browse_elements(
    rooms: Sequence[RoomSummary],
    memberships: Mapping[RoomId, Membership],
    *,
    reader: UserId,
    words: str = '',
    is_guest: bool = False,
) -> Elements:
    """The page in the place of the conversation: rooms in use, then the hidden ones, then the archived."""
    found = [summary for summary in rooms if words.strip().casefold() in summary.title(reader).casefold()]
    archived = [each for each in found if each.room.is_archived]
    hidden = [each for each in found if not each.room.is_archived and _is_hidden(memberships.get(each.room.id))]
    apart = {each.room.id for each in (*archived, *hidden)}
    used = [each for each in found if each.room.id not in apart]
    children: list[ElementId] = [_LEAD]
    elements: Elements = {_LEAD: element('p', classes=['lead'], html=_lead(rooms, is_guest=is_guest))}
    if len(rooms) > FILTER_FROM or words:
        children.append(FILTER)
        elements[FILTER] = filter_field('Find rooms', words)
    if not found:
        children.append(_EMPTY)
        elements[_EMPTY] = element('p', classes=['nothing'], html='No room here has that name.' if words else '', role='status')
    for head, title, group in ((None, '', used), (_HIDDEN, 'Hidden from your list', hidden), (_ARCHIVED, 'Archived', archived)):
        if group and head is not None:
            children.append(head)
            elements[head] = element('h2', html=title)
        children += _lines(group, memberships, reader, elements)
    elements[part(Part.LOG)] = element('div', classes=['inner', 'browse'], children=children, role='list', aria_label='All rooms')
    return elements


def _lead(rooms: Sequence[RoomSummary], *, is_guest: bool) -> str:
    if not rooms:
        return 'You are in no room yet.' if is_guest else 'There is no room here yet. Create the first one with the plus beside “Rooms”.'
    if is_guest:
        return 'These are the rooms you were invited to.'
    return 'Join an open room to read and write, and leave whenever you like. Private rooms are listed for their members alone.'


def _lines(
    group: Iterable[RoomSummary], memberships: Mapping[RoomId, Membership], reader: UserId, elements: Elements
) -> Iterable[ElementId]:
    for summary in group:
        line = element_id(Kind.BROWSE, summary.room.id)
        elements.update(_line(line, summary, memberships.get(summary.room.id), reader))
        yield line


def _line(line: ElementId, summary: RoomSummary, membership: Membership | None, reader: UserId) -> Elements:
    room, title = summary.room, summary.title(reader)
    text_id = element_id(Kind.BROWSE, room.id, 1)
    facts = ' · '.join(
        word
        for word in (member_words(summary.member_count), kind_words(room), 'joined' if membership and not room.is_direct else '')
        if word
    )
    more = f'<a class="ways" href="{settings_path(room.slug)}" aria-label="Settings of {escape(title)}">Settings</a>'
    html = (
        f'<a href="{room_path(room.slug)}">{room_face(room, size="tiny")} <span dir="auto">{escape(title)}</span></a>'
        f'<small>{facts}</small>{more}<p dir="auto">{escape(room.description)}</p>'
    )
    word = _verb(summary, membership)
    button_id = element_id(Kind.BROWSE_BUTTON, room.id)  # one element, whatever it says: the focus stays on it
    elements: Elements = {text_id: element('div', classes=['about'], html=html)}
    children = [text_id]
    if word:
        children.append(button_id)
        elements[button_id] = element(
            'button',
            classes=['primary'] if word == _JOIN else ['quiet'],
            html=word,
            aria_label=f'{word} {title}',
            type_='button',
            on={'click': []},
        )
    elements[line] = element('div', classes=['line'], children=children, role='listitem')
    return elements


def _verb(summary: RoomSummary, membership: Membership | None) -> str:
    """What the room's button does. Nothing that cannot be undone here: a private room is left from its settings."""
    room = summary.room
    if membership is None:
        return '' if room.is_archived else _JOIN
    if _is_hidden(membership):
        return _SHOW
    return _LEAVE if room.kind is RoomKind.OPEN and not room.is_archived else ''


def _is_hidden(membership: Membership | None) -> bool:
    return membership is not None and membership.involvement is Involvement.HIDDEN
