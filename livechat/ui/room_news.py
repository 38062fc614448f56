"""What all tabs in a room are sent when messages are posted or change: one frame per audience."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from livechat.ui.audience import jump_button, page_of
from livechat.ui.reader import WINDOW_PAGES, Group, Reader
from livechat.ui.room_frames import LogFrames
from livechat.ui.room_pages import RoomPages
from livechat.ui.shell import Elements
from livechat.ui.stream import Frame, encode

NOTHING = Frame(b'')


class RoomNews:
    """Keeps every reader's window in step with the pages. What is equal for several readers is encoded once."""

    def __init__(self, pages: RoomPages, log: LogFrames, now: Callable[[], float]) -> None:
        self._pages = pages
        self._log = log
        self._now = now
        self._shown_live = pages.live_index

    def flush(self, groups: Iterable[Group]) -> None:
        """Send what was posted to the followers, what changed to whoever has it on screen, and the others a count."""
        posted, changed = self._pages.take_changes()
        if not posted and not changed:
            return
        self._log.forget()
        old_live, self._shown_live = self._shown_live, self._pages.live_index
        by_page: dict[int, list[int]] = {}
        for number in changed:
            by_page.setdefault(page_of(number), []).append(number)
        for group in groups:
            group.html.forget(by_page)
            if posted:
                self._append(group, posted, old_live)
                self._count(group)
            for index, numbers in by_page.items():
                self._show_changes(group, index, numbers, told=self._told(group, index, old_live) if posted else ())

    def _told(self, group: Group, index: int, old_live: int) -> Iterable[Reader]:
        """Who got that page as a whole when the newest messages filled the one before it."""
        return group.followers if old_live <= index and old_live != self._pages.live_index else ()

    def _append(self, group: Group, posted: Sequence[int], old_live: int) -> None:
        if not group.followers:
            return
        live = self._pages.live
        if live.index != old_live:
            self._roll(group, old_live)
            return
        frame = encode(group.html.messages(live, posted))
        for reader in group.followers:
            reader.seen = self._pages.last_number
            reader.send(frame)

    def _roll(self, group: Group, old_live: int) -> None:
        """The page that grew is full, and a new one grows."""
        live = self._pages.live
        rolled: Elements = {}
        for index in range(old_live, live.index):
            page = self._pages.get(index)
            if page is not None:
                group.html.forget([index])
                rolled |= {**group.html.without_messages(index), **group.html.full_page(page)}
        frame = encode({**rolled, **group.html.live_page(live)})
        roots: dict[int, Frame] = {}
        now = self._now()
        for reader in list(group.followers):
            low = max(reader.low, live.index - WINDOW_PAGES + 1)
            if reader.low not in roots:
                roots[reader.low] = encode(
                    {**group.html.without(range(reader.low, low), None), **group.html.root(range(low, live.index + 1), is_live=True)}
                )
            root = roots[reader.low]
            reader.low, reader.high, reader.live = low, live.index, live.index
            reader.seen, reader.moved_at = self._pages.last_number, now
            reader.send(Frame(frame + root))

    def _count(self, group: Group) -> None:
        frames: dict[int, Frame] = {}
        for reader in group.readers - group.followers:
            missed = self._pages.last_number - reader.seen
            if missed not in frames:
                frames[missed] = encode(jump_button(missed, shown=True))
            reader.send(frames[missed])

    def _show_changes(self, group: Group, index: int, numbers: Sequence[int], *, told: Iterable[Reader]) -> None:
        """Messages of one page were edited, reacted to, deleted: their elements, or the page where that is one element."""
        page = self._pages.get(index)
        if page is None:
            return
        singles: dict[int, Frame] = {}
        whole = NOTHING
        for reader in group.readers.difference(told):
            if index not in reader.pages:
                continue
            if index == reader.live:
                count = bisect_right(numbers, reader.seen)
                if count and count not in singles:
                    singles[count] = encode(group.html.messages(page, numbers[:count], changed=True))
                if count:
                    reader.send(singles[count])
            else:
                whole = whole or encode(group.html.full_page(page))
                reader.send(whole)
