"""The room views of this process, by room: opened by the first tab, closed some seconds after the last one left."""

import asyncio

from livechat.domain.chat import Chat
from livechat.domain.model import RoomId
from livechat.ui.room_view import RoomView

CLOSE_AFTER_S = 10.0
"""A reload of the only tab finds the view still there."""


class RoomViews:
    """Invariant: at most one open view per room; opening one that is being opened waits for the same view."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._views: dict[RoomId, RoomView] = {}
        self._opening: dict[RoomId, asyncio.Lock] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def open(self, room_id: RoomId) -> RoomView:
        """:raises RoomNotFound: :raises RoomUnavailable:"""
        view = self._views.get(room_id)
        if view is not None and not view.closed:
            return view
        async with self._opening.setdefault(room_id, asyncio.Lock()):
            view = self._views.get(room_id)
            if view is None or view.closed:
                if view is not None:
                    self._end(view)
                view = self._views[room_id] = await RoomView.open(self._chat, room_id)
        self._opening.pop(room_id, None)
        return view

    def end_pauses(self) -> None:
        """Whoever was asked to pause and may write again is not marked any more."""
        for view in self._views.values():
            view.end_pauses()

    def release(self, view: RoomView) -> None:
        """A tab left: close the view if it stays empty."""
        if view.is_empty:
            asyncio.get_running_loop().call_later(CLOSE_AFTER_S, self._close_if_empty, view)

    def _close_if_empty(self, view: RoomView) -> None:
        if view.is_empty and self._views.get(view.room.id) is view:
            self._end(view)

    def _end(self, view: RoomView) -> None:
        del self._views[view.room.id]
        task = asyncio.get_running_loop().create_task(view.close(), name=f'close room view {view.room.id}')
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Close all views: when the server stops."""
        views = list(self._views.values())
        self._views.clear()
        await asyncio.gather(*(view.close() for view in views), *self._closing)
