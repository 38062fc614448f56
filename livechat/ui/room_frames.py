"""What one tab is sent of a room's messages: the newest pages when it enters, older ones, what it missed."""

from collections.abc import Callable, Iterable

from livechat.ui.audience import RoomHtml, jump_button, page_of
from livechat.ui.reader import WINDOW_PAGES, Reader
from livechat.ui.room_pages import RoomPages
from livechat.ui.shell import Elements, room_log
from livechat.ui.stream import Frame, encode


class LogFrames:
    """The windows of readers, each by itself; what is equal for many who enter is encoded once."""

    def __init__(self, pages: RoomPages, now: Callable[[], float]) -> None:
        self._pages = pages
        self._now = now
        self._newest: dict[RoomHtml, Frame] = {}

    def forget(self, html: RoomHtml | None = None) -> None:
        """Nobody of that audience is left, or the newest messages are not what they were."""
        if html is None:
            self._newest.clear()
        else:
            self._newest.pop(html, None)

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
        elements = self._page_elements(group.html, window, live=reader.live, seen=reader.seen, changed=True)
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

    def _page_elements(
        self, html: RoomHtml, window: Iterable[int], *, live: int | None, seen: int | None = None, changed: bool = False
    ) -> Elements:
        elements: Elements = {}
        for index in window:
            page = self._pages.get(index)
            if page is not None:
                elements |= html.live_page(page, seen=seen, changed=changed) if index == live else html.full_page(page)
        return elements
