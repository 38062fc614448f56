"""What the page behind a link says of itself, who finds it out, and for how long it is remembered."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from livechat.domain.model import MessageNumber, RoomId

CACHED = 200
"""Previews; of those with pictures one is about 30 kB."""
CACHED_FOR_S = 3_600.0
FAILURE_CACHED_FOR_S = 300.0
"""A page that was not there may have been published too early."""

Place = tuple[RoomId, MessageNumber]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPicture:
    webp: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a page says of itself, made harmless: plain texts of at most MAX_CARD_CHARS, a picture that was drawn anew."""

    title: str
    description: str = ''
    site: str = ''
    picture: PreviewPicture | None = None


class Previewer(Protocol):
    async def preview(self, url: str) -> Preview | None:
        """Within a bounded time. None when there is nothing to show, for whatever reason."""
        ...


@dataclass(slots=True)
class _Cached:
    preview: Preview | None
    until: float
    places: set[Place] = field(default_factory=set)
    """Messages with that link."""


class PreviewCache:
    """What pages said, for an hour, and no longer than a message that links to them exists. Pure."""

    def __init__(self, capacity: int = CACHED) -> None:
        self._capacity = capacity
        self._by_url: OrderedDict[str, _Cached] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_url)

    def get(self, url: str, place: Place, now: float) -> _Cached | None:
        """`preview` is None in it where a page was tried in vain."""
        cached = self._by_url.get(url)
        if cached is None or cached.until <= now:
            return None
        cached.places.add(place)
        self._by_url.move_to_end(url)
        return cached

    def put(self, url: str, place: Place, preview: Preview | None, now: float) -> None:
        lasts_s = FAILURE_CACHED_FOR_S if preview is None else CACHED_FOR_S
        self._by_url[url] = _Cached(preview, now + lasts_s, {place})
        self._by_url.move_to_end(url)
        if len(self._by_url) > self._capacity:
            self._by_url.popitem(last=False)

    def forget(self, is_gone: Callable[[Place], bool]) -> None:
        for url, cached in list(self._by_url.items()):
            cached.places = {place for place in cached.places if not is_gone(place)}
            if not cached.places:
                del self._by_url[url]
