"""What a room's tabs are sent of its messages: the newest pages, older ones, and every change to them."""

from collections.abc import Callable, Iterable, Sequence

from livechat.ui.audience import RoomHtml, jump_button, page_of
from livechat.ui.reader import WINDOW_PAGES, Group, Reader
from livechat.ui.room_pages import RoomPages
from livechat.ui.shell import Elements, room_log
from livechat.ui.stream import Frame, encode

NOTHING = Frame(b'')


class LogFrames:
    """Keeps every reader's window in step with the pages. What is equal for several readers is encoded once."""

    def __init__(self, pages: RoomPages, now: Callable[[], float]) -> None:
        self._pages = pages
        self._now = now
        self._newest: dict[RoomHtml, Frame] = {}
        self._shown_live = pages.live_index

    def forget(self, html: RoomHtml) -> None:
        """Nobody of that audience is left."""
        self._newest.pop(html, None)

    # One reader

    def newest(self, html: RoomHtml) -> Frame:
        """The newest page and the one before it, for whoever enters; the same bytes until something changes."""
        frame = self._newest.get(html)
        if frame is None:
            live = self._pages.live
            window = range(max(0, live.index - 1), live.index + 1)
            elements = {
                **self._page_elements(html, window, live=live.index),
                **html.root(window, is_live=True),
                **room_log(html.room.id),
                **jump_button(0, shown=False),
            }
            frame = self._newest[html] = encode(elements)
        return frame

    def place_at_newest(self, reader: Reader) -> None:
        live = self._pages.live_index
        reader.low, reader.high, reader.live = max(0, live - 1), live, live
        reader.seen, reader.following = self._pages.last_number, True
        reader.moved_at = self._now()

    def drop(self, reader: Reader, html: RoomHtml) -> Elements:
        return {**html.without(reader.pages, reader.live), **html.without_log()}

    def show_jump(self, reader: Reader) -> None:
        reader.show(jump_button(self._pages.last_number - reader.seen, shown=not reader.following))

    def watch_bottom(self, reader: Reader, *, watched: bool) -> None:
        """Take the sentinel below the window away, or put one there that knows nothing yet."""
        if reader.group is not None:
            reader.show(reader.group.html.root(reader.pages, is_live=reader.live is not None, has_bottom=watched))

    def show_window(self, reader: Reader) -> None:
        """Send the reader's whole window again, as it now reads."""
        group = reader.group
        if group is None:
            return
        self._newest.pop(group.html, None)
        window = [index for index in reader.pages if self._pages.get(index) is not None]
        elements = self._page_elements(group.html, window, live=reader.live, seen=reader.seen)
        reader.show({**elements, **group.html.root(reader.pages, is_live=reader.live is not None), **room_log(group.html.room.id)})

    async def show_whole_window(self, reader: Reader) -> None:
        """The same, with pages that are no longer in memory."""
        for index in reader.pages:
            await self._pages.load(index)
        self.show_window(reader)
        self.show_jump(reader)

    async def older(self, reader: Reader) -> None:
        """One more page above; the lowest ones of a full window below go."""
        group = reader.group
        if group is None or reader.low == 0:
            return
        page = await self._pages.load(reader.low - 1)
        if page is None or reader.group is not group or page.index != reader.low - 1:
            return
        elements = group.html.full_page(page)
        reader.low, reader.moved_at = page.index, self._now()
        if len(reader.pages) > WINDOW_PAGES:
            reader.following = False
            group.followers.discard(reader)
            elements |= self._cut_below(reader, group.html, reader.low + WINDOW_PAGES - 1)
        reader.show({**elements, **group.html.root(reader.pages, is_live=reader.live is not None)})
        self.show_jump(reader)

    def _cut_below(self, reader: Reader, html: RoomHtml, high: int) -> Elements:
        elements = html.without(range(high + 1, reader.high + 1), reader.live)
        if reader.live is not None and reader.live > high:
            reader.live = None
        reader.high = high
        return elements

    async def newer(self, reader: Reader) -> None:
        """One more page below, while the window ends above the newest page."""
        group = reader.group
        if group is None:
            return
        index = reader.high + 1
        page = await self._pages.load(index)
        if page is None or reader.group is not group or index != reader.high + 1:
            return
        elements: Elements = {}
        if index == self._pages.live_index:
            elements |= group.html.live_page(page)
            reader.live, reader.seen = index, self._pages.last_number
        else:
            elements |= group.html.full_page(page)
        reader.high, reader.moved_at = index, self._now()
        if len(reader.pages) > WINDOW_PAGES:
            low = reader.high - WINDOW_PAGES + 1
            elements |= group.html.without(range(reader.low, low), None)
            reader.low = low
        reader.show({**elements, **group.html.root(reader.pages, is_live=reader.live is not None)})
        self.show_jump(reader)

    async def resume(self, reader: Reader) -> None:
        """Bring a paused reader to the newest message; far behind, the window starts anew there."""
        group = reader.group
        if group is None:
            return
        if reader.live is None or self._pages.live_index - reader.high >= WINDOW_PAGES:
            self._start_anew(reader, group.html)
        else:
            await self.refresh(reader, page_of(reader.seen), follow=True)

    def _start_anew(self, reader: Reader, html: RoomHtml) -> None:
        reader.show(html.without(reader.pages, reader.live))
        reader.send(self.newest(html))
        self.place_at_newest(reader)

    async def refresh(self, reader: Reader, first: int | None, *, follow: bool = False) -> None:
        """Send again every page of the window from `first` on; a follower gets the pages that came meanwhile, too."""
        group = reader.group
        if group is None:
            return
        follow = follow or reader.following
        if follow and self._pages.live_index - reader.high >= WINDOW_PAGES:
            self._start_anew(reader, group.html)
            return
        if first is not None or (follow and self._pages.live_index != reader.high):
            start = min(reader.high if first is None else max(first, reader.low), reader.high)
            for index in range(start, (self._pages.live_index if follow else reader.high) + 1):
                await self._pages.load(index)
            if reader.group is not group:
                return
            self._resend(reader, group.html, start, follow=follow)
        self._end_refresh(reader, follow)

    def _resend(self, reader: Reader, html: RoomHtml, start: int, *, follow: bool) -> None:
        target = self._pages.live_index if follow else reader.high
        elements = self._leave_live(reader, html, target) if follow else {}
        if follow:
            reader.seen, reader.moved_at = self._pages.last_number, self._now()
        reader.high = target
        wanted = [index for index in range(start, target + 1) if self._pages.get(index) is not None]
        elements |= self._page_elements(html, wanted, live=reader.live, seen=reader.seen)
        elements |= self._trim_above(reader, html)
        reader.show({**elements, **html.root(reader.pages, is_live=reader.live is not None)})

    def _end_refresh(self, reader: Reader, follow: bool) -> None:
        if follow or reader.following:
            reader.following, reader.seen = True, self._pages.last_number
        self.show_jump(reader)

    def _leave_live(self, reader: Reader, html: RoomHtml, target: int) -> Elements:
        """The page that used to grow became a full one: forget its messages' own elements."""
        gone: Elements = {}
        if reader.live is not None:
            for index in range(reader.live, target):
                gone |= html.without_messages(index)
        reader.live = target
        return gone

    def _trim_above(self, reader: Reader, html: RoomHtml) -> Elements:
        low = max(reader.low, reader.high - WINDOW_PAGES + 1)
        gone = html.without(range(reader.low, low), None)
        reader.low = low
        return gone

    async def around(self, reader: Reader, number: int) -> None:
        """Move the window to the page of that message and its neighbours; the reader no longer follows."""
        group = reader.group
        middle = page_of(number)
        window = range(max(0, middle - 1), min(middle + 1, self._pages.live_index) + 1)
        for index in window:
            await self._pages.load(index)
        if group is None or reader.group is not group:
            return
        live = self._pages.live_index if window.stop - 1 == self._pages.live_index else None
        elements = group.html.without(reader.pages, reader.live)
        elements |= self._page_elements(group.html, window, live=live)
        reader.low, reader.high, reader.live = window.start, window.stop - 1, live
        reader.seen, reader.following, reader.moved_at = self._pages.last_number, False, self._now()
        reader.show({**elements, **group.html.root(window, is_live=live is not None)})
        self.show_jump(reader)

    def _page_elements(self, html: RoomHtml, window: Iterable[int], *, live: int | None, seen: int | None = None) -> Elements:
        elements: Elements = {}
        for index in window:
            page = self._pages.get(index)
            if page is not None:
                elements |= html.live_page(page, seen=seen) if index == live else html.full_page(page)
        return elements

    # All readers

    def flush(self, groups: Iterable[Group]) -> None:
        """Send what was posted to the followers, what changed to whoever has it on screen, and the others a count."""
        posted, changed = self._pages.take_changes()
        if not posted and not changed:
            return
        self._newest.clear()
        live, old_live = self._pages.live_index, self._shown_live
        self._shown_live = live
        for group in groups:
            group.html.forget({page_of(number) for number in changed})
            if posted:
                self._append(group, posted, changed, old_live)
                self._count(group)
            for number in changed:
                if not posted or page_of(number) != live or live != old_live:
                    self._show_change(group, number)
                else:
                    self._show_change(group, number, but=group.followers)

    def _append(self, group: Group, posted: Sequence[int], changed: Sequence[int], old_live: int) -> None:
        if not group.followers:
            return
        live = self._pages.live
        if live.index == old_live:
            numbers = [*posted, *(number for number in changed if page_of(number) == live.index)]
            self._send_all(group, encode(group.html.live_page(live, numbers)))
            return
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
            if reader.low not in roots:
                low = max(reader.low, live.index - WINDOW_PAGES + 1)
                roots[reader.low] = encode(
                    {**group.html.without(range(reader.low, low), None), **group.html.root(range(low, live.index + 1), is_live=True)}
                )
            root = roots[reader.low]
            reader.low = max(reader.low, live.index - WINDOW_PAGES + 1)
            reader.high = reader.live = live.index
            reader.seen, reader.moved_at = self._pages.last_number, now
            reader.send(Frame(frame + root))

    def _send_all(self, group: Group, frame: Frame) -> None:
        last = self._pages.last_number
        for reader in group.followers:
            reader.seen = last
            reader.send(frame)

    def _count(self, group: Group) -> None:
        frames: dict[int, Frame] = {}
        for reader in group.readers - group.followers:
            missed = self._pages.last_number - reader.seen
            if missed not in frames:
                frames[missed] = encode(jump_button(missed, shown=True))
            reader.send(frames[missed])

    def _show_change(self, group: Group, number: int, *, but: Iterable[Reader] = ()) -> None:
        """A message was edited or deleted: its element, or its whole page where that is one element."""
        index = page_of(number)
        page = self._pages.get(index)
        if page is None:
            return
        single = whole = NOTHING
        for reader in group.readers.difference(but):
            if index not in reader.pages or (index == reader.live and number > reader.seen):
                continue
            if index == reader.live:
                single = single or encode(group.html.messages(page, [number]))
                reader.send(single)
            else:
                whole = whole or encode(group.html.full_page(page))
                reader.send(whole)
