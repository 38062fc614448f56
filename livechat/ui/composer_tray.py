"""The files above the box: those that go with the next message, or those of the message that is being edited.

Each is an element of its own, so that one which is arriving can be told anew without the others. What is shown is the person's tray
of that room, in all their tabs; what this tab has sent is left out of it until the room has it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from livechat.domain.attachment import Attachment
from livechat.domain.errors import LivechatError
from livechat.domain.events import TrayChanged
from livechat.domain.file import FileId
from livechat.domain.model import RoomId
from livechat.domain.tray_item import Stage, TrayItem
from livechat.ui.composer_tray_html import (
    BODY,
    BUTTON,
    EACH,
    FIRST,
    MOST,
    Chip,
    chip_elements,
    chip_id,
    file_html,
    item_html,
    number_of,
    refused_html,
    tray_element,
)
from livechat.ui.html import escape
from livechat.ui.session import Session
from livechat.ui.shell import Elements, Part, part
from livechat.ui.stream import element

MAX_EXPECTED = 200


class ComposerTray:
    """Of one tab. Invariant: `_shown` are the chips that the browser shows, by their numbers."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.on_settled: Callable[[], object] = lambda: None
        """Called when the last one that was on its way is there, or was refused."""
        self._room_id: RoomId | None = None
        self._items: Sequence[TrayItem] = ()
        self._sent: set[FileId] = set()
        self._edited: Sequence[Attachment] | None = None
        self._struck: set[FileId] = set()
        self._shown: dict[int, Chip] = {}
        self._said = ''
        self._order: list[str] = []
        """Keys of files in the order in which they were chosen here: they arrive in any."""
        self._removed = 0
        """How many were taken away while they arrived: the browser tells of each as failed."""

    # What the box asks

    def open(self, room_id: RoomId | None) -> None:
        """Another room's box, or none."""
        self._room_id, self._items, self._edited = room_id, (), None
        self._sent.clear()
        self._struck.clear()
        self._show()
        if room_id is not None and self._session.chat.files is not None:
            self._session.do(self.load)

    def expect(self, keys: Sequence[str]) -> None:
        """These were chosen in this tab; the name of each stands in its key."""
        self._order = [*self._order, *keys][-MAX_EXPECTED:]

    def take_removed(self, count: int) -> bool:
        """Whether so many failed because they had been taken away."""
        is_meant = self._removed >= count
        self._removed = max(0, self._removed - count)
        return is_meant

    @property
    def waits_for(self) -> str:
        """The name of a file that is still on its way; empty when all that is here can be sent."""
        return next((item.name for item in self._items if item.stage in {Stage.ARRIVING, Stage.CHECKING}), '')

    @property
    def refused(self) -> int:
        """How many say that they were not taken."""
        return sum(item.stage is Stage.REFUSED for item in self._items)

    def take(self) -> Sequence[Attachment]:
        """What goes with the message that is sent now."""
        files = [item.file for item in self._items if item.file is not None and item.file.id not in self._sent]
        self._sent.update(file.id for file in files)
        self._show()
        return files

    def give_back(self, files: Iterable[Attachment]) -> None:
        """They were not sent; those that are not there any more are found out."""
        ids = {file.id for file in files}
        if ids:
            self._sent -= ids
            self._show()
            if self._room_id is not None and self._session.chat.files is not None:
                self._session.do(self.load)

    def edit(self, files: Sequence[Attachment] | None) -> None:
        """The files of the message that is being edited are shown instead; None: nothing is."""
        if files != self._edited:
            if files is None or self._edited is None:
                self._struck.clear()
            self._edited = files
            self._show()

    @property
    def kept(self) -> Collection[FileId] | None:
        """Which files an edited message keeps; None for all."""
        if self._edited is None or not self._struck:
            return None
        return [file.id for file in self._edited if file.id not in self._struck]

    # What happens

    def changed(self, event: TrayChanged) -> None:
        """In whatever tab it was done."""
        if event.room_id == self._room_id:
            self._take_in(event.items)

    def press(self, number: int) -> bool:
        """The button of a chip; False: none of these."""
        if not FIRST <= number < FIRST + EACH * MOST or (number - FIRST) % EACH != BUTTON:
            return False
        chip = self._shown.get(number - BUTTON)
        if chip is None:
            return True
        if self._edited is not None:
            self._strike(chip)
        elif self._room_id is not None:
            room_id = self._room_id
            item = next((item for item in self._items if number_of(item.id) == chip.number), None)
            if item is not None:
                self._session.do(lambda: self._remove(room_id, item))
        return True

    def show_again(self) -> None:
        """After the frame was drawn anew."""
        shown, self._shown = self._shown, {}
        if shown:
            self._show()
        if self._room_id is not None and self._session.chat.files is not None:
            self._session.do(self.load)

    async def load(self) -> None:
        """What is there now, whatever was told of it."""
        room_id, files = self._room_id, self._session.chat.files
        if room_id is None or files is None:
            return
        try:
            items = await files.tray(self._session.user, room_id)
        except LivechatError:  # shown out meanwhile: the page says so
            return
        if room_id == self._room_id:
            self._take_in(items)

    def _take_in(self, items: Sequence[TrayItem]) -> None:
        waited, self._items = self.waits_for, sorted(items, key=self._place)
        self._show()
        if waited and not self.waits_for:
            self.on_settled()

    def _place(self, item: TrayItem) -> tuple[bool, int]:
        """What was refused comes last; among the others, what was chosen here as it was chosen."""
        chosen = (place for place, key in enumerate(self._order) if item.name in key)
        return item.stage is Stage.REFUSED, next(chosen, len(self._order))

    async def _remove(self, room_id: RoomId, item: TrayItem) -> None:
        files = self._session.chat.files
        if files is None:
            return
        if item.stage is Stage.ARRIVING:
            self._removed += 1
        alike = [each for each in self._items if each is item or _is_alike(each, item)]
        for each in alike:
            await files.remove(self._session.user, room_id, each.id)

    def _strike(self, chip: Chip) -> None:
        for place, file in enumerate(self._edited or ()):
            if number_of(place) == chip.number:
                self._struck ^= {file.id}
        self._show()

    # What is shown

    def _show(self) -> None:
        chips = {chip.number: chip for chip in self._chips()}
        elements: Elements = {}
        for number in self._shown.keys() - chips.keys():
            elements |= {chip_id(number + place): None for place in (0, BUTTON, BODY)}
        for number, chip in chips.items():
            if self._shown.get(number) != chip:
                elements |= chip_elements(chip)
        if list(chips) != list(self._shown):
            elements |= tray_element(chips, is_edit=self._edited is not None)
        said = self._words()
        if said != self._said:
            self._said = said
            elements[part(Part.TRAY_SAYS)] = element('div', classes=['sr'], html=escape(said), role='status', aria_label='Attached')
        self._shown = chips
        self._session.show(elements)

    def _chips(self) -> Iterable[Chip]:
        if self._edited is not None:
            for place, file in enumerate(self._edited):
                is_struck = file.id in self._struck
                yield Chip(number_of(place), file.name, file_html(file, 'Will be removed' if is_struck else ''), is_struck=is_struck)
            return
        for item in self._items:
            if item.stage is Stage.REFUSED:
                continue
            if item.file is None or item.file.id not in self._sent:
                yield Chip(number_of(item.id), item.name, item_html(item))
        for alike in self._refused():
            name = alike[0].name if len(alike) == 1 else f'{len(alike)} files'
            yield Chip(number_of(alike[0].id), name, refused_html(name, alike[0].why), is_refused=True)

    def _refused(self) -> Iterable[list[TrayItem]]:
        """Those that were refused for the same reason together."""
        by_reason: dict[str, list[TrayItem]] = {}
        for item in self._items:
            if item.stage is Stage.REFUSED:
                by_reason.setdefault(item.why, []).append(item)
        return by_reason.values()

    def _words(self) -> str:
        """For whoever hears the page: not every percent, but what can be sent."""
        if self._edited is not None:
            return ''
        there = sum(item.stage is Stage.THERE and not (item.file and item.file.id in self._sent) for item in self._items)
        refused = [
            f'{alike[0].name} was not attached. {alike[0].why}'
            if len(alike) == 1
            else f'{len(alike)} files were not attached. {alike[0].why}'
            for alike in self._refused()
        ]
        ready = f'{there} {"file" if there == 1 else "files"} attached.' if there else ''
        return ' '.join([ready, *refused]).strip()


def _is_alike(one: TrayItem, other: TrayItem) -> bool:
    return one.stage is Stage.REFUSED and other.stage is Stage.REFUSED and one.why == other.why
