"""What stands around a room's messages: its heading, its people and who is typing."""

from collections.abc import Collection, Iterable, Sequence

from livechat.domain.model import Person, Room, UserId
from livechat.ui.audience import Audience
from livechat.ui.message_html import typing_html
from livechat.ui.people_view import PeopleView
from livechat.ui.reader import Group, Reader, send_all
from livechat.ui.room_head import room_heading
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import Frame, element, encode


class RoomPanel:
    """One frame per audience for whoever enters, the same bytes until something changes; a frame per change for the rest."""

    def __init__(self, room: Room, people: PeopleView, typing: tuple[Person, ...]) -> None:
        self._room = room
        self.people = people
        self._typing = typing
        self._frames: dict[Audience, Frame] = {}
        self._was_alone = people.count <= 1
        people.take_changes()

    def frame(self, audience: Audience) -> Frame:
        """Everything. Flush first, so that all tabs agree on which people were sent."""
        frame = self._frames.get(audience)
        if frame is None:
            frame = self._frames[audience] = encode({**self.people.snapshot(audience), **room_heading(self._room)})
        return frame

    def typing_frame(self, user_id: UserId) -> Frame:
        """Who is typing, for that person: never themselves."""
        return encode(_typing_elements([person for person in self._typing if person.id != user_id]))

    def forget(self, audience: Audience) -> None:
        self._frames.pop(audience, None)

    def flush(self, groups: Collection[Group]) -> None:
        """Send the people who changed since the last flush."""
        if not self.people.changed:
            return
        self._tell_alone(groups)
        elements = self.people.take_changes()
        self._frames.clear()
        for group in groups:
            frame = encode({**elements, **self.people.alone(group.html.audience)})
            for reader in group.readers:
                if reader.people_filter:
                    self.filter(reader, reader.people_filter)
                else:
                    reader.send(frame)

    def _tell_alone(self, groups: Iterable[Group]) -> None:
        """Whoever was the only member is not any more, or has become it."""
        was_alone, self._was_alone = self._was_alone, self.people.count <= 1
        if was_alone is not self._was_alone:
            for group in groups:
                for reader in group.readers:
                    reader.on_alone()

    def filter(self, reader: Reader, words: str) -> None:
        """One tab looks for somebody among many; empty words end that."""
        reader.people_filter = words
        if words:
            elements, reader.extra_people = self.people.filtered(words, reader.extra_people)
            reader.show(elements)
        else:
            reader.show(self.people.without(reader.extra_people))
            reader.extra_people = frozenset()
            reader.send(self.frame(reader.audience))

    def drop(self, reader: Reader) -> Elements:
        """Forget everybody in a browser that leaves."""
        gone = {**self.people.drop(), **self.people.without(reader.extra_people)}
        reader.people_filter, reader.extra_people = '', frozenset()
        return gone

    def show_typing(self, people: tuple[Person, ...], groups: Iterable[Group]) -> None:
        """Who is typing, to everybody but themselves."""
        self._typing = people
        everybody = encode(_typing_elements(people))
        own = {person.id: encode(_typing_elements([other for other in people if other.id != person.id])) for person in people}
        for group in groups:
            for reader in group.readers:
                reader.send(own.get(reader.user_id, everybody))

    def replace_people(self, people: PeopleView, groups: Iterable[Group]) -> None:
        gone = self.people.drop()
        self.people = people
        self._frames.clear()
        elements = people.take_changes()
        for group in groups:
            send_all([group], encode({**gone, **elements, **people.alone(group.html.audience)}))

    def rename_room(self, room: Room, groups: Iterable[Group]) -> None:
        self._room = self.people.room = room
        self._frames.clear()
        for group in groups:
            send_all([group], encode({**room_heading(room), **self.people.alone(group.html.audience)}))


def _typing_elements(people: Sequence[Person]) -> Elements:
    html = typing_html([person.display_name for person in people])
    return {part(Part.TYPING): element('div', classes=['typing'], html=html, role='status', aria_label='Typing')}
